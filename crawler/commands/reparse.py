"""`scrapy reparse`: reads the captured pages again with the parser of now; no network."""

import argparse
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import date
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import track
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine

from crawler.logs import complain
from crawler.pages.reading import Away
from crawler.profile import ProfileError, SiteProfile, load_profile
from crawler.rereading import reread
from storage import Archive, ArchiveError, edits, queries, reading, tables
from storage.engine import archive_dir
from storage.records import ArticlePage, Due, Problem, Reparsed, Trouble
from storage.schema import open_engine
from storage.terminal import to_json
from storage.warc import WarcError

_GROUP = 100  # pages a transaction
_UNREADABLE = "unreadable-capture"


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--site ID|PATH] [--since YYYY-MM-DD] [--dry-run [--json]]"

    def short_desc(self) -> str:
        return "Read captured articles again with the current parser"

    def long_desc(self) -> str:
        return (
            "Reads the captured pages of every known article again with the current parser, on all cores. What it now "
            "reads otherwise becomes a revision of kind parser. Exit codes: 0 good, 1 some captures cannot be read "
            "(each is named), 2 wrong usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--site", metavar="ID|PATH", help="this site only; its profile")
        parser.add_argument("--since", metavar="DAY", type=date.fromisoformat, help="only what was published since")
        parser.add_argument("--dry-run", action="store_true", help="store nothing, print what would change")
        parser.add_argument("--json", action="store_true", help="with --dry-run: one JSON line a changed page")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"unknown argument {args[0]}", print_help=False)
        if opts.json and not opts.dry_run:
            raise UsageError("--json goes with --dry-run", print_help=False)
        assert self.settings is not None
        url, folder = self.settings.get("ARCHIVE_URL") or None, archive_dir(self.settings.get("ARCHIVE_DIR") or None)
        try:
            profiles = [load_profile(opts.site)] if opts.site else _profiles(url)
            for profile in profiles:
                job = _Job(profile, url, folder, opts.since)
                if not (job.preview(opts.json) if opts.dry_run else job.store()):
                    self.exitcode = 1
        except ProfileError as error:
            raise UsageError(f"--site: {error}", print_help=False) from None
        except ArchiveError as error:
            complain(f"scrapy reparse: error: {error}")
            self.exitcode = 1


def _profiles(url: str | None) -> list[SiteProfile]:
    with queries.reading(url) as connection:
        return [load_profile(site) for site in reading.sites(connection)]


class _Job:
    """One site's pages. Both ways return whether every capture could be read."""

    def __init__(self, profile: SiteProfile, url: str | None, folder: Path, since: date | None) -> None:
        self.profile, self.url, self.folder, self.since = profile, url, folder, since
        self.pages = self.changed = self.unreadable = 0

    def preview(self, as_json: bool) -> bool:
        for before, now in self._read():
            if not isinstance(now, Reparsed):
                continue
            if changes := edits.changed_fields(asdict(before), asdict(now.page)):
                self.changed += 1
                if as_json:
                    line = {"url": now.url, "changes": edits.flattened(changes)}
                    sys.stdout.write(to_json(line) + "\n")
                else:
                    tables.print_page_changes(now.url, changes)
        return self._all_read("would change", sys.stderr if as_json else sys.stdout)

    def store(self) -> bool:
        archive = Archive.open(self.url, create=False, folder=str(self.folder))
        try:
            archive.lock(self.profile.site.id)
            arguments = {"since": str(self.since)} if self.since else {}
            run = archive.begin_run("reparse", self.profile.site, self.profile.sections, arguments)
            outcome = "interrupted"
            try:
                events = (now for _, now in self._read())
                while group := list(islice(events, _GROUP)):
                    run.record(group)
                outcome = "failed" if self.unreadable else "good"
            finally:
                run.end(outcome)
            self.changed = run.counts["reparsed"]
        finally:
            archive.close()
        return self._all_read("changed", sys.stdout)

    def _read(self) -> Iterator[tuple[ArticlePage, Reparsed | Trouble]]:
        """What each page said last, and what it says now."""
        with queries.reading(self.url) as connection:
            dues = reading.captured(connection, self.profile.site.id, self.since)
        console = Console(stderr=True)
        begin = partial(_begin, self.url, self.folder, self.profile)
        with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=begin) as pool:
            answers = pool.map(_reread, dues, chunksize=20)
            quiet = not console.is_terminal
            for before, now in track(answers, "reparse", len(dues), console=console, transient=True, disable=quiet):
                self.pages += 1
                if isinstance(now, Trouble) and now.problem.kind == _UNREADABLE:
                    self.unreadable += 1
                    complain(f"{now.url}: {now.problem.detail}")
                yield before, now

    def _all_read(self, done: str, out: TextIO) -> bool:
        unreadable = f", {self.unreadable} unreadable" if self.unreadable else ""
        out.write(f"{self.profile.site.id} reparse: {self.pages} pages, {self.changed} {done}{unreadable}\n")
        return not self.unreadable


_worker: tuple[Engine, Path, SiteProfile]  # of a process of the pool


def _begin(url: str | None, folder: Path, profile: SiteProfile) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    _worker = open_engine(url), folder, profile


def _reread(due: Due) -> tuple[ArticlePage, Reparsed | Trouble]:
    engine, folder, profile = _worker
    assert due.capture_id
    with engine.connect() as connection:
        answer = partial(reading.answer, connection, folder, until=due.capture_id)
        before = reading.parsed(connection, due.url)
        try:
            now = reread(due, profile, answer)
        except WarcError as error:
            return before, Trouble(Problem(_UNREADABLE, str(error)), due.url)
    if isinstance(now, Reparsed):
        return before, now
    why = f"leads to {now.target}" if isinstance(now, Away) else now.problem.detail
    return before, Trouble(Problem("not-an-article", f"by the current parser: {why}"), due.url)
