"""What the archive says of each section's runs: `newsarchive health`, view `coverage`."""

import json
from datetime import date

from click.testing import CliRunner

from storage import Archive, Run
from storage.cli import main
from storage.records import Event, Problem, Seen, Trouble, WalkEnded
from tests.storage.conftest import Clock, Rows
from tests.storage.samples import SECTIONS, SITE, listed, page, read, row, slide, slider


def begin(archive: Archive, *walked: str) -> Run:
    return archive.begin_run("news", SITE, SECTIONS, {}, walked)


def look(archive: Archive, *events: Event, outcome: str = "good", articles: int = 0) -> None:
    run = begin(archive, "gsyw")
    run.record(events)
    run.end(outcome, {"gsyw": Seen(0, articles, {"source": articles})})


def health(url: str) -> tuple[int, list[dict[str, object]]]:
    done = CliRunner().invoke(main, ["--archive", url, "health", "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_each_section_beside_its_earlier_runs(archive: Archive, archive_url: str, clock: Clock) -> None:
    for number, articles in enumerate((9, 2, 4)):
        look(archive, listed("gsyw", row(number), row(number + 1)), WalkEnded("gsyw"), articles=articles)
        success = clock.now
        clock.forward(days=1)
    problem = Problem("low-fill", "0 of 7", "source")
    look(archive, listed("gsyw", row(1)), Trouble(problem, "http://a/1", "gsyw"), outcome="degraded", articles=7)
    code, found = health(archive_url)
    assert code == 1
    assert found[1] == {
        "site": "chinalco",
        "section": "gsyw",
        "name": "公司要闻",
        "outcome": "degraded",
        "looked_at": clock.now.isoformat(),
        "last_success": success.isoformat(),
        "rows": 1,
        "usual_rows": 2,
        "articles": 7,
        "usual_articles": 4,
        "issues": {"low-fill": 1},
    }
    assert [section["outcome"] for section in found] == [None, "degraded", None]


def test_a_run_that_saw_no_list_is_no_health(archive: Archive, archive_url: str) -> None:
    for section in SECTIONS:
        run = begin(archive, section.id)
        run.record([listed(section.id, row(1)), WalkEnded(section.id)])
        run.end("good")
    assert health(archive_url)[0] == 0
    look(archive, outcome="failed")
    code, found = health(archive_url)
    assert (code, found[1]["outcome"], found[1]["rows"]) == (1, "failed", 0)


def test_nothing_published_is_told_from_not_looked(archive: Archive, clock: Clock, rows: Rows) -> None:
    def lists(*days: int) -> Event:
        return listed("gsyw", *(row(day, on=date(2026, 11, day)) for day in days))

    clock.forward(days=1)
    look(archive, lists(2, 1), WalkEnded("gsyw"))
    clock.forward(days=3)
    look(archive, lists(4, 3))  # cut off before its end
    clock.forward(days=1)
    look(archive, lists(5, 4), read(page(4, published_on=date(2026, 11, 4)), section="gsyw"), WalkEnded("gsyw"))
    clock.forward(days=1)
    look(archive)
    found = rows("SELECT day, walks, complete, covered, articles FROM coverage WHERE section = 'gsyw' ORDER BY day")
    assert [(str(day), *told) for day, *told in found] == [
        ("2026-11-01", 0, 0, 1, 0),
        ("2026-11-02", 1, 1, 1, 0),
        ("2026-11-03", 0, 0, 0, 0),
        ("2026-11-04", 0, 0, 1, 1),
        ("2026-11-05", 1, 0, 1, 0),
        ("2026-11-06", 1, 1, 1, 0),
    ]


def test_a_slider_covers_the_day_it_was_seen(archive: Archive, rows: Rows) -> None:
    run = begin(archive, "home")
    run.record([slider(slide(1, 7)), WalkEnded("home")])
    run.end("good")
    assert rows("SELECT walks, complete, covered FROM coverage") == [(1, 1, 1)]
