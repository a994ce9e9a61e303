from crawler.spiders.walk import WalkSpider


class NewsSpider(WalkSpider):
    """News sections: their list pages and articles."""

    name = "news"
    kinds = ("news",)
