"""The web page by HTTP, on both databases: what a page says, and that nothing a page or an address says can do harm."""

import gzip
import re
import zlib
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import brotli
import pyarrow.parquet
import pytest
from httpx2 import Response
from lxml import html
from sqlalchemy import insert
from starlette.testclient import TestClient

from storage import Archive, Run
from storage.engine import writing
from storage.models import OUTCOMES, REVISION_KINDS, File
from storage.records import Attachment, Byline, Exchange, Image, Role
from storage.web.app import application
from storage.web.language import dictionary
from tests.storage.conftest import Clock
from tests.storage.samples import LONG, SECTIONS, SITE, address, failed, listed, page, read, row, slide, slider

EVIL = "<script>alert(1)</script>\"><img src=x onerror='alert(2)'>{{ 7*7 }}"
_TEMPLATES = Path(str(files("storage.web"))) / "templates"
PAGES = ("/", "/search", "/carousel", "/changes", "/coverage")


@pytest.fixture
def client(archive: Archive, tmp_path: Path) -> Iterator[TestClient]:
    archive.folder = tmp_path
    with TestClient(application(archive.engine, tmp_path), base_url="http://127.0.0.1") as client:
        yield client


def parsed(answer: Response) -> Any:
    return html.fromstring(answer.text)


def text(client: TestClient, path: str, **parameters: str) -> str:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return " ".join(parsed(answer).find(".//main").text_content().split())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_archive_without_articles_has_all_pages(client: TestClient, language: str) -> None:
    for path in PAGES:
        answer = client.get(path, params={"lang": language})
        assert answer.status_code == 200, (path, answer.text)
    assert client.get("/months.svg").status_code == 404
    assert ("没有新闻" if language == "zh" else "no stories") in text(client, "/")


def test_a_story_says_who_where_when_and_what_was_edited(client: TestClient, run: Run, clock: Clock) -> None:
    first = page(
        7,
        body=f"第一段。\n{LONG}\n产量\t一百吨",
        bylines=(Byline("reporter", "张三"), Byline("editor", "李四", "中国铜业", "责编")),
        attachments=(Attachment(f"{address(7)}.pdf", "年报"),),
    )
    run.record([listed("tplb", row(7)), read(first)])
    clock.forward(days=1)
    run.record([read(page(7, title="改过的题目", body=f"第一段，改了。\n{LONG}\n产量\t一百吨"))])
    said = text(client, "/story/1", lang="zh")
    for part in ("改过的题目", "2024-05-11", "记者 张三", "图片轮播", address(7), "会场", "正文修改", "第一段，改了。"):
        assert part in said
    shown = parsed(client.get("/story/1/changes/2"))
    assert [mark.text for mark in shown.iterfind(".//ins")][:2] == ["改过的", "，改了"]
    assert "7" in [mark.text for mark in shown.iterfind(".//del")]
    assert client.get("/story/1/changes/1").status_code == client.get("/story/2").status_code == 404
    assert f"张三. 改过的题目[EB/OL]. (2024-05-11)[2026-11-02]. {address(7)}. 存档号 newsarchive-1, " in said
    reference = client.get("/story/1/citation.bib")
    assert reference.text.startswith("@misc{newsarchive-1,") and client.get("/story/2/citation.bib").status_code == 404
    assert "改过的题目" in text(client, "/changes", kind="text") and "改过" not in text(client, "/changes", kind="gone")


def test_a_story_at_two_addresses_of_a_section_is_one_there(client: TestClient, run: Run) -> None:
    again = page(7, url=address(8))
    run.record([listed("tplb", row(7), row(8)), listed("gsyw", row(7)), read(page(7)), read(again)])
    assert "图片轮播1 公司要闻1" in text(client, "/")


def test_a_story_names_its_family(client: TestClient, run: Run) -> None:
    text_of = "".join(f"第{number}条措施已在{number * 7}个班组落实，" for number in range(30))
    run.record([read(page(1, body=text_of)), read(page(2, body=text_of.replace("落实", "完成", 2)))])
    run.end("good")
    said = text(client, "/story/1", lang="en")
    assert "Nearly the same: 2 stories" in said and "题目2" in said


def test_a_person_is_shown_in_every_role(client: TestClient, run: Run) -> None:
    run.record(
        [
            read(page(1, bylines=(Byline("reporter", "张三"),))),
            read(page(2, bylines=(Byline("editor", "张三", "铜业报", "责编"), Byline("reporter", "李四")))),
        ]
    )
    said = text(client, "/person", name="张三", lang="en")
    assert "题目1" in said and "题目2" in said and "铜业报" in said and "Reporter 1" in said and "Editor 1" in said
    assert "题目1" not in text(client, "/person", name="张三", role="editor")
    assert client.get("/person", params={"name": "无此人"}).status_code == client.get("/person").status_code == 404


