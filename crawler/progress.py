"""A bar for whoever watches a crawl in a terminal; nothing in a pipe or under cron."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class ProgressBar:
    """Answers against requests known so far; the total grows while lists are walked."""

    def __init__(self, crawler: Crawler) -> None:
        console = Console(stderr=True)
        if not console.is_terminal:
            raise NotConfigured
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console, transient=True)
        self.task = self.progress.add_task(f"{crawler.spidercls.name}", total=0)
        self.known = 0
        crawler.signals.connect(self.progress.start, signal=signals.spider_opened)
        crawler.signals.connect(self.scheduled, signal=signals.request_scheduled)
        crawler.signals.connect(self.answered, signal=signals.response_received)
        crawler.signals.connect(self.progress.stop, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def scheduled(self) -> None:
        self.known += 1
        self.progress.update(self.task, total=self.known)

    def answered(self, request: Request) -> None:
        if request.cb_kwargs:  # robots.txt is asked for past the scheduler
            self.progress.advance(self.task)
