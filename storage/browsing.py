"""What the web page asks beyond queries.py: each answer bounded, and read from an index."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, Executable, and_, func, select
from sqlalchemy.orm import aliased

from storage.beijing import BEIJING
from storage.models import (
    CHANGED,
    Appearance,
    Article,
    Byline,
    Capture,
    File,
    Placement,
    Revision,
    Section,
    Site,
    Url,
    Walk,
)
from storage.queries import Record
from storage.records import Place

CHANGE_KINDS = ("text", "gone", "returned", "metadata", "cosmetic", "parser")

_FEW = 5000  # bylines; each costs a look at its story

Month = tuple[int, int]  # year, month


@dataclass(frozen=True, slots=True)
class Overview:
    months: dict[Month, int]  # articles by month of publication
    undated: int  # articles in none of them
    changes: dict[str, int]  # by kind
    sections: list[Record]  # site, site_name, section, section_name, kind, articles


def overview(connection: Connection) -> Overview:
    kinds = select(Revision.kind, func.count()).where(CHANGED).group_by(Revision.kind)
    undated = select(func.count()).where(Article.published_on.is_(None))
    return Overview(
        months=months(connection),
        undated=connection.execute(undated).scalar_one(),
        changes=dict(connection.execute(kinds).all()),
        sections=_sections(connection),
    )


def months(connection: Connection) -> dict[Month, int]:
    """Articles by month of publication, in order."""
    counted: Counter[Month] = Counter()
    by_day = select(Article.published_on, func.count())
    for day, number in connection.execute(by_day.group_by(Article.published_on)):
        if day:
            counted[day.year, day.month] += number
    return dict(sorted(counted.items()))


def _sections(connection: Connection) -> list[Record]:
    stories = func.count(Appearance.article_id.distinct()).label("articles")
    numbers = select(Appearance.section_id, stories).group_by(Appearance.section_id).subquery()
    found = (
        select(
            Section.site_id.label("site"),
            Site.name.label("site_name"),
            Section.code.label("section"),
            Section.name.label("section_name"),
            Section.kind,
            func.coalesce(numbers.c.articles, 0).label("articles"),
        )
        .join(Site, Site.id == Section.site_id)
        .outerjoin(numbers, numbers.c.section_id == Section.id)
        .order_by(Section.site_id, Section.id)
    )
    return _records(connection, found)


@dataclass(frozen=True, slots=True)
class Person:
    roles: dict[str, int]  # stories by role
    years: dict[int, int]  # stories by year of publication; of an editor of thousands they are not counted
    affiliations: list[str]
    stories: list[Record]  # id, title, published_on, source, role, label; the newest first


def person(connection: Connection, name: str, role: str | None, limit: int, offset: int) -> Person:
    """Everything in which somebody of this name has a part; `role`: only these of `stories`."""
    named = Byline.name == name
    counted = select(Byline.role, func.count(Byline.article_id.distinct())).where(named).group_by(Byline.role)
    roles: dict[str, int] = dict(connection.execute(counted).all())
    days = select(Article.published_on, func.count(Article.id.distinct())).join(Byline, Byline.article_id == Article.id)
    years: Counter[int] = Counter()
    if sum(roles.values()) <= _FEW:
        for day, number in connection.execute(days.where(named).group_by(Article.published_on)):
            if day:
                years[day.year] += number
    affiliations = select(Byline.affiliation).where(named).distinct().limit(10)
    stories = (
        select(Article.id, Article.title, Article.published_on, Article.source, Byline.role, Byline.label)
        .join(Byline, Byline.article_id == Article.id)
        .where(named, *((Byline.role == role,) if role else ()))
        .order_by(Article.published_on.desc().nulls_last(), Article.id.desc(), Byline.ordinal)
    )
    return Person(
        roles=roles,
        years=dict(sorted(years.items(), reverse=True)),
        affiliations=[name for name in connection.execute(affiliations).scalars() if name],
        stories=_records(connection, stories.limit(limit).offset(offset)),
    )


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What a carousel showed on one Beijing day."""

    stays: list[Record]  # placements, by position and time; with `title` of the story and `sha256` of the picture
    earlier: date | None  # the nearest days on which something changed
    later: date | None


def carousels(connection: Connection) -> list[Record]:
    """Those of which something is on record: id, site, site_name, section, section_name, last_seen."""
    columns = (Section.id, Section.site_id.label("site"), Site.name.label("site_name"), Section.code.label("section"))
    seen = func.max(Placement.last_seen).label("last_seen")
    found = (
        select(*columns, Section.name.label("section_name"), seen)
        .join(Site, Site.id == Section.site_id)
        .join(Placement, Placement.section_id == Section.id)
        .group_by(Section.id, Site.name)
    )
    return _records(connection, found.order_by(Section.site_id, Section.id))


def front_page(connection: Connection, section_id: int, day: date) -> FrontPage:
    start, end = _bounds(day)
    of_section = Placement.section_id == section_id
    shown = and_(of_section, Placement.first_seen < end, func.coalesce(Placement.left_at, Placement.last_seen) >= start)
    stays = (
        select(*Placement.__table__.c, Article.title, File.sha256)
        .outerjoin(Article, Article.id == Placement.article_id)
        .outerjoin(File, File.url == Placement.picture)
    )
    before = select(func.max(Placement.first_seen)).where(of_section, Placement.first_seen < start)
    after = select(func.min(Placement.first_seen)).where(of_section, Placement.first_seen >= end)
    earlier, later = (connection.execute(asked).scalar() for asked in (before, after))
    return FrontPage(
        stays=_records(connection, stays.where(shown).order_by(Placement.position, Placement.first_seen)),
        earlier=earlier and earlier.astimezone(BEIJING).date(),
        later=later and later.astimezone(BEIJING).date(),
    )


