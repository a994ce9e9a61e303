"""Sites that are not as they should be as a whole: the run ends, says so, and leaves them alone where that is due."""

import gzip
import re
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from fixtures.site import Server
from tests.conftest import Shell, rows
from tests.crawler.test_walk import LIST, articles_of, asked, crawl_lzly, lists
from tests.faults.odd import HTML, Odd, bombs, encoded, endless, raw, reset, sized, told

QUICK = ("-s", "RETRY_TIMES=1", "-s", "DOWNLOAD_TIMEOUT=2")
LISTS_ONLY = ("-a", "until=2000-01-01", *QUICK)
ROWS = "".join(
    f'<li><a href="./202406/t20240611_{{}}{n}.html">要闻{{}}之{n}</a><span>2024-06-11</span></li>' for n in range(5)
)


def articles(site: Server) -> list[str]:
    return ["/" + url.split("/", 3)[3] for url in articles_of(site, "lzly", "gsyw")]


def issues(shell: Shell) -> set[str]:
    return {kind for (kind,) in rows(shell, "SELECT kind FROM issues")}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(reset(), "unreachable", id="reset"),
        pytest.param(sized(9000, b"<html><ul><li>"), "cut-off", id="truncated"),
        pytest.param(encoded("gzip", gzip.compress(b"<html>" * 999)[:40]), "cut-off", id="half a gzip body"),
        pytest.param(encoded("br", bombs(20_000_000)["br"]), "too-large", id="bomb"),
        pytest.param(endless, "too-large", id="endless"),
        pytest.param(told(302, Location=LIST), "redirect-loop", id="redirect loop"),
        pytest.param(told(302, Location="http://192.168.1.1/"), "leaves-site", id="redirect off the site"),
        pytest.param(told(403), "http-error", id="forbidden"),
        pytest.param(
            raw(HTML + b"\r\n<html><script>$_ts={}</script></html>"), "no-rows", id="challenge with status 200"
        ),
    ],
)
def test_a_list_that_is_not_there_is_no_list_without_news(shell: Shell, site: Server, answer: Odd, kind: str) -> None:
    site.misbehave("lzly", LIST, answer)
    done = crawl_lzly(shell, site, *LISTS_ONLY)
    assert done.returncode in (1, 3) and LIST in done.stderr
    assert issues(shell) == {kind}
    assert rows(shell, "SELECT complete FROM walks") == [(0,)]
    assert rows(shell, "SELECT count(*) FROM listings") == [(0,)]


@pytest.mark.parametrize(("status", "asked_for"), [(412, 1), (521, 1), (403, 2)])
def test_a_site_that_keeps_us_out_is_left_alone(shell: Shell, site: Server, status: int, asked_for: int) -> None:
    paths = articles(site)
    for path in paths:
        site.put("lzly", path, "请完成验证".encode(), status=status)
    done = crawl_lzly(shell, site)
    assert done.returncode == 1 and f"answers {status}" in done.stderr
    # one more may be under way when the answer comes
    assert asked_for <= len([path for path in asked(site) if path in paths]) <= asked_for + 1
    assert issues(shell) == {"http-error", "kept-out"}


def test_pages_that_keep_us_out_do_not_keep_the_others_out(shell: Shell, site: Server) -> None:
    newest = ("202610/t20261022_160232.html", "202610/t20261001_157913.html")
    for name in newest:
        site.misbehave("lzly", LIST + name, told(403))
    assert crawl_lzly(shell, site).returncode == 1
    crawl_lzly(shell, site)  # is kept out at its end, if the first run had asked for both
    assert rows(shell, "SELECT count(*) FROM urls WHERE article_id IS NOT NULL") == [(len(articles(site)) - 2,)]


def busy_once(status: int, dated: bool) -> Odd:
    """Busy the first time, for a second or two; a list from then on."""
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        page = f"<html><ul>{ROWS.format(*range(10))}</ul></html>".encode()
        soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True) if dated else "1"
        (told(status, Retry_After=soon) if len(asked) == 1 else sized(len(page), page))(handler)

    return answer


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_for_patience_gets_it(shell: Shell, site: Server, status: int) -> None:
    site.misbehave("lzly", LIST, busy_once(status, dated=status == 503))
    done = crawl_lzly(shell, site, *LISTS_ONLY)
    assert done.returncode == 0, done.stderr
    first, second = [request.at for request in site.requests if request.path == LIST]
    assert second - first >= 0.9


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_for_too_much_patience_is_left_alone(shell: Shell, site: Server, status: int) -> None:
    site.misbehave("lzly", LIST, told(status, Retry_After="3600"))
    done = crawl_lzly(shell, site, *LISTS_ONLY)
    assert done.returncode == 1 and "asks to come back in 3600 seconds" in done.stderr
    assert len(asked(site)) == 1
    assert "kept-out" in issues(shell)


