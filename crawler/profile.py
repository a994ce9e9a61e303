"""Site profiles: what differs between sites, as data. `load_profile` gives a typed profile, or an error that names
file, table and key."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from crawler.parsing.urls import Addresses
from storage.records import Section, SectionKind, Site

_T = TypeVar("_T")
SITES = Path(__file__).parent / "sites"
_LARGEST = 64 * 1024  # bytes


KEYS = "id name base_url aliases cms_group encoding delay overlap_days selectors fill sections".split()
FIELDS = "title source published_on published_at body bylines images attachments".split()  # of `fill`
_HOST = r"[\w.-]{1,253}(:\d{1,5})?"
_PATH = r"/([^/\s\\?#][^\s\\?#]*/)?[\w.-]*"  # //host/ would be another site
_MOST = 1_000_000
_FILL = {"title": 0.9, "published_on": 0.8}  # what any news site reaches


class ProfileError(Exception):
    """A profile that cannot be used; the message is one line for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a healthy run finds in a section."""

    min_rows: int  # on each list page but the last, or slides
    newest_days: float | None  # the newest row is not older
    fill: Mapping[str, float]  # by field: the share of articles that state it, at least


@dataclass(frozen=True, slots=True)
class SiteProfile:
    site: Site
    hosts: frozenset[str]
    sections: tuple[Section, ...]
    encoding: str | None
    delay: float  # seconds between requests
    overlap_days: int  # an incremental walk reads on until its list dates cover so many days
    selectors: Mapping[str, str]  # XPath by field: where the pages say it, if evidence does not do
    expected: Mapping[str, Expected]  # by section id
    at: str  # where the site is fetched from: its base address, a mirror or the fixture site

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.site.base_url, self.hosts, self.at)


def load_profile(id_or_path: str) -> SiteProfile:
    """A profile by id (crawler/sites/<id>.toml) or by path."""
    path = Path(id_or_path)
    if path.suffix != ".toml":
        path = SITES / f"{id_or_path}.toml"
        if not re.fullmatch(r"[\w-]+", id_or_path) or not path.is_file() or id_or_path == "TEMPLATE":
            raise ProfileError(
                f"no site {id_or_path!r}: known are {', '.join(profile_ids())}, or give a path to a .toml"
            )
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise ProfileError(f"{path}: not a regular file")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ProfileError(f"{path}: larger than {_LARGEST} bytes")
        table = tomllib.loads(content.decode())
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:  # numbers of 5000 digits, tables in tables in tables
        raise ProfileError(f"{path}: not TOML: {error}") from None
    return _profile(_Table(str(path), table))


def profile_ids() -> list[str]:
    return sorted(path.stem for path in SITES.glob("*.toml") if path.stem != "TEMPLATE")


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table that knows its name, and complains with it."""

    name: str
    values: dict[str, Any]

    def error(self, key: str, complaint: str) -> ProfileError:
        return ProfileError(f"{self.name}: {key}: {complaint}")

    def text(self, key: str, pattern: str = ".+", default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise self.error(key, f"{value!r} does not fit {pattern}")
        return value

    def number(self, key: str, default: float) -> float:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
            raise self.error(key, f"{value!r} is no number from 0 to {_MOST}")
        return value

    def inner(self, key: str) -> "_Table":
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            raise self.error(key, "must be a table")
        return _Table(f"{self.name}: [{key}]", values)

    def only(self, *keys: str) -> None:
        for key in self.values:
            if key not in keys:
                raise self.error(key, f"is not known here; known are {', '.join(keys)}")

    def each(self, key: str, read: Callable[["_Table"], _T]) -> tuple[_T, ...]:
        rows = self.values.get(key)
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise self.error(key, f"at least one [[{key}]] is needed")
        return tuple(read(_Table(f"{self.name}: [[{key}]] {n}", row)) for n, row in enumerate(rows, 1))


def _profile(table: _Table) -> SiteProfile:
    table.only(*KEYS)
    base_url = table.text("base_url", rf"https?://{_HOST}")
    aliases = table.values.get("aliases", [])
    if not isinstance(aliases, list) or not all(
        isinstance(host, str) and re.fullmatch(_HOST, host) for host in aliases
    ):
        raise table.error("aliases", "must be a list of host names")
    site_id = table.text("id", r"[a-z0-9_-]{1,64}")
    sections = table.each("sections", _section)
    ids = [section.id for section in sections]
    for section_id in ids:
        if ids.count(section_id) > 1:
            raise table.error("sections", f"id {section_id!r} stands twice")
    encoding = table.values.get("encoding")
    if encoding is not None:
        try:
            "".encode(table.text("encoding"))
        except (LookupError, ValueError):
            raise table.error("encoding", f"{encoding!r} is no encoding Python knows") from None
    return SiteProfile(
        site=Site(site_id, table.text("name"), base_url, table.text("cms_group", r"[\w-]+", default=site_id)),
        hosts=frozenset([urlsplit(base_url).netloc, *aliases]),
        sections=sections,
        encoding=encoding,
        delay=table.number("delay", 3),
        overlap_days=int(table.number("overlap_days", 30)),
        selectors=_selectors(table.inner("selectors")),
        expected=_expected(table),
        at=base_url,
    )


def _expected(table: _Table) -> Mapping[str, Expected]:
    fill = table.inner("fill")
    fill.only(*FIELDS)
    least = _FILL | {key: fill.number(key, 0) for key in fill.values}
    for key, share in least.items():
        if share > 1:
            raise fill.error(key, f"{share} is no share from 0 to 1")

    def of_section(section: _Table) -> tuple[str, Expected]:
        days = section.number("newest_days", 0) if "newest_days" in section.values else None
        return section.text("id"), Expected(int(section.number("min_rows", 1)), days, least)

    return dict(table.each("sections", of_section))


def _selectors(table: _Table) -> Mapping[str, str]:
    table.only("title", "meta", "body")
    selectors = {}
    for key in table.values:
        try:
            selectors[key] = HTMLTranslator().css_to_xpath(table.text(key), prefix="//")
            etree.XPath(selectors[key])(etree.Element("html"))  # translates, but no parser knows it: a|b
        except (SelectorError, etree.XPathError, ValueError, RecursionError) as error:
            raise table.error(key, f"{table.values[key]!r} is no CSS selector: {error}") from None
    return selectors


def _section(table: _Table) -> Section:
    table.only("id", "kind", "name", "path", "min_rows", "newest_days")
    kinds: tuple[SectionKind, ...] = get_args(SectionKind)
    kind = table.text("kind")
    for known in kinds:
        if kind == known:
            return Section(table.text("id", r"[\w-]+"), known, table.text("name"), table.text("path", _PATH))
    raise table.error("kind", f"{kind!r} is none of {', '.join(kinds)}")
