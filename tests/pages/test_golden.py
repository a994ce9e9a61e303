"""Golden pages: what a reader takes from a page is what the parser must take from it (fixtures/pages/README.md)."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.pages.article import parse_article

_PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
_CASES = sorted(path.parent for path in _PAGES.glob("*/article/*/body.html"))
_FIELDS = [
    "title",
    "source",
    "published_on",
    "published_at",
    "date_origin",
    "body",
    "bylines",
    "images",
    "attachments",
    "breadcrumb",
]
_Json = dict[str, Any]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _one_blank(text: str) -> str:
    """Tabs and line ends are structure, the width of a gap is not."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in line.split("\t")) for line in text.split("\n"))


@cache
def _parsed(case: Path) -> _Json:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    page = parse_article(
        (case / "body.html").read_bytes(),
        meta["url"],
        None,
        meta["http_charset"],
        _day(meta["listed_on"]),
        _day(meta["fetched_on"]),
    )
    return {
        "title": page.title,
        "source": page.source,
        "published_on": page.published_on.isoformat() if page.published_on else None,
        "published_at": page.published_at.isoformat() if page.published_at else None,
        "date_origin": page.date_origin,
        "body": _one_blank(page.body or ""),
        "bylines": [{"role": str(one.role), "name": one.name} for one in page.bylines],
        "images": [image.url for image in page.images],
        "attachments": [{"url": file.url, "name": file.name} for file in page.attachments],
        "breadcrumb": list(page.breadcrumb),
    }


def _expected(case: Path) -> _Json:
    path = case / "expected.json"
    if not path.exists():
        path.write_text(json.dumps(_parsed(case), ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{path} was missing and is now a draft from the parser: a person must compare it with the page")
    expected: _Json = json.loads(path.read_text("utf-8"))
    return expected


@pytest.mark.parametrize("field", _FIELDS)
@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case.parts[-3]}/{case.name}")
def test_field_is_what_the_page_says(case: Path, field: str) -> None:
    assert _parsed(case)[field] == _expected(case)[field]


def test_every_case_is_whole() -> None:
    """A misspelt file name must not drop a case silently."""
    folders = [path for path in _PAGES.glob("*/article/*") if path.is_dir()]
    assert folders
    assert sorted(folders) == _CASES
