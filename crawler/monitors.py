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
        found = "nothing new" if not counts["new"] + counts["revised"] + counts["joined"] else f"{counts['new']} new"
        joined = f", {counts['joined']} more addresses of known stories" if counts["joined"] else ""
        line = (
            f"{spider.profile.site.id} {spider.name}: {found}{joined}, {counts['revised']} revised, "
            f"{counts['lists'] + counts['sliders']} list pages with {self._stat('rows')} rows, "
            f"{counts['issues']} issues"
        )
        if self.outcome == "good":
            sys.stdout.write(line + "\n")
        else:
            sys.stderr.write(f"{line}; {self.outcome}: {why}\n")

    def _judge(self, spider: WalkSpider, reason: str) -> tuple[str, str]:
        """The outcome, and why when it is not good."""
        counts = spider.run.counts
        if reason == "shutdown":
            return "interrupted", "what was fetched is stored, the next run goes on from there"
        if reason != "finished":
            return "failed", reason
        if crashes := self._stat("spider_exceptions/count", prefix=""):
            return "failed", f"{crashes} pages made the crawler itself fail; see the log above"
        answered = (
            counts["lists"]
            + counts["sliders"]
            + counts["new"]
            + counts["joined"]
            + counts["revised"]
            + counts["unchanged"]
        )
        if not answered:
            return "failed", spider.unreachable or "no page could be read; see newsarchive runs"
        if spider.unreachable:
            return "degraded", f"{self._stat('unreachable')} addresses gave no answer, the last: {spider.unreachable}"
        if counts["troubles"]:
            return "degraded", "a section shows no rows; see newsarchive runs"
        return "good", ""

    def _stat(self, name: str, prefix: str = "archive/") -> int:
        return int(self.crawler.stats.get_value(prefix + name, 0))
