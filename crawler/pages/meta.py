"""The lines around a headline that say source, time and people: `来源: XX时间: YYYY-MM-DD作者: NN`, in any order and
width, with or without blanks, and with or without labels."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.parsing import dates
from crawler.parsing.byline import Statement, read_names, read_report
from crawler.parsing.names import is_person, names
from crawler.parsing.text import narrow, plain, simplify, squeeze

_LABELS = {
    "source": """
        来源 文章来源 信息来源 稿件来源 新闻来源 内容来源 消息来源 资料来源 图文来源 稿源 出处 来自 转自 转载自 摘自
        原载
    """,
    "date": """
        时间 日期 发布时间 发布日期 发表时间 发表日期 发文时间 发文日期 发稿时间 发稿日期 添加时间 添加日期 上传时间
        上传日期 录入时间 刊发时间 刊登时间 公布时间 公布日期 创建时间 提交时间 撰写时间 信息时间 发布 发表 发布于
        发表于
    """,
    "updated": "更新时间 更新日期 更新 更新于 最后更新 修改时间 最近更新 编辑时间",
    # dates of something else: they must not be taken for the publishing date
    "event": """
        成文日期 成文时间 生效日期 生效时间 实施日期 有效期 截止日期 截止时间 活动时间 会议时间 举办时间 报名时间
        开标时间
        印发日期 失效日期 起始时间 结束时间
    """,
    "author": """
        作者 文章作者 本文作者 原作者 记者 本报记者 本网记者 本站记者 见习记者 特约记者 实习记者 通讯员 特约通讯员 撰稿
        撰稿人 撰文 文字 供稿 供稿人 供稿者 采写 投稿人 投稿 执笔 编辑 责任编辑 责编 文章编辑 网络编辑 网站编辑 值班编辑
        执行编辑 美术编辑 审核 审核人 审稿 审稿人 校对 校审 摄影 图片 摄影记者 图文 文图 文/图 图/文 初审 复审 终审 编审
        主编 一审 二审 三审 一校 二校 三校 编校 监制 制作 设计 排版
    """,
    "other": """
        点击 点击数 点击率 点击量 点击次数 浏览 浏览量 浏览数 浏览次数 阅读 阅读量 阅读数 阅读次数 阅读人数 访问 访问量
        访问次数 人气 字号 字体 字体大小 文字大小 大小 分享 分享到 分享至 打印 分类 栏目 类别 所属栏目 所属分类 发布人
        发布者 发布单位 发布部门 发布机构 发文机关 发文机构 发文单位 发文字号 供稿单位 供稿部门 来稿单位 信息类别
        信息分类
        录入 录入人 录入员 录入者 关键词 关键字 标签 摘要 导读 评论 评论数 收藏 视力保护色 保护视力色 背景色 索引号 文号
        主题词 主题分类 公文种类 体裁分类 语音播报 我要评论 热度 次数 点赞 责任单位 公开方式 公开类型 公开范围
        信息索引号
        有效性 名称 标题 组配分类 编号 手机查看 移动端 扫一扫 单位 部门 作者单位
    """,
}
_KIND = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}


# Labels that do without a colon: 来源 | 北岭报, 编辑／李明, 记者 王蓉
_LOOSE = frozenset(
    """
    来源 文章来源 信息来源 稿件来源 新闻来源 稿源 作者 记者 本报记者 通讯员 编辑 责任编辑 责编 撰文 撰稿 供稿 摄影
    审核 校对
    图文 文图 采写 执笔
    """.split()
)
# What a label ends with: a colon, a bar, a blank, or the date it announces.
_LABEL_END = re.compile(
    r"(?P<colon>\s?[:】\]]\s*:?)|(?P<bar>\s?[|丨│/])|(?P<dated>\s?(?=(?:19|20)\d\d))|(?P<blank> )|(?P<from>于\s*:?)"
)
_QUICK = re.compile(r"\d{4}|来\s?源|作\s?者|记\s?者|时\s?间|日\s?期|[编稿]|[:|]")
_UNKNOWN = re.compile(r"(?:^|\s)(?P<label>[\u4e00-\u9fff]{2,6}):\s*(?P<names>[^:\n]{2,20}?)(?=\s|$)")
# what may stand behind a value on the same line without a label
_FURNITURE = re.compile(
    r"[|丨【\[]|\s+(?:打印|分享|字号|字体|收藏|关闭|大\s*中\s*小|编辑|责编|点击|浏览|阅读|我要|评论|举报|关注|订阅|复制|查看|手机|微信|微博|T\s)"
    r"|\s*\d+(?:\.\d+)?万?\+?\s*(?:次|人|评论|阅读|浏览)|打印本|关闭窗口|\s+A[-+]"
)
# how media and offices are called
_MEDIA = re.compile(
    r"(?:[网报社台刊站]|日报|晚报|新闻|客户端|在线|频道|周刊|杂志|时报|传媒|中心|公司|集团|政府|[局厅委部院会署办]|大学|学院|医院)$"
)
_MEDIA_THEN_NAME = re.compile(r"(?P<media>\S+(?:网|报|社|台|日报|客户端))\s+(?P<name>\S+)\s*$")
_IS_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]*[\u4e00-\u9fff]{2,}[\u4e00-\u9fffA-Za-z0-9]*")
_BUTTON = re.compile(
    r"浏览|点击|打印|分享|字号|字体|关闭|阅读|评论|举报|收藏|编辑|星期|周[一二三四五六日]|语音|播报|视力|正文|返回|次$|关注|订阅|字数|下载|听新闻|简体|繁体|小编|发布|更新|首页|[上下]午"
)
_NOTHING = frozenset(["-", "--", "—", "——", "无", "暂无", "null", "undefined", "none", "未知", "不详", "/", "."])
_WRAPPED = re.compile(r"[\s\"“'‘]*[《<(\[【“](?P<inner>[^《》<>()\[\]【】]*)[》>)\]】”][\s\"”'’]*")


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    label: str
    value: str  # as printed
    printed: str  # label and value


@dataclass(frozen=True, slots=True)
class _Label:
    word: str
    start: int
    stop: int  # of what ends it
    end_by: str  # a group of _LABEL_END


@dataclass(slots=True)
class MetaLine:
    printed: str  # one or more lines
    text: str = field(init=False)  # the same in one width, character for character
    impossible: tuple[str, ...] = field(init=False)
    unsure: tuple[dates.Unsure, ...] = field(init=False)
    _parts: list[_Part] = field(init=False)

    def __post_init__(self) -> None:
        self.text = plain(self.printed)
        found = dates.find(self.text)
        self.impossible, self.unsure = found.impossible, found.unsure
        self._parts = self._split()

    @staticmethod
    def is_one(text: str) -> bool:
        """Whether a line is a meta line rather than the article's text."""
        if len(text) > 150:
            return False
        flat = plain(text)
        if not _QUICK.search(flat) or re.search(r"[。!?]", flat):
            return False
        labels = _labels(flat)
        for label in labels:
            kind = _KIND[label.word]
            if label.end_by == "colon" and (kind != "author" or label.start == 0):
                return True
            if label.end_by == "dated" or (label.start == 0 and (kind == "source" or label.end_by == "bar")):
                return True
        found = dates.find(flat)
        if not found.stamps and not found.unsure:
            return False
        rest = len(flat) - sum(stamp.end - stamp.start for stamp in found.stamps)
        return rest < 20 or (rest < 60 and bool(labels))

    def _split(self) -> list[_Part]:
        labels = _labels(self.text)
        parts = []
        for label, following in pairwise([*labels, None]):
            assert label
            start, stop = label.stop, following.start if following else len(self.text)
            start += len(self.text[start:stop]) - len(self.text[start:stop].lstrip(" \t"))
            kind, value = _KIND[label.word], self.text[start:stop].split("\n")[0]
            if kind == "author" and label.end_by == "blank" and not read_names(value, label.word):
                continue  # 记者 走进车间: no label
            if kind in ("source", "author"):
                value = _FURNITURE.split(value)[0]
                stamps = dates.find(value).stamps
                value = value[: stamps[0].start] if stamps else value
            if kind == "source" and (tail := _MEDIA_THEN_NAME.match(value)) and names(tail["name"], labelled=False):
                value = tail["media"]
            stop = start + len(value.rstrip(" \t|-—,;、/("))
            printed = self.printed[start:stop]
            if (wrapped := _WRAPPED.fullmatch(narrow(printed))) and kind in ("source", "author"):
                printed = printed[slice(*wrapped.span("inner"))]
            parts.append(_Part(kind, label.word, printed.strip(), squeeze(self.printed[label.start : stop])))
        return parts

    def has(self, kind: str) -> bool:
        return any(part.kind == kind for part in self._parts)

    def value(self, kind: str) -> str | None:
        """The first value printed behind a label of this kind, less what other labels, dates and buttons follow it."""
        values = (part.value for part in self._parts if part.kind == kind and 0 < len(part.value) <= 60)
        return next((value for value in values if value.lower() not in _NOTHING), None)

    def stamp(self) -> tuple[dates.Stamp, str] | None:
        """The publishing date shown, and what tells it: a labelled one before a bare one, an update's last."""
        updated = self._labelled("updated")
        if labelled := self._labelled("date"):
            return labelled, "label"
        known = {stamp for stamp in (updated, *self._all("event")) if stamp}
        if bare := next((stamp for stamp, _ in self._bare() if stamp not in known), None):
            return bare, "beside the headline"
        return (updated, "label of an update") if updated else None

    def bare_source(self) -> str | None:
        """`2019-09-26 10:56:28 证券时报网`: a source without a label, alone beside the date but for persons."""
        for _, rest in self._bare():
            if report := read_report(rest):
                rest = report.unit or ""
            words = [word for word in re.split(r"[\s|丨·•]+", rest) if word not in ("", "原创", "-", "/")]
            media = [word for word in words if _MEDIA.search(simplify(word))]
            if len(media) == 1 or (len(words) == 1 and _IS_NAME.fullmatch(words[0])):
                word = (media or words)[0]
                if len(word) > 1 and not is_person(word, labelled=False) and not _BUTTON.search(simplify(word)):
                    return word
        return None

    def labelled_date(self) -> dates.Stamp | None:
        return self._labelled("date")

    def _labelled(self, kind: str) -> dates.Stamp | None:
        return next(iter(self._all(kind)), None)

    def _all(self, kind: str) -> list[dates.Stamp]:
        values = (dates.find(part.value).stamps for part in self._parts if part.kind == kind)
        return [dates.Stamp(s[0].on, s[0].at, 0, 0) for s in values if s]

    def _bare(self) -> list[tuple[dates.Stamp, str]]:
        """Dates in lines that are little else, each with what else its line says."""
        found = []
        for line, printed in zip(self.text.split("\n"), self.printed.split("\n"), strict=True):
            stamps = dates.find(line).stamps
            if stamps and not line.startswith("(") and MetaLine.is_one(line):
                rest = printed[: stamps[0].start] + " " + printed[stamps[0].end :]
                labels = _labels(plain(rest))
                rest = rest[: labels[0].start] if labels else rest
                found.append((dates.Stamp(stamps[0].on, stamps[0].at, 0, 0), rest))
        return found

    def people(self) -> list[tuple[str, Statement]]:
        """Each statement about people that is not empty, as printed and as read."""
        said = [
            (part.printed, read_names(part.value, part.label) or Statement())
            for part in self._parts
            if part.kind == "author" and 0 < len(part.value) <= 60
        ]
        if not said:
            for _, rest in self._bare():
                if report := read_report(rest):
                    said.append((squeeze(rest), Statement(report.bylines)))
        return said

    def unknown(self) -> list[str]:
        """Labels we do not know before what can only be names."""
        return [
            m["label"]
            for m in _UNKNOWN.finditer(self.text)
            if m["label"] not in _KIND and names(m["names"], labelled=False) and read_names(m["names"])
        ]


def _labels(plain: str) -> list[_Label]:
    """The labels in a text, each the longest known word before what ends a label."""
    found: list[_Label] = []
    for end in _LABEL_END.finditer(plain):
        stop, word = end.start(), ""
        at, longest = stop, None
        begin = max(found[-1].stop if found else 0, stop - 14)
        while at > begin and (plain[at - 1] == "/" or "\u4e00" <= plain[at - 1] <= "\u9fff" or plain[at - 1] == " "):
            at -= 1
            if plain[at] != " ":
                word = plain[at] + word
                if word in _KIND:
                    longest = (at, word)
        if longest and _ends(str(end.lastgroup), *longest, plain):
            found.append(_Label(longest[1], longest[0], end.end(), str(end.lastgroup)))
    return found


def _ends(by: str, at: int, word: str, plain: str) -> bool:
    if by == "colon":
        return True
    if by == "dated":
        return _KIND[word] in ("date", "updated")
    if by == "from":
        return word in ("来源", "来自")
    return word in _LOOSE and (by == "bar" or at == 0 or plain[at - 1] in " \n|丨│])】")
