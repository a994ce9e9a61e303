"""A page as its visible lines, in reading order: the form in which all evidence is looked for.

A line is the text between two block boundaries (or `<br>`), inline text joined without blanks; a row of a data table is
one line. Style sheets, scripts and hidden elements give nothing, but for scripts that write text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from lxml import etree, html
from lxml.etree import _Element

from crawler.parsing.text import squeeze

Element = _Element

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
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# if ("省中心" != "") { document.write('<span>省中心</span>'); } and the same without the guard
_WRITTEN = re.compile(
    r"""(?:if\s*\(\s*(?P<g>["'])(?P<guard>.*?)(?P=g)\s*!==?\s*["']["']\s*\)\s*\{?\s*)?"""
    r"""document\.write(?:ln)?\(\s*(?P<q>["'])(?P<html>.*?)(?P=q)\s*\)""",
    re.DOTALL,
)
_CLOSING = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    text: str
    node: Element  # the block the text stands in
    linked: int = 0  # characters of the text that are inside links
    links: list[Element] = field(default_factory=list)
    images: list[Element] = field(default_factory=list)

    @property
    def heading(self) -> bool:
        return self.node.tag in _HEADINGS

    @property
    def is_link(self) -> bool:
        return self.linked > 0.6 * len(self.text)


def parse(text: str) -> Element:
    """The page's tree. An early `</html>` would hide all that follows from it: closing tags of the outermost elements
    mean nothing to a reader and are left out."""
    text = _CLOSING.sub("", text).replace("\0", "")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    # surrogates can come out of broken escapes, not out of any page that says something with them
    data = text.encode("utf-8", "replace").strip()
    root = etree.fromstring(data, parser) if data else None
    return root if root is not None else html.Element("html")


def inner_text(element: Element) -> str:
    return "".join(cast("Iterator[str]", element.itertext()))


def attributes(element: Element) -> dict[str, str]:
    return cast("dict[str, str]", dict(element.attrib))


def lines(root: Element) -> list[Line]:
    return list(_Reader().read(root))


class _Reader:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.line: Line | None = None
        self.link: Element | None = None
        self.cells: list[str] | None = None  # of the data table's row being read

    def read(self, root: Element) -> Iterator[Line]:
        blocks: list[Element] = [root]
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, node in walk:
            tag = node.tag
            if event == "start":
                if tag in _SKIPPED or (_HIDDEN.search(node.get("style", ""))):
                    # also its end event, which carries the tail, is still to come
                    walk.skip_subtree()
                    if tag not in _INLINE:
                        yield from self._flush()
                    continue
                if tag == "script":
                    self._add(_script_text(node.text or ""), blocks[-1])
                    walk.skip_subtree()
                    continue
                if tag == "br":
                    if blocks[-1].tag in _HEADINGS or self.cells is not None:
                        self.parts.append(" ")
                    else:
                        yield from self._flush()
                elif tag == "img":
                    self._start(blocks[-1]).images.append(node)
                    continue
                elif tag == "a":
                    self.link = node
                    self._start(blocks[-1]).links.append(node)
                elif tag not in _INLINE:
                    yield from self._open(node, tag)
                    blocks.append(node)
                self._add(node.text, blocks[-1])
            else:
                if tag == "a":
                    self.link = None
                elif node is blocks[-1] and node is not root:
                    yield from self._close(node, tag)
                    blocks.pop()
                if node is not root:
                    self._add(node.tail, blocks[-1])
        yield from self._flush()

    def _start(self, block: Element) -> Line:
        if self.line is None:
            self.line = Line("", block)
        return self.line

    def _add(self, text: str | None, block: Element) -> None:
        if text and (self.parts or not text.isspace()):
            line = self._start(block)
            self.parts.append(text)
            if self.link is not None:
                line.linked += len(squeeze(text))

    def _open(self, node: Element, tag: str) -> Iterator[Line]:
        if self.cells is not None:
            self.parts.append(" ")
        else:
            yield from self._flush()
            if tag == "tr" and _is_data_row(node):
                self.cells = []

    def _close(self, node: Element, tag: str) -> Iterator[Line]:
        if self.cells is None:
            yield from self._flush()
        elif tag in ("td", "th"):
            self.cells.append(squeeze("".join(self.parts)))
            self.parts = []
        elif tag == "tr":
            line, text = self.line, "\t".join(self.cells).strip("\t")
            self.line, self.cells, self.parts = None, None, []
            if line and (text or line.images):
                line.text, line.node = text, node
                yield line
        else:
            self.parts.append(" ")

    def _flush(self) -> Iterator[Line]:
        if self.cells is not None:
            self.parts.append(" ")
            return
        line, text = self.line, squeeze("".join(self.parts))
        self.line, self.parts = None, []
        if line and (text or line.images or line.links):
            line.text = text
            yield line


def _is_data_row(row: Element) -> bool:
    """Rows of tables that lay out a page hold paragraphs; rows of data hold several short cells."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2 or row.find(".//table") is not None:
        return False
    return all(sum(map(len, cell.itertext())) < 300 for cell in cells)


def _script_text(script: str) -> str:
    if "document.write" not in script or len(script) > 4000:
        return ""
    written = (m["html"] for m in _WRITTEN.finditer(script) if m["guard"] is None or m["guard"].strip())
    return " ".join(re.sub(r"<[^>]*>", "", markup) for markup in written)
