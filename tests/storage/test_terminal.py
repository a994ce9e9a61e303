"""Nothing of a page may steer the terminal it is shown on."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Archive
from storage.records import Problem, Trouble
from storage.terminal import printable
from tests.storage.samples import SECTIONS, SITE, address, listed, page, read, row

HOSTILE = "北岭\x1b]0;owned\x07\x9b2J\u202e铝业\r\x7f"
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]|\r(?!\r?\n)")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile')}/news.db"
    archive = Archive.open(url)
    run = archive.begin_run("news", SITE, SECTIONS, {"since": HOSTILE})
    first = page(7, title=HOSTILE, body=f"{HOSTILE}\n正文", source=HOSTILE, problems=(Problem("odd", HOSTILE),))
    run.record([listed("tplb", row(7)), read(first), read(page(7, title="北岭", body=f"{HOSTILE}{HOSTILE}"))])
    run.record([Trouble(Problem("odd", HOSTILE), address(7) + HOSTILE)])
    run.end("good")
    archive.close()
    return url


def seen(url: str, *arguments: str) -> str:
    """What a terminal gets."""
    ours, theirs = pty.openpty()
    command = Path(sys.executable).with_name("newsarchive")
    environment = os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "400"}
    process = subprocess.Popen(
        [command, "--archive", url, *arguments], stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=environment
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:  # EIO: the other end is closed
        pass
    os.close(ours)
    process.wait()
    return said.decode()


@pytest.mark.parametrize(
    "command",
    ["show 1", "diff 1", "runs", "stats", "export --format csv", "export --format jsonl", "show 1 --json"],
)
def test_no_command_prints_what_steers_a_terminal(hostile: str, command: str) -> None:
    said = seen(hostile, *command.split())
    assert not UNSAFE.findall(said)
    if command not in ("stats", "runs"):  # a table breaks it into lines
        assert "\\u001b]0;owned" in said and "\\u009b2J\\u202e" in said  # rich drops some by itself


def test_json_holds_the_characters_as_they_are() -> None:
    from storage.terminal import to_json

    assert not UNSAFE.search(to_json({"title": HOSTILE}))
    assert json.loads(to_json({"title": HOSTILE})) == {"title": HOSTILE}


def test_ordinary_text_stays() -> None:
    assert printable("艾力·买买提\t“铝”\n\u3000正文👨‍👩") == "艾力·买买提\t“铝”\n\u3000正文👨‍👩"


def test_error_lines(tmp_path: Path) -> None:
    assert not UNSAFE.findall(seen(f"sqlite:///{tmp_path}/\x1b[2J.db", "stats"))
