"""The words that announce source, date, people and page controls, and where in a text they stand."""

import re
from dataclasses import dataclass

_WORDS = {
    "source": """
        来源 文章来源 信息来源 稿件来源 新闻来源 内容来源 消息来源 资料来源 图文来源 新闻源 稿源 出处 来自 转自 转载自
        摘自 原载
    """,
    # units that stand for the source where none is named
    "unit": """
        供稿单位 供稿部门 来稿单位 来稿部门 投稿单位 投稿部门 发布单位 发布部门 发布机构 信息发布单位 发文单位 发文机构
        发文机关 处室
    """,
    "date": """
        发布时间 发布日期 发表时间 发表日期 发稿时间 发稿日期 刊发时间 刊登时间 公开日期 公开时间 公布时间 公布日期
        上载日期 上载时间 发布于 发表于 发布 发表 时间 日期 发文时间 发文日期 添加时间 添加日期 上传时间 上传日期
        录入时间 创建时间 提交时间 撰写时间 信息时间
    """,
    "updated": "更新时间 更新日期 更新 更新于 最后更新 修改时间 最近更新 编辑时间",
    # dates of something else: they must not be taken for the publishing date
    "event": """
        成文日期 成文时间 生成日期 生效日期 生效时间 实施日期 有效期 截止日期 截止时间 活动时间 会议时间 举办时间
        报名时间
        开标时间 印发日期 失效日期 起始时间 结束时间
    """,
    "author": """
        作者 文章作者 本文作者 原作者 文字作者 图片作者 记者 本报记者 本网记者 本站记者 见习记者 特约记者 实习记者
        全媒体记者 通讯员 特约通讯员 撰稿 撰稿人 撰文 文字 供稿 供稿人 供稿者 采写 投稿人 投稿 执笔 文 图 文图 图文
        编辑 责任编辑 责编 文章编辑 网络编辑 网站编辑 值班编辑 执行编辑 美术编辑 审核 审核人 审核发布 审稿 审稿人 校对
        校审 摄影 图片 摄影记者 文/图 图/文 初审 复审 终审 编审 主编 一审 二审 三审 一校 二校 三校 编校 策划 美编 供图
        审校 签发 统筹 编译 剪辑 翻译 总监制 校稿 审签 监制 制作 设计 排版
    """,
    "other": """
        点击 点击数 点击率 点击量 点击次数 浏览 浏览量 浏览数 浏览次数 阅读 阅读量 阅读数 阅读次数 阅读人数 访问
        访问量 访问次数 人气 字号 字体 字体大小 文字大小 大小 分享 分享到 分享至 打印 分类 栏目 类别 所属栏目 所属分类
        发布人 发布者 发文字号 信息类别 信息分类 录入 录入人 录入员 录入者 关键词 关键字 标签 摘要 导读 评论 评论数
        收藏 视力保护色 保护视力色 背景色 索引号 文号 主题词 主题分类 公文种类 体裁分类 语音播报 我要评论 热度 次数
        点赞 责任单位 公开方式 公开类型 公开范围 信息索引号 有效性 名称 标题 组配分类 编号 手机查看 添加 添加人 移动端
        扫一扫 单位 部门 作者单位 设置 背景 朗读 职务
    """,
}
KIND = {word: kind for kind, words in _WORDS.items() for word in words.split()}
# Labels that do without a colon: 来源 | 北岭报, 编辑／李明, 记者 王蓉
_LOOSE = frozenset(
    """
    来源 文章来源 信息来源 稿件来源 新闻来源 稿源 时间 日期 发布时间 作者 记者 本报记者 通讯员 编辑 责任编辑 责编 撰文
    撰稿
    供稿 摄影 审核 校对 编审 主编 监制 图文 文图 采写 执笔 文 图 初审 复审 终审 一审 二审 三审 供稿单位 发布单位
    发布部门
    """.split()
)
# Common words, so only where a label can begin: 各有关单位： is none.
_COMMON = frozenset([*"文图", *"单位 部门 名称 标题 编号 分类 类别 大小 设置 背景 次数 热度 栏目 标签".split()])
# What a label ends with: a colon, a bar, a blank, or the date it announces.
_END = re.compile(
    r"(?P<colon>\s?[:】\]]\s*:?)|(?P<bar>\s?[|丨│/])|(?P<dated>\s?(?=(?:19|20)\d\d))|(?P<blank>[ \t])"
    r"|(?P<from>(?<=来[源自])于\s*:?)|(?P<comma>, )"
)
# 来源晋川能源时间2020-12-18作者谢云舟: the tags between label and value are gone
_GLUED = re.compile(r"(?:^|(?<=\d\d))(?P<word>来\s?源|作\s?者)(?![:于简系的|丨│/】\]是\s])")


@dataclass(frozen=True, slots=True)
class Label:
    word: str
    start: int
    stop: int  # behind what ends it
    end_by: str  # colon, bar, dated, blank, from, comma or glued

    @property
    def kind(self) -> str:
        return KIND[self.word]


def find_labels(flat: str) -> list[Label]:
    """The labels in a text of one width (parsing.text.plain), each the longest known word before what ends a label."""
    found: list[Label] = []
    for end in _END.finditer(flat):
        by, stop = str(end.lastgroup), end.start()
        word, at, longest = "", stop, None
        begin = max(found[-1].stop if found else 0, stop - 14)
        while at > begin and (flat[at - 1] in "/ " or "\u4e00" <= flat[at - 1] <= "\u9fff"):
            at -= 1
            if flat[at] != " ":
                word = flat[at] + word
                if word in KIND and _ends(by, at, word, flat):
                    longest = (at, word)
        if longest:
            found.append(Label(longest[1], longest[0], end.end(), by))
    for glued in _GLUED.finditer(flat) if re.search(r"\d{4}", flat) else ():
        if not any(label.start <= glued.start() < label.stop for label in found):
            found.append(Label(re.sub(r"\s", "", glued["word"]), glued.start(), glued.end(), "glued"))
    return sorted(found, key=lambda label: label.start)


def _ends(by: str, at: int, word: str, flat: str) -> bool:
    begins = at == 0 or flat[at - 1] in " \t\n|丨│[(】])"
    if word in _COMMON and not begins:
        return False
    if by == "colon" and word not in ("时间", "日期"):
        return True
    if by == "colon":  # not 讲座时间：, but 来源:北岭报时间: without blanks
        alone = begins or not "\u4e00" <= flat[at - 1] <= "\u9fff"
        return alone or bool(re.search(r"[:\d]", flat[:at]))
    if by == "dated":
        return KIND[word] in ("date", "updated")
    if by == "comma":  # 作者, 宗若川职务, 北岭中文记者
        return (at == 0 and word == "作者") or (word == "职务" and flat.startswith("作者, "))
    if by == "from":
        return word in ("来源", "来自")
    return word in _LOOSE and (by == "bar" or begins)
