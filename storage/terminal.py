"""Text of a foreign page or server, on its way to a terminal, a log or a cron mail."""

import json
import re
from collections.abc import Callable
from typing import Any

# What moves a cursor, rewrites a line or turns the reading direction: C0 but tab and line break, C1, bidi controls,
# halves of UTF-16 pairs.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Each unsafe character as its code: \\u001b."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def to_json(value: Any, indent: int | None = None, default: Callable[[Any], Any] | None = None) -> str:
    """JSON escapes C0 itself; the others may only stand inside strings, where the code is JSON too."""
    return printable(json.dumps(value, ensure_ascii=False, indent=indent, default=default))
