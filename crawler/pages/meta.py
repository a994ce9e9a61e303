"""The lines around a headline that say source, time and people: `来源: XX时间: YYYY-MM-DD作者: NN`, in any order and
width, with or without blanks, and with or without labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise

from crawler.parsing import dates
from crawler.parsing.byline import Statement, read_names, read_report, read_statement
from crawler.parsing.labels import KIND, Label, find_labels
from crawler.parsing.lines import MARK
from crawler.parsing.names import is_person, names
from crawler.parsing.text import narrow, plain, simplify, squeeze

BESIDE = "beside the headline"
_QUICK = re.compile(r"\d{4}|来\s?源|作\s?者|记\s?者|时\s?间|日\s?期|[编稿]|[:|]")
_PROSE = re.compile(r"。|[!?]\s*$")
# below a speech's or a law's headline: （2021年3月10日第三次会议通过）, ——2024年1月20日在北岭市政协会议上
_SUBTITLE = re.compile(r"\s*(?:——|截至|\([^()]*[^\W\d年月日时分秒星期一二三四五六][^():]*\)\s*$)")
_UNKNOWN = re.compile(r"(?:^|\s)(?P<label>[\u4e00-\u9fff]{2,6}):\s*(?P<names>[^:\n]{2,20}?)(?=\s|$)")
# what may stand behind a value on the same line without a label
_CONTROLS = re.compile(
    r"[|丨【\[]|\s+(?:打印|分享|字号|字体|收藏|关闭|大\s*中\s*小|编辑|责编|点击|浏览|阅读|我要|我来|发表|评论|参与|回复|举报|关注"
    r"|订阅|复制|查看|手机|微信|微博|已被|支持|按|上一|下一|T\s)|\s*\d+(?:\.\d+)?万?\+?\s*(?:次|人|评论|阅读|浏览|播放|点赞)|打印本|关闭窗口|\s+A[-+]"
)
# how media and offices are called
_MEDIA = re.compile(
    r"(?:[网报社台刊站局厅委部院会署办处]|日报|晚报|新闻|客户端|在线|频道|周刊|杂志|时报|传媒|中心|公司|集团|政府|大学|学院"
    r"|医院|[\u4e00-\u9fff]{2}(?<!独家|深度|系列|专题|新闻|现场)报道)$"
)
_MEDIA_THEN_NAMES = re.compile(r"(?P<media>\S+(?:网|报|社|台|客户端|在线|融媒))\s+(?P<names>\S.*)$")
_IS_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]*[\u4e00-\u9fff]{2,}[\u4e00-\u9fffA-Za-z0-9]*")
_BUTTON = re.compile(
    r"浏览|点击|打印|分享|字号|字体|关闭|阅读|评论|举报|收藏|编辑|星期|周[一二三四五六日]|语音|播报|视力|正文|返回|次$|关注|订阅"
    r"|字数|下载|听新闻|简体|繁体|小编|发布|更新|首页|[上下]午|来源|作者|时间|日期|分钟|已被"
)
_NOTHING = frozenset(["-", "--", "—", "——", "无", "暂无", "null", "undefined", "none", "未知", "不详", "/", "."])
_WRAPPED = re.compile(r"\s*[(\[【](?P<inner>[^()\[\]【】]*)[)\]】]\s*")
# 之江在线</span><span>记者 简一苇: a label that needs something before it
_LABEL_FIRST = re.compile(rf"(?<=\S){MARK}+(?=(?:[记記]者|通[讯訊][员員]|作者|[编編][辑輯]|[摄攝]影)[\s|丨│/])")
# 北岭社（王蓉）, 公众号：北岭开发者（ID：BeilingDev）
_ASIDE = re.compile(r"(?:微信)?(?:公众号)?:?\s*(?P<value>[^()]{2,}?)\s*\((?P<aside>[^()]+)\)$")
# 18 | 2024-09: the day in large type above or below its month
_DAY, _MONTH = r"\d{1,2}日?", r"20\d\d\s?[-/.年]\s?\d{1,2}月?"
_DAY_APART = re.compile(rf"(?P<d1>{_DAY})\s+(?P<m1>{_MONTH})|(?P<m2>{_MONTH})\s+(?P<d2>{_DAY})")
_PIECE_OF_DAY = re.compile(rf"{_DAY}\s?(?:{_MONTH})?|{_MONTH}\s?(?:{_DAY})?")
# (2021年12月27日) below a speech's or a law's headline: when it was held or passed
_DAY_IN_BRACKETS = re.compile(r"^\s*\([\d\s]+年[\d\s]+月[\d\s]+日\s*\)\s*$")
_IN_BRACKETS = re.compile(r"\([^()]*[^\W\d年月日时分秒星期一二三四五六][^()]*\)")


@dataclass(frozen=True, slots=True)
class _Part:
    label: Label
    value: str  # as printed
    printed: str  # label and value
    stamp: dates.Stamp | None = None  # the first date in the value


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: its labelled parts, its dates that no label explains, and what text it has beside all these."""

    printed: str
    parts: tuple[_Part, ...]
    bare: tuple[dates.Stamp, ...]
    rest: str


