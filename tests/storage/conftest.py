"""An archive per test, on SQLite and, if TEST_POSTGRES_URL names a server, on PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from storage import Archive, Run
from tests.storage.samples import SECTIONS, SITE

# of its own, in each of the processes that run tests: nothing else in that database is touched
_SCHEMA = "newsarchive_tests_" + os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.fixture(autouse=True)
def no_archive_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCHIVE_URL", raising=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def archive_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/news.db" if request.param == "sqlite" else empty_postgresql()


def empty_postgresql() -> str:
    server = os.environ.get("TEST_POSTGRES_URL")
    if not server:
        pytest.skip("TEST_POSTGRES_URL names no server (Debian package: postgresql)")
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {_SCHEMA}"))
    engine.dispose()
    url = make_url(server).update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture
def archive(archive_url: str) -> Iterator[Archive]:
    archive = Archive.open(archive_url)
    yield archive
    archive.close()


@pytest.fixture
def run(archive: Archive) -> Run:
    return archive.begin_run("news", SITE, SECTIONS, {"site": "chinalco"})


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("storage.archive.utc_now", clock)
    return clock


Rows = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def rows(archive: Archive) -> Rows:
    def ask(sql: str) -> list[tuple[object, ...]]:
        with archive.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    return ask
