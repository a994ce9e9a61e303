"""The archive's tables. What a row is: docs/schema.md.

Two kinds of time never mix: `UTCTime` for our own clock, `WallClock` for what a site printed (no offset, Beijing time).
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, get_args

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.records import DateOrigin, Role, SectionKind, UrlKind

URL_STATES = ("pending", "ok", "missing", "gone", "refused", "lead")
REVISION_KINDS = ("first", "text", "cosmetic", "metadata", "parser", "gone", "returned")
OUTCOMES = ("running", "good", "degraded", "failed", "interrupted")


class UTCTime(TypeDecorator[datetime]):
    """Aware datetimes in and out, UTC. SQLite keeps no offset and would silently drop a foreign one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"our own times are UTC, this one has no offset: {value}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallClock(TypeDecorator[datetime]):
    """A site's printed time: naive in and out."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"a site's wall clock has no offset: {value}")
        return value


def one_of(column: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


Id = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(UTCTime)]
Printed = Annotated[datetime, mapped_column(WallClock)]
Json = Annotated[Any, mapped_column(JSON(none_as_null=True))]
OfSite = Annotated[str, mapped_column(ForeignKey("sites.id"))]
OfSection = Annotated[int, mapped_column(ForeignKey("sections.id"))]
OfArticle = Annotated[int, mapped_column(ForeignKey("articles.id"))]
OfCapture = Annotated[int, mapped_column(ForeignKey("captures.id"))]


class Base(DeclarativeBase):
    # Named from the first migration on: SQLite's batch migrations lose constraints without a name.
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar = {str: Text()}


class Site(Base):
    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(primary_key=True)  # the profile's id: chinalco
    name: Mapped[str]
    base_url: Mapped[str]
    cms_group: Mapped[str]


class Section(Base):
    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("site_id", "code"), one_of("kind", *get_args(SectionKind)))

    id: Mapped[Id]
    site_id: Mapped[OfSite]
    code: Mapped[str]  # the profile's section id: tplb
    kind: Mapped[str]
    name: Mapped[str]
    path: Mapped[str]
    walked_at: Mapped[Moment | None]


class Url(Base):
    __tablename__ = "urls"
    __table_args__ = (one_of("kind", *get_args(UrlKind)), one_of("state", *URL_STATES))

    id: Mapped[Id]
    url: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[OfSite]
    kind: Mapped[str]
    state: Mapped[str]
    found_in: Mapped[OfSection | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    last_checked: Mapped[Moment | None]
    last_status: Mapped[int | None]
    missing_since: Mapped[Moment | None]
    next_due: Mapped[Moment | None]
    article_id: Mapped[OfArticle | None] = mapped_column(index=True)
    identity_key: Mapped[str | None] = mapped_column(index=True)  # of the page with which this URL joined its article
    parsed: Mapped[Json | None]  # storage/parsed.py
    capture_id: Mapped[OfCapture | None]  # the last of those it was read from


class Listing(Base):
    __tablename__ = "listings"
    __table_args__ = (UniqueConstraint("section_id", "url"),)

    id: Mapped[Id]
    section_id: Mapped[OfSection]
    url: Mapped[str] = mapped_column(index=True)
    title: Mapped[str | None]
    listed_on: Mapped[date | None]
    first_seen: Mapped[Moment]
    last_seen: Mapped[Moment]
    settled: Mapped[bool]  # a walk through the section has ended since: the row is no news


class Article(Base):
    __tablename__ = "articles"
    __table_args__ = (one_of("date_origin", *get_args(DateOrigin)), Index(None, "source", "published_on"))

    id: Mapped[Id]
    title: Mapped[str | None]
    source: Mapped[str | None]
    published_on: Mapped[date | None] = mapped_column(index=True)
    published_at: Mapped[Printed | None]
    date_origin: Mapped[str | None]
    body: Mapped[str]
    byline_text: Mapped[str | None]
    url: Mapped[str]
    content_hash: Mapped[str]
    identity_key: Mapped[str | None]
    cluster_id: Mapped[int | None] = mapped_column(index=True)  # NULL: not compared since its text changed
    first_seen: Mapped[Moment]
    last_seen: Mapped[Moment]
    gone_at: Mapped[Moment | None]


class SearchQueue(Base):
    __tablename__ = "search_queue"

    article_id: Mapped[OfArticle] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str | None]  # as it is in the index
    body: Mapped[str | None]  # NULL: the index has nothing of the article
    published_on: Mapped[date | None]


class Appearance(Base):
    __tablename__ = "appearances"
    __table_args__ = (UniqueConstraint("url", "section_id"), one_of("date_origin", *get_args(DateOrigin)))

    id: Mapped[Id]
    article_id: Mapped[OfArticle] = mapped_column(index=True)
    section_id: Mapped[OfSection | None] = mapped_column(index=True)
    url: Mapped[str]
    doc_id: Mapped[str | None] = mapped_column(index=True)
    listed_on: Mapped[date | None]
    title: Mapped[str | None]
    source: Mapped[str | None]
    published_on: Mapped[date | None]
    published_at: Mapped[Printed | None]
    date_origin: Mapped[str | None]
    byline_text: Mapped[str | None]
    first_seen: Mapped[Moment]
    last_seen: Mapped[Moment]
    gone_at: Mapped[Moment | None]


# NULLs are distinct in a unique constraint: without this a URL that no list names could appear twice.
_UNLISTED = Appearance.__table__.c.section_id.is_(None)
Index(
    "uq_appearances_unlisted",
    Appearance.__table__.c.url,
    unique=True,
    sqlite_where=_UNLISTED,
    postgresql_where=_UNLISTED,
)


class Placement(Base):
    __tablename__ = "placements"
    __table_args__ = (Index(None, "section_id", "left_at"),)

    id: Mapped[Id]
    section_id: Mapped[OfSection]
    position: Mapped[int]
    url: Mapped[str | None] = mapped_column(index=True)
    article_id: Mapped[OfArticle | None] = mapped_column(index=True)
    headline: Mapped[str | None]
    picture: Mapped[str | None]
    first_seen: Mapped[Moment]
    last_seen: Mapped[Moment]
    left_at: Mapped[Moment | None]


class Revision(Base):
    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "seq"), one_of("kind", *REVISION_KINDS))

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    url: Mapped[str]
    seq: Mapped[int]
    seen_at: Mapped[Moment]
    kind: Mapped[str]
    title: Mapped[str | None]
    source: Mapped[str | None]
    published_on: Mapped[date | None]
    published_at: Mapped[Printed | None]
    body: Mapped[str]
    byline_text: Mapped[str | None]
    bylines: Mapped[Json]
    images: Mapped[Json]
    attachments: Mapped[Json]
    content_hash: Mapped[str]
    identity_key: Mapped[str | None] = mapped_column(index=True)
    parser_version: Mapped[str]
    capture_id: Mapped[OfCapture | None]


# All but the first states are few, and are asked for by time.
CHANGED = Revision.__table__.c.kind != literal("first", literal_execute=True)
Index(
    "ix_revisions_changes",
    Revision.__table__.c.seen_at,
    Revision.__table__.c.kind,
    sqlite_where=CHANGED,
    postgresql_where=CHANGED,
)


class Byline(Base):
    __tablename__ = "bylines"
    __table_args__ = (UniqueConstraint("article_id", "ordinal"), one_of("role", *get_args(Role)))

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    ordinal: Mapped[int]  # from 1
    role: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    affiliation: Mapped[str | None]
    label: Mapped[str | None]


class Image(Base):
    __tablename__ = "images"
    __table_args__ = (UniqueConstraint("article_id", "order"),)

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    order: Mapped[int]  # from 1
    url: Mapped[str] = mapped_column(index=True)
    caption: Mapped[str | None]
    sha256: Mapped[str | None]
    path: Mapped[str | None]


class Attachment(Base):
    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("article_id", "order"),)

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    order: Mapped[int]  # from 1
    url: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    sha256: Mapped[str | None]
    path: Mapped[str | None]


class File(Base):
    __tablename__ = "files"

    id: Mapped[Id]
    url: Mapped[str] = mapped_column(unique=True)  # of a picture or attachment; several may have the same bytes
    sha256: Mapped[str] = mapped_column(index=True)
    path: Mapped[str]  # below ARCHIVE_DIR
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    media_type: Mapped[str]  # what the bytes are, whatever the server called them
    fetched_at: Mapped[Moment]


class Signature(Base):
    """The bands under which an article's text stands in `bands`, to be taken out again."""

    __tablename__ = "signatures"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    bands: Mapped[bytes]  # storage/families.py


