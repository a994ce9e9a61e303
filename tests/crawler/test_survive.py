"""Whatever happens to a run, the next one ends in the archive of an undisturbed one."""

import os
import random
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from time import monotonic

import pytest
from sqlalchemy import create_engine
from warcio.archiveiterator import ArchiveIterator

from fixtures.site import Server, serve
from tests.conftest import Shell, rows
from tests.crawler.content import Content, content
from tests.crawler.test_documents import PROSE, article
from tests.crawler.test_incremental import PAGE, crawl, days_pass, history, publish
from tests.storage.conftest import empty_postgresql

SPIDERS = ("news", "carousel")
HOST = "chinalco"
KILLS = 30


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], tuple[Content, int]]:
    """By the spiders run, one after the other: the archive, and the requests of the last."""
    found: dict[tuple[str, ...], tuple[Content, int]] = {}
    with serve() as site:
        for spiders in (("news",), ("carousel",), SPIDERS):
            shell = Shell(tmp_path_factory.mktemp("undisturbed"))
            for spider in spiders:
                before = len(site.requests)
                finish(shell, site, spider)
            found[spiders] = content(shell.engine()), len(site.requests) - before
    return found


@dataclass
class Locked:
    shell: Shell
    crawl: subprocess.Popen[str]
    other: sqlite3.Connection
    since: float


@pytest.fixture(scope="module", autouse=True)
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    """A crawl that waits while another program writes: it may wait while the other tests run."""
    shell = Shell(tmp_path_factory.mktemp("locked"))
    with serve() as site:
        finish(shell, site, "carousel")
        with closing(sqlite3.connect(shell.folder / "news.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with start(shell, site, "news") as crawl:
                yield Locked(shell, crawl, other, monotonic())
                crawl.kill()


def start(shell: Shell, site: Server, spider: str, **environment: str) -> subprocess.Popen[str]:
    where = ("-a", f"site={HOST}", "-a", f"base_url={site.base_url(HOST)}")
    return shell.start("scrapy", "crawl", spider, *where, **environment)


def finish(shell: Shell, site: Server, spider: str, **environment: str) -> None:
    crawl = start(shell, site, spider, **environment)
    _, stderr = crawl.communicate(timeout=120)
    assert crawl.returncode == 0, stderr


def kill(shell: Shell, site: Server, spider: str, requests: int, moment: float, **environment: str) -> int:
    """Kills a crawl `moment` seconds after it has made so many requests, unless it has ended. Its exit code."""
    before = len(site.requests)
    crawl = start(shell, site, spider, **environment)
    with closing(crawl.stdout), closing(crawl.stderr):  # type: ignore[type-var]
        while not site.wait_for(before + requests, 0.05) and crawl.poll() is None:
            pass
        try:
            crawl.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            crawl.kill()
        return crawl.wait()


def records(folder: Path) -> int:
    """Answers in all WARC files; an unreadable one is an error."""
    found = 0
    for path in sorted((folder / "warc").glob("*.gz")):
        with path.open("rb") as stream:
            found += sum(record.rec_type in ("response", "revisit") for record in ArchiveIterator(stream))
    return found


def assert_whole(shell: Shell, wanted: Content) -> None:
    found = content(shell.engine())
    for table, told in wanted.items():
        assert found[table] == told, table
    assert records(shell.folder) == len(rows(shell, "SELECT id FROM captures"))
    done = shell.run("newsarchive", "verify")
    assert done.returncode == 0, done.stdout


def assert_same_size(found: Content, wanted: Content) -> None:
    assert {name: len(told) for name, told in found.items()} == {name: len(told) for name, told in wanted.items()}


def in_two_threads(task: Callable[[Server, Path, int], None], tmp_path: Path, numbers: range) -> None:
    """Each number's task in a folder of its own; each thread with a site of its own."""

    def work(share: range) -> None:
        with serve() as site:
            for number in share:
                folder = tmp_path / str(number)
                folder.mkdir()
                task(site, folder, number)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (numbers[::2], numbers[1::2])))


