"""Whatever a server sends, the parsers answer: no exception, no hang."""

import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.article import parse_article
from crawler.pages.carousel import parse_slider
from crawler.pages.listing import parse_list
from crawler.profile import load_profile

URL = "http://www.chinalco.com.cn/xwzx/tplb/202405/t20240511_126000.html"
PROFILE = load_profile("chinalco")
TODAY = date(2026, 11, 22)
PAGES = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "fixtures" / "pages").rglob("*.html"))]

# pieces that steer the parsers into their branches
_PIECES = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</tr>",
    "</table>",
    "<br>",
    "</html>",
    "<body>",
    "<h1>",
    "</h1>",
    "<a href='./t20240511_1.html'>",
    "<a href='http://[x'>",
    "</a>",
    "<img src=a.jpg>",
    "<script>",
    "document.write('x')",
    "</script>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "来源：",
    "时间: 2024-05-11",
    "2026-02-30",
    "作者:",
    "(记者 王明)",
    "【责编：",
    "】",
    "附件:",
    "首页 > 新闻",
    "本网讯",
    "。",
    "，",
    "、",
    "张三",
    "\x00",
    "&#xD800;",
    "&nbsp;",
    "\u3000",
    "<o:p>",
    "<a\nhref=>",
    'createPageHTML(3, 0, "index", "html");',
    "createPageHTML('p',null,9,'',);",
    "var countPage = 5; currPage:1, Ls.pagination",
    "<a href='index_1.html'>2</a>",
    "<a href='?page=9&p=1'>下一页</a>",
    "<span>1</span>",
    "<li onclick=\"window.open('t20240511_1.html')\">",
    "<datastore><record><![CDATA[",
    "]]>",
    "2026-05",
    " 12 ",
    "<script>imgUrl1='a.jpg';imgLink1='t20240511_1.html';imgtext1='\\ud800';</script>",
    "<script>({img:'a.jpg',url:'t20240511_2.html'},{img:'',url:'a.jpg'})</script>",
    "<script>pics='a.jpg|b.jpg';links='x|y|z';document.write('<a href=x><img src=a.jpg>')</script>",
    "时间：昨天 25:10",
    "发布：99999999天前",
    "<img src=a.jpg width=²>",
    "<a href=./t20240511_1.html><img\x02alt=x src=a.jpg>",
    "９９",
    "9" * 20,
    "\u202e",
    "&#x1F468;&zwj;",
]
markup = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=20)), max_size=60).map("".join)
pages = st.one_of(
    st.binary(max_size=400),
    markup.map(lambda text: text.encode("utf-8", "replace")),
    markup.map(lambda text: text.encode("gb18030", "replace")),
)


_CHARSETS = (
    "gbk big5 utf-16 utf-32 nonsense hex rot13 utf-7 idna punycode unicode_escape charmap undefined zlib 文 cp037 hz"
).split()
_TAG = re.compile(rb"<[^<>]*>")
_DECLARED = re.compile(rb"charset=[^>]*")

place = st.floats(0, 1, exclude_max=True)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A page that looks real, damaged in a few places."""
    body = draw(st.sampled_from(PAGES))
    for _ in range(draw(st.integers(1, 4))):
        at, until = sorted(int(draw(place) * len(body)) for _ in range(2))
        tags = [match.span() for match in _TAG.finditer(body)] or [(0, 0)]
        (begin, behind), other = (tags[int(draw(place) * len(tags))] for _ in range(2))
        match draw(st.sampled_from(["cut", "end", "splice", "flip", "drop", "double", "swap", "unquote", "charset"])):
            case "cut":
                body = body[:at] + body[until:]
            case "end":
                body = body[:until]
            case "splice":
                body = body[:at] + draw(st.sampled_from(PAGES))[at:until] + body[at:]
            case "flip":
                noise = draw(st.binary(min_size=1, max_size=30))
                body = body[:at] + noise + body[at + len(noise) :]
            case "drop":
                body = body[:begin] + body[behind:]
            case "double":
                body = body[:behind] + body[begin:behind] * draw(st.integers(1, 300)) + body[behind:]
            case "swap":  # an element that ends inside another
                body = body[:begin] + body[slice(*other)] + body[behind:]
            case "unquote":
                body = body[:at] + re.sub(rb"[\"']", b"", body[at:until]) + body[until:]
            case "charset":
                label = draw(st.one_of(st.sampled_from(_CHARSETS), st.text(max_size=8)))
                body = _DECLARED.sub(lambda _: b"charset=" + label.encode("utf-8", "replace"), body)  # noqa: B023
    return body


def _answer(body: bytes, charset: str | None = None) -> None:
    for parse in (
        lambda: parse_article(body, URL, PROFILE, charset, None, TODAY),
        lambda: parse_list(body, URL, PROFILE, charset, TODAY),
        lambda: parse_slider(body, URL, PROFILE, charset),
    ):
        start = time.process_time()
        parse()
        assert time.process_time() - start < 2


@settings(max_examples=400, deadline=None, derandomize=True)
@given(pages)
def test_any_bytes_give_an_answer(body: bytes) -> None:
    _answer(body)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(mutated())
def test_damaged_pages_give_an_answer(body: bytes) -> None:
    _answer(body)


def test_attribute_names_that_lxml_reads_but_refuses_to_look_up() -> None:
    _answer("<ul><li><a href='./t20240511_1.html'><img {x=1 src='a.jpg'>一季度</a></li></ul>".encode())


def test_a_line_inside_a_link_that_began_before_it() -> None:
    _answer(b"<a ><n>\xff\xff\xff.jpg><img ><")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=200), st.one_of(st.sampled_from(_CHARSETS), st.text(max_size=12)))
def test_any_charset_label_gives_an_answer(body: bytes, charset: str) -> None:
    _answer(body, charset)


@pytest.mark.parametrize(
    "piece",
    [
        "<div>时间：昨天 25:10</div>",
        "<div>时间：99999999天前</div>",
        "<img src=a.jpg width=²>",
        "<a href=./t20240511_1.html><img\x02alt=x src=a.jpg>",
        f"<img src=a.jpg width={'9' * 5000}>",
        f"<script>createPageHTML({'9' * 5000}, 0, 't20240511_126000', 'html')</script>",
        f"<meta http-equiv=refresh content='{'9' * 5000};url=a.html'>",
    ],
)
def test_numbers_beyond_reason(piece: str) -> None:
    _answer(f"<html><title>北岭</title><h1>北岭铝业召开会议</h1>{piece}<p>北岭铝业。</p></html>".encode())
