"""Stories, revisions and what becomes of an event that cannot be stored."""

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError

from storage import Archive, ArchiveError, Run
from storage.queries import runs
from storage.records import Byline, Event, Fetched, ListRead, Problem, Row, Site, Slide, SliderRead, Trouble, WalkEnded
from tests.storage.conftest import Clock, Rows
from tests.storage.samples import (
    DAY,
    HOST,
    LONG,
    SECTIONS,
    SITE,
    address,
    failed,
    listed,
    page,
    read,
    row,
    slide,
    slider,
)


def test_a_story_at_two_addresses_is_one_article(run: Run, rows: Rows) -> None:
    first, second = page(7), page(9, "gsyw", body=page(7).body, title="题目")
    counts = run.record([listed("tplb", row(7)), listed("gsyw", row(9, "gsyw")), read(first), read(second)])
    assert counts == {"lists": 2, "new": 1, "joined": 1}
    assert rows("SELECT title, url FROM articles") == [("题目7", first.url)]
    assert rows("SELECT url, title FROM appearances ORDER BY url") == [(second.url, "题目"), (first.url, "题目7")]
    assert rows("SELECT kind, seq FROM revisions") == [("first", 1)]


def test_the_same_number_is_the_same_story_whatever_it_says(run: Run, rows: Rows) -> None:
    assert run.record([read(page(7)), read(page(7, "gsyw", body="别的文字。" * 30))])["joined"] == 1
    # and a third address with the text of the second finds the story by it
    assert run.record([read(page(8, "zt", body="别的文字。" * 30))]) == {"joined": 1}
    assert rows("SELECT count(*) FROM articles") == [(1,)]


def test_the_same_number_elsewhere_is_another_story(archive: Archive, run: Run) -> None:
    other = Site("other", "别家", "http://other.cn/", "other")
    elsewhere = archive.begin_run("news", other, SECTIONS, {})
    run.record([read(page(7))])
    assert elsewhere.record([read(page(7, body="别的文字。" * 30, url="http://other.cn/7.html"))])["new"] == 1


def test_short_text_of_unknown_date_never_joins(run: Run) -> None:
    short: dict[str, Any] = {
        "body": "简讯。",
        "title": "简讯",
        "published_on": None,
        "date_origin": None,
        "doc_id": None,
    }
    assert run.record([read(page(1, **short)), read(page(2, **short))]) == {"new": 2}


@pytest.mark.parametrize(
    ("change", "parser", "kind"),
    [
        ({"body": LONG + "新增一句。"}, "p1", "text"),
        ({"title": "改题"}, "p1", "text"),
        ({"body": LONG.replace("。", ";")}, "p1", "cosmetic"),
        ({"source": "别处"}, "p1", "metadata"),
        ({"published_on": date(2024, 5, 12)}, "p1", "metadata"),
        ({"bylines": (Byline("reporter", "李四"),)}, "p1", "metadata"),
        ({"source": "别处"}, "p2", "parser"),
        ({"body": LONG.replace("。", "。\n")}, "p1", None),
        ({"title": "题目7 "}, "p1", None),
        ({"breadcrumb": ("首页",)}, "p1", None),
        ({}, "p2", None),
    ],
)
def test_kinds_of_revision(run: Run, rows: Rows, change: dict[str, object], parser: str, kind: str | None) -> None:
    first = page(7, body=LONG)
    after = replace(first, **change)  # type: ignore[arg-type]
    run.record([read(first)])
    counts = run.record([read(after, parser=parser)])
    assert counts == {"revised" if kind not in (None, "parser") else "unchanged": 1}
    assert rows("SELECT kind FROM revisions WHERE seq > 1") == ([(kind,)] if kind else [])
    assert rows("SELECT title, body, source FROM articles") == [(after.title, after.body, after.source)]


def test_a_revert_is_a_revision_too(run: Run, rows: Rows) -> None:
    run.record([read(page(7)), read(page(7, title="改")), read(page(7))])
    assert rows("SELECT seq, kind, title FROM revisions ORDER BY seq") == [
        (1, "first", "题目7"),
        (2, "text", "改"),
        (3, "text", "题目7"),
    ]


def test_a_story_is_found_by_an_earlier_text(run: Run, rows: Rows) -> None:
    run.record([read(page(7)), read(page(7, body="改过的文字。" * 30))])
    assert run.record([read(page(9, body=page(7).body))]) == {"joined": 1}


def test_list_date_beats_weaker_evidence(run: Run, rows: Rows) -> None:
    run.record([listed("tplb", row(7, on=date(2024, 5, 9))), read(page(7, date_origin="url"))])
    assert rows("SELECT date_origin FROM articles") == [("list",)]
    run.record([listed("gsyw", row(7, on=date(2024, 5, 10)))])  # named by another section: at once an appearance
    found = rows("SELECT date_origin, CAST(published_on AS TEXT) FROM appearances ORDER BY published_on")
    assert found == [("list", "2024-05-09"), ("list", "2024-05-10")]


