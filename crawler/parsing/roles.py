"""The words that say what somebody did for a story, and the roles they stand for."""

import re

from crawler.parsing.text import simplify
from storage.records import Role

_WORDS: dict[tuple[Role, ...], str] = {
    ("correspondent",): "通讯员",
    ("reporter",): """
        记者 实习生 特派员 作者 撰稿人 撰稿 撰文 撰写 采写 采访 供稿 供稿人 供稿者 执笔 投稿 投稿人 来稿 文字 文字作者
        报道 报导 编译 文
    """,
    ("photographer",): "摄影 摄像 摄影师 拍摄 拍摄制作 图片 照片 配图 供图 翻摄 图片来源 图片作者 摄 图",
    ("reporter", "photographer"): "摄影报道 图文报道",
    ("editor",): "责任编辑 责编 编辑 主编 编校",
    ("reviewer",): """
        编审 审核 审核人 审核发布 审稿 审稿人 审校 校对 校稿 校审 审签 签发 初审 复审 终审 一审 二审 三审 初校 复校 终校
        一校 二校 三校
    """,
    ("other",): """
        视觉 制作 视频制作 视频编辑 视频剪辑 视频 音频 设计 制图 制表 美编 美工 排版 策划 总策划 统筹 监制 总监制
        出品 出品人 剪辑 翻译 译 录入 录入人 发布人 发布 信息员 播报人 值班主任 值班 指导教师 指导老师 执行
    """,
}
ROLES: dict[str, tuple[Role, ...]] = {word: roles for roles, words in _WORDS.items() for word in words.split()}
RANK = (
    "见习|实习|首席|特派|特约|高级|资深|驻站|全媒体|融媒体|职工|值班|网络|执行|本期|文章|新媒体|助理|学生|本文|网站|美术|文字|摄影|视频"
    "|融媒|版面|初审|复审|终审|一审|二审|三审"
)
_LONG = "|".join(sorted((word for word in ROLES if len(word) > 1), key=len, reverse=True))
_ONE = rf"(?:(?:{RANK})*(?:{_LONG})|(?<![\u4e00-\u9fff])[文图摄])"
# one word or several that share the names behind them: 文/图, 供稿、编辑, 撰文/摄影
CHAIN = rf"{_ONE}(?:\s?[、/&和]\s?(?:(?:{_LONG})|[文图摄影]))*|图文|文图"


def roles_of(label: str) -> tuple[Role, ...]:
    """The roles of a label as printed: 见习记者, 文/图, 供稿、编辑."""
    found: dict[Role, None] = {}
    for word in re.split(r"[、/&和|:\s]+", simplify(label)):
        if word in ("图文", "文图"):
            found |= dict.fromkeys(("reporter", "photographer"))
        elif known := next((known for known in _BY_LENGTH if word.endswith(known)), None):
            found |= dict.fromkeys(ROLES[known])
    return tuple(found)


_BY_LENGTH = sorted(ROLES, key=len, reverse=True)
