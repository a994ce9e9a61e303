"""The table of faults in docs/operating.md and the tests agree."""

import re
from pathlib import Path

from tests.faults.test_articles import GARBLED, ODD

_HERE = Path(__file__)
_PROJECT = _HERE.parents[2]


def test_every_fault_is_in_the_table_and_every_row_has_a_test() -> None:
    chapter = (_PROJECT / "docs" / "operating.md").read_text("utf-8").split("## Faults of servers")[1]
    rows = [line.strip("| ").split(" | ") for line in chapter.split("\n## ")[0].splitlines() if line.startswith("| ")]
    named = {name for _, _, tests in rows[1:] for name in re.findall(r"`(test_\w+)`", tests)}
    files = {file: file.read_text("utf-8") for file in (_PROJECT / "tests").rglob("test_*.py") if file != _HERE}
    tests = {name for text in files.values() for name in re.findall(r"(?m)^def (test_\w+)", text)}
    ours = {
        name
        for file, text in files.items()
        if file.parent == _HERE.parent
        for name in re.findall(r"(?m)^def (test_\w+)", text)
    }
    assert ours <= named <= tests
    faults = {fault for first, _, _ in rows for fault in re.split("; |: ", first)}
    cases = {case for text in files.values() if "tests.faults.odd" in text for case in re.findall(r'id="(.+?)"', text)}
    assert {*ODD, *GARBLED, *cases} <= faults
