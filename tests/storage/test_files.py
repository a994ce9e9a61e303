"""Pictures and attachments: which are wanted, where the archive says they are, and whether they are whole."""

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner
from sqlalchemy import Connection, insert, text

from storage import Archive, Run, schema
from storage.archive import utc_now
from storage.cli import main
from storage.engine import archive_url as address_of
from storage.engine import make_engine, writing
from storage.models import Placement, Section, Site, Url
from storage.parsed import to_json
from storage.records import Attachment, Fetched, FetchFailed, FileRead, FileType, Image, Problem
from tests.storage.conftest import Clock, Rows
from tests.storage.samples import HOST, SECTIONS, SITE, address, page, read, slide, slider

JPG, PNG = FileType("jpg", "image/jpeg"), FileType("png", "image/png")
FIRST = f"{HOST}/W7.jpg"


@pytest.fixture
def run(archive_url: str, tmp_path: Path) -> Iterator[Run]:
    with closing(Archive.open(archive_url, folder=str(tmp_path))) as archive:
        yield archive.begin_run("news", SITE, SECTIONS, {})


def fetch(run: Run, url: str, data: bytes = b"picture", kind: FileType = JPG) -> Path:
    stored = run.keep(data, kind)
    run.record([FileRead(Fetched(url, 200), stored)])
    return run.warc.folder / stored.path


def failed(url: str, state: str, status: int | None = None) -> FetchFailed:
    return FetchFailed(url, "file", state, Problem("http-error", "HTTP"), status)  # type: ignore[arg-type]


def test_an_articles_and_a_slides_files_are_wanted_until_they_are_here(archive: Archive, run: Run, rows: Rows) -> None:
    off_site = Image("http://elsewhere.cn/a.jpg")
    attached = Attachment(f"{HOST}/P7.pdf", "名单")
    said = page(7, images=(*page(7).images, off_site), attachments=(attached,))
    run.record([read(said, section="tplb"), slider(slide(1, 7))])
    assert run.files(["tplb"]) == [FIRST, attached.url]
    assert run.files(["home"]) == [f"{HOST}/S7.jpg"]
    assert run.files(["gsyw"]) == []
    fetch(run, FIRST)
    assert run.files(["tplb", "home"]) == [attached.url, f"{HOST}/S7.jpg"]
    assert rows("SELECT count(*) FROM urls WHERE url LIKE '%elsewhere%'") == [(0,)]


def test_what_is_here_is_known_by_every_row_and_stays_so(archive: Archive, run: Run, rows: Rows) -> None:
    run.record([read(page(7))])
    path = fetch(run, FIRST).relative_to(run.warc.folder).as_posix()
    told = [(FIRST, path, Path(path).stem)]
    assert rows("SELECT url, path, sha256 FROM images") == told
    more = Image(f"{HOST}/W8.jpg")
    run.record([read(page(7, images=(more, Image(FIRST, "另一行说明"))))])  # all rows are written anew
    asked = "SELECT url, path, sha256 FROM images WHERE article_id = {} ORDER BY url"
    assert rows(asked.format(1)) == [*told, (more.url, None, None)]
    run.record([read(page(9, images=(Image(FIRST),)))])  # another article shows the same picture
    assert rows(asked.format(2)) == told


def test_files_fail_once_are_confirmed_and_tried_again(archive: Archive, run: Run, rows: Rows, clock: Clock) -> None:
    other, third = f"{HOST}/W8.jpg", f"{HOST}/W9.jpg"
    run.record([read(page(7)), read(page(8)), read(page(9))])
    run.record([failed(FIRST, "pending"), failed(other, "missing", 404), failed(third, "refused")])
    assert run.files([]) == [FIRST]
    clock.forward(days=1)
    assert run.files([]) == [FIRST, other]
    run.record([failed(other, "missing", 404)])
    clock.forward(days=7)
    assert run.files([]) == [FIRST, third, other]
    run.record([failed(third, "refused"), failed(other, "missing", 404)])
    assert rows("SELECT url, state FROM urls WHERE kind = 'file' ORDER BY url") == [
        (FIRST, "pending"),
        (other, "gone"),
        (third, "refused"),
    ]
    assert rows("SELECT url FROM issues ORDER BY url") == [(other,), (third,)]


def test_a_file_is_written_whole_and_once(run: Run) -> None:
    path = fetch(run, FIRST)
    written = path.stat().st_mtime_ns
    assert run.keep(b"picture", JPG).path == path.relative_to(run.warc.folder).as_posix()
    assert path.stat().st_mtime_ns == written and path.read_bytes() == b"picture"
    part = run.warc.folder / "media/chinalco.part"  # a killed run's
    part.write_bytes(b"pict")
    with closing(Archive.open(str(run.engine.url), folder=str(run.warc.folder))) as archive:
        archive.begin_run("news", SITE, SECTIONS, {})
    assert not part.exists()


