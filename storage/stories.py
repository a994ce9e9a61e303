"""Writes what article pages said: which story each belongs to, `urls`, `articles` and `revisions`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, insert, select, union_all, update

from storage.changes import kind_of_change
from storage.faces import refresh
from storage.files import files_of, name_files
from storage.fingerprints import identity_key
from storage.frontier import LONGEST_URL, answered
from storage.models import Appearance, Article, Placement, Revision, Site, Url
from storage.parsed import from_json, to_json
from storage.records import ArticleRead, Fetched, Reparsed
from storage.revisions import Change, add_revisions
from storage.schedule import next_check
from storage.writing import Writing
from storage.writing import insert as upsert


@dataclass(slots=True, eq=False)
class _Story:
    """An article; its id comes with its row."""

    id: int | None
    first: ArticleRead | None = None


@dataclass(slots=True)
class _Reading:
    """One page read, and what the archive makes of it."""

    event: ArticleRead
    key: str | None
    said: dict[str, Any]
    before: Any  # the row of `urls`, None for a URL never heard of
    story: _Story
    revisions: tuple[str, ...]  # kinds

    @property
    def url(self) -> str:
        return self.event.fetched.url


def record_articles(w: Writing, events: Sequence[ArticleRead]) -> None:
    """`events`: of different URLs."""
    readings = _read(w, events)
    _store_stories(w, readings)
    _store_urls(w, readings)
    add_revisions(w, [change for reading in readings for change in _changes(reading)])
    for reading in readings:
        for problem in reading.event.page.problems:
            w.issue(problem, reading.url, reading.event.section)
    stories = {reading.url: reading.story.id for reading in readings}
    w.connection.execute(update(Article).where(Article.id.in_(set(stories.values()))).values(last_seen=w.now))
    w.connection.execute(update(Appearance).where(Appearance.url.in_(stories)).values(last_seen=w.now))
    changed = [reading for reading in readings if _changes_face(w, reading)]
    refresh(w, {reading.story.id for reading in changed if reading.story.id})
    name_files(w, {url: _found_in(w, reading) for reading in changed for url in files_of(reading.event.page)})
    story_of_slide = select(Url.article_id).where(Url.url == Placement.url).scalar_subquery()
    waiting = Placement.url.in_(stories) & Placement.article_id.is_(None)
    w.connection.execute(update(Placement).where(waiting).values(article_id=story_of_slide))


def record_reparsed(w: Writing, event: Reparsed) -> set[int]:
    """Returns the articles whose appearances must be made anew. When and how the page was fetched stays as it was."""
    of_url = Url.url == event.url
    row = w.connection.execute(select(Url.article_id, Url.found_in, Url.parsed).where(of_url)).one()
    said = to_json(event.page, event.parser_version)
    w.connection.execute(update(Url).where(of_url).values(parsed=said))
    name_files(w, dict.fromkeys(files_of(event.page), row.found_in))
    if not kind_of_change(from_json(row.parsed), event.page):
        w.counts["unchanged"] += 1
        return {row.article_id} if _without_rules(row.parsed) != _without_rules(said) else set()
    w.counts["reparsed"] += 1
    fetched = Fetched(event.url, 200, captures=event.captures)
    add_revisions(w, [Change(row.article_id, "parser", fetched, event.page, event.parser_version)])
    return {row.article_id}


def _without_rules(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in ("rules", "parser_version")}


def _read(w: Writing, events: Sequence[ArticleRead]) -> list[_Reading]:
    urls = [event.fetched.url for event in events]
    for url in urls:
        if len(url) > LONGEST_URL:
            raise ValueError(f"URL of {len(url)} characters")
    columns = (Url.url, Url.site_id, Url.kind, Url.state, Url.found_in, Url.article_id, Url.identity_key, Url.parsed)
    before = {row.url: row for row in w.connection.execute(select(*columns).where(Url.url.in_(urls)))}
    keys = {event.fetched.url: identity_key(event.page) for event in events}
    numbered = _by_number(w, [event.page.doc_id for event in events if event.page.doc_id])
    alike = _by_key(w, [key for key in keys.values() if key])
    readings = []
    for event in events:
        url, number = event.fetched.url, event.page.doc_id
        known, key = before.get(url), keys[url]
        revisions: tuple[str, ...] = ()
        story: _Story | None
        if known and known.article_id:
            story = _Story(known.article_id)
            revisions = _revision_kinds(known, event)
            if set(revisions) - {"parser"}:
                w.counts["revised"] += 1
            else:
                w.unchanged(event.fetched)
        elif story := numbered.get(number or "") or alike.get(key or ""):
            w.counts["joined"] += 1
        else:
            story, revisions = _Story(None, event), ("first",)
            w.counts["new"] += 1
        if number:
            numbered.setdefault(number, story)
        if key:
            alike.setdefault(key, story)
        readings.append(_Reading(event, key, to_json(event.page, event.parser_version), known, story, revisions))
    return readings


def _by_number(w: Writing, numbers: Sequence[str]) -> dict[str, _Story]:
    found = (
        select(Appearance.doc_id, func.min(Appearance.article_id))
        .join(Url, Url.url == Appearance.url)
        .join(Site, Site.id == Url.site_id)
        .where(Appearance.doc_id.in_(numbers), Site.cms_group == w.site.cms_group)
        .group_by(Appearance.doc_id)
    )
    return {str(number): _Story(article_id) for number, article_id in w.connection.execute(found)}


def _by_key(w: Writing, keys: Sequence[str]) -> dict[str, _Story]:
    # A URL that joined by its number may have brought another key than the revisions of its article.
    having = union_all(
        select(Revision.identity_key, Revision.article_id).where(Revision.identity_key.in_(keys)),
        select(Url.identity_key, Url.article_id).where(Url.identity_key.in_(keys)),
    ).subquery()
    key, article_id = having.c
    found = select(key, func.min(article_id)).group_by(key)
    return {key: _Story(article_id) for key, article_id in w.connection.execute(found)}


def _revision_kinds(known: Any, event: ArticleRead) -> tuple[str, ...]:
    """Of a page that is there (again), and says perhaps something else."""
    before = from_json(known.parsed)
    kinds = ["returned"] if known.state == "gone" else []
    if event.before:  # what differs from the stored row may be the parser's doing
        kinds += ["parser"] if kind_of_change(before, event.before.page) else []
        before = event.before.page
    kind: str | None = kind_of_change(before, event.page)
    if kind and not event.before and known.parsed["parser_version"] != event.parser_version:
        kind = "parser"  # the bytes of then are not there to tell
    return (*kinds, *([kind] if kind else []))


def _changes(reading: _Reading) -> Iterator[Change]:
    event = reading.event
    assert reading.story.id
    for kind in reading.revisions:
        fetched, page, version = event.fetched, event.page, event.parser_version
        if kind == "returned":  # as it had gone; if it says something else now, that is a change of its own
            page, version = from_json(reading.before.parsed), reading.before.parsed["parser_version"]
        elif kind == "parser" and event.before:
            fetched, page = replace(fetched, captures=event.before.captures), event.before.page
        yield Change(reading.story.id, kind, fetched, page, version)


def _store_stories(w: Writing, readings: Sequence[_Reading]) -> None:
    new = [reading.story for reading in readings if "first" in reading.revisions]
    if not new:
        return
    rows = [
        {
            "url": story.first.fetched.url,
            "body": "",  # faces.py fills in what the page says
            "content_hash": "",
            "first_seen": w.now,
            "last_seen": w.now,
        }
        for story in new
        if story.first
    ]
    statement = insert(Article).returning(Article.id, sort_by_parameter_order=True)
    for story, article_id in zip(new, w.connection.execute(statement, rows).scalars(), strict=True):
        story.id = article_id


def _store_urls(w: Writing, readings: Sequence[_Reading]) -> None:
    rows = []
    for reading in readings:
        before = reading.before
        joins = not (before and before.article_id)
        rows.append(
            answered(w, reading.event.fetched)
            | {
                "url": reading.url,
                # another site's lead may be found to be ours
                "site_id": before.site_id if before and before.kind != "link" else w.site.id,
                "kind": "article",
                "found_in": _found_in(w, reading),
                "article_id": reading.story.id,
                "identity_key": reading.key if joins else before.identity_key,
                "parsed": reading.said,
                "next_due": next_check(reading.event.born, w.now),
            }
        )
    statement = upsert(w.connection, Url)
    taken = {name: statement.excluded[name] for name in rows[0] if name != "url"}
    w.connection.execute(statement.on_conflict_do_update(index_elements=["url"], set_=taken), rows)


def _found_in(w: Writing, reading: _Reading) -> int | None:
    if reading.before and reading.before.found_in:
        return int(reading.before.found_in)
    return None if reading.event.section is None else w.section(reading.event.section)


def _changes_face(w: Writing, reading: _Reading) -> bool:
    before = reading.before
    if not before or before.state == "gone":
        return True
    return bool(before.parsed != reading.said or before.found_in != _found_in(w, reading))
