"""An article page: bytes in, what it says out. One method per field; nothing here knows a site's class names.

What is looked at, in order: the page's lines, which of them is the headline, which element holds the body, the lines
between (breadcrumb above, meta line below the headline), and the first and last lines of the body.
"""

import hashlib
import re
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from crawler import parsing
from crawler.pages.meta import MetaLine
from crawler.parsing import dates
from crawler.parsing.body import ends_article, find_body, is_furniture, is_prose
from crawler.parsing.byline import Statement, read_names, read_statement
from crawler.parsing.encoding import decode
from crawler.parsing.lines import Element, Line, attributes, inner_text, lines, parse
from crawler.parsing.statements import less_closing, opening
from crawler.parsing.text import fold, narrow, squeeze
from crawler.parsing.urls import Addresses, doc_id, is_file, upload_date, url_date
from crawler.profile import SiteProfile
from storage.records import ArticlePage, Attachment, Byline, DateOrigin, Image, Problem

# The parser is what these files say: an archive can tell a site's edit from a better parser by it.
PARSER_VERSION = hashlib.sha256(
    b"".join(
        path.read_bytes()
        for folder in (Path(__file__).parent, Path(parsing.__path__[0]))
        for path in sorted(folder.glob("*.py"))
    )
).hexdigest()[:12]


def parse_article(
    body: bytes,
    url: str,
    profile: SiteProfile | None = None,
    http_charset: str | None = None,
    listed_on: date | None = None,
    fetched_on: date | None = None,
) -> ArticlePage:
    """What the page at `url` (canonical) says. Without a profile every link is resolved against `url`."""
    decoded = decode(body, profile.encoding if profile else None, http_charset)
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}"
    addresses = profile.addresses if profile else Addresses(home, frozenset([parts.netloc]), home)
    sections = frozenset(section.name for section in profile.sections) if profile else frozenset()
    return _Article(decoded.text, url, addresses, sections, listed_on, fetched_on).page()


# Names of meta tags that carry the publishing date, the 国办 norm's first.
_META_DATES = (
    "pubdate publishdate firstpublishedtime article:published_time datepublished og:release_date date date.available "
    "publish_time publishtime createdate"
).split()


