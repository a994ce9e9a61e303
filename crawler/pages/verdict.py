"""Whether a page that was answered with status 200 is an article at all, and if not, what it is."""

import re
from typing import Literal

from crawler.pages.layout import Layout
from crawler.parsing.urls import looks_like_article

Verdict = Literal["article", "challenge", "login", "error", "index"]

_CHALLENGE = re.compile(
    r"验证码|安全验证|人机(?:验证|识别)|滑块|请完成.{0,6}验证|(?:访问|请求|操作)(?:过于|太|过)?频繁|被(?:拦截|阻断)|拦截提示|安全(?:防护|检测)"
    r"|防火墙|WAF|Request ID|异常访问|非法请求|(?:开启|启用|支持)\s*(?:JavaScript|JS|Cookie)|浏览器(?:检查|安全)|正在(?:检测|验证)|captcha",
    re.IGNORECASE,
)
# $_ts of 瑞数, __jsl of 加速乐, and pages that only set a cookie and load themselves again
_CHALLENGE_SCRIPT = re.compile(r"\$_ts\b|__jsl\w*|document\.cookie\s*=.{0,400}location", re.DOTALL)
_LOGIN = re.compile(r"请先?登录|用户登录|统一身份认证|身份认证|尚未登录|登录(?:超时|失效|后)|未登录|账号登录|会话(?:超时|过期)|密码登录")
_ERROR = re.compile(
    r"\b(?:404|403|500|502|503|504)\b|页面不存在|(?:页面|内容|信息|文章|网页|资源)(?:已)?(?:被)?(?:不存在|删除|找不到|下线|移除|撤销)"
    r"|找不到|不存在|已被?(?:删除|下线|撤)|系统(?:繁忙|错误|异常|维护)|服务(?:器)?(?:错误|异常|繁忙|不可用)|出错了|发生错误|Not Found|Bad Gateway"
    r"|Error|稍后(?:再试|重试)|网关|暂时无法访问|无法访问",
    re.IGNORECASE,
)


def verdict(layout: Layout, dated: bool, url: str) -> tuple[Verdict, str]:
    """What the page is, and what says so. `dated`: a date or source stands beside its headline."""
    lines = layout.lines
    inside = lines[layout.first : layout.last]
    prose = sum(len(line.text) for line in inside if line.prose)
    if dated and (prose or any(line.images or line.links or "\t" in line.text for line in inside)):
        return "article", ""
    if prose >= 250:
        return "article", ""
    scripts = " ".join(script.text or "" for script in layout.root.iter("script"))
    shown = " ".join([layout.head_title, *(line.text for line in lines if not line.is_link)])[:1500]
    if len(shown) < 300 and _CHALLENGE_SCRIPT.search(scripts[:20000]):
        return "challenge", "scripts of a challenge in place of a text"
    for kind, words in (("challenge", _CHALLENGE), ("login", _LOGIN), ("error", _ERROR)):
        if found := words.search(shown):
            return kind, f"says {found.group()!r} where a text should stand"  # type: ignore[return-value]
    if any(field.get("type") == "password" for field in layout.root.iter("input")) and prose < 60:
        return "login", "asks for a password where a text should stand"
    rows = {href for line in lines if line.is_link for link in line.links if (href := link.get("href") or "")}
    if prose < 250 and sum(map(looks_like_article, rows)) >= 8:
        return "index", "links to articles where a text should stand"
    if not prose and not any(line.images or line.links or line.text for line in inside):
        return "error", "nothing where a text should stand"
    return "article", ""
