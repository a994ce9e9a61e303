"""`newsarchive`: what is in the archive, for people and their programs."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from storage import edits, queries, schema, tables
from storage import search as finding
from storage.archive import Archive
from storage.backup import back_up
from storage.cli_export import export, feed, with_progress
from storage.cli_filter import filter_options
from storage.engine import ArchiveError, archive_dir
from storage.export import plain
from storage.health import health as section_health
from storage.models import LARGEST_ID
from storage.relatives import family
from storage.search import Order
from storage.terminal import printable, to_json
from storage.verify import Verification


class _Group(click.Group):
    """Expected failures are one line on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            raise click.ClickException(printable(str(error))) from error
        except BrokenPipeError:  # the reader has seen enough: `newsarchive export ... | head`
            # Python flushes stdout once more at exit, and would complain then
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


_article_id = click.argument("article_id", metavar="ID", type=click.IntRange(0, LARGEST_ID))
_json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of tables.")


@click.group(cls=_Group)
@click.option("--archive", metavar="URL", help="Default: ARCHIVE_URL, else sqlite:///archive/news.db")
@click.pass_context
def main(ctx: click.Context, archive: str | None) -> None:
    """Look into a news archive. Crawls fill it: scrapy crawl news, scrapy crawl carousel.

    Exit codes: 0, 1 (a failure, in one line on stderr), 2 (wrong usage).
    """
    ctx.obj = archive


@main.command()
@click.pass_obj
def upgrade(archive: str | None) -> None:
    """Bring an older archive to this program's schema.

    An SQLite archive is first copied to FILE.before-REVISION-TIME beside it; for PostgreSQL run pg_dump yourself.
    """
    for line in schema.upgrade(archive):
        click.echo(line)


@main.command()
@_json_option
@click.pass_obj
def stats(archive: str | None, as_json: bool) -> None:
    """How many articles each section has, from when to when, and how many with reporters, source and date."""
    with queries.reading(archive) as connection:
        found = queries.stats(connection)
    _print_json(asdict(found)) if as_json else tables.print_stats(found)


@main.command()
@_article_id
@click.option("--why", is_flag=True, help="Also what on each page told each field.")
@_json_option
@click.pass_obj
def show(archive: str | None, article_id: int, why: bool, as_json: bool) -> None:
    """Everything about one article: text, people, where it appeared, revisions, slides, pictures, files, and the
    stories nearly the same."""
    with queries.reading(archive) as connection:
        found = queries.story(connection, article_id)
        related = family(connection, article_id)
    if found is None or related is None:
        raise _no_article(article_id)
    if as_json:
        _print_json(asdict(found) | {"family": asdict(related)})
    else:
        tables.print_story(found, why)
        tables.print_family(related)


@main.command()
@_article_id
@_json_option
@click.pass_obj
def diff(archive: str | None, article_id: int, as_json: bool) -> None:
    """What was changed in one article, character by character, and when it was gone and back.

    In colour on a terminal, else [-deleted-] and {+inserted+}. ¶ is a line break.
    """
    with queries.reading(archive) as connection:
        found = queries.edits(connection, article_id)
    if found is None:
        raise _no_article(article_id)
    _print_json([edits.to_json(edit) for edit in found]) if as_json else tables.print_edits(found)


def _no_article(article_id: int) -> ArchiveError:
    return ArchiveError(f"no article {article_id} in this archive")


@main.command()
@_json_option
@click.pass_obj
def runs(archive: str | None, as_json: bool) -> None:
    """The last 20 spider runs, newest first, and each issue of the newest that has any."""
    with queries.reading(archive) as connection:
        found = queries.runs(connection)
    _print_json([asdict(run) for run in found]) if as_json else tables.print_runs(found)


