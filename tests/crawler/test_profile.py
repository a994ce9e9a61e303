from pathlib import Path

import pytest

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
