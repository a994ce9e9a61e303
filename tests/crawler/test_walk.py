"""Which pages a crawl asks for, and what it makes of answers that are not as they should be."""

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from crawler.pipelines.archive import ArchivePipeline
from crawler.profile import SITES
from crawler.spiders.news import NewsSpider
from fixtures.site import Server
from storage.records import WalkEnded
from tests.conftest import Shell

LIST = "/xwdt/gsyw/"


def asked(site: Server, host: str = "lzly") -> list[str]:
    return [request.path for request in site.requests if request.host == host and request.path != "/robots.txt"]


def lists(paths: list[str]) -> list[str]:
    return [path for path in paths if re.search(r"/(index_\d+\.html)?$", path)]


def articles_of(site: Server, host: str, section: str) -> set[str]:
    return {
        said["url"]
        for story in site.truth["stories"]
        for said in story["appearances"]
        if (said["site"], said["section"]) == (host, section)
    }


def scalar(shell: Shell, sql: str) -> int | str | None:
    with shell.engine().connect() as connection:
        value: int | str | None = connection.execute(text(sql)).scalar()
        return value


def crawl_lzly(shell: Shell, site: Server, *more: str) -> subprocess.CompletedProcess[str]:
    return shell.crawl("news", "lzly", site.base_url("lzly"), *more)


def test_incremental_run_reads_one_page_and_full_run_all(shell: Shell, site: Server) -> None:
    crawl_lzly(shell, site)
    first = lists(asked(site))
    assert first == [LIST, f"{LIST}index_1.html", f"{LIST}index_2.html"]
    site.requests.clear()
    assert crawl_lzly(shell, site).returncode == 0
    assert asked(site) == [LIST]
    site.requests.clear()
    assert crawl_lzly(shell, site, "-a", "full=1").returncode == 0
    assert asked(site) == first


def publish(site: Server, page: str, number: int) -> str:
    """Puts a new article into the first row of a list page (in the place of another); gives its canonical URL."""
    body = site.body("lzly", page)
    found = re.search(rb"\./(\d{6})/t(\d{8})_(\d+)\.html", body)
    assert found
    old = f"{LIST}{found[1].decode()}/t{found[2].decode()}_{found[3].decode()}.html"
    new = re.sub(r"_\d+\.html", f"_{number}.html", old)
    site.put("lzly", page, body.replace(found[3], str(number).encode()))
    site.put("lzly", new, re.sub("[一二三四五六七八九]".encode(), "九".encode(), site.body("lzly", old)))
    return f"http://lzly.chinalco.com.cn{new}"


def test_late_item_is_found_behind_a_page_without_news(shell: Shell, site: Server, tmp_path: Path) -> None:
    profile = tmp_path / "lzly.toml"
    profile.write_text(
        (SITES / "lzly.toml").read_text("utf-8").replace("\n\n[[", "\noverlap_days = 2000\n\n[[", 1), "utf-8"
    )
    base_url = site.base_url("lzly")
    assert shell.crawl("news", str(profile), base_url).returncode == 0
    late = publish(site, f"{LIST}index_1.html", 990001)
    done = shell.crawl("news", str(profile), base_url)
    assert done.returncode == 0, done.stderr
    assert scalar(shell, f"SELECT count(*) FROM appearances WHERE url = '{late}'") == 1


@pytest.mark.parametrize("status", [500, 404])
def test_walk_cut_off_by_a_failing_page_is_made_up_for(shell: Shell, site: Server, status: int) -> None:
    page = f"{LIST}index_1.html"
    body = site.body("lzly", page)
    site.put("lzly", page, b"busy", status=status)
    done = crawl_lzly(shell, site)
    assert done.returncode == 3 and "index_1.html" in done.stderr
    site.put("lzly", page, body)
    assert crawl_lzly(shell, site).returncode == 0
    stored = scalar(
        shell, "SELECT count(*) FROM appearances a JOIN sections s ON s.id = a.section_id WHERE s.code = 'gsyw'"
    )
    assert stored == len(articles_of(site, "lzly", "gsyw"))


def test_an_empty_page_in_the_middle_of_a_list_is_not_its_end(shell: Shell, site: Server) -> None:
    site.put("lzly", f"{LIST}index_1.html", "<html><body><h1>系统升级中</h1></body></html>".encode())
    assert crawl_lzly(shell, site, "-a", "until=2000-01-01").returncode == 3
    assert scalar(shell, "SELECT count(*) FROM walks WHERE complete") == 0
    assert scalar(shell, "SELECT count(*) FROM listings WHERE settled") == 0  # so the next run reads on


