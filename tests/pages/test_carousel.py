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
ENUMERATED = list(enumerate(SLIDES, 1))
LINKS, PICTURES, TEXTS = (list(column) for column in zip(*SLIDES, strict=True))
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
        # names cut, and full elsewhere
        "<ul>" + each("<li><a href={h} title='北岭...'><img src={p} alt='北岭...'></a><p>{t}</p></li>") + "</ul>",
        "<div>" + each("<div title='{t}'><div><a href='{h}'><img src='{p}' alt='2026'></a></div></div>") + "</div>",
        "<ul>"
        + each("<li><a href={h}><img src={p} alt=W0202605.jpg><h3>{t}</h3><p>摘要，摘要。</p></a></li>")
        + "</ul>",
        # pictures of other kinds, beside the link too
        "<div>" + each("<div data-background='{p}'><a href='{h}'>{t}</a></div>") + "</div>",
        "<div>" + each("<div style=\"background-image: url('{p}')\"><a href='{h}'>{t}</a></div>") + "</div>",
        "<ul>" + each("<li><img src='{p}'><div><h4><a href='{h}'>{t}</a></h4></div></li>") + "</ul>",
        "<ul>" + each("<li onclick=\"window.open('{h}')\"><img src='{p}'><p>{t}</p></li>") + "</ul>",
        "<div>"
        + each("<a href={h} title={t}><b data-background={p}></b><b data-background=/phone.jpg></b></a>")
        + "</div>",
        "<div>" + each("<a href={h} title={t}><img src={p}></a><a href={h} title={t}><img src=/s.jpg></a>") + "</div>",
        # clones
        "<ul>" + each("<li><a href={h}><img src={p} alt={t}></a></li>", [*SLIDES, SLIDES[0]]) + "</ul>",
        "<ul>" + each("<li><a href={h}><img src={p} alt={t}></a></li>", [*SLIDES[2:], *SLIDES, *SLIDES[:2]]) + "</ul>",
        "<ul>"
        + each("<li class=bx-clone><div><a href={h}><img src={p} alt={t}></a></div></li>", SLIDES[3:])
        + each("<li><div><a href={h}><img src={p} alt={t}></a></div></li>")
        + "</ul>",
        # a longer list of news with bullets is none
        "<div>"
        + each("<a href={h}><img src={p} alt={t}></a>")
        + "</div><ul>"
        + "".join(
            f"<li><img src=/dot.gif><a href=./xwzx/gsyw/202605/t2026050{n}_{2000 + n}.html>新闻第{n}条</a></li>"
            for n in range(1, 9)
        )
        + "</ul>",
        # in scripts
        "<script>" + each("box.add({{'url':'{p}','href':'{h}','title':'{t}'}})\n") + "box.show();</script>",
        "<script>var slides=[" + each("{{img:'{p}',url:'{h}',title:'{t}'}},") + "];</script>",
        "<script>var s=[" + each('{{"title":"{t}","link":"{h}","src":"{p}"}},').replace("/", "\\/") + "];</script>",
        "<script>"
        + "".join(f'imgUrl{n}="{p}";imgtext{n}="{t}";imgLink{n}=escape("{h}");\n' for n, (h, p, t) in ENUMERATED)
        + "</script>",
        "<script>"
        + "".join(f"pic[{n}]='{p}'; txt[{n}]='{t}'; link[{n}]='{h}';" for n, (h, p, t) in ENUMERATED)
        + "</script>",
        f"<script>var pics='{PICTURES[0]}', links='{LINKS[0]}', texts='{TEXTS[0]}';"
        + "".join(f"pics+='|{p}';links+='|{h}';texts+='|{t}';" for h, p, t in SLIDES[1:])
        + "</script>",
        f"<script>pics='{'|'.join(PICTURES)}'; links='{'|'.join(LINKS)}'; texts='{'|'.join(TEXTS)}'</script>",
        f"<script>var imgs = {PICTURES};\nvar hrefs = {LINKS};\nvar titles = {TEXTS};</script>",
        f"<script>var imgs=new Array({str(PICTURES)[1:-1]}), to=1; var links=new Array({str(LINKS)[1:-1]});"
        f"var alts = new Array({str(TEXTS)[1:-1]});</script>",
        '<script>document.writeln("<div class=\\"slides_container\\">");'
        + each('document.writeln("<div><a href=\\"{h}\\"><img src=\\"{p}\\" alt=\\"{t}\\"><\\/a><\\/div>");')
        + 'document.writeln("<\\/div>");</script>',
    ],
)
def test_slides(content: str) -> None:
    found = [(slide.position, slide.url, slide.headline, slide.picture) for slide in read(content)]
    assert found == [
        (n, HOME + href.removeprefix("./"), title, HOME + picture.removeprefix("./"))
        for n, (href, picture, title) in enumerate(SLIDES, 1)
    ]


@pytest.mark.parametrize(
    "content",
    [
        "<p>首页</p>",
        "<script>var slides=[" + each("{{img:'{p}',url:'',title:'{t}'}},") + "];</script>",
        "<script>" + each("box.add({{'url':'{p}','href':'#','title':'{t}'}});") + "</script>",
        "<div>" + each("<a href='#'><img src='{p}' alt='{t}'></a>") + "</div>",
        "<div>" + each("<img src='{p}' alt='{t}'>") + "</div>",
        f"<p><a href='{LINKS[0]}'><img src='{PICTURES[0]}' alt='一张图片'></a></p>",
    ],
)
def test_page_without_a_news_slider_has_no_slides(content: str) -> None:
    assert read(content) == ()


def test_slides_in_a_script_keep_their_place_whatever_they_lead_to() -> None:
    others = [
        ("", "a.jpg", "无链接"),
        ("https://news.example.com/1.html", "b.jpg", "别处"),
        ("./a/P1.pdf", "c.jpg", "报告"),
    ]
    content = each("{{pic:'{p}',link:'{h}',txt:'{t}'}},", [*SLIDES[:2], *others])
    found = read(f"<script>var focus = [{content}]</script>")
    assert [(slide.position, slide.kind) for slide in found] == [
        (1, "article"),
        (2, "article"),
        (3, None),
        (4, "link"),
        (5, "file"),
    ]


def test_one_slide_is_a_slider_where_it_is_called_one() -> None:
    slide = f"<a href='{LINKS[0]}'><img src='{PICTURES[0]}' alt='{TEXTS[0]}'></a>"
    assert [found.headline for found in read(f"<div class=banner><ul><li>{slide}</li></ul></div>")] == [TEXTS[0]]


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
