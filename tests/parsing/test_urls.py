from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request

from crawler.parsing.urls import Addresses, doc_id, looks_like_article, upload_date, url_date

SITE = Addresses("http://www.a.com", frozenset(["www.a.com", "www.a.com.cn"]), "http://127.0.0.1:8000")
LIST = "http://www.a.com/xwzx/gsyw/index_1.html"


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("./202405/t20240511_124247.html", "http://www.a.com/xwzx/gsyw/202405/t20240511_124247.html"),
        ("../tplb/202405/t20240511_124248.html#top", "http://www.a.com/xwzx/tplb/202405/t20240511_124248.html"),
        ("/xwzx/", "http://www.a.com/xwzx/"),
        ("https://www.a.com.cn:443/xwzx/index.html", "http://www.a.com/xwzx/"),
        ("//WWW.A.COM.CN/x.html?utm_source=wx&id=3", "http://www.a.com/x.html?id=3"),
        ("http://127.0.0.1:8000/x.html", "http://www.a.com/x.html"),
        ("https://mp.weixin.qq.com/s/AbC?from=timeline", "https://mp.weixin.qq.com/s/AbC"),
        ("http://b.com:8080/x", "http://b.com:8080/x"),
        ("http://user:word@www.a.com/x", "http://www.a.com/x"),
        ("http://user:word@b.com/x", "http://b.com/x"),
        ("javascript:void(0)", None),
        ("mailto:a@b.c", None),
        ("http://[::1/x", None),
    ],
)
def test_canonical(href: str, canonical: str | None) -> None:
    assert SITE.canonical(href, LIST) == canonical


_href = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "http://",
                "//",
                "@",
                ":",
                "[",
                "]",
                "/",
                "..",
                "?",
                "&",
                "=",
                "#",
                "%",
                ";",
                "www.a.com",
                "u:pw",
                "utm_x=1",
                "/index.html",
                "\t",
                "\n",
                "\\",
                "\ud800",
                "８０",
                "ß",
                "。",
                "xn--",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=12,
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(_href.map("".join))
def test_any_link_has_one_canonical_form_or_none(href: str) -> None:
    found = SITE.canonical(href, LIST)
    if found is not None:
        assert SITE.canonical(found) == found
        assert "@" not in urlsplit(found).netloc
        assert SITE.wire(found).startswith(SITE.at + "/") == SITE.owns(found)
        Request(SITE.wire(found))
        looks_like_article(found), url_date(found), doc_id(found), upload_date(found)


def test_wire_address_is_the_mirrors() -> None:
    assert SITE.wire("http://www.a.com/x/t20240511_1.html") == "http://127.0.0.1:8000/x/t20240511_1.html"
    assert SITE.wire("http://b.com/x") == "http://b.com/x"


def test_kinds() -> None:
    assert SITE.kind("http://www.a.com/x/P020260911578215495483.pdf") == "file"
    assert SITE.kind("http://www.a.com/x/t20240511_1.html") == "article"
    assert SITE.kind("https://mp.weixin.qq.com/s/x") == "link"


@pytest.mark.parametrize(
    ("url", "on", "number"),
    [
        ("http://a.com/x/202405/t20240511_124247.html", date(2024, 5, 11), "124247"),
        ("http://a.com/x/202405/t20240511_124247_1.html", date(2024, 5, 11), "124247"),
        ("http://a.com/2024-05/11/content_1.shtml", date(2024, 5, 11), None),
        ("http://a.com/x/t20249911_5.html", None, "5"),
        ("http://a.com/x/index_1.html", None, None),
    ],
)
def test_what_an_address_tells(url: str, on: date | None, number: str | None) -> None:
    assert (url_date(url), doc_id(url)) == (on, number)


def test_upload_date() -> None:
    assert upload_date("http://a.com/W020250829439443352974.jpg") == date(2025, 8, 29)
    assert upload_date("http://a.com/P020260911578215495483_ORIGIN.pdf") == date(2026, 9, 11)
    assert upload_date("http://a.com/W020250829990000002974.jpg") is None  # no such millisecond of a day


def test_sections_are_no_articles() -> None:
    assert looks_like_article("http://a.com/x/202405/t20240511_124247.html")
    assert not looks_like_article("http://a.com/xwzx/gsyw/")
