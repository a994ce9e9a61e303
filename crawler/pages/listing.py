"""A list page: repeated rows with a link and usually a date, and what the pager says about further pages."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.pages import row
from crawler.pages.pager import read_pager
from crawler.parsing.encoding import decode
from crawler.parsing.lines import Element, parse
from crawler.parsing.urls import Addresses, looks_like_article
from crawler.profile import SiteProfile
from storage.records import Row

# <record><![CDATA[<li>…</li>]]></record>: rows for a script to show, inside <script type="text/xml"><datastore>
_RECORD = re.compile(r"\s*<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


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
    pager = read_pager(text, [link for link in root.iter("a") if link.get("href")], url, profile.addresses)
    entries = list(_entries(root, url, profile.addresses, fetched_on))
    records = [match[1] for part in text.split("<record>")[1:] if (match := _RECORD.match(part))]
    if records:
        entries += _entries(parse(f"<ul id=datastore>{''.join(records)}</ul>"), url, profile.addresses, fetched_on)
    rows = tuple(_rows(entries, url, profile.addresses, own_only))
    return ListPage(rows, pager.next_url, pager.last, pager.otherwise)


@dataclass(slots=True)
class _Entry:
    url: str
    element: Element  # the largest element around the link that holds no other address
    title: str
    inside: date | None  # dates, by where they stand
    before: date | None
    behind: date | None
    in_title: tuple[str, date] | None  # the title without it, and the date

    @property
    def dated(self) -> bool:
        return bool(self.inside or self.before or self.behind or self.in_title)


def _rows(entries: list[_Entry], url: str, addresses: Addresses, own_only: bool) -> Iterator[Row]:
    folder = url.rpartition("/")[0] + "/"
    groups: dict[tuple[int, str], list[_Entry]] = defaultdict(list)
    for entry, place in zip(entries, _places([entry.element for entry in entries]), strict=True):
        groups[place].append(entry)

    def evidence(group: list[_Entry]) -> tuple[bool, int, int]:
        own = sum(entry.url.startswith(folder) and looks_like_article(entry.url) for entry in group)
        dated = sum(entry.dated for entry in group)
        return bool(own and dated), own, dated  # a slider of the section's articles has no dates

    best = max(groups.values(), key=evidence, default=[])
    _, own, dated = evidence(best)
    if not own and (own_only or not dated):
        return
    # a date between two rows is that of the one or of the other throughout a list; the first row has none before it,
    # or the last none behind it. And one title that ends with a date is no date column.
    before_rows = sum(entry.before is not None for entry in best) > sum(entry.behind is not None for entry in best)
    in_titles = 2 * sum(not entry.inside and entry.in_title is not None for entry in best) > len(best)
    shown: dict[str, _Entry] = {}
    for entry in best:
        if entry.url not in shown or (entry.dated and not shown[entry.url].dated):
            shown[entry.url] = entry
    for entry in shown.values():
        title, day = entry.title, entry.inside or (entry.before if before_rows else entry.behind)
        if in_titles and entry.in_title and not day:
            title, day = entry.in_title
        kind = addresses.kind(entry.url)
        if kind != "article" or looks_like_article(entry.url) or day:
            yield Row(entry.url, title, day, kind)


def _entries(root: Element, base: str, addresses: Addresses, today: date | None) -> Iterator[_Entry]:
    """One entry an address and row: several links to it in one row are one."""
    urls = [(link, url) for link in row.links(root) if (url := addresses.canonical(row.address(link), base))]
    around = row.around(urls)
    places: dict[tuple[str, Element], dict[Element, None]] = defaultdict(dict)
    for link, url in urls:
        places[url, around[link]][link] = None
    for (url, element), links in places.items():
        clicked = links.keys()
        title = max((row.title(link) for link in clicked), key=lambda told: (bool(told[1]), told[0]))[1]
        if not title and looks_like_article(url):
            title = row.title_beside(element, clicked)
        if title:
            inside = row.listed_inside(element, clicked, today)
            before, behind = (None, None) if inside else row.listed_beside(element, today)
            yield _Entry(url, element, title, inside, before, behind, row.without_date(title, today))


def _places(elements: Sequence[Element]) -> Iterator[tuple[int, str]]:
    """Where each stands: a number for the path of tags above it. Rows of one list share it, spacer rows or not."""
    paths: dict[tuple[int, str], int] = {}
    numbers: dict[Element | None, int] = {None: 0}
    for element in elements:
        above = [element]
        while (parent := above[-1].getparent()) not in numbers:
            assert parent is not None
            above.append(parent)
        number = numbers[parent]
        for element_above in reversed(above[1:]):
            name = f"{element_above.tag}.{element_above.get('id') or element_above.get('class') or ''}"
            number = numbers[element_above] = paths.setdefault((number, name), len(paths) + 1)
        yield number, element.tag
