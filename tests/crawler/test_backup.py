"""A backup taken in the middle of a crawl goes on where it was."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from fixtures.site import Server
from tests.conftest import Shell

OF_THE_RUN = ("id", "cluster_id", "first_seen", "last_seen")


def stories(shell: Shell) -> dict[str, dict[str, Any]]:
    lines = shell.run("newsarchive", "export", "--format", "jsonl").stdout.splitlines()
    found = [json.loads(line) for line in lines]
    return {story["url"]: {key: value for key, value in story.items() if key not in OF_THE_RUN} for story in found}


def folder(path: Path) -> Shell:
    path.mkdir()
    return Shell(path)


def test_a_backup_of_a_running_crawl(tmp_path: Path, site: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    undisturbed, crawled, restored = (folder(tmp_path / name) for name in ("undisturbed", "crawled", "restored"))
    base_url, target = site.base_url("lzly"), tmp_path / "news.tar"
    assert undisturbed.crawl("news", "lzly", base_url).returncode == 0

    answer, go_on, held = site.answer, Event(), len(site.requests) + 12

    def holding(host: str, path: str) -> Any:
        if len(site.requests) >= held:
            go_on.wait(60)
        return answer(host, path)

    monkeypatch.setattr(site, "answer", holding)
    arguments = ("news", "-a", "site=lzly", "-a", f"base_url={base_url}", "-s", f"ARCHIVE_URL={crawled.archive_url}")
    crawl = subprocess.Popen(
        [str(Path(sys.executable).parent / "scrapy"), "crawl", *arguments, "-s", f"ARCHIVE_DIR={crawled.folder}"],
        cwd=Path(__file__).parents[2],
    )
    try:
        assert site.wait_for(held)
        assert crawled.run("newsarchive", "verify").returncode == 0
        done = crawled.run("newsarchive", "backup", str(target))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    finally:
        go_on.set()
        assert crawl.wait(60) == 0

    subprocess.run(["tar", "-xf", target, "-C", restored.folder], check=True)
    verified = restored.run("newsarchive", "verify")
    assert verified.returncode == 0 and verified.stdout.startswith("1 files, ")
    assert 0 < len(stories(restored)) < len(stories(undisturbed))
    assert restored.crawl("news", "lzly", base_url).returncode == 0
    assert restored.run("newsarchive", "verify").returncode == 0
    assert stories(restored) == stories(undisturbed) == stories(crawled)
    runs = json.loads(restored.run("newsarchive", "runs", "--json").stdout)
    assert [run["outcome"] for run in runs] == ["good", "interrupted"]