@pytest.mark.parametrize(
    ("names", "asked_for"),
    [
        ({"": 1, "fg_1.html": 2, "fg_2.html": 3}, ["", "fg_1.html", "fg_2.html"]),
        ({"": 1, "fg_2.html": 2, "fg_3.html": 3}, ["", "fg_1.html", "fg_2.html", "fg_3.html"]),
        ({"": 1, "fg_1.html": 1, "fg_2.html": 2, "fg_3.html": 3}, ["", "fg_1.html", "fg_2.html", "fg_3.html"]),
        ({"": 1, "fg_1.html": 1}, ["", "fg_1.html", "fg_2.html"]),
    ],
)
def test_pages_counted_from_one_under_any_name(
    shell: Shell, site: Server, names: dict[str, int], asked_for: list[str]
) -> None:
    pages = {
        number: site.body("lzly", f"{LIST}index_{number - 1}.html" if number > 1 else LIST) for number in (1, 2, 3)
    }
    for name, number in names.items():
        call = f"createPageHTML('page_div',3, {number},'fg','html',30)"
        site.put("lzly", LIST + name, re.sub(rb"createPageHTML\(3.*?\)", call.encode(), pages[number]))
    done = crawl_lzly(shell, site, "-a", "until=2000-01-01", "-a", "full=1")
    assert [path for path in asked(site) if path == LIST or "/fg_" in path] == [LIST + name for name in asked_for]
    whole = 3 in names.values()
    assert done.returncode == (0 if whole else 3), done.stderr
    assert ("fg_2.html" in done.stderr) is not whole


def test_since_and_until(shell: Shell, site: Server) -> None:
    done = crawl_lzly(shell, site, "-a", "since=2026-01-01", "-a", "until=2026-06-30")
    assert done.returncode == 0, done.stderr
    assert scalar(shell, "SELECT count(*) FROM articles") != 0
    assert (
        scalar(shell, "SELECT count(*) FROM articles WHERE published_on NOT BETWEEN '2026-01-01' AND '2026-06-30'") == 0
    )
    listed_on = {said["url"]: said["listed_on"] for story in site.truth["stories"] for said in story["appearances"]}
    fetched = [f"http://lzly.chinalco.com.cn{path}" for path in asked(site) if "/t20" in path]
    assert fetched and all(listed_on[url] is None or "2025-12-01" <= listed_on[url] <= "2026-07-31" for url in fetched)
    assert crawl_lzly(shell, site).returncode == 0
    stored = scalar(
        shell, "SELECT count(*) FROM appearances a JOIN sections s ON s.id = a.section_id WHERE s.code = 'gsyw'"
    )
    assert stored == len(articles_of(site, "lzly", "gsyw"))


def test_sections_argument(shell: Shell, site: Server) -> None:
    assert shell.crawl("carousel", "chinalco", site.base_url("chinalco"), "-a", "sections=home").returncode == 0
    assert lists(asked(site, "chinalco")) == ["/"]


def test_url_argument_fetches_again_and_keeps_what_changed(shell: Shell, site: Server) -> None:
    url = min(articles_of(site, "lzly", "gsyw"))
    path = "/" + url.split("/", 3)[3]
    arguments = ("-a", f"url={url}")
    assert crawl_lzly(shell, site, *arguments).returncode == 0
    assert scalar(shell, "SELECT count(*) FROM articles") == 1
    body = site.body("lzly", path)
    site.put("lzly", path, body + b"\n  \n")
    crawl_lzly(shell, site, *arguments)
    assert scalar(shell, "SELECT count(*) FROM revisions") == 1  # white space alone is no change
    title = str(scalar(shell, "SELECT title FROM articles"))
    site.put("lzly", path, body.replace(title.encode(), f"{title}（修订）".encode()))
    done = crawl_lzly(shell, site, *arguments)
    assert "1 revised" in done.stdout
    assert scalar(shell, "SELECT kind FROM revisions WHERE seq = 2") == "text"
    assert scalar(shell, "SELECT title FROM articles") == f"{title}（修订）"
    assert asked(site) == [path] * 3


def test_url_that_is_gone_fails(shell: Shell, site: Server) -> None:
    done = crawl_lzly(shell, site, "-a", f"url=http://lzly.chinalco.com.cn{LIST}202601/t20260101_1.html")
    assert done.returncode == 1 and "404" in done.stderr


def test_section_without_rows_is_degraded(shell: Shell, site: Server) -> None:
    site.put("lzly", LIST, "<html><body><h1>系统升级中</h1></body></html>".encode())
    done = crawl_lzly(shell, site)
    assert done.returncode == 3
    assert "公司要闻" in done.stderr and "no rows" in done.stderr
    assert scalar(shell, "SELECT count(*) FROM issues WHERE kind = 'no-rows'") == 1


