"""The archive's tables. Each column's `doc` and each table's docstring end up in docs/schema.md."""

from datetime import date
from typing import ClassVar, get_args

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    literal,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import (
    BylineText,
    FilePath,
    FirstSeen,
    Id,
    Json,
    LastSeen,
    Moment,
    OfArticle,
    OfCapture,
    OfRun,
    OfSection,
    OfSite,
    Ordinal,
    Origin,
    PageUrl,
    PublishedAt,
    PublishedOn,
    Sha256,
    Source,
    Title,
    one_of,
)
from storage.records import DateOrigin, Role, SectionKind, UrlKind

URL_STATES = ("pending", "ok", "missing", "gone", "refused", "lead")
REVISION_KINDS = ("first", "text", "cosmetic", "metadata", "parser", "gone", "returned")
OUTCOMES = ("running", "good", "degraded", "failed", "interrupted")
LARGEST_ID = 2**31 - 1  # PostgreSQL's integers; SQLite's driver fails beyond 2**63


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
    """A crawled site: one host with its aliases."""

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(primary_key=True, doc="the profile's id: chinalco")
    name: Mapped[str] = mapped_column(doc="its name: 中铝集团")
    base_url: Mapped[str] = mapped_column(doc="home page")
    cms_group: Mapped[str] = mapped_column(doc="sites of one group share document numbers")


class Section(Base):
    """A column of a site, or the slider on its home page."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("site_id", "code"), one_of("kind", *get_args(SectionKind)))

    id: Mapped[Id]
    site_id: Mapped[OfSite]
    code: Mapped[str] = mapped_column(doc="the profile's section id: tplb")
    kind: Mapped[str] = mapped_column(doc="news or carousel: a column with list pages; slider: pictures on a home page")
    name: Mapped[str] = mapped_column(doc="its name: 图片轮播")
    path: Mapped[str] = mapped_column(doc="of its first page")
    walked_at: Mapped[Moment | None] = mapped_column(doc="end of the last complete walk through its lists")


class Url(Base):
    """One canonical URL that a list, a slider or an address on the command line named: what is to be fetched, and what
    came of it."""

    __tablename__ = "urls"
    __table_args__ = (one_of("kind", *get_args(UrlKind)), one_of("state", *URL_STATES))

    id: Mapped[Id]
    url: Mapped[PageUrl] = mapped_column(unique=True)
    site_id: Mapped[OfSite]
    kind: Mapped[str] = mapped_column(doc="link: off the site's hosts")
    state: Mapped[str] = mapped_column(
        doc="missing: gone if so again the next day; refused: robots.txt or no article; lead: recorded, never fetched"
    )
    found_in: Mapped[OfSection | None] = mapped_column(doc="the section that named it first")
    etag: Mapped[str | None] = mapped_column(doc="the last answer's")
    last_modified: Mapped[str | None] = mapped_column(doc="the last answer's, as sent")
    last_checked: Mapped[Moment | None] = mapped_column(doc="when it was asked for last")
    last_status: Mapped[int | None] = mapped_column(doc="the last answer's HTTP status")
    missing_since: Mapped[Moment | None] = mapped_column(doc="first of the failures in a row")
    next_due: Mapped[Moment | None] = mapped_column(doc="when to look again; empty: with the old ones, in turn")
    article_id: Mapped[OfArticle | None] = mapped_column(index=True)
    identity_key: Mapped[str | None] = mapped_column(index=True, doc="of the page with which it joined its article")
    parsed: Mapped[Json | None] = mapped_column(doc="what the page said last, and which rule told which field")
    capture_id: Mapped[OfCapture | None] = mapped_column(doc="the last of the answers from which it was read")


class Listing(Base):
    """A row that a section's lists or slider showed."""

    __tablename__ = "listings"
    __table_args__ = (UniqueConstraint("section_id", "url"),)

    id: Mapped[Id]
    section_id: Mapped[OfSection]
    url: Mapped[PageUrl] = mapped_column(index=True)
    title: Mapped[Title | None]
    listed_on: Mapped[date | None] = mapped_column(doc="the row's date")
    first_seen: Mapped[FirstSeen]
    last_seen: Mapped[LastSeen]
    settled: Mapped[bool] = mapped_column(doc="a walk through the section has ended since: the row is no news")


