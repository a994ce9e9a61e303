"""The web page in a browser, as people use it, on an archive that real crawls made."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lxml import html
from playwright.sync_api import Browser, Page, expect

from fixtures.browser import PROGRAM, chromium
from fixtures.lived import build, serving
from fixtures.site import serve
from tests.conftest import Shell, rows

TITLE = "三年之后，临澜赤泥堆场长出一片沙棘林"

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no chromium (Debian package: chromium)")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("lived"))
    with serve() as site:
        build(shell.folder, site)
    return shell


@pytest.fixture(scope="module")
def address(lived: Shell) -> Iterator[str]:
    with serving(lived.folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A visitor from China on a wide screen. Whatever the browser complains of is an error."""
    complaints: list[str] = []
    with closing(browser.new_context(base_url=address, locale="zh-CN", accept_downloads=True)) as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(address) else complaints.append(request.url))
        yield page
        assert not complaints


def test_from_a_search_to_the_edit(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("沙棘林")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 篇新闻")).to_be_visible()
    assert page.locator("mark").all_inner_texts()[0] == "沙棘林"
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    assert page.locator(".compared ins").all_inner_texts() == ["十二公里，并引入中水回用"]
    page.get_by_role("link", name="正文修改").first.click()
    assert page.locator("ins").all_inner_texts() == ["二十六"]
    assert page.locator("del").all_inner_texts() == ["三十一"]
    page.get_by_role("link", name="原始网页").last.click()
    assert "<div class=" in page.inner_text("body")


def test_facets_narrow_and_are_dropped_again(page: Page) -> None:
    page.goto("/search")
    total = page.locator("#hits").inner_text()
    facet = page.get_by_label("缩小范围").get_by_role("listitem").filter(has_text="华岭铝业报").first
    number = facet.locator(".number").inner_text()
    facet.get_by_role("link").click()
    assert page.locator("#hits").inner_text() == f"{number} 篇新闻"
    page.get_by_role("link", name="来源: 华岭铝业报").click()
    assert page.locator("#hits").inner_text() == total


def test_the_carousel_day_by_day(page: Page) -> None:
    page.goto("/carousel")
    slides = page.locator(".slides .title")
    shown = slides.all_inner_texts()
    assert TITLE in shown
    page.get_by_role("link", name="上次更换").click()
    assert slides.all_inner_texts() != shown and TITLE in slides.all_inner_texts()
    for _ in range(3):
        page.get_by_role("link", name="前一天").click()
    expect(page.get_by_text("这一天没有记录")).to_be_visible()
    page.get_by_role("link", name="下次更换").click()
    assert slides.count() == 2


def test_the_language_is_switched_and_kept(page: Page) -> None:
    page.goto("/changes?kind=gone")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Edits and disappearances")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("link", name="青砚物流码头夜间装船效率刷新纪录")).to_be_visible()
    page.get_by_role("link", name="Coverage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Coverage per section")
    assert [cookie.get("name") for cookie in page.context.cookies()] == ["language"]


def test_the_search_is_exported(page: Page, tmp_path: Path) -> None:
    page.goto("/search?q=沙棘林")
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON Lines").click()
    download.value.save_as(tmp_path / "news.jsonl")
    (story,) = map(json.loads, (tmp_path / "news.jsonl").read_text("utf-8").splitlines())
    assert story["title"] == TITLE


def test_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    outline = page.get_by_role("searchbox").evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"
    page.keyboard.type("沙棘林")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=TITLE).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/", "/search?q=铝", "/story/1", "/carousel", "/changes", "/coverage", "/person?name=秦书白"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
    page.goto("/")
    assert page.locator(".chart img").evaluate("image => image.currentSrc").endswith("narrow=1")


def test_every_link_leads_to_a_page_that_is_whole(address: str) -> None:
    """Landmarks, one h1, a label for each field, a text for each picture, ids once: on all pages there are."""
    with httpx2.Client(base_url=address, timeout=60) as client:
        seen, waiting = {"/"}, ["/"]
        while waiting:
            path = waiting.pop()
            answer = client.get(path)
            assert answer.status_code == 200, path
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            tree: Any = html.fromstring(answer.text)
            fields = tree.xpath("//input[@type!='hidden'] | //select")
            labelled = {label.get("for") for label in tree.iterfind(".//label")}
            assert all(field.get("id") in labelled or field.xpath("ancestor::label") for field in fields), path
            ids = tree.xpath("//@id")
            assert len(ids) == len(set(ids)) and len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1, path
            assert all(image.get("alt") is not None for image in tree.iterfind(".//img")), path
            found = {link for *_, link, _ in tree.iterlinks() if link.startswith("/") and _worth_asking(link)}
            waiting += found - seen
            seen |= found
    assert len(seen) > 60


def _worth_asking(link: str) -> bool:
    """Days without end, and searches that only differ in what they narrow down by."""
    return link.startswith(("/story", "/capture", "/media", "/static", "/changes", "/months"))


def test_stored_bytes_are_never_a_page(lived: Shell, address: str) -> None:
    (page,), (other,) = (
        rows(lived, f"SELECT id FROM captures WHERE revisit_of IS NULL AND status {status} ORDER BY id LIMIT 1")[0]
        for status in ("= 200 AND url LIKE '%.html'", "<> 200")
    )
    for capture in (page, other):
        answer = httpx2.get(f"{address}/capture/{capture}")
        assert answer.headers["content-type"].startswith("text/plain") and "<html" in answer.text
        assert answer.headers["content-security-policy"].startswith("sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff"
    ((revisit, first),) = rows(lived, "SELECT id, revisit_of FROM captures WHERE revisit_of IS NOT NULL LIMIT 1")
    assert httpx2.get(f"{address}/capture/{revisit}").content == httpx2.get(f"{address}/capture/{first}").content
    moved = lived.folder / "warc.elsewhere"
    (lived.folder / "warc").rename(moved)
    try:
        assert httpx2.get(f"{address}/capture/{page}").status_code == 404
    finally:
        moved.rename(lived.folder / "warc")


def test_a_port_that_is_taken_is_one_line(lived: Shell, address: str) -> None:
    done = lived.run("newsarchive", "serve", "--port", address.rpartition(":")[2])
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "cannot serve" in done.stderr