def test_killed_at_any_moment(undisturbed: dict[tuple[str, ...], tuple[Content, int]], tmp_path: Path) -> None:
    codes = []

    def one(site: Server, folder: Path, number: int) -> None:
        chance = random.Random(number)
        shell, spider = Shell(folder), SPIDERS[number // 2 % 2]
        wanted, requests = undisturbed[(spider,)]
        codes.append(kill(shell, site, spider, chance.randint(0, requests), chance.random() / 10))
        finish(shell, site, spider)
        assert_whole(shell, wanted)
        outcomes = rows(shell, "SELECT outcome FROM runs ORDER BY id")
        assert outcomes[-1] == ("good",) and set(outcomes[:-1]) <= {("interrupted",), ("good",)}

    in_two_threads(one, tmp_path, range(KILLS))
    assert codes.count(-9) > 0.8 * KILLS  # a few had ended before


def test_thirty_disturbed_runs_in_a_row(
    undisturbed: dict[tuple[str, ...], tuple[Content, int]], shell: Shell, site: Server
) -> None:
    chance = random.Random(0)
    codes = []
    for spider, times in (("news", 30), ("carousel", 5)):
        codes += [kill(shell, site, spider, chance.randint(1, 6), chance.random() / 20) for _ in range(times)]
        finish(shell, site, spider)
    assert codes.count(-9) > 25
    assert_whole(shell, undisturbed[SPIDERS][0])


def test_killed_on_postgresql(
    undisturbed: dict[tuple[str, ...], tuple[Content, int]], site: Server, tmp_path: Path
) -> None:
    for number in range(4):
        url = empty_postgresql()
        shell = Shell(tmp_path / str(number))
        kill(shell, site, "news", 8 * number + 3, 0, ARCHIVE_URL=url)
        finish(shell, site, "news", ARCHIVE_URL=url)
        engine = create_engine(url)
        found = content(engine)
        engine.dispose()
        assert found == undisturbed["news",][0]


def test_a_half_written_record_is_cut_off(
    undisturbed: dict[tuple[str, ...], tuple[Content, int]], shell: Shell, site: Server
) -> None:
    assert kill(shell, site, "news", 15, 0) == -9
    (file,) = (shell.folder / "warc").iterdir()
    with file.open("r+b") as warc:
        member = warc.read()[:300]
        warc.seek(0, os.SEEK_END)
        warc.write(member)  # the beginning of a gzip member, its end missing
    finish(shell, site, "news")
    assert_whole(shell, undisturbed["news",][0])


def test_lost_captures_are_fetched_anew_and_named(
    undisturbed: dict[tuple[str, ...], tuple[Content, int]], shell: Shell, site: Server
) -> None:
    assert kill(shell, site, "news", 15, 0) == -9
    (file,) = (shell.folder / "warc").iterdir()
    os.truncate(file, 200)
    finish(shell, site, "news")
    found = content(shell.engine())
    assert found == undisturbed["news",][0]
    named = rows(shell, "SELECT DISTINCT kind FROM issues WHERE detail LIKE '%" + file.name + "%'")
    assert named == [("unreadable-capture",)]


@pytest.mark.parametrize("blocks", [16, 60, 150, 400, 900])  # of 512 bytes; the last ones hold the tables
def test_a_full_disk_ends_the_run_with_one_line(
    undisturbed: dict[tuple[str, ...], tuple[Content, int]], shell: Shell, site: Server, blocks: int
) -> None:
    scrapy = Path(os.sys.executable).parent / "scrapy"  # type: ignore[attr-defined]
    limited = shell.folder / "scrapy"
    limited.write_text(f'#!/bin/sh\nulimit -f {blocks}\nexec {scrapy} "$@"\n')
    limited.chmod(0o755)
    crawl = subprocess.run(
        [str(limited), "crawl", "news", "-a", f"site={HOST}", "-a", f"base_url={site.base_url(HOST)}"],
        env=os.environ | {"ARCHIVE_URL": shell.archive_url, "ARCHIVE_DIR": str(shell.folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if blocks < 900:
        assert crawl.returncode == 1
        assert (crawl.stderr.count("\n"), "cannot " in crawl.stderr) == (1, True), crawl.stderr
        assert str(shell.folder) in crawl.stderr
    finish(shell, site, "news")
    assert_whole(shell, undisturbed["news",][0])


@pytest.fixture
def yesterday(tmp_path: Path) -> Iterator[str]:
    """A folder for PYTHONPATH in which it is the day before."""
    folder = tmp_path / "yesterday"
    folder.mkdir()
    code = """
        import datetime, time
        class Type(type):
            def __instancecheck__(cls, value): return isinstance(value, Real)
        Real = datetime.datetime
        class Shifted(Real, metaclass=Type):
            @classmethod
            def now(cls, tz=None): return Real.now(tz) - datetime.timedelta(days=1)
        datetime.datetime = Shifted
        now = time.time
        time.time = lambda: now() - 86400
        """
    (folder / "sitecustomize.py").write_text(dedent(code))
    yield f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"


def test_clock_set_back_by_a_day(site: Server, tmp_path: Path, yesterday: str) -> None:
    found = []
    for name, environment in (("steady", {}), ("set-back", {"PYTHONPATH": yesterday})):
        (tmp_path / name).mkdir()
        shell = Shell(tmp_path / name)
        publish(site, PROSE.format("甲"))
        crawl(shell, site)
        days_pass(shell, 2)
        publish(site, PROSE.format("乙"))
        site.put("lzly", PAGE.replace("300001", "300002"), article("检修季启动", PROSE.format("丙")))
        listed = site.body("lzly", "/xwdt/gsyw/").replace(
            b"<ul>",
            '<ul><li><a href="./202606/t20260601_300002.html">检修季启动</a><span>2026-06-01</span></li>'.encode(),
        )
        site.put("lzly", "/xwdt/gsyw/", listed)
        where = ("-a", "site=lzly", "-a", f"base_url={site.base_url('lzly')}")
        assert shell.run("scrapy", "crawl", "news", *where, **environment).returncode == 0
        if environment:
            ((started, ended),) = rows(shell, "SELECT min(started_at), max(started_at) FROM runs")
            assert rows(shell, "SELECT started_at FROM runs ORDER BY id")[-1] == (started,) and started < ended
        site.remove("lzly", PAGE)
        for _ in range(3):
            days_pass(shell, 1)
            crawl(shell, site)
        assert sorted(history(shell)) == ["first", "first", "gone", "text"]
        found.append(content(shell.engine()))
    assert found[0] == found[1]


def test_another_writer_held_the_database_for_more_than_a_minute(
    undisturbed: dict[tuple[str, ...], tuple[Content, int]], locked: Locked
) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        locked.crawl.wait(timeout=max(1, locked.since + 61 - monotonic()))
    locked.other.execute("ROLLBACK")
    _, stderr = locked.crawl.communicate(timeout=120)
    assert locked.crawl.returncode == 0, stderr
    # which spider named a story's first address first differs, what is stored does not
    assert_same_size(content(locked.shell.engine()), undisturbed[SPIDERS][0])
