"""The walk both spiders share: list pages of sections, from the newest backwards, and the articles they name.

Every callback yields what it saw as an event for the archive (storage/records.py), then the requests that follow.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.arguments import CrawlArguments, read_arguments
from crawler.failures import failure_of
from crawler.middlewares.blocked import KeptOut
from crawler.middlewares.capture import NOT_MODIFIED, CannotCapture
from crawler.pages.article import PARSER_VERSION
from crawler.pages.listing import parse_list
from crawler.pages.reading import Away, NoArticle, Reading, Whole
from crawler.parsing.urls import url_date
from crawler.politeness import be_polite
from crawler.profile import SiteProfile
from crawler.rereading import charset, read_page, reread
from crawler.spiders.files import FileStep
from storage import Archive, ArchiveError, Run
from storage.beijing import beijing_day
from storage.records import (
    ArticleRead,
    Due,
    Event,
    Fetched,
    FetchFailed,
    LinkedAway,
    ListRead,
    Problem,
    Reparsed,
    Row,
    Section,
    SectionKind,
    Trouble,
    UrlKind,
    WalkEnded,
)
from storage.warc import WarcError

_SLACK = timedelta(days=31)  # how far a list date may lie from the publishing date
LISTS_FIRST = 10  # priority: the frontier is written down before it is worked off


@dataclass(slots=True)
class Walk:
    """How far the walk through one section has come."""

    section: Section
    asked: set[str] = field(default_factory=set)  # its pages
    urls: set[str] = field(default_factory=set)  # of all rows so far
    own: bool = False  # some of them lie in the section's folder
    repeated: bool = False  # the first page has come again under the second's name
    newest: date | None = None
    reached: date | None = None  # the lowest dated row so far: an old item further up says nothing about coverage

    def saw(self, rows: Sequence[Row]) -> bool:
        """Takes in a page's rows; False when none of them is a row not seen before in this walk."""
        fresh = any(row.url not in self.urls for row in rows)
        self.urls.update(row.url for row in rows)
        self.own = self.own or any(self.section.path in row.url for row in rows)
        for day in (row.listed_on for row in rows if row.listed_on):
            self.newest, self.reached = max(day, self.newest or day), day
        return fresh

    def covers(self, days: int) -> bool:
        return bool(self.newest and self.reached and (self.newest - self.reached).days >= days)


