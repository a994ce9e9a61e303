"""The last step of a crawl: pictures and attachments, one after the other, so that no page ever waits for them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.failures import failure_of
from crawler.middlewares.blocked import KeptOut
from crawler.middlewares.capture import UNCAPTURED
from crawler.pages.file import file_type
from storage import ArchiveError
from storage.records import Event, Fetched, FetchFailed, FileRead, Problem, Trouble

if TYPE_CHECKING:
    from crawler.spiders.walk import WalkSpider

_PATIENCE = 3  # files in a row without an answer; then the host is left alone


class FileStep:
    def __init__(self, spider: "WalkSpider") -> None:
        self.spider = spider
        self.waiting: deque[str] = deque()
        self.unanswered = self.in_a_row = 0
        self.last = ("", "")  # that gave no answer, and why

    def requests(self) -> list[Request]:
        """The first one: each asks for the next when it is answered. Raises ArchiveError."""
        sections = [section.id for section in self.spider.arguments.sections]
        self.waiting.extend(self.spider.run.files(sections))
        return [step for step in self._go_on() if isinstance(step, Request)]

    async def parse(self, response: Response, url: str) -> AsyncIterator[Event | Request]:
        self.in_a_row = 0
        kind = file_type(response.body, (response.headers.get("Content-Type") or b"").decode("latin-1"))
        if isinstance(kind, Problem):
            yield FetchFailed(url, "file", "refused", kind, response.status)
        else:
            try:
                stored = await asyncio.to_thread(self.spider.run.keep, response.body, kind)
            except ArchiveError as error:
                self.spider.lost = str(error)
                raise CloseSpider(str(error)) from error
            yield FileRead(Fetched(url, response.status), stored)
        for step in self._go_on():
            yield step

    async def failed(self, failure: Failure) -> AsyncIterator[Event | Request]:
        request: Request = failure.request  # type: ignore[attr-defined]
        url, error = request.cb_kwargs["url"], failure.value
        status = error.response.status if isinstance(error, HttpError) else None
        problem, refused = (Problem("http-error", f"HTTP {status}"), False) if status else failure_of(error)
        if status in (404, 410):
            self.in_a_row = 0
            yield FetchFailed(url, "file", "missing", problem, status)
        elif refused:
            self.in_a_row = 0
            yield FetchFailed(url, "file", "refused", problem)
        else:
            self.unanswered, self.last = self.unanswered + 1, (url, problem.detail)
            self.in_a_row = _PATIENCE if isinstance(error, KeptOut) else self.in_a_row + 1
            yield FetchFailed(url, "file", "pending", problem, status)
        for step in self._go_on():
            yield step

    def _go_on(self) -> Iterator[Request | Trouble]:
        if self.waiting and self.in_a_row < _PATIENCE and not self.spider.kept_out:
            url = self.waiting.popleft()
            settings = self.spider.settings
            yield Request(
                self.spider.profile.addresses.wire(url),
                callback=self.parse,
                errback=self.failed,
                dont_filter=True,  # each stands in the archive once
                cb_kwargs={"url": url},
                meta={UNCAPTURED: True, "download_maxsize": settings.getint("MEDIA_MAXSIZE"), "download_warnsize": 0},
            )
        elif self.unanswered:  # one issue for all of them: they are tried again by every run
            self.spider.kept_out = None  # files are often guarded where pages are not: these decide the outcome
            url, reason = self.last
            left = f", {len(self.waiting)} were not asked for" if self.waiting else ""
            yield Trouble(Problem("files-unanswered", f"{self.unanswered} files gave no answer{left}: {reason}"), url)
