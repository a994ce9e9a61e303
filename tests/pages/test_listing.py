"""Lists in the markup that sites use, by shape alone. All rows are made up."""

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
    ],
)
def test_rows(content: str) -> None:
    assert [(row.title, str(row.listed_on)) for row in read(content).rows] == [(title, day) for _, title, day in ROWS]


def test_day_above_its_month() -> None:
    content = "".join(
        f"<li><div><b>{day[8:]}</b><span>{day[:7]}</span></div><a href='{href}'>{title}</a></li>"
        for href, title, day in ROWS
    )
    assert [str(row.listed_on) for row in read(f"<ul>{content}</ul>").rows] == [day for *_, day in ROWS]


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


@pytest.mark.parametrize(
    ("page", "pager", "further", "last"),
    [
        ("", 'function createPageHTML(a, b){} createPageHTML(3, 0, "index", "html");', "index_1.html", 3),
        ("index_1.html", 'createPageHTML(3, 1, "index", "html");', "index_2.html", 3),
        ("index_2.html", "createPageHTML(3, 2, 'index', 'html');", None, 3),
        ("", 'createPageHTML(12, 0,"list", "shtml",  "black2",621);', "list_1.shtml", 12),
        ("", 'createPageHTML(1, 0, "index", "html");', None, 1),
        (
            "",
            "</script><p><span>1</span><a href='index_1.html'>2</a><a href='index_2.html'>3</a></p>",
            "index_1.html",
            3,
        ),
        (
            "index_2.html",
            "</script><p><a href='index.html'>1</a><a href='index_1.html'>2</a><span>3</span></p>",
            None,
            3,
        ),
        ("", "", "index_1.html", None),
        ("index_1.html", "", "index_2.html", None),
    ],
)
def test_pagers(page: str, pager: str, further: str | None, last: int | None) -> None:
    found = read(f"<ul>{each('<li><a href={h}>{t}</a>{d}</li>')}</ul><script>{pager}</script>", URL + page)
    assert (found.next_url, found.last) == (further and URL + further, last)
