"""How each section of each site does: what `newsarchive health` and the web page show."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from storage.models import Issue, Run, Section, Url, Walk

_RUNS = 20  # before the last, that tell what is usual


@dataclass(frozen=True, slots=True)
class SectionHealth:
    """Of the last run that was to read the section's list; `usual_...`: medians of the runs before it."""

    site: str
    section: str
    name: str
    outcome: str | None  # None: no run ever was
    looked_at: datetime | None
    last_success: datetime | None  # when a good run last read its list completely
    rows: int | None  # on the list's first page
    usual_rows: float | None
    articles: int | None  # read anew
    usual_articles: float | None
    issues: dict[str, int]  # by kind


def health(connection: Connection) -> list[SectionHealth]:
    sections = connection.execute(select(Section).order_by(Section.site_id, Section.id)).all()
    walks = _last_walks(connection)
    succeeded = (
        select(Walk.section_id, func.max(Walk.seen_at))
        .join(Run, Run.id == Walk.run_id)
        .where(Walk.complete, Run.outcome == "good")
        .group_by(Walk.section_id)
    )
    last_success = dict(connection.execute(succeeded).all())
    issues = _issues(connection, {last.run_id for last, *_ in walks.values()})
    found = []
    for section in sections:
        last, *before = walks.get(section.id) or [None]
        found.append(
            SectionHealth(
                site=section.site_id,
                section=section.code,
                name=section.name,
                outcome=last and last.outcome,
                looked_at=last and last.seen_at,
                last_success=last_success.get(section.id),
                rows=last and last.first_rows,
                usual_rows=median(walk.first_rows for walk in before) if before else None,
                articles=last and last.articles,
                usual_articles=median(walk.articles for walk in before) if before else None,
                issues=dict(issues[last.run_id, section.id]) if last else {},
            )
        )
    return found


def _last_walks(connection: Connection) -> dict[int, list[Any]]:
    """By section, the latest first."""
    place = func.row_number().over(partition_by=Walk.section_id, order_by=Walk.run_id.desc()).label("place")
    columns = (Walk.section_id, Walk.run_id, Walk.seen_at, Walk.first_rows, Walk.articles, Run.outcome, place)
    numbered = select(*columns).join(Run, Run.id == Walk.run_id).subquery()
    found: dict[int, list[Any]] = defaultdict(list)
    last = select(numbered).where(numbered.c.place <= _RUNS + 1).order_by(numbered.c.place)
    for walk in connection.execute(last):
        found[walk.section_id].append(walk)
    return found


def _issues(connection: Connection, runs: set[int]) -> dict[tuple[int, int], Counter[str]]:
    """By run and section: those that name a section, or an address found in one."""
    section = func.coalesce(Issue.section_id, Url.found_in)
    told = select(Issue.run_id, section, Issue.kind, func.count()).outerjoin(Url, Url.url == Issue.url)
    found: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for run, of, kind, number in connection.execute(
        told.where(Issue.run_id.in_(runs)).group_by(Issue.run_id, section, Issue.kind)
    ):
        found[run, of][kind] = number
    return found