def test_the_carousel_of_each_day(client: TestClient, run: Run, clock: Clock) -> None:
    run.record([slider(slide(1, 1, "头条"), slide(2, 2, "次条"))])
    clock.forward(days=2)
    run.record([slider(slide(1, 2, "次条"))])
    days = {day: text(client, "/carousel", day=day) for day in ("2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03")}
    assert "头条" not in days["2026-10-31"] and "头条" in days["2026-11-01"] and "头条" in days["2026-11-02"]
    assert "次条" in days["2026-11-03"] and text(client, "/carousel") == days["2026-11-03"]
    assert client.get("/carousel", params={"carousel": "../etc"}).status_code == 404


def test_coverage_tells_nothing_published_from_not_looked_at(client: TestClient, run: Run, clock: Clock) -> None:
    clock.forward(days=9)
    run.record([listed("tplb", row(1)), read(page(1))])
    cells = parsed(client.get("/coverage", params={"month": "2024-05"})).findall(".//tbody//td")
    assert sorted({cell.get("class") for cell in cells}) == ["cell never"]
    assert [cell.find("a").text for cell in cells if cell.find("a") is not None] == ["1"]


def test_what_pages_say_is_text_and_never_markup(client: TestClient, run: Run, clock: Clock) -> None:
    def evil(body: str) -> object:
        return read(
            page(
                1,
                title=EVIL,
                source=EVIL,
                body=body,
                byline_text=EVIL,
                bylines=(Byline("reporter", EVIL, EVIL, EVIL),),
                images=(Image("javascript:alert(3)", EVIL),),
                attachments=(Attachment("javascript:alert(4)", EVIL),),
            )
        )

    run.record([listed("tplb", row(1)), evil(f"{EVIL}\n{LONG}\n{EVIL}\t{EVIL}")])  # type: ignore[list-item]
    clock.forward(days=1)
    run.record([evil(f"{EVIL}！\n{LONG}"), slider(slide(1, 1, EVIL))])  # type: ignore[list-item]
    person = f"/person?name={quote(EVIL)}"
    for path in (*PAGES, "/story/1", "/story/1/changes/2", f"/search?q={quote(EVIL[:8])}", person, f"/x{quote(EVIL)}"):
        answer = client.get(path)
        tree = parsed(answer)
        assert not tree.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]"), path
        assert not [link for _, _, link, _ in tree.iterlinks() if link.startswith(("javascript:", "data:"))], path
        assert "49" not in tree.text_content() and "'none'" in answer.headers["content-security-policy"]
    assert text(client, "/person", name=EVIL).count(EVIL) >= 2


def test_sql_in_an_address_is_only_text(client: TestClient, run: Run) -> None:
    run.record([read(page(1))])
    for name in ("q", "site", "section", "source", "person", "role", "since", "order", "page"):
        for value in ("' OR 1=1 --", "%' UNION SELECT 1 --", '"; DROP TABLE articles; --', "\\", "%", "_", "\0"):
            answer = client.get("/search", params={name: value})
            assert answer.status_code in (200, 400) and "题目1" not in answer.text, (name, value)
    assert "题目1" in text(client, "/search")


def test_an_address_leads_nowhere_else(client: TestClient) -> None:
    for path in (
        "/story/../../etc/passwd",
        "/story/%2e%2e%2fnews.db",
        "/story/99999999999999999999",
        "/story/-1",
        "/story/1/changes/99999999999",
        "/capture/../news.db",
        "/capture/9",
        "/media/..%2f..%2fnews.db",
        "/media/" + "0" * 64,
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/export.exe",
    ):
        answer = client.get(path)
        assert answer.status_code == 404 and "root:" not in answer.text and "import" not in answer.text, path


def test_stored_bytes_in_every_coding_are_text_to_read(client: TestClient, archive: Archive, clock: Clock) -> None:
    run = archive.begin_run("news", SITE, SECTIONS, {})
    said = EVIL.encode("gb18030") + "标题".encode("gb18030")
    packed = {"": said, "gzip": gzip.compress(said), "deflate": zlib.compress(said), "br": brotli.compress(said)}
    for coding, body in (packed | {"gzip": b"no gzip"}).items():
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\n\r\n".encode()
        run.capture(Exchange(address(1), clock.now, b"GET / HTTP/1.1\r\n\r\n", 200, head, body, None), None)
    run.record([])
    for capture, coding in enumerate(packed, 1):
        answer = client.get(f"/capture/{capture}")
        if coding == "gzip":  # which was none
            assert answer.headers["content-disposition"].startswith("attachment") and answer.content == b"no gzip"
        else:
            assert answer.content == said and answer.headers["content-type"] == "text/plain; charset=gb18030"


