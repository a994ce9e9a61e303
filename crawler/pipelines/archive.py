"""Hands what the spiders saw to the archive: one writer thread, which commits whatever is waiting as one group. An item
is released when it is on disk, so a crawl never runs ahead of its archive."""

import asyncio
import queue
import threading
from concurrent.futures import Future
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.spiders.walk import WalkSpider
from storage import ArchiveError
from storage.records import Event

_GROUP = 100  # events a transaction at most


class ArchivePipeline:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.waiting: queue.SimpleQueue[tuple[Event, Future[None]] | None] = queue.SimpleQueue()
        # daemon: a second Ctrl-C stops the event loop at once, and then nobody ends the thread
        self.writer = threading.Thread(target=self._write, name="archive-writer", daemon=True)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> WalkSpider:
        assert isinstance(self.crawler.spider, WalkSpider)
        return self.crawler.spider

    def open_spider(self) -> None:
        self.writer.start()

    async def process_item(self, item: Any) -> Any:
        done: Future[None] = Future()
        self.waiting.put((item, done))
        try:
            await asyncio.wrap_future(done)
        except Exception as error:
            if self.spider.lost is None:  # what cannot be stored need not be fetched
                self.spider.lost = str(error) or repr(error)
                self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="archive"))
            if isinstance(error, ArchiveError):
                raise DropItem(str(error)) from None
            raise  # a mistake of ours: the log shows where
        return item

    async def close_spider(self) -> None:
        self.waiting.put(None)
        await asyncio.to_thread(self.writer.join)

    def _write(self) -> None:
        broken: Exception | None = None  # nothing is stored behind what is lost: a walk's end without its lists
        while (first := self.waiting.get()) is not None:
            group = [first]
            while len(group) < _GROUP and not self.waiting.empty():
                if (following := self.waiting.get()) is None:
                    self.waiting.put(None)
                    break
                group.append(following)
            try:
                if broken:
                    raise broken
                self.spider.run.record([event for event, _ in group])
            except Exception as error:  # noqa: BLE001  belongs to whoever waits for the group
                broken = error
                for _, done in group:
                    done.set_exception(error)
            else:
                for _, done in group:
                    done.set_result(None)
