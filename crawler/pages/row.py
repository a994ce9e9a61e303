"""One row of a list: where it leads, its title and its date, wherever in the row they stand."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import chain, islice

from lxml import etree

from crawler.parsing import dates
from crawler.parsing.lines import Element, attributes, inner_text
from crawler.parsing.text import squeeze

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset([*HEADINGS, *"p div dt dd dl li ul ol td tr table section article header footer".split()])
# window.open('./202605/t20260511_1.html') | location.href="…" | javascript:location='…'
_OPENED = re.compile(
    r"""(?:\bopen\s*\(|\blocation(?:\.href)?\s*=|\blocation\.(?:assign|replace)\s*\()\s*["']([^"'\s]{1,500})["']"""
)
_PLACEHOLDER = re.compile(r"\{\{|\$\{|<%|\[!--")  # {{el.title}} | ${item.url} | <%=url%> | [!--titleurl--]
# Words of links that stand beside a row's title or belong to the pager.
_NOT_TITLES = re.compile(
    r"^\W*(?:查看|查看详情|详情|详细|更多|more|阅读全文|全文|下载|首页|上一页|下一页|末页|尾页|\d{1,4}|>+|<+)?\W*$",
    re.IGNORECASE,
)
_PROSE = re.compile(r"[，。；]")
_LONG = 60  # characters; a text of a row that is longer is a summary
_IMAGE_NAME = re.compile(r"\.\w{3,4}$|^\w{0,4}$")  # W020260501.jpg | pic1
# 标题：北岭集团召开会议 发布时间：2026-05-11, as an attribute
_LABEL = re.compile(r"^\s*标题\s*[:：]\s*")
_LABELLED_DATE = re.compile(r"\s*(?:发布|更新|发表)?(?:时间|日期)\s*[:：]\s*(\d.*)$", re.DOTALL)
# 2026-05-11 | [05-11] | 发布时间：2026年5月11日 10:22
_ONLY_DATE = re.compile(r"\W*(?:(?:发布|更新|发表)?(?:时间|日期)\W*)?[\d\s年月日号时分秒/.:-]+\W*")
_DATE_ATTRIBUTES = frozenset(["title", "datetime", "data-date", "data-time"])
# 2026-05 | 2026年5月, with the day in an element of its own
_MONTH = re.compile(r"20\d\d\s*[-/.年]\s*\d{1,2}\s*月?")
# 12日 2026-05 | 2026-05 12 | 05-12 2026 | 2026 05-12, each half in an element of its own
_HALVES = (
    re.compile(r"(?<![\d年./:-])(?P<d>\d{1,2})日?\s+(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})月?(?![\d./-])"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})月?\s+(?P<d>\d{1,2})日?(?![\d:.-])"),
    re.compile(r"(?<![\d年./-])(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?\s+(?P<y>20\d\d)年?(?![\d.年/-])"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)年?\s+(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?(?![\d.-])"),
)
# 标题 2026-05-11 | 标题(2026年5月11日) | 标题 05-11 | [05-11] 标题 | 2026-05-11 标题
_DAY = r"20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s\d{1,2}:\d\d(?::\d\d)?)?"
_BRACKETED = rf"[\[(（【]\s?(?:{_DAY}|\d{{1,2}}[-/.月]\d{{1,2}}日?)\s?[\])）】]"
_DATE_AT_END = re.compile(rf"\s*(?:{_BRACKETED}|(?<!\d){_DAY}|(?<=\s)\d{{1,2}}[-/]\d{{1,2}})$")
_DATE_AT_START = re.compile(rf"^(?:{_BRACKETED}|{_DAY}(?!\d)|\d{{1,2}}[-/]\d{{1,2}}(?=\s))\s*")


def is_cut(text: str) -> bool:
    """北岭集团召开... | 北岭集团召开……"""
    return text.rstrip().endswith(("..", "…"))


def _is_no_title(text: str) -> bool:
    return len(text) < 40 and bool(_NOT_TITLES.match(text))


# -- where it leads


def address(element: Element) -> str:
    """Where a click on the element leads, as the page writes it; empty if nowhere."""
    href = (element.get("href") or "").strip() if element.tag == "a" else ""
    if not href or href.startswith("#") or href.lower().startswith("javascript:"):
        opened = _OPENED.search(f"{element.get('onclick') or ''} {href}")
        told = [element.get(key) for key in ("data-href", "data-url", "data-link")]
        href = next((value.strip() for value in told if value), opened[1] if opened else "")
    return "" if _PLACEHOLDER.search(href) else href


def links(root: Element) -> list[Element]:
    """What can be clicked, in reading order: links, and rows without links that lead somewhere by script."""
    links = {link for link in root.iter("a") if address(link)}
    holding: set[Element] = set()
    for link in links:
        for above in link.iterancestors():
            if above in holding:
                break  # and so is all that is above
            holding.add(above)
    rows = {e for e in root.iter("li", "tr", "dd", "div", "p", "span", "td") if e not in holding and address(e)}
    found: list[Element] = []
    inside: set[Element | None] = set()
    for element in root.iter():
        if element.getparent() in inside:
            inside.add(element)
        elif element in links or element in rows:
            inside.add(element)
            found.append(element)
    return found


def only_address(links: Iterable[tuple[Element, str]]) -> dict[Element, str | None]:
    """The one address inside each element that has links in it, or None where there are several."""
    held: dict[Element, str | None] = {}
    for link, url in links:
        for element in chain([link], link.iterancestors()):
            if held.setdefault(element, url) != url:
                if held[element] is None:
                    break  # as is all that is above
                held[element] = None
    return held


def around(links: Iterable[tuple[Element, str]]) -> dict[Element, Element]:
    """For each link the largest element around it that holds no other address."""
    links = list(links)
    held = only_address(links)
    largest: dict[Element, Element] = {}
    for link, _ in links:
        path = [link]
        while path[-1] not in largest:
            above = path[-1].getparent()
            if above is None or held[above] is None or above.tag == "body":
                largest[path[-1]] = path[-1]
            else:
                path.append(above)
        for element in path:
            largest[element] = largest[path[-1]]
    return largest


# -- its title


def title(link: Element) -> tuple[tuple[bool, bool, bool, bool], str]:
    """A link's title and how good it is: in a heading, no summary, not cut, printed. Empty if it has none."""
    full = _LABELLED_DATE.sub("", _LABEL.sub("", squeeze(link.get("title") or "")))
    full = "" if _is_no_title(full) or _PLACEHOLDER.search(full) else full
    heading = next((h for h in link.iter(*HEADINGS) if squeeze(inner_text(h))), None)
    text = _first([full], list(_pieces(link if heading is None else heading, _not_titles(link))))
    printed = bool(text)
    if full and (not text or (is_cut(text) and len(full) > len(text.rstrip(" .…")))):
        text, printed = full, bool(text)
    elif full and text.startswith(full) and _PROSE.search(text[len(full) :]):
        text = full
    headed = heading is not None or next(link.iterancestors(*HEADINGS), None) is not None
    return (headed, not _is_prose(text), not is_cut(text), printed), text


def title_beside(row: Element, clicked: Collection[Element]) -> str:
    """The title of a row whose links have none: in a heading, a picture's text, else the row's first words."""
    told = [squeeze(inner_text(heading)) for heading in row.iter(*HEADINGS)]
    told += [alt for image in row.iter("img") if not _IMAGE_NAME.search(alt := squeeze(image.get("alt") or ""))]
    outside = set(clicked) if row not in clicked else set()
    told.append(_first([], [piece for piece in _pieces(row, outside | _dates_in(row)) if not _is_prose(piece)]))
    return max(filter(None, told), key=lambda text: not is_cut(text), default="")


def without_date(text: str, today: date | None) -> tuple[str, date] | None:
    """A title that a date is printed with, apart from it: `标题 2026-05-11`, `[05-11] 标题`."""
    for pattern in (_DATE_AT_END, _DATE_AT_START):
        if (match := pattern.search(text)) and (day := dates.listed(match.group(), today)):
            rest = text[: match.start()] + text[match.end() :]
            return (rest, day) if len(rest) > 1 else None
    return None


def _first(wanted: list[str], pieces: list[str]) -> str:
    """The first piece that can be a title; short ones (a column's name above it) only if there is no other."""
    pieces = [piece for piece in pieces if not _is_no_title(piece) and not _PLACEHOLDER.search(piece)]
    return next(
        (piece for piece in pieces if piece in wanted),
        next((piece for piece in pieces if len(piece) > 4), pieces[0] if pieces else ""),
    )


def _pieces(root: Element, skipped: Collection[Element]) -> Iterator[str]:
    """The element's text, block by block, without what is skipped."""
    run: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        if node.tag in _BLOCKS:
            if words := squeeze("".join(run)):
                yield words
            run = []
        if event == "end":
            run.append((node.tail or "") if node is not root else "")
        elif node in skipped or node.tag in ("script", "style"):
            # its end event, which carries the tail, is still to come
            walk.skip_subtree()
        else:
            run.append(" " if node.tag == "br" else node.text or "")
    if words := squeeze("".join(run)):
        yield words


def _not_titles(link: Element) -> set[Element]:
    """Elements inside a link that are its date, or a summary beside a title."""
    skipped = _dates_in(link)
    summaries = {child for child in link if "。" in inner_text(child)}
    others = (squeeze(inner_text(child)) for child in link if child not in skipped and child not in summaries)
    return skipped | summaries if any(others) else skipped


def _is_prose(text: str) -> bool:
    return "。" in text or len(text) > 2 * _LONG


# -- its date


def listed_inside(row: Element, clicked: Collection[Element], today: date | None) -> date | None:
    """The date in a row, outside its title: a full one before one without a year, a printed one before a title's."""
    inside = {element for link in clicked for element in link.iter()}
    printed = _join([*_outside(row, clicked, inside), *(_brief(element) for element in _dates_in(row) & inside)])
    if dates.find(printed).stamps:
        return dates.listed(printed, today)
    told = [value for element in row.iter() for key, value in attributes(element).items() if key in _DATE_ATTRIBUTES]
    told = [labelled[1] if (labelled := _LABELLED_DATE.search(value)) else value for value in told]
    full = _join([value for value in told if _ONLY_DATE.fullmatch(value)])
    return dates.listed(full if dates.find(full).stamps else printed, today)


def listed_beside(row: Element, today: date | None) -> tuple[date | None, date | None]:
    """The dates before and behind a row, in text or elements without links that stand between it and the next."""
    parent, previous, following = row.getparent(), row.getprevious(), row.getnext()
    before = [(previous.tail if previous is not None else parent.text if parent is not None else "") or ""]
    behind = [row.tail or ""]
    if previous is not None and _is_between(previous):
        before.insert(0, _brief(previous))
    if following is not None and _is_between(following):
        behind += [_brief(following), (following.tail or "") if following.tag == "br" else ""]
    return dates.listed(_join(before), today), dates.listed(_join(behind), today)


def _outside(row: Element, clicked: Collection[Element], inside: Collection[Element]) -> Iterator[str]:
    """The row's texts that are not in its links."""
    for event, element in etree.iterwalk(row, events=("start", "end")):
        if event == "start" and element not in inside:
            yield element.text or ""
        elif event == "end" and element is not row and (element in clicked or element not in inside):
            yield element.tail or ""


def _is_between(element: Element) -> bool:
    return element.tag not in ("a", "ul", "table", "li") and element.find(".//a") is None


def _dates_in(element: Element) -> set[Element]:
    """The elements that hold nothing but a date, or the day and the month of one."""
    found, months, days = set(), set(), set()
    for inner in element.iter():
        text = squeeze(_brief(inner))
        if len(text) > 40 or not _ONLY_DATE.fullmatch(text):
            continue
        if dates.listed(_join([text]), date.max):
            found.add(inner)
        elif _MONTH.fullmatch(text):
            months.add(inner)
        elif re.fullmatch(r"\d{1,2}日?", text):
            days.add(inner)
    return found | (months | days if months and days else set())


def _brief(element: Element) -> str:
    """The text of an element small enough to be a date's, with a blank between its elements."""
    if next(islice(element.iter(), 12, None), None) is not None:
        return ""
    return " ".join(str(part)[:200] for part in element.itertext())


def _join(texts: list[str]) -> str:
    """The short texts as one, for a date whose halves stand apart. Prose is left out: its dates are not the row's."""
    text = squeeze(" ".join(text for text in texts if len(text) <= _LONG and not _PROSE.search(text)))
    for halves in _HALVES:
        text = halves.sub(r"\g<y>-\g<m>-\g<d>", text)
    return text
