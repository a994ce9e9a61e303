"""Pictures and attachments among an article's lines."""

import re
from collections.abc import Callable, Iterator

from crawler.parsing.furniture import is_furniture
from crawler.parsing.lines import Element, Line, attributes, inner_text
from crawler.parsing.text import narrow, squeeze
from crawler.parsing.urls import is_file, is_picture
from storage.records import Attachment, Image

_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|gif|bmp|webp)")
# the template's own pictures: /images/icon_pdf.png, /img/btn/share.gif
_ICON = re.compile(
    r"(?i)/(?:icons?|images?/(?:icon|btn|logo|share))|/(?:icon_?)?(?:xlsx?|docx?|pptx?|pdf|zip|rar|txt)\.(?:gif|png)$"
    r"|/(?:qr|qr_?code|ewm|erweima|wx_?code)[\w-]*\.\w+$"
)
# 图为会议现场 | 上图：签约仪式 | 图一
_CAPTION = re.compile(r"图[为：:]|[（(]?[上下左右]图|图[一二三四五\d]")

_FILES_BELOW = re.compile(r"(?:相关|下载)?附\s*件(?:下载)?\s*[:：]?")
_SMALL = re.compile(r"[1-5]?[0-9](?:px)?")
_LAZY = frozenset(["data-src", "data-original", "data-lazy-src", "data-url", "data-actualsrc"])

Canonical = Callable[[str], str | None]


def images(lines: list[Line], canonical: Canonical) -> Iterator[Image]:
    for n, line in enumerate(lines):
        for image in () if line.furniture else line.images:
            url = canonical(_address(image))
            if url and not _ICON.search(url) and not _is_small(image) and not is_furniture(image.get("alt") or ""):
                yield Image(url, _caption(lines[n : n + 2]))


def attachments(lines: list[Line], canonical: Canonical) -> Iterator[Attachment]:
    for line in lines:
        for link in () if line.furniture else line.links:
            href = link.get("href") or ""
            name = squeeze(link.get("title") or inner_text(link))
            # download.jsp?id=1 is a file too if it is called 名单.xlsx
            if (is_file(href) or is_file(name)) and not is_picture(href) and (url := canonical(href)):
                yield Attachment(url, name or url.rpartition("/")[2])


def is_list_of_files(line: Line) -> bool:
    """`附件：` or a line that is little more than links to files."""
    if _FILES_BELOW.fullmatch(line.text):
        return True
    if not line.links:
        return False
    if is_file(line.text):
        return True
    if not any(is_file(link.get("href") or "") or is_file(inner_text(link).strip()) for link in line.links):
        return False
    rest = re.sub(r"^(?:附\s*件\s*)?\s*\d*\s*[:：.、]*\s*", "", line.text)
    return len(rest) <= line.linked + 4


def _address(image: Element) -> str:
    """Address of a picture; lazy loading keeps it in a data attribute and shows a placeholder."""
    told = attributes(image)
    lazy = (v for k, v in told.items() if k.startswith("data-") and (_PICTURE.search(v) or k in _LAZY))
    return next(lazy, None) or told.get("src") or ""


def is_caption(text: str) -> bool:
    return len(text) <= 80 and _CAPTION.match(text) is not None


def _is_small(image: Element) -> bool:
    return any(_SMALL.fullmatch(image.get(key) or "") for key in ("width", "height"))


def _caption(lines: list[Line]) -> str | None:
    """The caption of a picture in the first of these lines: there or in the next."""
    for n, line in enumerate(lines):
        if n and line.images:
            return None
        if line.text:
            centred = len(line.text) <= 80 and _is_centred(line.block.node)
            return line.text if centred or is_caption(line.text) else None
    return None


def _is_centred(node: Element) -> bool:
    for element in (node, node.getparent()):
        if element is None:
            return False
        style = narrow(element.get("style") or "").replace(" ", "").lower()
        if element.tag == "center" or (element.get("align") or "").lower() == "center" or "text-align:center" in style:
            return True
    return False
