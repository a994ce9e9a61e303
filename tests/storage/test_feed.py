"""`newsarchive feed`: entries, and what RFC 4287 asks of them."""

import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any
from uuid import UUID

from click.testing import CliRunner

from storage import Archive, Run
from storage.cli import main
from tests.storage.conftest import Clock
from tests.storage.samples import failed, page, read

ATOM = "{http://www.w3.org/2005/Atom}"
TITLE = "<script>\x00\x1b&]]>\ufffe🏭"


def feed(url: str, *filters: str) -> Any:
    done = CliRunner().invoke(main, ["--archive", url, "feed", *filters], catch_exceptions=False)
    assert done.exit_code == 0
    return ET.fromstring(done.stdout_bytes)


def test_feed(archive: Archive, archive_url: str, run: Run, clock: Clock) -> None:
    title = TITLE if archive_url.startswith("sqlite") else TITLE.replace("\x00", "")
    assert not feed(archive_url).findall(f"{ATOM}entry")
    run.record([read(page(1, title=title)), read(page(2, published_at=datetime(2024, 5, 11, 9, 30))), read(page(3))])
    first = feed(archive_url)
    clock.forward(hours=1)
    run.record([read(page(1, title=title, body="改过的正文<b>")), failed(2, "missing", 404)])
    run.record([read(page(3, source="别处"), parser="p2")])  # a better parser is no news
    clock.forward(days=2)
    run.record([failed(2, "missing", 404)])

    now = feed(archive_url)
    gone, revised, *new = now.findall(f"{ATOM}entry")
    told = [entry.find(f"{ATOM}category").get("term") for entry in (gone, revised, *new)]
    assert told == ["gone", "revised", "new", "new", "new"]
    assert gone.findtext(f"{ATOM}title") == "[gone] 题目2"
    assert revised.findtext(f"{ATOM}title") == "[revised] <script>&]]>🏭"
    assert "改过的正文<b>" in revised.findtext(f"{ATOM}summary")
    assert new[1].findtext(f"{ATOM}published") == "2024-05-11T09:30:00+08:00"
    ids = [[each.text for each in tree.iter(f"{ATOM}id")] for tree in (first, now)]
    assert ids[0] == [ids[1][0], *ids[1][3:]] and len(set(ids[1])) == 6
    assert all(UUID(one.removeprefix("urn:uuid:")).version == 5 for one in ids[1])
    for element in (now, gone, revised, *new):  # exactly one of each, times with offset
        assert [len(element.findall(f"{ATOM}{tag}")) for tag in ("id", "title", "updated")] == [1, 1, 1]
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo
    assert now.findtext(f"{ATOM}updated") == gone.findtext(f"{ATOM}updated")
    assert not feed(archive_url, "--until", "2000-01-01").findall(f"{ATOM}entry")
