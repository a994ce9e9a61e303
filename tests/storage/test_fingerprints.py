from dataclasses import replace
from datetime import date

import pytest

from storage.fingerprints import content_hash, identity_key, identity_text
from storage.records import ArticlePage, Image

TEXT = "5月9日,中国铜业2024年科技工作会议在昆明召开。会议听取了科技创新工作报告,表彰了先进集体和先进个人。" * 3
DAY = date(2024, 5, 11)


def page(body: str, byline_text: str | None = None, title: str = "题目", on: date | None = DAY) -> ArticlePage:
    return ArticlePage("http://a/1", title, None, on, None, "shown" if on else None, body, byline_text)


@pytest.mark.parametrize(
    ("body", "byline_text"),
    [
        (TEXT, None),
        (f"中国铜业网讯  {TEXT}", None),
        (f"【中铝网讯】{TEXT}", None),
        (f"本报讯 {TEXT}", None),
        (f"本报北京5月11日电 {TEXT}", None),
        (f"新华社昆明5月11日电  {TEXT}", None),
        (f"本网讯(见习记者 黎佩佩){TEXT}", "(见习记者 黎佩佩)"),
        (f"本网讯(见习记者  黎佩佩){TEXT}", "作者: 黎佩佩\n见习记者 黎佩佩"),
        (f"(记者 张三)本报讯 {TEXT}", "记者 张三"),
        (f"本网讯(黎佩佩){TEXT}", "黎佩佩"),
        (f"黎佩佩\n{TEXT}", "黎佩佩"),
        (f"{TEXT}\n(高文杰、黎佩佩)", "(高文杰、黎佩佩)"),
        (f"{TEXT}(高文杰、黎佩佩)", "高文杰、黎佩佩"),
        (TEXT.replace(",", "\uff0c").replace("5", "\uff15"), None),
        ("\u3000\u3000" + TEXT.replace("。", "。\n\u00a0\u200b"), None),
        (TEXT.replace("会议", "会\u00ad议"), None),
    ],
)
def test_long_text_is_the_same_story_however_it_is_passed_on(body: str, byline_text: str | None) -> None:
    other = page(body, byline_text, title="别的题目", on=None)
    assert identity_key(other) == identity_key(page(TEXT))


@pytest.mark.parametrize(
    "body",
    [TEXT + "又及。", TEXT.replace("昆明", "北京"), TEXT.replace("。", "")],
)
def test_another_long_text_is_another_story(body: str) -> None:
    assert identity_key(page(body)) != identity_key(page(TEXT))


def test_a_name_in_running_prose_is_no_byline() -> None:
    assert identity_text("黎佩佩指出,要加快建设。", "黎佩佩") == "黎佩佩指出,要加快建设。"


def test_a_dateline_far_inside_stays() -> None:
    body = "会议在北京召开来自全国各地的代表参加了会议并听取报告会后中国铜业网讯" + TEXT
    assert "网讯" in identity_text(body, None)


def test_hundred_characters_without_dateline_and_byline_are_enough() -> None:
    enough, short = page("本报讯 " + "字" * 100, title="甲"), page("本报讯 " + "字" * 99, title="甲")
    assert identity_key(enough) == identity_key(replace(enough, title="乙", published_on=None))
    assert identity_key(short) != identity_key(replace(short, title="乙"))


def test_short_text_needs_title_body_and_day() -> None:
    short = page("简讯一则。")
    assert identity_key(short) == identity_key(replace(short, title="题 目", source="别处", images=(Image("a"),)))
    assert identity_key(short) != identity_key(replace(short, published_on=date(2024, 5, 12)))
    assert identity_key(short) != identity_key(replace(short, body="简讯二则。"))
    assert identity_key(replace(short, published_on=None)) is None


def test_empty_body_counts_its_pictures() -> None:
    one = replace(page(""), images=(Image("a"),))
    assert identity_key(one) == identity_key(replace(one, images=(Image("b"),)))
    assert identity_key(one) != identity_key(replace(one, images=(Image("a"), Image("b"))))
    assert identity_key(replace(one, title=None)) is None


def test_content_hash_ignores_white_space_and_width_only() -> None:
    assert content_hash("题 目", "一,二。") == content_hash("题目", "一\uff0c\n 二。")
    assert content_hash("题目", "一,二。") != content_hash("题目", "一、二。")
    assert content_hash("题", "目一") != content_hash("题目", "一")
