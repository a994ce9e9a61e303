"""Who wrote, photographed, edited: the grammar of statements such as `记者:李云鹤 编辑:刁岩` or `(高文杰、黎佩佩)`.

A statement is a list of labels and names; where it stands (meta line, bracket, last line) is the caller's knowledge.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from crawler.parsing.names import is_person, names
from crawler.parsing.roles import CHAIN, RANK, roles_of
from crawler.parsing.text import plain, simplify, squeeze
from storage.records import Byline, Role

_LABEL = re.compile(
    # 记者 王蓉, 通讯员/李煜, 特约记者：王蓉: names may stand right behind
    rf"(?P<named>(?:{RANK}|本报|本网|本刊|本站)*(?:记者(?!站)|通讯员|实习生))\s?[:/|丨]?\s*"
    # 文/图：王蓉, 编辑｜李煜, 网站编辑 - 李煜
    rf"|(?P<marked>{CHAIN})(?:\s?(?:[:|丨│]|/(?![文图摄](?:\s|$)))|\s-\s)\s*"
    # 监制 李煜, 文/图 王蓉
    rf"|(?:^|(?<=\s))(?P<blank>{CHAIN})\s+(?=\S)"
)
_ROLE_BEHIND = rf"摄影报道|图文报道|拍摄制作|文/图|图/文|摄影|摄|(?<=[\s/])(?:{CHAIN}|译)"
# 潘思远摄, 王长河/摄影报道, 王蓉 图/文, 李若静 青川报道: names and what they did
_BEHIND = re.compile(
    rf"^(?P<names>[^:]{{2,80}}?)\s?/?\s*(?:(?<=\s)(?!摄影|图文)[\u4e00-\u9fff]{{2,6}}(?=报道))?(?P<label>{_ROLE_BEHIND})$"
)
# 樊锦之/文 韦以勒/图
_PAIR = re.compile(rf"\s*(?P<names>[^/:]{{2,20}}?)(?<!文)\s?/\s?(?P<label>{_ROLE_BEHIND})(?=[\s,、;]|$)[,、;]?")
# 聯合報 記者林宸誼／即時報導, 北岭报记者王蓉/图: a name, a slash, and what of whom or where from
_REPORT = re.compile(
    rf"(?P<unit>[^\s:。，]{{2,12}}?\s*)??(?P<label>(?:{RANK}|本报|本网)*(?:记者|通讯员|特派员|编译))\s*"
    r"(?P<names>[^/:。]{2,24}?)\s*/\s*(?P<what>[\w·、 ]{1,12}?(?:报道|专电|电|摄影|翻摄|摄|综合|整理)|[摄文图])\s*$"
)
_UNKNOWN = re.compile(r"^\s*(?P<label>[\u4e00-\u9fff]{2,6})\s*:\s*(?P<names>.+)$")
_SOURCE = re.compile(
    r"(?:本文|文章)?(?:来源|来自|转自|转载自|原载|刊登|摘自)\s*:?\s*《?\s*(?P<source>[^》:]{2,40}?)\s*》?\s*(?:\(|$)"
)
# not 资金来源：财政拨款, nor 来自北岭、南岭的代表
_SOURCE_FIRST = re.compile(
    r"(?:本文|文章|稿件|信息|图文|内容|新闻|消息)?来源\s*:|(?:本文)?(?:转载?自|原载|刊登|摘自|来自(?!.*[的、]))"
)
_BLANKS = " ,、;|/"
_UNIT = re.compile(
    r"^[\u4e00-\u9fffA-Za-z0-9·\s、]{2,30}?(?:部|处|室|局|厅|委|办|站|所|院|校|组|队|科|厂|矿|社|会|中心|公司|集团|单位|支部"
    r"|分会|车间|党委|工会|团委|项目部|杂志|报|网|台)$"
)
# 白若娜（北麓青川）, 江若（北岭分社摄影记者）: what somebody is, behind the name
_ASIDE = re.compile(r"(?<=[\u4e00-\u9fff])\s?\([^()]{1,24}\)")
# ，系北川社会科学院学部委员; 作者单位：第三项目部
_ABOUT = re.compile(
    r"\s*(?:,\s*(?:系|为|现任|单位|来自)|作者单位|单位:|[\u4e00-\u9fff]{0,4}(?:热线|电话:|邮箱:)|E-?mail).*$"
)
# □韦若辉, ■摄/本报记者任若军
_ADDRESS = re.compile(r"\s*(?:https?://|www\.)[\w./-]+")
# 邱不凡_NN4994, 计筱竹 PN026
_STAFF_CODE = re.compile(r"[\s_]*(?<![A-Za-z])\(?[A-Z]{1,3}\d{2,6}\)?(?=\s|$|[|,、)\]】])")
_BULLET = re.compile(r"^[\s■□●◆▲★☆◎○▪•*_\-—>]+|[\s_*]+$")
_ALL_BY = re.compile(r"^(?:本组|本版|本文|文中|以上)(?:图片|照片|配图)?(?:均?由|均为)?\s*")


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


@dataclass(frozen=True, slots=True)
class _Said:
    label: str | None  # as printed
    roles: tuple[Role, ...]
    value: str
    named: bool  # 记者, 通讯员: a unit may stand before it


def read_statement(text: str) -> Statement | None:
    """A statement that carries its labels: `见习记者 刘岚`, `记者:李云鹤 编辑:刁岩`, `新华社记者潘思远摄`. None if the
    text is none: anything between two labels that is neither names nor a unit makes all of it prose."""
    printed = _plain(text)
    if not printed or len(printed) > 120:
        return None
    if pairs := _pairs(printed):
        return Statement(pairs)
    head, said = _split(printed)
    if not said:
        return _behind(printed)
    bylines: list[Byline] = []
    affiliation, before = head or None, list[Byline]()
    source = _SOURCE.match(head)
    if source:
        affiliation = None
    elif head:
        persons = names(head, labelled=False)
        if persons:
            before, affiliation = [Byline("reporter", name) for name in persons], None
        elif len(head) > 14 or re.search(r"[。,!?]", head):
            return None
    for part, following in pairwise([*said, None]):
        assert part
        value, next_affiliation = part.value.strip(_BLANKS), None
        if following and following.named:
            value, next_affiliation = _less_affiliation(part)
        value, label, roles = _less_role(value, part)
        rows = _persons(value, label, roles, affiliation)
        if rows is None:
            return None
        if label != part.label:  # 刘若霏 记者 刘知莲 摄: of all three
            before = [replace(row, role=role, label=label) for row in before for role in roles]
        bylines += rows
        affiliation = next_affiliation
    return Statement((*before, *bylines), source=source["source"] if source else None)


def read_names(text: str, label: str | None = None) -> Statement | None:
    """A statement whose label is absent or was read before: `高文杰、黎佩佩`; the value behind `作者:`; a unit."""
    printed = _plain(text)
    if not printed:
        return None
    if (labelled := read_statement(text)) and (labelled.bylines or label is None):
        return labelled
    rows = _persons(printed, label, roles_of(label) if label else ("reporter",), None)
    return Statement(tuple(rows)) if rows is not None else None


def read_report(text: str) -> Report | None:
    printed = _plain(text)
    if len(printed) > 120 or not (match := _REPORT.search(simplify(printed))):
        return None
    persons = names(printed[slice(*match.span("names"))], labelled=True)
    if not persons:
        return None
    unit = printed[slice(*match.span("unit"))].strip(_BLANKS) if match["unit"] else None
    label = printed[slice(*match.span("label"))]
    role: Role = "photographer" if match["what"].endswith(("摄影", "摄", "图")) else "reporter"
    return Report(unit or None, tuple(Byline(role, name, unit or None, label) for name in persons))


def read_bracket(text: str) -> Statement | None:
    """What stands in a closing bracket; None when it is no byline: `(右二)`, `(以下简称…)`, `(完)`."""
    printed = _plain(text)
    if (report := read_report(printed)) and report.bylines:
        return Statement(report.bylines)
    if _SOURCE_FIRST.match(printed) and (source := _SOURCE.search(printed)):
        return Statement(source=source["source"].strip())
    if statement := read_names(text):
        return statement
    if (supplied := re.fullmatch(r"(.{2,20}?)(?:供稿|报道|供图)", printed)) and is_unit(supplied[1]):
        return Statement()
    if unknown := _UNKNOWN.match(printed):
        if is_unit(unknown["label"]) and (rows := _persons(unknown["names"], None, ("reporter",), unknown["label"])):
            return Statement(tuple(rows))  # 宣传部：周若倩
        if names(unknown["names"], labelled=False):
            return Statement(unknown=(unknown["label"],))
    return None


def is_unit(text: str) -> bool:
    return bool(_UNIT.match(text))


def _plain(text: str) -> str:
    """One width, no brackets around it, none behind a name, labels not set wide."""
    flat = re.sub(r"[【〔\[［《<〖]", "(", re.sub(r"[】〕\]］》>〗]", ")", _narrow(text)))
    flat = _BULLET.sub("", _STAFF_CODE.sub("", _ADDRESS.sub("", flat)))
    while wrapped := re.fullmatch(r"\s*\(([^()]*)\)\s*", flat):
        flat = wrapped[1]
    flat = _ABOUT.sub("", _ALL_BY.sub("", _ASIDE.sub(_kept, flat)))
    flat = re.sub(r"通 ?讯 ?员(?=\s*[:/]|\s)", "通讯员", re.sub(r"记 ?者(?=\s*[:/]|\s)", "记者", flat))
    return squeeze(re.sub(r"[()]", " ", flat))


def _kept(aside: re.Match[str]) -> str:
    """An aside is dropped if it is about somebody; a statement of its own stays."""
    inner = aside.group().strip(" ()")
    label = _LABEL.search(simplify(inner))
    return aside.group() if is_person(inner, labelled=False) or (label and len(inner) - label.end() > 1) else ""


def _narrow(text: str) -> str:
    """In one width; labels in simplified characters, but not the names."""
    flat = plain(text)
    return "".join(p if p in ":()" or not p.isalnum() else t for p, t in zip(flat, text, strict=True))


def _split(printed: str) -> tuple[str, list[_Said]]:
    """The text before the first label, and the labels with their values."""
    found = list(_LABEL.finditer(simplify(printed)))
    if not found:
        return "", []
    said: list[_Said] = []
    for match, following in pairwise([*found, None]):
        assert match
        kind = str(match.lastgroup)
        label = printed[slice(*match.span(kind))].strip()
        value = printed[match.end() : following.start() if following else None]
        roles = roles_of(label)
        if kind == "named" and said and not said[-1].value.strip(_BLANKS):  # 文图/记者 罗知禾, 摄/本报记者任若军
            previous = said.pop()
            label, roles = f"{previous.label}/{label}", previous.roles
        said.append(_Said(label, roles, value, kind == "named"))
    return printed[: found[0].start()].strip(_BLANKS), said


def _pairs(printed: str) -> tuple[Byline, ...]:
    found, at = list[Byline](), 0
    while pair := _PAIR.match(simplify(printed), at):
        label = printed[slice(*pair.span("label"))]
        rows = _persons(printed[slice(*pair.span("names"))], label, roles_of(label), None)
        if not rows:
            return ()
        found, at = found + rows, pair.end()
    return tuple(found) if at and not printed[at:].strip(_BLANKS) else ()


def _behind(printed: str) -> Statement | None:
    """A statement with its label behind the names: 金玉明 摄影报道, 新华社发 王峥 摄."""
    if not (match := _BEHIND.match(simplify(printed))):
        return None
    label = printed[slice(*match.span("label"))]
    value = printed[slice(*match.span("names"))]
    affiliation = None
    issued = re.match(r"(?P<unit>[\u4e00-\u9fff]{2,10}?)发\s+", value)  # 新华社发, but not 邓环发
    if issued and not is_person(issued.group().strip(), labelled=False):
        affiliation, value = issued["unit"], value[issued.end() :]
    persons = names(value, labelled=affiliation is not None)
    rows = [Byline(role, name, affiliation, label) for name in persons or () for role in roles_of(label)]
    if rows or is_unit(value):  # 护理部 供稿
        return Statement(tuple(rows))
    return None


def _less_role(value: str, part: _Said) -> tuple[str, str | None, tuple[Role, ...]]:
    """`刘知莲 摄`, `王长河/摄影报道`: the names, and the label behind them, which says more than the one before."""
    if (match := _BEHIND.match(simplify(value))) and names(value[slice(*match.span("names"))], labelled=True):
        label = value[slice(*match.span("label"))]
        return value[slice(*match.span("names"))], label, roles_of(label)
    value = re.sub(r"(?:\s*/[^/]{1,8}|(?<=\S)\s+[\u4e00-\u9fff]{2,6}?)?\s*(?:报道|報道|報導|专电|專電)$", "", value)
    return value, part.label, part.roles


def _persons(value: str, label: str | None, roles: tuple[Role, ...], affiliation: str | None) -> list[Byline] | None:
    """Rows for a value: persons, persons behind their unit, or none for a unit, an account or nothing; None: no value
    of a byline."""
    persons = names(value, labelled=label is not None) if value else []
    if persons is None:
        splits = ((value[: at.start()], value[at.end() :]) for at in re.finditer(" ", value))
        behind = ((unit, names(rest, labelled=True)) for unit, rest in splits if is_unit(unit))
        unit, persons = next(((unit, found) for unit, found in behind if found), (None, None))
        if persons:
            affiliation = unit
        elif label and (among := _among_units(value)):
            persons = among
        elif is_unit(value) or (label and len(value) <= 12 and not re.search(r"[。,!?;]|\d{4}", value)):
            persons = []
        else:
            return None
    return [Byline(role, name, affiliation, label) for name in persons for role in roles]


def _among_units(value: str) -> list[str]:
    """吴若聪、团委学生会: the persons in a list of persons and units; none if there is anything else in it."""
    pieces = re.split(r"[、,;]\s*", value)
    persons = [piece for piece in pieces if is_person(piece, labelled=False)]
    return persons if all(piece in persons or is_unit(piece) for piece in pieces) else []


def _less_affiliation(part: _Said) -> tuple[str, str | None]:
    """`王蓉 本报` or `南都` right before 记者: the names, and the unit that belongs to the following label."""
    value = part.value
    if value.rstrip(_BLANKS) != value:
        return value.strip(_BLANKS), None
    head, _, tail = value.rpartition(" ")
    if not head and not part.named:
        return "", tail
    if not head or is_person(tail, labelled=False):
        return value.strip(_BLANKS), None
    return head.strip(_BLANKS), tail or None
