"""`scrapy extract FILE...`: what the parser reads from saved pages; no network, no archive."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "FILE... [--url URL | --urls TSV] [--site ID|PATH] [--why]"

    def short_desc(self) -> str:
        return "Print what the parser reads from saved article pages, one JSON line a file"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="address of the page (one FILE)")
        parser.add_argument("--urls", metavar="TSV", help="lines of FILE, tab, URL")
        parser.add_argument("--site", metavar="ID|PATH", help="site profile to use")
        parser.add_argument("--why", action="store_true", help="also what on the page told each field")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from crawler.profile import ProfileError, load_profile
        from storage.terminal import to_json

        if unknown := [arg for arg in args if arg.startswith("-")]:
            raise UsageError(f"unknown option {unknown[0]}", print_help=False)
        if not args or (opts.url and (opts.urls or len(args) > 1)):
            raise UsageError("give FILE..., and --url with one FILE only", print_help=False)
        try:
            profile = load_profile(opts.site) if opts.site else None
            urls = (
                dict(line.split("\t")[:2] for line in Path(opts.urls).read_text("utf-8").splitlines())
                if opts.urls
                else {}
            )
        except (ProfileError, OSError, ValueError) as error:
            raise UsageError(str(error), print_help=False) from None
        for file in args:
            url = opts.url or urls.get(file)
            row = _extract(file, url, profile, opts.why)
            self.exitcode |= "error" in row
            sys.stdout.write(to_json(row) + "\n")


def _extract(file: str, url: str | None, profile: Any, why: bool) -> dict[str, Any]:
    from crawler.pages.article import parse_article

    try:
        page = parse_article(Path(file).read_bytes(), url or "", profile)
    except OSError as error:
        return {"file": file, "error": error.strerror}
    row = asdict(page)
    rules = row.pop("rules")
    row["published_on"] = page.published_on and page.published_on.isoformat()
    row["published_at"] = page.published_at and page.published_at.isoformat() + "+08:00"
    return {"file": file} | row | {"url": url} | ({"why": rules} if why else {})
