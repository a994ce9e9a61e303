"""The byline forms of the fact sheet, with their variations; names are invented."""

import pytest

from crawler.parsing.byline import read_bracket, read_names, read_statement
from crawler.parsing.names import names

R, C, P, E, V, O = "reporter", "correspondent", "photographer", "editor", "reviewer", "other"  # noqa: E741


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("高文远、黎佩然", [(R, "高文远", None), (R, "黎佩然", None)]),
        ("王松海", [(R, "王松海", None)]),
        ("张 玥　张俊峰", [(R, "张玥", None), (R, "张俊峰", None)]),
        ("王　骏、李 明、欧阳　远", [(R, "王骏", None), (R, "李明", None), (R, "欧阳远", None)]),
        ("记者    郭志明", [(R, "郭志明", "记者")]),
        ("记者：郭志明", [(R, "郭志明", "记者")]),
        ("见习记者  黎佩然", [(R, "黎佩然", "见习记者")]),
        ("通讯员 罗成林 李煜", [(C, "罗成林", "通讯员"), (C, "李煜", "通讯员")]),
        ("通讯员 吴川东 记者 王蓉", [(C, "吴川东", "通讯员"), (R, "王蓉", "记者")]),
        ("记者:李云峰 编辑:刁岩", [(R, "李云峰", "记者"), (E, "刁岩", "编辑")]),
        ("记者 骆安 实习生 柳听澜 广城报道", [(R, "骆安", "记者"), (R, "柳听澜", "实习生")]),
        ("责任编辑：江若雪 投稿邮箱：news@beiling.example", [(E, "江若雪", "责任编辑")]),
        ("网站编辑 - 宿雨", [(E, "宿雨", "网站编辑")]),
        ("初审编辑：展飞 责任编辑：郎月", [(E, "展飞", "初审编辑"), (E, "郎月", "责任编辑")]),
        ("责任编辑：游若 | 版面编辑：边月 (ZN023)", [(E, "游若", "责任编辑"), (E, "边月", "版面编辑")]),
        ("本文来源：鹿城报 责任编辑：邱不凡_NN4994", [(E, "邱不凡", "责任编辑")]),
        ("责任编辑: 马昕 ", [(E, "马昕", "责任编辑")]),
        ("责任编辑:【罗磐】", [(E, "罗磐", "责任编辑")]),
        ("责编:杨光明、曹坤", [(E, "杨光明", "责编"), (E, "曹坤", "责编")]),
        ("撰稿：刘帆 审核：祁翰", [(R, "刘帆", "撰稿"), (V, "祁翰", "审核")]),
        ("金玉林 摄影报道", [(R, "金玉林", "摄影报道"), (P, "金玉林", "摄影报道")]),
        ("邓环发 覃　寒 摄", [(P, "邓环发", "摄"), (P, "覃寒", "摄")]),  # 发 is not always what an agency did
        ("孟柔/顾　彬 摄", [(P, "孟柔", "摄"), (P, "顾彬", "摄")]),
        (
            "艾力·买买提、阿依古丽·买买提江、巴特尔·其木格、张三宝 摄",
            [(P, name, "摄") for name in ("艾力·买买提", "阿依古丽·买买提江", "巴特尔·其木格", "张三宝")],
        ),
        ("艾力·买买提、张三宝等", [(R, "艾力·买买提", None), (R, "张三宝", None)]),
        ("洪一舟、赖明远、梁丘石", [(R, "洪一舟", None), (R, "赖明远", None), (R, "梁丘石", None)]),
        ("記者 張以晴 羅知遠 蕭晴", [(R, "張以晴", "記者"), (R, "羅知遠", "記者"), (R, "蕭晴", "記者")]),
        ("第一建筑工程事业部", []),
        ("秘书处", []),
        ("供稿：教学处", []),
    ],
)
def test_bracket_names_people_or_a_unit(printed: str, people: list[tuple[str, str, str | None]]) -> None:
    statement = read_bracket(printed)
    assert statement is not None
    assert [(row.role, row.name, row.label) for row in statement.bylines] == people


@pytest.mark.parametrize(
    "printed",
    [
        "右二",
        "左一",
        "几内亚当地时间",
        "以下简称“北方集团”",
        "毛南族",
        "女",
        "完",
        "上接第1版",
        "05版",
        "下图为项目开工仪式现场",
        "云南",
        "党建",
        "余热利用",
        "人民视觉",
    ],
)
def test_bracket_that_is_no_byline(printed: str) -> None:
    assert read_bracket(printed) is None


def test_source_statement_is_no_person() -> None:
    statement = read_bracket("信息来源:南方办事处子站")
    assert statement is not None
    assert statement.source == "南方办事处子站" and not statement.bylines


def test_unknown_label_is_named() -> None:
    statement = read_bracket("督办：李明远")
    assert statement is not None
    assert statement.unknown == ("督办",) and not statement.bylines


def test_affiliation_stands_beside_the_person() -> None:
    statement = read_statement("新华社记者潘思明摄")
    assert statement is not None
    assert [(row.role, row.name, row.affiliation) for row in statement.bylines] == [(P, "潘思明", "新华社")]


@pytest.mark.parametrize("value", ["系统管理员", "党委宣传部", "集团党群部"])
def test_accounts_and_units_behind_a_label_are_no_persons(value: str) -> None:
    statement = read_names(value, "作者")
    assert statement is not None and not statement.bylines


@pytest.mark.parametrize(
    "prose", ["公司总经理陈明、副总经理周华出席会议", "记者从现场获悉，项目已经投产", "会上，陈林、周建、吴海三人发言"]
)
def test_prose_is_no_statement(prose: str) -> None:
    statement = read_statement(prose)
    assert not (statement and statement.bylines) and names(prose, labelled=True) is None
