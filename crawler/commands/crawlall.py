"""`scrapy crawlall [SITE ...]`: what cron calls. All spiders of the sites, in turn, each in its own process."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

_GRACE = 60  # seconds in which a spider that was told to end stores what it has
_OUTCOMES = {0: "good", 3: "degraded"}  # by exit code; all others: failed


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[SITE ...] [--minutes N] [-a NAME=VALUE] [-s NAME=VALUE]"

    def short_desc(self) -> str:
        return "Crawl all sections of the sites (every profile by default); made for cron"

    def long_desc(self) -> str:
        return (
            "Runs every spider of each SITE (profile id, or path to one) in a process of its own and prints one last "
            "line; what is not good is said above it. -a and -s go to the spiders. Where ARCHIVE_NOTIFY has Apprise "
            "URLs (mailto://..., jsons://..., parted by blanks), a message is sent when a spider's outcome is not what "
            "it was the last time. Exit codes: 0 good, 1 a spider failed, 2 wrong usage, 3 one is degraded."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="for spiders")
        parser.add_argument("--minutes", type=float, default=240, help="that a spider may take (default: 240)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self._crawl_all(args, opts)
        except UsageError as error:
            sys.stderr.write(f"scrapy crawlall: error: {error}\n")
            self.exitcode = 2

    def _crawl_all(self, args: list[str], opts: argparse.Namespace) -> None:
        from crawler.notify import Notifier
        from storage import ArchiveError, queries
        from storage.engine import archive_dir

        assert self.settings is not None
        jobs = list(_jobs(args))
        url, folder = self.settings.get("ARCHIVE_URL") or None, archive_dir(self.settings.get("ARCHIVE_DIR") or None)
        notifier = Notifier(self.settings.get("ARCHIVE_NOTIFY").split(), folder)
        started = datetime.now(UTC)
        handed_on = [*(f"-a{value}" for value in opts.spargs), *(f"-s{value}" for value in opts.set)]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        reports: dict[str, tuple[str, str]] = {}  # by site and spider: outcome, what it said
        try:
            for site, path, spider in jobs:
                command = [sys.executable, "-m", "scrapy", "crawl", spider, f"-asite={path}", *handed_on]
                reports[f"{site} {spider}"] = run_spider(command, opts.minutes * 60)
        except KeyboardInterrupt:
            reports["crawlall"] = "failed", "interrupted\n"
        outcomes = {outcome for outcome, _ in reports.values()}
        counts: Mapping[str, int] = {}
        with suppress(ArchiveError), queries.reading(url) as connection:
            counts = queries.counts_since(connection, started)
        line = _last_line(reports, counts)
        (sys.stdout if outcomes == {"good"} else sys.stderr).write(line)
        if complaint := notifier.tell({"crawlall": ("good", "")} | reports, line):
            sys.stderr.write(f"crawlall: {complaint}\n")
        self.exitcode = 1 if "failed" in outcomes else 3 if "degraded" in outcomes else 0


def _jobs(sites: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Site, its profile as given, spider."""
    from crawler.profile import ProfileError, load_profile, profile_ids
    from crawler.spiders.carousel import CarouselSpider
    from crawler.spiders.news import NewsSpider

    for given in sites or profile_ids():
        if given.startswith("-"):
            raise UsageError(f"unknown option {given}")
        try:
            profile = load_profile(given)
        except ProfileError as error:
            raise UsageError(str(error)) from None
        for spider in (CarouselSpider, NewsSpider):
            if any(section.kind in spider.kinds for section in profile.sections):
                yield profile.site.id, given, spider.name


def run_spider(command: Sequence[str], seconds: float) -> tuple[str, str]:
    """Outcome, and what the spider said on stderr; a spider that takes longer is told to end."""
    watched = sys.stderr.isatty()  # then the spider shows its progress there itself
    # in a session of its own: a Ctrl-C here reaches it once, through us
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=None if watched else subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as spider:
        try:
            _, said = spider.communicate(timeout=seconds)
            return _OUTCOMES.get(spider.returncode, "failed"), _relayed(said)
        except subprocess.TimeoutExpired:
            late = f"took longer than {seconds / 60:g} minutes\n"
            return "failed", _relayed(_end(spider) + late)
        except KeyboardInterrupt:
            _relayed(_end(spider))
            raise


def _end(spider: subprocess.Popen[str]) -> str:
    spider.send_signal(signal.SIGINT)
    try:
        _, said = spider.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        spider.kill()
        _, said = spider.communicate()
    return said or ""


def _relayed(said: str | None) -> str:
    sys.stderr.write(said or "")
    return said or ""


def _last_line(reports: Mapping[str, tuple[str, str]], counts: Mapping[str, int]) -> str:
    by_outcome: dict[str, list[str]] = {"good": []}
    for name, (outcome, _) in reports.items():
        by_outcome.setdefault(outcome, []).append(name)
    parts = [f"{len(by_outcome.pop('good'))} good"]
    parts += [f"{len(names)} {outcome} ({', '.join(names)})" for outcome, names in by_outcome.items()]
    told = (f"{counts.get(name, 0)} {name}" for name in ("new", "revised", "gone", "unchanged", "issues"))
    return f"crawlall: {', '.join(parts)}; {', '.join(told)}\n"
