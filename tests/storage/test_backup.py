"""`newsarchive backup` without a crawl: what is in the file, and what it refuses."""

import errno
import os
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from storage.cli import main
from tests.storage.conftest import empty_postgresql
from tests.storage.test_verify import Files, append

COMMAND = Path(sys.executable).parent / "newsarchive"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("ARCHIVE_DIR", str(tmp_path / "archive"))
    return Files(f"sqlite:///{tmp_path}/archive/news.db", tmp_path / "archive")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups/news.tar"


def backup(files: Files, target: Path) -> Result:
    return CliRunner().invoke(main, ["--archive", files.url, "backup", str(target)])


def failed(done: Result, target: Path, said: str) -> None:
    assert done.exit_code == 1 and said in done.stderr and done.stderr.count("\n") == 1
    assert list(target.parent.iterdir()) == []


def test_a_restored_archive_is_all_right(files: Files, target: Path, tmp_path: Path) -> None:
    whole = files.first.read_bytes()
    append(files.first, b"half a record")
    done = backup(files, target)
    assert (done.exit_code, done.output) == (0, "")
    assert [path.name for path in target.parent.iterdir()] == ["news.tar"]
    with tarfile.open(target) as tar:
        assert tar.getnames() == ["news.db", files.name(files.first), files.name(files.second)]
    restored = tmp_path / "restored"
    restored.mkdir()
    subprocess.run(["tar", "-xf", target, "-C", restored], check=True)
    assert (restored / files.name(files.first)).read_bytes() == whole
    again = CliRunner().invoke(
        main, ["--archive", f"sqlite:///{restored}/news.db", "verify"], env={"ARCHIVE_DIR": str(restored)}
    )
    assert again.exit_code == 0 and again.stdout.startswith("2 files, 7 captures, ")


def test_an_existing_file_is_kept(files: Files, target: Path) -> None:
    target.write_text("earlier")
    done = backup(files, target)
    assert (done.exit_code, done.stderr) == (1, f"Error: {target} exists already\n")
    assert target.read_text() == "earlier"


def test_no_folder_to_write_to(files: Files, target: Path) -> None:
    done = backup(files, target.parent / "none/news.tar")
    failed(done, target, f"cannot write {target.parent}/none/news.tar: No such file or directory")


def test_a_missing_warc_file_is_named(files: Files, target: Path) -> None:
    files.second.unlink()
    failed(backup(files, target), target, f"cannot read {files.second}: No such file or directory")


def test_a_cut_warc_file_is_named(files: Files, target: Path) -> None:
    os.truncate(files.second, 500)
    failed(backup(files, target), target, f"{files.second} is cut off")


def test_a_full_disk(files: Files, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("storage.backup.os.fsync", full)
    failed(backup(files, target), target, f"cannot write {target}: No space left on device")


@pytest.mark.parametrize(("part", "said"), [(0.5, "cannot copy"), (0.99, "cannot write")])
def test_no_room_for_the_database_or_the_rest(files: Files, target: Path, part: float, said: str) -> None:
    assert backup(files, target).exit_code == 0
    blocks = int(target.stat().st_size * part / 1024)
    target.unlink()
    command = shlex.join([str(COMMAND), "--archive", files.url, "backup", str(target)])
    done = subprocess.run(["bash", "-c", f"ulimit -f {blocks}; {command}"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and said in done.stderr and done.stderr.count("\n") == 1
    assert list(target.parent.iterdir()) == []


def test_postgresql_is_left_to_pg_dump(target: Path) -> None:
    done = CliRunner().invoke(main, ["--archive", empty_postgresql(), "backup", str(target)])
    failed(done, target, "pg_dump")
