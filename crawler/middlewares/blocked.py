"""Sites that keep us out are left alone: after a challenge, or two 403s in a row, nothing more is asked of them."""

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

_CHALLENGES = (412, 521)  # what 瑞数 and 加速乐 answer instead of the page


class KeptOut(IgnoreRequest):
    """The site has refused us in this run."""


class BlockedMiddleware:
    def __init__(self) -> None:
        self.forbidden = 0  # answers 403 in a row
        self.why = ""

    def process_request(self, request: Request) -> None:
        if self.why:
            raise KeptOut(self.why)

    def process_response(self, request: Request, response: Response) -> Response:
        self.forbidden = self.forbidden + 1 if response.status == 403 else 0
        if response.status in _CHALLENGES or self.forbidden > 1:
            self.why = f"{response.url} answers {response.status}: the site keeps us out, so it is left alone"
        return response