def changes(connection: Connection, kinds: Collection[str], limit: int, offset: int) -> list[Record]:
    """Revisions of these kinds but the first ones, the latest first: id, article_id, seq, kind, seen_at, url, title,
    published_on."""
    columns = (Revision.article_id, Revision.seq, Revision.kind, Revision.seen_at, Revision.url)
    found = select(*columns, Article.title, Article.published_on).join(Article, Article.id == Revision.article_id)
    wanted = found.where(CHANGED, Revision.kind.in_(kinds))
    return _records(
        connection, wanted.order_by(Revision.seen_at.desc(), Revision.id.desc()).limit(limit).offset(offset)
    )


@dataclass(frozen=True, slots=True)
class CoveredDay:
    day: date
    articles: int  # published on it
    covered: bool | None  # a list was read completely then or later, and back to it; None: nobody looked at all


@dataclass(frozen=True, slots=True)
class CoveredSection:
    site: str
    site_name: str
    section: str
    section_name: str
    days: list[CoveredDay]


def coverage(connection: Connection, year: int, month: int) -> list[CoveredSection]:
    """Each section's days of a month: the view `coverage`, which has each day since the first, bounded."""
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    published = (
        select(Appearance.section_id, Article.published_on, func.count(Article.id.distinct()))
        .join(Appearance, Appearance.article_id == Article.id)
        .where(Article.published_on.between(first, last))
        .group_by(Appearance.section_id, Article.published_on)
    )
    articles = {(section, day): number for section, day, number in connection.execute(published)}
    reached = func.coalesce(Walk.reached, Walk.day)
    walks = select(Walk.section_id, Walk.day, reached, Walk.complete).where(Walk.pages > 0)
    looked, covered = set(), set()
    for section, day, back_to, complete in connection.execute(walks.where(Walk.day >= first, reached <= last)):
        looked.add((section, day))
        if complete:
            covered |= {(section, one) for one in _days(max(back_to, first), min(day, last))}
    columns = (Section.id, Section.site_id, Site.name.label("site_name"), Section.code, Section.name)
    sections = select(*columns).join(Site, Site.id == Section.site_id).order_by(Section.site_id, Section.id)

    def covered_day(section: int, day: date) -> CoveredDay:
        state = True if (section, day) in covered else False if (section, day) in looked else None
        return CoveredDay(day, articles.get((section, day), 0), state)

    return [
        CoveredSection(
            row.site_id, row.site_name, row.code, row.name, [covered_day(row.id, day) for day in _days(first, last)]
        )
        for row in connection.execute(sections)
    ]


def last_look(connection: Connection) -> date | None:
    """The last day on which a section's list was read."""
    return connection.execute(select(func.max(Walk.day))).scalar()


@dataclass(frozen=True, slots=True)
class Bytes:
    """Where a captured answer lies, and what was asked."""

    url: str
    fetched_at: datetime
    status: int
    place: Place


def capture(connection: Connection, capture_id: int) -> Bytes | None:
    """A 304 stands for the answer it said is still right."""
    body = aliased(Capture)
    found = (
        select(Capture.url, Capture.fetched_at, body.status, body.file, body.offset)
        .join(body, body.id == func.coalesce(Capture.revisit_of, Capture.id))
        .where(Capture.id == capture_id)
    )
    row = connection.execute(found).one_or_none()
    return Bytes(row.url, row.fetched_at, row.status, Place(row.file, row.offset)) if row else None


@dataclass(frozen=True, slots=True)
class StoredFile:
    path: str  # below the archive's folder
    media_type: str  # what the bytes are, whatever the server called them


def stored_file(connection: Connection, sha256: str) -> StoredFile | None:
    found = select(File.path, File.media_type).where(File.sha256 == sha256).limit(1)
    row = connection.execute(found).one_or_none()
    return StoredFile(row.path, row.media_type) if row else None


def places(connection: Connection, article_ids: Collection[int]) -> dict[int, list[str]]:
    """Names of the sections in which each article stands, behind their site's id."""
    found = (
        select(Appearance.article_id, Section.site_id, Section.name)
        .join(Section, Section.id == Appearance.section_id)
        .where(Appearance.article_id.in_(article_ids))
        .distinct()
        .order_by(Appearance.article_id, Section.site_id, Section.name)
    )
    names: dict[int, list[str]] = defaultdict(list)
    for article, site, name in connection.execute(found):
        names[article].append(f"{site} · {name}")
    return names


def captures_of(connection: Connection, article_id: int) -> dict[str, int]:
    """By URL of the article: the capture that it was read from last."""
    found = select(Url.url, Url.capture_id).where(Url.article_id == article_id)
    return {url: capture for url, capture in connection.execute(found) if capture}


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(), BEIJING)
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _records(connection: Connection, asked: Executable) -> list[Record]:
    return [dict(row) for row in connection.execute(asked).mappings()]
