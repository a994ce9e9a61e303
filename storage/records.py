"""What the crawler hands over to the archive: first what one page says, then what one fetch turned out to be.

Shapes all fields share: URLs are canonical (site profile's scheme and host, no fragment); text is as printed with runs
of white space folded to one blank; None is "the page does not say"; dates are the site's calendar, `published_at` its
wall clock without offset.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Role = Literal["reporter", "correspondent", "photographer", "editor", "reviewer", "other"]
DateOrigin = Literal["shown", "meta", "list", "url", "file"]  # best first
SectionKind = Literal[
    "news", "carousel", "slider"
]  # carousel: a column with list pages; slider: pictures on a home page
UrlKind = Literal["list", "article", "file", "link"]


@dataclass(frozen=True, slots=True)
class Byline:
    role: Role
    name: str  # no inner blank
    affiliation: str | None = None
    label: str | None = None  # as printed: 见习记者, 责任编辑


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was wrong on a page or with a URL; becomes an issue row."""

    kind: str  # a word a query can group by: unknown-label, bad-date, not-an-article, http-error, robots, ...
    detail: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What one article page says. `body`: one line a paragraph, caption or table row (cells parted by a tab), without
    the closing byline; `byline_text`: every byline statement as printed (meta line, opening, closing), one a line."""

    url: str
    title: str | None
    source: str | None
    published_on: date | None
    published_at: datetime | None
    date_origin: DateOrigin | None
    body: str
    byline_text: str | None = None
    bylines: tuple[Byline, ...] = ()
    breadcrumb: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    doc_id: str | None = None  # the CMS's document number, digits
    problems: tuple[Problem, ...] = ()
    verdict: Literal["article", "challenge", "login", "error", "index"] = "article"  # what the page is
    forward: str | None = None  # a link-type document: where it sends its reader
    next_url: str | None = None  # of the article's next page
    rules: Mapping[str, str] = field(default_factory=dict)  # by field: what on the page told the answer


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list page."""

    url: str
    title: str
    listed_on: date | None
    kind: UrlKind  # link: off the site's hosts, recorded as a lead


@dataclass(frozen=True, slots=True)
class Slide:
    position: int  # from 1
    url: str | None
    headline: str | None
    picture: str | None
    kind: UrlKind | None  # None without a url


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    name: str
    base_url: str
    cms_group: str  # sites of one group share document numbers


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    kind: SectionKind
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a captured answer lies: a WARC file, as named below the archive's folder, and the record's offset in it."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they went over the wire, but for the transfer coding."""

    url: str
    fetched_at: datetime
    request: bytes  # its head
    status: int
    head: bytes  # of the answer: status line, header lines, empty line
    body: bytes  # content-encoded
    ip: str | None


@dataclass(frozen=True, slots=True)
class Captured:
    """An exchange as the WARC file holds it."""

    file: str
    offset: int
    url: str
    fetched_at: datetime
    status: int
    length: int  # of the record, compressed
    digest: str  # of the body: sha1:BASE32
    checksum: str  # SHA-256, hex, of the file from the end of the capture before to the end of this one
    revisit_of: int | None  # the capture that a 304 said is still right


@dataclass(frozen=True, slots=True)
class Stored:
    """A captured answer, read back."""

    id: int
    place: Place
    status: int
    fetched_at: datetime
    digest: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes  # content-encoded


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a URL was answered. `status` 304: what was said is read from the bytes stored earlier."""

    url: str
    status: int
    etag: str | None = None
    last_modified: str | None = None
    captures: tuple[Place, ...] = ()  # what it was read from; several: link-type documents, further pages


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list page was read; `number` counts from 1."""

    section: str
    fetched: Fetched
    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class WalkEnded:
    """All pages of a section that had to be read were read: from now on only rows not listed before are new."""

    section: str


@dataclass(frozen=True, slots=True)
class SliderRead:
    section: str
    fetched: Fetched
    slides: tuple[Slide, ...]


@dataclass(frozen=True, slots=True)
class Reparsed:
    """What `parser_version` reads in the bytes from which an article was read last, `captures`."""

    url: str
    page: ArticlePage
    parser_version: str
    captures: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class ArticleRead:
    """An article page was read. Where and when it was listed the archive knows from ListRead and SliderRead; `section`
    is where it belongs when no list named it; `before` is given where another parser version read it last."""

    fetched: Fetched
    page: ArticlePage
    parser_version: str
    section: str | None = None
    born: date | None = None  # the later of shown and URL date: how old the page is
    before: Reparsed | None = None


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """A URL gave nothing to keep. pending: try again next run; missing: 404/410 or the index in its place, gone if so
    again the next day; refused: not ours to fetch or not what it should be, due in a week. A file's pending is no
    issue of its own: the run sums them up in a Trouble."""

    url: str
    kind: UrlKind
    state: Literal["pending", "missing", "refused"]
    problem: Problem
    status: int | None = None
    captures: tuple[Place, ...] = ()
    section: str | None = None


@dataclass(frozen=True, slots=True)
class FileType:
    extension: str  # without the dot
    media_type: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    sha256: str
    path: str  # below the archive's folder
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class FileRead:
    """A picture or attachment is here."""

    fetched: Fetched
    file: StoredFile


@dataclass(frozen=True, slots=True)
class LinkedAway:
    """A listed address turned out to be a link-type document that leads off the site's hosts: both are leads."""

    fetched: Fetched
    section: str | None
    target: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong that is no single fetch: a section without rows, a host that cannot be reached."""

    problem: Problem
    url: str | None = None
    section: str | None = None


Event = ListRead | WalkEnded | SliderRead | ArticleRead | Reparsed | FileRead | LinkedAway | FetchFailed | Trouble


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run saw of one section. `articles`: pages read anew; `stated`: how many of them state which field."""

    rows: int  # on the list's first page
    articles: int
    stated: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Due:
    """An article URL to read: for the first time, or again."""

    url: str
    section: str | None
    listed_on: date | None
    capture_id: int | None = None  # the last of those it was read from
    parser_version: str | None = None  # that read them
