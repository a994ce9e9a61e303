"""Only answers that came whole are kept and read. Scrapy takes as much as it can unpack of a cut-off body for the page,
and half an article would look like an edit."""

import sys
import zlib
from typing import Any, Self

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


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
        encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        body = response.body
        try:
            for encoding in reversed(encodings.split(",")) if body else ():
                body = unpacked(body, encoding.strip(), request.meta.get("download_maxsize", self.most))
        except (Damaged, *_ERRORS) as error:
            why = f"the body does not unpack as {encodings}: {error}"
            assert self.crawler.spider
            if again := get_retry_request(request, spider=self.crawler.spider, reason="damaged"):
                return again
            raise Damaged(why) from error
        return response


_ERRORS = (zlib.error, brotli.error, zstd.ZstdError)


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """`body` without a content encoding (an unknown one is none). Raises TooLarge, Damaged or the library's error."""
    if encoding in ("gzip", "x-gzip"):
        found, whole = _inflated(body, zlib.MAX_WBITS + 16, most)
    elif encoding == "deflate":  # some servers leave out zlib's header
        found, whole = _inflated(body, zlib.MAX_WBITS if body[0] & 15 == 8 else -zlib.MAX_WBITS, most)
    elif encoding == "br":
        brotli_decoder = brotli.Decompressor()
        found = brotli_decoder.process(body, output_buffer_limit=most + 1)
        whole = brotli_decoder.is_finished()
    elif encoding == "zstd":
        zstd_decoder = zstd.ZstdDecompressor()
        found, whole = zstd_decoder.decompress(body, most + 1), zstd_decoder.eof
    else:
        return body
    if len(found) > most:
        raise TooLarge(f"{len(body)} bytes of {encoding} unpack to more than {most}")
    if not whole:
        raise Damaged("it ends too early")
    return found


def _inflated(body: bytes, window: int, most: int) -> tuple[bytes, bool]:
    decoder: Any = zlib.decompressobj(window)
    return decoder.decompress(body, most + 1), decoder.eof
