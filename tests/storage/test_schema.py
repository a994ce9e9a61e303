"""Opening, refusing and upgrading archives."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, insert, inspect, select, text
from sqlalchemy.exc import StatementError

from storage import Archive, ArchiveError, schema
from storage.engine import archive_url
from storage.models import Article, Base
from storage.queries import reading
from storage.views import ARTICLES

SECRET = "geheim"
NOW = str(ScriptDirectory(str(Path(schema.__file__).parent / "migrations")).get_current_head())


def test_migrations_make_what_the_models_say(archive: Archive) -> None:
    with archive.engine.connect() as connection:
        options = {"target_metadata": Base.metadata, "include_name": _described}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def _described(name: str | None, kind: str, parents: object) -> bool:
    # the search's index: an FTS5 table with its shadows, or a table that only SQL of storage/search_index.py knows
    return not (kind == "table" and str(name).startswith("search_index"))


def test_migrations_make_the_same_checks(archive: Archive, tmp_path: Path) -> None:
    made = create_engine(f"sqlite:///{tmp_path}/made.db")
    Base.metadata.create_all(made)
    wanted = {
        (table.name, str(check.name))
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if str(check.name).startswith("ck_")
    }
    inspector = inspect(archive.engine)
    found = {
        (table, str(check["name"]), check["sqltext"])
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    }
    assert {(table, name) for table, name, _ in found} == wanted
    if archive.engine.dialect.name == "sqlite":
        same = inspect(made)
        assert found == {
            (table, str(check["name"]), check["sqltext"])
            for table in Base.metadata.tables
            for check in same.get_check_constraints(table)
        }
    made.dispose()


def test_our_times_are_utc_and_a_sites_has_no_offset(archive: Archive) -> None:
    seen = datetime(2026, 11, 1, 9, 30, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    printed = datetime(2026, 11, 1, 9, 30)
    values = {
        "url": "u",
        "body": "",
        "content_hash": "",
        "first_seen": seen,
        "last_seen": seen,
        "published_at": printed,
    }
    with archive.engine.begin() as connection:
        connection.execute(insert(Article).values(values))
        row = connection.execute(select(Article.first_seen, Article.published_at)).one()
        assert row == (seen, printed)
        assert row.first_seen.tzinfo is UTC and row.published_at.tzinfo is None
    for wrong in ({"first_seen": printed}, {"published_at": seen}):
        with archive.engine.connect() as connection, pytest.raises(StatementError, match="offset"):
            connection.execute(insert(Article).values(values | wrong))


def test_a_missing_archive_is_made_by_a_crawl_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/news.db"
    with pytest.raises(ArchiveError, match=r"no archive at .*/new/news\.db: run a crawl first"), reading(url):
        pass
    with pytest.raises(ArchiveError, match="run a crawl first"):
        Archive.open(url, create=False)
    assert not (tmp_path / "new").exists()
    Archive.open(url).close()
    with reading(url) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/news.db"
    Archive.open(url).close()
    with pytest.raises(ArchiveError, match="readonly"), reading(url) as connection:
        connection.execute(text("DELETE FROM sites"))


def _in_the_way(folder: Path) -> str:
    (folder / "file").write_text("x")
    return "file/news.db"


def _no_database(folder: Path) -> str:
    (folder / "news.db").write_text("not a database at all " * 100)
    return "news.db"


def _folder(folder: Path) -> str:
    (folder / "news.db").mkdir()
    return "news.db"


def _foreign(folder: Path) -> str:
    engine = create_engine(f"sqlite:///{folder}/news.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    engine.dispose()
    return "news.db"


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (_in_the_way, "cannot open the archive"),
        (_no_database, "is not an SQLite database"),
        (_folder, "cannot open the archive"),
        (_foreign, "holds other tables"),
    ],
)
def test_what_is_no_archive_is_refused_in_one_line(tmp_path: Path, prepare: object, said: str) -> None:
    path = tmp_path / prepare(tmp_path)  # type: ignore[operator]
    with pytest.raises(ArchiveError, match=said) as caught:
        Archive.open(f"sqlite:///{path}")
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:9/news",
        f"postgresql://user@127.0.0.1:9/news?password={SECRET}",
        f"mysql://user:{SECRET}@127.0.0.1/news",
        f"postgresql+psycopg2://user:{SECRET}@127.0.0.1/news",
        f"user:{SECRET}@127.0.0.1",
        f"postgresql://user:{SECRET}@127.0.0.1:port/news",
        "sqlite://",
    ],
)
def test_wrong_urls_are_one_line_without_the_password(url: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive.open(url)
    assert SECRET not in str(caught.value) and "\n" not in str(caught.value)


def test_a_relative_path_belongs_to_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert archive_url().database == str(inner / "archive/news.db")
    (tmp_path / "scrapy.cfg").touch()
    assert archive_url().database == str(tmp_path / "archive/news.db")
    monkeypatch.setenv("ARCHIVE_URL", "sqlite:///other.db")
    assert archive_url().database == str(tmp_path / "other.db")
    assert archive_url("sqlite:////x/y.db").database == "/x/y.db"


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This program as it will be one schema later."""
    scripts = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", scripts)
    (scripts / "versions" / "next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'next', '{NOW}'\n"
        "def upgrade():\n    op.add_column('sites', sa.Column('extra', sa.Text()))\n"
    )
    monkeypatch.setattr(schema, "SCRIPTS", str(scripts))


