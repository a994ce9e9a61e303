"""Run after run on a site that changes: as few requests as possible, nothing missed, every change on record."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock
from sqlalchemy import text

from fixtures.site import Server
from tests.conftest import Shell, rows
from tests.crawler.test_documents import FOLDER, HOME, PROSE, article, show_only

LINE = re.compile(
    r"lzly news: (?P<new>\d+) new, (?P<revised>\d+) revised, (?P<gone>\d+) gone, (?P<unchanged>\d+) unchanged "
    r"\((?P<same>\d+) x 304\), (?P<issues>\d+) issues?"
)
URL = f"{HOME}{FOLDER}t20260601_300001.html"


def crawl(shell: Shell, site: Server, *more: str) -> dict[str, int]:
    """The numbers of the last line."""
    done = shell.crawl("news", "lzly", site.base_url("lzly"), *more)
    match = LINE.search(done.stdout + done.stderr)
    assert match, done.stdout + done.stderr
    return {name: int(number) for name, number in match.groupdict().items()}


def days_pass(shell: Shell, days: float) -> None:
    """All that has happened so far happened earlier."""
    with shell.engine().begin() as connection:
        for table, columns in {
            "urls": ("last_checked", "missing_since", "next_due"),
            "articles": ("first_seen", "last_seen", "gone_at"),
            "appearances": ("first_seen", "last_seen", "gone_at"),
            "placements": ("first_seen", "last_seen", "left_at"),
            "revisions": ("seen_at",),
        }.items():
            earlier = ", ".join(
                f"{column} = strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{days} days')" for column in columns
            )
            connection.execute(text(f"UPDATE {table} SET {earlier}"))


def test_an_unchanged_site_costs_its_lists_and_what_is_due(shell: Shell, site: Server) -> None:
    crawl(shell, site)
    first = len(site.requests)
    counts = crawl(shell, site)
    lists = [request for request in site.requests[first:] if request.path != "/robots.txt"]
    assert counts == {"new": 0, "revised": 0, "gone": 0, "unchanged": len(lists), "same": len(lists), "issues": 0}
    known = {url for (url,) in rows(shell, "SELECT url FROM urls WHERE article_id IS NOT NULL")}
    assert not known & {f"{HOME}{request.path}" for request in lists}
    days_pass(shell, 1)
    counts = crawl(shell, site)
    # of pages more than two months old the 180th part has its turn
    assert counts["unchanged"] == counts["same"] == len(lists) + -(-len(known) // 180)
    assert crawl(shell, site)["unchanged"] == len(lists)


PAGE = FOLDER + "t20260601_300001.html"


def publish(site: Server, *paragraphs: str, title: str = "电解车间改造纪实", more: str = "") -> None:
    """One article of today, so that it is due every day; nothing else is listed."""
    show_only(site, "t20260601_300001.html")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    page = article(title, *paragraphs, more=more, meta=f"来源: 澄江铝业报时间: {today}")
    site.put("lzly", PAGE, page)


def history(shell: Shell) -> list[str]:
    return [kind for (kind,) in rows(shell, "SELECT kind FROM revisions ORDER BY seq")]


def test_an_edit_is_a_revision_and_a_new_edition_of_the_same_text_is_none(shell: Shell, site: Server) -> None:
    publish(site, PROSE.format("甲"))
    assert crawl(shell, site)["new"] == 1
    days_pass(shell, 1)
    publish(site, PROSE.format("甲"), more="<!-- edition 2 -->")
    counts = crawl(shell, site)
    assert (counts["revised"], counts["unchanged"] - counts["same"]) == (0, 1)
    days_pass(shell, 1)
    publish(site, PROSE.format("乙"))
    assert crawl(shell, site)["revised"] == 1
    assert history(shell) == ["first", "text"]
    assert rows(shell, "SELECT body FROM articles") == [(PROSE.format("乙"),)]
    captures = rows(
        shell, "SELECT c.url, c.status FROM revisions r JOIN captures c ON c.id = r.capture_id ORDER BY seq"
    )
    assert captures == [(URL, 200), (URL, 200)]


@pytest.mark.parametrize("how", ["404", "410", "index", "redirect"])
def test_gone_is_confirmed_on_another_day_and_a_return_clears_it(shell: Shell, site: Server, how: str) -> None:
    publish(site, PROSE.format("甲"))
    crawl(shell, site)
    days_pass(shell, 1)
    if how == "index":
        site.put("lzly", PAGE, site.body("lzly", "/"))
    elif how == "redirect":
        site.put("lzly", PAGE, b"", status=302, location="/")
    else:
        site.put("lzly", PAGE, b"<html><body>404</body></html>", status=int(how))
    first = crawl(shell, site)
    assert (first["gone"], first["issues"]) == (0, 1)
    start = len(site.requests)
    assert crawl(shell, site)["gone"] == 0  # the same day says nothing more
    assert not any(request.path == PAGE for request in site.requests[start:])
    days_pass(shell, 1)
    assert crawl(shell, site)["gone"] == 1
    days_pass(shell, 1)
    assert crawl(shell, site)["gone"] == 0
    assert history(shell) == ["first", "gone"]
    ((body, gone_at, copy_gone_at, since),) = rows(
        shell,
        "SELECT s.body, s.gone_at, a.gone_at, u.missing_since FROM articles s "
        "JOIN appearances a ON a.article_id = s.id JOIN urls u ON u.url = a.url",
    )
    assert body == PROSE.format("甲") and gone_at == copy_gone_at == since
    days_pass(shell, 7)
    publish(site, PROSE.format("乙"))
    assert crawl(shell, site)["revised"] == 1
    assert history(shell) == ["first", "gone", "returned", "text"]
    assert rows(shell, "SELECT s.gone_at, a.gone_at FROM articles s JOIN appearances a ON a.article_id = s.id") == [
        (None, None)
    ]


def test_one_failure_is_not_gone(shell: Shell, site: Server) -> None:
    publish(site, PROSE.format("甲"))
    crawl(shell, site)
    days_pass(shell, 1)
    site.put("lzly", PAGE, b"", status=404)
    crawl(shell, site)
    days_pass(shell, 1)
    publish(site, PROSE.format("甲"))
    crawl(shell, site)
    assert history(shell) == ["first"]
    assert rows(shell, "SELECT state, missing_since FROM urls WHERE article_id IS NOT NULL") == [("ok", None)]


def test_leaving_the_list_is_not_gone(shell: Shell, site: Server) -> None:
    publish(site, PROSE.format("甲"))
    crawl(shell, site)
    show_only(site, "t20260601_300002.html")
    site.put("lzly", FOLDER + "t20260601_300002.html", article("另一篇", PROSE.format("丙")))
    for _ in range(3):
        days_pass(shell, 1)
        crawl(shell, site)
    assert rows(shell, "SELECT gone_at FROM articles") == [(None,), (None,)]


def test_what_the_carousel_showed_is_on_record(shell: Shell, site: Server) -> None:
    names = ["t20260601_300001", "t20260601_300002", "t20260601_300003"]
    for name in names:
        page = article(f"{name}纪实", PROSE.format(name))
        site.put("chinalco", f"/xwzx/tplb/202606/{name}.html", page)
    for shown in (names[:2], [names[2], names[0]], [names[2], names[0]]):
        slides = "".join(
            f'<li><a href="/xwzx/tplb/202606/{name}.html"><img src="{name}.jpg"><p>{name}要闻标题</p></a></li>'
            for name in shown
        )
        site.put("chinalco", "/", f"<html><body><div class=slider><ul>{slides}</ul></div></body></html>".encode())
        done = shell.crawl("carousel", "chinalco", site.base_url("chinalco"), "-a", "sections=home")
        assert done.returncode == 0, done.stderr
        days_pass(shell, 1)
    stays = rows(shell, "SELECT position, url, left_at IS NULL FROM placements ORDER BY first_seen, position")
    assert [(position, url[-21:-5], open_) for position, url, open_ in stays] == [
        (1, names[0], 0),
        (2, names[1], 0),
        (1, names[2], 1),
        (2, names[0], 1),
    ]
    assert rows(shell, "SELECT count(*) FROM placements WHERE article_id IS NULL") == [(0,)]


def test_a_second_crawl_of_a_site_is_turned_away(shell: Shell, site: Server) -> None:
    with FileLock(shell.folder / "lzly.lock"):
        done = shell.crawl("news", "lzly", site.base_url("lzly"))
    assert done.returncode == 1 and "another crawl of lzly is running" in done.stderr
    assert done.stderr.count("\n") == 1 and not site.requests
    assert shell.crawl("news", "lzly", site.base_url("lzly")).returncode == 0