class Band(Base):
    __tablename__ = "bands"
    __table_args__ = ({"sqlite_with_rowid": False},)  # half the size

    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)


class Likeness(Base):
    """A verified pair: the article's text and that of one of those it was compared with."""

    __tablename__ = "likenesses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)


class Capture(Base):
    __tablename__ = "captures"
    __table_args__ = (UniqueConstraint("file", "offset"), Index(None, "url", "revisit_of"))

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    url: Mapped[str]
    fetched_at: Mapped[Moment]
    status: Mapped[int]
    file: Mapped[str]  # below ARCHIVE_DIR
    offset: Mapped[int] = mapped_column(BigInteger)
    length: Mapped[int]
    digest: Mapped[str]
    checksum: Mapped[str]
    revisit_of: Mapped[OfCapture | None]


class Run(Base):
    __tablename__ = "runs"
    __table_args__ = (one_of("outcome", *OUTCOMES),)

    id: Mapped[Id]
    site_id: Mapped[OfSite]
    spider: Mapped[str]
    arguments: Mapped[Json]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    outcome: Mapped[str]
    counts: Mapped[Json]


class Walk(Base):
    __tablename__ = "walks"
    __table_args__ = (UniqueConstraint("run_id", "section_id"), Index(None, "section_id", "day"))

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    section_id: Mapped[OfSection]
    day: Mapped[date]  # Beijing's
    seen_at: Mapped[Moment]  # the last of its pages
    complete: Mapped[bool]
    pages: Mapped[int]  # 0: the run meant to read the section's list, and did not
    rows: Mapped[int]
    first_rows: Mapped[int]  # on the first page
    newest: Mapped[date | None]  # list dates: of the newest row, and of the lowest
    reached: Mapped[date | None]
    articles: Mapped[int]  # pages of this section that the run read anew, and in `stated` how many state which field
    stated: Mapped[Json]


class Issue(Base):
    __tablename__ = "issues"

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    section_id: Mapped[OfSection | None]
    seen_at: Mapped[Moment]
    kind: Mapped[str]
    url: Mapped[str | None]
    field: Mapped[str | None]
    detail: Mapped[str]
