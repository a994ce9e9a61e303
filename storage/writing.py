"""One group of events on its way into the archive: what all its statements need to know."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps

from sqlalchemy import JSON, Connection, Integer, Select, cast, func, literal, select, tuple_
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import Base, Capture, Issue
from storage.records import Fetched, Problem, Site


@dataclass(slots=True)
class Writing:
    connection: Connection
    run_id: int
    site: Site
    sections: Mapping[str, int]  # by the profile's section id
    now: datetime
    counts: Counter[str] = field(default_factory=Counter)

    def section(self, code: str) -> int:
        if code not in self.sections:
            raise ValueError(f"the run was begun without the section {code!r}")
        return self.sections[code]

    def unchanged(self, fetched: Fetched) -> None:
        self.counts["unchanged"] += 1
        self.counts["not_modified"] += fetched.status == 304

    def last_capture(self, fetched: Fetched) -> int | None:
        """Id of the last of the captures that this was read from."""
        if not fetched.captures:
            return None
        places = [(place.file, place.offset) for place in fetched.captures]
        ids = select(func.max(Capture.id)).where(tuple_(Capture.file, Capture.offset).in_(places))
        return self.connection.execute(ids).scalar()

    def issue(self, problem: Problem, url: str | None, section: str | None = None) -> None:
        self.counts["issues"] += 1
        self.connection.execute(
            plain_insert(Issue).values(
                run_id=self.run_id,
                section_id=self.section(section) if section else None,
                seen_at=self.now,
                kind=problem.kind,
                url=url,
                field=problem.field,
                detail=problem.detail,
            )
        )


def insert(connection: Connection, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """INSERT with on_conflict clauses, which both dialects spell alike."""
    return postgresql.insert(model) if connection.dialect.name == "postgresql" else sqlite.insert(model)


def among(connection: Connection, numbers: Iterable[int]) -> Select[int]:
    """For `column.in_()`: one parameter, however many numbers it holds."""
    numbers = sorted(numbers)
    if connection.dialect.name == "postgresql":
        return select(cast(func.json_array_elements_text(literal(numbers, JSON)), Integer))
    return select(func.json_each(dumps(numbers)).table_valued("value").c.value)
