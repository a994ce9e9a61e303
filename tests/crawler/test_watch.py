"""A run that watches itself: what is not as the profile says, or as it was, makes it degraded and is named."""

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.profile import SITES, Expected
from crawler.watch import Tally, complaints
from fixtures.site import Server
from storage.records import FetchFailed, Problem, Seen
from tests.conftest import Shell, rows
from tests.crawler.test_documents import FOLDER, PROSE, article, show_only

LIST = "/xwdt/gsyw/"


def profile(folder: Path, base_url: str, **keys: object) -> str:
    """lzly's profile for a site that really is at `base_url`, with other keys for its news section."""
    path = folder / "lzly.toml"
    told = (SITES / "lzly.toml").read_text("utf-8").replace("http://lzly.chinalco.com.cn", base_url)
    section = told.index('id = "gsyw"')
    told = told[:section] + re.sub(r"(?m)^(min_rows|newest_days) = .*\n", "", told[section:])
    path.write_text(told + "".join(f"{key} = {value}\n" for key, value in keys.items()), "utf-8")
    return str(path)


def test_a_template_switched_half_way_is_reported_in_the_same_run(shell: Shell, site: Server) -> None:
    told = {story["url"]: story for story in site.truth["stories"]}
    urls = [url for url in told if url.startswith("http://lzly.chinalco.com.cn" + LIST)]
    switched = urls[::2]
    for url in switched:
        path = urlsplit(url).path
        # the source is drawn into a picture, the time written by a script
        put = re.sub(
            r"来源\s*[:：].*?(?=<div|<p|<table)", "<img src='head.png'>", site.body("lzly", path).decode(), count=1
        )
        site.put("lzly", path, re.sub("(?i)<meta name[^>]*>", "", put).encode())
    done = shell.crawl("news", "lzly", site.base_url("lzly"))
    assert done.returncode == 3
    found = rows(
        shell,
        "SELECT i.kind, i.field, i.url, s.code FROM issues i JOIN sections s ON s.id = i.section_id "
        "WHERE i.kind = 'low-fill'",
    )
    assert {(kind, field, code) for kind, field, _, code in found} >= {("low-fill", "source", "gsyw")}
    for _, field, url, _ in found:
        assert "公司要闻: " in done.stderr and f"state {field}" in done.stderr and url in done.stderr
        assert url in switched
    honest = dict(rows(shell, "SELECT url, source FROM articles"))
    assert {url: honest[url] for url in urls if url not in switched} == {
        url: told[url]["source"] for url in urls if url not in switched
    }
    assert {honest[url] for url in switched if url in honest} <= {None, *(told[url]["source"] for url in switched)}


def test_too_few_rows_and_rows_too_old_degrade_a_run(shell: Shell, site: Server) -> None:
    path = profile(shell.folder, site.base_url("lzly"), min_rows=11, newest_days=1)
    done = shell.run("scrapy", "crawl", "news", "-a", f"site={path}")
    assert done.returncode == 3
    found = rows(shell, "SELECT kind, field, url FROM issues WHERE kind IN ('few-rows', 'stale') ORDER BY kind, url")
    home = site.base_url("lzly") + LIST
    assert found == [
        ("few-rows", "rows", home),
        ("few-rows", "rows", f"{home}index_1.html"),
        ("stale", "listed_on", home),
    ]
    assert "公司要闻: page 1 has 10 rows, 11 are expected at least" in done.stderr
    assert re.search(r"公司要闻: the newest row is \d+ days old, 1 are expected at most", done.stderr)


def test_a_copy_of_a_site_may_be_old(shell: Shell, site: Server) -> None:
    path = profile(shell.folder, "http://lzly.chinalco.com.cn", newest_days=1)
    done = shell.crawl("news", path, site.base_url("lzly"))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_section_is_held_against_its_last_runs(shell: Shell, site: Server) -> None:
    """Though the profile asks for nothing."""
    path = profile(shell.folder, "http://lzly.chinalco.com.cn")
    told = Path(path).read_text("utf-8")
    Path(path).write_text(re.sub("(?m)^fill = .*", "fill = {}", told), "utf-8")
    crawl = ("news", path, site.base_url("lzly"))
    assert shell.crawl(*crawl).returncode == 0
    names = [f"t20260601_{number}.html" for number in range(300001, 300011)]
    show_only(site, *names)
    for number, name in enumerate(names):
        text = PROSE.format(number) + PROSE.format(f"{number}号")
        site.put("lzly", FOLDER + name, article(f"检修第{number}日", text, meta="时间: 2026-06-01"))
    done = shell.crawl(*crawl)
    assert done.returncode == 3
    assert "公司要闻: 0 of 10 articles state source, 96% did in the runs before" in done.stderr
    assert shell.crawl(*crawl).returncode == 0  # nothing read anew: nothing to say


@pytest.mark.parametrize(
    ("now", "least", "earlier", "found"),
    [
        ((20, 18), 0.9, [], None),
        ((20, 17), 0.9, [], "17 of 20"),
        ((4, 0), 0.9, [], None),  # too few to tell
        ((4, 0), 0.9, [(20, 20)], "20 of 24"),  # but not with those before them
        ((1, 0), 0.5, [(10, 9), (10, 9)], None),
        ((10, 0), 0, [(25, 24)], "0 of 10"),
        ((10, 7), 0, [(25, 24)], None),
        ((10, 0), 0, [(25, 3)], None),  # chance
        ((100, 0), 0, [(25, 3)], "0 of 100"),
        ((10, 0), 0, [(19, 19)], None),
    ],
)
def test_when_a_field_is_stated_too_rarely(
    now: tuple[int, int], least: float, earlier: list[tuple[int, int]], found: str | None
) -> None:
    tally = Tally(articles=now[0], stated=Counter(source=now[1]), lacking={"source": "http://a/1"})
    before = [Seen(10, pages, {"source": stated}) for pages, stated in earlier]
    told = list(complaints(tally, Expected(1, None, {"source": least}), before, None))
    assert [(problem.kind, problem.field, url) for problem, url in told] == (
        [("low-fill", "source", "http://a/1")] if found else []
    )
    assert not found or told[0][0].detail.startswith(found)


def test_what_is_no_article_counts_once() -> None:
    tally = Tally()
    for status in (200, 304):
        problem = Problem("not-an-article", "login form")
        tally.take(FetchFailed("http://a/1", "article", "refused", problem, status, section="gsyw"))
    assert tally.articles == 1


@pytest.mark.parametrize(("before", "now", "told"), [([10] * 5, 4, True), ([10] * 5, 5, False), ([10] * 4, 1, False)])
def test_when_a_list_has_fewer_rows_than_usual(before: list[int], now: int, told: bool) -> None:
    tally = Tally(rows=now, url="http://a/", newest=date(2026, 11, 1))
    found = list(complaints(tally, Expected(1, None, {}), [Seen(rows, 0, {}) for rows in before], None))
    assert bool(found) == told


def test_when_a_list_is_stale() -> None:
    tally, today = Tally(rows=9, url="http://a/", newest=date(2026, 11, 1)), date(2026, 11, 1)
    expected = Expected(1, 30, {})
    assert not list(complaints(tally, expected, [], today + timedelta(days=30)))
    assert list(complaints(tally, expected, [], today + timedelta(days=31)))
