"""Redirects that stay on the site. Scrapy's own go wherever the server points, past its off-site check when the request
is a retry or asked not to be filtered."""

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.profile import SiteProfile


class LeavesSite(IgnoreRequest):
    """A redirect to a host that is not in the site's profile."""


class RedirectLoop(IgnoreRequest):
    """Redirects lead on and on, as those of a site do that demands a cookie."""


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
        if request.meta.get("redirect_times", 0) == self.max_redirect_times:
            raise RedirectLoop(f"{self.max_redirect_times} redirects in a row, the last to {target}")
        following = super()._redirect(redirected.replace(url=addresses.wire(target)), request, reason)
        following.dont_filter = True  # what leads to a page asked for already would vanish without a word
        return following
