"""One group of events on its way into the archive: what all its statements need to know."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import Base, Issue
from storage.records import Problem, Site


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

    def issue(self, problem: Problem, url: str | None) -> None:
        self.counts["issues"] += 1
        self.connection.execute(
            plain_insert(Issue).values(
                run_id=self.run_id,
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
