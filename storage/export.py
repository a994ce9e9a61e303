"""Articles as text files for other programs, written as they are read."""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TextIO

from storage.beijing import BEIJING
from storage.queries import Record
from storage.terminal import printable, to_json
from storage.views import ARTICLES

# A cell that begins so may be a formula to a spreadsheet program, full-width to an East Asian one; behind an apostrophe
# it is text.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def plain(value: Any) -> Any:
    """For json.dumps(default=) and cells: the site's times with +08:00, ours in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=BEIJING)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def write_jsonl(stories: Iterable[Record], out: TextIO) -> None:
    for story in stories:
        out.write(to_json(story, default=plain) + "\n")


def write_csv(articles: Iterable[Record], out: TextIO) -> None:
    """One line an article."""
    out.write("\ufeff")  # or Excel reads Chinese as Latin
    writer = csv.writer(out)
    writer.writerow(ARTICLES.c.keys())
    for article in articles:
        cells = map(_cell, article.values())
        writer.writerow(printable(cell) if out.isatty() and isinstance(cell, str) else cell for cell in cells)


def _cell(value: Any) -> Any:
    if isinstance(value, date):  # datetime too
        return plain(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