@main.command()
@click.argument("query", nargs=-1, metavar="QUERY...")
@filter_options
@click.option("--title", "titles", is_flag=True, help="Only words in titles.")
@click.option("--history", is_flag=True, help="Also what earlier revisions said.")
@click.option("--order", type=click.Choice(get_args(Order)), default="newest", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0, 100_000), default=0, show_default=True)
@_json_option
@click.pass_obj
def search(archive: str | None, /, query: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Find articles by words in title or body, in one width and case; 铝土矿 finds every 铝土矿.

    Words are joined by AND; OR, NOT and brackets as usual: '铝土矿 (几内亚 OR 澳大利亚) NOT 期货'.
    "..." is a phrase with its blanks, or the word AND itself; the shell wants it quoted once more.
    Rank: first who says it in the title, then who says it three times, then the others, each newest first.
    """
    with queries.reading(archive) as connection:
        found = finding.search(connection, " ".join(query), **options)
    _print_json(asdict(found)) if as_json else tables.print_found(found)


@main.command()
@click.option("--rebuild", is_flag=True, help="From nothing.")
@click.pass_obj
def index(archive: str | None, rebuild: bool) -> None:
    """Bring the search's index up to date, as the end of each run does.

    Needed after an upgrade of a large archive from before there was a search. May run beside a crawl.
    """
    opened = Archive.open(archive, create=False)
    try:
        with queries.reading(archive) as connection:
            total = queries.to_index(connection, rebuild)
        done = sum(1 for _ in with_progress(opened.index(rebuild), "indexing", total, to_file=True))
    finally:
        opened.close()
    click.echo(f"{done} articles indexed")


@main.command()
@_json_option
@click.pass_context
def health(ctx: click.Context, as_json: bool) -> None:
    """How each section does: its last run beside the runs before, and that run's issues.

    Exit code 1 if the last run of a section was neither good nor is still running.
    """
    with queries.reading(ctx.obj) as connection:
        found = section_health(connection)
    _print_json([asdict(section) for section in found]) if as_json else tables.print_health(found)
    ctx.exit(int(any(section.outcome not in ("good", "running") for section in found)))


@main.command()
@_json_option
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Hold every byte of the WARC and media files against the database and the database against them.

    A line for each problem: kind, file, offset, URL, what is wrong, parted by tabs. Exit code 1 if there is one.
    May run beside a crawl.
    """
    problems = []
    with queries.reading(ctx.obj) as connection, _bytes_bar("verifying") as progress:
        verification = Verification(connection, archive_dir(), progress)
        for finding in verification.findings():
            problems.append(asdict(finding))
            if not as_json:
                click.echo(
                    "\t".join("-" if value is None else printable(str(value)) for value in asdict(finding).values())
                )
    checked = {name: getattr(verification, name) for name in ("files", "captures", "media", "bytes")}
    if as_json:
        _print_json(checked | {"problems": problems})
    else:
        counted = ", ".join(f"{number} {name}" for name, number in checked.items())
        click.echo(f"{counted}: {f'{len(problems)} problems' if problems else 'all right'}")
    ctx.exit(1 if problems else 0)


@main.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def backup(archive: str | None, target: Path) -> None:
    """Write an SQLite archive with its WARC and media files to a new tar file.

    May run beside a crawl. For PostgreSQL run pg_dump, then copy ARCHIVE_DIR: docs/operating.md.
    """
    with _bytes_bar("copying") as progress:
        back_up(archive, archive_dir(), target, progress)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any that is free.")
@click.pass_obj
def serve(archive: str | None, port: int) -> None:
    """Show the archive as web pages on 127.0.0.1, for reading only, until Ctrl-C."""
    from storage.web.app import serve as serve_pages  # a second to load, which no other command needs

    serve_pages(archive, port, started=lambda address: click.echo(f"{address} (Ctrl-C ends it)"))


@contextmanager
def _bytes_bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """To be told how many bytes are done, of how many. Nothing in a pipe or under cron."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    bar = Progress(
        *(TextColumn("{task.description}"), *columns),
        console=console,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    )
    with bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print_json(value: Any) -> None:
    click.echo(to_json(value, indent=2, default=plain))


main.add_command(export)
main.add_command(feed)
