"""What went over the wire is kept, and other people's tools read it."""

import json
import subprocess
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.parsing.urls import is_file
from fixtures.site import Server
from tests.conftest import Shell, rows

_INDEXER = Path(__file__).parents[2] / ".venv-pywb/bin/cdx-indexer"


def crawl(shell: Shell, site: Server) -> str:
    done = shell.crawl("news", "lzly", site.base_url("lzly"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_answer_is_a_record_that_warcio_reads(shell: Shell, site: Server) -> None:
    crawl(shell, site)
    (file,) = (shell.folder / "warc").iterdir()
    found = {}
    with file.open("rb") as stream:
        records = ArchiveIterator(stream, check_digests="raise")
        for record in records:
            content = record.content_stream().read()
            uri = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type == "response":
                found[records.get_record_offset()] = (uri, int(record.http_headers.get_statuscode()), content)
    captures = rows(shell, "SELECT offset, url, status FROM captures WHERE file = 'warc/" + file.name + "'")
    assert {(offset, url, status) for offset, url, status in captures} == {
        (offset, uri, status) for offset, (uri, status, _) in found.items()
    }
    pages = [request for request in site.requests if not is_file(request.path) or request.path == "/robots.txt"]
    assert len(captures) == len(pages) < len(site.requests)
    asked = {(request.path, request.status) for request in pages}
    assert {(uri.split(".cn", 1)[1], status) for uri, status, _ in found.values()} == asked
    for uri, status, content in found.values():
        if status == 200:
            assert content == site.body("lzly", uri.split(".cn", 1)[1])


def test_a_second_run_asks_on_conditions_and_keeps_revisits(shell: Shell, site: Server) -> None:
    crawl(shell, site)
    first = len(site.requests)
    crawl(shell, site)
    again = site.requests[first:]
    lists = [request for request in again if request.path != "/robots.txt"]
    assert lists and {request.status for request in lists} == {304}
    revisits = rows(
        shell,
        "SELECT c.url, c.status, b.url, b.status, c.digest = b.digest "
        "FROM captures c JOIN captures b ON b.id = c.revisit_of",
    )
    assert len(revisits) == sum(request.status == 304 for request in again)
    assert all(row == (row[0], 304, row[0], 200, 1) for row in revisits)


def test_pywb_indexes_the_files(shell: Shell, site: Server) -> None:
    if not _INDEXER.exists():
        pytest.skip("pywb is not installed: make test does that")
    crawl(shell, site)
    crawl(shell, site)
    files = sorted((shell.folder / "warc").iterdir())
    done = subprocess.run([_INDEXER, "-j", *files], capture_output=True, text=True, check=True, timeout=60)
    indexed = [json.loads(line.split(" ", 2)[2]) for line in done.stdout.splitlines()]
    captures = rows(shell, "SELECT url, offset, length, file, digest FROM captures")
    assert {(row["url"], int(row["offset"]), int(row["length"]), row["filename"]) for row in indexed} == {
        (url, offset, length, Path(file).name) for url, offset, length, file, _ in captures
    }