def test_an_address_that_no_list_names_has_one_appearance(run: Run, rows: Rows) -> None:
    run.record([read(page(7)), read(page(7))])
    assert rows("SELECT section_id FROM appearances") == [(None,)]
    run.record([listed("gsyw", row(7))])
    assert rows("SELECT code FROM appearances a JOIN sections s ON s.id = a.section_id") == [("gsyw",)]


PICTURE = page(9).images
STORY: list[Event] = [
    listed("tplb", row(7, on=None), row(8, on=date(2024, 5, 10))),
    listed("gsyw", row(9, "gsyw", on=date(2024, 5, 12)), row(8)),
    slider(slide(1, 8)),
    read(page(7, body=LONG, title=None, date_origin="url", bylines=(), byline_text=None, images=())),
    read(page(8, body=LONG, source=None, date_origin="meta"), section="gsyw"),
    read(page(9, "gsyw", body=LONG, title="短题", images=PICTURE), section="tplb"),
    read(page(10, "zt", body=LONG, source="别处", published_on=date(2024, 1, 1), date_origin="file"), section="tplb"),
    read(page(11, "zt", body="别的文字。" * 30)),
]


@given(st.permutations(STORY), st.integers(1, len(STORY)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_face_does_not_depend_on_the_order(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], group: int
) -> None:
    assert _content(tmp_path_factory, events, group) == _content(tmp_path_factory, STORY, len(STORY))


def _content(folders: pytest.TempPathFactory, events: list[Event], group: int) -> list[object]:
    archive = Archive.open(f"sqlite:///{folders.mktemp('order')}/news.db")
    run = archive.begin_run("news", SITE, SECTIONS, {})
    for start in range(0, len(events), group):
        run.record(events[start : start + group])
    own = ("id", "first_seen", "last_seen", "article_id", "cluster_id")
    with archive.engine.connect() as connection:
        content: list[object] = []
        for sql in (
            "SELECT * FROM articles ORDER BY url",
            "SELECT a.*, b.url AS s FROM appearances a JOIN articles b ON b.id = article_id ORDER BY a.url, section_id",
            "SELECT b.*, a.url FROM bylines b JOIN articles a ON a.id = b.article_id ORDER BY a.url, ordinal",
            'SELECT i.*, a.url AS story FROM images i JOIN articles a ON a.id = i.article_id ORDER BY a.url, "order"',
            "SELECT position, p.url, a.url AS story FROM placements p JOIN articles a ON a.id = p.article_id",
        ):
            content += [
                {name: value for name, value in found.items() if name not in own}
                for found in connection.execute(text(sql)).mappings()
            ]
    archive.close()
    return content


def test_the_face_takes_each_field_from_the_first_that_states_it(run: Run, rows: Rows) -> None:
    run.record(STORY)
    found = rows("SELECT title, source, date_origin, CAST(published_on AS TEXT), url FROM articles ORDER BY id LIMIT 1")
    assert found == [("题目8", "中国铜业", "shown", "2024-05-11", address(7))]
    assert rows("SELECT name FROM bylines WHERE article_id = 1") == [("张三",)]


def test_lead_is_the_lowest_number_not_the_first_in_the_alphabet(run: Run, rows: Rows) -> None:
    run.record([read(page(10, body=LONG)), read(page(9, body=LONG))])
    assert rows("SELECT url FROM articles") == [(address(9),)]


def test_an_event_that_cannot_be_stored_costs_no_other(run: Run, rows: Rows) -> None:
    poison = read(page(8, body="坏\udc80字" + LONG))
    counts = run.record([read(page(7)), poison, read(page(9)), listed("nowhere", row(1)), listed("tplb", row(9))])
    assert counts == {"new": 2, "lists": 1, "issues": 2}
    assert rows("SELECT url FROM articles ORDER BY url") == [(address(7),), (address(9),)]
    found = rows("SELECT kind, url, detail FROM issues ORDER BY id")
    assert [(kind, url) for kind, url, _ in found] == [("not-stored", address(8)), ("not-stored", f"{HOST}/nowhere/")]
    assert "ArticleRead" in str(found[0][2]) and "nowhere" in str(found[1][2])


def test_a_date_with_an_offset_is_refused_alone(run: Run, rows: Rows, clock: Clock) -> None:
    aware = read(page(7, published_at=clock.now))
    assert run.record([aware, read(page(8))]) == {"new": 1, "issues": 1}


def test_an_address_that_cannot_be_printed_still_leaves_its_issue(run: Run, rows: Rows) -> None:
    assert run.record([Trouble(Problem("odd", "x"), "http://a/\udc80\0")]) == {"issues": 1}
    assert rows("SELECT kind FROM issues") == [("not-stored",)]


def test_an_endless_url_costs_its_row_only(run: Run, rows: Rows) -> None:
    endless = Row("http://a/" + "".join(Random(1).choices("abcdefghij0123456789", k=9000)), "长", DAY, "link")
    assert run.record([listed("tplb", endless, row(7))]) == {"lists": 1, "issues": 1}
    assert rows("SELECT url FROM listings") == [(address(7),)]


@pytest.mark.parametrize("kind", [OperationalError, DatabaseError, InternalError])  # full, malformed, read-only
def test_a_failing_database_stores_nothing_of_the_group(
    run: Run, rows: Rows, monkeypatch: pytest.MonkeyPatch, kind: type[DatabaseError]
) -> None:
    def fail(*_: object) -> None:
        raise kind("INSERT", {}, Exception("the reason"))

    monkeypatch.setattr("storage.archive.record_walk", fail)
    with pytest.raises(ArchiveError, match="the reason"):
        run.record([read(page(7)), WalkEnded("tplb")])
    assert rows("SELECT count(*) FROM articles") == [(0,)]
    assert run.counts == {}


def test_problems_and_troubles_are_issues(run: Run, rows: Rows) -> None:
    odd = page(7, problems=(Problem("unknown-label", "采编", "byline_text"),))
    assert run.record([read(odd), Trouble(Problem("no-rows", "tplb"))]) == {"new": 1, "issues": 2, "troubles": 1}
    assert rows("SELECT kind, url, field, detail FROM issues ORDER BY id") == [
        ("unknown-label", address(7), "byline_text", "采编"),
        ("no-rows", None, None, "tplb"),
    ]


def test_a_run_left_over_was_interrupted(archive: Archive, run: Run, rows: Rows) -> None:
    carousel = archive.begin_run("carousel", SITE, SECTIONS, {})
    again = archive.begin_run("news", SITE, SECTIONS, {})
    again.record([read(page(7))])
    again.end("good")
    assert rows("SELECT spider, outcome FROM runs ORDER BY id") == [
        ("news", "interrupted"),
        ("carousel", "interrupted"),
        ("news", "good"),
    ]
    with archive.engine.connect() as connection:
        newest = runs(connection)[0]
    assert (newest.id, newest.counts) == (again.id, {"new": 1})
    assert carousel.id != run.id


# -- carousel


def test_a_placement_lasts_while_nothing_of_it_changes(run: Run, rows: Rows, clock: Clock) -> None:
    run.record([slider(slide(1, 7), slide(2, 8))])
    clock.forward(hours=1)
    assert run.record([slider(slide(1, 7), slide(2, 8, "新题"))]) == {
        "sliders": 1,
        "placements_opened": 1,
        "placements_closed": 1,
    }
    clock.forward(hours=1)
    assert run.record([slider(slide(1, 9), slide(2, 7))])["placements_closed"] == 2
    stays = rows("SELECT position, url, headline, left_at IS NULL FROM placements ORDER BY id")
    assert [(position, url, headline, bool(open_)) for position, url, headline, open_ in stays] == [
        (1, address(7), "要闻", False),
        (2, address(8), "要闻", False),
        (2, address(8), "新题", False),
        (1, address(9), "要闻", True),
        (2, address(7), "要闻", True),
    ]


def test_a_page_without_its_slider_closes_nothing(run: Run, rows: Rows) -> None:
    run.record([slider(slide(1, 7))])
    assert run.record([slider()]) == {"sliders": 1}
    assert rows("SELECT count(*) FROM placements WHERE left_at IS NULL") == [(1,)]


def test_a_slide_gets_its_story_when_it_is_stored(run: Run, rows: Rows) -> None:
    run.record([slider(slide(1, 7), Slide(2, None, "无链接", "p.jpg", None))])
    assert rows("SELECT article_id FROM placements ORDER BY position") == [(None,), (None,)]
    run.record([read(page(7))])
    assert rows("SELECT article_id FROM placements ORDER BY position") == [(1,), (None,)]
    run.record([slider(slide(3, 7))])
    assert rows("SELECT article_id FROM placements WHERE position = 3") == [(1,)]


def test_off_host_slides_are_leads(run: Run, rows: Rows) -> None:
    away = Slide(1, "http://mp.weixin.qq.com/s/1", "微信", None, "link")
    assert run.record([SliderRead("home", Fetched(f"{HOST}/", 200), (away,))])["leads"] == 1
    assert rows("SELECT state, kind FROM urls WHERE kind <> 'list'") == [("lead", "link")]


def test_files_wait_but_are_never_due(run: Run) -> None:
    file = Row(f"{HOST}/tplb/P1.pdf", "公告", DAY, "file")
    assert run.record([ListRead("tplb", Fetched(f"{HOST}/tplb/", 200), 1, (file,))]) == {"lists": 1, "files": 1}
    assert run.pending(["tplb"]) == []


def test_failures_set_state_and_next_date(run: Run, rows: Rows, clock: Clock) -> None:
    run.record([read(page(7))])
    assert run.record([failed(7, "pending"), failed(8, "pending"), failed(9, "refused", 403)]) == {
        "pending": 2,
        "refused": 1,
        "issues": 3,
    }
    states = rows("SELECT url, state FROM urls WHERE kind = 'article' ORDER BY url")
    assert states == [(address(7), "ok"), (address(8), "pending"), (address(9), "refused")]
    run.record([failed(7, "missing", 404)])
    assert rows("SELECT state, last_status FROM urls WHERE missing_since IS NOT NULL") == [("missing", 404)]
    run.record([read(page(7))])
    assert rows("SELECT count(*) FROM urls WHERE missing_since IS NOT NULL") == [(0,)]
