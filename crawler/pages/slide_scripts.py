"""Slides that stand in scripts: as objects, in numbered variables, in lists side by side, or as markup to be written.

Scripts are read, never run: what is put together from parts that are not literals is not found.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

# "…" or '…', with escaped quotes inside; the bound keeps a quote that is never closed cheap
_STRING = r"""(?:"(?:[^"\\\n]|\\.){0,3000}"|'(?:[^'\\\n]|\\.){0,3000}')"""
# {"url":"/images/a.jpg","href":"./xwzx/t20260511_1.html","title":"…"}
_OBJECT = re.compile(r"\{([^{}]{1,2000})\}")
_PAIR = re.compile(rf"""["']?\b([A-Za-z_]\w{{0,30}})["']?\s*:\s*({_STRING})""")
# imgUrl1="…" | imgtext1='…' | imgLink1=escape("…") | pics[0] = "…"
_NUMBERED = re.compile(rf"""\b([A-Za-z_]{{1,30}})(?:(\d{{1,2}})|\[(\d{{1,2}})\])\s*=\s*(?:\w{{1,30}}\()?({_STRING})""")
# pics='a.jpg|b.jpg'; pics += '|c.jpg'
_PIPED = re.compile(rf"""\b([A-Za-z_]\w{{0,30}})\s*\+?=\s*({_STRING})""")
# var pics = ["a.jpg", "b.jpg"] | links = new Array("x", "y")
_ARRAY = re.compile(r"""\b([A-Za-z_]\w{0,30})\s*[=:]\s*(?:\[|new Array\()\s*(["'][^\[\]]{1,5000}?)[\])]\s*[;,}\n]""")
# document.writeln("<div class=\"slide\">…</div>");
_WRITTEN = re.compile(rf"""document\.write(?:ln)?\(\s*({_STRING})\s*\)""")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")  # \" | \/ | \u5317

_IMAGE = re.compile(r"(?i)\.(?:jpe?g|png|gif|bmp|webp)(?:[?!@#].*)?$")
_LINK_NAME = re.compile(r"(?i)link|href|url|target|more")
_TEXT_NAME = re.compile(r"(?i)te?xt|title|name|alt|caption|headline|info")


@dataclass(frozen=True, slots=True)
class Told:
    """A slide as a script tells it; empty strings for what it does not."""

    group: str
    href: str
    picture: str
    text: str


def is_image(address: str) -> bool:
    return bool(_IMAGE.search(address))


def told_slides(script: str) -> Iterator[Told]:
    for match in _OBJECT.finditer(script):
        fields = {key: _value(value) for key, value in _PAIR.findall(match[1])}
        yield from _told(f"objects {sorted(fields)}", fields)
    numbered: dict[int, dict[str, str]] = defaultdict(dict)
    for name, digits, index, value in _NUMBERED.findall(script):
        numbered[int(digits or index)][name] = _value(value)
    for number in sorted(numbered):
        yield from _told("numbered", numbered[number])
    yield from _side_by_side(script)


def written_markup(script: str) -> str:
    return "\n".join(_value(match[1]) for match in _WRITTEN.finditer(script))


def _side_by_side(script: str) -> Iterator[Told]:
    """Lists of the same length: pictures, links, texts."""
    piped: dict[str, str] = defaultdict(str)
    for name, value in _PIPED.findall(script):
        piped[name] += _value(value)
    lists = {name: value.strip("|").split("|") for name, value in piped.items() if "|" in value}
    for name, values in _ARRAY.findall(script):
        lists[name] = [_value(value) for value in re.findall(_STRING, values)]
    pictures = next((values for values in lists.values() if len(values) > 1 and all(map(is_image, values))), [])
    alike = {name: values for name, values in lists.items() if len(values) == len(pictures)}
    for n in range(len(pictures)):
        yield from _told("lists", {name: values[n] for name, values in alike.items()})


def _told(group: str, fields: dict[str, str]) -> Iterator[Told]:
    """A slide, if there is a picture among the fields and another that can be its link, empty or not."""
    picture = next((name for name, value in fields.items() if is_image(value)), None)
    # a link to a picture is one only if its name says nothing else: url is the picture's here and the link's there
    links = [name for name in fields if name != picture and _LINK_NAME.search(name)]
    link = min(links, key=lambda name: (is_image(fields[name]), not re.search("(?i)link|href", name)), default=None)
    if picture is None or link is None:
        return
    text = next((name for name in fields if name not in (picture, link) and _TEXT_NAME.search(name)), None)
    yield Told(group, fields[link].strip(), fields[picture].strip(), fields[text] if text else "")


def _value(literal: str) -> str:
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], literal[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # \ud83d\ude00 is one character
