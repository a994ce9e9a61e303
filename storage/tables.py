"""Query results as tables on the terminal, or whole and plain in a pipe."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from storage.queries import Record, RunLine, Stats, Story

_WIDE = 100_000  # columns of a pipe: nothing is cut or wrapped there

_APPEARANCE = (
    *("site", "section", "section_name", "url", "doc_id", "listed_on"),
    *("published_on", "published_at", "date_origin", "title"),
)
_PLACEMENT = ("site", "section", "position", "url", "headline", "picture", "first_seen", "last_seen", "left_at")
_REVISION = ("seq", "kind", "seen_at", "url", "title", "published_on", "parser_version")


def print_stats(stats: Stats) -> None:
    console = _console()
    columns = ("site", "section", "name", "articles", "appearances", "first", "last")
    console.print(_table(None, columns, [[getattr(row, name) for name in columns] for row in stats.sections]))
    totals = stats.totals
    _print_pairs(console, {name: getattr(totals, name) for name in totals.__slots__})


def print_runs(runs: Sequence[RunLine]) -> None:
    columns = ("id", "site", "spider", "arguments", "started (UTC)", "finished (UTC)", "outcome", "counts", "issues")
    rows = [
        (
            *(run.id, run.site, run.spider),
            " ".join(f"{name}={value}" for name, value in run.arguments.items()),
            *(run.started_at, run.finished_at, run.outcome),
            *(", ".join(f"{name} {number}" for name, number in found.items()) for found in (run.counts, _kinds(run))),
        )
        for run in runs
    ]
    console = _console()
    console.print(_table(None, columns, rows))
    if wrong := next((run for run in runs if run.issues), None):
        _print_records(console, f"issues of run {wrong.id}", ("kind", "field", "detail", "url"), wrong.issues)


def _kinds(run: RunLine) -> Counter[str]:
    return Counter(issue["kind"] for issue in run.issues)


def print_story(story: Story, why: bool) -> None:
    console = _console()
    facts = {name: value for name, value in story.article.items() if name not in ("body", "byline_text")}
    by_role: dict[str, list[str]] = {}
    for row in story.bylines:
        about = " ".join(filter(None, (row["label"], row["affiliation"])))
        by_role.setdefault(row["role"], []).append(f"{row['name']} ({about})" if about else row["name"])
    people = {role: "、".join(names) for role, names in by_role.items()}
    _print_pairs(console, facts | people | {"byline_text": story.article["byline_text"]})
    console.print(f"\n{story.article['body']}\n", soft_wrap=True)
    for title, columns, rows in (
        ("appearances", _APPEARANCE, story.appearances),
        ("placements (UTC)", _PLACEMENT, story.placements),
        ("revisions (UTC)", _REVISION, story.revisions),
        ("images", ("url", "caption"), story.images),
        ("attachments", ("url", "name"), story.attachments),
        ("why", ("field", "rule", "url"), story.why if why else []),
    ):
        _print_records(console, title, columns, rows)


def _console() -> Console:
    console = Console(markup=False, highlight=False, emoji=False)
    if console.is_terminal:
        return console
    return Console(markup=False, highlight=False, emoji=False, color_system=None, force_terminal=False, width=_WIDE)


def _print_records(console: Console, title: str, columns: Sequence[str], records: Sequence[Record]) -> None:
    """A table where it fits, else a block of pairs for each: addresses broken to ten characters help nobody."""
    if not records:
        return
    table = _table(title, columns, [[record[name] for name in columns] for record in records])
    if console.measure(table, options=console.options.update(max_width=_WIDE)).maximum <= console.width:
        console.print(table)
        return
    for number, record in enumerate(records, 1):
        console.print(f"{title} {number}/{len(records)}", style="italic")
        _print_pairs(console, {name: record[name] for name in columns})
        console.print()


def _table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def _print_pairs(console: Console, pairs: Mapping[str, Any]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs.items():
        table.add_row(name, _text(value))
    console.print(table)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        # ours are UTC, to the second; a site's is its wall clock as printed
        return f"{value:%Y-%m-%d %H:%M:%S}" + ("Z" if value.tzinfo else "")
    return value.isoformat() if isinstance(value, date) else str(value)
