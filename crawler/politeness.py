"""How a spider treats a site before it asks for anything."""

from urllib.parse import urlsplit

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings


def be_polite(settings: BaseSettings, at: str, delay: float) -> None:
    """Sets the delay for the site at this address: none on loopback. Raises UsageError without a contact for others."""
    host = urlsplit(at).hostname or ""
    loopback = host in ("localhost", "::1") or host.startswith("127.")
    if loopback:
        settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")
    elif not settings.get("ARCHIVE_CONTACT"):
        raise UsageError(
            "ARCHIVE_CONTACT is not set: a site's webmaster must be able to reach you, "
            "e.g. export ARCHIVE_CONTACT=you@example.org",
            print_help=False,
        )
    settings.set("DOWNLOAD_DELAY", 0 if loopback else delay, priority="spider")