class Article(Base):
    """One story, however many copies there are: each field from the first copy, in order of document number, date and
    URL, that states it."""

    __tablename__ = "articles"
    __table_args__ = (one_of("date_origin", *get_args(DateOrigin)), Index(None, "source", "published_on"))

    id: Mapped[Id]
    title: Mapped[Title | None]
    source: Mapped[Source | None]
    published_on: Mapped[PublishedOn | None] = mapped_column(index=True)
    published_at: Mapped[PublishedAt | None]
    date_origin: Mapped[Origin | None]
    body: Mapped[str] = mapped_column(doc="text without the closing byline; one line a paragraph, caption or table row")
    byline_text: Mapped[BylineText | None]
    url: Mapped[PageUrl] = mapped_column(doc="canonical address of the first copy")
    content_hash: Mapped[str] = mapped_column(doc="SHA-256 of title and body, docs/citing.md says how")
    identity_key: Mapped[str | None] = mapped_column(doc="SHA-256 by which another copy is recognised")
    cluster_id: Mapped[int | None] = mapped_column(
        index=True,
        doc="smallest id among the stories that are nearly the same; NULL until the run that brought its text ends",
    )
    first_seen: Mapped[FirstSeen]
    last_seen: Mapped[LastSeen]
    gone_at: Mapped[Moment | None] = mapped_column(doc="when the last of its copies was gone; the text stays")


class SearchQueue(Base):
    """An article that is new or another than the search's index has it."""

    __tablename__ = "search_queue"

    article_id: Mapped[OfArticle] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str | None] = mapped_column(doc="as it is in the index")
    body: Mapped[str | None] = mapped_column(doc="as it is in the index; NULL: the index has nothing of the article")
    published_on: Mapped[date | None] = mapped_column(doc="as it is in the index")


class Appearance(Base):
    """A story at one URL in one section, as this copy says it."""

    __tablename__ = "appearances"
    __table_args__ = (
        *(UniqueConstraint("url", "section_id"), Index(None, "section_id", "article_id")),
        one_of("date_origin", *get_args(DateOrigin)),
    )

    id: Mapped[Id]
    article_id: Mapped[OfArticle] = mapped_column(index=True)
    section_id: Mapped[OfSection | None] = mapped_column(doc="the section; empty: no list names it")
    url: Mapped[PageUrl]
    doc_id: Mapped[str | None] = mapped_column(index=True, doc="the site's own document number")
    listed_on: Mapped[date | None] = mapped_column(doc="date of the section's row")
    title: Mapped[Title | None]
    source: Mapped[Source | None]
    published_on: Mapped[PublishedOn | None]
    published_at: Mapped[PublishedAt | None]
    date_origin: Mapped[Origin | None]
    byline_text: Mapped[BylineText | None]
    first_seen: Mapped[FirstSeen]
    last_seen: Mapped[LastSeen]
    gone_at: Mapped[Moment | None] = mapped_column(doc="first of the failures that told so")


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
    """One unbroken stay of one entry at one position of a carousel: same URL, headline and picture."""

    __tablename__ = "placements"
    __table_args__ = (Index(None, "section_id", "left_at"),)

    id: Mapped[Id]
    section_id: Mapped[OfSection]
    position: Mapped[int] = mapped_column(doc="from 1")
    url: Mapped[str | None] = mapped_column(index=True, doc="where the slide leads")
    article_id: Mapped[OfArticle | None] = mapped_column(index=True, doc="the article; empty: not fetched, or a lead")
    headline: Mapped[str | None] = mapped_column(doc="printed on the slide")
    picture: Mapped[str | None] = mapped_column(doc="its address")
    first_seen: Mapped[FirstSeen]
    last_seen: Mapped[LastSeen]
    left_at: Mapped[Moment | None] = mapped_column(doc="the first look that did not find it; empty: still there")


