from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.pages.carousel import parse_slider
from crawler.rereading import charset
from crawler.spiders.walk import LISTS_FIRST, WalkSpider, fetched
from storage.records import Section, SliderRead, UrlKind, WalkEnded


class CarouselSpider(WalkSpider):
    """The carousel column's list pages, and what the home page's news slider shows at this moment."""

    name = "carousel"
    kinds = ("carousel", "slider")

    def section_request(self, section: Section) -> Request:
        if section.kind != "slider":
            return super().section_request(section)
        url = self.profile.addresses.canonical(section.path, self.profile.site.base_url) or ""
        return self.request(url, "list", self.parse_slider, LISTS_FIRST, section=section)

    async def parse_slider(self, response: Response, url: str, kind: UrlKind, section: Section) -> AsyncIterator[Any]:
        self.answered += 1
        slides = parse_slider(response.body, url, self.profile, charset(response))
        yield SliderRead(section.id, fetched(response, url), slides)
        if slides:
            yield WalkEnded(section.id)
        if len(slides) < self.profile.expected[section.id].min_rows:
            yield self.trouble("few-rows" if slides else "no-rows", section, url, f"shows {len(slides)} slides")
