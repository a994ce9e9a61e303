"""Redirects that stay on the site. Scrapy's own go wherever the server points, past its off-site check when the request
is a retry or asked not to be filtered."""

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.profile import SiteProfile


class LeavesSite(IgnoreRequest):
    """A redirect to a host that is not in the site's profile."""


class OnSiteRedirectMiddleware(RedirectMiddleware):
    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        profile: SiteProfile = self.crawler.spider.profile  # type: ignore[union-attr]
        addresses = profile.addresses
        target = addresses.canonical(redirected.url)
        if not target or not addresses.owns(target):
            raise LeavesSite(
                f"redirects to {target or 'what is no web address'}"
            )  # canonical: without user and password
        for header in ("If-None-Match", "If-Modified-Since"):
            redirected.headers.pop(header, None)
        return super()._redirect(redirected.replace(url=addresses.wire(target)), request, reason)