class Revision(Base):
    """A change seen at one URL: what the page said from then on."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "seq"), one_of("kind", *REVISION_KINDS))

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    url: Mapped[PageUrl]
    seq: Mapped[int] = mapped_column(doc="counts the article's revisions from 1")
    seen_at: Mapped[Moment] = mapped_column(doc="when a crawl saw it")
    kind: Mapped[str] = mapped_column(
        doc="text: letters or digits of title or body; cosmetic: only punctuation of them; metadata: another field; "
        "parser: the site changed nothing, a newer parser reads it otherwise; gone, returned: of the page"
    )
    title: Mapped[Title | None]
    source: Mapped[Source | None]
    published_on: Mapped[PublishedOn | None]
    published_at: Mapped[PublishedAt | None]
    body: Mapped[str] = mapped_column(doc="the text; of a page that is gone, what it said last")
    byline_text: Mapped[BylineText | None]
    bylines: Mapped[Json] = mapped_column(doc="as the columns of `bylines`")
    images: Mapped[Json] = mapped_column(doc="url and caption of each")
    attachments: Mapped[Json] = mapped_column(doc="url and name of each")
    content_hash: Mapped[str] = mapped_column(doc="of this title and body")
    identity_key: Mapped[str | None] = mapped_column(index=True, doc="by which another copy is recognised")
    parser_version: Mapped[str] = mapped_column(doc="hash of the parser's source files")
    capture_id: Mapped[OfCapture | None] = mapped_column(doc="the last of the answers that told it")


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
    """A person named as having made an article."""

    __tablename__ = "bylines"
    __table_args__ = (UniqueConstraint("article_id", "ordinal"), one_of("role", *get_args(Role)))

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    ordinal: Mapped[Ordinal]
    role: Mapped[str] = mapped_column(doc="what the label says the person did")
    name: Mapped[str] = mapped_column(index=True, doc="without blanks inside")
    affiliation: Mapped[str | None] = mapped_column(doc="the unit printed with the name")
    label: Mapped[str | None] = mapped_column(doc="as printed: 见习记者")


class Image(Base):
    """A picture in an article's text."""

    __tablename__ = "images"
    __table_args__ = (UniqueConstraint("article_id", "order"),)

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    order: Mapped[Ordinal]
    url: Mapped[str] = mapped_column(index=True, doc="its address")
    caption: Mapped[str | None] = mapped_column(doc="printed below it")
    sha256: Mapped[Sha256 | None]
    path: Mapped[FilePath | None]


class Attachment(Base):
    """A file that an article links to."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("article_id", "order"),)

    id: Mapped[Id]
    article_id: Mapped[OfArticle]
    order: Mapped[Ordinal]
    url: Mapped[str] = mapped_column(index=True, doc="its address")
    name: Mapped[str] = mapped_column(doc="the link's text")
    sha256: Mapped[Sha256 | None]
    path: Mapped[FilePath | None]


class File(Base):
    """A picture or attachment that is here."""

    __tablename__ = "files"

    id: Mapped[Id]
    url: Mapped[str] = mapped_column(unique=True, doc="its address; several may have the same bytes")
    sha256: Mapped[str] = mapped_column(index=True, doc="of its bytes, hex")
    path: Mapped[str] = mapped_column(doc="below ARCHIVE_DIR")
    size: Mapped[int] = mapped_column(BigInteger, doc="bytes")
    media_type: Mapped[str] = mapped_column(doc="what the bytes are, whatever the server called them")
    fetched_at: Mapped[Moment] = mapped_column(doc="when they came")


class Signature(Base):
    """The bands under which an article's text stands in `bands`, to be taken out again."""

    __tablename__ = "signatures"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id"), primary_key=True, autoincrement=False, doc="the article"
    )
    bands: Mapped[bytes] = mapped_column(doc="32-bit integers, the first is the rank; storage/families.py")


class Band(Base):
    """A bucket in which an article's text stands; texts that share one are compared."""

    __tablename__ = "bands"
    __table_args__ = ({"sqlite_with_rowid": False},)  # half the size

    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="the bucket")
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="order in it, drawn from the text")
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id"), primary_key=True, autoincrement=False, doc="the article"
    )


