"""What must hold for an article before it is kept. What fails is refused with an issue row, never in silence."""

from typing import Any, Literal

from crawler.pages.verdict import refusal
from storage.records import ArticleRead, FetchFailed


class ValidatePipeline:
    def process_item(self, item: Any) -> Any:
        if not isinstance(item, ArticleRead):
            return item
        problem = refusal(item.page)
        if problem is None:
            return item
        fetched = item.fetched
        state: Literal["missing", "refused"] = "missing" if item.page.verdict == "index" else "refused"
        return FetchFailed(fetched.url, "article", state, problem, fetched.status, fetched.captures, item.section)
