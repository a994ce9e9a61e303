"""What a healthy section looks like: counts what a run sees of it, and holds that against profile and earlier runs.
Pure: events in, complaints out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from statistics import median

from crawler.profile import FIELDS, Expected
from storage.records import ArticlePage, ArticleRead, Event, FetchFailed, ListRead, Problem, Seen, SliderRead

_ENOUGH = 20  # pages that tell how often a field is stated
_FEW = 5  # of fewer nothing is said
_USUAL = 5  # runs that tell how many rows are usual
_MISSED = 0.5  # so much of that is still usual
_SIGMA = 3  # what chance does not explain


@dataclass(slots=True)
class Tally:
    """One section in one run."""

    rows: int = 0  # on the list's first page, or slides
    url: str = ""  # of that page
    newest: date | None = None  # list date
    articles: int = 0  # pages read anew: a 304 says nothing of the site's template of today
    stated: Counter[str] = field(default_factory=Counter)
    lacking: dict[str, str] = field(default_factory=dict)  # by field: the last page that does not state it

    def take(self, event: Event) -> None:
        match event:
            case ListRead(number=1) | SliderRead():
                rows = event.rows if isinstance(event, ListRead) else event.slides
                self.rows, self.url = len(rows), event.fetched.url
                dates = [row.listed_on for row in event.rows if row.listed_on] if isinstance(event, ListRead) else []
                self.newest = max(dates, default=None)
            case ArticleRead() if event.fetched.status != 304:
                self._read(event.fetched.url, event.page)
            case FetchFailed(problem=Problem(kind="not-an-article")) if event.status != 304:
                self._read(event.url, None)

    def _read(self, url: str, page: ArticlePage | None) -> None:
        self.articles += 1
        for name in FIELDS:
            if page and _states(page, name):
                self.stated[name] += 1
            else:
                self.lacking[name] = url

    def seen(self) -> Seen:
        return Seen(self.rows, self.articles, self.stated)


def _states(page: ArticlePage, name: str) -> bool:
    if name == "published_on":  # its address has a date too, and always will
        return page.date_origin in ("shown", "meta")
    return bool(getattr(page, name))


def complaints(
    tally: Tally, expected: Expected, earlier: Sequence[Seen], today: date | None
) -> Iterator[tuple[Problem, str]]:
    """What is not as the profile says, or as it was in the runs before (`earlier`, the latest first), each with an
    example's URL. `today`: None for a copy of a site, which may be old."""
    if today and expected.newest_days is not None and tally.newest:
        age = (today - tally.newest).days
        if age > expected.newest_days:
            detail = f"the newest row is {age} days old, {expected.newest_days} are expected at most"
            yield Problem("stale", detail, "listed_on"), tally.url
    usual = [seen.rows for seen in earlier[:_USUAL]]
    if tally.url and len(usual) == _USUAL and 0 < tally.rows < _MISSED * median(usual):
        detail = f"{tally.rows} rows on the first page, {median(usual):g} in the runs before"
        yield Problem("fewer-rows", detail, "rows"), tally.url
    for stated in tally.lacking:
        for detail in _rarely(stated, tally.seen(), expected.fill.get(stated, 0), earlier):
            yield Problem("low-fill", detail, stated), tally.lacking[stated]


def _rarely(stated: str, now: Seen, least: float, earlier: Sequence[Seen]) -> Iterator[str]:
    """Why a field is stated too rarely."""
    pages, found = now.articles, now.stated.get(stated, 0)
    for seen in earlier:  # a run that reads few pages is judged together with those before it
        if pages >= _ENOUGH:
            break
        pages, found = pages + seen.articles, found + seen.stated.get(stated, 0)
    if pages >= _FEW and found < least * pages:
        yield f"{found} of {pages} articles state {stated}, {least:.0%} are expected at least"
        return
    before = sum(seen.articles for seen in earlier)
    if before < _ENOUGH or now.articles < _FEW:
        return
    rate, found = sum(seen.stated.get(stated, 0) for seen in earlier) / before, now.stated.get(stated, 0)
    if found + 1 < now.articles * rate - _SIGMA * sqrt(now.articles * rate * (1 - rate)):
        yield f"{found} of {now.articles} articles state {stated}, {rate:.0%} did in the runs before"
