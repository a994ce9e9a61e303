"""Lists in the markup that sites use, by shape alone. All rows are made up."""

import re
from datetime import date

import pytest

from crawler.pages.listing import ListPage, parse_list
from crawler.profile import load_profile

URL = "http://www.chinalco.com.cn/xwzx/xwzx_gsyw/"
ROWS = [
    (f"./202605/t202605{n:02d}_{1000 + n}.html", f"北岭集团召开第{n}次会议", f"2026-05-{n:02d}") for n in range(1, 13)
]
NAV = "<div><a href='/'>首页</a><a href='/xwzx/'>新闻中心</a><a href='/gywm/'>关于我们</a></div>"
SIDE = "".join(
    f"<li><a href='../tplb/202601/t202601{n:02d}_{900 + n}.html'>侧栏旧闻{n}</a><span>2026-01-{n:02d}</span></li>"
    for n in range(1, 9)
)
SUMMARY = "<p><span>2025年3月8日，北岭集团召开会议，要求各单位抓好落实。出席会议的有集团领导。</span></p>"
FOOT = "<div>版权所有 <a href='http://www.example.gov.cn/'>主管部门</a></div>"


def read(content: str, url: str = URL, own_only: bool = False) -> ListPage:
    html = f"<html><body>{NAV}<div>{content}</div><ul>{SIDE}</ul>{FOOT}</body></html>"
    return parse_list(html.encode(), url, load_profile("chinalco"), None, date(2026, 11, 22), own_only)


def each(template: str) -> str:
    return "".join(template.format(h=href, t=title, d=day, cut=title[:6] + "...") for href, title, day in ROWS)