def verify(run: Run) -> list[list[str]]:
    url = run.engine.url.render_as_string(hide_password=False)
    environment = {"ARCHIVE_DIR": str(run.warc.folder)}
    done = CliRunner().invoke(main, ["--archive", url, "verify"], env=environment)
    lines = done.stdout.splitlines()[:-1]
    assert done.exit_code == bool(lines), done.output
    return [line.split("\t") for line in lines]


def test_verify_names_what_is_wrong_with_files(run: Run) -> None:
    run.record([read(page(number)) for number in (7, 8, 9)])
    altered, gone = fetch(run, FIRST), fetch(run, f"{HOST}/W8.jpg", b"2", PNG)
    fetch(run, f"{HOST}/W9.jpg", b"2", PNG)
    assert verify(run) == []
    extra = altered.with_name("extra.jpg")
    extra.write_bytes(b"")
    assert verify(run) == []  # the run may be about to record it
    run.end("good")
    altered.write_bytes(b"pictuRe")
    gone.unlink()
    with run.engine.begin() as connection:
        connection.execute(text(f"UPDATE images SET path = NULL WHERE url = '{HOST}/W9.jpg'"))
    name = {path: path.relative_to(run.warc.folder).as_posix() for path in (altered, gone, extra)}
    assert sorted((kind, file, url) for kind, file, _, url, _ in verify(run)) == [
        ("damaged", name[altered], FIRST),
        ("extra-file", name[extra], "-"),
        ("missing-file", name[gone], f"{HOST}/W8.jpg"),
        ("reference", name[gone], f"{HOST}/W9.jpg"),
    ]


def test_a_backup_has_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, target, restored = tmp_path / "archive", tmp_path / "news.tar", tmp_path / "restored"
    monkeypatch.setenv("ARCHIVE_DIR", str(folder))
    url = f"sqlite:///{folder}/news.db"
    with closing(Archive.open(url, folder=str(folder))) as archive:
        run = archive.begin_run("news", SITE, SECTIONS, {})
        path = fetch(run, FIRST)
        run.end("good")
    assert CliRunner().invoke(main, ["--archive", url, "backup", str(target)]).exit_code == 0
    with tarfile.open(target) as tar:
        assert tar.getnames() == ["news.db", path.relative_to(folder).as_posix()]
    restored.mkdir()
    subprocess.run(["tar", "-xf", target, "-C", restored], check=True)
    environment = {"ARCHIVE_DIR": str(restored)}
    done = CliRunner().invoke(main, ["--archive", f"sqlite:///{restored}/news.db", "verify"], env=environment)
    assert done.stdout == "0 files, 0 captures, 1 media, 7 bytes: all right\n"


def test_an_upgrade_wants_the_files_of_what_is_here_already(archive_url: str, tmp_path: Path) -> None:
    engine = make_engine(address_of(archive_url), write=True)
    with writing(engine) as connection:
        _make(connection, "0002")
    engine.dispose()
    assert schema.upgrade(archive_url)[0] == "before: schema 0002"
    with closing(Archive.open(archive_url, folder=str(tmp_path))) as archive:
        run = archive.begin_run("news", SITE, SECTIONS, {})
        assert sorted(run.files(["tplb"])) == [f"{HOST}/P7.pdf", f"{HOST}/S7.jpg", FIRST]


def _make(connection: Connection, revision: str) -> None:
    """An archive of an older schema with an article and a slide."""
    config = Config()
    config.set_main_option("script_location", schema.SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    of_site = {"site_id": SITE.id}
    connection.execute(insert(Site).values(id=SITE.id, name="x", base_url=SITE.base_url, cms_group="x"))
    section = {"id": 1, "code": "tplb", "kind": "carousel", "name": "x", "path": "/tplb/"}
    connection.execute(insert(Section).values(of_site | section))
    said = page(
        7, images=(Image(FIRST), Image("http://elsewhere.cn/a.jpg")), attachments=(Attachment(f"{HOST}/P7.pdf", "x"),)
    )
    url = {"url": address(7), "kind": "article", "state": "ok", "found_in": 1, "parsed": to_json(said, "p")}
    connection.execute(insert(Url).values(of_site | url))
    times = {"first_seen": utc_now(), "last_seen": utc_now()}
    for position, picture in ((1, f"{HOST}/S7.jpg"), (2, None)):
        connection.execute(insert(Placement).values(section_id=1, position=position, picture=picture, **times))
