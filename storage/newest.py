"""Stories by filter alone, without a query: the newest first."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.models import Appearance, Article, Byline, Section
from storage.queries import Filter, conditions, expect_known

_FEW = 5000  # stories looked up one by one; of more, the newest are soon found by day


def newest(connection: Connection, wanted: Filter, limit: int) -> list[Any]:
    """Rows of id, title, published_on, source, url and gone_at; undated last. Raises ArchiveError for a site or section
    that does not exist."""
    expect_known(connection, wanted)
    columns = (Article.id, Article.title, Article.published_on, Article.source, Article.url, Article.gone_at)
    asked = select(*columns).where(*conditions(wanted), *_among_few(connection, wanted))
    ordered = asked.order_by(Article.published_on.desc().nulls_last(), Article.id.desc())
    return list(connection.execute(ordered.limit(limit)))


def _among_few(connection: Connection, wanted: Filter) -> Iterator[Any]:
    """Without these a filter that few stories pass is asked of every one."""
    for candidates in _candidates(wanted):
        some = select(func.count()).select_from(candidates.limit(_FEW + 1).subquery())
        if connection.execute(some).scalar_one() <= _FEW:
            yield Article.id.in_(candidates)


def _candidates(wanted: Filter) -> Iterator[Select[int]]:
    if wanted.site or wanted.section:
        sections = select(Section.id)
        if wanted.site:
            sections = sections.where(Section.site_id == wanted.site)
        if wanted.section:
            sections = sections.where(Section.code == wanted.section)
        inside = Appearance.section_id.in_(sections)
        yield select(Appearance.article_id).where(
            inside if wanted.section else inside | Appearance.section_id.is_(None)
        )
    if wanted.person or wanted.role:
        people = select(Byline.article_id)
        if wanted.person:
            people = people.where(Byline.name == wanted.person)
        if wanted.role:
            people = people.where(Byline.role == wanted.role)
        yield people
