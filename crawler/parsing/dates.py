"""Dates as Chinese pages print them. Strict: what is impossible or ambiguous is no date; nothing is completed but a
year that a list leaves out."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crawler.parsing.text import narrow

# 2024-05-11 10:23:41 | 2017年12月13日 9:13 | 2016-4-15 9:16:47来源: | 2026/09/11
# 2020年04月14日05:28 | 2019年10月30日09时30分 | 2023年5月12日 10:23 PM
_STAMP = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*(?:年|(?P<sep>[-/.]))\s*(?P<m>\d{1,2})\s*(?:月|(?(sep)(?P=sep)|(?!)))\s*"
    r"(?P<d>\d\d(?=\d\d:\d\d)|\d{1,2}(?!\d))\s*[日号]?"
    r"(?:[\sT,()|周星期一二三四五六日天上早晨午]{0,9}(?P<pm>下午|晚上?|中午)?\s*(?P<H>\d{1,2})\s*[:时点]\s*(?P<M>\d{1,2})(?:\s*[:分]\s*(?P<S>\d\d|\d(?!\d))|(?!\d))(?:\s?(?P<half>[AaPp])\.?[Mm]\b)?)?"
)
# 14:05 2023/05/12: the time of day before a date that has none behind it
_CLOCK_FIRST = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})\s+$")
# 2024 05/ 12 17:19:26: year, day and time of an agency's page in elements of their own
_SPLIT = re.compile(
    r"(?<![\d./-])(?P<y>20\d\d)\s+(?P<m>\d{1,2})\s*/\s*(?P<d>\d{1,2})\s+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2}))?(?!\d)"
)
# 二〇二四年五月十一日
_NUMERALS = re.compile(
    r"([一二三四五六七八九〇○零]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
# 06/02/2022 - 13:48
_YEAR_LAST = re.compile(
    r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)(?:\D{1,4}(\d{1,2}):(\d{2})(?!\d))?"
)
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
# 03-23 | [09-12] | 5月11日
_YEARLESS = re.compile(r"(?<![\d年./-])(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?(?![\d./-])")
# 12 2026-05: a large day above its month
_DAY_FIRST = re.compile(r"(?<![\d年./-])(\d{1,2})\s+(20\d\d)\s*[-/.年]\s*(\d{1,2})月?(?![\d./-])")
_RELATIVE = re.compile(r"刚刚|(?<!\d)(\d{1,4})\s*(分钟|小时|天)前|(昨天|前天|今天)\s*(?:(\d{1,2}):(\d{2}))?")


_YEAR = re.compile(r"\d{4}|[一二三四五六七八九〇○零]{4}年")  # every full date has one


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as printed, with the time of day only if one is printed."""

    on: date
    at: datetime | None
    start: int  # where in the text it stands
    end: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """A date whose day and month may be either way round: 06/02/2022."""

    printed: str
    days: frozenset[date]
    clock: time | None


@dataclass(frozen=True, slots=True)
class Found:
    stamps: tuple[Stamp, ...]
    impossible: tuple[str, ...]  # the printed text of what has the form of a date and is none: 2026-02-30
    unsure: tuple[Unsure, ...] = ()


