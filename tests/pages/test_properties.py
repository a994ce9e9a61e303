"""What must not matter does not: how names are joined and where they stand, how the same page is marked up."""

import dataclasses
import json
import random
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crawler.pages.article import parse_article
from crawler.pages.listing import parse_list
from crawler.parsing.encoding import decode
from crawler.parsing.lines import parse, read_lines
from crawler.parsing.names import names
from crawler.profile import load_profile
from storage.records import ArticlePage

# -- names

TITLE = "北岭铝业与澄江矿业签署战略合作协议"
URL = "http://www.chinalco.com.cn/xwzx/tplb/202405/t20240512_126000.html"
LIST = "http://www.chinalco.com.cn/xwzx/tplb/index.html"
BODY = (
    "5月9日,北岭铝业与澄江矿业签署战略合作协议,双方将在铝土矿勘探、再生铝利用等领域开展合作,陈明、周海、吴强参加签约仪式。",
    "北岭铝业董事长施怀瑾表示,要坚持优势互补,把资源优势转化为发展优势,推动两家企业高质量发展迈上新台阶。",
    "双方有关部门、企业负责人参加会谈。",
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "慕容", "令狐")
_MINORITY = ("艾力·买买提", "阿依古丽•买买提江", "古丽娜尔・吐尔逊", "巴特尔·其木格", "买合木提·艾则孜")
# Not 社 报 会 文 图 摄: 刘建社 without a label may be a unit, and in 王明 杨 文 李强 文 may be a label.
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国辉力志永健世广义兴良海山仁波宁贵福生元全胜学祥才发武新"
    "利清飞彬富顺信子友裕哲江浩亮政亨奇之翰朗伯宏言若鸣斌栋维启克伦旭鹏泽晨以士家致炎德行时泰东西南北成来在和的了是从到"
)
_PADDINGS = ("", " ", "\u3000", "\xa0")
_SEPARATORS = ("、", "，", ",", ", ", ";", "；", " ", "\u3000", "/")
_LABELS = {
    "记者": "reporter",
    "见习记者": "reporter",
    "通讯员": "correspondent",
    "作者": "reporter",
    "撰稿": "reporter",
}
_ENDS = (":", "：", "/", "|", "｜", " ")


@st.composite
def a_name(draw: st.DrawFn) -> tuple[str, str]:
    """A name as printed, and the name."""
    if draw(st.integers(0, 7)) == 0:
        minority = draw(st.sampled_from(_MINORITY))
        return minority, minority
    surname = draw(st.one_of(st.sampled_from(_SURNAMES), st.sampled_from(_SURNAMES), st.sampled_from(_COMPOUND)))
    given_name = draw(st.text(_GIVEN, min_size=1, max_size=2))
    # 吕梁 and 安全 are on the list of what is never a name
    assume(names(surname + given_name, labelled=True))
    padding = draw(st.sampled_from(_PADDINGS)) if len(surname + given_name) == 2 else ""
    return f"{surname}{padding}{given_name}", surname + given_name


@st.composite
def a_list(draw: st.DrawFn) -> tuple[str, list[str]]:
    people = draw(st.lists(a_name(), min_size=1, max_size=9, unique_by=lambda name: name[1]))
    etc = "等" if len(people) > 1 and draw(st.booleans()) else ""
    return draw(st.sampled_from(_SEPARATORS)).join(printed for printed, _ in people) + etc, [name for _, name in people]


def _article(opening: str = "", closing: str = "", last_line: str = "", meta: str = "") -> ArticlePage:
    lines = (opening + BODY[0], BODY[1], BODY[2] + closing, last_line)
    body = "".join(f"<p>{line}</p>" for line in lines if line)
    html = (
        f"<html><head><title>{TITLE}</title></head><body><div><a href=/>首页</a> &gt; 图片轮播</div><h2>{TITLE}</h2>"
        f"<div>来源: 北岭铝业报时间: 2024-05-11{meta}</div><div>{body}</div><div>版权所有 北岭铝业</div></body></html>"
    )
    return parse_article(html.encode(), URL)


def _people(page: ArticlePage) -> list[tuple[str, str]]:
    return [(str(row.role), row.name) for row in page.bylines]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(a_list(), st.sampled_from(("()", "（）", "【】")), st.sampled_from(sorted(_LABELS)), st.sampled_from(_ENDS))
