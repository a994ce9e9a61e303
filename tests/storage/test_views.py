"""The views, beside what the tables say."""

from dataclasses import replace

from storage import Archive, Run
from storage.queries import edits
from storage.records import Byline
from tests.storage.conftest import Clock, Rows
from tests.storage.samples import LONG, address, failed, listed, page, read, row, slide, slider


def test_articles_current(run: Run, rows: Rows) -> None:
    people = (Byline("reporter", "乙"), Byline("editor", "丁"), Byline("reporter", "甲"), Byline("reporter", "乙"))
    story = page(7, bylines=people)
    run.record(
        [
            listed("tplb", row(7)),
            listed("gsyw", row(7), row(8, "gsyw")),
            read(story),
            read(replace(story, url=address(8, "gsyw"))),
            read(page(9, body="短", bylines=(), images=())),
        ]
    )
    names = "site, reporters, correspondents, editors, sections, urls, images"
    first, second = rows(f"SELECT {names} FROM articles_current ORDER BY id")
    assert first == (
        *("chinalco", "乙、甲", None, "丁", "chinalco/tplb chinalco/gsyw"),
        *(f"{address(7)} {address(8, 'gsyw')}", "http://www.chinalco.com.cn/W7.jpg"),
    )
    assert second == ("chinalco", None, None, None, None, address(9), None)


def test_carousel_history(run: Run, rows: Rows, clock: Clock) -> None:
    run.record([slider(slide(1, 7), slide(2, 8)), read(page(7))])
    clock.forward(days=1)
    run.record([slider(slide(1, 8), slide(2, 7))])
    columns = "section, section_name, position, url, title, left_at IS NULL"
    assert rows(f"SELECT {columns} FROM carousel_history ORDER BY first_seen, position") == [
        ("home", "首页", 1, address(7), "题目7", False),
        ("home", "首页", 2, address(8), None, False),
        ("home", "首页", 1, address(8), None, True),
        ("home", "首页", 2, address(7), "题目7", True),
    ]


def test_edits(archive: Archive, run: Run, rows: Rows, clock: Clock) -> None:
    copy = replace(page(7), url=address(8, "gsyw"))
    changed = replace(page(7), title="新题", body=f"改。{LONG}")
    for event in (
        read(page(7)),
        read(copy),
        read(changed),
        read(replace(copy, source="别处", bylines=())),
        read(page(7)),
    ):
        run.record([event])
        clock.forward(hours=1)
    for _ in range(2):
        run.record([failed(7, "missing", 404)])
        clock.forward(days=2)
    run.record([read(changed)])
    found = rows("SELECT seq, old_seq, kind, changed, longer_by, old_title, title FROM edits ORDER BY seq")
    assert found == [
        (2, 1, "text", "title body", -2, "题目7", "新题"),
        (3, 1, "metadata", "source bylines", 0, "题目7", "题目7"),
        (4, 2, "text", "title body", 2, "新题", "题目7"),
        (5, 4, "gone", "", 0, "题目7", "题目7"),
        (6, 4, "returned", "", 0, "题目7", "题目7"),
        (7, 6, "text", "title body", -2, "题目7", "新题"),
    ]
    assert rows("SELECT DISTINCT old_url <> url FROM edits WHERE seq = 3") == [(True,)]
    with archive.engine.connect() as connection:
        pairs = [(edit.after["seq"], edit.before["seq"]) for edit in edits(connection, 1) or []]
    assert pairs == [row[:2] for row in found]
