"""Pictures and attachments: what is kept, what is not, and that no page and no run suffers by it."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crawler.pages.file import file_type
from fixtures.site import Server, serve
from storage.records import FileType, Problem
from tests.conftest import Shell, rows
from tests.crawler.test_documents import FOLDER, HOME, PROSE, article, show_only
from tests.crawler.test_incremental import days_pass

PNG, PDF = b"\x89PNG\r\n\x1a\n" + b"\0" * 60, b"%PDF-1.4\n%%EOF\n"
PAGE = b"<!DOCTYPE html><html><body>404</body></html>"
NAMES = [f"t20260601_30000{number}.html" for number in range(1, 6)]
REFUSED = {
    "page.jpg": "not-a-file",
    "empty.jpg": "not-a-file",
    "huge.pdf": "too-large",
    "away.jpg": "leaves-site",
    "secret/x.jpg": "robots",
}


def publish(site: Server, *pictures: str, files: tuple[str, ...] = ()) -> None:
    """Five articles, the first with all the pictures and files."""
    show_only(site, *NAMES)
    for name in NAMES[1:]:
        site.put("lzly", FOLDER + name, article(f"{name}纪实", PROSE.format(name) * 3))
    images = [f"<img src='{picture}'>" for picture in pictures]
    links = "".join(f"<a href='{file}'>{file}</a>" for file in files)
    more = f"<div>附件：{links}</div>" if files else ""
    today = f"来源: 澄江铝业报时间: {datetime.now(ZoneInfo('Asia/Shanghai')).date()}"  # so that it is due every day
    body = article("电解车间改造纪实", PROSE.format("甲") * 3, *images, more=more, meta=today)
    site.put("lzly", FOLDER + NAMES[0], body)


def crawl(shell: Shell, site: Server, *more: str) -> tuple[str, list[str]]:
    """The last line, and the files asked for. The run is good whatever becomes of files."""
    before = len(site.requests)
    done = shell.crawl("news", "lzly", site.base_url("lzly"), "-s", "MEDIA_MAXSIZE=20000", *more)
    assert done.returncode == 0, done.stderr
    asked = [request.path.removeprefix(FOLDER) for request in site.requests[before:]]
    return done.stdout, [path for path in asked if path.endswith((".jpg", ".pdf", ".png"))]


def put(site: Server, name: str, body: bytes, kind: str = "image/jpeg", **more: Any) -> None:
    site.put("lzly", FOLDER + name, body, kind, **more)


def states(shell: Shell) -> dict[str, str]:
    found = dict(rows(shell, "SELECT url, state FROM urls WHERE kind = 'file'"))
    return {url.removeprefix(HOME + FOLDER): state for url, state in found.items()}


def issues(shell: Shell) -> dict[str, str]:
    found = rows(shell, "SELECT url, kind FROM issues")
    assert len(found) == len(dict(found))  # one a URL
    return {url.removeprefix(HOME + FOLDER): kind for url, kind in found}


@dataclass
class Crawled:
    """An article with every kind of file, after a run without media and one with them."""

    shell: Shell
    site: Server
    off: tuple[str, list[str]]
    states_off: dict[str, str]
    folder_off: bool
    on: tuple[str, list[str]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    shell = Shell(tmp_path_factory.mktemp("archive"))
    with serve() as site:
        off_site = "http://pictures.example.org/off.jpg"
        publish(
            *(site, "good.jpg", "same.jpg", "moved.jpg", "gone.jpg", "page.jpg", "empty.jpg", "away.jpg"),
            *("secret/x.jpg", off_site),
            files=("report.pdf", "huge.pdf"),
        )
        site.put("lzly", "/robots.txt", f"User-agent: *\nDisallow: {FOLDER}secret/\n".encode(), "text/plain")
        put(site, "good.jpg", PNG)
        put(site, "same.jpg", PNG)
        put(site, "moved.jpg", b"", status=302, location=f"{FOLDER}there.png")
        put(site, "there.png", PNG + b"2", "image/png")
        put(site, "page.jpg", PAGE, "text/html")
        put(site, "empty.jpg", b"")
        put(site, "huge.pdf", PDF + b"\0" * 20000, "application/pdf")
        put(site, "away.jpg", b"", status=302, location=site.base_url("chalco") + "/images/logo.png")
        put(site, "report.pdf", PDF, "text/plain")
        off = crawl(shell, site, "-s", "MEDIA_ENABLED=False")
        states_off, folder_off = states(shell), (shell.folder / "media").exists()
        yield Crawled(shell, site, off, states_off, folder_off, crawl(shell, site))


def test_one_setting_switches_it_off(crawled: Crawled) -> None:
    line, asked = crawled.off
    assert not asked and "5 new" in line and "file" not in line
    assert set(crawled.states_off.values()) == {"pending"} and len(crawled.states_off) == 10
    assert not crawled.folder_off


def test_what_an_earlier_run_left_is_fetched_and_judged_by_its_bytes(crawled: Crawled) -> None:
    shell, site, (line, asked) = crawled.shell, crawled.site, crawled.on
    assert line.rstrip().endswith("; nothing new; 4 files")
    assert "secret/x.jpg" not in asked and not any(request.host == "chalco" for request in site.requests)
    good, moved, report = (hashlib.sha256(body).hexdigest() for body in (PNG, PNG + b"2", PDF))
    paths = {
        "good.jpg": f"media/{good[:2]}/{good}.png",
        "same.jpg": f"media/{good[:2]}/{good}.png",
        "moved.jpg": f"media/{moved[:2]}/{moved}.png",
        "report.pdf": f"media/{report[:2]}/{report}.pdf",
    }
    kept = {url.removeprefix(HOME + FOLDER): path for url, path in rows(shell, "SELECT url, path FROM files")}
    assert kept == paths
    assert {
        path.relative_to(shell.folder).as_posix() for path in shell.folder.glob("media/**/*") if path.is_file()
    } == {*paths.values()}
    for table in ("images", "attachments"):
        for url, sha256, path in rows(shell, f"SELECT url, sha256, path FROM {table}"):
            wanted = paths.get(url.removeprefix(HOME + FOLDER))
            assert (path, sha256) == (wanted, wanted and Path(wanted).stem)
    assert states(shell) == dict.fromkeys(paths, "ok") | dict.fromkeys(REFUSED, "refused") | {"gone.jpg": "missing"}
    assert issues(shell) == REFUSED | {"gone.jpg": "http-error"}
    assert rows(shell, "SELECT count(*) FROM captures WHERE url LIKE '%.jpg'") == [(0,)]
    assert shell.run("newsarchive", "verify").returncode == 0


def test_nothing_is_asked_twice_and_told_once(crawled: Crawled, tmp_path: Path) -> None:
    shell, site = Shell(tmp_path / "copy"), crawled.site
    shutil.copytree(crawled.shell.folder, shell.folder)
    assert crawl(shell, site)[1] == []
    days_pass(shell, 1)
    assert crawl(shell, site)[1] == ["gone.jpg"]
    assert states(shell)["gone.jpg"] == "gone"
    days_pass(shell, 7)
    put(site, "page.jpg", PNG + b"3")
    publish(site, "page.jpg", "good.jpg", files=("report.pdf",))  # the article is edited too
    line, asked = crawl(shell, site)
    assert sorted(asked) == sorted(["away.jpg", "empty.jpg", "gone.jpg", "huge.pdf", "page.jpg"]) and "1 file" in line
    assert issues(shell) == REFUSED | {"gone.jpg": "http-error"}
    assert rows(shell, "SELECT count(*), count(path) FROM images") == [(2, 2)]
    assert rows(shell, "SELECT count(*), count(path) FROM attachments") == [(1, 1)]


@pytest.mark.parametrize("status", [403, None])
def test_a_host_that_gives_no_files_is_left_alone_with_one_issue(
    shell: Shell, site: Server, status: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"W{number}.jpg" for number in range(9)]
    publish(site, *names)
    answer = site.answer

    def deaf(host: str, path: str) -> Any:
        if path.endswith(".jpg") and status is None:
            raise ConnectionResetError
        return answer(host, path)

    monkeypatch.setattr(site, "answer", deaf)
    for name in names:
        put(site, name, b"", status=status or 200)
    line, asked = crawl(shell, site)
    assert "5 new" in line and len(set(asked)) <= 3
    assert [kind for (kind,) in rows(shell, "SELECT kind FROM issues")] == ["files-unanswered"]
    assert set(states(shell).values()) == {"pending"}
    assert rows(shell, "SELECT outcome FROM runs") == [("good",)]


@pytest.mark.parametrize(
    ("body", "said", "extension"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "image/png", "jpg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/jpeg", "webp"),
        (b"PK\x03\x04...xl/workbook.xml", "application/octet-stream", "xlsx"),
        (b"PK\x03\x04...OFD.xml", "", "ofd"),
        (b"PK\x03\x04...list", "text/html", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "", "xls"),
        (b"\0\0\0\x18ftypmp42", "video/mp4", "mp4"),
        ("名单".encode(), "text/plain; charset=utf-8", "txt"),
        (b"\x01\x02\x03", "image/jpeg", "bin"),
        (b"\xef\xbb\xbf\r\n<HTML><head>", "image/jpeg", None),
        (b"404", "text/html", None),
        (b'{"code": 404}', "application/json", None),
        (b"", "image/jpeg", None),
    ],
)
def test_bytes_decide_the_ending(body: bytes, said: str, extension: str | None) -> None:
    found = file_type(body, said)
    assert isinstance(found, Problem) if extension is None else isinstance(found, FileType)
    assert getattr(found, "extension", None) == extension
