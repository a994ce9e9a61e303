"""Watches a run from its events, decides its outcome, and says in its last line what happened."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.logs import complain
from crawler.spiders.walk import WalkSpider
from crawler.watch import Tally, complaints
from storage import ArchiveError
from storage.beijing import beijing_day
from storage.records import Problem, Trouble

EXIT_CODES = {"good": 0, "failed": 1, "interrupted": 1, "degraded": 3}


class Monitor:
    """Ends the run in the archive when the spider closes; `outcome` is a key of EXIT_CODES."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.outcome = "failed"
        self.tallies: dict[str, Tally] = defaultdict(Tally)  # by section

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def item_scraped(self, item: Any) -> None:
        if section := getattr(item, "section", None):
            self.tallies[section].take(item)

    def spider_closed(self, spider: WalkSpider, reason: str) -> None:
        try:
            if spider.kept_out:
                spider.run.record([Trouble(Problem("kept-out", spider.kept_out))])
            elif reason == "finished" and not spider.arguments.url and not spider.lost:
                spider.run.record(list(self._complaints(spider)))
            outcome, why = self._judge(spider, reason)
            spider.run.end(outcome, {section: tally.seen() for section, tally in self.tallies.items()})
            self.outcome = outcome
        except ArchiveError as error:
            why = [str(error)]
        line = _last_line(spider)
        if self.outcome == "good":
            sys.stdout.write(line + "\n")
        else:
            first, *more = why
            if more:
                complain("\n".join(why))
                first += f" (and {len(more)} more, see above)"
            complain(f"{line}; {self.outcome}: {first}")

    def _complaints(self, spider: WalkSpider) -> Iterator[Trouble]:
        mirror = "base_url" in spider.given
        today = None if mirror else beijing_day(datetime.now(UTC))
        for section in spider.arguments.sections:
            expected, earlier = spider.profile.expected[section.id], spider.run.seen_before(section.id)
            for problem, url in complaints(self.tallies[section.id], expected, earlier, today):
                spider.complaints.append(f"{section.name}: {problem.detail}: {url}")
                yield Trouble(problem, url, section.id)

    def _judge(self, spider: WalkSpider, reason: str) -> tuple[str, list[str]]:
        """The outcome, and why when it is not good."""
        if reason == "shutdown":
            return "interrupted", ["what was fetched is stored, the next run goes on from there"]
        if why := spider.lost or spider.kept_out:
            return "failed", [why]
        if reason != "finished":
            return "failed", [reason]
        assert self.crawler.stats
        if crashes := self.crawler.stats.get_value("spider_exceptions/count"):
            return "failed", [f"{crashes} pages made the crawler itself fail; see the log above"]
        if spider.silent > spider.answered:
            return "failed", [f"{spider.silent} articles gave no answer; see newsarchive runs"]
        if spider.complaints:
            return "degraded" if spider.answered and not spider.arguments.url else "failed", spider.complaints
        return "good", []


def _last_line(spider: WalkSpider) -> str:
    counts = spider.run.counts
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
    if files := counts["downloaded"]:
        line += f"; {files} file{'s' * (files != 1)}"
    return line
