"""Stories as files for other programs, written as they are read."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import IO, Any

from storage.queries import Record
from storage.terminal import printable, to_json

_BEIJING = timezone(timedelta(hours=8))

# A cell that begins so is a formula to a spreadsheet program; behind an apostrophe it is text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_ROLES = ("reporter", "correspondent", "photographer", "editor", "reviewer", "other")


def plain(value: Any) -> Any:
    """For json.dumps(default=) and cells: the site's times with +08:00, ours in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=_BEIJING)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def write_jsonl(stories: Iterable[Record], out: IO[str]) -> None:
    for story in stories:
        out.write(to_json(story, default=plain) + "\n")


def write_csv(stories: Iterable[Record], out: IO[str]) -> None:
    """One line an article; names parted by 、, addresses by a blank."""
    out.write("\ufeff")  # or Excel reads Chinese as Latin
    writer = csv.writer(out)
    writer.writerow(name for name, _ in _cells(_NO_STORY))
    for story in stories:
        cells = (_cell(value) for _, value in _cells(story))
        writer.writerow(printable(cell) if out.isatty() and isinstance(cell, str) else cell for cell in cells)


def _cells(story: Record) -> Iterator[tuple[str, Any]]:
    for name in ("id", "title", "source", "published_on", "published_at", "date_origin"):
        yield name, story[name]
    for role in _ROLES:
        column = "others" if role == "other" else f"{role}s"
        yield column, "、".join(byline["name"] for byline in story["bylines"] if byline["role"] == role)
    yield "byline_text", story["byline_text"]
    places = story["appearances"]
    yield "sections", _joined(f"{place['site']}/{place['section']}" for place in places if place["section"])
    yield "url", story["url"]
    yield "urls", _joined(place["url"] for place in places)
    for name in ("images", "attachments"):
        yield name, _joined(row["url"] for row in story[name])
    for name in ("first_seen", "last_seen", "gone_at", "content_hash", "body"):
        yield name, story[name]


_NO_STORY: Record = dict.fromkeys(
    (
        *("id", "title", "source", "published_on", "published_at", "date_origin", "byline_text", "url"),
        *("first_seen", "last_seen", "gone_at", "content_hash", "body"),
    )
) | {"bylines": [], "appearances": [], "images": [], "attachments": []}


def _joined(values: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(values))


def _cell(value: Any) -> Any:
    if isinstance(value, date):  # datetime too
        return plain(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


FORMATS: dict[str, Callable[[Iterable[Record], IO[str]], None]] = {"csv": write_csv, "jsonl": write_jsonl}
