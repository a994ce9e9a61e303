"""What a list page says about the pages behind it: in a script's arguments, in variables, or in ready-made links.

Scripts are read, never run. Where one form is used by sites that call the second page `_1` and by sites that call it
`_2`, a number in the page's own address decides (the next page has the next number), then a ready-made link. Without
either, a count from 0 means `_1`. A count from 1 means `_2` for lists called index, which is how the one known script
of that kind names them; for other names `_1` is asked for first, since a page too many does no harm and one left out
is lost.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.parsing.lines import Element, inner_text
from crawler.parsing.text import squeeze
from crawler.parsing.urls import Addresses

# createPageHTML(120, 0, "index", "html") | createPageHTML('paging',25,1,'index','html',500) | createPage(12, 0)
# pageControl(4, 2, "index", "shtml", 10, 'pages-nav'); the head of the function itself has this form, without numbers
_CALL = re.compile(r"\b(?:createPage|pageControl)\w*\s*\(([^()]{1,300})\)")
# $(".pagination").pagination("setPage",2,6)
_SET_PAGE = re.compile(r"""["']setPage["']\s*,\s*["']?(?P<current>\d{1,5})["']?\s*,\s*["']?(?P<count>\d{1,5})""")
# var countPage = 12 | totalPage: 6, | "pageCount":"3"
_COUNT = re.compile(
    r"""(?i)(?<![\w.$])(?:count_?pages?|total_?pages?|page_?(?:count|total))["']?\s*[:=]\s*["']?(null\b|\d{1,5}\b)"""
)
# var currentPage = 0;//所在页从0开始 | currPage:1
_CURRENT = re.compile(
    r"""(?i)(?<![\w.$])(?:curr?(?:ent)?_?page|now_?page|page_?index)["']?\s*[:=]\s*["']?(\d{1,5})\b"""
)
# "index"+"_" + nextPage + "."+"shtml\">下一页 | 'list_' + i + '.html'
_WRITTEN_NAME = re.compile(
    r"""["'](?P<name>[\w-]{1,40}?)(?:["']\s*\+\s*["'])?_["']\s*\+\s*\w+\s*\+\s*["']\."""
    r"""(?:["']\s*\+\s*["'])?(?P<ext>s?html?)\b"""
)
# page, pageIndex, page_no, currentPage, pn
_PARAMETER = r"(?:curr?(?:ent)?_?)?page(?:_?(?:index|no|num|number))?|p|pn"
# location.href = "list.jsp?pageIndex=" + n
_WRITTEN_PARAMETER = re.compile(rf"""(?i)[?&]({_PARAMETER})=["']\s*\+""")
# <datastore><nextgroup>…</nextgroup><recordset><record>…: the rows of all pages, fetched by script as they are turned
_DATASTORE = re.compile(r"(?i)<datastore>")
_TOTAL = re.compile(r"(?i)<totalpage>\s*(\d{1,5})\s*</totalpage>")  # <totalpage>309</totalpage>
# index_3.html | index3.html | list/3.html | gsyw/12.htm | /page/3/
_NUMBER = re.compile(r"(?:(?:[_/-]|(?<=[a-z]))(?P<n>\d{1,5})\.\w{3,5}|/page/(?P<p>\d{1,5})/?)$")

_FIGURE = re.compile(r"\W*(?:第\s*)?(\d{1,4})(?:\s*页)?\W*")  # 2 | [2] | 第2页
_ONWARD = re.compile(r"(?i)\W*(?:[下后][一1]?[页頁]|next(?: page)?)\W*")  # 下一页 | 下页> | Next
_ARROW = re.compile(r"[>›»]")
_LAST = re.compile(r"\W*(?:末|尾|最后一?)[页頁]\W*")  # 尾页 | 末页 >>
_OTHER = re.compile(r"(?i)\W*(?:首页|首頁|第一页|[上前][一1]?[页頁]|prev(?:ious)?|[<>«»‹›]+)\W*")  # 首页 | 上页 | <<


@dataclass(frozen=True, slots=True)
class Pager:
    next_url: str | None  # of the page behind this one; None on the last
    last: int | None  # number of the last page; None: not said, next_url is a try
    otherwise: str | None = None  # what the next page is called if next_url is not there


def read_pager(text: str, links: Sequence[Element], url: str, addresses: Addresses) -> Pager:
    """The pager of the list page at `url` (canonical), with the page's text and its links."""
    linked = _linked(links, url, addresses)
    script = _script(text, url)
    if linked and linked.next_url:
        return Pager(linked.next_url, max(linked.last or 0, script.count if script else 0))
    if script:
        return script.pager(url, text)
    if _DATASTORE.search(text):
        total = _TOTAL.search(text)
        return Pager(None, int(total[1]) if total else None)
    if linked:
        return linked
    own = _File.of(url)
    return Pager(_with_parameter(url) or own.numbered((own.number or 0) + 1), None)


# -- addresses


@dataclass(frozen=True, slots=True)
class _File:
    folder: str
    name: str
    number: int | None  # as it stands in the name
    ext: str

    @classmethod
    def of(cls, url: str) -> "_File":
        folder, _, file = url.partition("?")[0].rpartition("/")
        match = re.fullmatch(r"(?P<name>[\w-]+?)(?:_(?P<n>\d{1,5}))?\.(?P<ext>s?html?)", file)
        if not match:
            return cls(folder, "index", None, "html")
        return cls(folder, match["name"], int(match["n"]) if match["n"] else None, match["ext"])

    def numbered(self, number: int) -> str:
        return f"{self.folder}/{self.name}_{number}.{self.ext}"


def _with_parameter(url: str, name: str | None = None, number: int = 2) -> str | None:
    """The address of the next page where a parameter counts them: the one in `url`, else `name` with `number`."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for n, (key, value) in enumerate(pairs):
        if _is_page(key, value):
            pairs[n] = (key, str(int(value) + 1))
            break
    else:
        if not name:
            return None
        pairs.append((name, str(number)))
    return urlunsplit(parts._replace(query=urlencode(pairs)))


def _is_page(key: str, value: str) -> bool:
    return bool(re.fullmatch(_PARAMETER, key, re.IGNORECASE) and re.fullmatch(r"[0-9]{1,5}", value))


def _stem(url: str) -> tuple[str, int | None]:
    """An address without its page number, and the number: what index.html, index_3.html and list/?page=3 share."""
    parts = urlsplit(url)
    path, number, query = parts.path, None, []
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if _is_page(key, value):
            number = int(value)
        else:
            query.append((key, value))
    if number is None and (match := _NUMBER.search(path)):
        path, number = path[: match.start()], int(match["n"] or match["p"])
    return f"{parts.netloc}{_plain(path)}?{urlencode(query)}", number


def _plain(path: str) -> str:
    return re.sub(r"\.\w{3,5}$", "", path).removesuffix("/").removesuffix("/index")


# -- scripts


@dataclass(frozen=True, slots=True)
class _Script:
    """What a script says. `current` is this page as the script counts, `from_one` whether it may begin at 1 there."""

    count: int
    current: int | None
    from_one: bool
    name: str | None = None
    ext: str | None = None
    second: int | None = None  # the number in the second page's name, where the form tells it
    parameter: str | None = None

    def pager(self, url: str, text: str) -> Pager:
        own = _File.of(url)
        if by_parameter := _with_parameter(url, self.parameter, (1 if self.current is None else self.current) + 1):
            shown = _stem(url)[1] or self.current or 1
            return Pager(by_parameter if shown < self.count else None, max(self.count, 1))
        written = None if self.name else _WRITTEN_NAME.search(text)
        if self.name or written:
            name, ext = (written["name"], written["ext"]) if written else (self.name or "", self.ext or own.ext)
            own = _File(own.folder, name, own.number, ext)
        if self._number(own.number) >= self.count:
            return Pager(None, max(self.count, 1))
        if own.number is not None:
            return Pager(own.numbered(own.number + 1), self.count)
        if self.second or not self.current:
            return Pager(own.numbered(self.second or 1), self.count)
        return Pager(own.numbered(1), self.count, own.numbered(2))

    def _number(self, written: int | None) -> int:
        """This page's number, from 1. Where the script may count from 1 its word holds, if it fits the address."""
        if written is None:
            return 1
        return written if self.from_one and self.current == written else written + 1


def _script(text: str, url: str) -> _Script | None:
    name = _File.of(url).name
    calls = [call for match in _CALL.finditer(text) if (call := _call(match[1]))]
    if calls:
        # a page may hold several lists: its own one's call, else the last
        return max(reversed(calls), key=lambda call: call.name == name)
    if match := _SET_PAGE.search(text):
        return _Script(int(match["count"]), int(match["current"]), from_one=True, second=2)
    counts = [0 if said == "null" else int(said) for said in _COUNT.findall(text)]
    if not counts:
        return None
    current = _CURRENT.search(text)
    parameter = _WRITTEN_PARAMETER.search(text)
    by_query = parameter[1] if parameter else "pageIndex" if "Ls.pagination" in text else None
    return _Script(max(counts), int(current[1]) if current else None, from_one=True, parameter=by_query)


def _call(arguments: str) -> _Script | None:
    words = [word.strip().strip("\"'").strip() for word in arguments.split(",")]
    container = not re.fullmatch(r"\d{1,5}|null", words[0])
    count, current, name, ext = (*words[container:], "", "", "", "")[:4]
    if not re.fullmatch(r"\d{1,5}|null", count) or not re.fullmatch(r"\d{0,5}|null", current):
        return None
    return _Script(
        int(count) if count.isdigit() else 0,
        int(current) if current.isdigit() else None,
        from_one=container,
        name=name.removeprefix("./") or None,
        ext=ext.removeprefix(".") or None,
        second=2 if container and current == "1" and name == "index" else None,
    )


# -- ready-made links


def _linked(links: Sequence[Element], url: str, addresses: Addresses) -> Pager | None:
    stems = {_stem(url)[0], f"{urlsplit(url).netloc}{_plain(urlsplit(url).path)}?{urlsplit(url).query}"}
    pages: dict[int, str] = {}
    found: list[Element] = []  # the pager's links
    onward = arrow = end = None
    links = [link for link in links if not (link.get("href") or "").lstrip().startswith(("#", "javascript:"))]
    for link in links:
        words = squeeze(inner_text(link)) or squeeze(link.get("title") or "")
        if len(words) > 12 or not (target := addresses.canonical(link.get("href") or "", url)):
            continue
        if _ONWARD.fullmatch(words) and addresses.owns(target):
            # this word leaves no doubt, wherever the link leads
            onward = onward or (target if target != url else None)
        elif _stem(target)[0] not in stems:
            continue
        elif figure := _FIGURE.fullmatch(words):
            pages.setdefault(int(figure[1]), target)
        elif _LAST.fullmatch(words):
            end = target
        elif _ARROW.fullmatch(words):
            arrow = arrow or (target if target != url else None)
        elif not _OTHER.fullmatch(words):
            continue
        found.append(link)
    if not found:
        return None
    number = _own_number(pages, _unlinked_figures(found, links), url)
    behind = [n for n in pages if n > number]
    next_url = onward or (pages[min(behind)] if behind else arrow)
    last = max(number + bool(next_url), *pages, 1)
    written, at_end = _stem(next_url)[1] if next_url else None, _stem(end)[1] if end else None
    if written is not None and at_end is not None:
        last = max(last, number + 1 + at_end - written)
    return Pager(next_url, last)


def _own_number(pages: dict[int, str], figures: set[int], url: str) -> int:
    """The page's own number: on the link to itself, as the figure among the pager's links that is none, or by the
    distance between the other pages' numbers and their addresses."""
    if linked := [n for n, target in pages.items() if target == url]:
        return linked[0]
    between = {n for n in figures if n not in pages and (n - 1 in pages or n + 1 in pages)}
    if len(between) == 1:
        return between.pop()
    written = _stem(url)[1]
    if written is None:
        return 1
    apart = {n - other for n, target in pages.items() if (other := _stem(target)[1]) is not None}
    return written + (apart.pop() if len(apart) == 1 else _File.of(url).number is not None)


def _unlinked_figures(found: Sequence[Element], links: Sequence[Element]) -> set[int]:
    """Figures in the pager, which is the smallest element with all links found in it, that are on no link."""
    wanted = set(found)
    box = next((above for above in found[0].iterancestors() if wanted <= set(above.iter("a"))), found[0])
    outer = set(links)
    inside = {element for link in box.iter("a") if link in outer for element in link.iter()}
    texts = [element.text for element in box.iter() if element not in inside]
    texts += [element.tail for element in box.iter() if element not in inside or element in outer]
    return {int(match[1]) for text in texts if text and len(text) < 20 and (match := _FIGURE.fullmatch(text))}
