"""The peer: a bare Scrapy spider that fetches the same pages and keeps nothing."""

import sys

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess


class Bare(Spider):
    name = "bare"
    custom_settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}  # noqa: RUF012

    async def parse(self, response, **_):  # type: ignore[no-untyped-def]
        for link in response.css("ul.bench a"):
            yield response.follow(link, callback=self.keep)

    async def keep(self, response):  # type: ignore[no-untyped-def]
        pass


if __name__ == "__main__":
    process = AsyncCrawlerProcess()
    process.crawl(Bare, start_urls=sys.argv[1:])
    process.start()
