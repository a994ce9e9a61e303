"""What test modules share: the fixture site on loopback, commands run as a user runs them, an archive."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from fixtures.site import Server, serve

_BIN = Path(sys.executable).parent
_PROJECT = Path(__file__).parent.parent


@dataclass
class Shell:
    """Runs the project's commands with an archive of their own."""

    folder: Path

    @property
    def archive_url(self) -> str:
        return f"sqlite:///{self.folder}/news.db"

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*command, **environment)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        base = {key: value for key, value in os.environ.items() if not key.startswith("ARCHIVE_")}
        return subprocess.Popen(
            [str(_BIN / command[0]), *command[1:]],
            cwd=_PROJECT,
            env=base | {"ARCHIVE_URL": self.archive_url, "ARCHIVE_DIR": str(self.folder)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def crawl(self, spider: str, site: str, base_url: str, *more: str) -> subprocess.CompletedProcess[str]:
        return self.run("scrapy", "crawl", spider, "-a", f"site={site}", "-a", f"base_url={base_url}", *more)

    def engine(self) -> Engine:
        return create_engine(self.archive_url)


def rows(shell: Shell, sql: str) -> list[tuple[Any, ...]]:
    with shell.engine().connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def site() -> Iterator[Server]:
    with serve() as server:
        yield server


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """CI installs everything that tests can use: there a skip is a failure."""
    if _skipped and os.environ.get("NO_SKIPS"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped and os.environ.get("NO_SKIPS"):
        terminalreporter.write_line(f"skipped where nothing may be: {', '.join(_skipped)}", red=True)
