"""Texts and rows before and after an edit. [-deleted-]{+inserted+}, ¶ a line feed inside a paragraph."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.edits import Op, Paragraph, changes, flat, paragraphs

MEETING = "会议指出，要坚持科技创新，推动高质量发展。"
LEADERS = "公司党委书记、董事长张三出席会议并讲话。"
VISIT = "2024年3月15日，代表团赴兰州考察。"
OTHER = "本报讯连日来各地普降大雪。"


def marked(paragraph: Paragraph) -> str:
    marks = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(marks[op].format(text.replace("\n", "¶")) for op, text in paragraph)


SAMPLES = {
    "one character in a long body": (
        [MEETING, LEADERS, *[OTHER] * 200, VISIT],
        [MEETING, LEADERS.replace("三", "山"), *[OTHER] * 200, VISIT],
        ["公司党委书记、董事长张[-三-]{+山+}出席会议并讲话。"],
    ),
    "inserted": ([MEETING, VISIT], [MEETING, LEADERS, VISIT], [f"{{+{LEADERS}+}}"]),
    "inserted before an edited one": (
        [MEETING, VISIT],
        [LEADERS, MEETING.replace("会议", "大会"), VISIT],
        [f"{{+{LEADERS}+}}", f"[-会议-]{{+大会+}}{MEETING[2:]}"],
    ),
    "replaced by another": ([MEETING, LEADERS], [MEETING, OTHER], [f"[-{LEADERS}-]", f"{{+{OTHER}+}}"]),
    "moved": ([MEETING, LEADERS, VISIT], [LEADERS, VISIT, MEETING], [f"[-{MEETING}-]", f"{{+{MEETING}+}}"]),
    "split": (
        [MEETING + LEADERS, VISIT],
        [MEETING, LEADERS.replace("张三", "李四"), VISIT],
        [f"{MEETING}{{+¶+}}公司党委书记、董事长[-张三-]{{+李四+}}出席会议并讲话。"],
    ),
    "joined": ([VISIT, MEETING, LEADERS], [VISIT, MEETING + LEADERS], [f"{MEETING}[-¶-]{LEADERS}"]),
    "punctuation": ([MEETING], [MEETING.replace("，要", "：要")], [f"会议指出[-，-]{{+：+}}{MEETING[5:]}"]),
    "brackets stay two marks": (["甲（张三）乙"], ["甲张三乙"], ["甲[-（-]张三[-）-]乙"]),
    "nearby changes are one": ([VISIT], [VISIT.replace("3月15", "4月16")], [f"2024年[-3月15-]{{+4月16+}}{VISIT[9:]}"]),
    "empty before": ([], [MEETING, LEADERS], [f"{{+{MEETING}+}}", f"{{+{LEADERS}+}}"]),
    "empty after": ([MEETING], [], [f"[-{MEETING}-]"]),
    "nothing": ([MEETING], [MEETING], []),
}


@pytest.mark.parametrize(("old", "new", "shown"), SAMPLES.values(), ids=SAMPLES)
def test_samples(old: list[str], new: list[str], shown: list[str]) -> None:
    found = paragraphs("\n".join(old), "\n".join(new))
    assert [marked(one) for one in found if any(op != "equal" for op, _ in one)] == shown
    assert sides(flat(found)) == ("\n".join(old), "\n".join(new))


def sides(ops: list[Op]) -> tuple[str, str]:
    return ("".join(text for op, text in ops if op != "insert"), "".join(text for op, text in ops if op != "delete"))


texts = st.lists(st.sampled_from([MEETING, LEADERS, VISIT, "，", "。", "会", "议", "会议", "\n"]), max_size=12).map(
    "".join
)


@given(texts, texts)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_both_texts_can_be_had_back(old: str, new: str) -> None:
    found = paragraphs(old, new)
    ops = flat(found)
    assert sides(ops) == (old, new)
    assert all(text for _, text in ops) and all(one[0] != following[0] for one, following in pairwise(ops))
    for (op, text), (following, instead) in (pair for paragraph in found for pair in pairwise(paragraph)):
        if (op, following) == ("delete", "insert"):  # what both sides have is not marked
            assert text[0] != instead[0] and text[-1] != instead[-1]


def test_a_long_text_written_anew_takes_moments() -> None:
    old, new = ("".join(chr(0x4E00 + i * step % 5000) for i in range(20_000)) for step in (7, 11))
    assert sides(flat(paragraphs(old, new))) == (old, new)


def revision(**fields: Any) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "source", "published_on", "published_at", "byline_text"))
    lists: dict[str, Any] = {"bylines": [], "images": [], "attachments": []}
    return texts | lists | {"url": "http://a/1", "kind": "text", "body": ""} | fields


ZHANG, LI = {"role": "reporter", "name": "张三"}, {"role": "reporter", "name": "李四"}


@pytest.mark.parametrize(
    ("old", "new", "added", "removed"),
    [
        ([ZHANG], [ZHANG, LI], [LI], []),
        ([ZHANG, LI], [LI], [], [ZHANG]),
        ([ZHANG], [ZHANG | {"role": "editor"}], [ZHANG | {"role": "editor"}], [ZHANG]),
    ],
)
def test_rows(old: list[Any], new: list[Any], added: list[Any], removed: list[Any]) -> None:
    assert changes(revision(bylines=old), revision(bylines=new)) == {"bylines": {"added": added, "removed": removed}}


def test_a_new_order_is_a_change() -> None:
    found = changes(revision(bylines=[ZHANG, LI]), revision(bylines=[LI, ZHANG]))["bylines"]
    assert isinstance(found, dict) and found["added"] == found["removed"] and len(found["added"]) == 1
