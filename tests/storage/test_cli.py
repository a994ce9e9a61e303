"""`newsarchive` as a user runs it."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from storage import Archive
from storage.cli import main
from storage.records import Attachment, Byline, Problem
from tests.storage.samples import DAY, SECTIONS, SITE, address, listed, page, read, row, slide, slider

FORMULA = '=HYPERLINK("http://a")'


@pytest.fixture
def filled(archive_url: str) -> str:
    archive = Archive.open(archive_url)
    run = archive.begin_run("news", SITE, SECTIONS, {"since": "2024-01-01"})
    story = page(
        7,
        title=FORMULA,
        published_at=datetime(2024, 5, 11, 9, 30),
        bylines=(Byline("reporter", "张三", "兰州铝业", "记者"), Byline("reporter", "李四"), Byline("editor", "王五")),
        attachments=(Attachment("http://a/P.pdf", "附件[1]"),),
        problems=(Problem("unknown-label", "采编"),),
    )
    run.record(
        [
            listed("tplb", row(7), row(8)),
            listed("gsyw", row(7)),
            slider(slide(1, 7, "很长的标题" * 30)),
            read(story),
            read(replace(story, source="别处")),
            read(page(9, published_on=None, date_origin=None, source=None, bylines=())),
        ]
    )
    run.end("good")
    archive.close()
    return archive_url


def newsarchive(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", url, *arguments])


def test_stats(filled: str) -> None:
    found = json.loads(newsarchive(filled, "stats", "--json").stdout)
    assert found["totals"] == {
        "articles": 2,
        "with_reporters": 1,
        "with_source": 1,
        "with_date": 1,
        "leads": 0,
        "open_slides": 1,
        "issues_of_last_run": 2,
    }
    assert [(one["section"], one["articles"], one["first"]) for one in found["sections"]] == [
        ("tplb", 1, str(DAY)),
        ("gsyw", 1, str(DAY)),
        ("home", 1, str(DAY)),
        (None, 1, None),
    ]
    assert "图片轮播" in newsarchive(filled, "stats").stdout


def test_show_has_everything_uncut_in_a_pipe(filled: str) -> None:
    shown = newsarchive(filled, "show", "1").stdout
    for part in (
        FORMULA,
        "张三 (记者 兰州铝业)、李四",
        "王五",
        address(7),
        "很长的标题" * 30,
        "附件[1]",
        "metadata",
        page(7).body,
    ):
        assert part in shown
    assert "\x1b" not in shown and "…" not in shown
    story = json.loads(newsarchive(filled, "show", "1", "--json").stdout)
    assert story["article"]["published_at"] == "2024-05-11T09:30:00+08:00"
    assert story["article"]["first_seen"].endswith("+00:00")
    assert [revision["kind"] for revision in story["revisions"]] == ["first", "metadata"]
    assert {place["section"] for place in story["appearances"]} == {"tplb", "gsyw", "home"}


def test_what_cannot_be_there_is_told(filled: str) -> None:
    done = newsarchive(filled, "show", "99")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "Error: no article 99 in this archive\n")
    for command in (("show", "x"), ("diff", "9" * 30), ("export", "--format", "csv", "--person", "\ud800")):
        done = newsarchive(filled, *command)
        assert (done.exit_code, done.stdout) == (2, "") and "Error: Invalid value" in done.stderr, command


def test_runs(filled: str) -> None:
    (run,) = json.loads(newsarchive(filled, "runs", "--json").stdout)
    assert (run["outcome"], run["counts"]["new"]) == ("good", 2)
    assert {(issue["kind"], issue["detail"]) for issue in run["issues"]} == {("unknown-label", "采编")}
    shown = newsarchive(filled, "runs").stdout
    assert "since=2024-01-01" in shown and "采编" in shown


def test_csv_opens_in_excel(filled: str) -> None:
    raw = newsarchive(filled, "export", "--format", "csv").stdout_bytes
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\xef\xbb\xbf") == 1
    first, second = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert first["title"] == f"'{FORMULA}" and first["published_at"] == "2024-05-11T09:30:00+08:00"
    assert first["reporters"] == "张三、李四" and first["sections"] == "chinalco/tplb chinalco/gsyw chinalco/home"
    assert first["body"] == page(7).body and second["published_on"] == ""


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\ta", "\ra", "\na", "＝1", "＋1", "－1", "＠a"])
def test_formulas_are_text(cell: str) -> None:
    from storage.export import _cell

    assert _cell(cell) == f"'{cell}" and _cell("a=1") == "a=1" and _cell(-1) == -1


def test_json_lines_and_filters(filled: str) -> None:
    def ids(*filters: str) -> list[int]:
        lines = newsarchive(filled, "export", "--format", "jsonl", *filters).stdout.splitlines()
        return [json.loads(line)["id"] for line in lines]

    assert ids() == [1, 2] == ids("--site", "chinalco")
    assert ids("--section", "tplb") == ids("--since", "2024-05-11", "--until", "2024-05-11") == [1]
    assert ids("--since", "2024-05-12") == ids("--until", "2024-05-10") == []


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [("--section", "tpbl", "tplb, gsyw, home"), ("--site", "chalco", "chinalco")],
)
def test_a_mistyped_section_names_those_there_are(
    filled: str, tmp_path: Path, option: str, name: str, said: str
) -> None:
    target = tmp_path / "out.csv"
    done = newsarchive(filled, "export", "--format", "csv", option, name, "-o", str(target))
    assert done.exit_code == 1 and said in done.stderr and done.stderr.count("\n") == 1
    assert not target.exists()


def test_an_export_is_whole_or_not_there(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "news.jsonl"
    target.write_text("earlier")
    with monkeypatch.context() as patch:
        patch.setattr("storage.export.to_json", lambda *_, **__: 1 / 0)
        assert newsarchive(filled, "export", "--format", "jsonl", "-o", str(target)).exit_code == 1
    assert target.read_text() == "earlier"
    assert newsarchive(filled, "export", "--format", "jsonl", "-o", str(target)).exit_code == 0
    assert len(target.read_text(encoding="utf-8").splitlines()) == 2
    assert [path.name for path in folder.iterdir()] == ["news.jsonl"]


def test_no_folder_to_write_to_is_one_line(filled: str, tmp_path: Path) -> None:
    done = newsarchive(filled, "export", "--format", "csv", "-o", f"{tmp_path}/none/a.csv")
    assert done.exit_code == 1 and done.stderr.startswith("Error: cannot write") and done.stderr.count("\n") == 1


def test_a_device_is_not_replaced(filled: str) -> None:
    done = newsarchive(filled, "export", "--format", "csv", "-o", "/dev/null")
    assert done.exit_code == 1 and Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    "command",
    [
        *(["stats"], ["show", "1"], ["diff", "1"], ["runs"], ["export", "--format", "csv"]),
        *(["upgrade"], ["verify"], ["backup", "news.tar"]),
    ],
)
def test_no_archive_is_one_line(tmp_path: Path, command: list[str]) -> None:
    done = newsarchive(f"sqlite:///{tmp_path}/news.db", *command)
    assert done.exit_code == 1 and done.stderr == f"Error: no archive at {tmp_path}/news.db: run a crawl first\n"


def test_upgrade_with_nothing_to_do_says_so(filled: str) -> None:
    done = newsarchive(filled, "upgrade")
    assert done.exit_code == 0 and "nothing to do" in done.stdout


def test_a_reader_that_goes_away_is_no_error(filled: str) -> None:
    command = [str(Path(sys.executable).parent / "newsarchive"), "--archive", filled, "export", "--format", "jsonl"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()
    process.stderr.close()


def test_help_names_every_command() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    assert all(
        command in text
        for command in ("upgrade", "stats", "show", "diff", "runs", "export", "verify", "backup", "--archive")
    )
