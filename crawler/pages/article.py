"""An article page: bytes in, what it says out. One method per field; nothing here knows a site's class names.

Where headline, meta line and body stand is found by crawler/pages/layout.py; each field is read from these places, and
`rules` tells what gave it.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from crawler import parsing
from crawler.pages import media
from crawler.pages.forward import forward, next_page
from crawler.pages.layout import Layout
from crawler.pages.meta import BESIDE, MetaLine
from crawler.pages.verdict import verdict
from crawler.parsing import dates
from crawler.parsing.byline import Statement, read_bracket, read_statement
from crawler.parsing.encoding import decode
from crawler.parsing.furniture import ends_article
from crawler.parsing.lines import Block, Element, Line, inner_text
from crawler.parsing.statements import credit, less_closing, opening
from crawler.parsing.text import fold, squeeze
from crawler.parsing.urls import Addresses, doc_id, is_file, is_picture, upload_date, url_date
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
    article = _Article(decoded.text, url, addresses, sections, listed_on, fetched_on)
    if profile and profile.selectors:
        article.obey(profile.selectors)
    return article.page()


def join_pages(pages: Sequence[ArticlePage]) -> ArticlePage:
    """One article of its pages: the first one's headline and date, everybody's text, people, pictures and files."""
    first = pages[0]
    byline_texts = dict.fromkeys(page.byline_text for page in pages if page.byline_text)
    return replace(
        first,
        body="\n".join(page.body for page in pages if page.body),
        byline_text="\n".join(byline_texts) or None,
        bylines=tuple({(row.role, row.name): row for page in reversed(pages) for row in page.bylines}.values()),
        images=_each_once(image for page in pages for image in page.images),
        attachments=_each_once(file for page in pages for file in page.attachments),
        problems=tuple(problem for page in pages for problem in page.problems),
        next_url=None,
    )


# Names of meta tags that carry the publishing date, the 国办 norm's first.
_META_DATES = (
    "pubdate publishdate firstpublishedtime article:published_time og:published_time datepublished og:release_date "
    "bytedance:published_time date date.available publish_time publishtime publish-date weibo:article:create_at "
    "_pubtime createdate"
).split()


_NO_CRUMBS = frozenset("正文 内容 浏览信息 查看内容 详细内容 文章内容 信息内容 详情".split())
_CRUMBS = re.compile(r">+|»|›|→|＞+")
_BRACKET = re.compile(r"[(（【][^()（）]{2,60}[)）】]")
# ……带来便利。返回北岭，查看更多: a link of the template glued to the last sentence
_MORE = re.compile(r"\s*(?:返回[^，。]{1,8}，|点击)查看更多\W*$")
# what a line about people has in it
_PEOPLE = re.compile(r"[编編辑輯稿校审審摄攝]|[记記作]者|[員员文图圖字]\s?[:：/／|｜]")

_Item = TypeVar("_Item", Image, Attachment)


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
        self.text, self.url, self.addresses, self.sections = text, url, addresses, sections
        self.listed_on, self.fetched_on = listed_on, fetched_on
        self.problems: list[Problem] = []
        self.rules: dict[str, str] = {}
        self.layout = Layout(text)
        self.lines = self.layout.lines
        self.meta = MetaLine(self.layout.below_headline())
        self.dated_above = not self.meta.stamp()
        if self.dated_above or not self.meta.has("source"):
            self.meta = MetaLine([*self.layout.below_headline(), *self.layout.above_headline()])
        self.told_title: str | None = None  # by a selector

    def page(self) -> ArticlePage:
        published_on, published_at, origin = self.published()
        body, statements = self.body_and_bylines()
        kind, why = verdict(self.layout, self.meta)
        target = forward(self.layout, self.meta)
        if target and urlsplit(self._canonical(target) or "").path in ("", "/"):
            kind, why, target = "error", "sends its reader to the home page", None
        if kind != "article":
            self.rules["verdict"] = why
        return ArticlePage(
            url=self.url,
            title=self.title(),
            source=self.source(statements),
            published_on=published_on,
            published_at=published_at,
            date_origin=origin,
            body=body,
            byline_text="\n".join(text for text, _ in statements if text) or None,
            bylines=self.bylines(statements),
            breadcrumb=self.breadcrumb(),
            images=self.images,
            attachments=self.attachments,
            doc_id=doc_id(self.url),
            problems=tuple(self.problems),
            verdict=kind,
            forward=self._canonical(target) if target else None,
            next_url=next_page(self.layout, self.text, self.url),
            rules=self.rules,
        )

    # -- a profile's selectors

    def obey(self, selectors: Mapping[str, str]) -> None:
        """Takes title, meta line and body from where the profile says they are; where that is nowhere, or the page's
        evidence says otherwise, the site has changed or the selector is wrong: a problem of kind drift."""
        found: dict[str, Element] = {}
        for name, xpath in selectors.items():
            matches = self.layout.root.xpath(xpath)
            if isinstance(matches, list) and matches and isinstance(matches[0], Element):
                found[name] = matches[0]
            else:
                self._drift(name, f"the profile's selector for {name} matches nothing")
        if "title" in found:
            self.told_title = squeeze(inner_text(found["title"]))
            if fold(self.told_title) != fold(self.layout.title or ""):
                self._drift("title", f"selector: {self.told_title!r}, evidence: {self.layout.title!r}")
        if "meta" in found:
            told = MetaLine([squeeze(inner_text(found["meta"]))])
            for field, ours, theirs in (
                ("source", self.meta.value("source"), told.value("source")),
                ("published_on", self.meta.stamp(), told.stamp()),
            ):
                if ours != theirs:
                    self._drift(field, f"selector: {theirs}, evidence: {ours}")
            self.meta = told
        if "body" in found:
            before = {n for n in self.layout.inside if self.lines[n].prose}
            self.layout.take_body(found["body"])
            after = {n for n in self.layout.inside if self.lines[n].prose}
            if 2 * len(before & after) < max(len(before), len(after)):
                self._drift(
                    "body", f"selector: {len(after)} paragraphs, {len(before & after)} of the evidence's {len(before)}"
                )

    def _drift(self, field: str, detail: str) -> None:
        self.problems.append(Problem("drift", detail, field))

    # -- fields

    def title(self) -> str | None:
        if self.told_title:
            self.rules["title"] = "selector"
            return self.told_title
        if shown := self.layout.title:
            self.rules["title"] = self.layout.headline_rule
            return shown
        metas = self.layout.metas
        if told := metas.get("articletitle") or metas.get("og:title"):
            self.rules["title"] = "meta tag"
            return told
        self.rules["title"] = "<title> less the site's name"
        head = self.layout.head_title
        parts = next(
            (p for by in (r"\s*[_|]\s*", r"\s+[-–—]+\s+", r"-(?=[^-]*$)") if len(p := re.split(by, head)) > 1), [head]
        )
        return max(parts, key=len).strip() or None

    def source(self, statements: list[tuple[str, Statement]]) -> str | None:
        rule, source = "label in the meta line", self.meta.value("source")
        said = "statement at the body's end", next((said.source for _, said in statements if said.source), None)
        if not source and self.meta.has("source"):
            rule, source = said  # 来源: with nothing behind it
            if not source:
                return None
        if not source:
            rule, source = "beside the date", self.meta.bare_source()
        if not source:
            rule, source = "label of a unit", self.meta.value("unit")
        if not source:
            rule, source = "label below the body", MetaLine(self.layout.below()).value("source")
        if not source:
            told = (self.layout.metas.get(name) for name in ("contentsource", "source"))
            rule, source = "meta tag", next(filter(None, told), None)
        if not source:
            rule, source = said
        if source:
            self.rules["source"] = rule
        return source

    def published(self) -> tuple[date | None, datetime | None, DateOrigin | None]:
        shown, rule = self.meta.stamp() or (None, "")
        for printed in self.meta.impossible:
            self.problems.append(Problem("bad-date", printed, "published_on"))
        if shown is None and not self.meta.impossible and (written := self.meta.value("date")):
            shown, rule = dates.read(written, self.fetched_on), "label"
        if shown is None:
            below = MetaLine(self.layout.below()[:6])
            shown, rule = below.labelled_date(), "label below the body"
        told = self._told_dates()
        # a bare date above the headline may be the page's clock
        if shown and self.dated_above and rule == BESIDE and told and told[0][2] != "shown" and told[0][0] != shown.on:
            shown = None
        if shown:
            self.rules["published_on"] = rule
            return shown.on, shown.at, "shown"
        for unsure in self.meta.unsure:
            if told and told[0][0] in unsure.days:
                on, _, origin = told[0]
                at = datetime.combine(on, unsure.clock) if unsure.clock else None
                self.rules["published_on"] = f"beside the headline; which is the day says {origin}"
                return on, at, "shown"
            self.problems.append(Problem("bad-date", unsure.printed, "published_on"))
        if told:
            self.rules["published_on"] = told[0][2]
        return told[0] if told else (None, None, None)

    def _told_dates(self) -> list[tuple[date, datetime | None, DateOrigin]]:
        """What stands elsewhere than beside the headline, the best first."""
        told: list[tuple[date, datetime | None, DateOrigin]] = []
        if stamp := self._meta_stamp():
            told.append((stamp.on, stamp.at, "meta"))
        if self.listed_on:
            told.append((self.listed_on, None, "list"))
        if signed := self._signature():
            told.append((signed.on, None, "shown"))
        if on := url_date(self.url):
            told.append((on, None, "url"))
        files = [*(image.url for image in self.images), *(file.url for file in self.attachments)]
        uploads = [on for file in files if (on := upload_date(file))]
        if uploads:
            told.append((max(uploads), None, "file"))
        return told

    def _signature(self) -> dates.Stamp | None:
        """The day below a notice, in a line of its own: 二〇二四年五月十一日."""
        for line in self.lines[max(self.layout.first, self.layout.last - 5) : self.layout.last]:
            stamps = dates.find(line.text).stamps if len(line.text) < 20 else ()
            if len(stamps) == 1 and stamps[0].end - stamps[0].start >= len(line.text) - 2:
                return stamps[0]
        return None

    def _meta_stamp(self) -> dates.Stamp | None:
        for name in _META_DATES:
            if told := self.layout.metas.get(name):
                if stamp := dates.read(told):
                    if stamp.at and re.search(r"\d(?:Z|[+-]00:?00)$", told):  # UTC; the archive keeps the site's clock
                        at = stamp.at + timedelta(hours=8)
                        return dates.Stamp(at.date(), at, stamp.start, stamp.end)
                    return stamp
                self.problems.append(Problem("bad-date", told, f"meta {name}"))
        return None

    def breadcrumb(self) -> tuple[str, ...]:
        end = self.layout.headline.start if self.layout.headline else self.layout.first
        above = self.lines[max(0, end - 24) : end][::-1]
        for line in above:
            text = re.sub(r"^.*位置\s*[:：]?\s*", "", line.text) if "位置" in line.text else line.text
            between = re.match(r"(?:\S{0,8}(?:首页|主页|首頁)|Home)\s*([/·-])", text)
            crumbs = [*filter(None, map(str.strip, text.split(between[1]) if between else _CRUMBS.split(text)))]
            if len(crumbs) == 1 and text != line.text:  # 当前位置：首页 学院快报
                crumbs = text.split()
            if len(crumbs) > 1 and len(line.text) < 80:
                return tuple(crumb for crumb in crumbs if crumb and crumb not in _NO_CRUMBS)
        if section := next((line.text for line in above if line.text in self.sections or self._links_up(line)), None):
            return (section,)
        if in_nav := self._crumbs_in_nav(end):
            return in_nav
        # each crumb in a line of its own
        last = [crumb for line in self.lines[max(0, end - 6) : end] if (crumb := line.text.strip(" >›»/→"))]
        home = next((n for n, text in enumerate(last) if re.fullmatch(r"首页|主页|首頁|主頁|Home", text)), len(last))
        return tuple(last[home:]) if len(last) - home > 1 and all(len(text) < 20 for text in last[home:]) else ()

    def _crumbs_in_nav(self, end: int) -> tuple[str, ...]:
        """A few links in a <nav> right above the headline."""
        lines = self.lines[max(0, end - 6) : end]
        nav = _around(lines[-1].block, "nav") if lines else None
        links = [link for line in lines if nav and _around(line.block, "nav") is nav for link in line.links]
        crumbs = [squeeze(inner_text(link)) for link in links[:6]]
        return tuple(crumbs) if 1 < len(crumbs) < 6 and all(0 < len(crumb) < 20 for crumb in crumbs) else ()

    def _links_up(self, line: Line) -> bool:
        """The line is a link to the folder the article lies in."""
        if not line.links or not line.is_link or len(line.text) > 20:
            return False
        href = next((link.get("href") for link in line.links), None) or ""  # none if the link began a line above
        if not href.endswith(("/", ".", "index.html")):
            return False
        folder = re.sub(r"(?:\d{6}/)?[^/]*$", "", self.url)
        return self._canonical(href) == folder and urlsplit(folder).path != "/"

    def body_and_bylines(self) -> tuple[str, list[tuple[str, Statement]]]:
        """The body's text, and all byline statements as printed with what they say, in reading order."""
        self.rules["body"] = self.layout.body_rule
        in_meta = self.meta.people()
        in_meta += [("", Statement(unknown=(label,))) for label in self.meta.unknown()]
        body = [line for line in self.own_lines if _is_body(line) or line.images]
        captions = (b for n, b in enumerate(body) if b.text and any(a.images for a in body[max(0, n - 2) : n + 1]))
        credits = [("", said) for line in dict.fromkeys([*captions, *body[-3:]]) if (said := credit(line.text))]
        texts = [_MORE.sub("", line.text) for line in body if _is_body(line)]
        texts, closed = less_closing(texts)
        # a label or two may stand above the first sentence, and 记者 and 编辑 in lines of their own
        opened = [found for text in texts[:4] if (found := opening(text))]
        below = self._people_below()
        places = {
            "meta line": in_meta,
            "opening": opened,
            "caption": credits,
            "closing": closed,
            "below the body": below,
        }
        if people := ", ".join(place for place, said in places.items() if any(said.bylines for _, said in said)):
            self.rules["bylines"] = people
        statements = [*in_meta, *opened, *credits, *closed, *below]
        for _, statement in statements:
            self.problems += [Problem("unknown-label", label, "bylines") for label in statement.unknown]
        return "\n".join(texts), statements

    @cached_property
    def own_lines(self) -> list[Line]:
        """The body's lines, less what leads to other articles: a heading above links, a picture beside its link."""
        pairs = pairwise([*self.lines[self.layout.first : self.layout.last], None])
        return [line for line, next in pairs if line and not _leads_away(line) and not _is_about_next(line, next)]

    def _people_below(self) -> list[tuple[str, Statement]]:
        below = self.layout.below()
        # （梁丘石）, outside the text's block
        unlabelled = (text for text in below[:2] if _BRACKET.fullmatch(text) and not _PEOPLE.search(text))
        brackets = [(text, read_bracket(text)) for text in unlabelled]
        found = [(text, said) for text, said in brackets if said and said.bylines]
        for text in filter(_PEOPLE.search, below):
            if (whole := read_statement(text)) and whole.bylines:
                found.append((text, whole))
            else:
                found += [(printed, said) for printed, said in MetaLine([text]).people() if said.bylines]
        return found

    def bylines(self, statements: list[tuple[str, Statement]]) -> tuple[Byline, ...]:
        rows: dict[tuple[str, str], Byline] = {}
        for _, statement in statements:
            for row in statement.bylines:
                rows.setdefault((row.role, row.name), row)
        return tuple(rows.values())

    @cached_property
    def images(self) -> tuple[Image, ...]:
        found = media.images(self.own_lines, self._canonical)
        return _each_once(found)

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        found = media.attachments(self.lines[self.layout.first : self.layout.last + 12], self._canonical)
        return _each_once(found)

    def _canonical(self, href: str) -> str | None:
        return self.addresses.canonical(href, self.url)


