"""A home page's news slider: linked pictures that repeat, of which the links lead to articles."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

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
    pictures = _pictures(root)
    clickable = set(row.links(root))
    leads: dict[Element, str] = {}
    inside: set[Element | None] = set()
    for link in root.iter():
        nested = link.getparent() in inside
        if link in clickable or (link.tag == "a" and link in pictures and not nested):
            # a slide that leads nowhere is told apart by its picture
            leads[link] = row.address(link) or pictures[link]
            inside.add(link)
        elif nested:
            inside.add(link)
    around = row.around(leads.items())
    slides: dict[Element, list[Element]] = defaultdict(list)
    for link in leads:
        slides[link if link in pictures else around[link]].append(link)
    pictured = [slide for slide in slides if slide in pictures]
    shown = row.only_address((slide, leads[slides[slide][0]]) for slide in pictured)
    named = cache(lambda element: _names(element, [link for link in element.iter() if link in leads]))
    worded = _worded(pictured)
    for slide in pictured:
        frame = next((above for above in slide.iterancestors() if shown[above] is None), root)
        between = [slide, *_up_to(slide, frame)]
        address = row.address(slides[slide][0])
        titles = [element.get("title") or "" for element in between]
        yield _Linked(
            (frame, *(element.tag for element in between)),
            addresses.canonical(address, url) if address else None,
            pictures[slide],
            _fullest([*titles, *named(around[slide])]) or None,
            any(_CLONE.search(element.get("class") or "") for element in between),
            worded[slide],
        )


def _up_to(slide: Element, frame: Element) -> Iterator[Element]:
    for _, above in zip(range(_MOST), slide.iterancestors(), strict=False):
        if above is frame:
            return
        yield above


def _worded(slides: Iterable[Element]) -> dict[Element | None, bool]:
    """Of each slide, whether it or an element above it is called a slider."""
    told: dict[Element | None, bool] = {None: False}
    for slide in slides:
        element: Element | None = slide
        path = []
        while element is not None and element not in told:
            path.append(element)
            element = element.getparent()
        worded = told[element]
        for element in reversed(path):
            worded = worded or bool(_SLIDER.search(f"{element.get('id')} {element.get('class')}"))
            told[element] = worded
    return told


def _pictures(root: Element) -> dict[Element, str]:
    """Of each element that has a picture, the address of its first: from src, a lazy attribute or a background."""
    found: dict[Element, str] = {}
    for inner in root.iter():
        lazy = next(
            (value for key, value in attributes(inner).items() if key.startswith("data-") and is_image(value)), ""
        )
        background = _BACKGROUND.search(inner.get("style") or "")
        if picture := lazy or (inner.get("src") if inner.tag == "img" else background and background[1]):
            for element in (inner, *inner.iterancestors()):
                if element in found:
                    break
                found[element] = picture
    return found


def _names(around: Element, links: Collection[Element]) -> list[str]:
    """What names the slides in an element, the fullest of each kind."""
    titles = [link.get("title") or "" for link in links]
    alts = [alt for image in around.iter("img") if not is_image(alt := image.get("alt") or "")]
    texts = [row.title(link)[1] for link in links]
    return [_fullest(titles), _fullest(alts), _fullest(texts), row.title_beside(around, links)]


def _fullest(texts: Iterable[str]) -> str:
    """Texts cut with dots, and whole sentences, come after others."""
    squeezed = filter(None, map(squeeze, texts))
    return max(squeezed, key=lambda text: ("。" not in text, not row.is_cut(text), len(text)), default="")


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
