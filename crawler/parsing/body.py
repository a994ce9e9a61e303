"""Which lines of a page are the article: the element with the most prose and the least furniture."""

import re
from collections import defaultdict

from crawler.parsing.lines import Element, Line
from crawler.parsing.text import narrow

_SENTENCE = re.compile(r"[。！？；，、：]|[.!?;,]\s")
# Lines that belong to the site, not to the article, wherever they stand.
_FURNITURE = re.compile(
    r"版权所有|版权声明|免责声明|ICP备|ICP证|京公网安备|公网安备|Copyright|技术支持|网站标识码|主办单位|承办单位|违法和不良|许可证"
    r"|^\s*(?:地址|电话|邮编|传真|联系电话|总机)\s*[:：]|分享到|扫一扫|^打印|关闭窗口|^\W*(?:上|下)一(?:篇|条|页)|返回顶部"
    r"|^\W*(?:字号|字体)|我要纠错|^\W*纠错\W*$|收藏本|^【?打印|^\W*(?:推荐|关闭|返回|分享|收藏|打印|大中小)\W*$|浏览次数|访问量|点击量|阅读量|责任编辑声明|您访问的链接|即将离开",
    re.IGNORECASE,
)
# 集团首页|联系我们|公司简介
_MENU = re.compile(r"^[^|。,]{2,14}(?:\|[^|。,]{2,14}){2,}$")
# Headings of what follows an article: everything from here on is something else.
_AFTER = re.compile(
    r"^\W*(?:相关(?:阅读|新闻|链接|报道|文章|内容|推荐|信息|专题|资讯|稿件)|推荐(?:阅读|新闻|文章)|延伸阅读|更多(?:新闻|阅读|精彩)|热门(?:新闻|推荐|文章|评论)"
    r"|热点(?:新闻|推荐)|精彩(?:推荐|评论)|猜你喜欢|网友评论|发表评论|最新评论|上一篇|下一篇|附件下载|相关附件|评论\W*$|为您推荐|编辑推荐|最新(?:新闻|资讯|文章)"
    r"|延伸閱讀|相關新聞|相關閱讀|熱門新聞|推薦)"
)


def is_prose(line: Line) -> bool:
    return (
        not line.is_link and bool(len(line.text) >= 30 or _SENTENCE.search(line.text)) and not is_furniture(line.text)
    )


def is_furniture(text: str) -> bool:
    text = narrow(text)
    return bool(_FURNITURE.search(text) or _MENU.match(text))


def ends_article(text: str) -> bool:
    return len(text) < 25 and bool(_AFTER.match(text))


def find_body(page: list[Line], outside: frozenset[str] = frozenset(("nav", "footer", "aside"))) -> Element | None:
    """The element that holds the article, or None on a page without text.

    An element's worth is its prose less what links, headings and menu items among it cost; of a nest of elements worth
    about the same the innermost is the answer."""
    worth: dict[Element, float] = defaultdict(float)
    for line in page:
        value = _value(line)
        node: Element | None = line.node
        while node is not None:
            worth[node] += value
            node = None if node.tag in outside else node.getparent()
    if not worth:
        return None
    best = max(worth, key=lambda node: worth[node])
    while (parent := best.getparent()) is not None and best.tag == "p":
        best = parent  # a text may be one long paragraph among short ones
    while True:
        inner = max((child for child in best if child in worth), key=lambda child: worth[child], default=None)
        if inner is None or worth[inner] < 0.8 * worth[best] or inner.tag == "p":
            return best
        best = inner


def _value(line: Line) -> float:
    if is_prose(line):
        return min(len(line.text), 400)
    if is_furniture(line.text):
        return -60
    if line.is_link or line.links:
        return -15 - line.linked
    return -4 if line.text else 0