def test_an_interrupt_does_not_wait_for_a_busy_site(shell: Shell, site: Server) -> None:
    site.misbehave("lzly", LIST, told(503, Retry_After="100"))
    where = ("-a", "site=lzly", "-a", f"base_url={site.base_url('lzly')}")
    crawl = shell.start("scrapy", "crawl", "news", *where)
    assert site.wait_for(2)
    with pytest.raises(subprocess.TimeoutExpired):
        crawl.communicate(timeout=1)
    crawl.send_signal(signal.SIGINT)
    _, stderr = crawl.communicate(timeout=20)
    assert crawl.returncode == 1 and "interrupted" in stderr
    assert len(asked(site)) == 1


def test_a_second_signal_stops_a_crawl_at_once(shell: Shell, site: Server) -> None:
    where = ("-a", "site=lzly", "-a", f"base_url={site.base_url('lzly')}")
    crawl = shell.start("scrapy", "crawl", "news", *where, "-s", "DOWNLOAD_DELAY=0.2")
    assert site.wait_for(6)
    crawl.send_signal(signal.SIGINT)
    crawl.send_signal(signal.SIGTERM)
    _, stderr = crawl.communicate(timeout=20)
    assert crawl.returncode == 1 and stderr.count("\n") == 1


def test_a_site_that_is_always_busy_is_left_alone(shell: Shell, site: Server) -> None:
    for path in articles(site):
        site.misbehave("lzly", path, told(429))
    done = crawl_lzly(shell, site, "-s", "RETRY_TIMES=1")
    assert done.returncode == 1 and "in a row" in done.stderr
    assert len([path for path in asked(site) if "/t20" in path]) <= 13


def test_a_site_that_dies_is_not_asked_for_the_rest(shell: Shell, site: Server) -> None:
    paths = articles(site)
    for path in paths:
        site.misbehave("lzly", path, reset())
    done = crawl_lzly(shell, site, "-s", "RETRY_TIMES=1")
    assert done.returncode == 1 and "no answer 10 times in a row" in done.stderr
    assert len([path for path in asked(site) if path in paths]) <= 12
    assert "kept-out" in issues(shell) <= {"kept-out", "unreachable"}
    assert rows(shell, "SELECT DISTINCT state FROM urls WHERE kind = 'article'") == [("pending",)]


def test_a_list_without_end_is_read_to_a_bound(shell: Shell, site: Server) -> None:
    def calendar(handler: BaseHTTPRequestHandler) -> None:
        number = int((re.search(r"_(\d+)\.html", handler.path) or ["", "0"])[1])
        rows = ROWS.format(*[number] * 10)
        page = f"<html><ul>{rows}</ul><p><a href='index_{number + 1}.html'>下一页</a></p></html>".encode()
        sized(len(page), page)(handler)

    for number in range(30):
        site.misbehave("lzly", LIST + (f"index_{number}.html" if number else ""), calendar)
    done = crawl_lzly(shell, site, *LISTS_ONLY, "-a", "full=1", "-s", "LIST_PAGES_MOST=20")
    assert done.returncode == 3 and "公司要闻: no end after 20 pages" in done.stderr
    assert issues(shell) == {"endless-list"}
    assert rows(shell, "SELECT complete, pages, rows FROM walks") == [(0, 20, 100)]


@pytest.mark.parametrize("pages", [2, 9])
def test_a_list_that_repeats_its_first_page_for_ever(shell: Shell, site: Server, pages: int) -> None:
    pager = "".join(f"<a href='index_{n}.html'>{n + 1}</a>" for n in range(1, pages))
    for number in range(pages):  # each names the page behind it
        onward = f"<a href='index_{min(number + 1, pages - 1)}.html'>下一页</a>"
        page = f"<html><ul>{ROWS.format(*'1122334455')}</ul><p><span>1</span>{pager}{onward}</p></html>".encode()
        site.put("lzly", LIST + (f"index_{number}.html" if number else ""), page)
    done = crawl_lzly(shell, site, *LISTS_ONLY)
    assert done.returncode == 3 and "shows the rows of pages before it" in done.stderr
    assert len(lists(asked(site))) <= 3
    assert issues(shell) == {"repeated-page"}


def test_the_index_in_place_of_all_articles_is_no_good_run(shell: Shell, site: Server) -> None:
    index = site.body("lzly", LIST)
    for path in articles(site):
        site.put("lzly", path, index)
    done = crawl_lzly(shell, site)
    assert done.returncode == 3 and "0 of 25 articles state title" in done.stderr
    assert issues(shell) == {"not-an-article", "low-fill"}
    assert rows(shell, "SELECT DISTINCT state, article_id FROM urls WHERE kind = 'article'") == [("missing", None)]


def test_a_site_that_demands_cookies_is_named(shell: Shell, site: Server) -> None:
    wants = b"<html><script>document.cookie='a=b';location.reload()</script></html>"
    for path in articles(site):
        site.put("lzly", path, wants)
    done = crawl_lzly(shell, site)
    assert done.returncode == 3
    assert rows(shell, "SELECT DISTINCT detail FROM issues WHERE kind = 'not-an-article'") == [
        ("challenge: a challenge's script where a text should stand",)
    ]
