"""What a healthy run looks like: decides a run's outcome and says in its last line what happened."""

import sys
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.spiders.walk import WalkSpider
from storage import ArchiveError

EXIT_CODES = {"good": 0, "failed": 1, "interrupted": 1, "degraded": 3}


class LastLine:
    """Ends the run in the archive when the spider closes; `outcome` is a key of EXIT_CODES."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.outcome = "failed"

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_closed(self, spider: WalkSpider, reason: str) -> None:
        self.outcome, why = self._judge(spider, reason)
        counts = spider.run.counts
        try:
            spider.run.end(self.outcome)
        except ArchiveError as error:
            self.outcome, why = "failed", str(error)
        issues = counts["issues"]
        line = (
            f"{spider.profile.site.id} {spider.name}: {counts['new']} new, {counts['revised']} revised, "
            f"{counts['gone']} gone, {counts['unchanged']} unchanged ({counts['not_modified']} x 304), "
            f"{issues} issue{'s' * (issues != 1)}"
        )
        if counts["joined"]:
            line += f"; {counts['joined']} more addresses of known stories"
        elif not counts["new"] + counts["revised"] + counts["gone"]:
            line += "; nothing new"
        if self.outcome == "good":
            sys.stdout.write(line + "\n")
        else:
            sys.stderr.write(f"{line}; {self.outcome}: {why}\n")

    def _judge(self, spider: WalkSpider, reason: str) -> tuple[str, str]:
        """The outcome, and why when it is not good."""
        if reason == "shutdown":
            return "interrupted", "what was fetched is stored, the next run goes on from there"
        if spider.lost:
            return "failed", spider.lost
        if reason != "finished":
            return "failed", reason
        if crashes := self.crawler.stats.get_value("spider_exceptions/count"):
            return "failed", f"{crashes} pages made the crawler itself fail; see the log above"
        if spider.silent > spider.answered:
            return "failed", f"{spider.silent} articles gave no answer; see newsarchive runs"
        if spider.complaints:
            more = f" (and {len(spider.complaints) - 1} more)" if len(spider.complaints) > 1 else ""
            return "degraded" if spider.answered and not spider.arguments.url else "failed", spider.complaints[0] + more
        return "good", ""
