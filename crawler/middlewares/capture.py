"""Keeps every answer as it came over the wire, and asks for a page again only if it changed: sets the validators of the
bytes stored last, and hands these on when the server says that they are still right.

Stands between Scrapy's other middlewares and the network, so it sees bodies still encoded, robots.txt, redirects and
retries.
"""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.httpobj import urlparse_cached

from storage import ArchiveError
from storage.records import Exchange, Problem, Stored, Trouble
from storage.warc import WarcError

if TYPE_CHECKING:
    from crawler.spiders.walk import WalkSpider

UNCAPTURED = "uncaptured"  # meta key of a request for a file, which is kept as one: no conditions, no record
NOT_MODIFIED = "not-modified"  # flag of a response that was read from the archive
_SECRETS = {b"Authorization", b"Proxy-Authorization", b"Cookie"}  # ours, and no part of what the site said
_VALIDATORS = {b"ETag": b"If-None-Match", b"Last-Modified": b"If-Modified-Since"}


class CannotCapture(IgnoreRequest):
    """An answer could not be stored, so it must not be used."""


class CaptureMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> "WalkSpider":
        return cast("WalkSpider", self.crawler.spider)

    async def process_request(self, request: Request) -> None:
        if UNCAPTURED in request.meta:
            return
        request.meta["stored"] = stored = await asyncio.to_thread(self._stored, self._url(request))
        headers = Headers(stored.headers) if stored else Headers()
        for validator, condition in _VALIDATORS.items():
            request.headers.pop(condition, None)
            if value := headers.get(validator):
                request.headers[condition] = value

    async def process_response(self, request: Request, response: Response) -> Response:
        if UNCAPTURED in request.meta:
            return response
        now = datetime.now(UTC)
        stored: Stored | None = request.meta.pop("stored", None)
        if response.status != HTTPStatus.NOT_MODIFIED:
            stored = None
        exchange = Exchange(
            url=self._url(request),
            fetched_at=now,
            request=_request_head(request),
            status=response.status,
            head=_response_head(response),
            body=response.body,
            ip=str(response.ip_address) if response.ip_address else None,
        )
        try:
            place = await asyncio.to_thread(self.spider.run.capture, exchange, stored)
        except ArchiveError as error:
            self.spider.lost = str(error)
            raise CannotCapture(str(error)) from error
        request.meta["place"] = stored.place if stored else place
        request.meta["fetched_at"] = stored.fetched_at if stored else now
        return _still_right(response, stored) if stored else response

    def _url(self, request: Request) -> str:
        return self.spider.profile.addresses.canonical(request.url) or request.url

    def _stored(self, url: str) -> Stored | None:
        try:
            return self.spider.run.stored(url)
        except WarcError as error:
            self.spider.run.note(Trouble(Problem("unreadable-capture", str(error)), url))
            return None


def _still_right(response: Response, stored: Stored) -> Response:
    """The stored answer in place of the 304."""
    headers = Headers(stored.headers)
    kind = responsetypes.from_args(headers=headers, url=response.url, body=stored.body)
    flags = [*response.flags, NOT_MODIFIED]
    return kind(response.url, status=200, headers=headers, body=stored.body, flags=flags, protocol=response.protocol)


def _request_head(request: Request) -> bytes:
    parts = urlparse_cached(request)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.encode("idna")]
    return _head(lines, Headers({name: values for name, values in request.headers.items() if name not in _SECRETS}))


def _response_head(response: Response) -> bytes:
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = ""
    return _head([f"{response.protocol or 'HTTP/1.1'} {response.status} {reason}".encode()], response.headers)


def _head(lines: list[bytes], headers: Headers) -> bytes:
    lines = lines + [name + b": " + value for name, values in headers.items() for value in values]
    return b"\r\n".join(lines) + b"\r\n\r\n"
