"""Tables of forms collected from public templates and crawlers, with invented names: how many are read right.

Not all are: some contradict each other, some need to know what a word means. The floors only go up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.pages.article import parse_article
from storage.records import ArticlePage

_SAMPLES = Path(__file__).parents[2] / "fixtures" / "samples"
_TITLE = "北岭铝业召开年度安全工作会议"
_TEXT = (
    "北岭铝业年度安全工作会议在总部召开,各单位负责人参加会议,会议部署了全年重点任务,总结了上年工作。",
    "会议要求,各单位要压实安全生产责任,抓好隐患排查治理,推动全年各项任务落到实处,为企业发展保驾护航。",
)
# Share of the rows that must be read right.
_FLOORS = {"source": 0.95, "day": 0.98, "minute": 0.98, "reporters": 0.98, "editors": 0.98}
_BYLINES_FLOOR = 0.92


def _rows(name: str) -> Iterator[dict[str, str]]:
    first, *lines = (_SAMPLES / name).read_text("utf-8").splitlines()
    return (dict(zip(first.split("\t"), line.split("\t"), strict=True)) for line in lines)


def _page(meta: str, paragraphs: list[str]) -> ArticlePage:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = (
        f"<title>{_TITLE}_北岭铝业集团</title><div><a href='/'>首页</a> > 新闻中心</div><div><h1>{_TITLE}</h1>"
        f"<div>{meta}</div><div>{body}</div></div><div>版权所有 北岭铝业</div>"
    )
    return parse_article(html.encode(), "http://www.example.com.cn/xwzx/1.html")


def _people(page: ArticlePage, *roles: str) -> str:
    return "|".join(row.name for row in page.bylines if row.role in roles)


@pytest.mark.parametrize("field", _FLOORS)
def test_meta_lines(field: str) -> None:
    wrong, rows = [], list(_rows("meta_lines.tsv"))
    for row in rows:
        page = _page(row["html"], [*_TEXT])
        correspondents = {one.name for one in page.bylines if one.role == "correspondent"}
        read = {
            "source": page.source or "",
            "day": str(page.published_on or ""),
            "minute": page.published_at.isoformat()[:16] if page.published_at else "",
            "reporters": _people(page, "reporter"),
            "editors": _people(page, "editor"),
        }
        wanted = "|".join(name for name in row[field].split("|") if name not in correspondents)
        if read[field] != wanted:
            wrong.append(f"{row['html']}\n  read {read[field]!r}, wanted {wanted!r}")
    assert 1 - len(wrong) / len(rows) >= _FLOORS[field], "\n".join(wrong)


def test_bylines() -> None:
    wrong, rows = [], list(_rows("bylines.tsv"))
    for row in rows:
        text = row["text"]
        above = f"<div>{text}</div>" if row["position"] == "above" else ""
        places = {"opening": [text, *_TEXT], "above": [*_TEXT]}
        page = _page("<div>2024-05-11</div>" + above, places.get(row["position"], [*_TEXT, text]))
        read = sorted(f"{one.role}:{one.name}" for one in page.bylines)
        if read != sorted(filter(None, row["persons"].split("|"))):
            wrong.append(f"{row['text']}\n  read {read}, wanted {row['persons']!r}")
    assert 1 - len(wrong) / len(rows) >= _BYLINES_FLOOR, "\n".join(wrong)


def test_what_names_nobody_gives_nobody() -> None:
    nobody = [row for row in _rows("bylines.tsv") if not row["persons"]]
    assert len(nobody) >= 60
    for row in nobody:
        assert not _page("<div>2024-05-11</div>", [*_TEXT, row["text"]]).bylines, row["text"]
