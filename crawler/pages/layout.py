"""Where things stand on an article page: headline, the lines around it that say source and time, first and last line of
the body. Fields are read from these places by crawler/pages/article.py."""

import re

from crawler.pages.meta import MetaLine
from crawler.parsing.body import find_body
from crawler.parsing.furniture import ends_article, is_disclaimer
from crawler.parsing.lines import Element, Line, is_closed, parse, read_lines
from crawler.parsing.text import fold, squeeze
from crawler.parsing.urls import is_file

# "datePublished":"2024-05-11T10:23:00+08:00" or var createTime = '2024-05-11 10:23' in a script
_LINKED_DATA = re.compile(r"\w+[\"']?\s*[:=]\s*[\"'](?P<date>[^\"']{8,40})")
_NO_HEADLINE = re.compile(r">|。$|。.*。")
# the clock in a page's head: 今天是2026年11月22日 星期日
_TODAY = re.compile(r"今[天日]|现在是|欢迎")
# 【责任编辑：王蓉】 behind the text: what follows is other articles, comments and advertisements
_EDITOR = re.compile(r"[\s【\[(（]*(?:责任编辑|责编|責任編輯|責編)\s?[:：/|｜]")
_LABELLED = re.compile(r"\W*\w{2,6}\s?[:：]")  # 内容摘要：…
_LITTLE = 40  # characters: no text worth the name
_NO_TEXT = re.compile(r"[\W\d_]*$")


