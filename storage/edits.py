"""How two states of an article differ, character by character: Chinese has no blanks to tell words by."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from rapidfuzz.distance import Indel, Levenshtein, Postfix, Prefix

from storage.export import plain
from storage.queries import Edit, Record

Op = tuple[Literal["equal", "delete", "insert"], str]
Paragraph = list[Op]  # a single delete or insert is a paragraph that only one of the texts has
Rows = dict[str, list[dict[str, Any]]]  # added, removed; a row that moved is in both
Changes = dict[str, list[Paragraph] | Rows]  # by field

_LINES = ("title", "source")
_DATES = ("published_on", "published_at")
_TEXTS = ("body", "byline_text")
_LISTS = ("bylines", "images", "attachments")

_ALIKE = 0.5  # two paragraphs less similar are not one paragraph edited
_MOST_PAIRS = 250_000  # of changed paragraphs looked at: half a second
_BRIDGE = 2  # equal characters between two changes: [-3月5-]{+4月6+}日 reads better than four marks


def changes(old: Record, new: Record) -> Changes:
    """The fields in which two rows of `revisions` differ."""
    # A page that went away says nothing new; one that came back can be held against itself only.
    if new["kind"] == "gone" or (new["kind"] == "returned" and old["url"] != new["url"]):
        return {}
    return changed_fields(old, new)


def changed_fields(old: Record, new: Record) -> Changes:
    """`old`, `new`: what a page says, by the columns of `revisions`."""
    found: Changes = {}
    for name in (*_LINES, *_DATES, *_TEXTS, *_LISTS):
        if old[name] == new[name]:
            continue
        if name in _LINES:
            found[name] = [_characters(old[name] or "", new[name] or "")]
        elif name in _DATES:
            found[name] = [_replaced(old[name], new[name])]
        elif name in _TEXTS:
            found[name] = paragraphs(old[name] or "", new[name] or "")
        else:
            found[name] = _rows(old[name], new[name])
    return found


def to_json(edit: Edit) -> dict[str, Any]:
    said = {name: edit.after[name] for name in ("seq", "kind", "seen_at", "url")}
    return said | {"before_seq": edit.before["seq"], "changes": flattened(changes(edit.before, edit.after))}


def flattened(found: Changes) -> dict[str, list[Op] | Rows]:
    return {name: flat(change) if isinstance(change, list) else change for name, change in found.items()}


def paragraphs(old: str, new: str) -> list[Paragraph]:
    """One line feed parts a paragraph from the next; those inside a paragraph are where it was split or joined."""
    a, b = (text.split("\n") if text else [] for text in (old, new))
    found: list[Paragraph] = []
    at_a = at_b = 0
    for same in Indel.opcodes(a, b).as_matching_blocks():
        found += _changed(a[at_a : same.a], b[at_b : same.b])
        at_a, at_b = same.a + same.size, same.b + same.size
        found += [[("equal", text)] for text in a[same.a : at_a]]
    return found


def flat(paragraphs: Sequence[Paragraph]) -> list[Op]:
    """With line feeds: what is equal or deleted makes the old text, what is equal or inserted the new one."""
    found: list[Op] = []
    old_begun = new_begun = False
    for paragraph in paragraphs:
        ops = {op for op, _ in paragraph}
        in_old, in_new = ops != {"insert"}, ops != {"delete"}
        if old_begun and in_old and new_begun and in_new:
            found.append(("equal", "\n"))
        elif old_begun and in_old:
            found.append(("delete", "\n"))
        elif new_begun and in_new:
            found.append(("insert", "\n"))
        found += paragraph
        old_begun, new_begun = old_begun or in_old, new_begun or in_new
    return _merged(found)


def _merged(ops: Sequence[Op]) -> list[Op]:
    merged: list[Op] = []
    for op, text in ops:
        if merged and merged[-1][0] == op:
            merged[-1] = (op, merged[-1][1] + text)
        elif text:
            merged.append((op, text))
    return merged


def _changed(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """What stands between two paragraphs that both texts have."""
    if not old or not new:
        return _paired(old, new, [])
    as_one = [_characters("\n".join(old), "\n".join(new))]
    if len(old) * len(new) > _MOST_PAIRS:
        return as_one
    alike = [
        (-similarity, abs(i - j), i, j)
        for i, a in enumerate(old)
        for j, b in enumerate(new)
        if (similarity := Indel.normalized_similarity(a, b, score_cutoff=_ALIKE))
    ]
    paired = _paired(old, new, [(i, j) for *_, i, j in sorted(alike)])
    return as_one if 2 * _weight(as_one) < _weight(paired) else paired


def _paired(old: Sequence[str], new: Sequence[str], alike: Iterable[tuple[int, int]]) -> list[Paragraph]:
    """`alike`: paragraphs that may be one, the best pair first. Pairs do not cross."""
    pairs = [(-1, -1), (len(old), len(new))]
    for i, j in alike:
        k = bisect(pairs, (i, j))
        if pairs[k - 1][0] < i < pairs[k][0] and pairs[k - 1][1] < j < pairs[k][1]:
            pairs.insert(k, (i, j))
    found: list[Paragraph] = []
    for (last_i, last_j), (i, j) in pairwise(pairs):
        found += [[("delete", text)] for text in old[last_i + 1 : i]]
        found += [[("insert", text)] for text in new[last_j + 1 : j]]
        if i < len(old):
            found.append(_characters(old[i], new[j]))
    return found


def _weight(paragraphs: Iterable[Paragraph]) -> int:
    return sum(len(text) for paragraph in paragraphs for op, text in paragraph if op != "equal")


def _characters(old: str, new: str) -> Paragraph:
    runs: list[tuple[str, str, str]] = []  # equal, then deleted, then inserted
    at_old = at_new = 0
    equal = ""
    # Levenshtein's opcodes take a megabyte where Indel's take length times length bits
    for same in Levenshtein.opcodes(old, new).as_matching_blocks():
        deleted, inserted = old[at_old : same.a], new[at_new : same.b]
        while runs and _is_bridge(equal, runs[-1][1] + runs[-1][2], deleted + inserted):
            before, more_deleted, more_inserted = runs.pop()
            equal, deleted, inserted = before, more_deleted + equal + deleted, more_inserted + equal + inserted
        runs.append((equal, deleted, inserted))
        at_old, at_new = same.a + same.size, same.b + same.size
        equal = old[same.a : at_old]
    return _merged([op for run in runs for op in _trimmed(*run)])


def _trimmed(equal: str, deleted: str, inserted: str) -> list[Op]:
    """A bridge may leave both sides of a change with the same end: [-会-]{+今年会+} is {+今年+}会."""
    head = Prefix.similarity(deleted, inserted)
    deleted, inserted, equal = deleted[head:], inserted[head:], equal + deleted[:head]
    tail = Postfix.similarity(deleted, inserted)
    end = len(deleted) - tail
    return [
        ("equal", equal),
        ("delete", deleted[:end]),
        ("insert", inserted[: len(inserted) - tail]),
        ("equal", deleted[end:]),
    ]


def _is_bridge(equal: str, before: str, after: str) -> bool:
    return len(equal) <= min(_BRIDGE, len(before), len(after)) and "\n" not in equal


def _replaced(old: date | None, new: date | None) -> Paragraph:
    """A date is read as one: its digits are not compared."""
    return _merged([("delete", plain(old) if old else ""), ("insert", plain(new) if new else "")])


def _rows(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> Rows:
    a, b = ([tuple(sorted(row.items())) for row in rows] for rows in (old, new))
    ops = Indel.editops(a, b)
    return {
        "added": [new[op.dest_pos] for op in ops if op.tag == "insert"],
        "removed": [old[op.src_pos] for op in ops if op.tag == "delete"],
    }
