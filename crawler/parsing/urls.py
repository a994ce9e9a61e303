"""Addresses: one canonical URL for what a site serves under several, and what an address alone tells."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from storage.records import UrlKind

# Parameters that sharing tools append; the page is the same without them.
_TRACKING = re.compile(r"(?i)^(utm_\w+|spm|scm|from|isappinstalled|share_\w+|gclid|fbclid|bd_vid|hmsr|_?timestamp)$")
_FILE = re.compile(
    r"(?i)\.(pdf|docx?|xlsx?|pptx?|wps|ofd|zip|rar|7z|tar|gz|jpe?g|png|gif|bmp|webp|svg|mp[34]|avi|wmv|flv|mov|txt|csv|xml|swf)$"
)
# /xwzx/202405/t20240511_124247.html
_TRS = re.compile(r"/t(\d{8})_(\d+)(?:_\d+)?\.s?html?$")
# /2024-05/11/, /2024/0513/, /20240513/, /202405/13/, /2024/05/13/
_DATED_PATH = re.compile(r"/(20\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|\d{0,8}\.)")
# W020250829439443352974.jpg, P020260911578215495483_ORIGIN.pdf: upload date, milliseconds of that day, 4 digits
_UPLOAD = re.compile(r"[WP]0(\d{8})(\d{8})\d{4}(?:_ORIGIN)?\.\w+$")


@dataclass(frozen=True, slots=True)
class Addresses:
    """A site's addresses: `home` is the canonical scheme://host, `hosts` all names of the site, `at` the address it is
    fetched from (the same, a mirror or the fixture site)."""

    home: str
    hosts: frozenset[str]
    at: str

    def canonical(self, href: str, base: str = "") -> str | None:
        """Canonical form of a link found at `base`; None for what cannot be fetched (javascript:, nonsense)."""
        if not href or href.startswith("data:"):
            return None
        try:
            href.encode()  # half of a UTF-16 pair, from a script, can go into no request
            parts = urlsplit(urljoin(base, href.partition("#")[0].strip()))
            port = parts.port
        except ValueError:
            return None
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or not host:
            return None
        if port and port != {"http": 80, "https": 443}[parts.scheme]:
            host = f"{host}:{port}"
        scheme = parts.scheme
        if host in self.hosts or host == urlsplit(self.at).netloc:
            scheme, host = urlsplit(self.home)[:2]
        path = parts.path or "/"
        if path.endswith("/index.html"):
            path = path.removesuffix("index.html")
        query = parts.query
        if query:
            pairs = parse_qsl(query, keep_blank_values=True)
            kept = [pair for pair in pairs if not _TRACKING.match(pair[0])]
            query = query if len(kept) == len(pairs) else urlencode(kept)
        return urlunsplit((scheme, host, path, query, ""))

    def wire(self, canonical: str) -> str:
        """Where to fetch a canonical URL."""
        return self.at + canonical.removeprefix(self.home) if self.owns(canonical) else canonical

    def owns(self, canonical: str) -> bool:
        return urlsplit(canonical)[:2] == urlsplit(self.home)[:2]

    def kind(self, canonical: str) -> UrlKind:
        if not self.owns(canonical):
            return "link"
        return "file" if is_file(canonical) else "article"


def is_file(url: str) -> bool:
    return bool(_FILE.search(url.partition("?")[0].partition("#")[0]))


def is_picture(url: str) -> bool:
    return bool(re.search(r"(?i)\.(?:jpe?g|png|gif|bmp|webp|svg)$", url))


def doc_id(url: str) -> str | None:
    match = _TRS.search(urlsplit(url).path)
    return match.group(2) if match else None


def url_date(url: str) -> date | None:
    path = urlsplit(url).path
    if match := _TRS.search(path):
        return _day(match.group(1))
    if match := _DATED_PATH.search(path):
        return _day("".join(match.groups()))
    return None


def upload_date(url: str) -> date | None:
    """Day on which a TRS picture or attachment was uploaded, told by its name; None if the name is not of that form."""
    match = _UPLOAD.search(urlsplit(url).path)
    return _day(match.group(1)) if match and int(match.group(2)) < 86_400_000 else None


def looks_like_article(url: str) -> bool:
    path = urlsplit(url).path
    if _TRS.search(path) or _DATED_PATH.search(path) or re.search(r"/\d{5,}/?$", path):
        return True
    name, _, extension = path.rpartition("/")[2].rpartition(".")  # of a page that carries a document number
    return bool(re.search(r"\d{4}", name) and re.fullmatch(r"\w{3,5}", extension))


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