class WalkSpider(Spider):
    kinds: ClassVar[tuple[SectionKind, ...]]  # of the sections this spider crawls
    arguments: CrawlArguments
    given: Mapping[str, str]  # the arguments as the user wrote them
    archive: Archive
    run: Run
    answered = 0  # pages read
    silent = 0  # articles whose address gave no answer
    lost: str | None = None  # why something fetched could not be stored
    kept_out: str | None = None  # why nothing more is asked of the site
    complaints: list[str]  # why this run is not a good one
    parsing: asyncio.Lock  # pages are parsed in the order in which they came
    steps: Iterator[Callable[[], list[Request]]]  # that follow when all lists are read

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Raises UsageError for wrong arguments, ArchiveError when the archive cannot be written."""
        arguments = read_arguments(kwargs, cls.kinds)
        settings = crawler.settings
        be_polite(settings, arguments.profile.at, arguments.profile.delay)
        spider = super().from_crawler(crawler, *args)
        spider.arguments = arguments
        spider.given = dict(kwargs)
        spider.complaints = []
        spider.parsing = asyncio.Lock()
        files = [FileStep(spider).requests] if settings.getbool("MEDIA_ENABLED") else []
        spider.steps = iter([spider.articles, *files])
        spider.archive = Archive.open(settings.get("ARCHIVE_URL") or None, folder=settings.get("ARCHIVE_DIR") or None)
        site = arguments.profile.site
        spider.archive.lock(site.id)
        walked = [] if arguments.url else [section.id for section in arguments.sections]
        spider.run = spider.archive.begin_run(spider.name, site, arguments.profile.sections, spider.given, walked)
        return spider

    @property
    def profile(self) -> SiteProfile:
        return self.arguments.profile

    # -- what is asked for

    async def start(self) -> AsyncIterator[Any]:
        if url := self.arguments.url:
            known = await asyncio.to_thread(self.run.known_url, url)
            due = known or Due(url, self._section_of(url), None)
            yield self.article_request(Reading(due, url))
            return
        for section in self.arguments.sections:
            yield self.section_request(section)
        self.crawler.signals.connect(self.work_off, signal=signals.spider_idle)

    def work_off(self) -> None:
        """All that was asked for is answered: on to the next step that has something to ask."""
        if self.kept_out:
            return
        engine = self.crawler.engine
        assert engine
        for step in self.steps:
            try:
                requests = step()
            except ArchiveError as error:
                self.lost = str(error)
                return
            for request in requests:
                engine.crawl(request)
            if requests:
                raise DontCloseSpider

    def articles(self) -> list[Request]:
        """In an order that depends on nothing but what the lists say. So a run that goes on where another was killed
        finds the copies of a story in the same order."""
        arguments = self.arguments
        sections = [section.id for section in arguments.sections]
        waiting = self.run.pending(sections, arguments.since, arguments.until)
        if not (arguments.full or arguments.since or arguments.until):
            waiting += self.run.rechecks(sections)
        return [self.article_request(Reading(one, one.url)) for one in waiting]

    def section_request(self, section: Section) -> Request:
        url = self.profile.addresses.canonical(section.path, self.profile.site.base_url) or ""
        return self.page_request(url, Walk(section), 1, 1)

    def page_request(
        self, url: str, walk: Walk, number: int, last: int | None, otherwise: str | None = None
    ) -> Request:
        walk.asked.add(url)
        known = {"walk": walk, "number": number, "last": last, "otherwise": otherwise}
        return self.request(url, "list", self.parse_list, LISTS_FIRST, **known)

    def article_request(self, reading: Reading) -> Request:
        url = reading.due.url
        request = self.request(url, "article", self.parse_article, len(reading.captures), reading=reading)
        if reading.captures:  # may be listed itself, which must not swallow this request
            return request.replace(url=self.profile.addresses.wire(reading.asked), dont_filter=True)
        return request

    def request(self, url: str, kind: UrlKind, callback: Any, priority: int, **known: Any) -> Request:
        """A request for a canonical URL; `known` goes to the callback, and to `failed` as well."""
        return Request(
            self.profile.addresses.wire(url),
            callback=callback,
            errback=self.failed,
            priority=priority,
            cb_kwargs={"url": url, "kind": kind, **known},
        )

    # -- what was answered

    async def parse_list(
        self,
        response: Response,
        url: str,
        kind: UrlKind,
        walk: Walk,
        number: int,
        last: int | None,
        otherwise: str | None,
    ) -> AsyncIterator[Any]:
        self.answered += 1
        day = beijing_day(response.meta["fetched_at"])
        page = parse_list(response.body, url, self.profile, charset(response), day, walk.own)
        fresh = walk.saw(page.rows)
        if number > 1 and not fresh and last is None:
            # a tried page that repeats the list or has no rows: its end
            yield WalkEnded(walk.section.id)
            return
        onward = page.next_url if page.next_url not in walk.asked else None
        if number == 2 and page.rows and not fresh and onward and not walk.repeated:
            # index_1.html can be page 1 where pages are counted from 1: the second is the one behind it
            walk.repeated = True
            yield self.page_request(onward, walk, 2, page.last)
            return
        yield ListRead(walk.section.id, fetched(response, url), number, page.rows)
        least = self.profile.expected[walk.section.id].min_rows
        if not page.rows:
            yield self.trouble("no-rows", walk.section, url, f"page {number} has no rows")
        elif len(page.rows) < least and (number == 1 or page.next_url):
            detail = f"page {number} has {len(page.rows)} rows, {least} are expected at least"
            yield self.trouble("few-rows", walk.section, url, detail)
        since = self.arguments.since  # what is later than `until` stands above what is asked for: read past it
        wanted = [row.url for row in page.rows if not (since and row.listed_on and row.listed_on < since - _SLACK)]
        news = await asyncio.to_thread(self.run.news, walk.section.id, wanted)
        enough = not news and walk.covers(self.profile.overlap_days) and not self.arguments.full
        if onward and fresh and not enough:
            if len(walk.asked) < self.settings.getint("LIST_PAGES_MOST"):
                yield self.page_request(onward, walk, number + 1, page.last, page.otherwise)
            else:
                yield self.trouble("endless-list", walk.section, url, f"no end after {len(walk.asked)} pages")
        elif page.rows and not fresh and (number == 2 or (last and number < last)):
            detail = f"page {number} shows the rows of pages before it"
            yield self.trouble("repeated-page", walk.section, url, detail)
        elif not page.next_url and page.last and number < page.last:
            detail = f"page {number} of {page.last} names no next page"
            yield self.trouble("no-next-page", walk.section, url, detail)
        elif (page.rows or 1 < number == last) and not self.arguments.since:  # else there are pages not looked at
            yield WalkEnded(walk.section.id)

    async def parse_article(self, response: Response, url: str, kind: UrlKind, reading: Reading) -> AsyncIterator[Any]:
        self.answered += 1
        landed = self.profile.addresses.canonical(response.url) or reading.asked
        step: Reading | Whole | Away | NoArticle | None = reading.leads_elsewhere(landed)
        async with self.parsing:
            if step is None:
                at = response.meta["fetched_at"]
                page = await asyncio.to_thread(read_page, response, landed, self.profile, reading.due, at)
                step = reading.take(page, landed, response.meta["place"], self.profile.addresses)
            before = None if isinstance(step, Reading) else await asyncio.to_thread(self.reparsed, reading.due)
        if isinstance(step, Reading):
            yield self.article_request(step)
        else:
            yield self.read(reading.due, step, fetched(response, url), before)

    def reparsed(self, due: Due) -> Reparsed | None:
        """What the parser of now reads in the bytes stored before, if another parser read them."""
        capture_id = due.capture_id
        if capture_id is None or due.parser_version == PARSER_VERSION:
            return None
        try:
            again = reread(due, self.profile, lambda url: self.run.answer(url, capture_id))
        except WarcError as error:
            self.run.note(Trouble(Problem("unreadable-capture", str(error)), due.url))
            return None
        return again if isinstance(again, Reparsed) else None

    def read(
        self, due: Due, step: Whole | Away | NoArticle, last: Fetched, before: Reparsed | None = None
    ) -> Event | None:
        """What the archive is told of an article; `last`: how its last page was answered. None outside the days asked
        for."""
        if isinstance(step, NoArticle):
            state: Literal["missing", "refused"] = "missing" if step.index else "refused"
            return FetchFailed(due.url, "article", state, step.problem, last.status, last.captures, due.section)
        if (
            len(step.captures) > 1
        ):  # validators of another address, or of one page of several, say nothing of the article
            last = Fetched(due.url, last.status)
        answer = replace(last, captures=step.captures)
        if isinstance(step, Away):
            return LinkedAway(answer, due.section, step.target)
        day = step.page.published_on
        if day and not self._in_window(day, timedelta(0)) and not self.arguments.url:
            self.logger.info("%s is of %s: outside the days asked for", due.url, day)
            return None
        born = max(filter(None, (day, url_date(due.url))), default=None)
        return ArticleRead(answer, step.page, PARSER_VERSION, due.section, born, before)

    async def failed(self, failure: Failure) -> AsyncIterator[Event | Request | None]:
        """The errback of every request: what could not be fetched is on record, and the walk's end noted."""
        request: Request = failure.request  # type: ignore[attr-defined]
        known = request.cb_kwargs
        url, kind, error = known["url"], known["kind"], failure.value
        if isinstance(error, HttpError):
            self.answered += 1
            status = error.response.status
            if status in (404, 410) and known.get("otherwise"):
                yield self.page_request(known["otherwise"], known["walk"], known["number"], known["last"])
                return
            if status in (404, 410) and self._is_behind_the_end(known):
                yield WalkEnded(known["walk"].section.id)
                return
            if status in (404, 410) and "reading" in known and known["reading"].pages:  # announced by the one before it
                broken = known["reading"].broken_off(f"{known['reading'].asked}: HTTP {status}")
                yield self.read(known["reading"].due, broken, Fetched(url, 200))
                return
            problem = Problem("http-error", f"HTTP {status}")
            state: Literal["missing", "pending"] = "missing" if status in (404, 410) else "pending"
            place = error.response.meta["place"]
            yield FetchFailed(url, kind, state, problem, status, (place,), _section_asked(known))
        elif isinstance(error, KeptOut | CannotCapture):
            raise CloseSpider(str(error))
        else:
            problem, refused = failure_of(error)
            self.silent += kind == "article" and not refused
            yield FetchFailed(url, kind, "refused" if refused else "pending", problem, section=_section_asked(known))
        if kind == "list" or self.arguments.url:
            self.complaints.append(f"{request.url}: {problem.detail}")

    def trouble(self, kind: str, section: Section, url: str, detail: str) -> Trouble:
        self.complaints.append(f"{section.name}: {detail}: {url}")
        return Trouble(Problem(kind, detail, "rows"), url, section.id)

    # -- small things

    def _is_behind_the_end(self, known: Mapping[str, Any]) -> bool:
        """A list page that was one too many: tried by us, or counted by the site. In the middle of a list it is not."""
        return "walk" in known and known["number"] > 1 and (known["last"] is None or known["number"] >= known["last"])

    def _in_window(self, day: date | None, slack: timedelta = _SLACK) -> bool:
        since, until = self.arguments.since, self.arguments.until
        return day is None or not ((since and day < since - slack) or (until and day > until + slack))

    def _section_of(self, url: str) -> str | None:
        """The section in whose folder an article lies that no list has named."""
        path = urlsplit(url).path
        inside = [
            section for section in self.profile.sections if section.kind != "slider" and path.startswith(section.path)
        ]
        return max(inside, key=lambda section: len(section.path)).id if inside else None


def fetched(response: Response, url: str) -> Fetched:
    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if value else None

    status = 304 if NOT_MODIFIED in response.flags else response.status
    return Fetched(url, status, header("ETag"), header("Last-Modified"), (response.meta["place"],))


def _section_asked(known: Mapping[str, Any]) -> str | None:
    """The section for whose sake a request was made; `known`: what its callback was given."""
    if "reading" in known:
        due: Due = known["reading"].due
        return due.section
    section: Section = known["walk"].section if "walk" in known else known["section"]
    return section.id
