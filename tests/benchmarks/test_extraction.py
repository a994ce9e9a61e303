"""The benchmark as a user runs it, without the peers: they have a venv of their own."""

import json
from pathlib import Path

import pytest

from tests.conftest import Shell

_PAGES = Path(__file__).parents[3] / "shared" / "pages"
_BENCH = ("python", "-m", "benchmarks.extraction", "--only", "ours", "--rounds", "1")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """One page, and a judge who has made up his mind."""
    folder = tmp_path / "pages"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "gold.json").write_text('{"id": "a"}')
    (folder / "a" / "page.html").write_text("<title>铝</title>", "utf-8")
    (folder / "score.py").write_text(
        """print('''field                 all    gov/org/state
title          0.500 (2)        1.000 (1)
false          0.500 (2)                -''')"""
    )
    return folder


def test_shared_pages_are_read_as_well_as_ever(shell: Shell) -> None:
    done = shell.run(*_BENCH, "--check")
    assert done.returncode == 0, done.stderr
    if _PAGES.is_dir():
        assert "gov/org/state" in done.stdout
    else:
        assert f"no pages with a score.py at {_PAGES}" in done.stdout


def test_without_pages_it_says_where_it_looked(shell: Shell, tmp_path: Path) -> None:
    done = shell.run(*_BENCH, "--check", "--pages", str(tmp_path / "none"))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{tmp_path}/none" in done.stdout
    assert "--pages DIR" in done.stdout


@pytest.mark.parametrize(
    ("floors", "breaches"),
    [
        ("[all]\ntitle = 0.5\nfalse = 0.5\n['gov/org/state']\ntitle = 1.0\n[run]\nfailed = 0", []),
        (
            "[all]\ntitle = 0.51\nfalse = 0.49\n['gov/org/state']\nfalse = 0.0",
            [
                "all title: at least 0.51, seen 0.5",
                "all false: at most 0.49, seen 0.5",
                "gov/org/state false: at most 0.0, seen nothing",
            ],
        ),
    ],
)
def test_breached_floors_are_named(shell: Shell, pages: Path, tmp_path: Path, floors: str, breaches: list[str]) -> None:
    file = tmp_path / "floors.toml"
    file.write_text(floors)
    done = shell.run(*_BENCH, "--check", "--pages", str(pages), "--floors", str(file))
    assert done.stderr.splitlines() == breaches
    assert done.returncode == bool(breaches)


def test_speed_is_checked_in_a_full_run_only(shell: Shell, pages: Path, tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    file.write_text("[run]\nx_parse = 0.01")
    command = (*_BENCH, "--check", "--pages", str(pages), "--floors", str(file))
    assert shell.run(*command).returncode == 0
    done = shell.run(*command, "--rounds", "5")
    assert done.stderr.startswith("run x_parse: at most 0.01, seen ")
    assert done.returncode == 1


def test_json_has_what_the_table_shows(shell: Shell, pages: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    done = shell.run(*_BENCH, "--pages", str(pages), "--json", str(file))
    assert done.returncode == 0, done.stderr
    ours, bare = json.loads(file.read_text("utf-8"))["rows"]
    assert ours["scores"] == {"all": {"title": 0.5, "false": 0.5}, "gov/org/state": {"title": 1.0}}
    assert (ours["name"], ours["failed"], bare["name"], bare["x_parse"]) == ("ours", 0, "lxml parse", 1.0)
    assert f"{ours['ms_per_page']:.1f}" in done.stdout
