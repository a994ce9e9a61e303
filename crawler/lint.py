"""What `scrapy checksites` says about site profiles, beyond what loading one already does."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.profile import KEYS, SITES, ProfileError, SiteProfile, load_profile

_LONGEST = 60  # lines; a site is data, and little of it
_DEFAULTS = {"delay", "overlap_days", "encoding", "selectors"}  # a value that is not the usual one has its reason


def check(paths: Sequence[Path]) -> Iterator[tuple[Path, SiteProfile | None, list[str]]]:
    """Each profile with what is wrong about it; None for one that cannot be loaded."""
    hosts: dict[str, str] = {}
    for path in paths:
        try:
            profile = load_profile(str(path))
        except ProfileError as error:
            yield path, None, [str(error).removeprefix(f"{path}: ")]
            continue
        complaints = list(_complaints(path, profile))
        taken = [host for host in sorted(profile.hosts) if hosts.setdefault(host, path.name) != path.name]
        complaints += [f"{host} is a host of {hosts[host]} too" for host in taken]
        yield path, profile, complaints


def all_profiles() -> list[Path]:
    return sorted(path for path in SITES.glob("*.toml") if path.stem != "TEMPLATE")


def _complaints(path: Path, profile: SiteProfile) -> Iterator[str]:
    text = path.read_text("utf-8")
    lines = text.splitlines()
    if profile.site.id != path.stem:
        yield f"id is {profile.site.id!r}, the file's name says {path.stem!r}"
    if not re.search(r"^# History: \d{4}-\d{2}-\d{2} ", text, re.MULTILINE):
        yield "no line '# History: YYYY-MM-DD what, from what'"
    if len(lines) > _LONGEST:
        yield f"{len(lines)} lines, {_LONGEST} are enough for a site"
    keys = [key for key in tomllib.loads(text) if key in KEYS]
    if keys != sorted(keys, key=KEYS.index):
        yield f"keys stand in the order {', '.join(keys)}; the usual one is {', '.join(sorted(keys, key=KEYS.index))}"
    for line in lines:
        key = re.match(r"\[?(\w+)", line)
        if key and key[1] in _DEFAULTS and "#" not in line:
            yield f"{key[1]}: say behind a # why it is not the usual"
    places = [(section.kind == "slider", section.path) for section in profile.sections]
    for section in profile.sections:
        if places.count((section.kind == "slider", section.path)) > 1:
            yield f"sections: {section.id}: path {section.path} stands twice"
        if not re.search(r"[\u4e00-\u9fff]", section.name):
            yield f"sections: {section.id}: name {section.name!r} is not the column's Chinese name"
