"""`scrapy addsite` against the fixture site: a draft that can be crawled, and what it refuses."""

import tomllib
from pathlib import Path

import pytest

from crawler.draft import default_id, draft
from crawler.lint import check
from crawler.pages.navigation import Column
from crawler.profile import SITES
from crawler.survey import new_survey
from fixtures.site import Server
from storage.records import Row
from tests.conftest import Shell, rows


def test_a_draft_can_be_crawled(shell: Shell, site: Server, tmp_path: Path) -> None:
    """The home page lies behind a redirect, the columns behind a hub, and robots.txt forbids one of them."""
    moved, home = site.base_url("chalco"), site.base_url("chinalco")
    site.put("chalco", "/", b"", status=301, location=f"{home}/")
    page = site.body("chinalco", "/").decode()
    bar = '<a href="/xwzx/xwzx_gsyw/">集团要闻</a><a href="/xwzx/tplb/">图片轮播</a>'
    assert bar in page
    site.put("chinalco", "/", page.replace(bar, '<a href="/mtbd/">媒体报道</a><a href="/gywm/">关于我们</a>').encode())
    site.put("chinalco", "/xwzx/", f"<html><body><h1>新闻中心</h1>{bar}</body></html>".encode())
    site.put("chinalco", "/robots.txt", b"User-agent: *\nDisallow: /mtbd/\n", "text/plain")
    draft = tmp_path / "beiling.toml"

    done = shell.run("scrapy", "addsite", f"{moved}/", "-o", str(draft), ARCHIVE_CONTACT="us@example.org")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{draft}\nslider: 6 slides\n")
    assert "not read: " in done.stdout and "robots.txt disallows" in done.stdout
    assert not Path(f"{tmp_path}/news.db").exists() and [*tmp_path.iterdir()] == [draft]
    asked = [request.path for request in site.requests if request.host == "chinalco"]
    assert sorted(asked) == sorted(["/robots.txt", "/", "/xwzx/", "/xwzx/xwzx_gsyw/", "/xwzx/tplb/"])
    assert all("us@example.org" in request.headers["user-agent"] for request in site.requests)
    told = tomllib.loads(draft.read_text("utf-8"))
    assert (told["id"], told["name"], told["base_url"]) == ("beiling", "华岭铝业集团有限公司", home)
    assert told["aliases"] == [moved.removeprefix("http://")]
    assert [(one["id"], one["kind"], one["name"], one["path"], one["min_rows"]) for one in told["sections"]] == [
        ("home", "slider", "首页轮播", "/", 3),
        ("xwzx_gsyw", "news", "集团要闻", "/xwzx/xwzx_gsyw/", 5),
        ("tplb", "carousel", "图片轮播", "/xwzx/tplb/", 5),
    ]
    assert "disallows" in draft.read_text("utf-8") and "cms_group" not in told and "encoding" not in told

    assert [complaints for _, _, complaints in check([draft])] == [[]]
    crawled = shell.run("scrapy", "crawl", "news", "-a", f"site={draft}", "-a", "since=2026-08-01")
    assert (crawled.returncode, crawled.stderr) == (0, "")
    told_by = "SELECT DISTINCT code FROM appearances JOIN sections ON sections.id = appearances.section_id"
    assert rows(shell, told_by) == [("xwzx_gsyw",)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["http://www.example.com.cn/", "-o", str(SITES / "zzly.toml")], 2, "exists already"),
        (["http://www.example.com.cn/", "-o", "{}/x.toml"], 2, "ARCHIVE_CONTACT is not set"),
        (["http://127.0.0.1:9/", "-o", "{}/x.toml"], 1, "http://127.0.0.1:9/"),
    ],
)
def test_errors_are_one_line(shell: Shell, tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    done = shell.run("scrapy", "addsite", *(argument.format(tmp_path) for argument in arguments))
    assert done.returncode == code and said in done.stderr and done.stderr.count("\n") == 1
    assert not [*tmp_path.iterdir()]


def test_a_draft_stays_short_and_asks_about_its_group(tmp_path: Path) -> None:
    survey = new_survey("http://beiling.chinalco.com.cn")
    listed = [Row("http://beiling.chinalco.com.cn/t20260511_1.html", "会议", survey.day, "article")]
    survey.lists = {Column(f'要闻"{n}', f"/part{n}/gsyw/"): listed for n in range(9)}
    survey.undeclared, survey.troubles = "gb18030", ["http://beiling.chinalco.com.cn/mtbd/: HTTP 404"]
    file = tmp_path / f"{default_id(survey.profile.site.base_url)}.toml"
    file.write_text(draft(survey, file.stem), "utf-8")
    ((_, profile, complaints),) = check([file])
    assert profile and complaints == []
    assert (profile.site.id, profile.site.cms_group, profile.encoding) == ("beiling", "chinalco", "gb18030")
    assert [section.id for section in profile.sections][:3] == ["gsyw", "part1_gsyw", "part2_gsyw"]
    assert "/part8/gsyw/" in file.read_text("utf-8")
