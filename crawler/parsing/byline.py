"""Who wrote, photographed, edited: the grammar of statements such as `记者:李云鹤 编辑:刁岩` or `(高文杰、黎佩佩)`.

A statement is a list of (label, names); where it stands (meta line, bracket, last line) is the caller's knowledge.
"""

import re
from dataclasses import dataclass

from crawler.parsing.names import names
from crawler.parsing.text import narrow, simplify, squeeze
from storage.records import Byline, Role

_WORDS: dict[str, tuple[Role, ...]] = {
    "通讯员": ("correspondent",),
    "特约通讯员": ("correspondent",),
    "记者": ("reporter",),
    "作者": ("reporter",),
    "撰稿人": ("reporter",),
    "撰稿": ("reporter",),
    "撰文": ("reporter",),
    "采写": ("reporter",),
    "采访": ("reporter",),
    "供稿": ("reporter",),
    "供稿人": ("reporter",),
    "执笔": ("reporter",),
    "投稿": ("reporter",),
    "来稿": ("reporter",),
    "文字": ("reporter",),
    "报道": ("reporter",),
    "文": ("reporter",),
    "摄影": ("photographer",),
    "摄像": ("photographer",),
    "拍摄": ("photographer",),
    "图片": ("photographer",),
    "照片": ("photographer",),
    "供图": ("photographer",),
    "摄": ("photographer",),
    "图": ("photographer",),
    "摄影报道": ("reporter", "photographer"),
    "图文": ("reporter", "photographer"),
    "文图": ("reporter", "photographer"),
    "文/图": ("reporter", "photographer"),
    "图/文": ("reporter", "photographer"),
    "责任编辑": ("editor",),
    "责编": ("editor",),
    "编译": ("reporter",),
    "编辑": ("editor",),
    "主编": ("editor",),
    "编审": ("reviewer",),
    "审核": ("reviewer",),
    "审校": ("reviewer",),
    "校对": ("reviewer",),
    "校审": ("reviewer",),
    "审签": ("reviewer",),
    "签发": ("reviewer",),
    "初审": ("reviewer",),
    "复审": ("reviewer",),
    "终审": ("reviewer",),
    "一审": ("reviewer",),
    "二审": ("reviewer",),
    "三审": ("reviewer",),
    "视觉": ("other",),
    "制作": ("other",),
    "设计": ("other",),
    "制图": ("other",),
    "美编": ("other",),
    "美工": ("other",),
    "排版": ("other",),
    "策划": ("other",),
    "统筹": ("other",),
    "监制": ("other",),
    "剪辑": ("other",),
    "翻译": ("other",),
    "录入": ("other",),
    "录入人": ("other",),
    "发布人": ("other",),
}
_RANK = "见习|实习|首席|特派|特约|高级|资深|驻站|全媒体|融媒体|职工|值班|网络|执行|本期|文章|新媒体|助理|学生"
_LONG = "|".join(sorted((word for word in _WORDS if len(word) > 1 and "/" not in word), key=len, reverse=True))
# Labels that may stand right before a name; all others need a colon or slash behind them.
_LABEL = re.compile(
    rf"(?P<label>(?:{_RANK})*(?:记者|通讯员))\s*[:/]?\s*"
    rf"|(?P<marked>(?:{_RANK})*(?:{_LONG}|文/图|图/文)|(?<![\u4e00-\u9fff])[文图摄])\s*[:/]\s*"
    rf"|(?P<blank>(?:(?<=^)|(?<=\s))(?:{_RANK})*(?:作者|责任编辑|责编|编辑))\s+"
)
# NAME 摄 | NAME 摄影报道 | NAME/摄影报道 | X 文/图
_SUFFIX = re.compile(r"^(?P<names>[^:]{2,30}?)\s*/?\s*(?P<label>摄影报道|文/图|图/文|摄影|摄)$")
_UNKNOWN = re.compile(r"^\s*(?P<label>[\u4e00-\u9fff]{2,6})\s*:\s*(?P<names>.+)$")
_SOURCE = re.compile(r"(?:来源|来自|转自|转载自|原载|刊登)\s*:?\s*《?\s*(?P<source>[^》:]{2,40}?)\s*》?\s*(?:\(|$)")
_BLANKS = " ,、;|/"
_UNIT = re.compile(
    r"^[\u4e00-\u9fffA-Za-z0-9·\s、]{2,30}?(?:部|处|室|局|厅|委|办|站|所|院|校|组|队|科|厂|矿|社|会|中心|公司|集团|单位|支部|分会|车间|党委|工会|团委)$"
)


