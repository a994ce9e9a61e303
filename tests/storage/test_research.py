"""open_archive: what a notebook sees."""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage import Archive, ArchiveError, Filter, OpenArchive, open_archive
from storage.records import Attachment, Byline
from storage.views import ARTICLES
from tests.storage.conftest import Clock, empty_postgresql
from tests.storage.samples import DAY, SECTIONS, SITE, address, listed, page, read, row, slide, slider


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path_factory.mktemp('research')}/news.db" if sqlite else empty_postgresql()
    people = (Byline("reporter", "张三", "兰州铝业", "记者"), Byline("editor", "王五"))
    story = page(
        7,
        published_at=datetime(2024, 5, 11, 9, 30),
        bylines=people,
        attachments=(Attachment("http://a/P.pdf", "附件"),),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.archive.utc_now", Clock())
        archive = Archive.open(url)
        run = archive.begin_run("news", SITE, SECTIONS, {"since": "2024-01-01"})
        undated = page(9, published_on=None, date_origin=None, bylines=())
        run.record([listed("tplb", row(7)), slider(slide(1, 7)), read(story), read(undated)])
        run.record([read(replace(story, source="别处"))])
        run.end("good")
        archive.close()
    return url


def test_articles_are_whole_and_typed(filled: str) -> None:
    with open_archive(filled) as archive:
        first, second = archive.articles()
        (only,) = archive.articles(Filter(section="tplb", since=DAY))
        assert first == only
        assert (first.title, first.published_on, first.published_at) == ("题目7", DAY, datetime(2024, 5, 11, 9, 30))
        assert first.source == "别处" and first.first_seen == datetime(2026, 11, 1, 8, tzinfo=UTC)
        assert [copy.section for copy in first.appearances] == ["tplb", "home"]
        assert first.appearances[0].listed_on == DAY and first.bylines[0] == Byline(
            "reporter", "张三", "兰州铝业", "记者"
        )
        assert (second.published_on, second.bylines) == (None, ())
        with pytest.raises(ArchiveError, match="no section 'x'"):
            next(archive.articles(Filter(section="x")))


def test_one_article_its_edits_the_carousel_and_the_runs(filled: str) -> None:
    with open_archive(filled) as archive:
        story = archive.article(1)
        assert story and story.article["title"] == "题目7" and len(story.revisions) == 2
        assert archive.article(99) is None and archive.edits(99) == []
        (edit,) = archive.edits(1)
        assert (edit.before["source"], edit.after["source"]) == ("中国铜业", "别处")
        (stay,) = archive.carousel_history()
        assert (stay.section, stay.url, stay.article_id, stay.left_at) == ("home", address(7), 1, None)
        (run,) = archive.runs()
        assert (run.outcome, run.arguments) == ("good", {"since": "2024-01-01"})


def test_search_and_family(filled: str) -> None:
    with open_archive(filled) as archive:
        found = archive.search("科技创新", limit=1)  # the dated one first
        assert ([hit.article_id for hit in found.hits], found.total) == ([1], None)
        (hit,) = archive.search("科技创新 题目9", Filter(site="chinalco"), order="rank").hits
        assert (hit.article_id, hit.published_on) == (2, None)
        assert [part for part, is_word in hit.headline if is_word] == ["题目9"]
        assert archive.search("题目 NOT 题目9", titles=True).total == 1 and archive.search("无此词").hits == []
        for wrong in ("NOT 题目", '"'):
            with pytest.raises(ArchiveError, match="cannot search"):
                archive.search(wrong)
        related = archive.family(1)
        assert related and [other["id"] for other in related.others] == [2] and archive.family(99) is None


def test_sql_reads_and_cannot_write(filled: str) -> None:
    with open_archive(filled) as archive:
        assert archive.sql("SELECT title FROM articles WHERE id = :id", id=1) == [{"title": "题目7"}]
        for wrong in ("DELETE FROM articles", "DROP VIEW edits", "SELECT nothing FROM nowhere"):
            with pytest.raises(ArchiveError) as caught:
                archive.sql(wrong)
            assert "\n" not in str(caught.value)
        assert archive.sql("SELECT count(*) AS n FROM articles") == [{"n": 2}]


def test_a_reader_does_not_hold_up_a_crawl_and_sees_what_it_adds(tmp_path: Path) -> None:
    archive = Archive.open(f"sqlite:///{tmp_path}/news.db")
    run = archive.begin_run("news", SITE, SECTIONS, {})
    with open_archive(f"sqlite:///{tmp_path}/news.db") as reader:
        run.record([read(page(9))])
        articles = reader.articles()
        assert next(articles).title == "题目9"
        run.record([read(page(10))])
        assert len(list(reader.articles())) == 2
    run.end("good")
    archive.close()


def test_dataframe(filled: str) -> None:
    with open_archive(filled) as archive:
        frame = archive.dataframe()
        none = archive.dataframe(Filter(until=date(2000, 1, 1)))
    assert frame["reporters"][0] == "张三" and list(frame.columns) == ARTICLES.c.keys() == list(none.columns)
    for found in (frame, none):
        kinds = {name: str(found[name].dtype).partition("[")[0] for name in ("published_on", "published_at", "gone_at")}
        assert set(kinds.values()) == {"datetime64"}
        assert str(found["first_seen"].dtype).endswith("UTC]") and "UTC" not in str(found["published_at"].dtype)


def test_without_pandas_it_says_so(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with open_archive(filled) as archive, pytest.raises(ArchiveError, match="pip install pandas"):
        archive.dataframe()


def test_no_archive_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArchiveError, match="no archive at"):
        open_archive()
    Archive.open(f"sqlite:///{tmp_path}/archive/news.db").close()
    archive = open_archive()
    assert isinstance(archive, OpenArchive) and list(archive.articles()) == []
    archive.close()
