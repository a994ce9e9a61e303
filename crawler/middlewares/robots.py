"""robots.txt as RFC 9309 has it, where Scrapy's middleware falls short: whoever waits for a host's robots.txt gets the
rules too (there only the first does), an unreachable one forbids everything, and Crawl-delay is kept."""

import asyncio

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

_MOST = 500 * 1024  # bytes that are read, as RFC 9309 has it


class RobotsForbids(IgnoreRequest):
    """The host's robots.txt disallows this URL."""


class RobotsUnreachable(IgnoreRequest):
    """The host's robots.txt could not be read, so nothing of the host may be (RFC 9309, 2.3.1.4)."""


class RobotsMiddleware(RobotsTxtMiddleware):
    _loading: dict[str, asyncio.Task[RobotParser | None]]

    async def robot_parser(self, request: Request) -> RobotParser | None:
        self.__dict__.setdefault("_loading", {})
        netloc = urlparse_cached(request).netloc
        if netloc not in self._loading:
            self._loading[netloc] = asyncio.ensure_future(self._load(request))
        return await asyncio.shield(self._loading[netloc])

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsForbids(f"robots.txt disallows {request.url}") from error

    async def _load(self, request: Request) -> RobotParser | None:
        parts = urlparse_cached(request)
        url = f"{parts.scheme}://{parts.netloc}/robots.txt"
        wanted = Request(url, priority=self.DOWNLOAD_PRIORITY, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(wanted)
        except Exception as error:
            raise RobotsUnreachable(f"{url}: {str(error) or type(error).__name__}") from error
        if response.status >= 500:
            raise RobotsUnreachable(f"{url} answers {response.status}")
        if response.status >= 400:
            return None
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, response.body[:_MOST])
        self._keep_delay(parser, request)
        return parser

    def _keep_delay(self, parser: RobotParser, request: Request) -> None:
        delay = parser.rp.crawl_delay(self._robotstxt_useragent) if hasattr(parser, "rp") else None
        if not delay:
            return
        downloader = self.crawler.engine.downloader
        _, slot = downloader._get_slot(request)
        delay = min(float(delay), self.crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY"))  # more would never end
        slot.delay, slot.jitter = max(slot.delay, delay), 0
        if throttle := self.crawler.get_extension(AutoThrottle):
            throttle.mindelay = max(throttle.mindelay, delay)
