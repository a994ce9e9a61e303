"""What a user may say behind `scrapy crawl news -a ...`, checked before anything is fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError

from crawler.profile import ProfileError, SiteProfile, load_profile
from storage.records import Section, SectionKind

_KNOWN = ("site", "sections", "since", "until", "full", "url", "base_url")


@dataclass(frozen=True, slots=True)
class CrawlArguments:
    profile: SiteProfile
    sections: tuple[Section, ...]
    since: date | None
    until: date | None
    full: bool
    url: str | None  # canonical


def read_arguments(given: Mapping[str, str], kinds: tuple[SectionKind, ...]) -> CrawlArguments:
    """Arguments of a spider that crawls sections of these kinds; raises UsageError with one line for the user."""
    for name in given:
        if name not in _KNOWN:
            raise _usage(f"-a {name}: unknown argument; known are {', '.join(_KNOWN)}")
        if name in ("url", "base_url") and "@" in given[name].partition("//")[2].partition("/")[0]:
            raise _usage(f"-a {name}: an address with user and password is not taken: runs are on record")
    if not given.get("site"):
        raise _usage("-a site=ID is needed: the id of a profile in crawler/sites/, or a path to a .toml")
    try:
        profile = load_profile(given["site"])
    except ProfileError as error:
        raise _usage(f"-a site: {error}") from None
    if at := given.get("base_url", "").rstrip("/"):
        parts = urlsplit(at)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
            raise _usage(f"-a base_url: {at!r} is not of the form http://host:port")
        profile = replace(profile, at=at)
    since, until = _day(given, "since"), _day(given, "until")
    if since and until and since > until:
        raise _usage(f"-a since={since} is later than until={until}")
    full = given.get("full", "0")
    if full not in ("0", "1"):
        raise _usage(f"-a full: {full!r} is neither 0 nor 1")
    return CrawlArguments(profile, _sections(given, profile, kinds), since, until, full == "1", _url(given, profile))


def _sections(given: Mapping[str, str], profile: SiteProfile, kinds: tuple[SectionKind, ...]) -> tuple[Section, ...]:
    ours = {section.id: section for section in profile.sections if section.kind in kinds}
    wanted = [word.strip() for word in given.get("sections", "").split(",") if word.strip()] or list(ours)
    for word in wanted:
        if word not in ours:
            raise _usage(
                f"-a sections: {profile.site.id} has no {kinds[0]} section {word!r}; it has {', '.join(ours) or 'none'}"
            )
    if not wanted and not given.get("url"):
        raise _usage(f"{profile.site.id} has no {kinds[0]} sections")
    return tuple(ours[word] for word in dict.fromkeys(wanted))


def _url(given: Mapping[str, str], profile: SiteProfile) -> str | None:
    if not given.get("url"):
        return None
    url = profile.addresses.canonical(given["url"])
    if not url or not profile.addresses.owns(url):
        raise _usage(f"-a url: {given['url']} is not on {profile.site.id}'s hosts ({', '.join(sorted(profile.hosts))})")
    return url


def _day(given: Mapping[str, str], name: str) -> date | None:
    if not given.get(name):
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        raise _usage(f"-a {name}: {given[name]!r} is not a day of the form YYYY-MM-DD") from None


def _usage(message: str) -> UsageError:
    return UsageError(message, print_help=False)
