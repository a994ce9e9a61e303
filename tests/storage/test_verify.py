"""`newsarchive verify` on an archive that is whole, and on what disks, people and SQL do to one."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from storage import Archive, Run, verify
from storage.cli import main
from storage.records import Exchange
from tests.storage.samples import HOST, SECTIONS, SITE, address, page, read

URLS = [f"{HOST}/gsyw/{number}.html" for number in range(5)]


def capture(run: Run, url: str, status: int = 200, *, again: bool = False) -> None:
    stored = run.stored(url) if again else None
    head = f"HTTP/1.1 {304 if again else status} X\r\nETag: x\r\n\r\n".encode()
    body = b"" if again else f"<html>{url}{'内容' * 200}</html>".encode()
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    run.capture(Exchange(url, datetime.now(UTC), request, 304 if again else status, head, body, "127.0.0.1"), stored)


class Files:
    """An archive of two ended runs: five answers, one of them 404; then a 304 and a new answer."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        with closing(self.open()) as archive:
            first = self.begin(archive)
            for number, address in enumerate(URLS):
                capture(first, address, 404 if number == 4 else 200)
            first.record([])
            first.end("good")
            second = self.begin(archive)
            capture(second, URLS[0], again=True)
            capture(second, URLS[1])
            second.end("good")
        self.first, self.second = (folder / run.warc.name for run in (first, second))

    def open(self) -> Archive:
        return Archive.open(self.url, folder=str(self.folder))

    def begin(self, archive: Archive) -> Run:
        return archive.begin_run("news", SITE, SECTIONS, {})

    def verify(self) -> list[dict[str, Any]]:
        done = CliRunner().invoke(main, ["--archive", self.url, "verify", "--json"])
        problems = json.loads(done.stdout)["problems"]
        assert done.exit_code == bool(problems), done.output
        return list(problems)

    def told(self) -> list[tuple[str, str | None, str | None]]:
        return [(problem["kind"], problem["file"], problem["url"]) for problem in self.verify()]

    def sql(self, *statements: str) -> None:
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def ends(self) -> list[int]:
        """Of the first file's captures."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = text('SELECT "offset" + length FROM captures WHERE run_id = 1 ORDER BY 1')
            ends = list(connection.execute(found).scalars())
        engine.dispose()
        return ends

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.fixture
def files(archive_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("ARCHIVE_DIR", str(tmp_path))
    return Files(archive_url, tmp_path)


def test_a_whole_archive_is_all_right(files: Files) -> None:
    done = CliRunner().invoke(main, ["--archive", files.url, "verify"])
    size = files.first.stat().st_size + files.second.stat().st_size
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"2 files, 7 captures, 0 media, {size} bytes: all right\n"


def test_an_archive_without_captures_is_all_right(archive_url: str, tmp_path: Path) -> None:
    Archive.open(archive_url).close()
    done = CliRunner().invoke(main, ["--archive", archive_url, "verify"], env={"ARCHIVE_DIR": str(tmp_path / "none")})
    assert (done.exit_code, done.stdout) == (0, "0 files, 0 captures, 0 media, 0 bytes: all right\n")


def test_a_crawl_may_go_on(files: Files) -> None:
    with closing(files.open()) as archive:
        run = files.begin(archive)
        assert files.verify() == []
        capture(run, URLS[2], again=True)
        assert (files.folder / run.warc.name).exists() and files.verify() == []
        run.record([])
        capture(run, URLS[3])
        assert files.verify() == []
        # killed: the next run cuts the file
        append(files.folder / run.warc.name, b"half a rec")
        assert files.verify() == []
        files.begin(archive).end("good")
        assert files.verify() == []


def test_a_crawl_that_begins_meanwhile(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(files.open()) as archive:

        def begins_and_ends(connection: object) -> dict[str, int]:
            run = files.begin(archive)
            capture(run, URLS[2])
            run.end("good")
            return {}

        monkeypatch.setattr("storage.verify.warc_ends", begins_and_ends)
        assert files.verify() == []


def test_every_flipped_bit_is_found(files: Files) -> None:
    whole = files.first.read_bytes()
    ends = list(zip(URLS, files.ends(), strict=True))
    for number in range(100):
        position = number * (len(whole) - 1) // 99
        broken = bytearray(whole)
        broken[position] ^= 1 << number % 8
        files.first.write_bytes(broken)
        url = next(url for url, end in ends if position < end)
        assert files.told() == [("damaged", files.name(files.first), url)], position


def test_damage_hides_nothing_else(files: Files) -> None:
    broken = bytearray(files.first.read_bytes())
    for position in (20, len(broken) // 2, len(broken) - 5):
        broken[position] ^= 1
    files.first.write_bytes(broken)
    files.sql(f"UPDATE captures SET status = 500 WHERE url = '{URLS[3]}'")
    assert [kind for kind, _, _ in files.told()] == ["damaged", "damaged", "differs", "damaged"]


@pytest.mark.parametrize("part", [0, 0.01, 0.3, 0.5, 0.77, 0.9999])
def test_a_truncated_file(files: Files, part: float) -> None:
    whole = files.first.read_bytes()
    files.first.write_bytes(whole[: int(len(whole) * part)])
    told = files.told()
    assert told and {(kind, file) for kind, file, _ in told} == {("truncated", files.name(files.first))}
    assert [url for _, _, url in told] == URLS[-len(told) :]


def test_a_missing_file(files: Files) -> None:
    files.first.unlink()
    (problem,) = files.verify()
    assert (problem["kind"], problem["file"]) == ("missing-file", files.name(files.first))
    assert problem["detail"].startswith("5 captures")


def test_a_file_too_many(files: Files) -> None:
    files.second.with_name("more.warc.gz").write_bytes(b"")
    assert files.told() == [("extra-file", "warc/more.warc.gz", None)]


@pytest.mark.parametrize("number", range(5))
def test_a_missing_row(files: Files, number: int) -> None:
    url = URLS[number]
    files.sql(
        *("UPDATE captures SET revisit_of = NULL", f"DELETE FROM captures WHERE url = '{url}' AND run_id = 1"),
        "DELETE FROM captures WHERE run_id = 2",
    )
    files.second.unlink()
    (problem,) = files.verify()
    assert (problem["kind"], problem["file"], problem["url"]) == ("no-row", files.name(files.first), url)
    assert (problem["offset"] == 0) == (number == 0)


def test_bytes_behind_the_last_row(files: Files) -> None:
    size = files.first.stat().st_size
    append(files.first, files.second.read_bytes())
    (problem,) = files.verify()
    assert (problem["kind"], problem["offset"], problem["url"]) == ("no-row", size, URLS[0])


NOW = "'2026-11-01 08:00:00.000000'"


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ('"offset" = "offset" + 1', {"damaged"}),
        ('"offset" = "offset" - 1', {"damaged"}),
        ('"offset" = "offset" - 1, length = length + 1', {"differs"}),
        ('"offset" = 0, length = length + "offset"', {"damaged", "no-row"}),
        ('"offset" = 1000000', {"truncated", "no-row"}),
        ('"offset" = -1', {"differs", "no-row"}),
        ("length = length + 1", {"damaged"}),
        ("length = length - 1", {"damaged"}),
        ("length = 1000000000", {"truncated"}),
        ("length = 0", {"differs", "no-row"}),
        ("digest = 'sha1:X'", {"differs"}),
        ("checksum = 'x'", {"damaged"}),
        ("status = 404", {"differs"}),
        ("url = 'http://a/'", {"differs"}),
        (f"fetched_at = {NOW}", {"differs"}),
        ("run_id = 2", {"differs"}),
        ("revisit_of = (SELECT min(id) FROM captures)", {"differs", "reference"}),
        ("file = 'warc/other.warc.gz'", {"missing-file", "no-row"}),
    ],
)
def test_an_altered_row(files: Files, change: str, kinds: set[str]) -> None:
    files.sql(f"UPDATE captures SET {change} WHERE url = '{URLS[2]}'")
    told = files.verify()
    assert {problem["kind"] for problem in told} == kinds
    assert {problem["url"] for problem in told} <= {URLS[2], "http://a/", None}


def test_an_added_row(files: Files) -> None:
    columns = "run_id, url, fetched_at, status, file, length, digest, checksum"
    files.sql(
        f'INSERT INTO captures (id, "offset", {columns}) '
        f"SELECT 99, \"offset\" + 7, {columns} FROM captures WHERE url = '{URLS[2]}'"
    )
    (problem,) = files.verify()
    assert (problem["kind"], problem["url"]) == ("damaged", URLS[2])


@pytest.mark.parametrize("other", ["99", "2", "5", "6"])
def test_a_revisit_of_something_else(files: Files, other: str) -> None:
    drop = "ALTER TABLE captures DROP CONSTRAINT fk_captures_revisit_of"
    change = f"UPDATE captures SET revisit_of = {other} WHERE revisit_of IS NOT NULL"
    files.sql(*([change] if files.url.startswith("sqlite") else [drop, change]))
    assert files.told() == [("reference", files.name(files.second), URLS[0])]


@pytest.mark.parametrize("table", ["urls", "revisions"])
def test_a_reference_to_no_capture(files: Files, table: str) -> None:
    with closing(files.open()) as archive:
        run = files.begin(archive)
        run.record([read(page(7))])
        run.end("good")
    drop = f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_capture_id"
    change = f"UPDATE {table} SET capture_id = 99 WHERE article_id IS NOT NULL"
    files.sql(*([change] if files.url.startswith("sqlite") else [drop, change]))
    (problem,) = files.verify()
    assert (problem["kind"], problem["url"]) == ("reference", address(7))
    assert problem["detail"] == f"{table} 1: capture_id 99 is not in captures"


def test_a_line_for_each_problem(files: Files) -> None:
    files.second.unlink()
    files.sql(f"UPDATE captures SET status = 500 WHERE url = '{URLS[4]}'")
    done = CliRunner().invoke(main, ["--archive", files.url, "verify"])
    one, two, last = done.stdout.splitlines()
    assert one.split("\t")[0::2] == ["differs", one.split("\t")[2], "status is 500, the record's 404"]
    assert one.split("\t")[3] == URLS[4]
    assert two.split("\t") == [
        *("missing-file", files.name(files.second), "-", "-"),
        "2 captures: No such file or directory",
    ]
    assert done.exit_code == 1 and last.startswith("2 files, 7 captures, ") and last.endswith(": 2 problems")


def test_a_payload_that_is_not_its_digest(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """All checksums right: the record was wrong when it was written."""
    with closing(files.open()) as archive, monkeypatch.context() as patch:
        patch.setattr("storage.warc.payload_digest", lambda _: "sha1:X")
        run = files.begin(archive)
        capture(run, URLS[2])
        run.end("good")
    (problem,) = files.verify()
    assert (problem["kind"], problem["url"]) == ("differs", URLS[2])
    assert problem["detail"].startswith("digest is sha1:X, the payload's sha1:")


def test_a_bad_sector_hides_nothing_else(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: Callable[..., bytes] = verify._read

    def failing(file: Any, start: int, stop: int) -> bytes:
        if file.name == str(files.first) and start == 0:
            raise OSError(5, "Input/output error")
        return whole(file, start, stop)

    monkeypatch.setattr("storage.verify._read", failing)
    files.sql(f"UPDATE captures SET status = 500 WHERE url = '{URLS[4]}'")
    assert files.told() == [
        ("unreadable", files.name(files.first), URLS[0]),
        ("differs", files.name(files.first), URLS[4]),
    ]


def test_a_broken_database_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DIR", str(tmp_path))
    files = Files(f"sqlite:///{tmp_path}/news.db", tmp_path)
    stricter = "replace(sql, 'status INTEGER NOT NULL', 'status INTEGER NOT NULL CHECK (status < 400)')"
    files.sql("PRAGMA writable_schema = ON", f"UPDATE sqlite_master SET sql = {stricter} WHERE name = 'captures'")
    assert files.told() == [("database", None, None)]
