import pytest

from crawler.parsing.statements import less_closing, opening


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("本网讯  (见习记者  黎佩然)10月18日,北岭铝业召开会议。", "(见习记者  黎佩然)"),
        ("(见习记者 刘岚)3月11日,北岭铝业召开会议。", "(见习记者 刘岚)"),
        ("本报北岭4月13日电  (记者刘志明)北岭铝业召开会议。", "(记者刘志明)"),
        ("云南网讯 （记者 彭铄）北岭铝业召开会议。", "（记者 彭铄）"),
        ("北岭社记者邹明远、丁乐", "北岭社记者邹明远、丁乐"),
        ("2018年6月8日(几内亚当地时间),北岭铝业召开会议。", None),
        ("北岭铝业集团有限公司(以下简称“北岭集团”)召开会议。", None),
        ("北岭铝业召开会议，会后(记者 王明)采访了代表。", None),
        ("记者手记", None),
    ],
)
def test_opening(text: str, printed: str | None) -> None:
    found = opening(text)
    assert (found[0] if found else None) == printed


@pytest.mark.parametrize(
    ("texts", "rest", "printed"),
    [
        (["代表参加会议。(高文远、黎佩然)"], ["代表参加会议。"], ["(高文远、黎佩然)"]),
        (["代表参加会议。", "(记者    郭志明)"], ["代表参加会议。"], ["(记者    郭志明)"]),
        (["代表参加会议。(王松海)(责编:曹坤)"], ["代表参加会议。"], ["(王松海)", "(责编:曹坤)"]),
        (["代表参加会议。(王松海)", "责任编辑:【罗磐】"], ["代表参加会议。"], ["(王松海)", "责任编辑:【罗磐】"]),
        (["代表参加会议。(秘书处)", "（下图为会议现场）"], ["代表参加会议。", "（下图为会议现场）"], ["(秘书处)"]),
        (["代表参加会议。", "图为获奖代表张玥(左一)"], ["代表参加会议。", "图为获奖代表张玥(左一)"], []),
        (["陈明、周华、吴海参加会议。"], ["陈明、周华、吴海参加会议。"], []),
        (["会议结束。(完)"], ["会议结束。(完)"], []),
    ],
)
def test_closing(texts: list[str], rest: list[str], printed: list[str]) -> None:
    kept, found = less_closing(texts)
    assert (kept, [text for text, _ in found]) == (rest, printed)
