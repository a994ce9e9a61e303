"""Query results as tables on the terminal, or whole and plain in a pipe."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any, TextIO

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from storage.edits import Changes, Op, Paragraph, Rows, changes
from storage.health import SectionHealth
from storage.queries import Edit, Record, RunLine, Stats, Story
from storage.relatives import Family
from storage.search import Found, Marked
from storage.terminal import printable

_WIDE = 100_000  # columns of a pipe: nothing is cut or wrapped there
_CONTEXT = 40  # characters of an unchanged paragraph beside a changed one

_APPEARANCE = (
    *("site", "section", "section_name", "url", "doc_id", "listed_on"),
    *("published_on", "published_at", "date_origin", "title"),
)
_PLACEMENT = ("site", "section", "position", "url", "headline", "picture", "first_seen", "last_seen", "left_at")
_RELATIVE = ("id", "first_seen", "places", "title", "source", "published_on", "gone_at", "text", "differs")
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


def print_health(sections: Sequence[SectionHealth]) -> None:
    columns = ("site", "section", "name", "last run", "looked", "last success", "rows", "read anew", "issues")
    now = datetime.now(UTC)
    rows = [
        (
            *(one.site, one.section, one.name, one.outcome, _age(one.looked_at, now), _age(one.last_success, now)),
            _beside(one.rows, one.usual_rows),
            _beside(one.articles, one.usual_articles),
            ", ".join(f"{kind} {number}" for kind, number in one.issues.items()),
        )
        for one in sections
    ]
    _console().print(_table(None, columns, rows))


def _age(at: datetime | None, now: datetime) -> str | None:
    if at is None:
        return None
    hours = (now - at).total_seconds() / 3600
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"


def _beside(number: int | None, usual: float | None) -> str | None:
    return None if number is None else f"{number}" + ("" if usual is None else f" (usual {usual:g})")


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


def print_found(found: Found) -> None:
    console = _console()
    for hit in found.hits:
        heading = (str(hit.article_id), _text(hit.published_on), hit.source or "-")
        console.print(Text.assemble("  ".join(heading), "  ", _highlighted(console, hit.headline)), soft_wrap=True)
        console.print(
            Text("   earlier: " if hit.earlier else "   "), _highlighted(console, hit.snippet), soft_wrap=True
        )
        console.print(f"   {hit.url}", style="dim", soft_wrap=True)
    total = "there are more (--offset, --limit)" if found.total is None else f"{found.total} found"
    for line in (*found.notes, total):
        console.print(line, style="italic", soft_wrap=True)


def _highlighted(console: Console, parts: Marked) -> Text:
    plain = console.color_system is None or console.no_color
    return Text.assemble(*((f"[{part}]" if plain else part, "bold yellow") if hit else part for part, hit in parts))


def print_family(family: Family) -> None:
    others = [
        other
        | {
            "places": "\n".join(" ".join(filter(None, place.values())) for place in other["places"]),
            "text": f"{other['similarity']:.1%} alike, +{other['added']} -{other['removed']} characters",
            "differs": ", ".join(other["differs"]) or None,
        }
        for other in family.others
    ]
    console = _console()
    _print_records(console, "nearly the same (UTC)", _RELATIVE, others)
    if family.size > len(others) + 1:
        console.print(f"and {family.size - len(others) - 1} more")


def print_edits(edits: Sequence[Edit]) -> None:
    console = _console()
    if not edits:
        console.print("no edits: only the first revision is on record")
    for number, edit in enumerate(edits):
        before, after = edit.before, edit.after
        if number:
            console.print()
        found = changes(before, after)
        heading = f"revision {after['seq']}: {after['kind']}, seen {_text(after['seen_at'])}"
        if found or after["kind"] not in ("gone", "returned"):
            heading += f", compared with revision {before['seq']}" + ("" if found else ": no difference")
        console.print(heading, style="bold", soft_wrap=True)
        console.print(after["url"], soft_wrap=True)
        if found and before["url"] != after["url"]:
            console.print(f"revision {before['seq']} is another copy: {before['url']}", style="italic", soft_wrap=True)
            console.print("what this copy said before its first change is not on record", style="italic")
        _print_changes(console, found)


def print_page_changes(url: str, found: Changes) -> None:
    console = _console()
    console.print(url, style="bold", soft_wrap=True)
    _print_changes(console, found)
    console.print()


def changes_as_text(found: Changes) -> str:
    out = StringIO()
    _print_changes(_plain_console(out), found)
    return out.getvalue()


def _print_changes(console: Console, found: Changes) -> None:
    for name, change in found.items():
        lines = list(_excerpt(console, change) if isinstance(change, list) else _rows(console, change))
        if len(lines) == 1:
            console.print(Text.assemble(f"{name}: ", lines[0]), soft_wrap=True)
            continue
        console.print(f"{name}:")
        for line in lines:
            console.print(Text.assemble("  ", line), soft_wrap=True)


def _excerpt(console: Console, paragraphs: Sequence[Paragraph]) -> Iterator[Text]:
    """The changed paragraphs, each between the beginnings of its neighbours."""
    changed = [any(op != "equal" for op, _ in paragraph) for paragraph in paragraphs]
    skipped = 0
    for number, paragraph in enumerate(paragraphs):
        near = any(changed[max(number - 1, 0) : number + 2])
        if not near:
            skipped += 1
            continue
        if skipped:
            yield _skipped(skipped)
            skipped = 0
        if changed[number]:
            yield Text().join(_marked(console, op) for op in paragraph)
        else:
            text = paragraph[0][1]
            yield Text(text if len(text) <= _CONTEXT else f"{text[:_CONTEXT]}…", style="dim")
    if skipped:
        yield _skipped(skipped)


def _skipped(number: int) -> Text:
    return Text(f"({number} unchanged paragraph{'s' if number > 1 else ''})", style="dim italic")


def _marked(console: Console, op: Op) -> Text:
    kind, text = op
    if kind == "equal":
        return Text(text)
    text = text.replace("\n", "¶") or "¶"  # a blank line is a paragraph without text
    if console.color_system is None or console.no_color:
        return Text(f"[-{text}-]" if kind == "delete" else f"{{+{text}+}}")
    return Text(text, style="red strike" if kind == "delete" else "green underline")


def _rows(console: Console, rows: Rows) -> Iterator[Text]:
    for row in rows["removed"]:
        yield _marked(console, ("delete", _row(row)))
    for row in rows["added"]:
        yield _marked(console, ("insert", _row(row)))


def _row(row: Record) -> str:
    return " ".join(str(value) for value in row.values() if value is not None)


class _SafeConsole(Console):
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """All that is printed comes by here, before rich's own colours."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else printable(text), style, control)


def _console() -> Console:
    console = _SafeConsole(markup=False, highlight=False, emoji=False)
    return console if console.is_terminal else _plain_console()


def _plain_console(out: TextIO | None = None) -> Console:
    return _SafeConsole(
        markup=False, highlight=False, emoji=False, color_system=None, force_terminal=False, width=_WIDE, file=out
    )


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