class Layout:
    """`lines` of the page; `headline`, `inside` (the body's block) are ranges of positions in it; the body proper is
    `lines[first:last]`."""

    def __init__(self, text: str) -> None:
        self.root = parse(text)
        self.closed = is_closed(text)
        self.lines, self.blocks = read_lines(self.root)
        self.metas = _metas(self.root)
        for name in ("datePublished", "pubDate", "publish_time", "createTime"):
            if (at := text.find(name)) >= 0 and (linked := _LINKED_DATA.match(text, at)):
                self.metas.setdefault("datepublished", linked["date"])
        lone = (time for time in self.root.iter("time") if next(time.iterancestors("li", "a", "aside"), None) is None)
        times = {time.get("datetime") for time in lone} - {None}
        if len(times) == 1:
            self.metas.setdefault("datepublished", str(times.pop()))
        title = next(self.root.iter("title"), None)
        self.head_title = squeeze(title.text or "") if title is not None else ""
        self.container = find_body(self.lines, self.blocks)
        self.body_rule = "the block with the most prose"
        self.inside = self._inside()
        self.headline, self.headline_rule = self._headline(self._headline_ends())
        if sum(len(self.lines[n].text) for n in self.inside if self.lines[n].prose) < 120:
            # so little may be the page's welcome: the headline tells better where the article is
            self.headline, self.headline_rule = self._headline(len(self.lines))
            if self.headline:
                self.inside, self.body_rule = self._below_headline(), "what stands below the headline"
        self._take_lead()
        if self.headline and not any(self.lines[n].prose for n in self.inside if n >= self.headline.stop):
            self.inside, self.body_rule = self._below_headline(), "what stands below the headline"
        self.first = self._first()
        self.last = self._last()

    def take_body(self, element: Element) -> None:
        """Takes the body from this element, whatever the evidence says."""
        holders = [element, *element.iterancestors()]
        self.container = next(block for holder in holders for block in self.blocks if block.node is holder)
        self.inside, self.body_rule = self._inside(), "selector"
        self.first, self.last = self._first(), self._last()

    @property
    def title(self) -> str | None:
        return " ".join(self.lines[n].text for n in self.headline) or None

    def _inside(self) -> range:
        if self.container is None:
            return range(0)
        begin, end = self.container.order, self.container.end
        at = [n for n, line in enumerate(self.lines) if begin <= line.block.order < end]
        return range(at[0], at[-1] + 1) if at else range(0)

    def _take_lead(self) -> None:
        """A picture with its caption or the lead may stand between headline and text, outside the text's block."""
        between = range(max(self.headline.stop, self.inside.start - 4), self.inside.start) if self.headline else ()
        below_meta = max((n + 1 for n in between if self._is_meta(n)), default=0)
        for n in between:
            line = self.lines[n]
            lead = n >= below_meta and len(line.text) >= 30 and _prose(line) and not _LABELLED.match(line.text)
            if (line.images or lead) and not line.furniture and not self._is_meta(n):
                self.inside = range(n, self.inside.stop)
                return

    def _below_headline(self) -> range:
        """Where a page without prose has its pictures: from the headline to the site's own lines."""
        start = self.headline.stop
        first = next((n for n in range(start, min(start + 20, len(self.lines))) if self._is_content(n)), start)
        for n in range(first, len(self.lines)):
            if self.lines[n].furniture or ends_article(self.lines[n].text):
                return range(start, n)
        return range(start, len(self.lines))

    def _is_content(self, n: int) -> bool:
        line = self.lines[n]
        if line.furniture or self._is_meta(n) or _NO_TEXT.match(line.text):
            return bool(line.images) and not line.furniture
        return not line.is_link or bool(line.images) or any(is_file(link.get("href") or "") for link in line.links)

    # -- the headline

    def _headline(self, stop: int) -> tuple[range, str]:
        """Positions of the headline's lines, and what tells it: it is what `<title>` or a meta tag repeats, or stands
        right above the meta line, or is the last heading before the body. Empty when the page shows none."""
        told = self._told()
        best, best_score, rule = range(0), 0.0, ""
        above = self._above_meta(stop)
        known = set(self.head_title + self.metas.get("articletitle", "") + self.metas.get("og:title", ""))
        for n, line in enumerate(self.lines[:stop]):
            if not above - 3 < n <= above and not line.heading and known.isdisjoint(line.text[:3]):
                continue  # nothing told begins so
            for size in (1, 2, 3):  # headlines broken by <br> come in several lines of one block
                piece = self.lines[n : n + size]
                if len(piece) < size or piece[-1].block is not line.block:
                    break
                if size == 1 and (not line.text or len(line.text) > 150 or (line.furniture and not line.heading)):
                    break
                text = fold("".join(part.text for part in piece))
                if not 4 <= len(text) <= 120:
                    continue
                score, why = _likeness(text, line, told)
                if n + 40 < stop:
                    score /= 2
                if n + size - 1 == above and not line.is_link and not _NO_HEADLINE.search(line.text):
                    score, why = score + 10 + size / 10, why or "right above the meta line"
                if score >= best_score and score:
                    best, best_score, rule = range(n, n + size), score, why
        return (best, rule) if best else self._above_text()

    def _above_meta(self, stop: int) -> int:
        """Position of the line above the meta line, -9 if there is none: of what looks like one the last before `stop`,
        where the text begins."""
        for n in range(min(stop + 2, len(self.lines) - 1), max(0, self.inside.start - 14) - 1, -1):
            if self._is_meta(n) and MetaLine.says_when_or_where(self.lines[n].text):
                over = (k for k in range(n - 1, max(-1, n - 6), -1) if self.lines[k].text and not self._is_meta(k))
                return next((k for k in over if self.lines[k].heading or not self._is_aside(k)), -9)
        return -9

    def _is_aside(self, n: int) -> bool:
        """A button, or a headline's second line: ——一季度营收增长15%."""
        return self.lines[n].furniture or self.lines[n].text.startswith("——")

    def _above_text(self) -> tuple[range, str]:
        """Nothing tells the headline: it is what stands right above the text, but for meta lines and bylines."""
        first = next((n for n in self.inside if self.lines[n].prose and not self._is_meta(n)), 0)
        if not any(line.prose and len(line.text) >= 30 for line in self.lines[first : first + 4]):
            return range(0), ""
        for n in range(first - 1, max(-1, first - 6), -1):
            line = self.lines[n]
            if not line.text or line.furniture or self._is_meta(n) or MetaLine.is_statement(line.text):
                continue
            if line.is_link or line.text.endswith(("。", "：", ":")) or not 5 <= len(line.text) <= 60:
                break
            return range(n, n + 1), "right above the text"
        return range(0), ""

    def _told(self) -> dict[str, str]:
        """What the head says the headline is, folded, with where it says so; less what is the site's name."""
        told: dict[str, str] = {}
        named = fold("".join(line.text for line in self.lines[-30:] if line.furniture))
        for place, text in (
            ("ArticleTitle", self.metas.get("articletitle", "")),
            ("og:title", self.metas.get("og:title", "")),
            ("<title>", self.head_title),
        ):
            folded = fold(text[:500])
            if folded and not (len(folded) < 16 and folded in named):
                told.setdefault(folded, place)
        return told

    def _headline_ends(self) -> int:
        """Position behind which no headline stands: the body's first long paragraph, or a little into the body."""
        inside = self.inside or range(len(self.lines))
        for n in inside:
            if self.lines[n].prose and len(self.lines[n].text) >= 60:
                return max(n, min(inside.start + 4, len(self.lines)))
        return min(inside.start + 12, len(self.lines)) if self.inside else len(self.lines)

    def _is_meta(self, n: int) -> bool:
        if n >= len(self.lines) or (self.lines[n].is_link and len(self.lines[n].text) > 20):
            return False
        if not MetaLine.is_one(self.lines[n].text):
            return False
        beside = (self.lines[k].text for k in (n - 1, n + 1) if 0 <= k < len(self.lines))
        return not (MetaLine.is_like_a_row(self.lines[n].text) and any(map(MetaLine.is_like_a_row, beside)))

    # -- first and last line of the body

    def _first(self) -> int:
        """Meta line, headline and furniture at the top of the body's block are not the body."""
        start = self.inside.start
        if self.headline and self.headline.stop > start:
            start = self.headline.stop
        title = fold(self.title or "")
        for n in range(start, min(start + 16, self.inside.stop)):
            line = self.lines[n]
            if line.images and not line.furniture and not self._is_meta(n):
                return n
            if (line.prose and not MetaLine.is_one(line.text)) or MetaLine.is_statement(line.text):
                return n
            if (
                not line.furniture
                and not line.is_link
                and not _NO_TEXT.match(line.text)
                and not MetaLine.is_one(line.text)
                and (not title or fold(line.text) != title)
                and not any(self._is_meta(k) for k in range(n + 1, min(n + 4, self.inside.stop)))
            ):
                return n
        return start

    def _last(self) -> int:
        """Position behind the body's last line: what follows is headed as something else, or is the small print."""
        whole = left = sum(_prose(self.lines[n]) for n in range(self.first, self.inside.stop))  # from here on
        for n in range(self.first, self.inside.stop):
            line = self.lines[n]
            if left < _LITTLE and n > self.first and (is_disclaimer(line.text) or self._is_heading_of_others(n)):
                return n
            if whole - left > 100 and len(line.text) <= 60 and _EDITOR.match(line.text):
                return n + 1
            left -= _prose(line)
        return self.inside.stop

    def _is_heading_of_others(self, n: int) -> bool:
        following = self.lines[n + 1 : min(n + 3, self.inside.stop)]
        return ends_article(self.lines[n].text) and not any(line.prose and not line.links for line in following)

    # -- the lines that say source, time and people

    def below_headline(self) -> list[str]:
        """The meta line and what stands beside it."""
        between = range(max(0, self.first - 8), self.first)
        if self.headline:
            end = max(self.first, self.headline.stop)
            between = range(self.headline.stop, min(end, self.headline.stop + 16))
        return [self.lines[n].marked or self.lines[n].text for n in between]

    def above_headline(self) -> list[str]:
        """Meta lines that stand above the headline."""
        above = range(max(0, self.headline.start - 6), self.headline.start)
        pieces = range(above.stop - 3, above.stop)
        is_piece = MetaLine.is_piece_of_day
        meta = (self.lines[n] for n in above if self._is_meta(n) or (n in pieces and is_piece(self.lines[n].text)))
        return [line.marked or line.text for line in meta if not _TODAY.search(line.text)]

    def below(self) -> list[str]:
        """Short lines right behind the body, where editors and dates stand that are not above it."""
        found = []
        for line in self.lines[self.last : self.last + 10]:
            others = line.is_link and len(line.text) > 7
            if (others and not any(is_file(link.get("href") or "") for link in line.links)) or (
                ends_article(line.text) and "附件" not in line.text
            ):
                break  # what follows is about other articles
            if 0 < len(line.text) < 60 and not line.is_link:
                found.append(line.text)
        return found


def _prose(line: Line) -> int:
    """Characters of text that is the article's if any is."""
    return len(line.text) if line.prose and not line.links and not is_disclaimer(line.text) else 0


def _likeness(text: str, line: Line, told: dict[str, str]) -> tuple[float, str]:
    """How much a line looks like the headline: characters it shares with what the head tells, and its level."""
    level = {"h1": 6.0, "h2": 4.0, "h3": 3.0}.get(line.block.tag, 0.0)
    shared, why = 0, ""
    for other, place in told.items():
        if other.startswith(text) or (text.startswith(other.rstrip("…")) and len(other) > 6):
            likeness = 2 * min(len(text), len(other))
        else:
            likeness = len(text) if text in other else 0
        if likeness > shared:
            shared, why = likeness, f"the line that {place} repeats"
    if shared:
        return shared + level - (3 if line.is_link else 0), why
    return (level / 10, "the last heading before the body") if line.heading and not line.is_link else (0.0, "")


def _metas(root: Element) -> dict[str, str]:
    """Contents of the meta tags by name, in lower case; of tags of one name the first."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
        content = squeeze(meta.get("content") or "")
        if name and content:
            found.setdefault(name, content)
    return found
