"""What an archive says, so that two that say the same are equal: no row numbers, no times of ours."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

Content = dict[str, list[tuple[Any, ...]]]

_OF = {
    "articles": """
        SELECT a.url, title, source, published_on, published_at, date_origin, body, byline_text, content_hash,
               identity_key, gone_at IS NOT NULL
        FROM articles a""",
    "appearances": """
        SELECT p.url, s.site_id, s.code, a.url, p.doc_id, p.listed_on, p.title, p.source, p.published_on,
               p.published_at, p.date_origin, p.byline_text, p.gone_at IS NOT NULL
        FROM appearances p JOIN articles a ON a.id = p.article_id LEFT JOIN sections s ON s.id = p.section_id""",
    "placements": """
        SELECT s.site_id, s.code, p.position, p.url, a.url, p.headline, p.picture, p.left_at IS NOT NULL
        FROM placements p JOIN sections s ON s.id = p.section_id LEFT JOIN articles a ON a.id = p.article_id""",
    "revisions": """
        SELECT a.url, r.url, r.seq, r.kind, r.title, r.source, r.published_on, r.published_at, r.body, r.byline_text,
               CAST(r.bylines AS TEXT), CAST(r.images AS TEXT), CAST(r.attachments AS TEXT), r.content_hash,
               r.identity_key
        FROM revisions r JOIN articles a ON a.id = r.article_id""",
    "bylines": """
        SELECT a.url, ordinal, role, name, affiliation, label FROM bylines r JOIN articles a ON a.id = r.article_id""",
    "images": """
        SELECT a.url, r."order", r.url, caption, sha256, path FROM images r JOIN articles a ON a.id = r.article_id""",
    "attachments": """
        SELECT a.url, r."order", r.url, name, sha256, path FROM attachments r JOIN articles a ON a.id = r.article_id""",
    "files": """
        SELECT url, sha256, path, size, media_type FROM files""",
    "urls": """
        SELECT u.url, u.site_id, u.kind, u.state, a.url FROM urls u LEFT JOIN articles a ON a.id = u.article_id""",
    "listings": """
        SELECT s.site_id, s.code, l.url, l.title, l.listed_on, l.settled
        FROM listings l JOIN sections s ON s.id = l.section_id""",
    "bands": "SELECT band, rank, a.url FROM bands b JOIN articles a ON a.id = b.article_id",
    "families": "SELECT a.url, b.url FROM articles a JOIN articles b ON b.cluster_id = a.cluster_id",
}


def content(engine: Engine) -> Content:
    with engine.connect() as connection:
        return {name: _rows(connection, statement) for name, statement in _OF.items()}


def _rows(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(map(_as_in_sqlite, row)) for row in connection.execute(text(statement))), key=repr)


def _as_in_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}"
    return value.isoformat() if isinstance(value, date) else value
