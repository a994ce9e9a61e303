"""White space and width: what every field's text goes through."""

import re
import unicodedata

# Zero-width characters and soft hyphens carry nothing; BOMs turn up in the middle of pasted text.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SIGNS = re.compile(r"[\W_]+")


def squeeze(text: str) -> str:
    """Runs of white space (NBSP, U+3000 too) become one blank; invisible characters go; the rest stays as printed."""
    if text.isalnum():
        return text
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """For comparing, never for storing: NFKC, lower case, letters and digits only."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def narrow(text: str) -> str:
    """Full-width digits, letters and punctuation as ASCII, one character for one (NFKC may change the length)."""
    return text.translate(_NARROW)


def simplify(text: str) -> str:
    """The traditional characters that labels are printed with as simplified ones, one for one; for finding labels,
    never for names."""
    return text.translate(_SIMPLIFIED)


def plain(text: str) -> str:
    """Narrow and simplified in one go, colons of all forms as one."""
    return text.translate(_PLAIN)


_SIMPLIFIED = str.maketrans(
    "記編輯來攝報導責發時間佈聞圖審訊員寫撰總監製設計譯電網專瀏覽閱讀點擊評論標題編號關鍵詞約師數轉載",
    "记编辑来摄报道责发时间布闻图审讯员写撰总监制设计译电网专浏览阅读点击评论标题编号关键词约师数转载",
)
_NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xA0: 0x20}
_PLAIN = _NARROW | _SIMPLIFIED | {ord(colon): ord(":") for colon in "︰∶﹕"}