class _Article:
    def __init__(
        self,
        text: str,
        url: str,
        addresses: Addresses,
        sections: frozenset[str],
        listed_on: date | None,
        fetched_on: date | None,
    ) -> None:
        self.root = parse(text)
        self.url, self.addresses, self.sections = url, addresses, sections
        self.listed_on, self.fetched_on = listed_on, fetched_on
        self.problems: list[Problem] = []
        self.lines = lines(self.root)
        self.metas = self._metas()
        self.container = find_body(self.lines)
        self.inside = self._inside()
        self.headline = self._headline()
        if self.headline and not any(is_prose(self.lines[n]) for n in self.inside if n >= self.headline.stop):
            self.inside = self._below_headline()
        self.meta = MetaLine("\n".join(line.text for line in self._meta_lines()))

    def page(self) -> ArticlePage:
        published_on, published_at, origin = self.published()
        body, statements = self.body_and_bylines()
        bylines = self.bylines(statements)
        return ArticlePage(
            url=self.url,
            title=self.title(),
            source=self.source(statements),
            published_on=published_on,
            published_at=published_at,
            date_origin=origin,
            body=body,
            byline_text="\n".join(text for text, _ in statements) or None,
            bylines=bylines,
            breadcrumb=self.breadcrumb(),
            images=self.images(),
            attachments=self.attachments(),
            doc_id=doc_id(self.url),
            problems=tuple(self.problems),
        )

    # -- where things stand

    def _metas(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for meta in self.root.iter("meta"):
            name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
            content = squeeze(meta.get("content") or "")
            if name and content:
                found.setdefault(name, content)
        return found

    @cached_property
    def head_title(self) -> str:
        for title in self.root.iter("title"):
            return squeeze(title.text or "")
        return ""

    def _inside(self) -> range:
        """Positions of the lines that stand in the body's element."""
        if self.container is None:
            return range(0)
        inside = {self.container, *self.container.iterdescendants()}
        at = [n for n, line in enumerate(self.lines) if line.node in inside]
        return range(at[0], at[-1] + 1) if at else range(0)

    def _below_headline(self) -> range:
        """Where a page without prose has its pictures: from the headline to the site's own lines."""
        start = self.headline.stop
        stop = next((n for n in range(start, len(self.lines)) if is_furniture(self.lines[n].text)), len(self.lines))
        return range(start, stop)

    def _headline(self) -> range:
        """Positions of the headline's lines: what `<title>` or a meta tag repeats, else the last heading before the
        body. Empty when the page shows none."""
        told = [fold(text) for key in ("articletitle", "og:title") if (text := self.metas.get(key))]
        told = [text for text in [*told, fold(self.head_title)] if text]
        best, best_score = range(0), 0.0
        last = min(self.inside.start + 4, len(self.lines)) if self.inside else len(self.lines)
        for n, line in enumerate(self.lines[:last]):
            for size in (1, 2, 3):  # headlines broken by <br> come in several lines of one block
                piece = self.lines[n : n + size]
                if len(piece) < size or piece[-1].node is not line.node:
                    break
                text = fold("".join(part.text for part in piece))
                if not 4 <= len(text) <= 120 or (is_furniture(line.text) and not line.heading):
                    continue
                score = self._headline_score(text, line, told)
                if score >= best_score and score:
                    best, best_score = range(n, n + size), score
        return best

    def _headline_score(self, text: str, line: Line, told: list[str]) -> float:
        level = {"h1": 6.0, "h2": 4.0, "h3": 3.0}.get(line.node.tag, 0.0)
        shared = 0
        for other in told:
            if other.startswith(text) or (text.startswith(other.rstrip("…")) and len(other) > 6):
                shared = max(shared, 2 * min(len(text), len(other)))
            elif text in other:
                shared = max(shared, len(text))
        if shared:
            return shared + level - (3 if line.is_link else 0)
        return level / 10 if line.heading and not line.is_link else 0.0

    @cached_property
    def first(self) -> int:
        """Position of the body's first line: meta line, headline and furniture at the element's top are not body."""
        start = self.inside.start
        if self.headline and self.headline.stop > start:
            start = self.headline.stop
        for n in range(start, min(start + 8, self.inside.stop)):
            line = self.lines[n]
            if line.images and not is_furniture(line.text):
                return n
            if not line.text or is_furniture(line.text) or MetaLine.is_one(line.text) or self._repeats_title(line.text):
                continue
            return n
        return start

    def _repeats_title(self, text: str) -> bool:
        return bool(self.headline) and fold(text) == fold(self.title() or "")

    def _meta_lines(self) -> list[Line]:
        if self.headline:
            begin, end = self.headline.stop, max(self.first, self.headline.stop)
            between = self.lines[begin : min(end, begin + 14)]
            if any(MetaLine.is_one(line.text) for line in between):
                return between
            above = self.lines[max(0, self.headline.start - 3) : self.headline.start]
            return [*between, *(line for line in above if MetaLine.is_one(line.text))]
        return self.lines[max(0, self.first - 8) : self.first]

    @cached_property
    def last(self) -> int:
        """Position behind the body's last line."""
        for n in range(self.first, self.inside.stop):
            following = self.lines[n + 1 : min(n + 3, self.inside.stop)]
            if ends_article(self.lines[n].text) and not any(is_prose(line) and not line.links for line in following):
                return n
        return self.inside.stop

    @cached_property
    def below(self) -> list[str]:
        """Short lines right behind the body, where editors and dates stand that are not above it."""
        return [line.text for line in self.lines[self.last : self.last + 10] if 0 < len(line.text) < 60]

    # -- fields

    def title(self) -> str | None:
        if self.headline:
            return squeeze(" ".join(self.lines[n].text for n in self.headline))
        if told := self.metas.get("articletitle") or self.metas.get("og:title"):
            return told
        return re.split(r"\s*[_|]\s*|\s+[-–—]+\s+|-(?=[^-]*$)", self.head_title)[0].strip() or None

    def source(self, statements: list[tuple[str, Statement]]) -> str | None:
        shown = self.meta.value("source")
        if shown or self.meta.has("source"):
            return shown
        if beside := self.meta.bare_source():
            return beside
        told = self.metas.get("contentsource") or self.metas.get("source")
        return told or next((statement.source for _, statement in statements if statement.source), None)

    def published(self) -> tuple[date | None, datetime | None, DateOrigin | None]:
        shown = self.meta.stamp()
        for printed in self.meta.impossible:
            self.problems.append(Problem("bad-date", printed, "published_on"))
        if shown is None and not self.meta.impossible and (written := self.meta.value("date")):
            shown = dates.read(written, self.fetched_on)
        if shown:
            return shown.on, shown.at, "shown"
        if stamp := MetaLine("\n".join(self.below[:6])).labelled_date():
            return stamp.on, stamp.at, "shown"
        if stamp := self._meta_stamp():
            return stamp.on, stamp.at, "meta"
        if self.listed_on:
            return self.listed_on, None, "list"
        if on := url_date(self.url):
            return on, None, "url"
        uploads = [on for image in self.images() if (on := upload_date(image.url))]
        uploads += [on for attachment in self.attachments() if (on := upload_date(attachment.url))]
        return (max(uploads), None, "file") if uploads else (None, None, None)

    def _meta_stamp(self) -> dates.Stamp | None:
        for name in _META_DATES:
            if told := self.metas.get(name):
                if stamp := dates.read(told):
                    if stamp.at and re.search(r"\d(?:Z|[+-]00:?00)$", told):  # UTC; the archive keeps the site's clock
                        at = stamp.at + timedelta(hours=8)
                        return dates.Stamp(at.date(), at, stamp.start, stamp.end)
                    return stamp
                self.problems.append(Problem("bad-date", told, f"meta {name}"))
        return None

    def breadcrumb(self) -> tuple[str, ...]:
        end = self.headline.start if self.headline else self.first
        for line in reversed(self.lines[:end]):
            crumbs = [crumb for part in re.split(r"\s*(?:>+|»|›|→|＞+)\s*", line.text) if (crumb := part.strip())]
            if crumbs:
                crumbs[0] = re.sub(r"^.*(?:位置|所在)\s*[:：]\s*", "", crumbs[0])
            if len(crumbs) > 1 and len(line.text) < 80:
                return tuple(crumb for crumb in crumbs if crumb and crumb not in ("正文", "内容"))
            if line.text in self.sections or (line.links and self._links_up(line)):
                return (line.text,)
        return ()

    def _links_up(self, line: Line) -> bool:
        """The line is a link to the folder the article lies in."""
        up = self.addresses.canonical(line.links[0].get("href") or "", self.url)
        folder = re.sub(r"(?:\d{6}/)?[^/]*$", "", self.url)
        return up == folder and line.is_link

    def body_and_bylines(self) -> tuple[str, list[tuple[str, Statement]]]:
        """The body's text, and all byline statements as printed with what they say, in reading order."""
        statements = [(text, read_names(value, label) or Statement()) for text, label, value in self.meta.authors()]
        statements += [("", Statement(unknown=(label,))) for label in self.meta.unknown()]
        texts = [
            line.text for n in range(self.first, self.last) if (line := self.lines[n]).text and self._is_body(line)
        ]
        # a label or two may stand above the first sentence
        statements += [found for text in texts[:3] if (found := opening(text))][:1]
        texts, closing = less_closing(texts)
        statements += closing
        for text in self.below:
            if (whole := read_statement(text)) and whole.bylines:
                statements.append((text, whole))
            else:
                said = ((printed, read_names(value, label)) for printed, label, value in MetaLine(text).authors())
                statements += [(printed, part) for printed, part in said if part and part.bylines]
        for _, statement in statements:
            self.problems += [Problem("unknown-label", label, "bylines") for label in statement.unknown]
        return "\n".join(texts), [(text, statement) for text, statement in statements if text]

    def _is_body(self, line: Line) -> bool:
        if is_furniture(line.text) or self._is_file_line(line):
            return False
        # links in a row of their own are lists of other pages; a long one among prose is a sentence
        return not (line.is_link and not is_prose(line) and len(line.text) < 60 and not line.images)

    def _is_file_line(self, line: Line) -> bool:
        if re.fullmatch(r"(?:相关|下载)?附\s*件(?:下载)?\s*[:：]?", line.text):
            return True
        files = [link for link in line.links if is_file(link.get("href") or "")]
        rest = re.sub(r"^(?:附\s*件\s*)?\s*\d*\s*[:：.、]*\s*", "", line.text)
        return bool(files) and len(rest) <= line.linked + 4

    def bylines(self, statements: list[tuple[str, Statement]]) -> tuple[Byline, ...]:
        rows: dict[tuple[str, str], Byline] = {}
        for _, statement in statements:
            for row in statement.bylines:
                rows.setdefault((row.role, row.name), row)
        return tuple(rows.values())

    def images(self) -> tuple[Image, ...]:
        found: dict[str, Image] = {}
        for n in range(self.first, self.last):
            for image in self.lines[n].images:
                url = self.addresses.canonical(_picture(image), self.url)
                if url and _is_content(image, url):
                    caption = self._caption(n)
                    found.setdefault(url, Image(url, caption))
        return tuple(found.values())

    def _caption(self, at: int) -> str | None:
        for n in (at, at + 1):
            if n >= self.last or (n > at and self.lines[n].images):
                return None
            text, node = self.lines[n].text, self.lines[n].node
            if not text:
                continue
            if len(text) <= 80 and (
                _is_centred(node) or re.match(r"图[为：:]|[（(]?[上下左右]图|图[一二三四五\d]", text)
            ):
                return text
            return None
        return None

    def attachments(self) -> tuple[Attachment, ...]:
        found: dict[str, Attachment] = {}
        for line in self.lines[self.first : self.last + 12]:
            if is_furniture(line.text):
                continue
            for link in line.links:
                url = self.addresses.canonical(link.get("href") or "", self.url)
                if url and is_file(url) and not re.search(r"(?i)\.(jpe?g|png|gif|bmp|webp|svg)$", url):
                    name = squeeze(link.get("title") or inner_text(link)) or url.rpartition("/")[2]
                    found.setdefault(url, Attachment(url, name))
        return tuple(found.values())


def _picture(image: Element) -> str:
    """Address of a picture; lazy loading keeps it in a data attribute and shows a placeholder."""
    lazy = next(
        (
            v
            for k, v in attributes(image).items()
            if k.startswith("data-") and re.search(r"(?i)\.(jpe?g|png|gif|bmp|webp)", v)
        ),
        None,
    )
    return lazy or image.get("src") or ""


def _is_content(image: Element, url: str) -> bool:
    """Not an icon: file-type pictures, spacers and buttons are small or lie among the template's own files."""
    sizes = [int(size) for key in ("width", "height") if (size := re.sub(r"px$", "", image.get(key) or "")).isdigit()]
    return not any(size < 60 for size in sizes) and not re.search(
        r"(?i)/(?:icons?|images?/(?:icon|btn|logo|share))", url
    )


def _is_centred(node: Element) -> bool:
    for element in (node, node.getparent()):
        if element is None:
            return False
        style = narrow(element.get("style") or "").replace(" ", "").lower()
        if element.tag == "center" or (element.get("align") or "").lower() == "center" or "text-align:center" in style:
            return True
    return False
