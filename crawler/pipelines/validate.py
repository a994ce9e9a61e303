"""What must hold for an article before it is kept. What fails is refused with an issue row, never in silence."""

from typing import Any, Literal

from storage.records import ArticleRead, FetchFailed, Problem


class ValidatePipeline:
    def process_item(self, item: Any) -> Any:
        if not isinstance(item, ArticleRead):
            return item
        page = item.page
        if page.verdict != "article":
            return _refuse(item, f"{page.verdict}: {page.rules.get('verdict')}", None)
        if not page.title:
            return _refuse(item, "no title", "title")
        if not page.body and not page.images and not page.attachments:
            return _refuse(item, "neither text nor pictures nor attachments", "body")
        return item


def _refuse(item: ArticleRead, why: str, field: str | None) -> FetchFailed:
    fetched, problem = item.fetched, Problem("not-an-article", why, field)
    state: Literal["missing", "refused"] = "missing" if item.page.verdict == "index" else "refused"
    return FetchFailed(fetched.url, "article", state, problem, fetched.status, fetched.captures)
