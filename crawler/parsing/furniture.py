"""Lines that belong to the site and not to the article, told by what they say."""

import re


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_END = re.compile(r"[。！？!?；;]")
# What no article says of itself, in lines of any form: 版权所有 某某公司 京ICP备00000000号-1
_SITE = re.compile(
    _any(
        """
        版权所有 ICP备 ICP证 公网安备 Copyright COPYRIGHT copyright All.Rights.Reserved 网站标识码 违法和不良信息
        不良信息举报 浏览次数 访问量 点击量 阅读量 您访问的链接 即将离开 分享到 扫一扫 手机扫码 扫码关注
        广播电视节目制作 新闻信息服务许可 违者必究 您的浏览器 請繼續往下閱讀 请继续往下阅读 点击查看更多 小額贊助
        """
    )
)
_FOOTER_LABELS = _any(
    """
    地址 电话 邮编 邮政编码 传真 联系电话 总机 技术支持 主办单位 主办 承办单位 承办 建设单位 维护单位 运行维护
    网站地图 许可证(?:编)?号? (?:当前|您|你|您的|你的|现在|您现在的|您当前的|您所在的|你所在的|所在)*位置
    """
)
_BUTTONS = _any(
    r"""
    打印(?!机) 关闭窗口 关闭本页 [上下]一?[篇条页则] 返回(?:顶部|列表|首页|上一) 回到顶部 字号(?!老) 字体 我要纠错
    收藏本 扫描二维码 微信扫 用手机 手机(?:看|阅读|查看) 手機看 下載.{0,8}APP 下载.{0,8}APP [(（\[【]?原标题\s*[:：]
    .{0,10}(?:安装|下载).{0,8}客户端.{0,4}$ [点點][击擊](?:图片|圖片)(?:放大|查看)
    (?:热词|标签|话题|關鍵字|關鍵詞|標籤)(?:\W*$|\s-\s)
    (?:信息)?索\s?引\s?号 发\s?布\s?机\s?构 发文字号 主题分类 公开方式 公开类型 信息分类 体裁分类 组配分类 成文日期
    """
)
_WHOLE_BUTTONS = _any(
    r"""
    推荐 关闭 返回 打印 分享 收藏 大\s*中\s*小 【?纠错】? 举报 点赞 评论 赞 转发 微信 微博 QQ空间 朋友圈 正文 T大T小
    A-\s*A\+? 新浪微博 责任编辑声明 \d{1,3}\s?/\s?\d{1,3} [+＋]\d{1,3} 广告 廣告 ADVERTISEMENT 图像加注文字
    """
)
# 打印本页, 字号：大 中 小, 技术支持:某某公司. Possessive: `纠错】【纠错】【` can be cut in 4^n ways
_BUTTON = re.compile(rf"\W*(?:{_FOOTER_LABELS}\s*[:：]|{_BUTTONS}|(?>{_WHOLE_BUTTONS}\W*)++$)")
# 集团首页|联系我们|公司简介
_MENU = re.compile(
    r"(?!.{0,4}(?:文|编辑|记者|作者|采写|责编|摄影|策划|校对)\s?\|)[^|。，,]{2,14}(?:\|[^|。，,]{2,14}){2,}$"
)
# Headings of what follows an article: everything from here on is something else.
_AFTER = re.compile(
    r"\W*"
    + _any(
        r"""
        相关(?:阅读|新闻|链接|报道|文章|内容|推荐|信息|专题|资讯|稿件|热词|搜索|产品|标签) 推荐(?:阅读|新闻|文章|视频)
        延伸阅读 更多(?:新闻|阅读|精彩|内容|资讯|推荐) 阅读更多 (?:热门|热点)(?:新闻|推荐|文章|评论|资讯|视频|专题|排行)
        精彩(?:推荐|评论|图片|阅读|专题) (?:新闻|阅读|点击|一周)排行 猜你喜欢 大家都在看 您可能(?:还|也)?(?:感兴趣|喜欢)
        网友评论 发表评论 (?:最新|全部|我要|用户|参与)评论 网友跟帖 我有话说 评论区 [上下]一[篇条页] 附件下载 相关附件
        评论\W*$ 为[您你]推荐 编辑推荐 最新(?:新闻|资讯|文章|推荐|发布|动态) 延伸閱讀 相關(?:新聞|閱讀|報導|文章)
        熱門新聞 推薦 往期(?:回顾|精选|推荐) 友情链接 合作媒体 (?:.{0,8}版权[与和及])?(?:版权|免责|特别|责任)声明\W*$
        """
    )
)
# The small print behind an article: 声明：本文仅代表作者观点 | 凡本网注明“来源：……”的作品
_DISCLAIMER = re.compile(
    r"\W*(?:\d{1,2}\W+)?"
    + _any(
        r"""
        (?:免责|版权|特别|郑重|重要|法律|本站|网站|本网|平台)*声明\s*[:：】] Notice: 版权(?:说明|提示) 风险提示\s*[:：]
        凡(?:本网|本站|.{2,8}(?:网|网站|客户端)注明|注?有|注明|未注明|是?转载|标注|来源|署名)
        本(?:网|站|报|平台|公众号|網站|网站)(?:之|所?(?:有|载)|所?(?:转载|刊登|刊载|发布)的?|注明)
        (?:以上|上述|本文)(?:内容|文章|信息|图文|观点)?(?:仅代表|纯属|系|由.{0,12}(?:提供|发布)) 转载(?:请|须|时)
        (?:未经|如需|欢迎)[^。]{0,12}(?:授权|转载)
        [^。，]{2,16}(?:所有|所载|刊载|的)(?:内容|作品|稿件)[^。，]{0,6}(?:版权|著作权|知识产权)
        (?:如有|若有|如因|如涉及|如涉|若涉及)[^。]{0,12}(?:侵权|版权|知识产权)
        下载.{0,12}(?:应用|客户端|APP) (?:文章|稿件|作品)?(?:来源|版权)(?:于|归)(?:网络|原作者)
        """
    )
)


def is_furniture(text: str) -> bool:
    if len(text) > 240:
        return False
    if _SITE.search(text) and not (re.search("[，。]", text) and len(text) > 20 and "©" not in text):
        return True
    return len(text) < 100 and not _END.search(text) and bool(_BUTTON.match(text) or _MENU.match(text))


def ends_article(text: str) -> bool:
    """A heading of what follows the article."""
    return len(text) < 25 and bool(_AFTER.match(text))


def is_disclaimer(text: str) -> bool:
    return bool(_DISCLAIMER.match(text))
