"""A look at a site nobody has described yet: its home page, and the first page of each column that may carry news."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.pages.carousel import parse_slider
from crawler.pages.listing import parse_list
from crawler.pages.navigation import Column, columns, is_own_list, site_name
from crawler.parsing.encoding import decode
from crawler.politeness import be_polite
from crawler.profile import SiteProfile
from crawler.rereading import charset
from storage.beijing import beijing_day
from storage.records import Row, Site

_PAGES = 30  # at most, of one site
_REDIRECTS = 5


@dataclass(slots=True)
class Survey:
    """What was seen."""

    profile: SiteProfile  # of a site without sections, until a person has looked
    day: date
    aliases: list[str] = field(default_factory=list)  # hosts that redirect here
    name: tuple[str, str] | None = None  # and where the page says it
    undeclared: str | None = None  # the encoding, where the pages do not say it
    slides: int = 0
    lists: dict[Column, Sequence[Row]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)  # what could not be read


class SurveySpider(Spider):
    """Stores nothing, so it has neither the archive's pipelines nor its capture."""

    name = "survey"
    kept_out: str | None = None  # why nothing more is asked of the site
    asked: set[str]  # paths of columns
    survey: Survey

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        for name, part in (
            ("DOWNLOADER_MIDDLEWARES", "crawler.middlewares.capture.CaptureMiddleware"),
            ("EXTENSIONS", "crawler.monitors.Monitor"),
        ):
            settings.set(name, settings.getdict(name) | {part: None}, priority="spider")
        settings.set("ITEM_PIPELINES", {}, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Raises UsageError when there is no contact for the site's webmaster."""
        survey: Survey = kwargs["survey"]
        be_polite(crawler.settings, survey.profile.at, survey.profile.delay)
        spider = super().from_crawler(crawler, *args)
        spider.survey = survey
        spider.asked = set()
        return spider

    @property
    def profile(self) -> SiteProfile:
        return self.survey.profile

    async def start(self) -> AsyncIterator[Request]:
        yield self.home_request(self.profile.site.base_url + "/", 0)

    def home_request(self, url: str, redirects: int) -> Request:
        # redirects of the home page tell the site's own host, so they are not for the middleware
        meta = {"dont_redirect": True, "handle_httpstatus_list": [301, 302, 303, 307, 308]}
        return Request(url, self.parse_home, errback=self.failed, meta=meta, cb_kwargs={"redirects": redirects})

    async def parse_home(self, response: Response, redirects: int) -> AsyncIterator[Request]:
        survey, url = self.survey, response.url
        if response.status != 200:
            target = urljoin(url, (response.headers.get("Location") or b"").decode("latin-1"))
            parts = urlsplit(target)
            if redirects == _REDIRECTS or parts.scheme not in ("http", "https"):
                survey.troubles.append(f"{url}: redirects to {target}")
                return
            if parts.netloc != (host := urlsplit(url).netloc):
                survey.aliases.append(host)
            survey.profile = bare_profile(f"{parts.scheme}://{parts.netloc}")
            yield self.home_request(target, redirects + 1)
            return
        told = charset(response)
        decoded = decode(response.body, None, told)
        survey.undeclared = decoded.encoding if decoded.rule in ("guess", "replaced") else None
        survey.name = site_name(response.body, told)
        survey.slides = len(parse_slider(response.body, url, self.profile, told))
        for column in columns(response.body, url, self.profile, told):
            if column.carries_news and (request := self.column_request(column, in_hub=False)):
                yield request

    def column_request(self, column: Column, in_hub: bool) -> Request | None:
        if column.path in self.asked or len(self.asked) == _PAGES:
            return None
        self.asked.add(column.path)
        url = self.profile.site.base_url + column.path
        known = {"column": column, "in_hub": in_hub}
        return Request(url, self.parse_column, errback=self.failed, cb_kwargs=known)

    async def parse_column(self, response: Response, column: Column, in_hub: bool) -> AsyncIterator[Request]:
        told, url = charset(response), self.profile.addresses.canonical(response.url) or response.url
        column = replace(column, path=urlsplit(url).path)
        rows = parse_list(response.body, url, self.profile, told, self.survey.day).rows
        if is_own_list(column, rows):
            self.survey.lists[column] = rows
        elif not in_hub:  # its columns, whatever they are called
            for inner in columns(response.body, url, self.profile, told):
                inside = inner.path.startswith(column.folder) and inner.path != column.path
                if inside and (request := self.column_request(inner, in_hub=True)):
                    yield request

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        said = f"HTTP {error.response.status}" if isinstance(error, HttpError) else str(error) or type(error).__name__
        self.survey.troubles.append(f"{request.url}: {' '.join(said.split())[:200]}")


def bare_profile(base_url: str) -> SiteProfile:
    host = urlsplit(base_url).netloc
    site = Site(host, host, base_url, host)
    return SiteProfile(site, frozenset([host]), (), None, 3, 30, {}, {}, base_url)


def new_survey(base_url: str) -> Survey:
    return Survey(bare_profile(base_url), beijing_day(datetime.now(UTC)))
