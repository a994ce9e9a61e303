"""docs/schema.md, from the tables and views themselves: make docs."""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Table

from storage import views
from storage.columns import UTCTime, WallClock
from storage.models import Base

_HEAD = """\
# Tables and views

Written by `make docs` from `storage/models.py` and `storage/views.py`; the same on SQLite and PostgreSQL.

Times are UTC, but for `published_at`, which is the site's wall clock in Beijing (SQLite keeps both as text without an
offset). Empty (NULL) means that it is not known or did not happen. Views are for reading without joins; `articles` and
the tables below it hold what the pages said, `urls`, `listings`, `captures`, `runs` and `issues` how it was got.
"""


def schema() -> str:
    return "\n".join([_HEAD, *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    yield "## Views\n"
    for view in views.METADATA.sorted_tables:
        yield from _described(view.name, view.info["doc"], view.c)
    yield "## Tables\n"
    docs = {mapper.local_table: inspect.getdoc(mapper.class_) for mapper in Base.registry.mappers}
    for table in Base.metadata.tables.values():
        yield from _described(table.name, docs[table] or "", table.c)


def _described(name: str, doc: str, columns: Iterable[Column[Any]]) -> Iterator[str]:
    yield f"### {name}\n"
    yield " ".join(doc.split()) + "\n"
    yield "| column | type | |\n|---|---|---|"
    for column in columns:
        yield f"| `{column.name}` | {_type(column)} | {_doc(column)} |"
    yield ""


def _type(column: Column[Any]) -> str:
    if isinstance(column.type, UTCTime):
        return "time, UTC"
    if isinstance(column.type, WallClock):
        return "time, Beijing"
    if isinstance(column.type, JSON):
        return "JSON"
    return {int: "integer", str: "text", bool: "boolean"}.get(column.type.python_type, column.type.python_type.__name__)


def _doc(column: Column[Any]) -> str:
    parts = [column.doc or "", *_words(column)]
    parts += [f"→ `{key.target_fullname}`" for key in sorted(column.foreign_keys, key=lambda key: key.target_fullname)]
    return "; ".join(parts).replace("|", r"\|")


def _words(column: Column[Any]) -> Iterator[str]:
    assert isinstance(column.table, Table)
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint) and str(check.sqltext).startswith(f"{column.name} IN "):
            yield ", ".join(f"`{word}`" for word in re.findall(r"'(\w+)'", str(check.sqltext)))


if __name__ == "__main__":
    sys.stdout.write(schema())
