"""The shipped profiles, and what checksites says of bad ones."""

from pathlib import Path

import pytest

from crawler.profile import SITES, profile_ids
from tests.conftest import Shell

GOOD = (SITES / "zzly.toml").read_text("utf-8")


def test_shipped_profiles_are_good(shell: Shell) -> None:
    done = shell.run("scrapy", "checksites")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == profile_ids()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("# History: 2026-11-23 ", "# ", "History"),
        ('id = "zzly"\nname', 'id = "other"\nname', "file's name"),
        ('base_url = "http://zzly.chinalco.com.cn"\n', "", "base_url: is missing"),
        ('cms_group = "chinalco"\n', 'cms_group = "chinalco"\ndelay = 1\n', "delay: say behind a #"),
        ('name = "公司要闻"', 'name = "News"', "Chinese name"),
        ('name = "中州铝业有限公司"\n', "", "name: is missing"),
        ('cms_group = "chinalco"\n', 'selectors = { body = "div[[" }  # 2026-11: why\n', "no CSS selector"),
        ('id = "zzly"\nname = "中州铝业有限公司"', 'name = "中州铝业有限公司"\nid = "zzly"', "order"),
    ],
)
def test_what_is_wrong_is_named(shell: Shell, tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    profile = tmp_path / "zzly.toml"
    profile.write_text(GOOD.replace(old, new), "utf-8")
    done = shell.run("scrapy", "checksites", str(profile))
    assert done.returncode == 1
    assert complaint in done.stderr and str(profile) in done.stderr and done.stderr.count("\n") == 1
