"""`scrapy checksites [FILE...]`: are the site profiles what they should be?"""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[ID|FILE...]"

    def short_desc(self) -> str:
        return "Check site profiles (all of crawler/sites by default); exit code 1 if one is wrong"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from crawler.lint import all_profiles, check
        from crawler.logs import complain
        from crawler.profile import SITES

        if unknown := [arg for arg in args if arg.startswith("-")]:
            raise UsageError(f"unknown option {unknown[0]}", print_help=False)
        paths = [Path(arg) if arg.endswith(".toml") else SITES / f"{arg}.toml" for arg in args] or all_profiles()
        for path, profile, complaints in check(paths):
            for complaint in complaints:
                complain(f"{path}: {complaint}")
            if profile and not complaints:
                sections = len(profile.sections)
                sys.stdout.write(f"{path.stem}: good ({sections} section{'s' * (sections != 1)})\n")
            self.exitcode |= bool(complaints)