def _each_once(items: Iterable[_Item]) -> tuple[_Item, ...]:
    first: dict[str, _Item] = {}
    for item in items:
        first.setdefault(item.url, item)
    return tuple(first.values())


def _leads_away(line: Line) -> bool:
    """A link with its own picture and title, to another page and not to the larger picture."""
    if not line.images or not line.is_link or len(line.text) < 8 or line.block.tag == "figcaption":
        return False
    href = next((link.get("href") for link in line.links), None) or ""  # none if the link began a line above
    return not is_picture(re.sub(r"[?#].*", "", href)) and not media.is_caption(line.text)


def _is_about_next(line: Line, following: Line | None) -> bool:
    """A heading above links, or a picture in one item of a list with the link that follows."""
    if not following or not following.is_link or is_file(following.text) or len(following.text) >= 60:
        return False
    if line.images and not line.text:
        item = _around(line.block, "li")
        return item is not None and item is _around(following.block, "li")
    return line.heading or ends_article(line.text)


def _around(block: Block | None, tag: str) -> Block | None:
    """The element of this name that closely holds the block."""
    for _ in range(4):
        if block is None or block.tag == tag:
            return block
        block = block.parent
    return None


def _is_body(line: Line) -> bool:
    if not line.text or line.furniture or media.is_list_of_files(line):
        return False
    # links in a row of their own are lists of other pages; a long one among prose is a sentence
    return not line.is_link or len(line.text) >= 60 or bool(line.images) or line.block.tag == "figcaption"
