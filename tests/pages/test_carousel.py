"""Home page sliders in the markup that sites use, by shape alone. All slides are made up."""

import pytest

from crawler.pages.carousel import parse_slider
from crawler.profile import load_profile
from storage.records import Slide

HOME = "http://www.chinalco.com.cn/"
SLIDES = [
    (
        f"./xwzx/tplb/202605/t2026050{n}_{1000 + n}.html",
        f"./xwzx/tplb/202605/W02026050{n}43944335297{n}.jpg",
        f"北岭集团图片新闻之{n}",
    )
    for n in range(1, 5)
]
OTHERS = (
    "<div class=logo><a href='/'><img src='/images/logo.png'></a></div>"
    "<div class=links><a href='http://www.example.gov.cn/'><img src='/images/a.gif'></a>"
    "<a href='http://www.example.org/'><img src='/images/b.gif'></a></div>"
    '<script>box.add({"url":"/images/datu0.jpg","href":"","title":"1"})</script>'
)


def read(content: str) -> tuple[Slide, ...]:
    return parse_slider(f"<html><body>{content}{OTHERS}</body></html>".encode(), HOME, load_profile("chinalco"))


def each(template: str, slides: list[tuple[str, str, str]] = SLIDES) -> str:
    return "".join(template.format(h=href, p=picture, t=title) for href, picture, title in slides)


@pytest.mark.parametrize(
    "content",
    [
        "<div style='visibility:hidden'>" + each("<a href={h} title='{t}'><img src={p} alt='{t}'></a>") + "</div>",
        "<ul>" + each("<li><a href='{h}'><img src='{p}'></a><p>{t}</p></li>") + "</ul>",
        "<ul>" + each("<li><a href='{h}'><img src='{p}'><span>{t}</span></a></li>") + "</ul>",
        "<div>"
        + each("<div class=slide><a href='{h}'><img data-original='{p}' src=/blank.gif alt='{t}'></a></div>")
        + "</div>",
        "<div>" + each("<div><a href='{h}' title='{t}' data-background='{p}'></a></div>") + "</div>",
        "<ul>" + each("<li><a href='{h}'><img src='{p}'></a><a href='{h}'>{t}</a></li>") + "</ul>",
        "<ul>" + each("<li><a href={h}><img src={p} alt='{t}'></a></li>", [SLIDES[-1], *SLIDES, SLIDES[0]]) + "</ul>",
        "<ul><li class='swiper-slide-duplicate'><a href=x.html><img src=x.jpg></a></li>"
        + each("<li class=swiper-slide><a href={h}><img src={p} alt='{t}'></a></li>")
        + "</ul>",
        "<table><tr>" + each("<td><a href='{h}'><img src='{p}' alt='{t}'></a></td>") + "</tr></table>",
    ],
)
def test_slides(content: str) -> None:
    found = [(slide.position, slide.url, slide.headline, slide.picture) for slide in read(content)]
    assert found == [
        (n, HOME + href.removeprefix("./"), title, HOME + picture.removeprefix("./"))
        for n, (href, picture, title) in enumerate(SLIDES, 1)
    ]


def test_page_without_a_news_slider_has_no_slides() -> None:
    assert read("<p>首页</p>") == ()


def test_slides_off_the_site_and_to_files_keep_their_place() -> None:
    content = each(
        "<a href={h}><img src={p} alt={t}></a>", [*SLIDES[:2], ("https://news.example.com/1.html", "a.jpg", "别处")]
    )
    content += "<a href=./P020260501578215495483.pdf><img src=b.jpg alt=报告></a>"
    assert [(slide.position, slide.kind) for slide in read(f"<div>{content}</div>")] == [
        (1, "article"),
        (2, "article"),
        (3, "link"),
        (4, "file"),
    ]
