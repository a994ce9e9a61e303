"""Events such as a crawl of one site would hand over. Persons are made up."""

from dataclasses import replace
from datetime import date
from typing import Any

from storage.records import (
    ArticlePage,
    ArticleRead,
    Byline,
    Fetched,
    FetchFailed,
    Image,
    ListRead,
    Problem,
    Row,
    Section,
    Site,
    Slide,
    SliderRead,
)

HOST = "http://www.chinalco.com.cn"
SITE = Site("chinalco", "中铝集团", f"{HOST}/", "chinalco")
SECTIONS = [
    Section("tplb", "carousel", "图片轮播", "/tplb/"),
    Section("gsyw", "news", "公司要闻", "/gsyw/"),
    Section("home", "slider", "首页", "/"),
]
DAY = date(2024, 5, 11)
LONG = "会议指出要坚持科技创新推动高质量发展。" * 8  # more than 100 letters


def address(number: int, folder: str = "tplb") -> str:
    return f"{HOST}/{folder}/202405/t20240511_{number}.html"


def page(number: int, folder: str = "tplb", **fields: Any) -> ArticlePage:
    plain = ArticlePage(
        url=address(number, folder),
        title=f"题目{number}",
        source="中国铜业",
        published_on=DAY,
        published_at=None,
        date_origin="shown",
        body=f"第{number}篇。{LONG}",
        byline_text="作者: 张三",
        bylines=(Byline("reporter", "张三", None, "作者"),),
        images=(Image(f"{HOST}/W{number}.jpg", "会场"),),
        doc_id=str(number),
    )
    return replace(plain, **fields)


def read(page: ArticlePage, *, section: str | None = None, parser: str = "p1") -> ArticleRead:
    return ArticleRead(Fetched(page.url, 200, '"e"'), page, parser, section)


def listed(section: str, *rows: Row, number: int = 1) -> ListRead:
    return ListRead(section, Fetched(f"{HOST}/{section}/", 200), number, rows)


def row(number: int, folder: str = "tplb", on: date | None = DAY) -> Row:
    return Row(address(number, folder), f"题目{number}", on, "article")


def slider(*slides: Slide) -> SliderRead:
    return SliderRead("home", Fetched(f"{HOST}/", 200), slides)


def slide(position: int, number: int, headline: str = "要闻") -> Slide:
    return Slide(position, address(number), headline, f"{HOST}/S{number}.jpg", "article")


def failed(number: int, state: Any, status: int | None = None) -> FetchFailed:
    return FetchFailed(address(number), "article", state, Problem("http-error", f"status {status}"), status)
