"""Search: exactly what a scan of every text finds, in order, also where the index is behind."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from storage import Archive, ArchiveError
from storage.queries import Filter, reading
from storage.records import ArticleRead
from storage.search import marked, search
from storage.search_query import fold, folded, parse
from tests.storage.conftest import empty_postgresql
from tests.storage.samples import DAY, SECTIONS, SITE, page, read

# one pair of characters of each kind that could go wrong: scripts, width, case, what NFKC makes longer or joins
ALPHABET = "铝土矿鋁 礦中，。、\n\u3000aBß１2２é\u0301…①㎡\"'%_*ﬁ가\u200b\ufeff"
WORD = st.text(ALPHABET, min_size=1, max_size=4).filter(lambda word: fold(word))


def _stories() -> list[ArticleRead]:
    r = Random(5)
    days = [None, *(date(2024, 5, day) for day in range(1, 9))]

    def some(most: int) -> str:
        return "".join(r.choices(ALPHABET, k=r.randint(0, most)))

    return [read(page(n, title=some(6), body=some(30), published_on=r.choice(days))) for n in range(250)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def mixed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Stories of ALPHABET; a part is as it was indexed, a part was edited since, a part is new."""
    folder = tmp_path_factory.mktemp("archive")
    url = f"sqlite:///{folder}/news.db" if request.param == "sqlite" else empty_postgresql()
    archive = Archive.open(url, folder=str(folder))
    stories = _stories()
    first = archive.begin_run("news", SITE, SECTIONS, {})
    first.record(stories[:200])
    first.end("good")
    second = archive.begin_run("news", SITE, SECTIONS, {})
    edited = [read(page(n, title="改铝", body=stories[n].page.body[::-1], published_on=DAY)) for n in range(0, 200, 9)]
    second.record([*edited, *stories[200:]])
    archive.close()
    with reading(url) as connection:
        yield connection


def _scan(connection: Connection, hit: Any) -> list[int]:
    stories = connection.execute(text("SELECT id, title, body, published_on FROM articles")).all()
    stories = sorted(stories, key=lambda story: (str(story.published_on or ""), story.id), reverse=True)
    return [story.id for story in stories if hit(story)]


def ids(connection: Connection, query: str, wanted: Filter | None = None, **options: Any) -> list[int]:
    found = search(connection, query, wanted or Filter(), limit=1000, **options)
    assert found.total == len(found.hits)
    return [hit.article_id for hit in found.hits]


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=WORD, other=WORD)
def test_the_hits_are_those_of_a_scan(mixed: Connection, one: str, other: str) -> None:
    a, b = fold(one), fold(other)
    quoted = f"{_quoted(one)} {{}} {_quoted(other)}"

    def everything(story: Any) -> str:
        return folded(story.title, story.body)

    assert ids(mixed, _quoted(one)) == (plain := _scan(mixed, lambda story: a in everything(story)))
    assert sorted(ids(mixed, _quoted(one), order="rank")) == sorted(plain)
    assert ids(mixed, _quoted(one), titles=True) == _scan(mixed, lambda story: a in fold(story.title))
    assert ids(mixed, quoted.format("")) == _scan(mixed, lambda s: a in everything(s) and b in everything(s))
    assert ids(mixed, quoted.format("OR")) == _scan(mixed, lambda s: a in everything(s) or b in everything(s))
    assert ids(mixed, quoted.format("NOT")) == _scan(mixed, lambda s: a in everything(s) and b not in everything(s))
    assert ids(mixed, quoted.format("NOT"), titles=True) == _scan(
        mixed, lambda story: a in fold(story.title) and b not in fold(story.title)
    )


def test_pages_of_hits_join_up(mixed: Connection) -> None:
    for order in ("newest", "rank"):
        whole = search(mixed, "铝", Filter(), order=order, limit=1000).hits
        parts = [search(mixed, "铝", Filter(), order=order, limit=7, offset=first) for first in range(0, len(whole), 7)]
        assert [hit for part in parts for hit in part.hits] == whole
        assert [part.total for part in parts] == [None] * (len(parts) - 1) + [len(whole)]
    assert search(mixed, "铝", Filter(), limit=5, offset=1000).hits == []


def test_a_word_crosses_white_space_only_with_a_blank_and_no_title_end() -> None:
    text = folded("赤泥", "铝土\n　矿 石")
    assert "土 矿 石" in text and "铝土矿" not in text and fold("泥 铝") not in text


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("a b OR c", "(a AND b) OR c"),
        ("a OR b c", "a OR (b AND c)"),
        ("a NOT b c", "(a AND NOT b) AND c"),
        ("NOT a b", "b AND NOT a"),
        ('"a  AND"', '"a and"'),
        ("Ａ", "a"),
    ],
)
def test_what_binds_stronger(mixed: Connection, query: str, meant: str) -> None:
    letters = str.maketrans({"a": "铝", "b": "土", "c": "矿"})
    query, meant = (one if '"' in one or len(one) == 1 else one.translate(letters) for one in (query, meant))
    assert ids(mixed, query) == ids(mixed, meant)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "empty"),
        (" \u3000", "empty"),
        ('""', "without a character"),
        ('铝 "土', "quotation mark"),
        ("(铝", "bracket is not closed"),
        ("铝)", "bracket is closed"),
        ("()", "a word is missing"),
        ("铝 OR", "a word is missing"),
        ("AND 铝", "a word is missing"),
        ("铝 AND OR 土", "a word is missing"),
        ("NOT 铝", "NOT needs"),
        ("铝 OR NOT 土", "NOT needs"),
        ("(" * 2000 + "铝" + ")" * 2000, "more than"),
        ("(" * 300 + "铝" + ")" * 300, "more than"),
        ("\ud800", "not text"),
    ],
)
def test_what_cannot_be_searched_is_one_line(query: str, said: str) -> None:
    with pytest.raises(ArchiveError, match=re.escape(said)) as error:
        parse(query)
    assert "\n" not in str(error.value)


HOSTILE = (
    *(
        "tokens:铝",
        "铝*",
        "^铝",
        "NEAR(铝土,2)",
        "铝') OR 1=1 --",
        "'; DROP TABLE articles; --",
        "a:b&!c|d",
        "\\'",
        "{铝}",
    ),
    *("\0", "铝\0土", "%", "__", "矿" * 900, " OR ".join(["中铝"] * 140), " ".join(["铝土矿石"] * 180)),
)


@pytest.mark.parametrize("query", HOSTILE)
def test_a_query_is_data(mixed: Connection, query: str) -> None:
    word = fold(query)
    assert ids(mixed, _quoted(query)) == _scan(mixed, lambda story: word in folded(story.title, story.body))
    with suppress(ArchiveError):
        search(mixed, query, Filter())


@settings(max_examples=200, deadline=None)
@given(st.text(ALPHABET, max_size=30), WORD)
def test_marking_loses_no_character(text: str, word: str) -> None:
    parts = marked(text, [fold(word)])
    assert "".join(part for part, _ in parts) == " ".join(text.split())
