"""Writes `revisions`: one row for each change seen at a URL, in the order of seeing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, insert, select

from storage.fingerprints import content_hash, identity_key
from storage.models import Revision
from storage.records import ArticlePage, Fetched
from storage.writing import Writing


@dataclass(frozen=True, slots=True)
class Change:
    article_id: int
    kind: str
    fetched: Fetched  # the answer that told it
    page: ArticlePage  # what the page says since; of a page that is gone, what it said last
    parser_version: str


def add_revisions(w: Writing, changes: Sequence[Change]) -> None:
    if not changes:
        return
    stored = (
        select(Revision.article_id, func.max(Revision.seq))
        .where(Revision.article_id.in_({change.article_id for change in changes}))
        .group_by(Revision.article_id)
    )
    last: dict[int, int] = defaultdict(int)
    last.update(w.connection.execute(stored).all())
    rows = []
    for change in changes:
        page = change.page
        last[change.article_id] += 1
        rows.append(
            {
                "article_id": change.article_id,
                "url": change.fetched.url,
                "seq": last[change.article_id],
                "seen_at": w.now,
                "kind": change.kind,
                "title": page.title,
                "source": page.source,
                "published_on": page.published_on,
                "published_at": page.published_at,
                "body": page.body,
                "byline_text": page.byline_text,
                "bylines": [asdict(row) for row in page.bylines],
                "images": [asdict(row) for row in page.images],
                "attachments": [asdict(row) for row in page.attachments],
                "content_hash": content_hash(page.title, page.body),
                "identity_key": identity_key(page),
                "parser_version": change.parser_version,
                "capture_id": w.last_capture(change.fetched),
            }
        )
    w.connection.execute(insert(Revision), rows)
