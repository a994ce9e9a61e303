"""Where byline statements stand in a body: at its top, behind the dateline or alone, and at its end."""

import re

from crawler.parsing.byline import Statement, read_bracket, read_statement

# 本网讯  (见习记者  黎佩佩)10月18日 | (见习记者 刘岚)3月11日 | 本报北京4月13日电  (记者刘志坚) | 云南网讯 （记者 彭铄）
_OPENING = re.compile(
    r"^[^\s，。,、:：（(]{0,12}?[^，。,（(]{0,14}(?:[讯讯电]|消息)?\s*(?P<bracket>[(（](?P<said>[^()（）]{2,60})[)）])"
)
# ……参加会议。(高文杰、黎佩佩) | own line （秘书处）
_CLOSING = re.compile(
    r"(?:^|(?<=[。！？!?”\"’…;；.）)》]))\s*(?P<bracket>[(（【\[](?P<said>[^()（）]{2,60})[)）】\]])\s*$"
)


def opening(text: str) -> tuple[str, Statement] | None:
    """A byline at the body's top: the bracket behind the dateline, or a line of its own: `新华社记者邹明、丁乐`."""
    match = _OPENING.match(text)
    printed, said = (match["bracket"], match["said"]) if match else (text, text)
    if len(said) > 60 or re.search(r"[。！？]", said):
        return None
    statement = read_statement(said)
    return (printed, statement) if statement and statement.bylines else None


def less_closing(texts: list[str]) -> tuple[list[str], list[tuple[str, Statement]]]:
    """The body's lines without the byline statements at their end, and these. A caption or two may stand below them."""
    texts, found = list(texts), list[tuple[str, Statement]]()
    below = 0
    for n in range(len(texts) - 1, -1, -1):
        before = len(found)
        while texts[n] and (closing := _closing(texts[n], alone=n == 0)):
            texts[n], printed, statement = closing
            found.insert(0, (printed, statement))
        if not texts[n] or len(found) > before:
            continue
        if below < 2 and len(texts[n]) < 40 and not re.search(r"[。！？]$", texts[n]):
            below += 1
        else:
            break
    return [text for text in texts if text], found


def _closing(text: str, alone: bool) -> tuple[str, str, Statement] | None:
    """The text before a closing byline, the byline as printed, and what it says; None when the line has none."""
    if (match := _CLOSING.search(text)) and (statement := read_bracket(match["said"])):
        return text[: match.start()].rstrip(), match["bracket"], statement
    if len(text) <= 60 and not alone and not re.search(r"[。！？]", text):
        statement = read_statement(text)
        if statement and (statement.bylines or re.match(r"^\W*\w{2,6}\s*[:：]", text)):
            return "", text, statement
    return None