def test_stored_files_are_pictures_or_downloads(client: TestClient, archive: Archive, clock: Clock) -> None:
    (archive.folder / "media").mkdir()
    kept = {}
    for digit, (name, kind) in enumerate(
        {"a.png": "image/png", "b.svg": "image/svg+xml", "c.html": "text/html"}.items()
    ):
        kept[kind] = str(digit) * 64
        (archive.folder / "media" / name).write_text(EVIL)
        _store_file(archive, kept[kind], f"media/{name}", kind, clock)
    shown = client.get(f"/media/{kept['image/png']}")
    assert shown.headers["content-type"] == "image/png" and "content-disposition" not in shown.headers
    for kind in ("image/svg+xml", "text/html"):
        answer = client.get(f"/media/{kept[kind]}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("sandbox")
    _store_file(archive, "d" * 64, "../../../../etc/passwd", "image/png", clock)
    _store_file(archive, "e" * 64, "news.db", "image/png", clock)
    assert client.get(f"/media/{'d' * 64}").status_code == client.get(f"/media/{'e' * 64}").status_code == 404


def _store_file(archive: Archive, sha256: str, path: str, kind: str, clock: Clock) -> None:
    with writing(archive.engine) as connection:
        row = {"url": f"http://a/{path}", "sha256": sha256, "path": path, "size": 1, "media_type": kind}
        connection.execute(insert(File).values(row | {"fetched_at": clock.now}))


def test_another_name_for_this_address_is_refused(client: TestClient) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "evil.example:80"):
        assert client.get("/", headers={"Host": host}).status_code == 400


def test_nothing_but_reading(client: TestClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/search").status_code == 405
    assert client.head("/").status_code == 200


def test_the_language_is_the_browsers_until_one_is_chosen(client: TestClient) -> None:
    def language(**headers: str) -> Any:
        return parsed(client.get("/", headers=headers)).get("lang")

    assert language() == "zh-Hans" and not client.cookies
    assert language(**{"accept-language": "en-GB,en;q=0.9,zh;q=0.8"}) == "en"
    assert language(**{"accept-language": "fr, zh;q=0.3, en;q=0.2"}) == "zh-Hans"
    assert language(**{"accept-language": "en;q=x, ;;, *"}) == "zh-Hans"
    client.get("/?lang=en")
    assert dict(client.cookies) == {"language": "en"}
    assert language(**{"accept-language": "zh"}) == "en"
    client.get("/?lang=klingon")
    assert dict(client.cookies) == {"language": "en"}


def test_every_word_of_the_interface_is_there_in_both_languages_and_used() -> None:
    source = "".join(path.read_text("utf-8") for path in _TEMPLATES.iterdir())
    named = set(re.findall(r"\bt\('(\w+\.\w+)'[,)]", source))
    groups = set(re.findall(r"\bt\('(\w+)\.\w*' ~", source))
    words = dictionary()
    assert named <= words.keys()
    assert {key for key in words if key.partition(".")[0] not in groups} <= named
    assert all(set(texts) == {"zh", "en"} and all(texts.values()) for texts in words.values())
    for group, names in {"role": get_args(Role), "kind": REVISION_KINDS, "outcome": OUTCOMES}.items():
        assert {key for key in words if key.startswith(f"{group}.")} == {f"{group}.{name}" for name in names}


def test_exports_are_what_the_search_found(client: TestClient, run: Run) -> None:
    run.record([read(page(1, source="甲报")), read(page(2, source="=乙报", title="=1+1"))])
    shown = parsed(client.get("/search", params={"q": "题目1", "since": "2024-01-01", "lang": "en"}))
    offered = {link.text: client.get(link.get("href")) for link in shown.iterfind(".//p[@class='exports']/a")}
    assert list(offered) == ["CSV", "JSON Lines", "Parquet", "BibTeX", "GB/T 7714"]
    (story,) = pyarrow.parquet.read_table(BytesIO(offered.pop("Parquet").content)).to_pylist()
    assert story["title"] == "题目1" and all(answer.text.count("题目1") == 1 for answer in offered.values())
    assert client.get("/export.csv", params={"site": "nowhere"}).status_code == 400
    lines = client.get("/export.jsonl", params={"source": "甲报"}).text.splitlines()
    assert len(lines) == 1 and "题目1" in lines[0]
    answer = client.get("/export.csv")
    assert answer.text.startswith("\ufeff") and "'=1+1" in answer.text and ",=1+1" not in answer.text
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_story_that_is_gone_says_so(client: TestClient, run: Run, clock: Clock) -> None:
    run.record([read(page(1))])
    for _ in range(2):
        clock.forward(days=1)
        run.record([failed(1, "missing", 404)])
    assert "已消失" in text(client, "/story/1") and "题目1" in text(client, "/changes", kind="gone")


def test_a_wrong_parameter_is_told(client: TestClient) -> None:
    for path in (
        "/search?since=2024-13-01",
        "/search?page=0",
        "/search?page=x",
        "/coverage?month=9",
        "/carousel?day=1",
    ):
        assert client.get(path).status_code == 400, path