class Likeness(Base):
    """A verified pair: the article's text and that of one of those it was compared with."""

    __tablename__ = "likenesses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id"), primary_key=True, autoincrement=False, doc="the article"
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id"), primary_key=True, autoincrement=False, doc="the one it was compared with"
    )


class Capture(Base):
    """One answer as it came, and where it lies in which WARC file."""

    __tablename__ = "captures"
    __table_args__ = (UniqueConstraint("file", "offset"), Index(None, "url", "revisit_of"))

    id: Mapped[Id]
    run_id: Mapped[OfRun]
    url: Mapped[str] = mapped_column(doc="address as asked for")
    fetched_at: Mapped[Moment] = mapped_column(doc="when it was answered")
    status: Mapped[int] = mapped_column(doc="HTTP status")
    file: Mapped[str] = mapped_column(doc="WARC file below ARCHIVE_DIR")
    offset: Mapped[int] = mapped_column(BigInteger, doc="of the record in the file, in bytes")
    length: Mapped[int] = mapped_column(doc="of the record as compressed, in bytes")
    digest: Mapped[str] = mapped_column(doc="of the answer's body: sha1: and BASE32")
    checksum: Mapped[str] = mapped_column(doc="SHA-256 of the file from the end of the capture before to this one's")
    revisit_of: Mapped[OfCapture | None] = mapped_column(doc="status 304: the capture that is still right")


class Run(Base):
    """One run of a spider."""

    __tablename__ = "runs"
    __table_args__ = (one_of("outcome", *OUTCOMES),)

    id: Mapped[Id]
    site_id: Mapped[OfSite]
    spider: Mapped[str] = mapped_column(doc="news, carousel or reparse")
    arguments: Mapped[Json] = mapped_column(doc="as given with -a")
    started_at: Mapped[Moment] = mapped_column(doc="its start")
    finished_at: Mapped[Moment | None] = mapped_column(doc="its end")
    outcome: Mapped[str] = mapped_column(doc="interrupted: killed, which the next run found out")
    counts: Mapped[Json] = mapped_column(doc="what was read, new, revised, gone, and so on")


class Walk(Base):
    """What one run saw of one section's lists."""

    __tablename__ = "walks"
    __table_args__ = (UniqueConstraint("run_id", "section_id"), Index(None, "section_id", "day"))

    id: Mapped[Id]
    run_id: Mapped[OfRun]
    section_id: Mapped[OfSection]
    day: Mapped[date] = mapped_column(doc="in Beijing")
    seen_at: Mapped[Moment] = mapped_column(doc="the last of its pages")
    complete: Mapped[bool] = mapped_column(doc="every page that had to be read was read")
    pages: Mapped[int] = mapped_column(doc="list pages read; 0: the run meant to read the list, and did not")
    rows: Mapped[int] = mapped_column(doc="rows seen")
    first_rows: Mapped[int] = mapped_column(doc="rows on the first page")
    newest: Mapped[date | None] = mapped_column(doc="list date of the newest row")
    reached: Mapped[date | None] = mapped_column(doc="list date of the lowest row that has one")
    articles: Mapped[int] = mapped_column(doc="pages of this section that the run read anew")
    stated: Mapped[Json] = mapped_column(doc="by field, how many of these pages state it")


class Issue(Base):
    """One thing that was wrong in a run."""

    __tablename__ = "issues"

    id: Mapped[Id]
    run_id: Mapped[OfRun] = mapped_column(index=True)
    section_id: Mapped[OfSection | None]
    seen_at: Mapped[Moment] = mapped_column(doc="when")
    kind: Mapped[str] = mapped_column(doc="a word to group by: unknown-label, bad-date, http-error, robots, drift")
    url: Mapped[str | None] = mapped_column(doc="where")
    field: Mapped[str | None] = mapped_column(doc="which field of the article")
    detail: Mapped[str] = mapped_column(doc="what exactly")
