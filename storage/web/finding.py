"""What the search page lists: the hits of a query, or without one the newest stories that pass the filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.models import Article
from storage.newest import newest
from storage.search import FACETED, Facets, Hit, count_facets, facets, search
from storage.web.asked import PER_PAGE, Asked

_BEGINNING = 100  # characters of a text, where no query says what to show of it


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of it. `facets` count all of it, or the newest thousand."""

    hits: list[Hit]
    facets: Facets
    notes: Sequence[str] = ()


def find(connection: Connection, asked: Asked) -> Listed:
    """Raises ArchiveError as search() does."""
    start = (asked.page - 1) * PER_PAGE
    if not asked.query:
        rows = newest(connection, asked.wanted, FACETED + 1)
        shown = rows[start : start + PER_PAGE]
        begun = select(Article.id, func.substr(Article.body, 1, _BEGINNING))
        begun = begun.where(Article.id.in_([row.id for row in shown]))
        texts: dict[int, str] = dict(connection.execute(begun).all())
        hits = [
            Hit(
                row.id,
                row.title,
                row.published_on,
                row.source,
                row.url,
                headline=((row.title or "", False),),
                snippet=((texts[row.id], False),),
                earlier=False,
            )
            for row in shown
        ]
        return Listed(hits, count_facets(connection, rows[:FACETED], complete=len(rows) <= FACETED))
    how = {"titles": asked.titles, "history": asked.history}
    found = search(connection, asked.query, asked.wanted, order=asked.order, limit=PER_PAGE, offset=start, **how)
    return Listed(found.hits, facets(connection, asked.query, asked.wanted, **how), found.notes)
