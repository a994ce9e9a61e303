"""Finds stories by what they say: exactly those that a scan of every folded text would find, most without reading any
other. The index proposes, the text decides."""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Any, Literal

from sqlalchemy import Connection, distinct, func, select

from storage import search_index
from storage.models import Appearance, Article, Byline, Revision, Section, Url
from storage.queries import Filter, conditions, expect_known
from storage.search_index import FREQUENT, OFTEN, TITLE, article_of
from storage.search_query import Expression, fold, folded, matches, parse, wanted_part, words

Order = Literal["newest", "rank"]
Marked = tuple[tuple[str, bool], ...]  # parts of a text in order, and whether a word of the query stands there

_BEFORE, _LENGTH = 24, 100  # characters of a snippet: before its first word, in all
_SLOW = 2000  # queued articles from which on a search says that it reads them all
_FEW = 5000  # a person's articles: up to that many are read without the index
FACETED = 1000  # the newest hits that facets count
_MOST_VALUES = 50  # of a facet


@dataclass(frozen=True, slots=True)
class Hit:
    article_id: int
    title: str | None
    published_on: date | None
    source: str | None
    url: str
    headline: Marked  # the title
    snippet: Marked  # from the body; with `history`, where only an earlier revision has the words, from that
    earlier: bool  # only an earlier revision has the words


@dataclass(frozen=True, slots=True)
class Found:
    hits: list[Hit]
    total: int | None  # None: there are more than were looked at
    notes: list[str]  # for the reader: what made this search slow


