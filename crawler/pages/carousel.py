"""A home page's news slider: linked pictures that repeat, of which the links lead to articles."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.pages import row
from crawler.pages.slide_scripts import Told, is_image, told_slides, written_markup
from crawler.parsing.encoding import decode
from crawler.parsing.lines import Element, attributes, parse
from crawler.parsing.text import squeeze
from crawler.parsing.urls import Addresses, looks_like_article
from crawler.profile import SiteProfile
from storage.records import Slide

# The words sliders are called by, in ids and classes, whatever the library: evidence between equal groups only.
_SLIDER = re.compile(r"(?i)slid|swip|carousel|banner|focus|flex|kin|lunbo|scroll|rotat|jdt|tpxw|bx-|picnews|hot-?pic")
_CLONE = re.compile(r"(?i)clone|duplicate")
# background-image: url('./xwzx/tplb/W020260501.jpg')
_BACKGROUND = re.compile(r"""(?i)background(?:-image)?\s*:[^;]{0,200}?url\(\s*["']?([^"')]{1,500})""")
_MOST = 50  # elements between a slide and its slider, at most


@dataclass(frozen=True, slots=True)
class _Linked:
    """A linked picture."""

    group: object  # the same for the slides of one slider
    url: str | None
    picture: str
    headline: str | None
    clone: bool = False
    worded: bool = False  # stands in an element that is called a slider

    @property
    def key(self) -> tuple[str, str | None]:
        """The same slide's copies, for a phone or as a clone, may show another picture."""
        return self.url or self.picture, self.headline


def parse_slider(body: bytes, url: str, profile: SiteProfile, http_charset: str | None = None) -> tuple[Slide, ...]:
    """The slides of the page's news slider in their order, clones left out; empty when there is none."""
    root = parse(decode(body, profile.encoding, http_charset).text)
    addresses = profile.addresses
    groups: dict[object, list[_Linked]] = defaultdict(list)
    for linked in _linked_pictures(root, url, addresses):
        groups[linked.group].append(linked)

    def evidence(group: list[_Linked]) -> tuple[int, bool]:
        # by pictures: the bullets of a news list are one
        articles = {s.picture for s in group if s.url and addresses.owns(s.url) and looks_like_article(s.url)}
        return len(articles), any(slide.worded for slide in group)

    best = max(groups.values(), key=evidence, default=[])
    if evidence(best) <= (1, False):
        return ()
    return tuple(
        Slide(
            position=position,
            url=slide.url,
            headline=slide.headline,
            picture=addresses.canonical(slide.picture, url),
            kind=addresses.kind(slide.url) if slide.url else None,
        )
        for position, slide in enumerate(_originals(best), 1)
    )


def _linked_pictures(root: Element, url: str, addresses: Addresses) -> Iterator[_Linked]:
    yield from _in_markup(root, url, addresses)
    for number, script in enumerate(root.iter("script")):
        text = script.text or ""
        for told in told_slides(text):
            yield _from_script(told, number, url, addresses)
        if "<img" in (written := written_markup(text)):
            yield from _in_markup(parse(written), url, addresses)


def _from_script(told: Told, number: int, url: str, addresses: Addresses) -> _Linked:
    target = addresses.canonical(told.href, url) if told.href and not told.href.startswith("#") else None
    return _Linked((number, told.group), target, told.picture, squeeze(told.text) or None)


# -- in markup


def _in_markup(root: Element, url: str, addresses: Addresses) -> Iterator[_Linked]:
    clickable = set(row.links(root))
    inside = {link: picture for link in {*clickable, *root.iter("a")} if (picture := _picture(link))}
    # a slide that leads nowhere is told apart by its picture
    leads = {link: row.address(link) or inside[link] for link in root.iter() if link in clickable or link in inside}
    held: dict[Element, set[str]] = defaultdict(set)  # what leads somewhere inside each element
    for link, address in leads.items():
        for element in (link, *link.iterancestors()):
            held[element].add(address)
    slides: dict[Element, list[Element]] = defaultdict(list)
    for link in leads:
        slides[link if link in inside else _around(link, held)].append(link)
    pictured = {slide: picture for slide in slides if (picture := inside.get(slide) or _picture(slide))}
    shown: dict[Element, set[str]] = defaultdict(set)  # slides inside each element
    for slide in pictured:
        for element in slide.iterancestors():
            shown[element].add(leads[slides[slide][0]])
    for slide, picture in pictured.items():
        frame = next((above for above in slide.iterancestors() if len(shown[above]) > 1), root)
        between = [slide, *_up_to(slide, frame)]
        around = _around(slide, held)
        address = row.address(slides[slide][0])
        yield _Linked(
            (frame, *(element.tag for element in between)),
            addresses.canonical(address, url) if address else None,
            picture,
            _headline(around, [link for link in around.iter() if link in leads], between),
            any(_CLONE.search(element.get("class") or "") for element in between),
            any(_SLIDER.search(f"{e.get('id')} {e.get('class')}") for e in (slide, *slide.iterancestors())),
        )


def _around(link: Element, held: dict[Element, set[str]]) -> Element:
    """The largest element around a link that holds no other address."""
    element = link
    for parent in link.iterancestors():
        if len(held[parent]) > 1 or parent.tag == "body":
            break
        element = parent
    return element


def _up_to(slide: Element, frame: Element) -> Iterator[Element]:
    for _, above in zip(range(_MOST), slide.iterancestors(), strict=False):
        if above is frame:
            return
        yield above


def _picture(element: Element) -> str:
    """Address of the picture in an element, from src, a lazy attribute or a background; empty if there is none."""
    for inner in element.iter():
        lazy = next(
            (value for key, value in attributes(inner).items() if key.startswith("data-") and is_image(value)), ""
        )
        background = _BACKGROUND.search(inner.get("style") or "")
        if found := lazy or (inner.get("src") if inner.tag == "img" else background and background[1]):
            return found
    return ""


def _headline(around: Element, links: Sequence[Element], between: Sequence[Element]) -> str | None:
    """The fullest of what names a slide: texts cut with dots, and whole sentences, come after others."""
    told = [element.get("title") for element in (*links, *between)]
    told += [image.get("alt") for image in around.iter("img") if not is_image(image.get("alt") or "")]
    told += [row.title(link)[1] for link in links]
    told.append(row.title_beside(around, links))
    texts = [text for candidate in told if candidate and (text := squeeze(candidate))]
    return max(texts, key=lambda text: ("。" not in text, not row.is_cut(text), len(text)), default=None)


def _originals(slides: Sequence[_Linked]) -> list[_Linked]:
    """Slides without the clones that scripts put before the first and behind the last."""
    slides = [slide for slide in slides if not slide.clone]
    keys = [slide.key for slide in slides]
    for n in range(1, len(keys) // 3 + 2):
        inner = keys[n:-n]
        if len(inner) >= max(n, 2) and keys[:n] == inner[-n:] and keys[-n:] == inner[:n]:
            slides = slides[n:-n]
            break
    first: dict[tuple[str, str | None], _Linked] = {}
    for slide in slides:
        first.setdefault(slide.key, slide)
    return list(first.values())