def test_an_older_archive_is_refused_then_upgraded_after_a_backup(
    archive_url: str, request: pytest.FixtureRequest
) -> None:
    Archive.open(archive_url).close()
    assert "nothing to do" in schema.upgrade(archive_url)[0]
    request.getfixturevalue("next_version")
    with pytest.raises(ArchiveError, match=f"older schema {NOW}: run newsarchive upgrade"), reading(archive_url):
        pass
    before, backup, now = schema.upgrade(archive_url)
    assert (before, now) == (f"before: schema {NOW}", "now: schema next")
    with reading(archive_url) as connection:
        connection.execute(text("SELECT extra FROM sites"))
        connection.execute(select(ARTICLES))
    if archive_url.startswith("sqlite"):
        old = create_engine(f"sqlite:///{backup.removeprefix('backup: ')}")
        with old.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == NOW
        old.dispose()
    else:
        assert "pg_dump" in backup


def test_a_failed_upgrade_changes_nothing(tmp_path: Path, next_version: None, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/news.db"
    with monkeypatch.context() as this_version:
        this_version.setattr(schema, "SCRIPTS", "storage:migrations")
        Archive.open(url).close()
    script = tmp_path / "migrations" / "versions" / "next.py"
    script.write_text(script.read_text() + "    op.execute('SELECT nothing')\n")
    with pytest.raises(ArchiveError, match="nothing"):
        schema.upgrade(url)
    monkeypatch.setattr(schema, "SCRIPTS", "storage:migrations")
    Archive.open(url, create=False).close()


def test_a_newer_archive_is_refused(tmp_path: Path) -> None:
    archive = Archive.open(f"sqlite:///{tmp_path}/news.db")
    with archive.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    archive.close()
    with pytest.raises(ArchiveError, match="newer than this program"):
        Archive.open(f"sqlite:///{tmp_path}/news.db")


def test_many_first_crawls_at_once_make_one_archive(archive_url: str) -> None:
    code = "import sys; from storage import Archive; Archive.open(sys.argv[1]).close()"
    crawls = [subprocess.Popen([sys.executable, "-c", code, archive_url], stderr=subprocess.PIPE) for _ in range(4)]
    failed = [crawl.communicate()[1].decode()[-500:] for crawl in crawls]
    assert [crawl.returncode for crawl in crawls] == [0] * 4, failed
