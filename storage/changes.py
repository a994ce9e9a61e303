"""What kind of change leads from one state of a page to the next."""

from dataclasses import asdict
from typing import Any, Literal

from storage.fingerprints import letters, squeezed
from storage.records import ArticlePage

# Fields of a revision beside title and body. Breadcrumb, date_origin and doc_id are about the page, not the story.
_METADATA = ("source", "published_on", "published_at", "byline_text", "bylines", "images", "attachments")


def kind_of_change(old: ArticlePage, new: ArticlePage) -> Literal["text", "cosmetic", "metadata"] | None:
    """None: nothing but white space or width differs."""
    texts = [(old.title, new.title), (old.body, new.body)]
    if any(squeezed(a) != squeezed(b) for a, b in texts):
        return "text" if any(letters(a) != letters(b) for a, b in texts) else "cosmetic"
    # a date that only a list states is the listing's, and another listing's may be another
    dates = ("published_on", "published_at") if old.date_origin == new.date_origin == "list" else ()
    if any(_bare(getattr(old, name)) != _bare(getattr(new, name)) for name in _METADATA if name not in dates):
        return "metadata"
    return None


def _bare(value: Any) -> Any:
    if isinstance(value, tuple):
        return [{name: _bare(part) for name, part in asdict(row).items()} for row in value]
    return squeezed(value) if isinstance(value, str) else value
