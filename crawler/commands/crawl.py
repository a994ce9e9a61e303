"""`scrapy crawl SPIDER -a ...`: Scrapy's command with the contract's exit codes, and one line for an expected error."""

import argparse
import asyncio
import logging

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError


class Command(crawl.Command):
    def long_desc(self) -> str:
        return (
            "Crawl a site's carousel or news sections into the archive. Arguments: -a site=ID or path to a profile, "
            "-a sections=A,B, -a since=YYYY-MM-DD, -a until=YYYY-MM-DD, -a full=1 (walk every list page), -a url=URL "
            "(this article only), -a base_url=http://host:port (the same site at another address). Settings: "
            "-s ARCHIVE_URL=sqlite:///PATH or postgresql://USER@HOST/NAME. "
            "Exit codes: 0 good, 1 failed, 2 wrong usage, 3 degraded."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from crawler.logs import SafeRecord, complain
        from crawler.monitors import EXIT_CODES, Monitor
        from storage import ArchiveError

        logging.setLogRecordFactory(SafeRecord)
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        try:
            if len(args) != 1 or args[0].startswith("-"):
                odd = next((arg for arg in args if arg.startswith("-")), None)
                raise UsageError(f"unknown option {odd}" if odd else "give one spider: carousel or news")
            if args[0] not in self.crawler_process.spider_loader.list():
                raise UsageError(f"no spider {args[0]!r}: there are carousel and news")
            crawler = self._create_crawler(args[0])
            task: asyncio.Task[None] = self.crawler_process.crawl(crawler, **opts.spargs)
            self.crawler_process.start()
            if not task.done():
                raise ArchiveError("a second signal stopped it at once; the next run goes on from what is stored")
            if error := task.exception():
                raise error
        except (UsageError, ArchiveError) as error:
            complain(f"scrapy crawl: error: {error}")
            self.exitcode = 2 if isinstance(error, UsageError) else 1
            return
        extension = crawler.get_extension(Monitor)
        self.exitcode = EXIT_CODES[extension.outcome] if extension else 1
