"""Which schema an archive has: creating, checking and upgrading it."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from storage import views
from storage.engine import BUSY_SECONDS, ArchiveError, archive_url, connecting, make_engine, shown, writing

SCRIPTS = "storage:migrations"

State = Literal["empty", "foreign", "older", "current", "newer"]


def open_engine(url: str | None = None, *, write: bool = False, create: bool = False) -> Engine:
    """An engine on an archive of the current schema. `create` makes a missing one. Raises ArchiveError."""
    address = archive_url(url)
    if address.get_backend_name() == "sqlite":
        _expect_file(Path(str(address.database)), create)
    engine = make_engine(address, write=write)
    try:
        with connecting(address), writing(engine) if write else engine.connect() as connection:
            state, revision = _state(connection)
            if state == "empty" and create:
                _migrate(connection)
            elif state != "current":
                raise ArchiveError(_refusal(state, revision, shown(address)))
    except ArchiveError:
        engine.dispose()
        raise
    return engine


def upgrade(url: str | None = None) -> list[str]:
    """Brings an older archive to the current schema, an SQLite one after a backup. Says what it did, a line each."""
    address = archive_url(url)
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite:
        _expect_file(Path(str(address.database)), create=False)
    engine = make_engine(address, write=True)
    try:
        with connecting(address):
            with engine.connect() as connection:
                state, revision = _state(connection)
            if state == "current":
                return [f"{shown(address)} is at schema {revision} already: nothing to do"]
            if state != "older":
                raise ArchiveError(_refusal(state, revision, shown(address)))
            said = [f"before: schema {revision}"]
            if sqlite:
                said.append(f"backup: {_back_up(Path(str(address.database)), revision)}")
            else:
                said.append("backup: none made, for PostgreSQL pg_dump is yours to run")
            with writing(engine) as connection:
                _migrate(connection)
                return [*said, f"now: schema {_state(connection)[1]}"]
    finally:
        engine.dispose()


def copy_sqlite(path: Path, target: Path) -> None:
    """One moment of the database as a single file, while others write. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as source:
        source.execute("VACUUM INTO ?", (str(target),))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    return config


def _migrate(connection: Connection) -> None:
    # A table that a view reads cannot be rebuilt, and SQLite rebuilds a table for most changes.
    views.METADATA.drop_all(connection)
    command.upgrade(_config(connection), "head")
    views.METADATA.create_all(connection)


def _state(connection: Connection) -> tuple[State, str | None]:
    revision = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config())
    if revision is None:
        return ("foreign" if inspect(connection).get_table_names() else "empty"), None
    if revision == scripts.get_current_head():
        return "current", revision
    known = {script.revision for script in scripts.walk_revisions()}
    return ("older" if revision in known else "newer"), revision


def _refusal(state: State, revision: str | None, name: str) -> str:
    return {
        "empty": f"no archive at {name}: run a crawl first",
        "foreign": f"{name} holds other tables and no archive: give the archive a database of its own",
        "older": f"{name} has the older schema {revision}: run newsarchive upgrade",
        "newer": f"{name} has schema {revision}, newer than this program: install the newer version",
    }[state]


def _expect_file(path: Path, create: bool) -> None:
    # sqlite3 itself would make an empty file for a mistyped path.
    if path.exists():
        return
    if not create:
        raise ArchiveError(f"no archive at {path}: run a crawl first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(f"cannot open the archive {path}: {error.strerror} ({path.parent})") from error


def _back_up(path: Path, revision: str | None) -> Path:
    target = path.with_name(f"{path.name}.before-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    copy_sqlite(path, target)
    with target.open("rb+") as copy:
        os.fsync(copy.fileno())
    return target
