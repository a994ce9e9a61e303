"""What a page said, as JSON (`urls.parsed`) and back: the memory from which an article's face is made."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from storage.records import ArticlePage, Attachment, Byline, Image


def to_json(page: ArticlePage, parser_version: str) -> dict[str, Any]:
    """Everything but the problems, which are issue rows."""
    said = asdict(page)
    del said["problems"]
    for name in ("published_on", "published_at"):
        said[name] = said[name] and said[name].isoformat()
    for name in ("bylines", "breadcrumb", "images", "attachments"):
        said[name] = list(said[name])
    return said | {"parser_version": parser_version}


def from_json(said: dict[str, Any]) -> ArticlePage:
    values = {name: value for name, value in said.items() if name != "parser_version"}
    return ArticlePage(
        **values
        | {
            "published_on": said["published_on"] and date.fromisoformat(said["published_on"]),
            "published_at": said["published_at"] and datetime.fromisoformat(said["published_at"]),
            "bylines": tuple(Byline(**row) for row in said["bylines"]),
            "breadcrumb": tuple(said["breadcrumb"]),
            "images": tuple(Image(**row) for row in said["images"]),
            "attachments": tuple(Attachment(**row) for row in said["attachments"]),
        }
    )
