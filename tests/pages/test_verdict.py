"""Pages answered with status 200: the folder's name says what each is."""

from pathlib import Path

import pytest

from crawler.pages.article import parse_article

_VERDICTS = Path(__file__).parents[2] / "fixtures" / "pages" / "verdicts"


@pytest.mark.parametrize("page", sorted(_VERDICTS.glob("*/*.html")), ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_verdict(page: Path) -> None:
    read = parse_article(page.read_bytes(), "http://www.example.com.cn/xwzx/gsyw/202611/t20261119_100001.html")
    assert read.verdict == page.parent.name
    assert (read.verdict == "article") != ("verdict" in read.rules)


def test_there_are_pages_of_every_verdict() -> None:
    kinds = {folder.name: len(list(folder.glob("*.html"))) for folder in _VERDICTS.iterdir()}
    assert kinds.keys() == {"article", "challenge", "error", "index", "login"} and min(kinds.values()) >= 5
