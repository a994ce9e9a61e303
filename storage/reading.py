"""What a spider asks the archive while it walks: what is new, what is to be fetched."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from storage import warc
from storage.models import Capture, Listing, Section, Site, Url, Walk
from storage.parsed import from_json
from storage.records import ArticlePage, Due, Place, Seen, Stored
from storage.schedule import POOL_AT_MOST, POOL_DAYS, start_of_day

_RUNS = 30  # looked back on
_SLACK = timedelta(days=31)  # a list's date may lie that far from the day of publishing


def news(connection: Connection, section_id: int, urls: Sequence[str]) -> frozenset[str]:
    """Those that the section did not list before its last complete walk ended."""
    listed = select(Listing.url).where(Listing.section_id == section_id, Listing.url.in_(urls), Listing.settled)
    return frozenset(urls) - frozenset(connection.execute(listed).scalars())


def pending(
    connection: Connection,
    site_id: str,
    sections: Sequence[str],
    since: date | None,
    until: date | None,
    now: datetime,
) -> list[Due]:
    """Each URL once, with the section and date of its earliest listing; the newest listed first, undated last, those of
    one day by URL. What was tried in vain comes behind all others: it may have ended the run."""
    listed = _of_sections(site_id, sections).where(_to_fetch(now))
    tried = set(
        connection.execute(
            listed.order_by(None).with_only_columns(Url.url).where(Url.last_checked.is_not(None))
        ).scalars()
    )
    if since:
        listed = listed.where(or_(Listing.listed_on.is_(None), Listing.listed_on >= since - _SLACK))
    if until:
        listed = listed.where(or_(Listing.listed_on.is_(None), Listing.listed_on <= until + _SLACK))
    found = sorted(_each_once(connection, listed), key=lambda one: one.url)
    newest_first = sorted(found, key=lambda one: one.listed_on or date.min, reverse=True)
    return sorted(newest_first, key=lambda one: one.url in tried)


def rechecks(connection: Connection, site_id: str, sections: Sequence[str], now: datetime) -> list[Due]:
    """What is due by its age, then the old pages' share of the day, the longest unchecked first."""
    known = _of_sections(site_id, sections).where(Url.article_id.is_not(None), Url.state.in_(("ok", "gone")))
    due = _each_once(connection, known.where(Url.next_due <= now))
    old = known.where(Url.next_due.is_(None)).order_by(None).with_only_columns(Url.url).distinct()
    checked = Url.last_checked >= start_of_day(now)
    total = connection.execute(select(func.count()).select_from(old.subquery())).scalar_one()
    done = connection.execute(select(func.count()).select_from(old.where(checked).subquery())).scalar_one()
    of_site = select(func.count()).where(Url.site_id == site_id, Url.article_id.is_not(None), Url.next_due.is_(None))
    share = min(-(-total // POOL_DAYS) - done, POOL_AT_MOST - connection.execute(of_site.where(checked)).scalar_one())
    if share > 0:
        turn = old.where(~checked).add_columns(Url.last_checked).order_by(Url.last_checked, Url.url).limit(share)
        urls = [row.url for row in connection.execute(turn)]
        due += sorted(_each_once(connection, known.where(Url.url.in_(urls))), key=lambda one: urls.index(one.url))
    return due


def files(connection: Connection, site_id: str, sections: Sequence[str], now: datetime) -> list[str]:
    """As they were named, those that have been asked for before last. What belongs to no section is anybody's."""
    here = select(Section.id).where(Section.site_id == site_id, Section.code.in_(sections))
    wanted = select(Url.url).where(Url.site_id == site_id, Url.kind == "file", _to_fetch(now))
    found = wanted.where(or_(Url.found_in.is_(None), Url.found_in.in_(here)))
    return list(connection.execute(found.order_by(Url.last_checked.nulls_first(), Url.id)).scalars())


def seen_before(connection: Connection, section_id: int, run_id: int) -> list[Seen]:
    """By the last runs before this one, the latest first."""
    told = select(Walk.first_rows, Walk.articles, Walk.stated)
    earlier = told.where(Walk.section_id == section_id, Walk.run_id < run_id, Walk.pages > 0)
    return [Seen(*row) for row in connection.execute(earlier.order_by(Walk.run_id.desc()).limit(_RUNS))]


def known_url(connection: Connection, site_id: str, url: str) -> Due | None:
    """An article URL with its earliest listing on this site, else with where it was found; None if never heard of."""
    return next(iter(_each_once(connection, _of_site(site_id).where(Url.url == url))), None)


def sites(connection: Connection) -> list[str]:
    return list(connection.execute(select(Site.id).order_by(Site.id)).scalars())


def captured(connection: Connection, site_id: str, since: date | None) -> list[Due]:
    """The site's articles whose bytes are stored; `since`: less those published earlier."""
    read = _of_site(site_id).where(Url.site_id == site_id, Url.article_id.is_not(None), Url.capture_id.is_not(None))
    if since:
        day = Url.parsed["published_on"].as_string()
        read = read.where(or_(day.is_(None), day >= since.isoformat()))
    return _each_once(connection, read)


def parsed(connection: Connection, url: str) -> ArticlePage:
    """What a known article's page said last."""
    said = connection.execute(select(Url.parsed).where(Url.url == url)).scalar_one()
    assert said
    return from_json(said)


def stored(connection: Connection, folder: Path, url: str) -> Stored | None:
    """The last answer of status 200 captured at a URL. Raises WarcError."""
    found = select(Capture).where(Capture.url == url, Capture.revisit_of.is_(None), Capture.status == 200)
    return _read_back(connection, folder, found.order_by(Capture.id.desc()).limit(1))


def answer(connection: Connection, folder: Path, url: str, until: int) -> Stored | None:
    """What a URL answered when the capture `until` was made: a page, a redirect, or that there is none. Raises
    WarcError."""
    told = Capture.status.in_((200, 301, 302, 303, 307, 308, 404, 410)) | Capture.revisit_of.is_not(None)
    last = select(func.coalesce(Capture.revisit_of, Capture.id)).where(Capture.url == url, Capture.id <= until, told)
    found = select(Capture).where(Capture.id == last.order_by(Capture.id.desc()).limit(1).scalar_subquery())
    return _read_back(connection, folder, found)


def _read_back(connection: Connection, folder: Path, found: Select[Capture]) -> Stored | None:
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    place = Place(row.file, row.offset)
    return Stored(row.id, place, row.status, row.fetched_at, row.digest, *warc.read(folder, place))


_Listed = Select[str, str | None, date | None, int | None, str | None]


def _of_site(site_id: str) -> _Listed:
    """Article URLs with each listing on this site; where no list names one, with the section it was found in."""
    here = select(Section.id).where(Section.site_id == site_id)
    return (
        select(Url.url, Section.code, Listing.listed_on, Url.capture_id, Url.parsed["parser_version"].as_string())
        .select_from(Url)
        .outerjoin(Listing, (Listing.url == Url.url) & Listing.section_id.in_(here))
        .outerjoin(
            Section, (Section.id == func.coalesce(Listing.section_id, Url.found_in)) & (Section.site_id == site_id)
        )
        .where(Url.kind == "article")
        .order_by(Listing.listed_on.nulls_last(), Section.code, Url.url)
    )


def _of_sections(site_id: str, sections: Sequence[str]) -> _Listed:
    """Article URLs that these sections list, or that were found in them and no list names."""
    return _of_site(site_id).where(Url.site_id == site_id, Section.code.in_(sections))


def _each_once(connection: Connection, listed: _Listed) -> list[Due]:
    found: dict[str, Due] = {}
    for row in connection.execute(listed):
        found.setdefault(row[0], Due(*row))
    return list(found.values())


def _to_fetch(now: datetime) -> ColumnElement[bool]:
    # next_due is NULL as a rule, and NULL is not false: a plain <= would lose these rows under NOT
    failed = Url.state.in_(("missing", "refused")) | (Url.state == "gone") & Url.article_id.is_(None)
    return or_(Url.state == "pending", failed & Url.next_due.is_not(None) & (Url.next_due <= now))
