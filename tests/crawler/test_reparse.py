"""The captured pages read again: by `scrapy reparse`, and by a crawl that has to tell an edit from a better parser."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from fixtures.site import Server
from tests.conftest import Shell, rows
from tests.crawler.content import content
from tests.crawler.test_documents import FOLDER, PAGER, PROSE, article, show_only
from tests.crawler.test_incremental import PAGE, days_pass, history, publish
from tests.storage.conftest import empty_postgresql

_PROJECT = Path(__file__).parents[2]
# An older parser: knows no source, and leaves a word behind each headline and in each text.
_OLDER = """
_newer = _Article.page
_Article.page = lambda self: (lambda page: replace(
    page, source=None, title=(page.title or "") + "_新闻", body=page.body + "\\n上一篇", verdict="article"
))(_newer(self))
"""


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the program with another parser."""
    folder = tmp_path_factory.mktemp("older")
    for name in ("crawler", "storage"):
        shutil.copytree(_PROJECT / name, folder / name)
    with (folder / "crawler/pages/article.py").open("a") as module:
        module.write(_OLDER)
    return str(folder)


def two_shells(folder: Path) -> tuple[Shell, Shell]:
    for name in "ab":
        (folder / name).mkdir()
    return Shell(folder / "a"), Shell(folder / "b")


def crawl(shell: Shell, site: Server, spider: str = "news", **environment: str) -> str:
    where = ("-a", "site=lzly", "-a", f"base_url={site.base_url('lzly')}")
    done = shell.run("scrapy", "crawl", spider, *where, **environment)
    assert done.returncode in (0, 3), done.stderr  # a bad parser is noticed
    return done.stdout


def reparse(shell: Shell, *options: str) -> subprocess.CompletedProcess[str]:
    return shell.run("scrapy", "reparse", *options)


def test_an_archive_of_an_older_parser_becomes_that_of_the_current_one(
    site: Server, older: str, tmp_path: Path
) -> None:
    shell, current = two_shells(tmp_path)
    crawl(shell, site, PYTHONPATH=older)
    crawl(current, site)
    asked, checked = len(site.requests), rows(shell, "SELECT url, last_checked, state FROM urls ORDER BY url")
    pages = len(rows(shell, "SELECT * FROM urls WHERE article_id IS NOT NULL"))
    done = reparse(shell)
    assert (done.returncode, done.stdout) == (0, f"lzly reparse: {pages} pages, {pages} changed\n"), done.stderr
    assert len(site.requests) == asked
    assert rows(shell, "SELECT url, last_checked, state FROM urls ORDER BY url") == checked
    now, wanted = content(shell.engine()), content(current.engine())
    revisions = now.pop("revisions")
    assert [row for row in revisions if row[3] == "parser"]
    told = {(row[1], *row[4:]) for row in revisions if row[3] == "parser"}
    assert told == {(row[1], *row[4:]) for row in wanted.pop("revisions")}
    assert now == wanted
    assert rows(shell, "SELECT spider, outcome FROM runs ORDER BY id")[-1] == ("reparse", "good")
    assert reparse(shell).stdout == f"lzly reparse: {pages} pages, 0 changed\n"


