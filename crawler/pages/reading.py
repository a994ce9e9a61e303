"""The pages one article is read from: link-type documents on the way to it, then its own, one behind the other. Says
where to read on; the crawl and `scrapy reparse` do the reading."""

from dataclasses import dataclass, replace

from crawler.pages.article import join_pages
from crawler.parsing.urls import Addresses
from storage.records import ArticlePage, Due, Place, Problem

_HOPS = 3  # link-type documents in a row
_PAGES = 50  # of one article


@dataclass(frozen=True, slots=True)
class Whole:
    """Nothing more to read. `page` stands under the address that the list names."""

    page: ArticlePage
    captures: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Away:
    target: str  # off the site
    captures: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class NoArticle:
    problem: Problem
    index: bool = False  # the site shows its index in the article's place


@dataclass(frozen=True, slots=True)
class Reading:
    due: Due
    asked: str  # the address to read now
    hops: int = 0
    pages: tuple[ArticlePage, ...] = ()
    captures: tuple[Place, ...] = ()

    def leads_elsewhere(self, landed: str) -> "Whole | NoArticle | None":
        """What comes of a redirect to `landed`, if that cannot be the page."""
        if landed != self.asked and (landed.endswith("/") or landed in {page.url for page in self.pages}):
            return self.broken_off(f"redirects to {landed}", index=landed.endswith("/"))
        return None

    def take(
        self, page: ArticlePage, landed: str, place: Place, addresses: Addresses
    ) -> "Reading | Whole | Away | NoArticle":
        """`page` as read from `place`, the answer for `asked`, with `landed` as its address."""
        if self.pages and (page.verdict != "article" or page.body in {earlier.body for earlier in self.pages}):
            return self.broken_off(f"{self.asked} is no further page")
        captures = (*self.captures, place)
        if page.forward and not self.pages and page.forward != landed:
            if not addresses.owns(page.forward):
                return Away(page.forward, captures)
            if self.hops == _HOPS:
                return NoArticle(Problem("forward-loop", f"leads on to {page.forward}"))
            return replace(self, asked=page.forward, hops=self.hops + 1, captures=captures)
        read = replace(self, pages=(*self.pages, page), captures=captures)
        if page.next_url and len(read.pages) < _PAGES:
            return replace(read, asked=page.next_url)
        return read._whole()

    def broken_off(self, why: str, index: bool = False) -> Whole | NoArticle:
        """A page did not come: those before it are kept, with an issue."""
        if not self.pages:
            return NoArticle(Problem("not-an-article", why), index)
        first, *further = self.pages
        incomplete = Problem("incomplete", why, "body")
        return replace(self, pages=(replace(first, problems=(*first.problems, incomplete)), *further))._whole()

    def _whole(self) -> Whole:
        return Whole(replace(join_pages(self.pages), url=self.due.url), self.captures)
