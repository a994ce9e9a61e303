"""`newsarchive diff` as a user runs it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from storage import Archive, Run
from storage.models import Revision
from storage.records import Byline
from tests.storage.conftest import Clock
from tests.storage.samples import LONG, address, page, read
from tests.storage.test_cli import newsarchive
from tests.storage.test_edits import sides

BODY = "\n".join(f"第{number}段{LONG[:90]}" for number in range(9))
STORY = page(7, body=BODY)
EDITED = replace(STORY, title="题目八", body=BODY.replace("第4段会议", "第4段大会"))


def diff(url: str, article_id: int = 1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(newsarchive(url, "diff", str(article_id), "--json").stdout)
    return found


def test_an_edit_shows_its_paragraph_and_little_else(archive_url: str, run: Run, clock: Clock) -> None:
    run.record([read(STORY)])
    clock.forward(days=1)
    run.record([read(EDITED)])
    beginning = LONG[:37]
    assert newsarchive(archive_url, "diff", "1").stdout.splitlines() == [
        "revision 2: text, seen 2026-11-02 08:00:00Z, compared with revision 1",
        address(7),
        "title: 题目[-7-]{+八+}",
        "body:",
        "  (3 unchanged paragraphs)",
        f"  第3段{beginning}…",
        f"  第4段[-会议-]{{+大会+}}{LONG[2:90]}",
        f"  第5段{beginning}…",
        "  (3 unchanged paragraphs)",
    ]
    (edit,) = diff(archive_url)
    assert sides(edit["changes"].pop("body")) == (STORY.body, EDITED.body)
    assert edit == {
        "seq": 2,
        "kind": "text",
        "seen_at": "2026-11-02T08:00:00+00:00",
        "url": address(7),
        "before_seq": 1,
        "changes": {"title": [["equal", "题目"], ["delete", "7"], ["insert", "八"]]},
    }


def test_a_terminal_has_colours_instead_of_marks(archive_url: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.record([read(STORY), read(EDITED)])
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "题目\x1b[9;31m7\x1b[0m\x1b[4;32m八\x1b[0m" in newsarchive(archive_url, "diff", "1").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "题目[-7-]{+八+}" in newsarchive(archive_url, "diff", "1").stdout


def test_people_dates_and_pictures(archive_url: str, run: Run) -> None:
    after = replace(
        STORY,
        source=None,
        published_on=date(2024, 5, 12),
        published_at=datetime(2024, 5, 12, 9, 30),
        byline_text="作者: 李四",
        bylines=(Byline("reporter", "李四", "兰州铝业", "作者"),),
        images=(),
    )
    run.record([read(STORY), read(after)])
    assert newsarchive(archive_url, "diff", "1").stdout.splitlines()[2:] == [
        "source: [-中国铜业-]",
        "published_on: [-2024-05-11-]{+2024-05-12+}",
        "published_at: {+2024-05-12T09:30:00+08:00+}",
        "byline_text: 作者: [-张三-]{+李四+}",
        "bylines:",
        "  [-reporter 张三 作者-]",
        "  {+reporter 李四 兰州铝业 作者+}",
        "images: [-http://www.chinalco.com.cn/W7.jpg 会场-]",
    ]
    (edit,) = diff(archive_url)
    assert (edit["kind"], edit["changes"]["images"]["added"]) == ("metadata", [])
    assert edit["changes"]["bylines"]["added"] == [
        {"role": "reporter", "name": "李四", "affiliation": "兰州铝业", "label": "作者"}
    ]


def test_each_copy_is_compared_with_itself(archive_url: str, run: Run) -> None:
    copy = page(9, "gsyw", body=BODY, title="短题")
    later = replace(copy, body=BODY.replace("第0段", "第零段"))
    run.record([read(STORY), read(copy), read(EDITED), read(later), read(replace(later, title="新题")), read(STORY)])
    assert [(edit["seq"], edit["before_seq"]) for edit in diff(archive_url)] == [(2, 1), (3, 1), (4, 3), (5, 2)]
    shown = newsarchive(archive_url, "diff", "1").stdout
    # what the copy said at first was no revision: its text was the first one's, its title is not on record
    assert shown.count(f"revision 1 is another copy: {address(7)}\n") == 1
    assert "  第[-0-]{+零+}段" in shown and "title: [-短-]{+新+}题" in shown


def test_a_copy_with_another_text_is_compared_with_the_first(archive_url: str, run: Run) -> None:
    copy = page(7, "gsyw", body="别的文字。" * 30)
    run.record([read(STORY), read(EDITED), read(copy), read(replace(copy, source="别处"))])
    assert [(edit["seq"], edit["before_seq"]) for edit in diff(archive_url)] == [(2, 1), (3, 1)]


def add(archive: Archive, clock: Clock, rows: Sequence[dict[str, Any]]) -> None:
    """Further revisions of article 1, told by what is new in each."""
    with archive.engine.begin() as connection:
        stored = connection.execute(select(Revision).order_by(Revision.seq.desc()).limit(1)).mappings().one()
        last = dict(stored)
        for row in rows:
            seq = last["seq"] + 1
            last |= {"id": seq + 100, "seq": seq, "seen_at": clock.forward(days=1)} | row
            connection.execute(insert(Revision).values(last))


def test_gone_and_back(archive: Archive, archive_url: str, run: Run, clock: Clock) -> None:
    run.record([read(STORY)])
    add(archive, clock, [{"kind": "gone", "body": ""}, {"kind": "returned", "body": BODY}])
    assert newsarchive(archive_url, "diff", "1").stdout.splitlines() == [
        "revision 2: gone, seen 2026-11-02 08:00:00Z",
        address(7),
        "",
        "revision 3: returned, seen 2026-11-03 08:00:00Z",
        address(7),
    ]
    add(archive, clock, [{"kind": "gone"}, {"kind": "returned", "title": "改后"}, {"kind": "text", "title": "再改"}])
    found = [(edit["kind"], edit["before_seq"], list(edit["changes"])) for edit in diff(archive_url)]
    assert found[2:] == [("gone", 3, []), ("returned", 3, ["title"]), ("text", 5, ["title"])]


def test_another_copy_that_came_back_shows_no_text(archive: Archive, archive_url: str, run: Run, clock: Clock) -> None:
    run.record([read(STORY), read(page(9, "gsyw", body=BODY, title="短题"))])
    add(archive, clock, [{"kind": kind, "url": address(9, "gsyw"), "title": "短题"} for kind in ("gone", "returned")])
    assert [edit["changes"] for edit in diff(archive_url)] == [{}, {}]


def test_no_edits_and_no_article(archive_url: str, run: Run) -> None:
    run.record([read(STORY)])
    assert newsarchive(archive_url, "diff", "1").stdout == "no edits: only the first revision is on record\n"
    assert diff(archive_url) == []
    done = newsarchive(archive_url, "diff", "99")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "Error: no article 99 in this archive\n")


def test_an_edit_to_what_another_copy_says_shows_no_difference(archive_url: str, run: Run) -> None:
    copy = replace(STORY, url=address(9, "gsyw"), doc_id="9")
    run.record([read(STORY), read(replace(copy, title="短题")), read(copy)])
    assert newsarchive(archive_url, "diff", "1").stdout.splitlines()[0].endswith("revision 1: no difference")