def find(text: str) -> Found:
    """All full dates in a text, in order."""
    if not _YEAR.search(text):
        return Found((), ())
    plain = narrow(text)
    stamps, impossible = list[Stamp](), list[str]()
    for match in (*_STAMP.finditer(plain), *_SPLIT.finditer(plain)):
        try:
            on = date(int(match["y"]), int(match["m"]), int(match["d"]))
            at = datetime.combine(on, _clock(match)) if match["H"] else None
            said = match.groupdict()
            half = "p" if said.get("pm") else (said.get("half") or "").lower()
            before = max(stamps[-1].end if stamps else 0, match.start() - 8)
            if not at and (first := _CLOCK_FIRST.search(plain, before, match.start())):
                at = datetime.combine(on, time(int(first[1]), int(first[2])))
            if at and (at.hour < 12 if half == "p" else at.hour == 12 and half == "a"):
                at += timedelta(hours=12 if half == "p" else -12)
        except ValueError:
            impossible.append(match.group().strip())
            continue
        stamps.append(Stamp(on, at, *match.span()))
    for match in _NUMERALS.finditer(plain):
        year, month, day = (_number(group) for group in match.groups())
        try:
            stamps.append(Stamp(date(year, month, day), None, *match.span()))
        except ValueError:
            impossible.append(match.group())
    unsure = []
    for match in _YEAR_LAST.finditer(plain):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        days = {on for on in (_day(year, one, other), _day(year, other, one)) if on}
        clock = time(int(match[5]), int(match[6])) if match[5] and int(match[5]) < 24 and int(match[6]) < 60 else None
        if len(days) == 1:
            on = days.pop()
            stamps.append(Stamp(on, datetime.combine(on, clock) if clock else None, *match.span()))
        elif days:
            unsure.append(Unsure(match.group(), frozenset(days), clock))
    return Found(tuple(sorted(stamps, key=lambda stamp: stamp.start)), tuple(impossible), tuple(unsure))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read(text: str, today: date | None = None) -> Stamp | None:
    """The one date a piece of text states (a label's value, a meta tag), or None. `today` is the day of fetching, for
    relative forms."""
    found = find(text)
    if found.stamps:
        return found.stamps[0] if len({stamp.on for stamp in found.stamps}) == 1 else None
    if found.impossible or found.unsure:
        return None
    if today and (match := _RELATIVE.search(narrow(text))):
        return _relative(match, today)
    return _by_dateparser(text)


def listed(text: str, today: date | None = None) -> date | None:
    """The date of a list row. Without a year it is the latest such day that is not after `today`."""
    found = find(text)
    if found.stamps:
        return found.stamps[0].on
    if match := _DAY_FIRST.search(narrow(text)):
        day, year, month = (int(group) for group in match.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return None
    match = None if found.impossible else _YEARLESS.search(narrow(text))
    if not match or not today:
        return None
    month, day = int(match.group(1)), int(match.group(2))
    for year in range(today.year, today.year - 8, -1):  # 8: the longest way back to a 29 February
        try:
            on = date(year, month, day)
        except ValueError:
            continue
        if on <= today:
            return on
    return None


def _clock(match: re.Match[str]) -> time:
    return time(int(match["H"]), int(match["M"]), int(match["S"] or 0))


def _number(numerals: str) -> int:
    if len(numerals) == 4:
        return int("".join(str(_DIGITS[c]) for c in numerals))
    tens, ten, ones = numerals.partition("十")
    if not ten:
        return _DIGITS.get(numerals, 0) if len(numerals) == 1 else 0
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def _relative(match: re.Match[str], today: date) -> Stamp | None:
    if match.group(2) in ("分钟", "小时") or match.group() == "刚刚":
        return None  # crosses midnight or not: the day of fetching alone cannot tell
    days = int(match.group(1)) if match.group(2) else {"今天": 0, "昨天": 1, "前天": 2}[match.group(3)]
    on = today - timedelta(days=days)
    try:
        at = datetime.combine(on, time(int(match.group(4)), int(match.group(5)))) if match.group(4) else None
    except ValueError:  # 昨天 25:10
        return None
    return Stamp(on, at, *match.span())


def _by_dateparser(text: str) -> Stamp | None:
    """What our forms do not know. The settings are all needed: without them dateparser completes what is missing."""
    if not re.search(r"\d", text) or len(text) > 40:
        return None
    import dateparser  # slow to import and seldom needed

    parsed = dateparser.parse(
        text,
        languages=["zh"],
        settings={
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["year", "month", "day"],
            "PARSERS": ["absolute-time"],
        },
    )
    return Stamp(parsed.date(), None, 0, len(text)) if parsed else None
