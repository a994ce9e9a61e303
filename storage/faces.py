"""Writes an article's appearances and its face, with people, pictures and attachments, from all its pages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from storage.face import Copy, face
from storage.files import tell_where
from storage.fingerprints import content_hash, identity_key
from storage.models import Appearance, Article, Attachment, Byline, Image, Listing, Url
from storage.parsed import from_json
from storage.records import ArticlePage
from storage.search_index import enqueue
from storage.writing import Writing

Place = tuple[str, int | None]  # URL and section


def refresh(w: Writing, article_ids: Collection[int]) -> None:
    """Makes appearances and faces anew from what the pages said and where lists named them."""
    if not article_ids:
        return
    copies = _copies(w, article_ids)
    _write_appearances(w, copies)
    faces = {article_id: face(places.values()) for article_id, places in copies.items()}
    _write_faces(w, faces, copies)
    _write_rows(w, Byline, "ordinal", {article_id: page.bylines for article_id, page in faces.items()})
    _write_rows(w, Image, "order", {article_id: page.images for article_id, page in faces.items()})
    _write_rows(w, Attachment, "order", {article_id: page.attachments for article_id, page in faces.items()})


def _copies(w: Writing, article_ids: Collection[int]) -> dict[int, dict[Place, Copy]]:
    columns = (Url.url, Url.article_id, Url.found_in, Url.parsed, Url.state, Url.missing_since)
    said = w.connection.execute(select(*columns).where(Url.article_id.in_(article_ids))).all()
    lists: dict[str, list[Any]] = defaultdict(list)
    listings = select(Listing.url, Listing.section_id, Listing.listed_on)
    for listing in w.connection.execute(listings.where(Listing.url.in_([row.url for row in said]))):
        lists[listing.url].append(listing)
    copies: dict[int, dict[Place, Copy]] = defaultdict(dict)
    for row in said:
        page = from_json(row.parsed)
        gone_at = row.missing_since if row.state == "gone" else None
        places = {listing.section_id: listing.listed_on for listing in lists[row.url]} or {row.found_in: None}
        for section_id, listed_on in places.items():
            copies[row.article_id][row.url, section_id] = Copy(page, section_id, listed_on, gone_at)
    return copies


def _write_appearances(w: Writing, copies: Mapping[int, Mapping[Place, Copy]]) -> None:
    stored = w.connection.execute(select(Appearance).where(Appearance.article_id.in_(copies)))
    there: dict[Place, Any] = {(row.url, row.section_id): row for row in stored}
    wanted = {place: (article_id, copy) for article_id, places in copies.items() for place, copy in places.items()}
    # Where a URL stood by default before a list named it: that place gives way to the list's.
    defaults = {row.url: row for place, row in there.items() if place not in wanted}
    if defaults:
        gone = [row.id for row in defaults.values()]
        w.connection.execute(delete(Appearance).where(Appearance.id.in_(gone)))
    new, changed = [], []
    for (url, section_id), (article_id, copy) in wanted.items():
        values = _appearance(copy)
        row = there.get((url, section_id))
        if row is None:
            first_seen = defaults[url].first_seen if url in defaults else w.now
            place = {"article_id": article_id, "url": url, "section_id": section_id}
            new.append(values | place | {"first_seen": first_seen, "last_seen": w.now})
        elif _differs(row, values):
            changed.append(values | {"of_id": row.id})
    if new:
        w.connection.execute(insert(Appearance), new)
    if changed:
        w.connection.execute(update(Appearance).where(Appearance.id == bindparam("of_id")), changed)


def _appearance(copy: Copy) -> dict[str, Any]:
    page = copy.page
    published_on, published_at, date_origin = copy.dated
    return {
        "doc_id": page.doc_id,
        "listed_on": copy.listed_on,
        "title": page.title,
        "source": page.source,
        "published_on": published_on,
        "published_at": published_at,
        "date_origin": date_origin,
        "byline_text": page.byline_text,
        "gone_at": copy.gone_at,
    }


def _write_faces(w: Writing, faces: Mapping[int, ArticlePage], copies: Mapping[int, Mapping[Place, Copy]]) -> None:
    changed = []
    for row in w.connection.execute(select(Article).where(Article.id.in_(faces))):
        gone = [copy.gone_at for copy in copies[row.id].values()]
        values = _article(faces[row.id])
        # without one until families.py has compared the new text
        values["cluster_id"] = row.cluster_id if row.identity_key == values["identity_key"] else None
        values["gone_at"] = max(filter(None, gone)) if all(gone) else None
        if _differs(row, values):
            changed.append(values | {"of_id": row.id})
    if changed:
        enqueue(w.connection, [values["of_id"] for values in changed])
        w.connection.execute(update(Article).where(Article.id == bindparam("of_id")), changed)


def _article(page: ArticlePage) -> dict[str, Any]:
    return {
        "title": page.title,
        "source": page.source,
        "published_on": page.published_on,
        "published_at": page.published_at,
        "date_origin": page.date_origin,
        "body": page.body,
        "byline_text": page.byline_text,
        "url": page.url,
        "content_hash": content_hash(page.title, page.body),
        "identity_key": identity_key(page),
    }


def _write_rows(
    w: Writing,
    model: type[Byline | Image | Attachment],
    number: str,
    rows: Mapping[int, Sequence[Any]],
) -> None:
    """`number`: the column that counts an article's rows from 1."""
    stored: dict[int, list[Any]] = defaultdict(list)
    columns = model.__table__.c
    for row in w.connection.execute(select(model).where(model.article_id.in_(rows)).order_by(columns[number])):
        stored[row.article_id].append(row)
    different = {
        article_id: [asdict(row) for row in wanted]
        for article_id, wanted in rows.items()
        if len(wanted) != len(stored[article_id])
        or any(_differs(row, asdict(want)) for row, want in zip(stored[article_id], wanted, strict=True))
    }
    if stale := [article_id for article_id in different if stored[article_id]]:
        w.connection.execute(delete(model).where(model.article_id.in_(stale)))
    new = [
        values | {"article_id": article_id, number: place}
        for article_id, wanted in different.items()
        for place, values in enumerate(wanted, 1)
    ]
    if new:
        w.connection.execute(insert(model), new)
        if issubclass(model, Image | Attachment):
            tell_where(w, model, model.article_id.in_(different))


def _differs(row: Any, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())
