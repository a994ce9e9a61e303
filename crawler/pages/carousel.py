"""A home page's news slider: linked pictures that repeat, of which the links lead to articles."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from crawler.pages.listing import is_cut, only_addresses
from crawler.parsing.encoding import decode
from crawler.parsing.lines import Element, attributes, inner_text, parse
from crawler.parsing.text import squeeze
from crawler.parsing.urls import looks_like_article
from crawler.profile import SiteProfile
from storage.records import Slide

# The words sliders are called by, in ids and classes, whatever the library: evidence between equal groups only.
_SLIDER = re.compile(r"(?i)slid|swip|carousel|banner|focus|flex|kin|lunbo|scroll|rotat|jdt|tpxw|bx-|picnews|hot-?pic")
_CLONE = re.compile(r"(?i)clone|duplicate")


def parse_slider(body: bytes, url: str, profile: SiteProfile, http_charset: str | None = None) -> tuple[Slide, ...]:
    """The slides of the page's news slider in their order, clones left out; empty when there is none."""
    root = parse(decode(body, profile.encoding, http_charset).text)
    groups: dict[Element, list[Element]] = defaultdict(list)
    links = [link for link in root.iter("a") if _picture(link)]
    for link, frame in zip(links, _frames(links), strict=True):
        groups[frame].append(link)
    addresses = profile.addresses
    urls = {link: addresses.canonical(link.get("href") or "", url) for link in links}

    def evidence(group: list[Element]) -> tuple[int, bool]:
        targets = {urls[link] or "" for link in group}
        articles = sum(addresses.owns(target) and looks_like_article(target) for target in targets)
        return articles, any(
            _SLIDER.search(f"{e.get('id')} {e.get('class')}") for e in (group[0], *group[0].iterancestors())
        )

    best = max(groups.values(), key=evidence, default=[])
    if not best or not evidence(best)[0]:
        return ()
    slides = []
    for position, link in enumerate(_originals(best), 1):
        target = urls[link]
        slides.append(
            Slide(
                position=position,
                url=target,
                headline=_headline(link),
                picture=addresses.canonical(_picture(link), url),
                kind=addresses.kind(target) if target else None,
            )
        )
    return tuple(slides)


def _picture(link: Element) -> str:
    """Address of the picture in a link, from src, a lazy attribute or a background; empty if there is none."""
    for element in islice(link.iter(), 200):  # links can be nested a thousand deep
        if element.tag == "img":
            return next(
                (value for key, value in attributes(element).items() if key.startswith("data-") and "/" in value),
                element.get("src") or "",
            )
        if background := element.get("data-background"):
            return background
    return ""


def _frames(links: Sequence[Element]) -> Iterator[Element]:
    """Of each link the element whose children the slides are: the nearest one with more than this linked picture in
    it."""
    held = only_addresses((link, link.get("href") or "") for link in links)
    known: dict[Element, Element] = {}
    for link in links:
        passed, frame = [link], link
        while (parent := frame.getparent()) is not None and held[parent] is not None and parent not in known:
            frame = parent
            passed.append(frame)
        if parent is not None:
            frame = parent if held[parent] is None else known[parent]
        known.update(dict.fromkeys(passed, frame))
        yield frame


def _originals(links: Sequence[Element]) -> list[Element]:
    """Slides without the clones that scripts put before the first and behind the last."""
    links = [link for link in links if not _CLONE.search(f"{link.get('class')} {_class_above(link)}")]
    keys = [(link.get("href"), _picture(link)) for link in links]
    if len(links) > 3 and keys[0] == keys[-2] and keys[1] == keys[-1]:
        return list(links[1:-1])
    first = dict(reversed([*zip(keys, links, strict=True)]))
    return list(first.values())[::-1]


def _class_above(link: Element) -> str | None:
    parent = link.getparent()
    return parent.get("class") if parent is not None else None


def _headline(link: Element) -> str | None:
    """The fullest of what names a slide: texts cut with dots come after uncut ones."""
    image = next(link.iter("img"), None)
    near = link.getparent()
    told = [link.get("title"), image.get("alt") if image is not None else None, inner_text(link)]
    if near is not None and image is not None and len(list(islice(near.iter("img"), 2))) == 1:
        told.append(inner_text(near))
    texts = [text for candidate in told if candidate and (text := squeeze(candidate))]
    return max(texts, key=lambda text: (not is_cut(text), len(text)), default=None)
