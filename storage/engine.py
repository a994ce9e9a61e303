"""From the archive's URL to a connection. The only place of `storage` that reads the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from json import dumps
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

DEFAULT = "sqlite:///archive/news.db"
DEFAULT_DIR = "archive"

# A group of ~100 events takes well under a second to write; five minutes outlast every sister crawl and a backup.
BUSY_SECONDS = 300

# Any number that no other program uses for its advisory locks: "news" in ASCII.
_WRITERS = 0x6E657773


class ArchiveError(Exception):
    """Expected failure; its text is one line for the user and never holds a password."""


def archive_url(given: str | None = None) -> URL:
    """`given`, else ARCHIVE_URL, else the default; a relative SQLite path made absolute."""
    try:
        url = make_url(given or os.environ.get("ARCHIVE_URL") or DEFAULT)
    except (ArgumentError, ValueError):  # its message would repeat the URL, password and all
        raise ArchiveError("the archive's URL is neither sqlite:///FILE nor postgresql://USER@HOST/NAME") from None
    kind = url.get_backend_name()
    if url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"):
        raise ArchiveError(f"the archive's URL must begin with sqlite:/// or postgresql://, not {url.drivername}://")
    if "@" in (url.host or ""):  # the rest of the password, which messages would repeat
        raise ArchiveError("a password in the archive's URL must have @ written as %40")
    if kind == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ArchiveError("the archive's URL names no file: sqlite:///FILE")
        url = url.set(database=str((_project_folder() / url.database).resolve()))
    return url


def archive_dir(given: str | None = None) -> Path:
    """Where WARC and media files are: `given`, else ARCHIVE_DIR, else the default; made absolute."""
    return (_project_folder() / (given or os.environ.get("ARCHIVE_DIR") or DEFAULT_DIR)).resolve()


def shown(url: URL) -> str:
    """For messages. Without the query too: libpq takes a password there."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


def _project_folder() -> Path:
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "scrapy.cfg").is_file()), here)


@contextmanager
def connecting(url: URL) -> Iterator[None]:
    """Database errors while an archive is opened, as ArchiveError."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        if "not a database" in reason:
            raise ArchiveError(f"{shown(url)} is not an SQLite database") from error
        raise ArchiveError(f"cannot open the archive {shown(url)}: {reason}") from error


def make_engine(url: URL, *, write: bool) -> Engine:
    """Connects later. Without `write` the database refuses every change."""
    serializer = partial(dumps, ensure_ascii=False)  # Chinese stays legible, at half the size
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url,
            json_serializer=serializer,
            connect_args={"connect_timeout": 10},
            pool_pre_ping=True,
            execution_options={"postgresql_readonly": not write},
        )
    engine = create_engine(url, json_serializer=serializer, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: SQLiteConnection, record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN knows neither IMMEDIATE nor savepoints
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")  # WAL's default may lose the last commits in a power cut
        connection.execute("PRAGMA journal_mode = WAL" if write else "PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another wrote in between, timeout or not.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction; writers wait for each other on both databases, so that two crawls never store a story twice."""
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})
        yield connection
