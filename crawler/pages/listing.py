"""A list page: repeated rows with a link and usually a date, and what the pager says about further pages."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, takewhile
from typing import cast

from crawler.parsing import dates
from crawler.parsing.encoding import decode
from crawler.parsing.lines import Element, inner_text, parse
from crawler.parsing.text import squeeze
from crawler.parsing.urls import Addresses, looks_like_article
from crawler.profile import SiteProfile
from storage.records import Row

# Words of links that stand beside a row's title or belong to the pager.
_NOT_TITLES = re.compile(
    r"\W*+(?:查看|查看详情|详情|详细|更多|more|阅读全文|全文|下载|首页|上一页|下一页|末页|尾页|\d{1,4})?\W*$",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:(?<!\.)\.{2,}+|(?<!…)…++)\s*$")
_PAGER_WORDS = re.compile(r"\d{1,4}|\W*+(?:首页|上一?页|下一?页|末页|尾页)\W*|[^\w<>«»]*[<>«»]\W*")
# createPageHTML(120, 0, "index", "html"); the definition `function createPageHTML(` that may stand before it is none
_PAGER_CALL = re.compile(
    r"(?<!function )\bcreatePageHTML\(\s*(?P<count>\d{1,9})\s*,\s*(?P<current>\d+)\s*,"
    r"\s*[\"'](?P<name>[\w-]+)[\"']\s*,\s*[\"'](?P<ext>\w+)"
)


def is_cut(text: str) -> bool:
    return bool(_CUT.search(text))


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[Row, ...]
    next_url: str | None  # of the page behind this one; None on the last
    last: int | None  # number of the last page, says the pager; None: no pager, next_url is a try


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
    next_url, last = _next_page(text, links, url, profile.addresses)
    return ListPage(tuple(_rows(links, url, profile.addresses, fetched_on, own_only)), next_url, last)


@dataclass(slots=True)
class _Entry:
    url: str
    element: Element  # the largest element around the link that holds no other address
    title: str
    listed_on: date | None


def _rows(links: list[Element], url: str, addresses: Addresses, today: date | None, own_only: bool) -> Iterator[Row]:
    entries = list(_entries(links, url, addresses, today))
    folder = url.rpartition("/")[0] + "/"
    groups: dict[tuple[str, int], list[_Entry]] = defaultdict(list)
    for entry, place in zip(entries, _places([entry.element for entry in entries]), strict=True):
        groups[place].append(entry)

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
    held = only_addresses(urls)
    seen: dict[str, _Entry] = {}
    for link, url in urls:
        title = _title(link)
        if known := seen.get(url):
            if len(title) > len(known.title):
                known.title = title
            continue
        if not title and not looks_like_article(url):
            continue
        element = link
        while (parent := element.getparent()) is not None and held[parent] is not None and parent.tag != "body":
            element = parent
        seen[url] = _Entry(url, element, title, _listed_on(element, link, today))
    yield from (entry for entry in seen.values() if entry.title)


def only_addresses(links: Iterable[tuple[Element, str]]) -> dict[Element, str | None]:
    """Of each element around the links the one address in it, None where there are several."""
    held: dict[Element, str | None] = {}
    for link, url in links:
        for element in chain([link], link.iterancestors()):
            if element not in held:
                held[element] = url
            elif held[element] in (None, url):
                break  # so it is above
            else:
                held[element] = None
    return held


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
        if not (len(squeeze(inner)) < 20 and dates.listed(inner, date.max)):
            yield inner
        yield child.tail or ""


def _listed_on(element: Element, link: Element, today: date | None) -> date | None:
    titles = set(_texts(link))
    around = " ".join(text for text in islice(cast("Iterator[str]", element.itertext()), 500) if text not in titles)
    if element is link or not re.search(r"\d", around):
        around += " " + (element.tail or "")
        following = element.getnext()
        if following is not None and following.find(".//a") is None and following.tag not in ("a", "ul", "table", "li"):
            around += " " + inner_text(following)
    return dates.listed(around, today)


def _places(elements: Sequence[Element]) -> Iterator[tuple[str, int]]:
    """Where each entry stands: its tag and, as a number, the path of tags above it. Rows of one list share both, spacer
    rows or not."""
    numbers: dict[tuple[int, str], int] = {}  # of paths, by the path without its last step and this step
    known: dict[Element | None, int] = {None: 0}
    for element in elements:
        above = list(takewhile(lambda parent: parent not in known, element.iterancestors()))
        path = known[(above[-1] if above else element).getparent()]
        for parent in reversed(above):
            step = (path, f"{parent.tag}.{parent.get('id') or parent.get('class') or ''}")
            path = known[parent] = numbers.setdefault(step, len(numbers) + 1)
        yield element.tag, path


def _next_page(text: str, links: list[Element], url: str, addresses: Addresses) -> tuple[str | None, int | None]:
    folder, _, file = url.rpartition("/")
    name, number, ext = _page_name(file)
    if call := list(_PAGER_CALL.finditer(text)):
        count, name, ext = int(call[-1]["count"]), call[-1]["name"], call[-1]["ext"]
        return (f"{folder}/{name}_{number}.{ext}" if number < count else None), count
    # page numbers among ready-made links: index.html is 1, index_1.html is 2
    linked: dict[int, str] = {}
    for link in links:
        if not _PAGER_WORDS.fullmatch(squeeze(inner_text(link))):
            continue
        target = addresses.canonical(link.get("href") or "", url) or ""
        target_folder, _, target_file = target.rpartition("/")
        if target_folder == folder:
            target_name, target_number, _ = _page_name(target_file)
            if target_name == name:
                linked[target_number] = target
    if linked:
        further = [n for n in linked if n > number]
        return (linked[min(further)] if further else None), max(number, *linked)
    return f"{folder}/{name}_{number}.{ext}", None


def _page_name(file: str) -> tuple[str, int, str]:
    """Name, number counted from 1 and extension of a list page's file: index_3.html is page 4."""
    match = re.fullmatch(r"(?P<name>[\w-]*?)(?:_(?P<n>\d{1,5}))?\.(?P<ext>s?html?)", file)
    return (match["name"], int(match["n"] or 0) + 1, match["ext"]) if match else ("index", 1, "html")
