"""The line below a headline: `来源: XX时间: YYYY-MM-DD作者: NN`, in any order, width and with or without blanks."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.parsing import dates
from crawler.parsing.byline import read_names
from crawler.parsing.names import is_person, names
from crawler.parsing.text import narrow, simplify, squeeze

_LABELS = {
    "source": """
        来源 文章来源 信息来源 稿件来源 新闻来源 内容来源 稿源 出处
    """,
    "date": """
        时间 日期 发布时间 发布日期 发表时间 发表日期 发文时间 发稿时间 添加时间 添加日期 上传时间
        录入时间 发布
    """,
    "updated": "更新时间 更新日期 更新",
    "author": """
        作者 文章作者 记者 本报记者 通讯员 特约通讯员 撰稿 撰稿人 撰文 文字 供稿 供稿人 采写
        编辑 责任编辑 责编 文章编辑 网络编辑 审核 校对 摄影 图片 摄影记者 初审 复审 终审 编审
        主编 一审 二审 三审
    """,
    "other": """
        点击 点击数 点击率 点击量 点击次数 浏览 浏览量 浏览数 浏览次数 阅读 阅读量 阅读数
        阅读次数 访问 访问量 访问次数 人气 字号 字体 字体大小 分享 分享到 打印 分类 栏目 类别
        发布人 发布者 发布单位 发布部门 发布机构 供稿单位 供稿部门 录入 关键词 关键字 标签 摘要
        导读 评论 收藏 视力保护色 索引号 文号 主题词 信息类别 所属栏目 来稿单位 投稿 语音播报
        我要评论 热度 次数
    """,
}
_KIND = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
_LABEL = re.compile(
    r"(?:(?P<label>" + "|".join(sorted(_KIND, key=len, reverse=True)) + r")\s*:|(?:本文)?(?P<from>来源)于\s*:?)\s*"
)
_UNKNOWN = re.compile(r"(?:^|\s)(?P<label>[\u4e00-\u9fff]{2,6}):\s*(?P<names>[^:\n]{2,20}?)(?=\s|$)")
# what may stand behind a value on the same line without a label
_FURNITURE = re.compile(
    r"[|【\[]|(?<=\S)\s+(?:打印|分享|字号|收藏|关闭|大\s*中\s*小|【|编辑|责编|记者|点击|浏览|阅读)|\s{1}\d+次|打印本|关闭窗口"
)


# how media and offices are called
_MEDIA = re.compile(
    r"(?:[网报社台刊站]|日报|晚报|新闻|客户端|在线|频道|周刊|杂志|时报|传媒|中心|公司|集团|政府|[局厅委部院会署办]|大学)$"
)
_MEDIA_THEN_NAME = re.compile(r"(?P<media>\S+(?:网|报|社|台|日报|客户端))\s+(?P<name>\S+)\s*$")
_IS_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]*[\u4e00-\u9fff]{2,}[\u4e00-\u9fffA-Za-z0-9]*")
_BUTTON = re.compile(
    r"浏览|点击|打印|分享|字号|字体|关闭|阅读|评论|举报|收藏|编辑|星期|周[一二三四五六日]|语音|播报|视力|正文|返回|次$"
)


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    label: str
    value: str  # as printed
    printed: str  # label and value


@dataclass(slots=True)
class MetaLine:
    printed: str
    text: str = field(init=False)  # the same in one width, character for character
    impossible: tuple[str, ...] = field(init=False)
    _found: dates.Found = field(init=False)
    _parts: list[_Part] = field(init=False)

    def __post_init__(self) -> None:
        self.text = _in_one_width(self.printed)
        self._found = dates.find(self.text)
        self.impossible = self._found.impossible
        self._parts = self._split()

    @staticmethod
    def is_one(text: str) -> bool:
        """Whether a line is a meta line rather than the article's text."""
        plain = _in_one_width(text)
        if len(plain) > 150 or re.search(r"[。!?]", plain):
            return False
        labels = list(_LABEL.finditer(plain))
        if any(_KIND[m["label"] or m["from"]] != "author" or m.start() == 0 for m in labels):
            return True
        found = dates.find(plain)
        rest = len(plain) - sum(stamp.end - stamp.start for stamp in found.stamps)
        return bool(found.stamps) and (rest < 20 or (rest < 60 and bool(_LABEL.search(plain))))

    def _split(self) -> list[_Part]:
        labels = list(_LABEL.finditer(self.text))
        parts = []
        for match, following in pairwise([*labels, None]):
            assert match
            start, stop = match.end(), following.start() if following else len(self.text)
            start += len(self.text[start:stop]) - len(self.text[start:stop].lstrip())
            value = self.text[start:stop].split("\n")[0]
            label = match["label"] or match["from"]
            kind = _KIND[label]
            if kind in ("source", "author"):
                value = _FURNITURE.split(value)[0]
                stamps = dates.find(value).stamps
                value = value[: stamps[0].start] if stamps else value
            if kind == "source" and (tail := _MEDIA_THEN_NAME.match(value)) and names(tail["name"], labelled=False):
                value = tail["media"]
            stop = start + len(value.rstrip(" \t|-—,;、"))
            printed = squeeze(self.printed[match.start() : stop])
            parts.append(_Part(kind, label, self.printed[start:stop], printed))
        return parts

    def has(self, kind: str) -> bool:
        return any(part.kind == kind for part in self._parts)

    def value(self, kind: str) -> str | None:
        """The first value printed behind a label of this kind, less what other labels, dates and buttons follow it."""
        return next((part.value for part in self._parts if part.kind == kind and 0 < len(part.value) <= 60), None)

    def stamp(self) -> dates.Stamp | None:
        """The publishing date the line shows: the labelled one before a bare one, an update's last."""
        labelled = {kind: self._labelled(kind) for kind in ("date", "updated")}
        bare = next((stamp for stamp, _ in self._bare() if stamp != labelled["updated"]), None)
        return labelled["date"] or bare or labelled["updated"]

    def bare_source(self) -> str | None:
        """`2019-09-26 10:56:28 证券时报网`: a source without a label, alone beside the date but for persons."""
        for _, rest in self._bare():
            words = [word for word in re.split(r"[\s|·]+", rest) if word not in ("", "原创", "-")]
            media = [word for word in words if _MEDIA.search(simplify(word))]
            if len(media) == 1 or (len(words) == 1 and _IS_NAME.fullmatch(words[0])):
                word = (media or words)[0]
                if not is_person(word, labelled=False) and not _BUTTON.search(simplify(word)):
                    return word
        return None

    def labelled_date(self) -> dates.Stamp | None:
        return self._labelled("date")

    def _labelled(self, kind: str) -> dates.Stamp | None:
        values = (dates.find(part.value).stamps for part in self._parts if part.kind == kind)
        return next((dates.Stamp(s[0].on, s[0].at, 0, 0) for s in values if s), None)

    def _bare(self) -> list[tuple[dates.Stamp, str]]:
        """Dates in lines that are little else, each with what else its line says."""
        found = []
        for line, printed in zip(self.text.split("\n"), self.printed.split("\n"), strict=True):
            stamps = dates.find(line).stamps
            if stamps and not line.startswith("(") and MetaLine.is_one(line):
                rest = printed[: stamps[0].start] + " " + printed[stamps[0].end :]
                rest = rest[: label.start()] if (label := _LABEL.search(_in_one_width(rest))) else rest
                found.append((dates.Stamp(stamps[0].on, stamps[0].at, 0, 0), rest))
        return found

    def authors(self) -> list[tuple[str, str, str]]:
        """(as printed, label, value) of each statement about people that is not empty."""
        people = (part for part in self._parts if part.kind == "author" and 0 < len(part.value) <= 40)
        return [(part.printed, part.label, part.value) for part in people]

    def unknown(self) -> list[str]:
        """Labels we do not know before what can only be names."""
        return [
            m["label"]
            for m in _UNKNOWN.finditer(self.text)
            if m["label"] not in _KIND and names(m["names"], labelled=False) and read_names(m["names"])
        ]


def _in_one_width(text: str) -> str:
    return simplify(narrow(text)).replace("︰", ":").replace("∶", ":").replace("﹕", ":")
