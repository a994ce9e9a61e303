"""What becomes of a request that got no answer to read."""

from collections.abc import Mapping

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, ResponseDataLossError

from crawler.middlewares.redirect import LeavesSite, RedirectLoop
from crawler.middlewares.robots import RobotsForbids, RobotsUnreachable
from crawler.middlewares.whole import Damaged, TooLarge
from storage.records import Problem

# the kind, and whether it is no use to ask again soon
_FAILURES: Mapping[type[Exception], tuple[str, bool]] = {
    RobotsForbids: ("robots", True),
    RobotsUnreachable: ("robots", False),
    LeavesSite: ("leaves-site", True),
    RedirectLoop: ("redirect-loop", True),
    TooLarge: ("too-large", True),
    DownloadCancelledError: ("too-large", True),
    Damaged: ("cut-off", False),
    ResponseDataLossError: ("cut-off", False),
    DownloadTimeoutError: ("timeout", False),
}


def failure_of(error: BaseException | None) -> tuple[Problem, bool]:
    """What became of a request without an answer, and whether its address is refused."""
    kind, refused = next((told for of, told in _FAILURES.items() if isinstance(error, of)), ("unreachable", False))
    detail = "disallowed by robots.txt" if isinstance(error, RobotsForbids) else str(error) or type(error).__name__
    return Problem(kind, " ".join(detail.split())[:200]), refused
