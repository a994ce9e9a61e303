"""Sites that keep us out are left alone: after a challenge, two 403s in a row, ten tries without an answer, or if told
to come back much later. One that asks for a little patience gets it."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response

if TYPE_CHECKING:
    from crawler.spiders.walk import WalkSpider

_CHALLENGES = (412, 521)  # what 瑞数 and 加速乐 answer instead of the page
_BUSY = (429, 503)
_PATIENCE = 120  # seconds that we wait if asked to
_BUSY_AT_MOST = 10  # in a row
_SILENT = 10  # tries without an answer


class KeptOut(IgnoreRequest):
    """The site has refused us in this run."""


class BlockedMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.forbidden = self.busy = self.silent = (
            0  # answers 403, answers 429 or 503, tries without an answer, in a row
        )
        self.resume_at = 0.0  # on the monotonic clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> "WalkSpider":
        return cast("WalkSpider", self.crawler.spider)

    async def process_request(self, request: Request) -> None:
        while (wait := self.resume_at - monotonic()) > 0 and self.crawler.crawling and not self.spider.kept_out:
            await asyncio.sleep(min(wait, 1))
        if self.spider.kept_out or wait > 0:
            raise KeptOut(self.spider.kept_out or "interrupted")

    def process_response(self, request: Request, response: Response) -> Response:
        self.silent = 0
        self.forbidden = self.forbidden + 1 if response.status == 403 else 0
        self.busy = self.busy + 1 if response.status in _BUSY else 0
        answers = f"{response.url} answers {response.status}"
        if response.status in _CHALLENGES or self.forbidden > 1:
            self.spider.kept_out = f"{answers}: the site keeps us out, so it is left alone"
        elif self.busy:
            wait = _retry_after(response)
            if wait > _PATIENCE:
                self.spider.kept_out = f"{answers} and asks to come back in {wait:.0f} seconds: it is left alone"
            elif self.busy == _BUSY_AT_MOST:
                self.spider.kept_out = f"{answers}, as {self.busy} times in a row: it is left alone"
            else:
                self.resume_at = monotonic() + wait
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, IgnoreRequest | DownloadCancelledError):
            return  # that was us
        self.silent += 1
        if self.silent == _SILENT:
            self.spider.kept_out = f"{request.url}: no answer {self.silent} times in a row, so the site is left alone"


def _retry_after(response: Response) -> float:
    """Seconds; 0 if the header does not say."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0
