"""Where byline statements stand in a body: at its top, behind the dateline or alone, at its end, and in captions."""

import re

from crawler.parsing.byline import Statement, read_bracket, read_names, read_statement
from crawler.parsing.names import is_person
from crawler.parsing.roles import ROLES
from crawler.parsing.text import plain

_LONGEST = 3300  # characters of what _CLOSING finds
_MOST = 30  # statements at a page's end; more are a list of people, not bylines
_OPEN, _CLOSE = r"[(（【\[〔［]", r"[)）】\]〕］]"
# 本网讯  (见习记者  黎佩佩)10月18日 | (见习记者 刘岚)3月11日 | 本报北京4月13日电  (记者刘志坚) | 云南网讯 （记者 彭铄）
_OPENING = re.compile(
    rf"^(?:【[^【】]{{2,12}}】)?(?P<dateline>[^\s，。,、:：（(【〔]{{0,12}}?[^，。,（(【〔]{{0,18}}?(?P<wired>讯|訊|电|電|消息)?)\s*"
    rf"(?P<bracket>{_OPEN}(?P<said>[^()（）【】〔〕]{{2,120}}){_CLOSE})"
)
# （中央社記者游芷晴苗栗12日電）: who, where and when without a blank
_WIRED = re.compile(r"[记記]者(?P<first>(?:[\u4e00-\u9fff]{2,3}、)*)(?P<last>[\u4e00-\u9fff]{4,6})\d{1,2}日(?:电|電)$")
_PLACES = re.compile(
    r"(?:台北|臺北|新北|桃園|台中|臺中|台南|臺南|高雄|基隆|新竹|苗栗|彰化|南投|雲林|嘉義|屏東|宜蘭|花蓮|台東|臺東|澎湖|金門|馬祖"
    r"|華盛頓|紐約|洛杉磯|舊金山|東京|首爾|北京|上海|香港|澳門|倫敦|巴黎|柏林|新加坡|曼谷|河內|雅加達|吉隆坡|馬尼拉|日內瓦|布魯塞爾)$"
)
# 本报通讯员 宗若 报道 7月中下旬 | 【大工報訊】記者麥嘉晴報道：
_REPORTS = re.compile(
    r"^(?P<said>[^，。,（(]{0,10}(?:记者|記者|通讯员|通訊員)\s*[^，。,（(]{2,20}?)\s*(?:报道|报导|報道|報導)(?=[\s:：])"
)
# ……参加会议。(高文杰、黎佩佩) | own line （秘书处） | ……半價。（編輯：卓亦安）1120512
_CLOSING = re.compile(
    rf"(?:^|(?<=[。！？!?”\"’…;；.）)》]))\s*(?P<bracket>{_OPEN}(?P<said>(?:[^()（）]|[（(][^()（）]{{1,24}}[)）]){{2,120}}){_CLOSE})\s*(?:1\d{{6}})?\s*$"
)
# ……进行健康义诊。 史若杰 摄 | ……贡献。 高苹
_TAIL = re.compile(r"[。！？](?P<tail>\s*(?P<said>[^。！？”]{2,50}))$")
# 记者：谢谢您接受采访
_SPEAKS = re.compile(r"\W*记者\s?[:：]")
# 新华社记者 段可棠 摄 | 华闻社发（汤砚秋 摄） | 邵青禾摄/明光图片 at the end of a caption
_CREDIT = re.compile(
    r"(?:^|[\s。，,：:（(/])(?P<said>(?:[^\s。，,：:（()）]{0,10}(?:记者|記者|通讯员|特约摄影)\s?)?[^\s。，,：:（(]{2,12}"
    r"(?:[\s、][^\s。，,：:（(]{2,4}){0,2}?\s?[/／]?\s?(?:摄影|攝影|翻攝|摄|攝)|[^\s。，,：:（(]{0,10}(?:记者|記者)\s?[^\s。，,：:（(]{2,4}\s图)(?:[/／][^\s。，,/／]{2,10})?[)）]?[。]?$"
)


