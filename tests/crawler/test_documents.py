"""Rows that lead to more than one page, or to another: link-type documents, articles in several pages, no articles."""

import pytest

from fixtures.site import Server
from tests.conftest import Shell, rows

FOLDER = "/xwdt/gsyw/202606/"
HOME = "http://lzly.chinalco.com.cn"
PAGER = '<script>createPageHTML({count}, {at}, "t20260601_300001", "html");</script>'
PROSE = "澄江铝业第二电解车间{}改造工程完成验收，吨铝电耗比上年同期下降一百二十千瓦时，班组长介绍了改造后的操作要点。"


def article(title: str, *paragraphs: str, more: str = "", meta: str = "来源: 澄江铝业报时间: 2026-06-01") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{title}</title></head><body><div>首页 > 公司要闻</div><h2>{title}</h2><div>{meta}</div>"
        f"<div class=TRS_Editor>{body}</div>{more}<div>版权所有 澄江铝业</div></body></html>"
    ).encode()


def show_only(site: Server, *files: str) -> None:
    """The section's list has only these rows."""
    rows = "".join(f'<li><a href="./202606/{file}">{file}的标题</a><span>2026-06-01</span></li>' for file in files)
    site.put("lzly", "/xwdt/gsyw/", f"<html><body><ul>{rows}</ul></body></html>".encode())
    if site.get("lzly", "/xwdt/gsyw/index_1.html"):
        site.remove("lzly", "/xwdt/gsyw/index_1.html")


def crawl(shell: Shell, site: Server) -> int:
    return shell.crawl("news", "lzly", site.base_url("lzly")).returncode


def test_pages_of_one_article_are_one_text(shell: Shell, site: Server) -> None:
    show_only(site, "t20260601_300001.html")
    for at, name in enumerate(("t20260601_300001.html", "t20260601_300001_1.html", "t20260601_300001_2.html")):
        end = "（记者 王　骏）" if at == 2 else ""
        page = article("电解车间改造纪实", PROSE.format(f"第{at}"), PROSE.format(f"乙{at}") + end)
        site.put("lzly", FOLDER + name, page + PAGER.format(count=3, at=at).encode())
    assert crawl(shell, site) == 0
    ((body, url),) = rows(shell, "SELECT body, url FROM articles")
    assert body.split("\n") == [PROSE.format(part) for part in ("第0", "乙0", "第1", "乙1", "第2", "乙2")]
    assert url == HOME + FOLDER + "t20260601_300001.html"
    assert rows(shell, "SELECT role, name FROM bylines") == [("reporter", "王骏")]


def test_a_missing_page_of_an_article_is_an_issue_and_the_rest_is_kept(shell: Shell, site: Server) -> None:
    show_only(site, "t20260601_300001.html")
    page = article("电解车间改造纪实", PROSE.format("甲"), more=PAGER.format(count=2, at=0))
    site.put("lzly", FOLDER + "t20260601_300001.html", page)
    assert crawl(shell, site) == 0
    assert rows(shell, "SELECT body FROM articles") == [(PROSE.format("甲"),)]
    assert rows(shell, "SELECT kind, field FROM issues") == [("incomplete", "body")]


def test_a_page_separator_left_in_the_page_says_nothing(shell: Shell, site: Server) -> None:
    show_only(site, "t20260601_300001.html")
    page = article(
        "电解车间改造纪实", PROSE.format("甲"), "<trs_page_separator></trs_page_separator>", PROSE.format("乙")
    )
    site.put("lzly", FOLDER + "t20260601_300001.html", page)
    assert crawl(shell, site) == 0
    assert rows(shell, "SELECT body FROM articles") == [(PROSE.format("甲") + "\n" + PROSE.format("乙"),)]


@pytest.mark.parametrize(
    "document",
    [
        '<html><head><meta http-equiv="refresh" content="0; url={}"></head><body></body></html>',
        "<html><body><script>window.location.href = '{}';</script></body></html>",
        '<html><script language="javascript">location.replace("{}")</script>正在跳转……</html>',
        "<script>top.location='{}'</script>",
    ],
)
def test_link_type_documents_are_followed_on_the_site(shell: Shell, site: Server, document: str) -> None:
    show_only(site, "t20260601_300001.html", "t20260601_300002.html")
    site.put("lzly", FOLDER + "t20260601_300001.html", document.format("/zt/t20260601_300009.html").encode())
    site.put("lzly", FOLDER + "t20260601_300002.html", document.format("https://news.example.org/a/9.html").encode())
    site.put("lzly", "/zt/t20260601_300009.html", article("电解车间改造纪实", PROSE.format("甲"), "<img src=W1.jpg>"))
    assert crawl(shell, site) == 0
    assert rows(shell, "SELECT url, title FROM articles") == [
        (f"{HOME}{FOLDER}t20260601_300001.html", "电解车间改造纪实")
    ]
    assert rows(shell, "SELECT url FROM images") == [(f"{HOME}/zt/W1.jpg",)]
    assert rows(shell, "SELECT url, kind FROM urls WHERE state = 'lead' ORDER BY url") == [
        (f"{HOME}{FOLDER}t20260601_300002.html", "article"),
        ("https://news.example.org/a/9.html", "link"),
    ]
    asked = len(site.requests)
    assert crawl(shell, site) == 0
    assert not any("300002" in request.path for request in site.requests[asked:])


def test_link_type_documents_in_a_ring_are_refused(shell: Shell, site: Server) -> None:
    show_only(site, "t20260601_300001.html")
    for here, there in ((1, 2), (2, 1)):
        document = f"<script>location.href='{FOLDER}t20260601_30000{there}.html'</script>"
        site.put("lzly", f"{FOLDER}t20260601_30000{here}.html", document.encode())
    crawl(shell, site)
    assert rows(shell, "SELECT kind FROM issues") == [("forward-loop",)]
    assert rows(shell, "SELECT count(*) FROM articles") == [(0,)]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("<title>系统提示</title><p>对不起，您访问的页面不存在或已被删除！</p>", "error"),
        ("<title>用户登录</title><form>账号<input name=u>密码<input type=password name=p></form>", "login"),
        ("<p>访问过于频繁，请输入验证码后继续访问</p>", "challenge"),
    ],
)
def test_what_is_no_article_is_refused_with_what_it_is(shell: Shell, site: Server, body: str, verdict: str) -> None:
    show_only(site, "t20260601_300001.html")
    site.put("lzly", FOLDER + "t20260601_300001.html", f"<html>{body}</html>".encode())
    crawl(shell, site)
    ((kind, detail),) = rows(shell, "SELECT kind, detail FROM issues")
    assert kind == "not-an-article" and detail.startswith(f"{verdict}: ")
    assert rows(shell, "SELECT count(*) FROM articles") == [(0,)]
