"""Navigations in the markup that sites use. All names are made up."""

from datetime import date

import pytest

from crawler.pages.navigation import Column, columns, is_own_list, site_name
from crawler.profile import load_profile
from storage.records import Row

HOME = "http://www.chinalco.com.cn/"
GROUP = "<div>北岭网站群 <a href='http://zzly.chinalco.com.cn/xwzx/'>新闻中心</a><a href='http://a.example/'>望泽要闻</a></div>"
FOOT = "<div><a href='/wzdt/'>网站动态</a><p>版权所有 北岭铝业有限公司 京ICP备00000001号</p></div>"
GSYW = ("公司要闻", "/xwdt/gsyw/")
TPXW = ("图片新闻", "/xwdt/tpxw/")


def read(content: str, url: str = HOME) -> list[tuple[str, str]]:
    html = f"<html><body>{GROUP}<div>{content}</div>{FOOT}</body></html>"
    return [(column.name, column.path) for column in columns(html.encode(), url, load_profile("chinalco"))]


@pytest.mark.parametrize(
    ("content", "url", "expected"),
    [
        (
            "<ul><li><a href='/'>首页</a></li><li><a href='./xwdt/'>新闻动态</a><ul>"
            "<li><a href='/xwdt/gsyw/'>公司要闻</a><li><a href='xwdt/tpxw/index.html'>图片新闻</a></ul></li></ul>",
            HOME,
            [("新闻动态", "/xwdt/"), GSYW, TPXW],
        ),
        (
            "<TABLE><TR><TD><A HREF=/xwdt/gsyw/>&nbsp;公司要闻&nbsp;</A></TD><TD>|</TD>"
            "<TD><A HREF=/xwdt/tpxw/><B>图片新闻</B></A></TD></TR></TABLE>",
            HOME,
            [GSYW, TPXW],
        ),
        (
            "<nav><a href='../gsyw/'><span>公司</span><span>要闻</span></a>"
            "<a href='../tpxw/' title='图片新闻'><i></i></a></nav>",
            HOME + "xwdt/qydt/",
            [GSYW, TPXW],
        ),
        ("<a href='javascript:void(0)' onclick=\"location.href='/xwdt/gsyw/'\">公司要闻</a>", HOME, [GSYW]),
        (
            "<a href='http://chinalco.com.cn/xwdt/gsyw/#top'>公司要闻</a><a href='/xwdt/gsyw/'>要闻</a>",
            HOME,
            [GSYW],
        ),
        ("<footer><a href='/xwdt/gsyw/'>公司要闻</a></footer>", HOME, []),
        ("<a href='/xwdt/gsyw/'>News</a><a href='/list.aspx?id=3'>公司要闻</a><a href='/a/b.pdf'>媒体</a>", HOME, []),
        ("<a href='/xwdt/gsyw/202605/t20260511_1001.html'>北岭要闻一则</a>", HOME, []),
        ("<a href='/xwdt/gsyw/'>北岭集团召开年度工作会议部署新闻宣传</a>", HOME, []),
    ],
    ids=["drop-down", "table", "spans and ../", "script", "twice", "footer", "no column", "article", "headline"],
)
def test_columns(content: str, url: str, expected: list[tuple[str, str]]) -> None:
    assert read(content, url) == expected


@pytest.mark.parametrize(
    ("name", "news", "kind"),
    [
        *((name, True, "news") for name in ("集团要闻", "新闻中心", "企业动态", "媒体报道", "头条新闻", "基层信息")),
        *((name, True, "carousel") for name in ("图片轮播", "图片新闻")),
        *((name, False, "news") for name in ("关于我们", "产品报价", "党群工作", "联系我们")),
    ],
)
def test_a_columns_name_says_what_it_carries(name: str, news: bool, kind: str) -> None:
    column = Column(name, "/a/")
    assert (column.carries_news, column.kind) == (news, kind)


@pytest.mark.parametrize(
    ("path", "own"), [("/xwdt/gsyw/", True), ("/xwdt/", False), ("/xwdt/gsyw/index.shtml", True), ("/tpxw/", False)]
)
def test_rows_in_month_folders_are_the_columns_own(path: str, own: bool) -> None:
    address = HOME + "xwdt/gsyw/202605/t202605{0}_10{0}.html"
    rows = [Row(address.format(n), "会议", date(2026, 5, n), "article") for n in range(10, 20)]
    assert is_own_list(Column("要闻", path), rows) is own


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (FOOT, ("北岭铝业有限公司", "版权所有")),
        ("<p>Copyright © 2026 北岭股份有限公司 版权所有</p>", ("北岭股份有限公司", "版权所有")),
        ("<p>版权所有：北岭铝业有限公司京ICP备1号</p>", ("北岭铝业有限公司", "版权所有")),
        ("<title>首页 - 北岭铝业集团</title>", ("北岭铝业集团", "<title>")),
        ("<title>Home</title>", None),
    ],
)
def test_site_name(html: str, expected: tuple[str, str] | None) -> None:
    assert site_name(html.encode()) == expected