@pytest.mark.parametrize(
    "content",
    [
        "<ul>" + each("<li><a href='{h}'>{t}</a><span>{d}</span></li>") + "</ul>",
        "<ul>" + each("<li><span>{d}</span><a href={h}>{t}</a><a href={h}>查看</a></li>") + "</ul>",
        "<ul>" + each("<li><a href='{h}'><i>{d}</i><em>{t}</em></a></li>") + "</ul>",
        "<ul>" + each("<li><a href='{h}'><em>{t}</em><i>\n          {d}\n        </i></a></li>") + "</ul>",
        "<ul>" + each("<li><a href='{h}' title='{t}'>{cut}</a>[{d}]</li>") + "</ul>",
        "<table>" + each("<tr><td><img src=dot.gif></td><td><a href='{h}'>{t}</a></td><td>{d}</td></tr>") + "</table>",
        "<table><tr><td>" + each("<table><tr><td><a href={h}>{t}</a></td><td>{d}</td></tr></table>") + "</table>",
        each("·<a href='{h}'>{t}</a> ({d})<br>"),
        "<dl>" + each("<dt><a href='{h}'>{t}</a></dt><dd>{d}</dd>") + "</dl>",
        each("<P><FONT>{d}</FONT><A \n HREF={h} target=_blank>&nbsp;{t}&nbsp;</A></P>"),
        each("<div><a href='{h}'><img src=a.jpg></a><h4><a href='{h}'>{t}</a></h4><p>摘要……</p><i>{d}</i></div>"),
        # title, summary and picture, linked each or all together
        each(f"<li><a href='{{h}}'><img src=a.jpg></a><h4><a href={{h}}>{{t}}</a></h4>{SUMMARY}<i>{{d}}</i></li>"),
        each(f"<li><div><a href='{{h}}'>{{t}}</a></div>{SUMMARY.replace('span', 'a href={h}')}<i>{{d}}</i></li>"),
        each(f"<a href='{{h}}'><img src=a.jpg><h3>{{t}}</h3>{SUMMARY}<span>{{d}}</span></a>"),
        each(f"<a href='{{h}}'><div>{{t}}</div>{SUMMARY}<div>发布时间：{{d}}</div></a>"),
        each(f"<li><a href='{{h}}'><span>{{t}}</span>{SUMMARY}</a><span>{{d}}</span></li>"),
        each("<li><a href='{h}' title='{t}'>{t} 5月9日，北岭集团……</a><span>{d}</span></li>"),
        each("<li><a href='{h}'><img src=a.jpg></a><h4>{t}</h4><p>摘要。</p><i>{d}</i></li>"),
        each("<li><a href='{h}'><img src=a.jpg alt='{t}'></a><i>{d}</i></li>"),
        each("<li><a href='{h}' title='标题：{t}&#10;发布时间：{d}'>{cut}</a></li>"),
        "<table>" + each("<tr><td>{t}</td><td>{d}</td><td><a href='{h}'>查看</a></td></tr>") + "</table>",
        each("<li><a href='{h}'>{d}</a><a href='{h}'>{t}</a></li>"),
        each("<li><b>要闻</b><a href='{h}'><div>要闻</div><div>{t}</div></a><u>{d}</u></li>"),
        # where the date stands
        "<dl>" + each("<dt>{d}</dt><dd><a href='{h}'>{t}</a></dd>") + "</dl>",
        "<div>" + each("[{d}] <a href='{h}'>{t}</a><br>") + "</div>",
        "<div>" + each("<i>{d}</i><a href='{h}'>{t}</a><br>") + "</div>",
        "<div>" + each("<a href='{h}'>{t}</a><br>{d}<br>") + "</div>",
        "<table>" + each("<tr><td><a href='{h}'>{t}</a></td></tr><tr><td>{d}</td></tr>") + "</table>",
        each("<li><a href='{h}'>{t}</a><span title='{d} 10:20:00'>05-01</span></li>"),
        each("<li><a href='{h}'>{t}</a><time datetime={d}>昨天</time></li>"),
        each("<li><a href='{h}'>{t} {d}</a></li>"),
        each("<li><a href='{h}'>{t}（{d}）</a></li>"),
        each("<li><a href='{h}'>[{d}] {t}</a></li>"),
        each("<li><a href='{h}'>{d} {t}</a></li>"),
        # rows that a script opens
        each("<li onclick=\"window.open('{h}')\"><p>{t}</p><span>{d}</span></li>"),
        each("<li><a href='javascript:void(0)' onclick=\"location.href='{h}'\">{t}</a><span>{d}</span></li>"),
        each("<li><a href='javascript:void(0);' data-href='{h}'>{t}</a><span>{d}</span></li>"),
        each("<div data-url='{h}'><h4>{t}</h4><p>摘要。</p><span>{d}</span></div>"),
        each("<li><a href=\"javascript:window.open('{h}')\">{t}</a><span>{d}</span></li>"),
        # rows that a script shows
        "<script type='text/xml'><datastore><nextgroup></nextgroup><recordset>"
        + each("<record><![CDATA[\n<li><a href='{h}'>{t}</a><span>{d}</span></li>]]></record>")
        + "</recordset></datastore></script>",
        "<script type='text/xml'><datastore><recordset>"
        + each("<record><![CDATA[<tr><td><a href='{h}'>{t}</a></td><td>{d}</td></tr>]]></record>")
        + "</recordset></datastore></script>",
    ],
)
def test_rows(content: str) -> None:
    assert [(row.title, str(row.listed_on)) for row in read(content).rows] == [(title, day) for _, title, day in ROWS]


@pytest.mark.parametrize(
    "row",
    [
        "<div><b>{d}</b><span>{y}-{m}</span></div><a href='{h}'>{t}</a>",
        "<a href='{h}'>{t}</a><b>{d}</b><i>{y}.{m}</i><em>阅读 30</em>",
        "<p>{d}日</p><p>{y}年{m}月</p><a href='{h}'>{t}</a>",
        "<div><span>{y}-{m}</span><b>{d}</b></div><a href='{h}'>{t}</a>",
        "<a href='{h}'>{t}</a><div><b>{m}-{d}</b><br>{y}</div>",
        "<a href='{h}'>{t}</a><div><i>{y}</i><b>{m}/{d}</b></div>",
        "<a href='{h}'><div><b>{d}</b><i>{y}-{m}</i></div><p>{t}</p></a>",
        "<a href='{h}'><b>{d}</b><i>{y}-{m}</i><span>{t}</span></a>",
        "<a href='{h}'>{t}<b>{m}-{d}</b></a>",
        "<a href='{h}'>{t} {m}-{d}</a>",
        "<a href='{h}'>[{m}-{d}] {t}</a>",
        "<a href='{h}'>{t}</a><p>2025年3月8日，北岭集团召开会议。</p><i>{m}-{d}</i>",
    ],
)
def test_dates_in_two_halves_or_without_a_year(row: str) -> None:
    rows = [row.format(h=href, t=title, y=day[:4], m=day[5:7], d=day[8:]) for href, title, day in ROWS]
    found = read(f"<ul><li>{'</li><li>'.join(rows)}</li></ul>").rows
    assert [(row.title, str(row.listed_on)) for row in found] == [(title, day) for _, title, day in ROWS]


