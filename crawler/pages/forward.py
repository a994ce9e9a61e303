"""Where a page sends its reader: link-type documents by meta refresh or script, articles to their next page."""

import re

from crawler.pages.layout import Layout
from crawler.pages.meta import MetaLine
from crawler.parsing.lines import inner_text

# 0;url=http://www.example.com/a.html
_REFRESH = re.compile(r"^\s*(?P<seconds>\d{1,9})(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?(?P<url>[^\"']+)", re.IGNORECASE)
# window.location.href = "http://..."; location.replace('./t.html'); top.location="..."; self.location.assign("...")
_LOCATION = re.compile(
    r"\blocation\s*+(?:\.\s*href\s*+)?(?:=|\.\s*(?:replace|assign)\s*\()\s*[\"'](?P<url>[^\"'<>]{1,500})[\"']"
)
# createPageHTML(3, 0, "t20240511_124247", "html") on an article's page
_PAGES = re.compile(
    r"\bcreatePageHTML\(\s*(?P<count>\d{1,9})\s*,\s*(?P<current>\d+)\s*,\s*[\"'](?P<name>[^\"']+)[\"']\s*,\s*[\"'](?P<ext>\w+)"
)


_TURNS = re.compile(r"\W*(?:第?\s?\d{1,3}\s?页?|[下后]一?页|余下全文|阅读全文)\W*")  # 2 | 下一页 >


def forward(layout: Layout, meta: MetaLine) -> str | None:
    """Where a page that says next to nothing sends its reader (as written); None for every other page."""
    if sum(len(line.text) for line in layout.lines) > 200 or any(line.images for line in layout.lines) or meta.stamp():
        return None
    for tag in layout.root.iter("meta"):
        told = _REFRESH.match(tag.get("content") or "")
        if told and (tag.get("http-equiv") or "").lower() == "refresh" and int(told["seconds"]) <= 10:
            return told["url"].strip()
    scripts = (script.text or "" for script in layout.root.iter("script"))
    # a script that looks at the browser sends on phones only
    everybody = (script[:20_000] for script in scripts if "userAgent" not in script)
    told = next((match for script in everybody if (match := _LOCATION.search(script))), None)
    return told["url"].strip() if told else None


def next_page(layout: Layout, text: str, url: str) -> str | None:
    """The address of the page behind this one of an article in several pages: t…_ID.html, t…_ID_1.html, …"""
    folder, _, file = url.rpartition("/")
    match = re.fullmatch(r"(?P<name>.+\d{3})(?:_(?P<n>\d{1,2}))?\.(?P<ext>s?html?)", file)
    if not match:
        return None
    name, following = match["name"], int(match["n"] or 0) + 1
    wanted = f"{name}_{following}.{match['ext']}"
    if "createPageHTML" in text:
        for call in _PAGES.finditer(text):
            if call["name"] == name:
                return f"{folder}/{wanted}" if following < int(call["count"]) else None
    for line in layout.lines[layout.first :]:
        for link in line.links:  # 下一篇 is another article, whatever its address looks like
            if (link.get("href") or "").rpartition("/")[2] == wanted and _TURNS.fullmatch(inner_text(link).strip()):
                return f"{folder}/{wanted}"
    return None
