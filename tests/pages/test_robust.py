"""Whatever a server sends, the parsers answer: no exception, no hang."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.article import parse_article
from crawler.pages.carousel import parse_slider
from crawler.pages.listing import parse_list
from crawler.profile import load_profile

URL = "http://www.chinalco.com.cn/xwzx/tplb/202405/t20240511_126000.html"
PROFILE = load_profile("chinalco")
TODAY = date(2026, 11, 22)

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
]
markup = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=20)), max_size=60).map("".join)
pages = st.one_of(
    st.binary(max_size=400),
    markup.map(lambda text: text.encode("utf-8", "replace")),
    markup.map(lambda text: text.encode("gb18030", "replace")),
)


@settings(max_examples=300, deadline=None)
@given(pages)
def test_any_bytes_give_an_answer(body: bytes) -> None:
    parse_article(body, URL, PROFILE, None, None, TODAY)
    parse_list(body, URL, PROFILE, None, TODAY)
    parse_slider(body, URL, PROFILE)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["gbk", "big5", "utf-16", "nonsense", "hex", "rot13", "utf-7", ""]))
def test_any_charset_label_gives_an_answer(body: bytes, charset: str) -> None:
    parse_article(body, URL, PROFILE, charset)