def test_a_dry_run_says_what_would_change_field_by_field(shell: Shell, site: Server, older: str) -> None:
    publish(site, PROSE.format("甲"))
    crawl(shell, site, PYTHONPATH=older)
    before = content(shell.engine())
    done = reparse(shell, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "title: 电解车间改造纪实[-_新闻-]\n" in done.stdout
    assert "source: {+澄江铝业报+}\n" in done.stdout
    assert "[-上一篇-]" in done.stdout
    assert done.stdout.endswith("lzly reparse: 1 pages, 1 would change\n")
    (line,) = reparse(shell, "--dry-run", "--json").stdout.splitlines()
    assert json.loads(line)["changes"]["source"] == [["insert", "澄江铝业报"]]
    assert content(shell.engine()) == before
    assert len(rows(shell, "SELECT * FROM runs")) == 1


def test_pages_of_one_article_and_documents_that_lead_to_it_are_read_again_as_a_crawl_reads_them(
    site: Server, tmp_path: Path, older: str
) -> None:
    show_only(site, "t20260601_300001.html", "t20260601_300005.html", "t20260601_300006.html")
    for at, name in enumerate(("t20260601_300001.html", "t20260601_300001_1.html")):
        page = article("电解车间改造纪实", PROSE.format(f"第{at}"), PROSE.format(f"乙{at}"))
        site.put("lzly", FOLDER + name, page + PAGER.format(count=2, at=at).encode())
    forward = '<html><head><meta http-equiv="refresh" content="0; url=./t20260601_300009.html"></head></html>'
    site.put("lzly", FOLDER + "t20260601_300005.html", forward.encode())
    site.put("lzly", FOLDER + "t20260601_300009.html", article("制造部月度会议", PROSE.format("丙")))
    site.put("lzly", FOLDER + "t20260601_300006.html", b"", status=301, location=FOLDER + "t20260601_300008.html")
    site.put("lzly", FOLDER + "t20260601_300008.html", article("设备检修启动", PROSE.format("丁")))
    shell, current = two_shells(tmp_path)
    crawl(shell, site, PYTHONPATH=older)
    crawl(current, site)
    assert reparse(shell).stdout == "lzly reparse: 3 pages, 3 changed\n"
    assert content(shell.engine())["articles"] == content(current.engine())["articles"]
    assert len(content(current.engine())["articles"]) == 3


def test_an_edit_is_told_from_a_better_parser(shell: Shell, site: Server, older: str) -> None:
    publish(site, PROSE.format("甲"))
    crawl(shell, site, PYTHONPATH=older)
    days_pass(shell, 1)
    publish(site, PROSE.format("甲"), more="<!-- edition 2 -->")
    assert " 0 revised, 0 gone, 2 unchanged" in crawl(shell, site)
    assert history(shell) == ["first", "parser"]
    days_pass(shell, 1)
    assert " 0 revised, 0 gone, 2 unchanged (2 x 304)" in crawl(shell, site, PYTHONPATH=older)
    days_pass(shell, 1)
    publish(site, PROSE.format("乙"))
    assert " 1 revised, 0 gone" in crawl(shell, site)
    assert history(shell) == ["first", "parser", "parser", "parser", "text"]
    bodies = [body for (body,) in rows(shell, "SELECT body FROM revisions ORDER BY seq")]
    assert bodies[-2:] == [PROSE.format("甲"), PROSE.format("乙")]
    assert rows(shell, "SELECT capture_id IS NOT NULL FROM revisions") == [(1,)] * 5


def test_what_the_current_parser_takes_for_no_article_stays_and_is_an_issue(
    shell: Shell, site: Server, older: str
) -> None:
    publish(site, PROSE.format("甲"))
    site.put("lzly", PAGE, b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>")
    crawl(shell, site, PYTHONPATH=older)
    before = content(shell.engine())
    assert before["articles"]
    assert reparse(shell).returncode == 0
    assert content(shell.engine()) == before
    assert rows(shell, "SELECT kind, url FROM issues") == [("not-an-article", f"http://lzly.chinalco.com.cn{PAGE}")]


def test_captures_that_cannot_be_read_are_named_and_cost_no_other_page(shell: Shell, site: Server, older: str) -> None:
    crawl(shell, site, PYTHONPATH=older)
    pages = len(rows(shell, "SELECT * FROM urls WHERE article_id IS NOT NULL"))
    ((name, offset, url),) = rows(
        shell,
        "SELECT c.file, c.offset, u.url FROM captures c JOIN urls u ON u.capture_id = c.id "
        "WHERE u.article_id IS NOT NULL ORDER BY c.offset DESC LIMIT 1",
    )
    os.truncate(shell.folder / name, offset + 100)
    done = reparse(shell)
    assert done.returncode == 1
    assert done.stdout == f"lzly reparse: {pages} pages, {pages - 1} changed, 1 unreadable\n"
    assert done.stderr.startswith(f"{url}: {shell.folder / name} at {offset}: ")
    assert rows(shell, "SELECT kind, url FROM issues WHERE kind <> 'low-fill'") == [("unreadable-capture", url)]


def test_since_is_the_day_of_publishing(shell: Shell, site: Server) -> None:
    crawl(shell, site)
    ((day,),) = rows(shell, "SELECT max(published_on) FROM articles")
    with shell.engine().connect() as connection:
        day_of = "coalesce(parsed ->> 'published_on', :day)"
        sql = f"SELECT count(*) FROM urls WHERE article_id IS NOT NULL AND {day_of} >= :day"
        newest = connection.execute(text(sql), {"day": day}).scalar()
    assert reparse(shell, "--since", day).stdout == f"lzly reparse: {newest} pages, 0 changed\n"


def test_on_postgresql(shell: Shell, site: Server, older: str) -> None:
    url = empty_postgresql()
    publish(site, PROSE.format("甲"))
    crawl(shell, site, PYTHONPATH=older, ARCHIVE_URL=url)
    done = shell.run("scrapy", "reparse", "--since", "2024-01-01", ARCHIVE_URL=url)
    assert done.stdout == "lzly reparse: 1 pages, 1 changed\n", done.stderr


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (("--site", "nowhere"), 2, "no site 'nowhere'"),
        (("--since", "yesterday"), 2, "--since"),
        (("--json",), 2, "--json goes with --dry-run"),
        (("more",), 2, "unknown argument more"),
        ((), 1, "no archive"),
    ],
)
def test_wrong_usage(shell: Shell, options: tuple[str, ...], code: int, why: str) -> None:
    done = reparse(shell, *options)
    assert (done.returncode, why in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr
