"""The archive for people who write Python, in a notebook in any folder:

from storage import Filter, open_archive

with open_archive("sqlite:////data/archive/news.db") as archive:
    for article in archive.articles(Filter(site="chinalco")):
        print(article.published_on, article.title)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Engine, select, text

from storage import queries, relatives
from storage import search as finding
from storage.columns import UTCTime
from storage.engine import ArchiveError
from storage.queries import Edit, Filter, Record, RunLine, Story
from storage.records import Attachment, Byline, Image
from storage.relatives import Family
from storage.schema import open_engine
from storage.search import Found, Order
from storage.views import ARTICLES, CAROUSEL

if TYPE_CHECKING:
    import pandas

_EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Copy:
    """Where an article stands."""

    site: str
    section: str | None  # the profile's id; None: no list names it
    url: str
    listed_on: date | None


@dataclass(frozen=True, slots=True)
class Article:
    """A row of `articles` (docs/schema.md) with what belongs to it. `published_at` is Beijing's clock without offset;
    all other times are aware, UTC."""

    id: int
    title: str | None
    source: str | None
    published_on: date | None
    published_at: datetime | None
    date_origin: str | None
    body: str
    byline_text: str | None
    url: str
    content_hash: str
    identity_key: str | None
    cluster_id: int | None
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None
    bylines: tuple[Byline, ...]
    appearances: tuple[Copy, ...]
    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """A row of the view carousel_history (docs/schema.md)."""

    site: str
    section: str
    section_name: str
    position: int
    headline: str | None
    first_seen: datetime
    last_seen: datetime
    left_at: datetime | None
    picture: str | None
    url: str | None
    article_id: int | None
    title: str | None
    published_on: date | None


class OpenArchive:
    """Cannot write. Every method raises ArchiveError where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def articles(self, wanted: Filter = _EVERYTHING) -> Iterator[Article]:
        """By id; a few hundred in memory."""
        with queries.connected(self._engine) as connection:
            queries.expect_known(connection, wanted)
            for row in queries.stories(connection, wanted):
                parts = {
                    "bylines": tuple(Byline(**part) for part in row["bylines"]),
                    "appearances": tuple(Copy(**part) for part in row["appearances"]),
                    "images": tuple(Image(**part) for part in row["images"]),
                    "attachments": tuple(Attachment(**part) for part in row["attachments"]),
                }
                yield Article(**(row | parts))

    def article(self, article_id: int) -> Story | None:
        """Everything about one, as `newsarchive show ID --json` has it, but for its family."""
        with queries.connected(self._engine) as connection:
            return queries.story(connection, article_id)

    def family(self, article_id: int) -> Family | None:
        """The stories nearly the same as this one, and what differs."""
        with queries.connected(self._engine) as connection:
            return relatives.family(connection, article_id)

    def search(
        self,
        query: str,
        wanted: Filter = _EVERYTHING,
        *,
        order: Order = "newest",
        titles: bool = False,
        history: bool = False,
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """As `newsarchive search` has it; also raises ArchiveError for a query that cannot be searched."""
        with queries.connected(self._engine) as connection:
            return finding.search(
                connection, query, wanted, order=order, titles=titles, history=history, limit=limit, offset=offset
            )

    def edits(self, article_id: int) -> list[Edit]:
        """Its revisions after the first, each with the one it is compared with; storage.edits.changes() tells how they
        differ."""
        with queries.connected(self._engine) as connection:
            return queries.edits(connection, article_id) or []

    def carousel_history(self) -> list[Stay]:
        """Every stay of a slide, in the order in which they began."""
        with queries.connected(self._engine) as connection:
            rows = select(CAROUSEL).order_by(CAROUSEL.c.first_seen, CAROUSEL.c.site, CAROUSEL.c.position)
            return [Stay(**row._mapping) for row in connection.execute(rows)]

    def runs(self) -> list[RunLine]:
        """The last 20, newest first, with their issues."""
        with queries.connected(self._engine) as connection:
            return queries.runs(connection)

    def sql(self, statement: str, **parameters: Any) -> list[Record]:
        """The rows of a SELECT; `:name` in it stands for a parameter. SQLite gives dates and times as text."""
        with queries.connected(self._engine) as connection:
            return [dict(row) for row in connection.execute(text(statement), parameters).mappings()]

    def dataframe(self, wanted: Filter = _EVERYTHING) -> "pandas.DataFrame":
        """The view articles_current. Days and times are datetime64, our own with UTC. Needs pandas."""
        try:
            import pandas
        except ImportError:
            raise ArchiveError("a data frame needs pandas: pip install pandas") from None
        with queries.connected(self._engine) as connection:
            queries.expect_known(connection, wanted)
            frame = pandas.DataFrame.from_records(list(queries.articles(connection, wanted)), columns=ARTICLES.c.keys())
        for column in ARTICLES.c:
            if issubclass(column.type.python_type, date):  # datetime too
                frame[column.name] = pandas.to_datetime(frame[column.name], utc=isinstance(column.type, UTCTime))
        return frame

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def open_archive(url: str | None = None) -> OpenArchive:
    """`url` as for every command: sqlite:///FILE or postgresql://...; default ARCHIVE_URL, else archive/news.db in the
    project or the current folder. Raises ArchiveError."""
    return OpenArchive(open_engine(url))
