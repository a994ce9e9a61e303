"""Article pages out of answers: those of the network, and those captured earlier, read again as the crawl read them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Headers, Response
from scrapy.statscollectors import MemoryStatsCollector

from crawler.pages.article import PARSER_VERSION, parse_article
from crawler.pages.reading import Away, NoArticle, Reading, Whole
from crawler.pages.verdict import refusal
from crawler.profile import SiteProfile
from storage.beijing import beijing_day
from storage.records import ArticlePage, Due, Reparsed, Stored
from storage.warc import WarcError

_REDIRECTS = 20  # in a row, as Scrapy has it


def read_page(response: Response, landed: str, profile: SiteProfile, due: Due, fetched_at: datetime) -> ArticlePage:
    """`landed`: the response's address, canonical."""
    return parse_article(response.body, landed, profile, charset(response), due.listed_on, beijing_day(fetched_at))


def reread(due: Due, profile: SiteProfile, answer: Callable[[str], Stored | None]) -> Reparsed | Away | NoArticle:
    """What `answer`, the stored answers by URL, says of an article now. Raises WarcError for what is not stored."""
    step: Reading | Whole | Away | NoArticle = Reading(due, due.url)
    while isinstance(step, Reading):
        step = _next_step(step, profile, answer)
    if not isinstance(step, Whole):
        return step
    problem = refusal(step.page)
    return NoArticle(problem) if problem else Reparsed(due.url, step.page, PARSER_VERSION, step.captures)


def _next_step(
    reading: Reading, profile: SiteProfile, answer: Callable[[str], Stored | None]
) -> Reading | Whole | Away | NoArticle:
    landed = reading.asked
    for _ in range(_REDIRECTS):
        stored = answer(landed)
        if stored is None:
            raise WarcError(f"{landed} was not captured")
        headers = Headers(stored.headers)
        if stored.status in (404, 410):
            return reading.broken_off(f"{reading.asked}: HTTP {stored.status}")
        if stored.status == 200:
            elsewhere = reading.leads_elsewhere(landed)
            response = _decompressed(Response(landed, headers=headers, body=stored.body))
            return elsewhere or reading.take(
                read_page(response, landed, profile, reading.due, stored.fetched_at),
                landed,
                stored.place,
                profile.addresses,
            )
        location = (headers.get("Location") or b"").decode("latin-1")
        landed = profile.addresses.canonical(location, landed) or ""
    raise WarcError(f"{reading.asked} redirects without an end")


def charset(response: Response) -> str | None:
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    _, _, charset = content_type.lower().partition("charset=")
    return charset.split(";")[0].strip(" \"'") or None


def _decompressed(response: Response) -> Response:
    answer = _decompression().process_response(Request(response.url), response)
    assert isinstance(answer, Response)
    return answer


@cache
def _decompression() -> HttpCompressionMiddleware:
    crawler = Crawler(Spider)
    crawler.stats = MemoryStatsCollector(crawler)  # without a crawl nobody sets it
    return HttpCompressionMiddleware(crawler=crawler)
