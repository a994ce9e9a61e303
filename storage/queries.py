"""What can be asked of an archive. Reads only; the CLI and the web page stand on it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Executable, distinct, func, select
from sqlalchemy.exc import DBAPIError

from storage.engine import ArchiveError, shown
from storage.models import (
    Appearance,
    Article,
    Attachment,
    Base,
    Byline,
    Capture,
    File,
    Image,
    Issue,
    Placement,
    Revision,
    Run,
    SearchQueue,
    Section,
    Url,
)
from storage.parsed import from_json
from storage.schema import open_engine
from storage.views import ARTICLES, EDITS

_LAST_RUNS = 20
_AT_A_TIME = 500  # articles held in memory by an export

Record = dict[str, Any]  # column names and values; published_at naive (site's wall clock), all other times aware (UTC)


@contextmanager
def reading(url: str | None = None) -> Iterator[Connection]:
    """A connection that cannot write. Raises ArchiveError."""
    engine = open_engine(url)
    try:
        with connected(engine) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """Database errors are ArchiveErrors."""
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise ArchiveError(f"cannot read the archive {shown(engine.url)}: {reason}") from error


@dataclass(frozen=True, slots=True)
class SectionStats:
    site: str
    section: str | None  # None: addresses that no list names
    name: str | None
    articles: int
    appearances: int
    first: date | None  # published_on
    last: date | None


@dataclass(frozen=True, slots=True)
class Totals:
    articles: int
    with_reporters: int
    with_source: int
    with_date: int
    leads: int
    open_slides: int
    issues_of_last_run: int


@dataclass(frozen=True, slots=True)
class Stats:
    sections: list[SectionStats]
    totals: Totals


@dataclass(frozen=True, slots=True)
class RunLine:
    id: int
    site: str
    spider: str
    arguments: dict[str, str]
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    counts: dict[str, int]
    issues: list[Record]  # kind, url, field, detail


@dataclass(frozen=True, slots=True)
class Story:
    article: Record
    bylines: list[Record]
    appearances: list[Record]
    revisions: list[Record]
    placements: list[Record]
    images: list[Record]
    attachments: list[Record]
    why: list[Record]  # url, field, rule: what on each copy's page told the field


@dataclass(frozen=True, slots=True)
class Edit:
    """A revision, and the one that it is compared with: views.py says which."""

    before: Record
    after: Record


@dataclass(frozen=True, slots=True)
class Filter:
    """Articles with an appearance on this site, in this section; with this source as stored; with this person, in this
    role (either alone, or the person in the role); published within these days, both included."""

    site: str | None = None
    section: str | None = None  # the profile's id
    since: date | None = None
    until: date | None = None
    source: str | None = None
    person: str | None = None
    role: str | None = None


def stats(connection: Connection) -> Stats:
    site = func.coalesce(Section.site_id, Url.site_id)
    sections = (
        select(
            site,
            Section.code,
            Section.name,
            func.count(distinct(Appearance.article_id)),
            func.count(Appearance.id),
            func.min(Appearance.published_on),
            func.max(Appearance.published_on),
        )
        .select_from(Appearance)
        .join(Url, Url.url == Appearance.url)
        .outerjoin(Section, Section.id == Appearance.section_id)
        .group_by(site, Section.id, Section.code, Section.name)
        .order_by(site, Section.id.nulls_last())
    )
    reporters = select(func.count(distinct(Byline.article_id))).where(Byline.role == "reporter")
    return Stats(
        sections=[SectionStats(*row) for row in connection.execute(sections)],
        totals=Totals(
            articles=_count(connection, Article),
            with_reporters=connection.execute(reporters).scalar_one(),
            with_source=_count(connection, Article, Article.source.is_not(None)),
            with_date=_count(connection, Article, Article.published_on.is_not(None)),
            leads=_count(connection, Url, Url.state == "lead"),
            open_slides=_count(connection, Placement, Placement.left_at.is_(None)),
            issues_of_last_run=_count(connection, Issue, Issue.run_id == select(func.max(Run.id)).scalar_subquery()),
        ),
    )


def runs(connection: Connection) -> list[RunLine]:
    """The last ones, newest first."""
    last = connection.execute(select(Run).order_by(Run.id.desc()).limit(_LAST_RUNS)).all()
    wrong: dict[int, list[Record]] = defaultdict(list)
    issues = select(Issue.run_id, Issue.kind, Issue.url, Issue.field, Issue.detail).order_by(Issue.id)
    for row in connection.execute(issues.where(Issue.run_id.in_([run.id for run in last]))):
        wrong[row.run_id].append({name: getattr(row, name) for name in ("kind", "url", "field", "detail")})
    return [
        RunLine(
            id=run.id,
            site=run.site_id,
            spider=run.spider,
            arguments=run.arguments,
            started_at=run.started_at,
            finished_at=run.finished_at,
            outcome=run.outcome,
            counts=run.counts,
            issues=wrong[run.id],
        )
        for run in last
    ]


def counts_since(connection: Connection, moment: datetime) -> Counter[str]:
    """Of all runs begun since then, together."""
    total: Counter[str] = Counter()
    for counts in connection.execute(select(Run.counts).where(Run.started_at >= moment)).scalars():
        total.update(counts)
    return total


def story(connection: Connection, article_id: int) -> Story | None:
    def rows(statement: Executable) -> list[Record]:
        return [_record(row) for row in connection.execute(statement)]

    article = rows(select(Article).where(Article.id == article_id))
    if not article:
        return None
    said = connection.execute(select(Url.url, Url.parsed).where(Url.article_id == article_id).order_by(Url.url))
    place = (Section.site_id.label("site"), Section.code.label("section"), Section.name.label("section_name"))
    appearances = select(*place, Appearance).outerjoin(Section, Section.id == Appearance.section_id)
    placements = select(*place, Placement).join(Section, Section.id == Placement.section_id)
    return Story(
        article=article[0],
        bylines=rows(select(Byline).where(Byline.article_id == article_id).order_by(Byline.ordinal)),
        appearances=rows(appearances.where(Appearance.article_id == article_id).order_by(Appearance.id)),
        revisions=rows(select(Revision).where(Revision.article_id == article_id).order_by(Revision.seq)),
        placements=rows(placements.where(Placement.article_id == article_id).order_by(Placement.id)),
        images=rows(select(Image).where(Image.article_id == article_id).order_by(Image.order)),
        attachments=rows(select(Attachment).where(Attachment.article_id == article_id).order_by(Attachment.order)),
        why=[
            {"url": url, "field": field, "rule": rule}
            for url, parsed in said
            for field, rule in (from_json(parsed).rules.items() if parsed else ())
        ],
    )


def edits(connection: Connection, article_id: int) -> list[Edit] | None:
    statement = select(Revision).where(Revision.article_id == article_id).order_by(Revision.seq)
    revisions = {row.seq: _record(row) for row in connection.execute(statement)}
    if not revisions:
        return None
    pairs = select(EDITS.c.old_seq, EDITS.c.seq).where(EDITS.c.article_id == article_id).order_by(EDITS.c.seq)
    return [Edit(revisions[old], revisions[seq]) for old, seq in connection.execute(pairs)]


def latest(connection: Connection, wanted: Filter, most: int) -> list[tuple[Record | None, Record]]:
    """The newest revisions, newest first, each behind the one it is compared with; a better parser's are no news.
    Raises ArchiveError as count() does."""
    expect_known(connection, wanted)
    of_site = select(Revision.id, Revision.article_id).where(
        Revision.kind != "parser", Revision.article_id.in_(select(Article.id).where(*conditions(wanted)))
    )
    ids = dict(connection.execute(of_site.order_by(Revision.id.desc()).limit(most)).all())
    rows = select(Revision).where(Revision.id.in_(ids)).order_by(Revision.id.desc())
    before = {
        edit.after["id"]: edit.before
        for article_id in set(ids.values())
        for edit in edits(connection, article_id) or ()
    }
    return [(before.get(row.id), _record(row)) for row in connection.execute(rows)]


def count(connection: Connection, wanted: Filter) -> int:
    """Raises ArchiveError as expect_known does."""
    expect_known(connection, wanted)
    return connection.execute(select(func.count()).where(*conditions(wanted))).scalar_one()


def to_index(connection: Connection, rebuild: bool) -> int:
    """How many articles wait for the search's index; with `rebuild` all do."""
    return _count(connection, Article if rebuild else SearchQueue)


