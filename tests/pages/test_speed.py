"""Four times the page is at most about four times the work, whatever the page is made of."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from crawler.pages.article import parse_article
from crawler.pages.carousel import parse_slider
from crawler.pages.listing import parse_list
from crawler.profile import load_profile

URL = "http://www.chinalco.com.cn/xwzx/tplb/202405/t20240511_126000.html"
LIST = "http://www.chinalco.com.cn/xwzx/tplb/index.html"
PROFILE = load_profile("chinalco")
TODAY = date(2026, 11, 22)

TITLE = "北岭铝业签署战略合作协议"
TEXT = "5月9日,北岭铝业与澄江矿业签署战略合作协议,双方将在铝土矿勘探、再生铝利用等领域开展合作,陈明、周海参加签约仪式。"
ARTICLE = f"<p>{TEXT}</p>" * 4
ITEM = "./202405/t20240511_{}.html"

Parser = Callable[[bytes], object]
PARSERS: dict[str, Parser] = {
    "article": lambda body: parse_article(body, URL, PROFILE, None, None, TODAY),
    "list": lambda body: parse_list(body, LIST, PROFILE, None, TODAY),
    "slider": lambda body: parse_slider(body, URL, PROFILE),
}


def _page(inside: str, meta: str = "<div>来源: 北岭铝业报时间: 2024-05-11</div>", title: str = TITLE) -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{TITLE}</h1>{meta}<div>{inside}</div></body></html>"


def _each(template: str, n: int) -> str:
    return "".join(template.replace("{}", str(k)) for k in range(n))


# a page of n of something, and the n of the large page: the small one has a quarter
CASES: dict[str, tuple[Callable[[int], str], int]] = {
    "paragraphs up to 5 MB": (lambda n: _page(f"<p>{TEXT}</p>" * n), 30_000),
    "nested divs": (lambda n: _page("<div>" * n + ARTICLE + "</div>" * n), 100_000),
    "paragraphs below nested divs": (lambda n: "<div>" * 1900 + f"<p>{TEXT}</p>" * n, 12_000),
    "links below nested divs": (lambda n: "<div>" * 1900 + _each(f"<p><a href={ITEM}>标题</a>", n), 8_000),
    "nested rows": (lambda n: "<table>" + "<tr><td>a</td><td>b<div>" * 600 + "<b>字</b>" * n, 20_000),
    "one line without punctuation": (lambda n: _page("字" * n), 1_000_000),
    "links": (lambda n: _page(_each(f"<a href={ITEM}>标题{{}}号文章</a> ", n)), 20_000),
    "dated rows": (lambda n: _page(_each(f"<li><a href={ITEM}>标题{{}}号文章</a>2024-05-11</li>", n)), 10_000),
    "linked pictures": (lambda n: _page(_each(f"<a href={ITEM}><img src=W{{}}.jpg></a>", n)), 10_000),
    "links to one address": (lambda n: _page(f"<p><a href={ITEM}><img src=W.jpg></a></p>" * n), 8_000),
    "unclosed links": (lambda n: _page(ARTICLE + "<a href=x>字" * n), 8_000),
    "links in links": (lambda n: _page("<a href=x><div>字" * n + "<b>字</b>" * 20_000), 4_000),
    "labels in one line": (lambda n: _page("来源：" * n + ARTICLE), 20_000),
    "labels in lines": (lambda n: _page("<p>来源：</p>" * n + ARTICLE), 20_000),
    "labels in a linked line above the text": (
        lambda n: _page(ARTICLE, f"<p><a href=x>{'时间：2024-05-11 ' * n}</a></p><p>来源：北岭报 2024-05-11</p>"),
        20_000,
    ),
    "pictures in links in links": (lambda n: _each(f"<a href={ITEM}><img src=a.jpg><x>标题", n), 1_000),
    "brackets": (lambda n: _page(ARTICLE + "<p>。" + "(" * n), 5_000),
    "closing brackets in one line": (lambda n: _page(ARTICLE + "<p>完成。" + "（王明）" * n), 20_000),
    "closing brackets in lines": (lambda n: _page(ARTICLE + "<p>（王明）</p>" * n), 20_000),
    "a meta line of digits and dashes": (lambda n: _page(ARTICLE, f"<div>时间: {'2024-1-' * n}</div>"), 30_000),
    "a linked meta line of dates": (
        lambda n: _page(ARTICLE, f"<p><a href=x>{'2024-05-11 ' * n}</a></p><p>来源：北岭报 2024-05-11</p>"),
        20_000,
    ),
    "cells in one row": (lambda n: _page(f"<table><tr>{'<td>格' * n}</table>{ARTICLE}"), 20_000),
    "closing bodies": (lambda n: _page(f"<p>{TEXT}</body>" * n), 10_000),
    "nested spans": (lambda n: _page(ARTICLE + "<span>" * n + TEXT), 50_000),
    "marked characters": (lambda n: _page(ARTICLE + "<p>" + "<b>字</b>" * n + "</p>"), 50_000),
    "writing scripts": (lambda n: _page(ARTICLE + "<script>document.write('x')</script>" * n), 10_000),
    "guards in scripts": (
        lambda n: _page(ARTICLE + ("<script>" + ("document.write" + "if('" * 990) + "</script>") * n),
        120,
    ),
    "quotes in scripts": (
        lambda n: _page(ARTICLE + ("<script>" + "document.write('" * 60 + "'||" * 990 + "</script>") * n),
        120,
    ),
    "brackets in scripts": (
        lambda n: _page(ARTICLE + ("<script>document.write('" + "<" * 3900 + "')</script>") * n),
        120,
    ),
    "blanks in a forwarding script": (lambda n: f"<script>location{' ' * n}</script>", 20_000),
    "a title of 1 MB": (lambda n: _page(ARTICLE, title="字" * n), 1_000_000),
    "a long title and lines like it": (
        lambda n: _page("<h2>北岭铝业北岭铝业北岭铝铝</h2>" * n, title="北岭铝业" * 4 * n),
        10_000,
    ),
    "small print": (lambda n: _page(f"<p>{TEXT}</p><p>版权声明：凡本网注明。</p>" * n), 6_000),
    "a link of signs": (lambda n: _page(f"<a href='{ITEM}'>{'>' * n}a</a>"), 50_000),
    "a link of dots": (lambda n: _page(f"<a href='{ITEM}'>{'.' * n}a{'… ' * n}a</a>"), 50_000),
    "an address of digits": (
        lambda n: _page(f"<li><a href='/xwzx/tplb/{'1234.' * n}'><img src=a.jpg>标题标题</a></li>"),
        20_000,
    ),
    "headings": (lambda n: _page("<h3>标题标题</h3><p>文字" * n), 10_000),
    "line breaks": (lambda n: _page("北岭铝业<br>" * n), 10_000),
    "captions": (lambda n: _page(ARTICLE + "<p><img src=a.jpg><p>新华社记者 段可棠 摄" * n), 4_000),
}


def _cpu(parse: Parser, body: bytes) -> float:
    start = time.process_time()
    parse(body)
    return time.process_time() - start


@pytest.mark.parametrize(("case", "parser"), [(c, p) for c in CASES for p in PARSERS], ids=str)
def test_time_grows_with_the_page(case: str, parser: str) -> None:
    parse, (make, n) = PARSERS[parser], CASES[case]
    small, large = make(n // 4).encode(), make(n).encode()
    limit = min(5.0, 8 * min(_cpu(parse, small) for _ in range(3)) + 0.05)
    # a busy machine may need more than one try; a quadratic parser fails them all
    assert any(_cpu(parse, large) <= limit for _ in range(3))


@pytest.mark.parametrize("button", ["纠错】【", "A-A+", "1/1111"])
def test_rows_of_buttons_that_are_none(button: str) -> None:
    """Each could be cut in so many ways that a line of 100 characters took for ever."""
    assert _cpu(PARSERS["article"], _page(ARTICLE + f"<p>{button * (90 // len(button))}x</p>").encode()) < 1


def test_long_pages_keep_their_text() -> None:
    page = parse_article(_page(f"<p>{TEXT}</p>" * 30_000).encode(), URL, PROFILE)
    assert (page.title, page.source, str(page.published_on)) == (TITLE, "北岭铝业报", "2024-05-11")
    assert page.body == "\n".join([TEXT] * 30_000)