def opening(text: str) -> tuple[str, Statement] | None:
    """A byline at the body's top: the bracket behind the dateline, or a line of its own: `新华社记者邹明、丁乐`."""
    match = _REPORTS.match(text) or _OPENING.match(text)
    bracket = match.groupdict().get("bracket") if match else None
    said = match["said"] if match else text
    if len(said) > (120 if bracket else 60) or re.search(r"[。！？]", said):
        return None
    if bracket and (wire := _WIRED.search(said)):
        statement = _wire_reporters(wire)
        return (bracket, statement) if statement else None
    wired = match and match.groupdict().get("wired")
    statement = read_names(said) if wired else read_statement(said)
    if not statement or not statement.bylines:
        statement = read_bracket(said) if bracket and re.search(r"[记記]者", said) else None
    return (bracket or said, statement) if statement and statement.bylines else None


def _wire_reporters(wire: re.Match[str]) -> Statement | None:
    """Without a place we know only a name of three characters before a place of two is likely enough."""
    place = _PLACES.search(wire["last"])
    at = place.start() if place else 3 if len(wire["last"]) == 5 else 0
    if not is_person(wire["last"][:at], labelled=False):
        return None
    return read_names(wire["first"] + wire["last"][:at], "記者")


def less_closing(texts: list[str]) -> tuple[list[str], list[tuple[str, Statement]]]:
    """The body's lines without the byline statements at their end, and these. A caption or two may stand below them."""
    texts, found = list(texts), list[tuple[str, Statement]]()
    dialogue = sum(bool(_SPEAKS.match(text)) for text in texts) > 1
    below = 0
    for n in range(len(texts) - 1, -1, -1):
        before = len(found)
        spoken = dialogue and bool(_SPEAKS.match(texts[n]))
        while texts[n] and len(found) < _MOST and (closing := _closing(texts[n], n == 0 or spoken)):
            texts[n], printed, statement = closing
            found.insert(0, (printed, statement))
        if not texts[n] or len(found) > before:
            continue
        if below < 2 and len(texts[n]) < 40 and not re.search(r"[。！？]$", texts[n]):
            below += 1
        else:
            break
    return [text for text in texts if text], found


def credit(caption: str) -> Statement | None:
    """Who took the picture that a caption stands under."""
    if len(caption) > 200 or not (match := _CREDIT.search(caption)):
        return None
    statement = read_statement(match["said"])
    return statement if statement and any(row.role == "photographer" for row in statement.bylines) else None


def _closing(text: str, alone: bool) -> tuple[str, str, Statement] | None:
    """The text before a closing byline, the byline as printed, and what it says; None when the line has none."""
    if (match := _CLOSING.search(text, max(0, len(text) - _LONGEST))) and (statement := read_bracket(match["said"])):
        return text[: match.start()].rstrip(), match["bracket"], statement
    if len(text) <= 100 and not alone and not re.search(r"[。！？]", text):
        if text.count("\t") == 1 and text.split("\t")[0] in ROLES:  # a row of a table: 初审 | 郗 望
            statement = read_statement(text.replace("\t", "："))
            return ("", text, statement) if statement else None
        statement = read_statement(text)
        if statement and (statement.bylines or re.match(r"^\W*\w{2,6}\s?[:：|｜丨/]", text)):
            return "", text, statement
        if re.match(r"^\W*(?:本文)?作者\s?[:：]", text):  # 作者：江州省产业经济研究院副院长
            return "", text, Statement()
        if source := re.match(r"^\W*(?:文章|稿件|信息|图文)?来源\s?[:：|｜]\s?(?P<source>\S{2,30})$", text):
            return "", text, Statement(source=source["source"])
        if re.match(r"^\s*[□■]\s*\S", text) and (statement := read_names(text)) and statement.bylines:
            return "", text, statement
    if tail := _TAIL.search(text):
        statement = read_statement(tail["said"])
        if not statement and re.match(r"\s", tail["tail"]) and is_person(plain(tail["said"]).strip(), labelled=False):
            statement = read_names(tail["said"])
        if statement and any(row.role != "photographer" for row in statement.bylines):
            return text[: tail.start("tail")], tail["said"].strip(), statement
    return None
