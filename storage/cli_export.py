"""`newsarchive export` and `newsarchive feed`."""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from storage import queries
from storage.cli_filter import filter_options
from storage.datapackage import describe
from storage.engine import ArchiveError
from storage.feed import write_feed
from storage.formats import FORMATS
from storage.queries import Filter

_PATIENCE = 2.0  # seconds until an export shows how far it is

T = TypeVar("T")

_target = click.option(
    "-o", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Default: stdout."
)


@click.command()
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), required=True, help="csv opens in Excel.")
@filter_options
@_target
@click.pass_obj
def export(archive: str | None, kind: str, wanted: Filter, target: Path | None) -> None:
    """Write articles to a file.

    csv and parquet are tables with the columns of the view articles_current (docs/schema.md); with -o a
    datapackage.json beside FILE describes them. jsonl has an object a line, with people, addresses, pictures and files
    as lists. bibtex and gbt7714 are references (docs/citing.md). published_at is Beijing time, all other times are UTC.
    """
    format = FORMATS[kind]
    with queries.reading(archive) as connection:
        total = queries.count(connection, wanted)
        with _output(target) as out:
            found = format.read(connection, wanted, None)
            format.write(with_progress(found, "exporting", total, to_file=target is not None), out)
            if target and format.table:
                describe(target, kind)


@click.command()
@filter_options
@_target
@click.pass_obj
def feed(archive: str | None, wanted: Filter, target: Path | None) -> None:
    """Write the last 100 changes as an Atom feed: stories that are new, revised, gone or back."""
    with queries.reading(archive) as connection, _output(target) as out:
        write_feed(connection, wanted, out)


@contextmanager
def _output(target: Path | None) -> Iterator[TextIO]:
    """A file of the final name is always whole."""
    if target is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    if target.exists() and not target.is_file():
        raise ArchiveError(f"cannot write {target}: not a regular file")
    target = target.resolve()  # a link stays a link
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            yield out
        part.replace(target)
    except OSError as error:
        raise ArchiveError(f"cannot write {target}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def with_progress(items: Iterable[T], doing: str, total: int, *, to_file: bool) -> Iterator[T]:
    console = Console(stderr=True)
    if not console.is_terminal or (not to_file and sys.stdout.isatty()):
        yield from items
        return
    started = time.monotonic()
    progress = Progress(console=console, transient=True)
    task = progress.add_task(doing, total=total)
    try:
        for item in items:
            yield item
            progress.advance(task)
            if not progress.live.is_started and time.monotonic() - started > _PATIENCE:
                progress.start()
    finally:
        progress.stop()
