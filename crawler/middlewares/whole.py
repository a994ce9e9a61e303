"""Only answers that came whole are kept and read. Scrapy takes as much as it can unpack of a cut-off body for the page,
and half an article would look like an edit."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from storage.unpacking import NotWhole, TooMuch, unpacked


class Damaged(IgnoreRequest):
    """The body does not unpack to its end."""


class TooLarge(IgnoreRequest):
    """The body unpacks to more than DOWNLOAD_MAXSIZE."""


class WholeMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not encodings:
            return response
        try:
            unpacked(response.body, encodings, request.meta.get("download_maxsize", self.most))
        except TooMuch as error:
            raise TooLarge(str(error)) from error
        except NotWhole as error:
            assert self.crawler.spider
            if again := get_retry_request(request, spider=self.crawler.spider, reason="damaged"):
                return again
            raise Damaged(f"the body does not unpack as {encodings}: {error}") from error
        return response
