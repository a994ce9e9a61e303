"""Whether a page that was answered with status 200 is an article at all, and if not, what it is."""

import re
from typing import Literal

from crawler.pages.layout import Layout
from crawler.pages.meta import MetaLine
from crawler.parsing.urls import is_file
from storage.records import ArticlePage, Problem

Verdict = Literal["article", "challenge", "login", "error", "index"]

_CHALLENGE = re.compile(
    r"验证码|安全验证|人机(?:验证|识别)|滑块|请完成.{0,6}验证|(?:访问|请求|操作)(?:过于|太|过)?频繁|被(?:拦截|阻断)|拦截提示"
    r"|安全(?:防护|检测)|防火墙|WAF|Request ID|异常访问|非法请求|(?:开启|启用|支持)\s*(?:JavaScript|JS|Cookie)"
    r"|浏览器(?:检查|安全)|正在(?:检测|验证)|captcha|Checking your browser|Just a moment|Ray ID",
    re.IGNORECASE,
)
# $_ts of 瑞数, __jsl of 加速乐, and pages that only set a cookie and load themselves again
_CHALLENGE_SCRIPT = re.compile(r"\$_ts\b|__jsl\w*|document\.cookie\s*=.{0,400}location", re.DOTALL)
_LOGIN = re.compile(
    r"请先?登录|用户登录|统一身份认证|身份认证|尚未登录|登录(?:超时|失效|后)|未登录|账号登录|会话(?:超时|过期)|密码登录"
)
_ERROR = re.compile(
    r"\b(?:404|403|500|502|503|504)\b|页面不存在|(?:页面|内容|信息|文章|网页|资源)(?:已|被|已被)?(?:不存在|删除|找不到|下线|移除|撤销)"
    r"|找不到|不存在|已被?(?:删除|下线|撤)|系统(?:繁忙|错误|异常)|服务(?:器)?(?:错误|异常|繁忙|不可用)|出错了|发生错误"
    r"|Not Found|Bad Gateway|Error|稍后(?:再试|重试)|网关|无法访问",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[Verdict, re.Pattern[str]], ...] = (("error", _ERROR), ("login", _LOGIN), ("challenge", _CHALLENGE))


def verdict(layout: Layout, meta: MetaLine) -> tuple[Verdict, str]:
    """What the page is, and what says so. `meta`: what stands beside its headline."""
    inside = layout.lines[layout.first : layout.last]
    if inside and not layout.closed and layout.last == len(layout.lines):
        return "error", "ends in the middle of its text"
    prose = sum(len(line.text) for line in inside if line.prose)
    dated = bool(layout.headline) and meta.stamp() is not None
    signed = meta.value("source") is not None or (dated and meta.says_published())
    if signed and inside:
        return "article", ""
    titles = [layout.head_title, layout.title or "", *(line.text for line in layout.lines if line.heading)][:4]
    # an article may be headed 警惕短信验证码诈骗
    told = sum(len(line.text) for line in inside if line.prose and line.text.endswith("。"))
    for kind, words in _KINDS if told < 100 else ():
        if found := next((match for text in titles if len(text) < 20 and (match := words.search(text))), None):
            return kind, f"is headed {found.group()!r}"
    rows = [line for line in inside if line.links and (line.is_link or MetaLine.is_like_a_row(line.text))]
    titles_of_others = sum(len(line.text) > 7 and not is_file(line.links[0].get("href") or "") for line in rows)
    if titles_of_others >= 5 and prose < 120 * len(rows):
        return "index", "rows of links where a text should stand"
    if prose >= (100 if dated else 250):
        return "article", ""
    if prose < 120 and not dated and any(field.get("type") == "password" for field in layout.root.iter("input")):
        return "login", "asks for a password where a text should stand"
    scripts = " ".join(script.text or "" for script in layout.root.iter("script"))
    shown = " ".join(line.text for line in layout.lines if not line.is_link)[:1500]
    if len(shown) < 300 and _CHALLENGE_SCRIPT.search(scripts[:20000]):
        return "challenge", "a challenge's script where a text should stand"
    for kind, words in reversed(_KINDS):
        if found := words.search(shown):
            return kind, f"says {found.group()!r} where a text should stand"
    if prose < 60 and not dated:
        listed = sum(len(line.text) > 9 or MetaLine.is_like_a_row(line.text) for line in layout.lines if line.links)
        if listed >= 10 and not layout.headline:
            return "index", "links where a text should stand"
        pictures, menu = sum(bool(line.images) for line in inside), sum(line.is_link for line in inside)
        if not prose and menu >= pictures:
            return "error", "no text"
    return "article", ""


def refusal(page: ArticlePage) -> Problem | None:
    """Why a page is not kept as an article."""
    if page.verdict != "article":
        return Problem("not-an-article", f"{page.verdict}: {page.rules.get('verdict')}")
    if not page.title:
        return Problem("not-an-article", "no title", "title")
    if not page.body and not page.images and not page.attachments:
        return Problem("not-an-article", "neither text nor pictures nor attachments", "body")
    return None