def test_pages_that_only_a_script_can_turn_are_degraded(shell: Shell, site: Server) -> None:
    more = b"<script type='text/xml'><datastore><totalpage>309</totalpage><recordset></recordset></datastore></script>"
    site.put("lzly", LIST, re.sub(rb"createPageHTML\(3.*?\);", b"", site.body("lzly", LIST)) + more)
    done = crawl_lzly(shell, site, "-a", "until=2000-01-01")
    assert done.returncode == 3 and "page 1 of 309" in done.stderr
    assert lists(asked(site)) == [LIST]


def test_slider_that_is_gone_closes_nothing(shell: Shell, site: Server) -> None:
    base_url = site.base_url("chinalco")
    shell.crawl("carousel", "chinalco", base_url)
    site.put("chinalco", "/", "<html><body>系统升级中</body></html>".encode())
    assert shell.crawl("carousel", "chinalco", base_url).returncode == 3
    assert scalar(shell, "SELECT count(*) FROM placements WHERE left_at IS NULL") == len(site.truth["placements"])


def test_page_that_is_no_article_is_refused(shell: Shell, site: Server) -> None:
    url = min(articles_of(site, "lzly", "gsyw"))
    site.put("lzly", "/" + url.split("/", 3)[3], b"<html><body></body></html>")
    assert crawl_lzly(shell, site).returncode == 0
    assert scalar(shell, f"SELECT state FROM urls WHERE url = '{url}'") == "refused"
    assert scalar(shell, f"SELECT kind FROM issues WHERE url = '{url}'") == "not-an-article"


def test_crawl_names_itself(shell: Shell, site: Server) -> None:
    shell.run(
        *("scrapy", "crawl", "carousel", "-a", "site=chinalco", "-a", f"base_url={site.base_url('chinalco')}"),
        ARCHIVE_CONTACT="archive@example.org",
    )
    agents = {request.headers["user-agent"] for request in site.requests}
    assert len(agents) == 1 and "+archive@example.org" in agents.pop()


def test_interrupt_keeps_what_was_fetched_and_the_next_run_goes_on(shell: Shell, site: Server) -> None:
    command = [str(Path(sys.executable).parent / "scrapy"), "crawl", "news", "-a", "site=lzly"]
    crawl = subprocess.Popen(
        [
            *command,
            "-a",
            f"base_url={site.base_url('lzly')}",
            "-s",
            "DOWNLOAD_DELAY=0.1",
            "-s",
            f"ARCHIVE_URL={shell.archive_url}",
        ],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert site.wait_for(10)
    crawl.send_signal(signal.SIGINT)
    _, stderr = crawl.communicate(timeout=60)
    assert crawl.returncode == 1
    assert "interrupted" in stderr and stderr.count("\n") == 1
    kept = scalar(shell, "SELECT count(*) FROM articles")
    assert isinstance(kept, int) and 0 < kept < len(articles_of(site, "lzly", "gsyw"))
    assert scalar(shell, "SELECT outcome FROM runs") == "interrupted"
    assert crawl_lzly(shell, site).returncode == 0
    stored = scalar(
        shell, "SELECT count(*) FROM appearances a JOIN sections s ON s.id = a.section_id WHERE s.code = 'gsyw'"
    )
    assert stored == len(articles_of(site, "lzly", "gsyw"))
    asked_articles = [path for path in asked(site) if "/t20" in path]
    assert len(asked_articles) <= len(set(asked_articles)) + 1  # at most the one under way is fetched again


def test_what_cannot_be_stored_fails_the_run(shell: Shell, site: Server) -> None:
    assert crawl_lzly(shell, site, "-a", "sections=gsyw", "-a", "until=2000-01-01").returncode == 0
    assert len(lists(asked(site))) == 3  # what is older than `until` stands behind what is newer
    with shell.engine().begin() as connection:
        connection.execute(text("ALTER TABLE articles RENAME TO articles_away"))
    done = crawl_lzly(shell, site)
    assert done.returncode == 1
    assert "failed: cannot write" in done.stderr and "Traceback" not in done.stderr


def test_a_mistake_of_ours_in_storing_fails_the_run() -> None:
    async def close(reason: str) -> None:
        closed.append(reason)

    async def store() -> None:
        pipeline.open_spider()
        with pytest.raises(TypeError):
            await pipeline.process_item(WalkEnded("gsyw"))
        await pipeline.close_spider()

    closed: list[str] = []
    spider = NewsSpider()
    spider.run = SimpleNamespace(record=int)  # type: ignore[assignment]
    engine = SimpleNamespace(close_spider_async=close)
    pipeline = ArchivePipeline(SimpleNamespace(spider=spider, engine=engine))  # type: ignore[arg-type]
    asyncio.run(store())
    assert closed == ["archive"] and spider.lost
