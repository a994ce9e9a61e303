"""Bytes become text here, once. The answer says which rule won, because headers and meta tags of old pages lie."""

import codecs
import re
from dataclasses import dataclass

# <meta charset=gb2312>, <meta http-equiv=Content-Type content="text/html; charset=gb2312">, <?xml encoding="gbk"?>
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


# Python's own: they decode nothing with "replace", or need the square of a page's length
_NOT_OF_PAGES = frozenset(["idna", "punycode", "unicode-escape", "raw-unicode-escape", "charmap"])


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    rule: str  # bom, utf-8, pinned, http, meta, guess, replaced


def decode(body: bytes, pinned: str | None = None, http_charset: str | None = None) -> Decoded:
    """Text of a page. Bytes that are valid multi-byte UTF-8 are UTF-8, whatever is declared: other encodings do not
    produce that by chance."""
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(name, "replace"), name, "bom")
    if not body.isascii():
        try:
            return Decoded(body.decode("utf-8"), "utf-8", "utf-8")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":  # a truncated answer
                return Decoded(body.decode("utf-8", "replace"), "utf-8", "utf-8")
    declared = _DECLARED.search(body, 0, 2000)
    candidates = (
        (pinned, "pinned"),
        (http_charset, "http"),
        (declared.group(1).decode("ascii") if declared else None, "meta"),
        ("gb18030", "guess"),
        ("big5hkscs", "guess"),
    )
    tried = [(codec, rule) for label, rule in candidates if label and (codec := _codec(label))]
    for codec, rule in tried:
        try:
            return Decoded(body.decode(codec), codec, rule)
        except UnicodeDecodeError:
            # a bad byte or two do not make another encoding more likely: gb18030 decodes nearly anything
            text = body.decode(codec, "replace")
            if rule != "guess" and text.count("\ufffd") <= len(text) // 2000 + 1:
                return Decoded(text, codec, rule)
    # Every encoding finds bad bytes: take the one that loses least; on a tie the first, which is the best founded.
    texts = [(body.decode(codec, "replace"), codec) for codec, _ in [*tried, ("utf-8", "")]]
    text, codec = min(texts, key=lambda pair: pair[0].count("\ufffd"))
    return Decoded(text, codec, "replaced")


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip()).name
        "a".encode(name)  # hex and rot13 are codecs too, but no encodings of text
    except (LookupError, ValueError):
        return None
    if name in _NOT_OF_PAGES:
        return None
    if name in ("big5", "cp950"):
        return "big5hkscs"  # as browsers read it
    if name in ("gb2312", "gbk", "hz"):  # declared as such, written with gb18030's characters
        return "gb18030"
    # Latin-1 and ASCII decode anything: as a declaration on a page with other bytes they are an editor's default.
    return None if name in ("iso8859-1", "ascii", "cp1252") else name