@dataclass(slots=True)
class MetaLine:
    lines: Sequence[str]  # as printed, perhaps with MARK where elements begin and end
    impossible: tuple[str, ...] = ()
    unsure: tuple[dates.Unsure, ...] = ()
    _rows: list[_Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        for marked in _glued(self.lines):
            row, found = _row(marked)
            self.impossible += found.impossible
            self.unsure += found.unsure
            self._rows.append(row)

    @staticmethod
    @lru_cache(maxsize=64)  # asked about the same lines from several sides
    def is_one(text: str) -> bool:
        """Whether a line is a meta line rather than the article's text."""
        if len(text) > 150:
            return False
        flat = plain(text)
        if not _QUICK.search(flat) or _PROSE.search(flat) or _SUBTITLE.match(flat):
            return False
        labels = find_labels(flat)
        for label in labels:
            if label.end_by in ("colon", "comma") and (label.kind != "author" or label.start < 2):
                return True
            if label.end_by == "dated" or (label.start < 2 and (label.kind == "source" or label.end_by == "bar")):
                return True
        found = dates.find(flat)
        if (not found.stamps and not found.unsure) or _DAY_IN_BRACKETS.match(flat):
            return False
        rest = flat
        for stamp in found.stamps:
            rest = rest.replace(flat[stamp.start : stamp.end], " ")
        if labels:
            return len(rest) < 60
        return len(re.sub(r"[\x00-\x7f]+", " ", rest)) < 26

    @staticmethod
    def says_when_or_where(text: str) -> bool:
        """A meta line that is more than a byline or a row of buttons."""
        if not MetaLine.is_one(text):
            return False
        flat = plain(text)
        return bool(dates.find(flat).stamps) or any(label.kind in ("source", "date") for label in find_labels(flat))

    @staticmethod
    @lru_cache(maxsize=64)
    def is_like_a_row(text: str) -> bool:
        """`我厂产钢突破六十万吨 [2006-10-9]`: lines of lists look like this, each beside the next."""
        flat = plain(text)
        stamps = dates.find(flat).stamps if len(flat) < 60 else ()
        return bool(stamps) and stamps[-1].start > 5 and not find_labels(flat)

    @staticmethod
    def is_piece_of_day(text: str) -> bool:
        return len(text) < 14 and _PIECE_OF_DAY.fullmatch(text) is not None

    @staticmethod
    def is_statement(text: str) -> bool:
        """`文｜王蓉 图｜李煜`: a byline that stands at the text's top, and not in the meta line."""
        labels = find_labels(plain(text)) if len(text) < 60 else []
        return bool(labels) and all(label.kind == "author" and label.end_by != "colon" for label in labels)

    def _parts(self, *kinds: str) -> Iterator[_Part]:
        return (part for row in self._rows for part in row.parts if part.label.kind in kinds)

    def has(self, kind: str) -> bool:
        return any(self._parts(kind))

    def value(self, kind: str) -> str | None:
        """The first value printed behind a label of this kind, less what other labels, dates and buttons follow it."""
        values = (_source_and_names(part.value)[0] if kind == "source" else part.value for part in self._parts(kind))
        return next((value for value in values if 0 < len(value) <= 60 and value.lower() not in _NOTHING), None)

    def stamp(self) -> tuple[dates.Stamp, str] | None:
        """The publishing date shown, and what tells it: a labelled one before a bare one, an update's last."""
        bare = next(((n, stamp) for n, row in enumerate(self._rows) for stamp in row.bare), None)
        # below a bare date 时间: is the event's
        if labelled := self.labelled_date(bare[0] if bare else None):
            return labelled, "label"
        if bare:
            return bare[1], BESIDE
        updated = next((part.stamp for part in self._parts("updated") if part.stamp), None)
        return (updated, "label of an update") if updated else None

    def labelled_date(self, lowest: int | None = None) -> dates.Stamp | None:
        """发布时间 says more than 时间, which counts down to the row `lowest` only."""
        order = list(KIND)
        dated = [
            (order.index(part.label.word), part.stamp)
            for n, row in enumerate(self._rows)
            for part in row.parts
            if part.label.kind == "date" and part.stamp
            if lowest is None or n <= lowest or part.label.word not in ("时间", "日期")
        ]
        return min(dated, key=lambda pair: pair[0])[1] if dated else None

    def says_published(self) -> bool:
        """发布时间 is said of articles only; 时间 stands on error pages too."""
        return any(part.label.word.startswith(("发布", "发表")) for part in self._parts("date"))

    def bare_source(self) -> str | None:
        """`2019-09-26 10:56:28 证券时报网`: a source without a label, alone beside the date but for persons."""
        for row in self._rows:
            if row.bare or any(part.stamp for part in row.parts):
                report = read_report(row.rest)
                if source := _only_source((report.unit or "") if report else row.rest):
                    return source
        return None

    def people(self) -> list[tuple[str, Statement]]:
        """Each statement about people that is not empty, as printed and as read."""
        said: list[tuple[str, Statement]] = []
        for row in self._rows:
            people = [part for part in row.parts if part.label.kind == "author" and 0 < len(part.value) <= 120]
            whole = read_statement(row.printed) if len(people) == len(row.parts) and not row.bare else None
            if whole and whole.bylines:
                said.append((squeeze(row.printed), whole))
            else:
                said += [(part.printed, read_names(part.value, part.label.word) or Statement()) for part in people]
        behind = (_source_and_names(part.value)[1] for part in self._parts("source"))
        said += [(text, read_names(text) or Statement()) for text in behind if text]
        if not any(statement.bylines for _, statement in said):
            reports = ((row.rest, read_report(row.rest)) for row in self._rows if len(row.rest) < 40)
            said += [(squeeze(rest), Statement(report.bylines)) for rest, report in reports if report]
        return said

    def unknown(self) -> list[str]:
        """Labels we do not know before what can only be names."""
        return [
            m["label"]
            for line in self.lines
            for m in _UNKNOWN.finditer(plain(line.replace(MARK, " ")))
            if m["label"] not in KIND and names(m["names"], labelled=False) and read_names(m["names"])
        ]


def _glued(lines: Sequence[str]) -> Iterator[str]:
    """The lines; those and table cells that are nothing but a label are joined with the value that follows."""
    texts = _whole_days([cell for line in lines for cell in line.split("\t") if len(cell) < 1000])
    label = ""
    for text in texts:
        if _is_label(text):
            if label:
                yield label
            label = text.rstrip(f":： {MARK}") + "："
        elif label and len(text) <= 40 and not find_labels(plain(text.replace(MARK, ""))):
            yield label + text
            label = ""
        else:
            yield from filter(None, (label, text))
            label = ""
    if label:
        yield label


def _whole_days(texts: list[str]) -> list[str]:
    """The texts, with a date whose day stands apart from its month, in one of them or in two, in one piece."""
    whole: list[str] = []
    for text in texts:
        told = text.replace(MARK, " ").strip()
        day = _DAY_APART.fullmatch(told) if len(told) < 14 else None
        if not day and whole and _PIECE_OF_DAY.fullmatch(told) and (day := _DAY_APART.fullmatch(f"{whole[-1]} {told}")):
            whole.pop()
        whole.append(
            re.sub(r"\D+", "-", f"{day['m1'] or day['m2']}-{day['d1'] or day['d2']}").strip("-") if day else text
        )
    return whole


def _is_label(text: str) -> bool:
    return re.sub(rf"[\s:{MARK}]", "", plain(text)) in KIND


def _row(marked: str) -> tuple[_Row, dates.Found]:
    pieces = _LABEL_FIRST.sub(f"{MARK} ", marked).split(MARK)
    edges = list(accumulate(map(len, pieces)))  # where elements begin and end in the text
    printed = "".join(pieces)
    flat = plain(printed)
    found = dates.find(flat)
    if not found.stamps and len(pieces) > 1 and dates.find(plain(" ".join(pieces))).stamps:
        return _row(" ".join(pieces))  # a date glued to other digits
    stamps, labels = found.stamps, find_labels(flat)
    asides = [match.span() for match in (*_IN_BRACKETS.finditer(flat), *_DAY_IN_BRACKETS.finditer(flat))]
    parts: list[_Part] = []
    explained: set[dates.Stamp] = set()
    rest = [(0, labels[0].start if labels else len(flat))]  # spans of text that no label explains
    for label, following in pairwise([*labels, None]):
        assert label
        stop = end = following.start if following else len(flat)
        inside = [stamp for stamp in stamps if label.stop <= stamp.start < end]
        if label.kind in ("date", "updated", "event") or label.word in ("摘自", "原载"):
            explained.update(inside[:1])
            stop = inside[0].end if inside else end
        elif label.kind in ("source", "unit", "author"):
            stop = inside[0].start if inside else end
            stop = label.stop + len(_CONTROLS.split(flat[label.stop : stop])[0])
            # the value ends with its element
            edge = (edge for edge in edges if label.stop < edge < stop and printed[label.stop : edge].strip(" :："))
            stop = next(edge, stop)
        loose = label.kind == "author" and label.end_by in ("blank", "glued")
        if loose and not read_names(printed[label.stop : stop], label.word):
            rest.append((label.start, end))
            continue  # 记者 走进车间: no label
        value = _unwrapped(printed[label.stop : stop])
        parts.append(_Part(label, value, squeeze(printed[label.start : stop]), inside[0] if inside else None))
        rest.append((stop, end) if label.kind != "other" else (end, end))
    free = [s for s in stamps if s not in explained and not any(a < s.start and s.end < b for a, b in asides)]
    said = " ".join(_between(printed, begin, end, stamps, edges) for begin, end in rest)
    one = MetaLine.is_one(printed)
    return _Row(printed, tuple(parts), tuple(free) if one else (), said), found


def _between(printed: str, begin: int, end: int, stamps: Sequence[dates.Stamp], edges: Sequence[int]) -> str:
    """A span of the text without the dates in it, with a blank at every element's edge."""
    said = ""
    for at in range(begin, end):
        if at in edges and at > begin:
            said += " "
        said += " " if any(stamp.start <= at < stamp.end for stamp in stamps) else printed[at]
    return said


def _unwrapped(value: str) -> str:
    value = re.sub(r"^[\s:：]+|[\s|\-—,;、/(（【\[]+$", "", value)
    if wrapped := _WRAPPED.fullmatch(narrow(value)):
        return value[slice(*wrapped.span("inner"))].strip()
    for opening, closing in ("【】", "[]", "（）", "()"):
        if value.endswith(closing) and opening not in value:
            value = value[:-1].rstrip()
    return value


def _source_and_names(value: str) -> tuple[str, str | None]:
    """`北岭日报 王砚峰 万程`, `北岭社（王蓉）`: the source, and the persons printed behind it."""
    value = re.sub(r"^(?:微信)?公众号[:：]?\s*", "", value)
    flat = narrow(value)
    if (tail := _MEDIA_THEN_NAMES.match(flat)) and (said := read_names(tail["names"])) and said.bylines:
        return value[: tail.end("media")], value[tail.start("names") :]
    if aside := _ASIDE.fullmatch(flat):
        if names(aside["aside"], labelled=False):
            return value[slice(*aside.span("value"))], value[slice(*aside.span("aside"))]
        if aside["aside"].isascii() or aside["aside"].startswith(("微信", "公众号")):
            return value[slice(*aside.span("value"))], None
    return value, None


def _only_source(rest: str) -> str | None:
    words = [re.sub(r"(?<=[\u4e00-\u9fff])\d+$", "", word) for word in re.split(r"[\s|丨·•\[\]【】()（）]+", rest)]
    words = [word for word in words if word not in ("", "原创", "-", "/", "&nbsp;")]
    words = [word for word in words if len(words) == 1 or not _BUTTON.search(simplify(word))]
    media = [word for word in words if _MEDIA.search(simplify(word))]
    if len(media) == 1 or (len(words) == 1 and len(words[0]) > 3 and _IS_NAME.fullmatch(words[0])):
        word = (media or words)[0]
        if len(word) > 1 and not is_person(word, labelled=False) and not _BUTTON.search(simplify(word)):
            return word
    return None