def articles(connection: Connection, wanted: Filter, only: Sequence[int] | None = None) -> Iterator[Record]:
    """Rows of the view articles_current by id; `only`: these ids."""
    for ids in _pages(connection, wanted, only):
        rows = select(ARTICLES).where(ARTICLES.c.id.in_(ids)).order_by(ARTICLES.c.id)
        yield from [_record(row) for row in connection.execute(rows)]


def stories(connection: Connection, wanted: Filter, only: Sequence[int] | None = None) -> Iterator[Record]:
    """Rows of `articles` by id, each with `bylines`, `appearances`, `images` and `attachments`; `only`: these ids."""
    for ids in _pages(connection, wanted, only):
        rows = select(Article).where(Article.id.in_(ids)).order_by(Article.id)
        articles = [_record(row) for row in connection.execute(rows)]
        people = select(Byline.article_id, Byline.role, Byline.name, Byline.affiliation, Byline.label)
        places = select(
            Appearance.article_id,
            func.coalesce(Section.site_id, Url.site_id).label("site"),
            Section.code.label("section"),
            Appearance.url,
            Appearance.listed_on,
        ).join(Url, Url.url == Appearance.url)
        parts = {
            "bylines": people.where(Byline.article_id.in_(ids)).order_by(Byline.ordinal),
            "appearances": places.outerjoin(Section, Section.id == Appearance.section_id)
            .where(Appearance.article_id.in_(ids))
            .order_by(Appearance.id),
            "images": select(Image.article_id, Image.url, Image.caption)
            .where(Image.article_id.in_(ids))
            .order_by(Image.order),
            "attachments": select(Attachment.article_id, Attachment.url, Attachment.name)
            .where(Attachment.article_id.in_(ids))
            .order_by(Attachment.order),
        }
        grouped = {name: _grouped(connection, statement) for name, statement in parts.items()}
        for article in articles:
            yield article | {name: groups.get(article["id"], []) for name, groups in grouped.items()}


