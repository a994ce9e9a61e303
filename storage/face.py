"""An article's face: what `articles` shows of a story that stands at several addresses. Pure, whatever the order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args

from storage.records import ArticlePage, DateOrigin

_ORIGINS = get_args(DateOrigin)  # best first
_RANK = {origin: rank for rank, origin in enumerate((*_ORIGINS, None))}


@dataclass(frozen=True, slots=True)
class Copy:
    """The story at one URL in one section (section_id None: no list names the URL)."""

    page: ArticlePage
    section_id: int | None
    listed_on: date | None
    gone_at: datetime | None = None

    @property
    def dated(self) -> tuple[date | None, datetime | None, DateOrigin | None]:
        """published_on, published_at, date_origin: the page's own, unless the list's date is the better evidence."""
        page = self.page
        if self.listed_on and _RANK[page.date_origin] > _RANK["list"]:
            return self.listed_on, None, "list"
        return page.published_on, page.published_at, page.date_origin

    @property
    def lead_order(self) -> tuple[float, date, str]:
        """The lead appearance comes first: CMS number, then date, then URL."""
        number = int(self.page.doc_id) if self.page.doc_id else float("inf")
        return number, self.dated[0] or date.max, self.page.url


def face(copies: Iterable[Copy]) -> ArticlePage:
    """Each field from the first copy in lead order that states it; dates from the best origin first."""
    ordered = sorted(copies, key=lambda copy: copy.lead_order)
    lead = ordered[0].page

    def first(name: str) -> Any:
        return next((value for copy in ordered if (value := getattr(copy.page, name))), getattr(lead, name))

    dates = [copy.dated for copy in sorted(ordered, key=lambda copy: _RANK[copy.dated[2]])]
    published_on, _, origin = next((dated for dated in dates if dated[0]), (None, None, None))
    # A clock time printed elsewhere counts only if it is of that day.
    published_at = next((at for on, at, _ in dates if at and on == published_on), None)
    return ArticlePage(
        url=lead.url,
        title=first("title"),
        source=first("source"),
        published_on=published_on,
        published_at=published_at,
        date_origin=origin,
        body=first("body"),
        byline_text=first("byline_text"),
        bylines=first("bylines"),
        images=first("images"),
        attachments=first("attachments"),
        doc_id=lead.doc_id,
    )
