"""Meta line x opening x closing x container x frame x glued or own line: every combination is read alike."""

import itertools
import random
from collections.abc import Callable
from html import unescape

from crawler.pages.article import parse_article
from crawler.profile import load_profile

URL = "http://www.chinalco.com.cn/xwzx/tplb/202405/t20240512_126000.html"
TITLE = "北岭铝业与澄江矿业签署战略合作协议"
BODY = (
    "5月9日,北岭铝业与澄江矿业签署战略合作协议,双方将在铝土矿勘探、再生铝利用等领域开展合作,陈明、周海、吴强参加签约仪式。",
    "北岭铝业董事长施怀瑾表示,要坚持优势互补,把资源优势转化为发展优势,推动两家企业高质量发展迈上新台阶。",
    "双方有关部门、企业负责人参加会谈。",
)
R, C, P, E = "reporter", "correspondent", "photographer", "editor"
People = list[tuple[str, str]]

CLOSINGS: list[tuple[str, People]] = [
    ("", []),
    ("(高文远、黎佩然)", [(R, "高文远"), (R, "黎佩然")]),
    ("【高文远、黎佩然】", [(R, "高文远"), (R, "黎佩然")]),
    ("(王松海)", [(R, "王松海")]),
    ("(记者    郭志明)", [(R, "郭志明")]),
    ("（记者：郭志明）", [(R, "郭志明")]),
    ("（张玥　张俊峰）", [(R, "张玥"), (R, "张俊峰")]),
    ("（通讯员 罗成林 李煜）", [(C, "罗成林"), (C, "李煜")]),
    ("（本报记者 郭志明 通讯员 李煜）", [(R, "郭志明"), (C, "李煜")]),
    ("(王　骏、欧阳明远)", [(R, "王骏"), (R, "欧阳明远")]),
    ("(艾力·买买提、张三宝)", [(R, "艾力·买买提"), (R, "张三宝")]),
    ("（高文远 文/图）", [(R, "高文远"), (P, "高文远")]),
    ("(党委宣传部 高文远)", [(R, "高文远")]),
    ("(秘书处)", []),
    ("（第一建筑工程事业部）", []),
    ("（责任编辑： 马昕 ）", [(E, "马昕")]),
    ("(责编:杨光明、曹坤)", [(E, "杨光明"), (E, "曹坤")]),
]
OPENINGS: list[tuple[str, People]] = [
    ("", []),
    ("北岭铝业网讯  ", []),
    ("本网讯&nbsp;&nbsp;(见习记者&nbsp;&nbsp;黎佩佳)", [(R, "黎佩佳")]),
    ("(见习记者 刘岚)", [(R, "刘岚")]),
    ("本报讯（通讯员 吴川东 记者 王蓉）", [(C, "吴川东"), (R, "王蓉")]),
]
METAS: list[tuple[str, People]] = [
    ("来源: 北岭铝业报时间: 2024-05-11", []),
    ("<span>来源：北岭铝业报</span><span>时间：2024-05-11</span>", []),
    ("来源: 北岭铝业报时间: 2024-05-11作者: 宋志远", [(R, "宋志远")]),
    ("<td>来源：北岭铝业报</td><td>时间：2024-05-11</td><td>作者：宋志远、李明</td>", [(R, "宋志远"), (R, "李明")]),
    ("<p>来源:&nbsp;北岭铝业报</p><p>时间:&nbsp;2024-05-11</p><p>作者:</p>", []),
    ("作者:系统管理员来源:北岭铝业报 日期:2024-05-11 阅读:", []),
]
CONTAINERS: list[Callable[[list[str]], str]] = [
    lambda texts: (
        f"<div class=TRS_Editor><style>.TRS_Editor P{{margin:0}}</style>{_each('<P>　　{}</P>', texts)}</div>"
    ),
    lambda texts: f"<div>{_each('<p><span>{}</span></p><p>&nbsp;</p>', texts)}</div>",
    lambda texts: f"<div>{'<br/><br/>'.join(texts)}</div>",
    lambda texts: f"<table><tr><td><FONT>{_each('<DIV>{}</DIV>', texts)}</FONT></td></tr></table>",
    lambda texts: _each("<div><span>{}</span></div>", texts),
]
FRAMES: list[Callable[[str, str], str]] = [
    lambda meta, body: (
        f"<div><div><a href=/>首页</a> &gt; 图片轮播</div><h2>{TITLE}</h2><div>{meta}</div>{body}附件:</div>"
    ),
    lambda meta, body: (
        f"<table><tr><td>首页 &gt;&gt; 图片轮播</td></tr><tr><td><b>{TITLE}</b></td></tr><tr><td><table><tr>"
        f"{meta if '<td>' in meta else f'<td>{meta}</td>'}</tr></table></td></tr><tr><td>{body}</td></tr></table>"
    ),
    lambda meta, body: f"<div><div>图片轮播</div><div><p>{TITLE}</p><p>{meta}</p>{body}</div></div>",
]
FOOT = "<div>集团首页|联系我们|公司简介|招聘信息</div><div>版权所有 北岭铝业集团有限公司</div><div>地址:北京市</div>"


def _each(template: str, texts: list[str]) -> str:
    return "".join(map(template.format, texts))


def test_every_combination_is_read_alike() -> None:
    profile = load_profile("chinalco")
    combinations = list(itertools.product(CLOSINGS, OPENINGS, METAS, CONTAINERS, FRAMES, (True, False)))
    for (closing, by_closing), (opening, by_opening), (meta, by_meta), container, frame, glued in random.Random(
        2026
    ).sample(combinations, 1000):
        texts = [opening + BODY[0], *BODY[1:-1], BODY[-1] + closing * glued]
        texts += [f"　　{closing}"] * (not glued and bool(closing))
        html = f"<html><head><title>{TITLE}</title></head><body>{frame(meta, container(texts))}{FOOT}</body></html>"
        page = parse_article(html.encode(), URL, profile)
        read = (page.title, page.source, str(page.published_on), page.published_at, page.problems)
        assert read == (TITLE, "北岭铝业报", "2024-05-11", None, ()), html
        assert [(row.role, row.name) for row in page.bylines] == list(
            dict.fromkeys(by_meta + by_opening + by_closing)
        ), html
        body = [" ".join(unescape(text).split()) for text in (opening + BODY[0], *BODY[1:])]
        assert page.body.split("\n") == body, html
