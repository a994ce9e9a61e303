"""A story's family: which others are nearly the same, where, since when, and what differs. Reads only."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import LCSseq
from sqlalchemy import Connection, func, select

from storage.fingerprints import identity_text, squeezed
from storage.likeness import similarity
from storage.models import Appearance, Article, Section, Url
from storage.queries import Record
from storage.writing import among

_AT_MOST = 100  # a notice may come ten thousand times


@dataclass(frozen=True, slots=True)
class Family:
    size: int  # stories, this one with them
    others: list[Record]  # the first hundred seen


def family(connection: Connection, article_id: int) -> Family | None:
    """None: no such article. Of each of the others: id, title, source, published_on, url, first_seen, gone_at; `places`
    (site, section, url); `differs`, the columns in which it says something else; `similarity` of the texts, 0 to 1;
    characters `added` to this one's text and `removed`."""
    article = connection.execute(select(Article).where(Article.id == article_id)).one_or_none()
    if article is None:
        return None
    # NULL is no cluster: all that was not compared yet has it
    cluster = (Article.cluster_id == article.cluster_id) & Article.cluster_id.is_not(None)
    together = cluster & (Article.id != article_id)
    size = 1 + connection.execute(select(func.count()).where(together)).scalar_one()
    first = select(Article).where(together).order_by(Article.first_seen, Article.id).limit(_AT_MOST)
    others = connection.execute(first).all()
    places = _places(connection, [other.id for other in others])
    shown = ("id", "title", "source", "published_on", "url", "first_seen", "gone_at")
    return Family(
        size,
        [
            {name: getattr(other, name) for name in shown} | {"places": places[other.id]} | _difference(article, other)
            for other in others
        ],
    )


def _difference(this: Any, other: Any) -> Record:
    a, b = (identity_text(row.body, row.byline_text) for row in (this, other))
    common = LCSseq.similarity(a, b)
    differs = [name for name in ("title", "source") if squeezed(getattr(this, name)) != squeezed(getattr(other, name))]
    differs += ["published_on"] if this.published_on != other.published_on else []
    return {
        "differs": differs + (["body"] if a != b else []),
        "similarity": round(similarity(a, b), 3),
        "added": len(b) - common,
        "removed": len(a) - common,
    }


def _places(connection: Connection, articles: list[int]) -> dict[int, list[Record]]:
    site = func.coalesce(Section.site_id, Url.site_id)
    found = (
        select(Appearance.article_id, site, Section.code, Appearance.url)
        .join(Url, Url.url == Appearance.url)
        .outerjoin(Section, Section.id == Appearance.section_id)
        .where(Appearance.article_id.in_(among(connection, articles)))
        .order_by(Appearance.id)
    )
    places: dict[int, list[Record]] = defaultdict(list)
    for article, *place in connection.execute(found):
        places[article].append(dict(zip(("site", "section", "url"), place, strict=True)))
    return places
