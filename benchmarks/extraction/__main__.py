"""`python -m benchmarks.extraction`: the comparison as a table; `make bench` installs the peers for it first."""

import json
import logging
import tomllib
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.extraction.extractors import OURS, PEERS, Extract, ours
from benchmarks.extraction.measure import Row, compare, load_pages

_PAGES = Path(__file__).parents[2].parent / "shared" / "pages"
_FLOORS = Path(__file__).with_name("floors.toml")
_ROUNDS = 5  # with fewer a median says little about speed
_LESS_IS_BETTER = ("false", "failed", "x_parse")


@click.command()
@click.option("--pages", type=click.Path(path_type=Path), default=_PAGES, help="Folder with ID/page.html and score.py.")
@click.option("--rounds", type=click.IntRange(1), default=_ROUNDS, show_default=True, help="Median of so many.")
@click.option("--only", type=click.Choice([OURS, *PEERS]), help="One extractor; the others need not be installed.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the numbers there too.")
@click.option("--check", is_flag=True, help="Exit 1 if our parser breaches a floor.")
@click.option("--floors", type=click.Path(exists=True, path_type=Path), default=_FLOORS, help="Default: floors.toml")
@click.pass_context
def main(
    ctx: click.Context, pages: Path, rounds: int, only: str | None, json_file: Path | None, check: bool, floors: Path
) -> None:
    """Compare our article parser with its peers on saved pages: share of right answers a field, and time."""
    if check and only not in (None, OURS):
        raise click.UsageError(f"floors are of our parser: --check goes with --only {OURS} or without --only")
    loaded = load_pages(pages)
    if not loaded or not (pages / "score.py").is_file():
        click.echo(f"nothing to measure: no pages with a score.py at {pages}; --pages DIR names another folder")
        return
    logging.disable()  # peers report on pages they find hard; the table counts those
    console = Console(stderr=True)
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    with warnings.catch_warnings(action="ignore"), progress:
        extractors = _load([only] if only else [OURS, *PEERS])
        task = progress.add_task("pages", total=rounds * len(loaded))
        rows = compare(pages, loaded, extractors, rounds, lambda: progress.advance(task))
    versions = {name: version(name) for name in extractors if name != OURS}
    _print(rows, versions, len(loaded))
    if json_file:
        result = {"pages": len(loaded), "rounds": rounds, "versions": versions}
        json_file.write_text(json.dumps(result | {"rows": [asdict(row) for row in rows]}, indent=1) + "\n", "utf-8")
    if check:
        breached = list(_breaches(rows[0], floors, rounds))
        for line in breached:
            click.echo(line, err=True)
        ctx.exit(1 if breached else 0)


def _load(names: Iterable[str]) -> dict[str, Extract]:
    try:
        return {name: ours() if name == OURS else PEERS[name]() for name in names}
    except ImportError as error:
        raise click.ClickException(f"{error.name} is not installed here: make bench, or --only {OURS}") from None


def _print(rows: list[Row], versions: dict[str, str], pages: int) -> None:
    groups = rows[0].scores
    table = Table("", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=f"{pages} pages")
    table.caption = "false: share of pages with a person who is not in the article's byline; x parse: times lxml parse"
    fields = next(iter(groups.values()))
    for column in [*fields, "failed", "ms/page", "x parse"]:
        table.add_column(column.replace("_", "\n"), justify="right")
    for n, group in enumerate(groups):
        table.add_row(f"[bold]{group}")
        for row in rows if n == 0 else rows[:-1]:  # the bare parse, at the end, has a speed only
            scores = row.scores.get(group, {})
            values = [f"{scores[field]:.3f}" if field in scores else "-" for field in fields]
            speed = [str(row.failed), f"{row.ms_per_page:.1f}", f"{row.x_parse:.1f}"] if n == 0 else []
            table.add_row(f"{row.name} {versions.get(row.name, '')}", *values, *speed)
        table.add_section()
    console = Console()
    if not console.is_terminal:
        console.width = 120  # a file is as wide as it needs to be
    console.print(table)


def _breaches(row: Row, floors: Path, rounds: int) -> Iterator[str]:
    seen = row.scores | {"run": {"failed": row.failed, "x_parse": row.x_parse}}
    for group, limits in tomllib.loads(floors.read_text("utf-8")).items():
        for field, limit in limits.items():
            if field == "x_parse" and rounds < _ROUNDS:
                continue
            value = seen.get(group, {}).get(field)
            if value is None or (value > limit if field in _LESS_IS_BETTER else value < limit):
                word = "at most" if field in _LESS_IS_BETTER else "at least"
                yield f"{group} {field}: {word} {limit}, seen {'nothing' if value is None else round(value, 3)}"


if __name__ == "__main__":
    main()
