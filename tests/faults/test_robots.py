"""robots.txt as servers really answer it (RFC 9309)."""

from itertools import pairwise

import pytest

from crawler.profile import SITES
from fixtures.site import Server
from tests.conftest import Shell, rows
from tests.crawler.test_walk import LIST, asked, crawl_lzly, lists
from tests.faults.odd import Odd, raw, reset, told

LISTS_ONLY = ("-a", "until=2000-01-01", "-s", "RETRY_TIMES=0")
TEXT = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(told(404), id="missing"),
        pytest.param(told(403), id="forbidden itself"),
        pytest.param(raw(TEXT.replace(b"plain", b"html") + b"<html><p>Disallow: nothing</p></html>"), id="HTML"),
        pytest.param(raw(TEXT), id="empty"),
        pytest.param(raw(TEXT + b"# " + b"x" * 600_000 + b"\nUser-agent: *\nDisallow: /\n"), id="rules behind 500 KB"),
        pytest.param(raw(TEXT + bytes(range(256)) * 40), id="binary"),
    ],
)
def test_where_there_are_no_rules_the_site_is_read(shell: Shell, site: Server, answer: Odd) -> None:
    site.misbehave("lzly", "/robots.txt", answer)
    done = crawl_lzly(shell, site, *LISTS_ONLY)
    assert done.returncode == 0, done.stderr
    assert asked(site)[0] == LIST


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        pytest.param(told(500), "answers 500", id="500"),
        pytest.param(told(503), "answers 503", id="503"),
        pytest.param(reset(), "lost", id="reset"),
        pytest.param(told(302, Location="http://192.168.1.1/robots.txt"), "192.168.1.1", id="elsewhere"),
        pytest.param(told(302, Location="/robots.txt"), "redirects in a row", id="redirect loop"),
        pytest.param(raw(TEXT + b"User-agent: *\nDisallow: /\n"), "disallowed", id="forbids all"),
        pytest.param(raw(TEXT + b"\xb2\xbb\xd0\xed\nUser-agent: *\nDisallow: /xwdt\n"), "disallowed", id="not UTF-8"),
    ],
)
def test_what_may_not_be_read_is_not_asked_for(shell: Shell, site: Server, answer: Odd, word: str) -> None:
    site.misbehave("lzly", "/robots.txt", answer)
    done = crawl_lzly(shell, site, *LISTS_ONLY)
    assert done.returncode == 1 and "robots.txt" in done.stderr
    assert not asked(site)
    ((kind, detail),) = rows(shell, "SELECT kind, detail FROM issues")
    assert kind == "robots" and word in detail


def test_every_request_waiting_for_robots_gets_its_rules(shell: Shell, site: Server) -> None:
    """Scrapy's own gives them to the first that waits only. With our CONCURRENT_REQUESTS none waits."""
    profile = shell.folder / "chinalco.toml"
    third = '[[sections]]\nid = "third"\nkind = "slider"\nname = "第三"\npath = "/third/"\n'
    profile.write_text((SITES / "chinalco.toml").read_text("utf-8") + third, "utf-8")
    site.put("chinalco", "/robots.txt", b"User-agent: *\nDisallow: /$\nDisallow: /third/\n", "text/plain")
    concurrent = ("-s", "CONCURRENT_REQUESTS=8")
    done = shell.crawl("carousel", str(profile), site.base_url("chinalco"), *concurrent)
    assert done.returncode == 3 and "robots.txt" in done.stderr
    assert lists(asked(site, "chinalco"))[0] == "/xwzx/tplb/" and not {"/", "/third/"} & {*asked(site, "chinalco")}


@pytest.mark.parametrize(("told", "longest"), [("0.2", "60"), ("3600", "0.2")])
def test_crawl_delay_is_kept(shell: Shell, site: Server, told: str, longest: str) -> None:
    site.put("chinalco", "/robots.txt", f"User-agent: *\nCrawl-delay: {told}\n".encode(), "text/plain")
    more = ("-a", "sections=home", "-s", "MEDIA_ENABLED=False", "-s", f"AUTOTHROTTLE_MAX_DELAY={longest}")
    assert shell.crawl("carousel", "chinalco", site.base_url("chinalco"), *more).returncode == 0
    times = [request.at for request in site.requests if request.path != "/robots.txt"]
    assert len(times) > 3 and min(after - before for before, after in pairwise(times)) > 0.15
