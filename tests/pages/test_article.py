"""What the parser makes of page shapes that the fixture site's templates do not have. All text is made up."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from crawler.pages.article import parse_article
from crawler.profile import SiteProfile, load_profile
from storage.records import ArticlePage

URL = "http://www.example.com.cn/xwzx/gsyw/202405/t20240512_120001.html"
TITLE = "北岭铝业召开年度安全工作会议"
BODY = "5月9日,北岭铝业年度安全工作会议在总部召开,各单位负责人参加会议,会议部署了全年重点任务。" * 3


def read(html: str, **known: date) -> ArticlePage:
    return parse_article(html.encode(), URL, **known)  # type: ignore[arg-type]


def page(meta: str, body: str = f"<p>{BODY}</p>", head: str = "", foot: str = "<div>版权所有 北岭铝业</div>") -> str:
    return (
        f"<html><head><title>{TITLE}_北岭铝业集团</title>{head}</head><body><div><a href='/'>首页</a> > 新闻中心</div>"
        f"<div><h1>{TITLE}</h1><div>{meta}</div><div>{body}</div></div>{foot}</body></html>"
    )


@pytest.mark.parametrize(
    ("meta", "source", "on", "at"),
    [
        ("来源: 北岭报时间: 2024-05-11", "北岭报", date(2024, 5, 11), None),
        (
            "时间：2024-05-11 10:23 来源：北岭铝业网 【字体：大 中 小】",
            "北岭铝业网",
            date(2024, 5, 11),
            datetime(2024, 5, 11, 10, 23),
        ),
        ("发布时间：2024年05月11日 浏览：33 来源：党群工作部 作者：", "党群工作部", date(2024, 5, 11), None),
        ("2024-05-11 09:00:01 北岭晚报", "北岭晚报", date(2024, 5, 11), datetime(2024, 5, 11, 9, 0, 1)),
        ("2024-05-11 09:00·北岭社", "北岭社", date(2024, 5, 11), datetime(2024, 5, 11, 9, 0)),
        ("本文来源于北岭统计局 2024-05-11", "北岭统计局", date(2024, 5, 11), None),
        ("來源：北嶺報 時間：2024-05-11", "北嶺報", date(2024, 5, 11), None),
        ("更新时间：2024-06-01 发布时间：2024-05-11", None, date(2024, 5, 11), None),
        ("来源： 时间: 2024-05-11", None, date(2024, 5, 11), None),
        ("<p>11</p><p>2024-05</p><p>来源：北岭报</p>", "北岭报", date(2024, 5, 11), None),
        ("来源：\n<a href=/><img src=l.png alt=北岭报></a> 2024-05-11", "北岭报", date(2024, 5, 11), None),
        ("北岭财讯 2024-05-11 听新闻", "北岭财讯", date(2024, 5, 11), None),
        ("2024-05-11 浏览次数：12", None, date(2024, 5, 11), None),
        (
            "<script>if ('' != '') { document.write('<b>来源：北岭报</b>'); }</script>时间: 2024-05-11",
            None,
            date(2024, 5, 11),
            None,
        ),
    ],
)
def test_meta_line(meta: str, source: str | None, on: date, at: datetime | None) -> None:
    article = read(page(meta))
    assert (article.source, article.published_on, article.published_at) == (source, on, at)
    assert (article.title, article.body, article.date_origin) == (TITLE, BODY, "shown")


def test_visible_time_beats_a_date_only_meta_tag() -> None:
    article = read(page("2024-05-11 10:23", head='<meta name="PubDate" content="2024-05-11">'))
    assert article.published_at == datetime(2024, 5, 11, 10, 23)


@pytest.mark.parametrize(
    ("head", "known", "on", "origin"),
    [
        ('<meta name="pubdate" content="2024-05-10">', {"listed_on": date(2024, 5, 11)}, date(2024, 5, 10), "meta"),
        ("", {"listed_on": date(2024, 5, 11)}, date(2024, 5, 11), "list"),
        ("", {}, date(2024, 5, 12), "url"),
    ],
)
def test_order_of_dates(head: str, known: dict[str, date], on: date, origin: str) -> None:
    article = read(page("来源: 北岭报", head=head), **known)
    assert (article.published_on, article.date_origin) == (on, origin)


def test_impossible_date_is_an_issue_and_the_next_is_used() -> None:
    article = read(page("来源: 北岭报时间: 2026-02-30"), listed_on=date(2024, 5, 11))
    assert (article.published_on, article.date_origin) == (date(2024, 5, 11), "list")
    assert [(problem.kind, problem.detail) for problem in article.problems] == [("bad-date", "2026-02-30")]


def test_utc_meta_time_becomes_the_sites_clock() -> None:
    article = read(page("", head='<meta property="article:published_time" content="2024-05-11T17:30:00+00:00">'))
    assert article.published_at == datetime(2024, 5, 12, 1, 30)


def test_date_of_an_event_in_brackets_is_not_the_publishing_date() -> None:
    article = read(
        page("（2007年6月29日北岭铝业第十届职工代表大会通过）", head='<meta name="PubDate" content="2007-08-20">')
    )
    assert article.published_on == date(2007, 8, 20)


def test_date_below_the_body() -> None:
    article = read(page("来源：北岭报", foot="<p>发布日期：2024-05-11 责任编辑：龙慧</p><div>版权所有</div>"))
    assert (article.published_on, article.date_origin) == (date(2024, 5, 11), "shown")
    assert [(row.role, row.name) for row in article.bylines] == [("editor", "龙慧")]


def test_text_behind_an_early_closing_tag_is_seen() -> None:
    article = read(page("时间: 2024-05-11").replace("<h1>", "</body></html><h1>"))
    assert (article.title, article.body) == (TITLE, BODY)


def test_related_links_share_bars_and_footers_are_no_body() -> None:
    links = "<li><a href=a.html>北岭铝业完成上半年产量目标任务</a></li><li><a href=b.html>会议纪要</a></li>"
    related = f"<div>相关新闻</div><ul>{links}</ul>"
    article = read(page("时间: 2024-05-11", foot=f"<div>分享到：微信 微博</div>{related}<div>版权所有 北岭铝业</div>"))
    assert article.body == BODY


def test_own_line_byline_at_the_top_stays_in_the_body() -> None:
    article = read(page("时间: 2024-05-11", body=f"<p>北岭社记者邹明远、丁乐</p><p>{BODY}</p>"))
    assert [(row.role, row.name, row.affiliation) for row in article.bylines] == [
        ("reporter", "邹明远", "北岭社"),
        ("reporter", "丁乐", "北岭社"),
    ]
    assert article.body.startswith("北岭社记者")


def test_names_in_prose_are_nobody() -> None:
    prose = "陈建国、周海波、吴志强参加会议。记者从会上获悉，项目编辑部由李明远负责。图为会议现场（左一）。"
    assert read(page("时间: 2024-05-11", body=f"<p>{BODY}</p><p>{prose}</p>")).bylines == ()


def test_headline_is_cut_from_the_site_name() -> None:
    html = page("时间: 2024-05-11").replace(f"<h1>{TITLE}</h1>", f"<div class=x>{TITLE}</div>")
    assert read(html).title == TITLE


def with_selectors(**selectors: str) -> SiteProfile:
    return replace(load_profile("lzly"), selectors={key: f"//{xpath}" for key, xpath in selectors.items()})


def drifts(article: ArticlePage) -> list[str | None]:
    return [problem.field for problem in article.problems if problem.kind == "drift"]


def test_selectors_that_agree_with_the_evidence_are_silent() -> None:
    profile = with_selectors(title="h1", meta="div[@class='meta']", body="div[@class='text']")
    html = page("来源：北岭报 时间：2024-05-11").replace("<div>来源", "<div class=meta>来源")
    html = html.replace("<div><p>", "<div class=text><p>")
    article = parse_article(html.encode(), URL, profile)
    assert (article.title, article.source, article.body, drifts(article)) == (TITLE, "北岭报", BODY, [])
    assert article.rules["title"] == article.rules["body"] == "selector"


@pytest.mark.parametrize(
    ("selectors", "fields"),
    [
        ({"title": "h4", "meta": "div[@id='m']", "body": "div[@id='b']"}, ["title", "meta", "body"]),
        ({"title": "p"}, ["title"]),
        ({"body": "h1"}, ["body"]),
        ({"meta": "h1"}, ["source", "published_on"]),
    ],
)
def test_selectors_that_disagree_with_the_evidence_are_drift(selectors: dict[str, str], fields: list[str]) -> None:
    article = parse_article(page("来源：北岭报 时间：2024-05-11").encode(), URL, with_selectors(**selectors))
    assert drifts(article) == fields


def test_each_answer_says_what_told_it() -> None:
    article = read(page("来源：北岭报 时间：2024-05-11 作者：宋志远", body=f"<p>{BODY}（记者 王蓉）</p>"))
    assert article.rules == {
        "title": "the line that <title> repeats",
        "source": "label in the meta line",
        "published_on": "label",
        "bylines": "meta line, closing",
        "body": "the block with the most prose",
    }


def test_ambiguous_date_is_told_by_what_else_the_page_says() -> None:
    article = read(page("来源：北岭报 05/11/2024 - 13:48", head='<meta name="PubDate" content="2024-05-11">'))
    assert (article.published_at, article.date_origin) == (datetime(2024, 5, 11, 13, 48), "shown")
    article = read(page("来源：北岭报 05/11/2024 - 13:48"), listed_on=date(2024, 6, 1))
    assert (article.published_on, article.date_origin) == (date(2024, 6, 1), "list")
    assert [problem.kind for problem in article.problems] == ["bad-date"]
