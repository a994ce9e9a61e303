"""A page as its visible lines, in reading order: the form in which all evidence is looked for.

A line is the text between two block boundaries (or `<br>`), inline text joined without blanks; a row of a data table is
one line. Style sheets, scripts and hidden elements give nothing, but for scripts that write text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import cast

from lxml import etree
from lxml.etree import _Element

from crawler.parsing.furniture import is_furniture
from crawler.parsing.text import squeeze

Element = _Element
MARK = "\x01"  # no character of any page

_SKIPPED = frozenset(
    """
    title style template textarea select option button svg noscript object iframe head video audio canvas map
    """.split()
)
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data dfn em font i img ins del kbd label mark nobr o:p q ruby rb rp rt
    s samp small span st1:chsdate strike strong sub sup time tt u var wbr script input embed
    """.split()
)
# Inline elements that are more than text
_KINDS = frozenset(["a", "img", "br", "script"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# if ("省中心" != "") { document.write('<span>省中心</span>'); } and the same without the guard
_WRITTEN = re.compile(
    r"""(?:if\s*\(\s*(?P<g>["'])(?P<guard>(?:\\.|(?!(?P=g)).)*+)(?P=g)\s*!==?\s*["']["']\s*\)\s*\{?\s*)?"""
    r"""document\.write(?:ln)?\(\s*(?P<q>["'])(?P<html>(?:\\.|(?!(?P=q)).)*+)(?P=q)\s*(?:\|\|[^)]{0,200})?\)""",
    re.DOTALL,
)
_DOUBLE_BLANK = re.compile(f"(?<= ){MARK}+ ")
_CLOSED = re.compile(r"(?i)</(?:body|html)")
_OUTERMOST_END = re.compile(rb"</(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])[^<>]*>")
_SENTENCE = re.compile(r"[。！？；，、：]|[.!?;,]\s")


@dataclass(slots=True, eq=False)
class Block:
    """A block element in reading order: its descendants are the blocks from `order` + 1 to `end` - 1."""

    node: Element
    tag: str
    parent: "Block | None"
    order: int
    end: int = 0


@dataclass(slots=True, eq=False)
class Line:
    text: str
    block: Block  # the innermost the text stands in
    linked: int  # characters of the text that are inside links
    links: list[Element]
    images: list[Element]
    marked: str = ""  # of a short line: the text with MARK where inline elements begin and end
    is_link: bool = False
    furniture: bool = False
    prose: bool = False

    def __post_init__(self) -> None:
        text = self.text
        self.is_link = self.linked > 0.6 * len(text)
        if not self.is_link:  # menus are the most of many a page
            self.furniture = is_furniture(text)
            self.prose = not self.furniture and (len(text) >= 30 or _SENTENCE.search(text) is not None)

    @property
    def heading(self) -> bool:
        return self.block.tag in _HEADINGS


def parse(text: str) -> Element:
    """The page's tree. An early `</html>` would hide all that follows from it: closing tags of the outermost elements
    mean nothing to a reader and are left out."""
    # surrogates can come out of broken escapes, not out of any page that says something with them
    data = text.encode("utf-8", "replace").replace(b"\0", b"").replace(MARK.encode(), b"")
    data = _OUTERMOST_END.sub(b" ", data).strip()
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(data, parser) if data else None
    return root if root is not None else etree.Element("html")


def is_closed(text: str) -> bool:
    """Whether the page has its end."""
    return "</body" in text or "</html" in text or _CLOSED.search(text) is not None


def inner_text(element: Element) -> str:
    """The text in an element; of one with very many pieces only their first (links can be nested a thousand deep)."""
    return "".join(islice(cast("Iterator[str]", element.itertext()), 500))


def attributes(element: Element) -> dict[str, str]:
    # dict(element.attrib) asks for each name again, and lxml refuses some that it has read
    return dict(cast("list[tuple[str, str]]", element.attrib.items()))


def read_lines(root: Element) -> tuple[list[Line], list[Block]]:
    """The lines, and the blocks they stand in (`blocks[n].order == n`)."""
    reader = _Reader(root)
    reader.read()
    return reader.lines, reader.blocks


class _Reader:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.lines: list[Line] = []
        self.blocks = [Block(root, "html", None, 0)]
        self.block = self.blocks[0]  # the innermost open one
        # of the line being read
        self.parts: list[str] = []
        self.links: list[Element] = []
        self.images: list[Element] = []
        self.linked = 0
        self.link: Element | None = None  # the open one
        self.cells: list[str] | None = None  # of the data table's row being read

    def read(self) -> None:
        root, parts, kinds, skipped, inline = self.root, self.parts, _KINDS, _SKIPPED, _INLINE
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, node in walk:
            tag = node.tag
            if event == "start":
                style = node.get("style")
                if tag in skipped or (style and _HIDDEN.search(style)):
                    walk.skip_subtree()  # its end event, which carries the tail, is still to come
                    if tag not in inline:
                        self._flush()
                    continue
                if tag not in inline:
                    self._open(node, tag)
                else:
                    if parts:
                        parts.append(MARK)
                    if tag in kinds and not self._special(node, tag):
                        walk.skip_subtree()
                        continue
                text = node.text
            else:
                if node is self.block.node:
                    if node is root:
                        break
                    self._close(tag)
                elif parts:
                    parts.append(MARK)
                if tag == "a":
                    self.link = None
                text = node.tail
            if text and (parts or not text.isspace()):
                parts.append(text)
                if self.link is not None:
                    self.linked += len(text if text.isalnum() else squeeze(text))
        self._flush()
        self.block.end = self.blocks[0].end = len(self.blocks)  # the root is read as a block of its own too

    def _special(self, node: Element, tag: str) -> bool:
        """Inline elements that are more than text; False when their content is not to be read."""
        if tag == "a":
            self.link = node
            self.links.append(node)
        elif tag == "img":
            self.images.append(node)
            if self.parts and "".join(self.parts[-4:]).rstrip(f"{MARK} \t\r\n\xa0\u3000").endswith((":", "：")):
                self.parts.append(node.get("alt") or "")  # 来源：<img alt="北岭报">
        elif tag == "br":
            if self.cells is not None or self.block.tag in _HEADINGS:
                self.parts.append(" ")
            else:
                self._flush()
        elif written := _script_text(node.text or ""):
            self.parts.append(written)
        return tag != "script"

    def _open(self, node: Element, tag: str) -> None:
        if self.parts or self.links or self.images:
            self._flush()
        if self.cells is None and tag == "tr" and _is_data_row(node):
            self.cells = []
        self.block = Block(node, tag, self.block, len(self.blocks))
        self.blocks.append(self.block)

    def _close(self, tag: str) -> None:
        if self.cells is None:
            if self.parts or self.links or self.images:
                self._flush()
        elif tag in ("td", "th"):
            self.cells.append(squeeze("".join(self.parts).replace(MARK, "")))
            self.parts.clear()
        elif tag == "tr":
            self._end_line("\t".join(self.cells).strip("\t"))
            self.cells = None
        else:
            self.parts.append(" ")
        self.block.end = len(self.blocks)
        assert self.block.parent
        self.block = self.block.parent

    def _flush(self) -> None:
        if self.cells is not None:
            self.parts.append(" ")
        elif self.parts or self.links or self.images:
            self._end_line(squeeze("".join(self.parts)))

    def _end_line(self, text: str) -> None:
        marked = ""
        if MARK in text:
            text = text.strip(f" {MARK}")
            if MARK in text:
                marked = _DOUBLE_BLANK.sub(MARK, text) if f" {MARK}" in text else text
                text = marked.replace(MARK, "")
        if text or self.links or self.images:
            marked = marked if len(marked) < 250 else ""
            self.lines.append(Line(text, self.block, self.linked, self.links, self.images, marked))
        self.parts.clear()
        self.links, self.images, self.linked = [], [], 0


def _is_data_row(row: Element) -> bool:
    """Rows of tables that lay out a page hold paragraphs; rows of data hold several short cells."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2 or next(row.iterdescendants("table", "tr"), None) is not None:
        return False
    return all(sum(map(len, cell.itertext())) < 300 for cell in cells)


def _script_text(script: str) -> str:
    if "document.write" not in script or len(script) > 4000:
        return ""
    written = (m["html"] for m in _WRITTEN.finditer(script) if m["guard"] is None or m["guard"].strip())
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", markup)) for markup in written)