@dataclass(frozen=True, slots=True)
class Facet:
    value: str  # as Filter takes it; of a year, its four digits
    label: str
    hits: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Most frequent first, years latest first; at most 50 values each."""

    covered: int  # the newest hits: all, or as many as are counted at most
    complete: bool  # these are all
    sites: list[Facet]
    sections: list[Facet]
    sources: list[Facet]
    people: list[Facet]
    years: list[Facet]


def search(
    connection: Connection,
    query: str,
    wanted: Filter,
    *,
    order: Order = "newest",
    titles: bool = False,
    history: bool = False,
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """Stories whose title or body (`titles`: title only; `history`: also as an earlier revision has them) fulfil the
    query (search_query.parse). Newest: by day, undated last, then by id, latest first. Rank: those first that fulfil it
    by their title, then those that have each word at least three times, then the others; each group newest first.
    Raises ArchiveError for a query that cannot be searched, and for a site or section that does not exist."""
    hunt = _Hunt(connection, query, wanted, titles, history)
    found = hunt.hits(order, offset + limit + 1)
    passed = sum(1 for _ in islice(found, offset))
    hits = [hunt.shown(one) for one in islice(found, limit)]
    return Found(hits, total=None if next(found, None) else passed + len(hits), notes=hunt.notes)


def every(
    connection: Connection, query: str, wanted: Filter, *, titles: bool = False, history: bool = False
) -> list[int]:
    """The ids of all hits, lowest first."""
    hunt = _Hunt(connection, query, wanted, titles, history)
    return sorted(found.article.id for found in hunt.hits("newest", search_index.BATCH))


def facets(
    connection: Connection, query: str, wanted: Filter, *, titles: bool = False, history: bool = False
) -> Facets:
    """How many of the newest hits are on which site, in which section and so on; a story may be on several."""
    stream = _Hunt(connection, query, wanted, titles, history).hits("newest", FACETED)
    rows = [found.article for found in islice(stream, FACETED)]
    return count_facets(connection, rows, complete=len(rows) < FACETED or next(stream, None) is None)


def count_facets(connection: Connection, rows: Sequence[Any], complete: bool) -> Facets:
    """`rows`: of articles, with id and published_on; `complete`: all that were found."""
    ids = [row.id for row in rows]
    number = func.count(distinct(Appearance.article_id))
    site = func.coalesce(Section.site_id, Url.site_id)
    places = (
        select(site, site, number)
        .select_from(Appearance)
        .join(Url, Url.url == Appearance.url)
        .outerjoin(Section, Section.id == Appearance.section_id)
        .where(Appearance.article_id.in_(ids))
        .group_by(site)
    )
    sections = (
        select(Section.code, func.min(Section.name), number)
        .join(Appearance, Appearance.section_id == Section.id)
        .where(Appearance.article_id.in_(ids))
        .group_by(Section.code)
    )
    people = (
        select(Byline.name, Byline.name, func.count(distinct(Byline.article_id)))
        .where(Byline.article_id.in_(ids))
        .group_by(Byline.name)
    )
    sources = (
        select(Article.source, Article.source, func.count())
        .where(Article.id.in_(ids), Article.source.is_not(None))
        .group_by(Article.source)
    )
    years: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.published_on:
            years[f"{row.published_on.year:04}"] += 1

    def counted(statement: Any) -> list[Facet]:
        values = [Facet(*row) for row in connection.execute(statement)]
        return sorted(values, key=lambda facet: (-facet.hits, facet.value))[:_MOST_VALUES]

    return Facets(
        covered=len(rows),
        complete=complete,
        sites=counted(places),
        sections=counted(sections),
        sources=counted(sources),
        people=counted(people),
        years=[Facet(year, year, hits) for year, hits in sorted(years.items(), reverse=True)][:_MOST_VALUES],
    )


@dataclass(frozen=True, slots=True)
class _Found:
    article: Any  # id, title, body, published_on, source, url
    title: str  # of the version that fulfils the query
    body: str
    folded: str
    earlier: bool  # not the article's version of now


class _Hunt:
    """One search on its way."""

    def __init__(self, connection: Connection, query: str, wanted: Filter, titles: bool, history: bool) -> None:
        if wanted.site or wanted.section:
            expect_known(connection, wanted)
        self.connection, self.wanted, self.titles, self.history = connection, wanted, titles, history
        self.expression = parse(query)
        self.positive = wanted_part(self.expression)
        self.words = words(self.expression)
        # The index may follow while we read, so what it lacks is asked for first.
        self.read_anyway = set(search_index.waiting(connection))
        self.notes: list[str] = []
        if len(self.read_anyway) > _SLOW:
            self.notes.append(f"{len(self.read_anyway)} stories are not in the index yet: newsarchive index")
        if history:
            edited = select(Revision.article_id).where(Revision.seq > 1)
            self.read_anyway.update(connection.execute(edited).scalars())

    def hits(self, order: Order, at_most: int) -> Iterator[_Found]:
        if order == "newest" or self.titles:
            yield from self._all(TITLE if self.titles else "", self.expression, at_most)
            return
        for rank, mark in enumerate((TITLE, FREQUENT, "")):
            expression = self.positive if mark else self.expression
            yield from (found for found in self._all(mark, expression, at_most) if self._rank(found) == rank)

    def shown(self, found: _Found) -> Hit:
        row = found.article
        _, searched, _ = found.folded.split("\n")
        return Hit(
            *(row.id, row.title, row.published_on, row.source, row.url),
            headline=marked(found.title, self.words),
            snippet=_snippet(found.body, searched, self.words),
            earlier=found.earlier,
        )

    def _all(self, mark: str, expression: Expression, at_most: int) -> Iterator[_Found]:
        portion = min(at_most + at_most // 4, search_index.BATCH)  # of the candidates hardly any fails
        numbers = self._candidates(mark, expression, portion)
        while some := list(islice(numbers, portion)):
            yield from self._read(some)
            portion = min(portion * 2, search_index.BATCH)

    def _candidates(self, mark: str, expression: Expression, portion: int) -> Iterator[int]:
        """Row numbers, highest first."""
        if self.wanted.person and (few := self._of_person(self.wanted.person)) is not None:
            yield from sorted(search_index.numbers(self.connection, few), reverse=True)
            return
        span = search_index.span(self.wanted.since, self.wanted.until)
        indexed = search_index.candidates(self.connection, expression, mark, span, portion)
        others = sorted(search_index.numbers(self.connection, self.read_anyway), reverse=True)
        fresh = (number for number in indexed if article_of(number) not in self.read_anyway)
        yield from heapq.merge(fresh, others, reverse=True)

    def _of_person(self, person: str) -> list[int] | None:
        """Articles, if they are few."""
        named = select(Byline.article_id).where(Byline.name == person).distinct().limit(_FEW + 1)
        ids = list(self.connection.execute(named).scalars())
        return ids if len(ids) <= _FEW else None

    def _read(self, numbers: Sequence[int]) -> Iterator[_Found]:
        """Those that the filter lets through and that fulfil the query, in this order."""
        ids = list(map(article_of, numbers))
        columns = (Article.id, Article.title, Article.body, Article.published_on, Article.source, Article.url)
        asked = select(*columns).where(Article.id.in_(ids), *conditions(self.wanted))
        rows = {row.id: row for row in self.connection.execute(asked)}
        earlier = self._earlier([one for one in rows if one in self.read_anyway]) if self.history else {}
        for row in filter(None, map(rows.get, ids)):
            for number, (title, body) in enumerate([(row.title, row.body), *earlier.get(row.id, ())]):
                text = folded(title, body)
                if self._fulfils(text):
                    yield _Found(row, title or "", body, text, earlier=number > 0)
                    break

    def _earlier(self, ids: Sequence[int]) -> dict[int, list[tuple[str | None, str]]]:
        """Titles and bodies of all revisions, the latest first."""
        found = defaultdict(list)
        revisions = select(Revision.article_id, Revision.title, Revision.body).where(Revision.article_id.in_(ids))
        for article_id, title, body in self.connection.execute(revisions.order_by(Revision.seq.desc())):
            found[article_id].append((title, body))
        return found

    def _fulfils(self, text: str) -> bool:
        within = text.partition("\n")[0] if self.titles else text
        return matches(self.expression, lambda word: word in within)

    def _rank(self, found: _Found) -> int:
        title = found.folded.partition("\n")[0]
        if found.earlier:
            return 2
        if matches(self.positive, lambda word: word in title):
            return 0
        return 1 if matches(self.positive, lambda word: found.folded.count(word) >= OFTEN) else 2


def marked(text: str, some: Sequence[str]) -> Marked:
    """Where folded words stand in a text; its white space becomes single blanks."""
    text = " ".join(text.split())
    searched = fold(text)
    places: Sequence[int] = range(len(text))  # in the text, of each character that is searched
    if len(searched) != len(text):
        parts = [fold(character) or " " for character in text]
        searched = "".join(parts)
        places = [place for place, part in enumerate(parts) for _ in part]
    inside: set[int] = set()
    for word in some:
        at = searched.find(word)
        while at >= 0:
            inside.update(places[at : at + len(word)])
            at = searched.find(word, at + 1)
    runs = groupby(enumerate(text), key=lambda one: one[0] in inside)
    return tuple(("".join(character for _, character in run), hit) for hit, run in runs)


def _snippet(body: str, searched: str, some: Sequence[str]) -> Marked:
    """`searched`: the folded body."""
    text = " ".join(body.split())
    first = min((at for word in some if (at := searched.find(word)) >= 0), default=0)
    if len(searched) != len(text):
        first = bisect_left(range(len(text)), first, key=lambda end: len(fold(text[:end])))
    start = max(first - _BEFORE, 0)
    end = start + _LENGTH
    cut: Marked = (("…", False),)
    return (*cut * (start > 0), *marked(text[start:end], some), *cut * (end < len(text)))
