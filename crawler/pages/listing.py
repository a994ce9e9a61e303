"""A list page: repeated rows with a link and usually a date, and what the pager says about further pages."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from crawler.pages.pager import read_pager
from crawler.parsing import dates
from crawler.parsing.encoding import decode
from crawler.parsing.lines import Element, inner_text, parse
from crawler.parsing.text import squeeze
from crawler.parsing.urls import Addresses, looks_like_article
from crawler.profile import SiteProfile
from storage.records import Row

# Words of links that stand beside a row's title or belong to the pager.
_NOT_TITLES = re.compile(
    r"^\W*(?:查看|查看详情|详情|详细|更多|more|阅读全文|全文|下载|首页|上一页|下一页|末页|尾页|\d{1,4}|>+|<+)?\W*$",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:\.{2,}|…+)\s*$")


def is_cut(text: str) -> bool:
    return bool(_CUT.search(text))


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[Row, ...]
    next_url: str | None  # of the page behind this one; None on the last
    last: int | None  # number of the last page, says the pager; None: no pager, next_url is a try
    otherwise: str | None = None  # what the next page is called if next_url is not there


def parse_list(
    body: bytes,
    url: str,
    profile: SiteProfile,
    http_charset: str | None = None,
    fetched_on: date | None = None,
    own_only: bool = False,
) -> ListPage:
    """Rows of the list at `url` (canonical), in reading order, each address once. With `own_only` (earlier pages had
    rows in the list's own folder) a page without such rows has none: what it has beside them is another list."""
    text = decode(body, profile.encoding, http_charset).text
    root = parse(text)
    links = [link for link in root.iter("a") if (link.get("href") or "").strip()]
    pager = read_pager(text, links, url, profile.addresses)
    rows = tuple(_rows(links, url, profile.addresses, fetched_on, own_only))
    return ListPage(rows, pager.next_url, pager.last, pager.otherwise)


@dataclass(slots=True)
class _Entry:
    url: str
    element: Element  # the largest element around the link that holds no other address
    title: str
    listed_on: date | None


def _rows(links: list[Element], url: str, addresses: Addresses, today: date | None, own_only: bool) -> Iterator[Row]:
    entries = list(_entries(links, url, addresses, today))
    folder = url.rpartition("/")[0] + "/"
    groups: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
    for entry in entries:
        groups[_place(entry.element)].append(entry)

    def evidence(group: list[_Entry]) -> tuple[int, int]:
        own = sum(entry.url.startswith(folder) and looks_like_article(entry.url) for entry in group)
        return own, sum(entry.listed_on is not None for entry in group)

    best = max(groups.values(), key=evidence, default=[])
    own, dated = evidence(best)
    if not own and (own_only or not dated):
        return
    for entry in best:
        kind = addresses.kind(entry.url)
        if kind != "article" or looks_like_article(entry.url) or entry.listed_on:
            yield Row(entry.url, entry.title, entry.listed_on, kind)


def _entries(links: list[Element], base: str, addresses: Addresses, today: date | None) -> Iterator[_Entry]:
    """One entry an address: several links to it in one row are one."""
    urls = [(link, url) for link in links if (url := addresses.canonical(link.get("href") or "", base))]
    held: dict[Element, set[str]] = defaultdict(set)  # addresses inside each element
    for link, url in urls:
        for element in (link, *link.iterancestors()):
            held[element].add(url)
    seen: dict[str, _Entry] = {}
    for link, url in urls:
        element = link
        while (parent := element.getparent()) is not None and len(held[parent]) == 1 and parent.tag != "body":
            element = parent
        title = _title(link)
        if known := seen.get(url):
            if len(title) > len(known.title):
                known.title = title
            continue
        if not title and not looks_like_article(url):
            continue
        seen[url] = _Entry(url, element, title, _listed_on(element, link, today))
    yield from (entry for entry in seen.values() if entry.title)


def _title(link: Element) -> str:
    """A row's title: the link's text, or its title attribute where the text is cut."""
    text, full = squeeze("".join(_texts(link))), squeeze(link.get("title") or "")
    if _NOT_TITLES.match(text) or (is_cut(text) and len(full) > len(_CUT.sub("", text))):
        text = full if not _NOT_TITLES.match(full) else ""
    return text


def _texts(link: Element) -> Iterator[str]:
    """The link's text without a date that stands in an element of its own inside it."""
    yield link.text or ""
    for child in link:
        inner = inner_text(child)
        if not (len(inner) < 20 and dates.listed(inner, date.max)):
            yield inner
        yield child.tail or ""


def _listed_on(element: Element, link: Element, today: date | None) -> date | None:
    titles = set(_texts(link))
    around = " ".join(text for text in cast("Iterator[str]", element.itertext()) if text not in titles)
    if element is link or not re.search(r"\d", around):
        around += " " + (element.tail or "")
        following = element.getnext()
        if following is not None and following.find(".//a") is None and following.tag not in ("a", "ul", "table", "li"):
            around += " " + inner_text(following)
    return dates.listed(around, today)


def _place(element: Element) -> tuple[str, ...]:
    """Where an entry stands: the path of tags above it. Rows of one list share it, spacer rows or not."""
    return (
        element.tag,
        *(f"{parent.tag}.{parent.get('id') or parent.get('class') or ''}" for parent in element.iterancestors()),
    )
