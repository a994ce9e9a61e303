"""A home page's navigation: the site's name, its columns that may carry news, and what a column's first page says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.pages import row
from crawler.parsing.encoding import decode
from crawler.parsing.lines import Element, inner_text, parse
from crawler.parsing.text import squeeze
from crawler.parsing.urls import is_file, looks_like_article
from crawler.profile import SiteProfile
from storage.records import Row

_NEWS = re.compile(r"要闻|新闻|动态|头条|快讯|资讯|报道|媒体|图片轮播|图片集锦|基层信息|大事记")
_PICTURES = re.compile(r"图片|轮播")
_RIGHTS = re.compile(r"版权所有|ICP[备证]")
_OWNER = re.compile(
    r"版权所有[^\u4e00-\u9fff]{0,20}([\u4e00-\u9fff（）]{2,40}?公司)|([\u4e00-\u9fff（）]{2,40}公司)\W*版权所有"
)
_PATH = re.compile(r"/(?:.*/)?[\w.-]*")  # as a profile may have it
_LONGEST = 12  # characters of a column's name; longer ones are headlines


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    path: str

    @property
    def carries_news(self) -> bool:
        return bool(_NEWS.search(self.name))

    @property
    def kind(self) -> str:
        return "carousel" if _PICTURES.search(self.name) else "news"

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0] + "/"


def columns(body: bytes, url: str, profile: SiteProfile, http_charset: str | None = None) -> list[Column]:
    """The site's own columns that the page at `url` (canonical) links by a Chinese name, each path once."""
    root = parse(decode(body, profile.encoding, http_charset).text)
    found: dict[str, Column] = {}
    for column in _columns(root, url, profile):
        found.setdefault(column.path, column)
    return list(found.values())


def _columns(root: Element, url: str, profile: SiteProfile) -> Iterator[Column]:
    for link in row.links(root):
        name = squeeze(inner_text(link)) or squeeze(link.get("title") or "")
        target = profile.addresses.canonical(row.address(link), url)
        if not target or not profile.addresses.owns(target) or is_file(target) or looks_like_article(target):
            continue
        parts = urlsplit(target)
        named = len(name) <= _LONGEST and re.search(r"[\u4e00-\u9fff]", name)
        if named and parts.path != "/" and not parts.query and _PATH.fullmatch(parts.path) and not _in_footer(link):
            yield Column(name, parts.path)


def _in_footer(link: Element) -> bool:
    """Stands in a <footer>, or in a small element that holds the rights too."""
    above = [element for element in link.iterancestors() if element.tag not in ("body", "html")]
    return any(
        element.tag == "footer" or (len(text := inner_text(element)) < 300 and bool(_RIGHTS.search(text)))
        for element in above
    )


def site_name(body: bytes, http_charset: str | None = None) -> tuple[str, str] | None:
    """The site's name, and where the page says it."""
    root = parse(decode(body, None, http_charset).text)
    if owner := _OWNER.search(squeeze(inner_text(root))):
        return owner[1] or owner[2], "版权所有"
    title = squeeze(next((element.text or "" for element in root.iter("title")), ""))
    words = [word for word in re.split(r"[-_|—–\s]+", title) if re.search(r"[\u4e00-\u9fff]", word) and word != "首页"]
    return (max(words, key=len), "<title>") if words else None


def is_own_list(column: Column, rows: Sequence[Row]) -> bool:
    """Dated rows lead into the column's folder or its month folders: a hub's lead into the folders of its columns."""
    articles = [each for each in rows if each.kind == "article"]
    own = [
        each
        for each in articles
        if re.fullmatch(re.escape(column.folder) + r"(?:[\d-]+/)*[^/]+", urlsplit(each.url).path)
    ]
    return 2 * len(own) > len(articles) and any(each.listed_on for each in own)
