"""When are two texts the same story, and when did a text change? Pure functions over what a page says."""

import re
import unicodedata
from hashlib import sha256

from storage.records import ArticlePage

ENOUGH = 100  # characters by which a body alone identifies a story

# 中国铜业网讯 | 本报讯 | 【中铝网讯】 | 本报北京5月11日电 | 新华社昆明5月11日电
_DATELINE = re.compile(r"[【\[(]?\w{0,20}?(?:[网报]讯|(?:本报|社)(?:\w{0,16}?日|\w{0,3})电)[】\])]?[:,]?")
_DATELINE_WITHIN = 30  # characters from the start

# A statement of a bare name is taken away only where brackets or a line of its own set it off: 黎佩佩 is no byline in
# 黎佩佩指出.
_NAME_AT_MOST = 4
_BRACKETS = "()[]【】"


class _Kept(dict[int, int | None]):
    """str.translate table without white space, control and format characters, filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code))[0] in "ZC" else code
        self[code] = kept
        return kept


_KEPT = _Kept()


def squeezed(text: str | None) -> str:
    """Characters in one width (NFKC), without white space, control and format characters."""
    return unicodedata.normalize("NFKC", text or "").translate(_KEPT)


def letters(text: str | None) -> str:
    """Letters and digits only: two texts with the same differ in punctuation at most."""
    return "".join(filter(str.isalnum, squeezed(text)))


def content_hash(title: str | None, body: str) -> str:
    """Changes if and only if a revision of kind text or cosmetic is due."""
    return _hash(squeezed(title), squeezed(body))


def identity_key(page: ArticlePage) -> str | None:
    """Equal for the same story wherever it stands; None: too little to tell it from another."""
    text = identity_text(page.body, page.byline_text)
    if len(text) >= ENOUGH:
        return _hash(text)
    title = squeezed(page.title)
    if page.published_on is None or not (title or text):
        return None
    pictures = [] if text else [str(len(page.images))]
    return _hash(title, text, page.published_on.isoformat(), *pictures)


def identity_text(body: str, byline_text: str | None) -> str:
    """The body without what changes when a story is passed on: dateline and byline statements at start and end."""
    statements = {squeezed(line) for line in (byline_text or "").splitlines()} - {""}
    lines = [squeezed(line) for line in body.splitlines()]
    lines = [line for line in lines if line]
    while lines and lines[0] in statements:
        del lines[0]
    while lines and lines[-1] in statements:
        del lines[-1]
    return _without_opening("".join(lines), _set_off(statements))


def _set_off(statements: set[str]) -> list[str]:
    """The forms in which a statement is recognised inside a line, longest first."""
    forms = {statement for statement in statements if len(statement) > _NAME_AT_MOST}
    for statement in statements:
        inside = statement.strip(_BRACKETS)
        forms |= {f"({inside})", f"[{inside}]", f"【{inside}】"}
    return sorted(forms, key=lambda form: (-len(form), form))


def _without_opening(text: str, forms: list[str]) -> str:
    # 本网讯(见习记者 黎佩佩)10月18日: either may come first, each at most once
    dateline = byline = False
    while True:
        if not dateline and (found := _DATELINE.match(text, 0, _DATELINE_WITHIN)):
            text, dateline = text[found.end() :], True
        elif not byline and (form := next((form for form in forms if text.startswith(form)), None)):
            text, byline = text[len(form) :].lstrip(":,"), True
        else:
            break
    for form in forms:
        text = text.removesuffix(form)
    return text


def _hash(*parts: str) -> str:
    # a surrogate cannot come through: its category is C
    return sha256("\n".join(parts).encode()).hexdigest()
