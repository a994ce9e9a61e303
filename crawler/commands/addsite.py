"""`scrapy addsite URL`: a draft profile of a site, from its home page and the columns it leads to."""

import argparse
import asyncio
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "URL [--id ID] [-o FILE]"

    def short_desc(self) -> str:
        return "Look at a site's home page and columns, and draft a profile; no archive is touched"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--id", help="the site's id; default: from FILE or the host name")
        parser.add_argument("-o", dest="file", metavar="FILE", help="default: crawler/sites/ID.toml")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.exitcode = self._add(args, opts)
        except UsageError as error:
            sys.stderr.write(f"scrapy addsite: error: {error}\n")
            self.exitcode = 2
        except OSError as error:
            sys.stderr.write(f"scrapy addsite: error: {error.filename}: {error.strerror}\n")
            self.exitcode = 1

    def _add(self, args: list[str], opts: argparse.Namespace) -> int:
        from crawler.draft import draft
        from crawler.survey import SurveySpider, new_survey

        base_url = _base_url(args)
        path = _path(base_url, opts)
        survey = new_survey(base_url)
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        task: asyncio.Task[None] = self.crawler_process.crawl(SurveySpider, survey=survey)
        self.crawler_process.start()
        if error := task.exception():
            raise error
        if not survey.lists and not survey.slides:
            why = survey.troubles[0] if survey.troubles else "no column of news was found: copy sites/TEMPLATE.toml"
            sys.stderr.write(f"scrapy addsite: error: {why}\n")
            return 1
        with path.open("x", encoding="utf-8") as file:
            file.write(draft(survey, path.stem))
        sys.stdout.write(f"{path}\n")
        if survey.slides:
            sys.stdout.write(f"slider: {survey.slides} slides\n")
        for column, rows in survey.lists.items():
            sys.stdout.write(f"{column.kind}: {column.name} {column.path}: {len(rows)} rows\n")
        for trouble in survey.troubles:
            sys.stdout.write(f"not read: {trouble}\n")
        sys.stdout.write(f"Check what has a # behind it, then: scrapy checksites {path}\n")
        return 0


def _base_url(args: list[str]) -> str:
    if len(args) != 1 or args[0].startswith("-"):
        raise UsageError("give the address of one home page: scrapy addsite http://www.example.com.cn/")
    try:
        parts = urlsplit(args[0])
    except ValueError:
        parts = urlsplit("")
    base_url = f"{parts.scheme}://{parts.netloc}".lower()
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?", base_url):
        raise UsageError(f"{args[0]!r} is not of the form http://host/")
    return base_url


def _path(base_url: str, opts: argparse.Namespace) -> Path:
    """Where the draft goes. Its name is the site's id, as checksites wants it."""
    from crawler.draft import default_id
    from crawler.profile import SITES

    path = Path(opts.file) if opts.file else SITES / f"{opts.id or default_id(base_url)}.toml"
    if path.suffix != ".toml" or not re.fullmatch(r"[a-z0-9_-]+", path.stem) or (opts.id or path.stem) != path.stem:
        raise UsageError(f"{path.name}: the file's name must be ID.toml, with an id of a-z, 0-9, _ and -")
    if path.exists():
        raise UsageError(f"{path} exists already")
    return path