def test_every_name_of_a_list_is_found(listed: tuple[str, list[str]], brackets: str, label: str, end: str) -> None:
    said, people = listed
    opened, closed = brackets[0], brackets[1]
    bracket, labelled = f"{opened}{said}{closed}", f"{label}{end}{said}"
    unnamed, named = ([(role, name) for name in people] for role in ("reporter", _LABELS[label]))
    both = [(role, name) for name in people for role in ("reporter", "photographer")]
    assert _people(_article(closing=bracket)) == unnamed
    assert _people(_article(last_line=f"　　{bracket}")) == unnamed
    assert _people(_article(closing=f"{opened}{labelled}{closed}")) == named
    assert _people(_article(last_line=labelled)) == named
    assert _people(_article(meta=f"作者{end if end in ':：' else ': '}{said}")) == unnamed
    if label in ("记者", "见习记者", "通讯员"):  # who else stands behind a dateline
        assert _people(_article(opening=f"本网讯{opened}{label}  {said}{closed}")) == named
    for line in (f"文/图：{said}", f"文/图 {said}", f"{said} 文/图"):
        assert _people(_article(last_line=line)) == both
        assert _people(_article(closing=f"{opened}{line}{closed}")) == both


# -- markup

_FIXTURES = Path(__file__).parents[2] / "fixtures" / "pages"
_CASES = sorted(_FIXTURES.rglob("*.html"))
_TOKEN = re.compile(
    # what is no markup although it has < in it, or is not to be touched
    r"<!--.*?-->|<!\w[^>]*>|<(?P<raw>script|style|textarea|title|pre|noscript|xmp)\b.*?</(?P=raw)\s*>"
    r"|(?P<tag><(?P<close>/?)(?P<name>[a-z][\w:-]*)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>)|(?P<text>[^<]+)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_BLOCKS = frozenset("html body div p ul ol li table tbody tr h1 h2 h3 h4 h5 section article header footer".split())
_BLANKS = (" ", "\n", "\t", "  \r\n ")

Token = re.Match[str]


def _rewrite(html: str, change: Callable[[Token], str]) -> str:
    """The page with some of its tokens changed."""
    tokens = list(_TOKEN.finditer(html))
    assert "".join(token.group() for token in tokens) == html
    return "".join(map(change, tokens))


def _attributes(tag: Token) -> list[tuple[str, str | None]]:
    found = _ATTRIBUTE.findall(tag["rest"])
    return [(name, (value[1:-1] if value[0] in "\"'" else value) if value else None) for name, value in found]


def _tag(tag: Token, attributes: list[str], name: str = "", blank: str = " ") -> str:
    end = " /" if tag["rest"].rstrip().endswith("/") else ""
    return f"<{tag['close']}{name or tag['name']}{''.join(blank + attribute for attribute in attributes)}{end}>"


def _attribute(name: str, value: str | None, quotes: str = "\"'") -> str:
    """The attribute in the first of these quotes that is possible; a blank stands for none."""
    if value is None:
        return name
    for quote in quotes:
        if quote == " " and re.fullmatch(r"[\w./:#-]*[\w#-]", value):
            return f"{name}={value}"
        if quote != " " and quote not in value:
            return f"{name}={quote}{value}{quote}"
    return _attribute(name, value)


def blanks_in_tags(html: str, _: ArticlePage, rnd: random.Random) -> str:
    def change(token: Token) -> str:
        if not token["tag"]:
            return token.group()
        blank = rnd.choice(_BLANKS)
        return _tag(token, [_attribute(*told) for told in _attributes(token)], blank=blank)[:-1] + blank + ">"

    return _rewrite(html, change)


def quotes(html: str, _: ArticlePage, rnd: random.Random) -> str:
    def change(token: Token) -> str:
        order = rnd.choice((" \"'", "\"'", "'\""))
        return _tag(token, [_attribute(*told, order) for told in _attributes(token)]) if token["tag"] else token.group()

    return _rewrite(html, change)


def letter_case(html: str, _: ArticlePage, rnd: random.Random) -> str:
    def change(token: Token) -> str:
        case = rnd.choice((str.upper, str.lower, str.title))
        told = [_attribute(case(name), value) for name, value in _attributes(token)] if token["tag"] else []
        return _tag(token, told, case(token["name"])) if token["tag"] else token.group()

    return _rewrite(html, change)


def more_attributes(html: str, _: ArticlePage, rnd: random.Random) -> str:
    extra = ("data-v-7ba5bd90", "aria-label=x", 'onmouseover="a > b"', "tabindex='0'", "lang=zh-CN", "x:y=1")

    def change(token: Token) -> str:
        if not token["tag"] or token["close"]:
            return token.group()
        told = [_attribute(*told) for told in _attributes(token)]
        return _tag(token, [*told, rnd.choice(extra)])

    return _rewrite(html, change)


def comments(html: str, _: ArticlePage, rnd: random.Random) -> str:
    comment = ("<!-- 来源：北岭 2020-01-01 -->", "<!---->", "<!--enpcontent--><!--/enpcontent-->", "<!--<p-->")
    return _rewrite(html, lambda token: token.group() + (rnd.choice(comment) if token["tag"] else ""))


def blanks_in_text(html: str, _: ArticlePage, rnd: random.Random) -> str:
    """One white space for another, and white space between blocks."""

    def change(token: Token) -> str:
        if token["tag"] and token["close"] and token["name"].lower() in _BLOCKS:
            return token.group() + rnd.choice(_BLANKS)
        return re.sub(r"[ \t\r\n]+", rnd.choice(_BLANKS), token.group()) if token["text"] else token.group()

    return _rewrite(html, change)


def spans(html: str, page: ArticlePage, rnd: random.Random) -> str:
    """Elements around characters of an article's body, as word processors leave them; rows of an index are no such."""
    paragraphs = set(page.body.split("\n")) if page.verdict == "article" else set()

    def change(token: Token) -> str:
        text = token["text"] or ""
        if " ".join(unescape(text).split()) not in paragraphs or "&" in text or len(text) < 30:
            return token.group()
        at = rnd.randrange(1, len(text) - 1)
        until = rnd.randrange(at, len(text))
        tag = rnd.choice(("span", "font", "b", "SPAN lang=EN-US", "o:p", "strong", "i"))
        return f"{text[:at]}<{tag}>{text[at:until]}</{tag.split()[0]}>{text[until:]}"

    return _rewrite(html, change)


def entities(html: str, _: ArticlePage, rnd: random.Random) -> str:
    def coded(match: re.Match[str]) -> str:
        character = match.group()
        if rnd.random() < 0.7:
            return character
        if character == "\xa0":
            return "&nbsp;"
        return f"&#{ord(character)};" if rnd.random() < 0.5 else f"&#x{ord(character):X};"

    def change(token: Token) -> str:
        return re.sub(r"[^\x00-\x7f]", coded, token["text"]) if token["text"] else token.group()

    return _rewrite(html, change)


Rewriting = Callable[[str, ArticlePage, random.Random], str]
REWRITINGS: list[Rewriting] = [
    spans,
    blanks_in_text,
    entities,
    comments,
    more_attributes,
    letter_case,
    blanks_in_tags,
    quotes,
]


@cache
def _case(path: Path) -> tuple[str, str, date | None, date | None, ArticlePage]:
    """The page, its address and days, and what is read from it."""
    html = decode(path.read_bytes()).text
    told = path.with_name("meta.json")
    meta: dict[str, str | None] = json.loads(told.read_text("utf-8")) if told.exists() else {}
    url = meta.get("url") or URL
    days = (meta.get(key) for key in ("listed_on", "fetched_on"))
    listed, fetched = (date.fromisoformat(day) if day else None for day in days)
    return html, url, listed, fetched, parse_article(html.encode(), url, None, None, listed, fetched)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    st.sampled_from(_CASES), st.lists(st.sampled_from(REWRITINGS), min_size=1, max_size=3, unique=True), st.integers()
)
def test_harmless_markup_changes_no_field(path: Path, rewritings: list[Rewriting], seed: int) -> None:
    html, url, listed, fetched, page = _case(path)
    for rewriting in sorted(rewritings, key=REWRITINGS.index):
        html = rewriting(html, page, random.Random(seed))
    read = parse_article(html.encode(), url, None, None, listed, fetched)
    assert dataclasses.replace(read, rules={}) == dataclasses.replace(page, rules={})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(_CASES), st.sampled_from(REWRITINGS), st.integers())
def test_harmless_markup_changes_no_row(path: Path, rewriting: Rewriting, seed: int) -> None:
    html, _, _, _, page = _case(path)
    before, after = (
        parse_list(text.encode(), LIST, load_profile("chinalco"), None, date(2026, 11, 22))
        for text in (html, rewriting(html, page, random.Random(seed)))
    )
    assert after == before


def test_blanks_in_a_link_are_not_its_text() -> None:
    lines, _ = read_lines(parse("<p><a href=a.html>新闻 \r\n \r\n \r\n 频道</a>北岭铝业召开会议</p>"))
    assert lines[0].linked == 5 and not lines[0].is_link
