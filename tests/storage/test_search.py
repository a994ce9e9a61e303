"""Search: order, filters, facets, earlier text, and the index on its way."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event, text

from storage import Archive, ArchiveError, search_index
from storage.cli import main
from storage.queries import Filter, reading
from storage.records import Byline
from storage.search import Facet, facets, search
from tests.storage.samples import SECTIONS, SITE, listed, page, read, row
from tests.storage.test_search_scan import ids


@pytest.fixture
def filled(archive: Archive) -> Archive:
    run = archive.begin_run("news", SITE, SECTIONS, {})
    people = (Byline("photographer", "李四"), Byline("reporter", "王五"))
    run.record(
        [
            listed("gsyw", row(2, "gsyw")),
            read(page(1, title="铝土矿", body="一次", published_on=date(2023, 1, 1))),
            read(page(2, "gsyw", title="要闻", body="铝土矿、铝土矿、铝土矿。", source="北岭报"), section="gsyw"),
            read(page(3, title="要闻", body="长" * 200 + "㎡…铝土矿" + "长" * 200, published_on=date(2025, 1, 1))),
            read(page(4, title="无日期", body="铝土矿石", published_on=None, date_origin=None, bylines=people)),
        ]
    )
    run.end("good")
    return archive


def test_order_and_filters(filled: Archive) -> None:
    with filled.engine.connect() as connection:

        def by(**fields: Any) -> list[int]:
            return ids(connection, "铝土矿", Filter(**fields))

        assert ids(connection, "铝土矿") == [3, 2, 1, 4]
        assert ids(connection, "铝土矿", order="rank") == [1, 2, 3, 4]
        assert by(site="chinalco") == [3, 2, 1, 4] and by(section="gsyw") == [2]
        assert by(source="北岭报") == [2] and by(source="北岭") == []
        assert by(person="张三") == [3, 2, 1] and by(person="张三", role="editor") == []
        assert by(role="photographer") == [4] and by(person="王五", role="reporter") == [4]
        assert by(since=date(2024, 1, 1)) == [3, 2] and by(until=date(2023, 1, 1)) == [1]
        with pytest.raises(ArchiveError, match="no site 'x'"):
            search(connection, "铝", Filter(site="x"))
        counted = facets(connection, "铝土矿", Filter())
        assert (counted.covered, counted.complete) == (4, True)
        assert counted.sites == [Facet("chinalco", "chinalco", 4)]
        assert counted.sections == [Facet("gsyw", "公司要闻", 1)]
        assert counted.sources == [Facet("中国铜业", "中国铜业", 3), Facet("北岭报", "北岭报", 1)]
        assert counted.people[0] == Facet("张三", "张三", 3)
        assert counted.years == [Facet(year, year, 1) for year in ("2025", "2024", "2023")]


def test_a_page_far_down_reads_a_few_texts_at_a_time(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "BATCH", 2)
    read_at_once = []

    @event.listens_for(filled.engine, "before_cursor_execute")
    def asked(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if "articles.body" in statement:
            read_at_once.append(len(parameters))

    with filled.engine.connect() as connection:
        pages = [search(connection, "铝土矿", Filter(), limit=2, offset=offset) for offset in (1, 2, 9)]
    assert [[hit.article_id for hit in page.hits] for page in pages] == [[2, 1], [1, 4], []]
    assert [page.total for page in pages] == [None, 4, 4]
    assert max(read_at_once) == 2


def test_the_snippet_shows_the_words_where_they_stand(filled: Archive) -> None:
    with filled.engine.connect() as connection:
        hit = search(connection, "铝土矿 要闻", Filter(since=date(2025, 1, 1))).hits[0]
    assert hit.headline == (("要闻", True),)
    assert hit.snippet[0] == ("…", False) and hit.snippet[-1] == ("…", False)
    assert [part for part, is_hit in hit.snippet if is_hit] == ["铝土矿"]
    assert "㎡…铝土矿长" in "".join(part for part, _ in hit.snippet)


def test_earlier_text_is_found_with_history_only(filled: Archive) -> None:
    run = filled.begin_run("news", SITE, SECTIONS, {})
    run.record([read(page(1, title="铝土矿", body="两次")), read(page(1, title="铝土矿", body="三次"))])
    for _ in ("behind", "indexed"):
        with filled.engine.connect() as connection:
            assert ids(connection, "两次") == ids(connection, "一次") == ids(connection, "铝土矿 一次") == []
            assert ids(connection, "一次 三次", history=True) == []  # never said at one time
            (hit,) = search(connection, "一次", Filter(), history=True).hits
            assert (hit.article_id, hit.earlier, hit.snippet) == (1, True, (("一次", True),))
            assert ids(connection, "铝土矿", history=True) == [3, 2, 1, 4]
            assert [hit.earlier for hit in search(connection, "三次", Filter(), history=True).hits] == [False]
        run.end("good")


def _stale(archive: Archive) -> Sequence[Any]:
    with archive.engine.connect() as connection:
        return connection.execute(text("SELECT article_id FROM search_queue")).all()


def test_the_index_follows_edits_dates_and_reparsing(filled: Archive) -> None:
    assert not _stale(filled)
    run = filled.begin_run("news", SITE, SECTIONS, {})
    run.record([read(page(4, title="无日期", body="已改正", published_on=date(2026, 1, 1))), read(page(5))])
    assert [row.article_id for row in _stale(filled)] == [4, 5]
    run.end("good")
    assert not _stale(filled)
    for _ in ("as it was brought up to date", "made anew"):
        with filled.engine.connect() as connection:
            assert ids(connection, "铝土矿") == [3, 2, 1]
            assert ids(connection, "已改正", Filter(since=date(2026, 1, 1))) == [4]
            sqlite = connection.dialect.name == "sqlite"
            holds = "search_index MATCH '\"铝土\"'" if sqlite else "tokens @@ '铝土'::tsquery"
            asked = text(f"SELECT count(*) FROM search_index WHERE {holds}")
            assert connection.execute(asked).scalar() == 3  # nothing is left of what was edited
        assert list(filled.index(anew=True)) == [1, 2, 3, 4, 5]


def _newsarchive(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", url, *arguments])


def test_the_commands(filled: Archive, archive_url: str) -> None:
    found = json.loads(_newsarchive(archive_url, "search", "铝土矿", "NOT", "要闻", "--json").stdout)
    assert [hit["article_id"] for hit in found["hits"]] == [1, 4] and found["total"] == 2
    told = _newsarchive(archive_url, "search", "铝土矿", "--limit", "1", "--until", "2023-12-31").stdout
    assert "2023-01-01  中国铜业  [铝土矿]\n" in told and told.endswith("1 found\n")
    assert "there are more" in _newsarchive(archive_url, "search", "铝土矿", "--limit", "1").stdout
    wrong = _newsarchive(archive_url, "search", "NOT", "铝土矿")
    assert wrong.exit_code == 1 and wrong.stderr.startswith("Error: cannot search") and wrong.stderr.count("\n") == 1
    assert _newsarchive(archive_url, "index").stdout == "0 articles indexed\n"
    assert _newsarchive(archive_url, "index", "--rebuild").stdout == "4 articles indexed\n"
    exported = _newsarchive(archive_url, "export", "--format", "jsonl", "--person", "李四").stdout
    assert [json.loads(line)["id"] for line in exported.splitlines()] == [4]


def test_an_archive_from_before_there_was_a_search(filled: Archive, archive_url: str) -> None:
    with filled.engine.begin() as connection:
        for later in ("search_index", "search_queue", "signatures", "bands", "likenesses"):
            connection.execute(text(f"DROP TABLE {later}"))
        indexes = ("revisions_changes", "articles_source_published_on", "articles_cluster_id")
        for later in (*indexes, "appearances_section_id_article_id"):
            connection.execute(text(f"DROP INDEX ix_{later}"))
        connection.execute(text("CREATE INDEX ix_appearances_section_id ON appearances (section_id)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    assert _newsarchive(archive_url, "upgrade").exit_code == 0
    for _ in ("queued", "indexed"):
        with reading(archive_url) as connection:
            assert ids(connection, "铝土矿") == [3, 2, 1, 4]
        _newsarchive(archive_url, "index")


def test_killed_while_indexing_then_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/news.db"
    archive = Archive.open(url, folder=str(tmp_path))
    run = archive.begin_run("news", SITE, SECTIONS, {})
    for first in range(0, 3000, 500):
        run.record([read(page(n, body=f"第{n}号。{'铝土矿' * 30}{n}")) for n in range(first, first + 500)])
    killed = subprocess.Popen([str(Path(sys.executable).parent / "newsarchive"), "--archive", url, "index"])
    while len(_stale(archive)) == 3000:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert 0 < len(_stale(archive)) < 3000
    for _ in ("killed", "whole"):
        with reading(url) as connection:
            for number in (7, 1234, 2999):
                assert ids(connection, f"第{number}号") == [number + 1]
            assert len(search(connection, "铝土矿", Filter(), limit=4000).hits) == 3000
        run.end("good")
    assert not _stale(archive)
    archive.close()
