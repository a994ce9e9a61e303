"""A draft profile from what a survey saw: every guess with its reason, and what was not seen as a question."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import tldextract

from crawler.lint import all_profiles
from crawler.pages.navigation import Column
from crawler.profile import load_profile
from crawler.survey import Survey
from storage.records import Row

_MOST = 6  # sections; a profile has few lines, and a person chooses better
_domain = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # by the list it ships with: no network


def default_id(base_url: str) -> str:
    """www.example.com.cn: example; abc.example.com.cn: abc; 127.0.0.1: 127-0-0-1"""
    host = urlsplit(base_url).hostname or ""
    parts = _domain(host)
    labels = [label for label in parts.subdomain.split(".") if label not in ("", "www")]
    return (labels or [parts.domain or host])[0].replace(".", "-").lower()


def draft(survey: Survey, site_id: str) -> str:
    return "\n".join([*_head(survey, site_id), *_sections(survey)]) + "\n"


def _head(survey: Survey, site_id: str) -> Iterator[str]:
    base_url = survey.profile.site.base_url
    yield f"# History: {survey.day} drafted by scrapy addsite from {base_url}/; nobody has checked it yet."
    yield ""
    yield f'id = "{site_id}"'
    name, told = survey.name or (urlsplit(base_url).netloc, "nowhere: what is the site called?")
    yield f'name = "{_plain(name)}"  # from the home page: {told}'
    yield f'base_url = "{base_url}"  # where the home page was read'
    if survey.aliases:
        hosts = ", ".join(f'"{host}"' for host in dict.fromkeys(survey.aliases))
        yield f"aliases = [{hosts}]  # redirects here"
    else:
        yield "# aliases = []  # none was seen: has the site further host names?"
    yield _cms_group(base_url)
    if survey.undeclared:
        yield f'encoding = "{survey.undeclared}"  # the home page declares none that fits: a guess'
    left_out = [f"{column.name} {column.path}" for column in list(survey.lists)[_MOST:]]
    if left_out:
        yield f"# These read as lists too: {_plain(', '.join(left_out))}"
    if survey.troubles:
        yield f"# Not read, is a column missing? {_plain('; '.join(survey.troubles))}"


def _cms_group(base_url: str) -> str:
    def domain(url: str) -> str:
        return _domain(url).top_domain_under_public_suffix

    for path in all_profiles():
        known = load_profile(str(path)).site
        if known.cms_group != known.id and domain(base_url) and domain(known.base_url) == domain(base_url):
            return f'cms_group = "{known.cms_group}"  # shares {domain(base_url)} with {known.id}: is it the same CMS?'
    return '# cms_group = ""  # does it share document numbers with another site?'


def _sections(survey: Survey) -> Iterator[str]:
    taken: set[str] = set()
    if survey.slides:
        yield from _section("home", "slider", "首页轮播", "/")
        yield _least(survey.slides, "slides")
        taken.add("home")
    for column, rows in list(survey.lists.items())[:_MOST]:
        yield from _section(_section_id(column, taken), column.kind, _plain(column.name), column.path)
        yield _least(len(rows), "rows")
        yield _newest(survey, rows)


def _section(section_id: str, kind: str, name: str, path: str) -> Iterator[str]:
    yield from ("", "[[sections]]", f'id = "{section_id}"', f'kind = "{kind}"', f'name = "{name}"', f'path = "{path}"')


def _section_id(column: Column, taken: set[str]) -> str:
    """The folder's name; with those above it, or a number, where another column has it."""
    folders = [folder.replace(".", "_") for folder in column.path.split("/") if folder]
    names = ["_".join(folders[-n:]) for n in range(1, len(folders) + 1)]
    names += [f"{names[-1]}_{n}" for n in range(2, len(taken) + 3)]
    free = next(name for name in names if name not in taken)
    taken.add(free)
    return free


def _least(seen: int, what: str) -> str:
    return f"min_rows = {max(1, seen // 2)}  # half of the {seen} {what} seen"


def _newest(survey: Survey, rows: Sequence[Row]) -> str:
    days = sorted({row.listed_on for row in rows if row.listed_on} | {survey.day})
    longest = max((after - before for before, after in pairwise(days)), default=timedelta(0)).days
    newest = max(row.listed_on for row in rows if row.listed_on)
    return f"newest_days = {max(30, 2 * longest)}  # newest {newest}; twice the longest silence seen"


def _plain(text: str) -> str:
    """Text of a page that can stand in a TOML string and a comment."""
    return "".join(" " if sign in '"\\' or not sign.isprintable() else sign for sign in text)