def test_figures_and_dates_that_belong_to_a_title_stay() -> None:
    titles = [
        "产量同比增长 5.11",
        "2026年工作会召开",
        "<b>8</b><b>月</b><b>27</b><b>日</b>召开座谈会",
    ]
    titles += ["北岭集团简报（2026-05-11）", "第3期 05-11"]
    rows = (f"<li><a href=./202605/t20260501_{n + 1001}.html>{t}</a></li>" for n, t in enumerate(titles * 2))
    found = read(f"<ul>{''.join(rows)}</ul>").rows
    assert [row.title for row in found] == [re.sub("<.*?>", "", title) for title in titles * 2]
    assert not any(row.listed_on for row in found)


def test_a_summarys_date_is_not_the_rows() -> None:
    content = each("<li><a href='{h}'>{t}</a><p>2025年3月8日，北岭集团召开会议。</p></li>")
    assert [row.listed_on for row in read(f"<ul>{content}</ul>").rows] == [None] * len(ROWS)


def test_a_slider_of_the_same_articles_above_the_list_takes_no_row_away() -> None:
    slider = "".join(
        f"<p><a href='{href}' title='{title[:6]}...'><img src=a.jpg></a></p>" for href, title, _ in ROWS[:4]
    )
    rows = read(f"<div>{slider}</div><ul>{each('<li><a href={h}>{t}</a>{d}</li>')}</ul>").rows
    assert [row.title for row in rows] == [title for _, title, _ in ROWS]
    last = "<ul><li><a href=./202601/t20260101_1.html>最后一条</a>2026-01-01</li></ul>"
    assert [row.title for row in read(f"<div>{slider}</div>{last}").rows] == ["最后一条"]


def test_placeholders_are_no_rows() -> None:
    content = each("<li><a href='{h}'>{t}</a>{d}</li>") + (
        "<li ms-repeat><a ms-attr-href='el.url'>{{el.title}}</a>{{el.date}}</li>"
        "<li v-for='x in list'><a href='{{x.url}}'>{{x.title}}</a></li>"
        "<li><a href='${item.url}'>${item.title}</a><i>2026-05-11</i></li>"
        "<li><a href='<%=url%>'>标题</a><i>2026-05-11</i></li>"
        "<li><a href='./202605/t20260513_1013.html'>{{x.title}}</a><i>2026-05-11</i></li>"
    )
    assert [row.title for row in read(f"<ul>{content}</ul>").rows] == [title for _, title, _ in ROWS]


def test_spacer_rows_files_leads_and_rows_without_a_date() -> None:
    content = (
        "<ul><li><a href='./202605/t20260501_1001.html'>第一条</a></li><li class=line></li>"
        "<li><a href='./202605/P020260501578215495483.xlsx'>报表</a><i>2026-05-01</i></li>"
        "<li><a href='https://mp.weixin.qq.com/s/x'>公众号文章</a><i>2026-05-02</i></li>"
        "<li ms-repeat='list'><a ms-attr-href='el.url'>{{el.title}}</a></li></ul>"
    )
    assert [(row.title, row.kind, row.listed_on) for row in read(content).rows] == [
        ("第一条", "article", None),
        ("报表", "file", date(2026, 5, 1)),
        ("公众号文章", "link", date(2026, 5, 2)),
    ]


def test_a_later_page_without_rows_does_not_take_the_sidebars() -> None:
    assert read("<ul></ul>", own_only=True).rows == ()


def test_the_pager_is_read() -> None:
    found = read(f"<ul>{each('<li><a href={h}>{t}</a>{d}</li>')}</ul><script>createPageHTML(3, 0);</script>")
    assert (found.next_url, found.last) == (URL + "index_1.html", 3)
