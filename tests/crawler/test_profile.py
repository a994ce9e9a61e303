import os
from pathlib import Path

import pytest
from lxml import html

from crawler.profile import ProfileError, load_profile, profile_ids

GOOD = """
id = "odd"
name = "示例集团"
base_url = "http://www.example.com.cn"

[[sections]]
id = "gsyw"
kind = "news"
name = "公司要闻"
path = "/xwzx/gsyw/"
"""


@pytest.mark.parametrize("site", profile_ids())
def test_profiles_load(site: str) -> None:
    assert load_profile(site).site.id == site


def test_template_is_a_whole_profile() -> None:
    template = Path(__file__).parents[2] / "crawler" / "sites" / "TEMPLATE.toml"
    assert load_profile(str(template)).sections[0].kind == "news"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "odd"', "", "id: is missing"),
        ('id = "odd"', 'id = "Odd One"', "id: 'Odd One'"),
        ("http://www.example.com.cn", "www.example.com.cn", "base_url: 'www.example.com.cn'"),
        ("http://www.example.com.cn", "http://www.example.com.cn/xwzx", "base_url"),
        ('name = "示例集团"', 'name = "示例集团"\ndelay = -1', "delay: -1"),
        ('name = "示例集团"', 'name = "示例集团"\ndelay = true', "delay: True"),
        ('name = "示例集团"', 'name = "示例集团"\nencoding = "gb9"', "encoding: 'gb9'"),
        ('name = "示例集团"', 'name = "示例集团"\ncolour = "red"', "colour: is not known here"),
        ('name = "示例集团"', 'name = "示例集团"\naliases = "a.com"', "aliases: must be a list"),
        ('kind = "news"', 'kind = "nws"', "[[sections]] 1: kind: 'nws'"),
        ('path = "/xwzx/gsyw/"', "", "[[sections]] 1: path: is missing"),
        ('path = "/xwzx/gsyw/"', 'path = "xwzx/gsyw"', "[[sections]] 1: path: 'xwzx/gsyw'"),
        ("[[sections]]", "[sections]", "sections: at least one [[sections]]"),
        ('id = "odd"', "id = ", "not TOML"),
        ('id = "odd"', f"id = {'9' * 5000}", "not TOML"),
        ('id = "odd"', f"id = {'[' * 5000}", "not TOML"),
        ('id = "odd"', 'id = "../odd"', "id: '../odd'"),
        ('id = "odd"', 'id = "odd\\u0000"', "id: 'odd"),
        ('id = "odd"', f'id = "{"o" * 300}"', "id: 'ooo"),
        ('name = "示例集团"', 'name = "示例集团"\ndelay = inf', "delay: inf"),
        ('name = "示例集团"', 'name = "示例集团"\noverlap_days = nan', "overlap_days: nan"),
        ('name = "示例集团"', 'name = "示例集团"\nencoding = "undefined"', "encoding: 'undefined'"),
        ('name = "示例集团"', 'name = "示例集团"\nencoding = "a\\u0000"', "encoding: 'a"),
        ('name = "示例集团"', 'name = "示例集团"\naliases = ["a.com/x", "b@c"]', "aliases: must be a list"),
        ('path = "/xwzx/gsyw/"', 'path = "//b.example/gsyw/"', "path: '//b.example/gsyw/'"),
        ('path = "/xwzx/gsyw/"', 'path = "/\\t/b.example/gsyw/"', "path: '/"),
        ('path = "/xwzx/gsyw/"', "path = '/\\b.example/gsyw/'", "path: '/"),
        ('name = "示例集团"', 'name = "示例集团"\nselectors = {title = "a|b"}', "title: 'a|b'"),
        ('name = "示例集团"', 'name = "示例集团"\nselectors = {title = "a] | //x"}', "title: 'a] | //x'"),
        ('name = "示例集团"', f'name = "示例集团"\nselectors = {{title = "{":not(" * 3000}a"}}', "title: "),
    ],
)
def test_errors_name_file_table_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(ProfileError) as error:
        load_profile(str(file))
    assert str(error.value).startswith(str(file)) and said in str(error.value)


def test_section_ids_are_unique(tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(GOOD + GOOD[GOOD.index("[[") :], "utf-8")
    with pytest.raises(ProfileError, match="'gsyw' stands twice"):
        load_profile(str(file))


@pytest.mark.parametrize("kind", ["pipe", "folder", "binary", "huge"])
def test_what_is_no_profile_is_an_error_at_once(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "odd.toml"
    match kind:
        case "pipe":
            os.mkfifo(file)
        case "folder":
            file.mkdir()
        case "binary":
            file.write_bytes(bytes(range(256)))
        case "huge":
            file.write_text(GOOD + "#" * 70_000, "utf-8")
    with pytest.raises(ProfileError, match=r"not a regular file|not TOML|larger than"):
        load_profile(str(file))


def test_a_selector_cannot_break_out_of_its_xpath_string(tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    selectors = """[selectors]\ntitle = "[id=\\"x' | //body | //*['\\"]"\n\n[["""
    file.write_text(GOOD.replace("[[", selectors, 1), "utf-8")
    page = html.fromstring("<html><body>text</body></html>")
    assert page.xpath(load_profile(str(file)).selectors["title"]) == []
