"""Real crawls of the fixture site, held against its truth field by field."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from fixtures.site import Server, serve
from storage.queries import Filter, reading
from storage.search import search
from storage.search_query import fold, folded
from tests.conftest import Shell
from tests.storage.conftest import empty_postgresql

CRAWLS = [("chinalco", "carousel"), ("chinalco", "news"), ("chalco", "news"), ("lzly", "carousel"), ("lzly", "news")]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, Server]]:
    """An archive after one crawl of everything."""
    shell = Shell(tmp_path_factory.mktemp("archive"))
    with serve() as site:
        for host, spider in CRAWLS:
            done = shell.crawl(spider, host, site.base_url(host))
            assert done.returncode == 0, done.stderr
        yield shell, site


def rows(engine: Engine, sql: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text(sql))]


def archived(engine: Engine) -> dict[str, dict[str, Any]]:
    """Every article as the archive has it, by the URL of its lead appearance."""
    articles = {row["id"]: row for row in rows(engine, "SELECT * FROM articles")}
    for article in articles.values():
        article |= {"bylines": [], "images": [], "attachments": []}
    for row in rows(engine, "SELECT * FROM bylines ORDER BY article_id, ordinal"):
        articles[row["article_id"]]["bylines"].append(
            {key: row[key] for key in ("role", "name", "affiliation", "label")}
        )
    for row in rows(engine, 'SELECT * FROM images ORDER BY article_id, "order"'):
        articles[row["article_id"]]["images"].append({key: row[key] for key in ("url", "caption")})
    for row in rows(engine, 'SELECT * FROM attachments ORDER BY article_id, "order"'):
        articles[row["article_id"]]["attachments"].append({key: row[key] for key in ("url", "name")})
    return {article["url"]: article for article in articles.values()}


@pytest.mark.parametrize(
    "field",
    [
        "title",
        "source",
        "published_on",
        "published_at",
        "date_origin",
        "body",
        "byline_text",
        "bylines",
        "images",
        "attachments",
    ],
)
def test_every_article_equals_the_truth(crawled: tuple[Shell, Server], field: str) -> None:
    shell, site = crawled
    found = archived(shell.engine())
    truth = {story["url"]: story for story in site.truth["stories"]}
    assert found.keys() == truth.keys()
    different = {}
    for url, story in truth.items():
        value, want = found[url][field], story[field]
        if field == "published_at":
            value, want = (value or "")[:16], (want or "").replace("T", " ")[:16]
        if value != want:
            different[url] = (value, want)
    assert not different


def test_no_two_stories_of_the_site_are_nearly_the_same(crawled: tuple[Shell, Server]) -> None:
    shell, _ = crawled  # they are made of the same sentences
    assert not rows(shell.engine(), "SELECT id FROM articles WHERE cluster_id IS NULL OR cluster_id <> id")
    assert rows(shell.engine(), "SELECT 1 FROM bands LIMIT 1")


def test_every_appearance_equals_the_truth(crawled: tuple[Shell, Server]) -> None:
    shell, site = crawled
    fields = ("url", "doc_id", "listed_on", "title", "source", "published_on", "date_origin", "byline_text")
    found = {
        (row["site"], row["section"], row["url"]): {key: row[key] for key in (*fields, "story")}
        for row in rows(
            shell.engine(),
            "SELECT s.id AS site, c.code AS section, a.*, b.url AS story FROM appearances a "
            "JOIN articles b ON b.id = a.article_id JOIN sections c ON c.id = a.section_id "
            "JOIN sites s ON s.id = c.site_id",
        )
    }
    truth = {
        (said["site"], said["section"], said["url"]): {key: said[key] for key in fields} | {"story": story["url"]}
        for story in site.truth["stories"]
        for said in story["appearances"]
    }
    assert found == truth


def test_placements_leads_and_refusals_equal_the_truth(crawled: tuple[Shell, Server]) -> None:
    shell, site = crawled
    engine, truth = shell.engine(), site.truth
    placements = rows(engine, "SELECT position, url, headline, picture FROM placements WHERE left_at IS NULL")
    assert placements == [
        {key: p[key] for key in ("position", "url", "headline", "picture")} for p in truth["placements"]
    ]
    for state, kind, key in (
        ("lead", "link", "leads"),
        ("refused", "article", "refused"),
    ):
        found = rows(engine, f"SELECT url FROM urls WHERE state = '{state}' AND kind = '{kind}'")
        assert {row["url"] for row in found} == {row["url"] for row in truth[key]}


def test_files_equal_the_truth(crawled: tuple[Shell, Server]) -> None:
    shell, site = crawled
    engine, truth = shell.engine(), site.truth
    hosts = {
        story["url"].split("/xw")[0].split("/tplb")[0]: story["appearances"][0]["site"] for story in truth["stories"]
    }
    kept = {row["url"]: row for row in rows(engine, "SELECT * FROM files")}
    assert kept.keys() == set(truth["downloads"])
    for url, row in kept.items():
        home, host = next((home, host) for home, host in hosts.items() if url.startswith(home + "/"))
        data = (shell.folder / row["path"]).read_bytes()
        assert data == site.body(host, url.removeprefix(home)) and len(data) == row["size"]
        assert row["sha256"] == hashlib.sha256(data).hexdigest() == Path(row["path"]).stem
    missing = {row["url"] for row in truth["missing"]}
    assert {row["url"] for row in rows(engine, "SELECT url FROM urls WHERE kind = 'file' AND state != 'ok'")} == missing
    for table in ("images", "attachments"):
        for row in rows(engine, f"SELECT url, sha256, path FROM {table}"):
            here = kept.get(row["url"], {"sha256": None, "path": None})
            assert (row["sha256"], row["path"]) == (here["sha256"], here["path"])
    assert {row["picture"] for row in rows(engine, "SELECT picture FROM placements")} <= kept.keys()
    names = sorted(url.rpartition("/")[2] for url in (*truth["downloads"], *missing))
    asked = sorted(request.path.rpartition("/")[2] for request in site.requests if "." in request.path[-5:])
    assert [name for name in asked if not name.endswith((".html", ".txt"))] == names  # each once, and no icon


def test_issues_name_what_was_wrong(crawled: tuple[Shell, Server]) -> None:
    shell, site = crawled
    found = {(row["kind"], row["url"]) for row in rows(shell.engine(), "SELECT kind, url FROM issues")}
    assert {(issue["kind"], issue["url"]) for issue in site.truth["issues"]} <= found


def test_disallowed_addresses_are_never_requested(crawled: tuple[Shell, Server]) -> None:
    _, site = crawled
    asked = {f"{request.host}{request.path}" for request in site.requests}
    assert site.truth["refused"]
    for refused in site.truth["refused"]:
        path = "/" + refused["url"].split("/", 3)[3]
        assert f"{refused['site']}{path}" not in asked


def test_second_run_stores_nothing_new_and_says_so(shell: Shell, site: Server) -> None:
    assert shell.crawl("news", "lzly", site.base_url("lzly")).returncode == 0
    before = rows(shell.engine(), "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM revisions)")
    again = shell.crawl("news", "lzly", site.base_url("lzly"))
    assert again.returncode == 0
    assert "nothing new" in again.stdout
    assert rows(shell.engine(), "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM revisions)") == before


def test_crawl_into_postgresql(shell: Shell, site: Server) -> None:
    url = empty_postgresql()
    done = shell.crawl("news", "lzly", site.base_url("lzly"), "-s", f"ARCHIVE_URL={url}")
    assert done.returncode == 0, done.stderr
    listed = {
        said["url"] for story in site.truth["stories"] for said in story["appearances"] if said["site"] == "lzly"
    } & {f"http://lzly.chinalco.com.cn{request.path}" for request in site.requests}
    exported = shell.run("newsarchive", "--archive", url, "export", "--format", "jsonl").stdout.splitlines()
    assert listed and {json.loads(line)["url"] for line in exported} == listed


def test_a_crawl_ends_with_one_line(shell: Shell, site: Server) -> None:
    done = shell.crawl("carousel", "chinalco", site.base_url("chinalco"))
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.count("\n") == 1 and done.stdout.startswith("chinalco carousel: ")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("news", "-a", "site=nowhere"), 2, "no site 'nowhere'"),
        (("news",), 2, "site=ID is needed"),
        (("weather", "-a", "site=lzly"), 2, "no spider 'weather'"),
        (("news", "-a", "site=lzly", "-a", "sections=sport"), 2, "no news section 'sport'"),
        (("news", "-a", "site=lzly", "-a", "since=yesterday"), 2, "YYYY-MM-DD"),
        (("news", "-a", "site=lzly", "-a", "colour=red"), 2, "unknown argument"),
        (("news", "-a", "site=lzly", "-a", "url=http://example.org/x.html"), 2, "not on lzly's hosts"),
        (("news", "-a", "site=lzly", "--fast"), 2, "unknown option --fast"),
        (("news", "-a", "site=lzly"), 2, "ARCHIVE_CONTACT"),
        (("news", "-a", "site=lzly", "-a", "base_url=http://127.0.0.1:9"), 1, "http://127.0.0.1:9"),
    ],
)
def test_expected_errors_are_one_line(shell: Shell, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = shell.run("scrapy", "crawl", *arguments)
    assert done.returncode == code
    assert said in done.stderr and "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_unwritable_archive_is_one_line(shell: Shell, site: Server) -> None:
    (shell.folder / "file").write_text("in the way")
    done = shell.crawl(
        "news", "lzly", site.base_url("lzly"), "-s", f"ARCHIVE_URL=sqlite:///{shell.folder}/file/news.db"
    )
    assert done.returncode == 1
    assert f"{shell.folder}/file" in done.stderr and "Traceback" not in done.stderr


def test_broken_profile_names_file_table_and_key(shell: Shell, tmp_path: Path) -> None:
    profile = tmp_path / "odd.toml"
    profile.write_text(
        'id = "odd"\nname = "x"\nbase_url = "http://a.com"\n[[sections]]\nid = "a"\nkind = "nws"\n', "utf-8"
    )
    done = shell.run("scrapy", "crawl", "news", "-a", f"site={profile}")
    assert done.returncode == 2
    for part in ("odd.toml", "[[sections]] 1", "kind", "'nws'"):
        assert part in done.stderr


def test_extract_prints_a_line_per_file(shell: Shell, tmp_path: Path, site: Server) -> None:
    story = next(story for story in site.truth["stories"] if story["bylines"] and story["published_on"])
    page = tmp_path / "page.html"
    host = story["appearances"][0]["site"]
    page.write_bytes(site.body(host, "/" + story["url"].split("/", 3)[3]))
    done = shell.run(
        "scrapy",
        "extract",
        str(page),
        str(tmp_path / "none.html"),
        "--site",
        host,
        "--urls",
        str(_tsv(tmp_path, page, story["url"])),
    )
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["title"], first["bylines"], first["url"]) == (story["title"], story["bylines"], story["url"])
    assert "error" in second


def _tsv(folder: Path, page: Path, url: str) -> Path:
    tsv = folder / "urls.tsv"
    tsv.write_text(f"{page}\t{url}\n", "utf-8")
    return tsv


def test_the_search_finds_what_was_crawled(crawled: tuple[Shell, Server]) -> None:
    shell, _ = crawled
    assert rows(shell.engine(), "SELECT * FROM search_queue") == []
    with reading(shell.archive_url) as connection:
        stories = rows(shell.engine(), "SELECT id, title, body FROM articles ORDER BY id")
        for story in stories[::7]:
            word = story["body"][10:14].strip() or story["title"][:2]
            expected = {row["id"] for row in stories if fold(word) in folded(row["title"], row["body"])}
            quoted = '"' + word.replace('"', '""') + '"'
            assert {hit.article_id for hit in search(connection, quoted, Filter(), limit=1000).hits} == expected