# 聯合報 記者林宸誼／即時報導, 北岭报记者王蓉/图: a name, a slash, and what of whom or where from
_REPORT = re.compile(
    rf"(?P<unit>[^\s:。，]{{2,12}}?\s*)??(?P<label>(?:{_RANK}|本报|本网)*(?:记者|通讯员|特派员|编译))\s*(?P<names>[^/:。]{{2,24}}?)\s*/\s*"
    r"(?P<what>[\w·、 ]{1,12}?(?:报导|报道|专电|电|摄影|翻摄|摄|综合|整理)|[摄文图])\s*$"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a line such as `聯合報 記者林宸誼／即時報導` says."""

    unit: str | None
    bylines: tuple[Byline, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a byline statement says. No bylines and no unknown label: it names a unit or an account only."""

    bylines: tuple[Byline, ...] = ()
    unknown: tuple[str, ...] = ()  # labels we do not know, followed by names
    source: str | None = None  # it was a statement of the source


def read_statement(text: str) -> Statement | None:
    """A statement that carries its labels: `见习记者 刘岚`, `记者:李云鹤 编辑:刁岩`, `新华社记者潘思远摄`. None if the
    text is none: anything between two labels that is neither names nor a unit makes all of it prose."""
    plain = _plain(text)
    simple = simplify(plain)
    if suffix := _SUFFIX.match(simple):
        return _suffixed(plain, suffix)
    labels = list(_LABEL.finditer(simple))
    if not labels:
        return None
    affiliation = plain[: labels[0].start()].strip(_BLANKS) or None
    if affiliation and (len(affiliation) > 12 or re.search(r"[。,!?]", affiliation)):
        return None
    bylines: list[Byline] = []
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        value = plain[label.end() : following.start() if following else None]
        start, stop = next(label.span(kind) for kind in ("label", "marked", "blank") if label[kind])
        word = plain[start:stop].strip()
        value, next_affiliation = _split_affiliation(value) if following else (value.strip(_BLANKS), None)
        roles = _roles(word)
        rows = _persons(value, word, roles, affiliation)
        if rows is None:
            return None
        bylines += rows
        affiliation = next_affiliation
    return Statement(tuple(bylines))


def read_report(text: str) -> Report | None:
    plain = _plain(text)
    if not (match := _REPORT.search(simplify(plain))):
        return None
    persons = names(plain[slice(*match.span("names"))], labelled=True)
    if not persons:
        return None
    unit = plain[slice(*match.span("unit"))].strip(_BLANKS) if match["unit"] else None
    label = plain[slice(*match.span("label"))]
    role: Role = "photographer" if match["what"].endswith(("摄影", "摄", "图")) else "reporter"
    return Report(unit or None, tuple(Byline(role, name, unit or None, label) for name in persons))


def read_names(text: str, label: str | None = None) -> Statement | None:
    """A statement whose label is absent or was read before: `高文杰、黎佩佩`; the value behind `作者:`; a unit."""
    plain = _plain(text)
    if not plain:
        return None
    if labelled := read_statement(plain):
        return labelled
    rows = _persons(plain, label, _roles(label) if label else ("reporter",), None)
    return Statement(tuple(rows)) if rows is not None else None


def read_bracket(text: str) -> Statement | None:
    """What stands in a closing bracket; None when it is no byline: `(右二)`, `(以下简称…)`, `(完)`."""
    plain = _plain(text)
    if source := _SOURCE.search(plain):
        return Statement(source=source["source"].strip())
    if statement := read_names(plain):
        return statement
    if (unknown := _UNKNOWN.match(plain)) and names(unknown["names"], labelled=False):
        return Statement(unknown=(unknown["label"],))
    return None


def is_unit(text: str) -> bool:
    return bool(_UNIT.match(text))


def _plain(text: str) -> str:
    return squeeze(re.sub(r"[【】\[\]()<>《》]", " ", narrow(text).replace("︰", ":").replace("∶", ":")))


def _roles(label: str) -> tuple[Role, ...]:
    label = simplify(label)
    if label in _WORDS:
        return _WORDS[label]
    return next(_WORDS[word] for word in sorted(_WORDS, key=len, reverse=True) if label.endswith(word))


def _persons(value: str, label: str | None, roles: tuple[Role, ...], affiliation: str | None) -> list[Byline] | None:
    """Rows for a value: persons, persons behind their unit, or none for a unit, an account or nothing; None: no value
    of a byline."""
    persons = names(value, labelled=label is not None) if value else []
    if persons is None:
        unit, _, rest = value.rpartition(" ")
        persons = names(rest, labelled=True) if unit and is_unit(unit) else None
        if persons:
            affiliation = unit
        elif is_unit(value) or (label and len(value) <= 12 and not re.search(r"[。,!?;\d]", value)):
            persons = []
        else:
            return None
    return [Byline(role, name, affiliation, label) for name in persons for role in roles]


def _split_affiliation(value: str) -> tuple[str, str | None]:
    """`王蓉 本报` right before the next label: the names, and the unit that belongs to that label."""
    if value.rstrip(_BLANKS) != value:
        return value.strip(_BLANKS), None
    head, _, tail = value.rpartition(" ")
    return head.strip(_BLANKS), tail or None


def _suffixed(plain: str, match: re.Match[str]) -> Statement | None:
    """潘思远摄, 人民网记者 程浚摄, 华山网记者王长河/摄影报道."""
    text, label = plain[slice(*match.span("names"))], plain[slice(*match.span("label"))]
    affiliation = None
    if before := re.match(rf"^(?P<unit>[\u4e00-\u9fff]{{0,10}}?)(?:{_RANK})*(?:记者|通讯员|发)\s*", simplify(text)):
        affiliation, text = text[: before.end("unit")] or None, text[before.end() :]
    rows = names(text, labelled=before is not None)
    if not rows:
        return None
    return Statement(tuple(Byline(role, name, affiliation, label) for name in rows for role in _roles(label)))