def _pages(connection: Connection, wanted: Filter, only: Sequence[int] | None) -> Iterator[Sequence[int]]:
    ids = only
    if ids is None:
        ids = connection.execute(select(Article.id).where(*conditions(wanted)).order_by(Article.id)).scalars().all()
    for start in range(0, len(ids), _AT_A_TIME):
        yield ids[start : start + _AT_A_TIME]


def _grouped(connection: Connection, statement: Executable) -> dict[int, list[Record]]:
    groups: dict[int, list[Record]] = defaultdict(list)
    for row in connection.execute(statement):
        record = _record(row)
        groups[record.pop("article_id")].append(record)
    return groups


def conditions(wanted: Filter) -> Sequence[ColumnElement[bool]]:
    """On `articles`. Each is asked row by row: whoever reads the first few rows does not wait for all."""
    found: list[ColumnElement[bool]] = [Article.id.is_not(None)]
    if wanted.site or wanted.section:
        inside = (
            select(Appearance.id)
            .join(Url, Url.url == Appearance.url)
            .outerjoin(Section, Section.id == Appearance.section_id)
            .where(Appearance.article_id == Article.id)
        )
        if wanted.site:
            inside = inside.where(func.coalesce(Section.site_id, Url.site_id) == wanted.site)
        if wanted.section:
            inside = inside.where(Section.code == wanted.section)
        found.append(inside.correlate(Article).exists())
    if wanted.source:
        found.append(Article.source == wanted.source)
    if wanted.person or wanted.role:
        people = select(Byline.id).where(Byline.article_id == Article.id)
        if wanted.person:
            people = people.where(Byline.name == wanted.person)
        if wanted.role:
            people = people.where(Byline.role == wanted.role)
        found.append(people.correlate(Article).exists())
    if wanted.since:
        found.append(Article.published_on >= wanted.since)
    if wanted.until:
        found.append(Article.published_on <= wanted.until)
    return found


def expect_known(connection: Connection, wanted: Filter) -> None:
    """Raises ArchiveError for a site or section that does not exist, naming those that do."""
    sections = connection.execute(select(Section.site_id, Section.code).order_by(Section.site_id, Section.id)).all()
    sites = {site for site, _ in sections}
    if wanted.site and wanted.site not in sites:
        raise ArchiveError(f"no site {wanted.site!r} in this archive; it has {', '.join(sorted(sites)) or 'none'}")
    codes = list(dict.fromkeys(code for site, code in sections if wanted.site in (None, site)))
    if wanted.section and wanted.section not in codes:
        where = f"on site {wanted.site}" if wanted.site else "in this archive"
        raise ArchiveError(f"no section {wanted.section!r} {where}; it has {', '.join(codes) or 'none'}")


def _count(connection: Connection, model: type[Base], *conditions: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def _record(row: Any) -> Record:
    return dict(row._mapping)


def warc_ends(connection: Connection) -> dict[str, int]:
    """By WARC file, as `captures` names it: where its last capture ends."""
    ends = select(Capture.file, func.max(Capture.offset + Capture.length)).group_by(Capture.file)
    return dict(connection.execute(ends).all())


def file_sizes(connection: Connection) -> dict[str, int]:
    """By path, as `files` names it: pictures and attachments."""
    return dict(connection.execute(select(File.path, File.size).order_by(File.path)).all())
