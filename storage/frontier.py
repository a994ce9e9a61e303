"""Writes what lists named and how URLs answered: `urls` and `listings`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, update

from storage.beijing import beijing_day
from storage.models import Appearance, Article, Listing, Section, Url, Walk
from storage.parsed import from_json
from storage.records import Fetched, FetchFailed, LinkedAway, ListRead, Problem, Row, WalkEnded
from storage.revisions import Change, add_revisions
from storage.schedule import confirmation, next_check_of_gone
from storage.writing import Writing, insert

# Longer ones exist only by accident, and PostgreSQL cannot index them: one such row would end the run.
LONGEST_URL = 2000

_REFUSED_FOR = timedelta(days=7)


def record_list(w: Writing, event: ListRead) -> set[int]:
    """Returns the articles whose appearances must be made anew."""
    w.counts["lists"] += 1
    record_list_page(w, event.fetched, event.section)
    record_look(w, event.section, [row.listed_on for row in event.rows])
    articles, news = record_rows(w, event.section, event.rows)
    if not news:
        w.unchanged(event.fetched)
    return articles


def record_list_page(w: Writing, fetched: Fetched, section: str) -> None:
    first = {"url": fetched.url, "site_id": w.site.id, "found_in": w.section(section)}
    values = answered(w, fetched) | {"kind": "list"}
    w.connection.execute(
        insert(w.connection, Url).values(first | values).on_conflict_do_update(index_elements=["url"], set_=values)
    )


def record_look(w: Writing, section: str, dates: Sequence[date | None]) -> None:
    """A page of a section's list was read; `dates` of its rows, from the top."""
    dated = [day for day in dates if day]
    values = {
        "day": beijing_day(w.now),
        "seen_at": w.now,
        "pages": Walk.pages + 1,
        "rows": Walk.rows + len(dates),
        "first_rows": case((Walk.pages == 0, len(dates)), else_=Walk.first_rows),
        "newest": func.coalesce(Walk.newest, max(dated, default=None)),
        "reached": dated[-1] if dated else Walk.reached,
    }
    w.connection.execute(update(Walk).where(_walk(w, section)).values(values))


def record_walk(w: Writing, event: WalkEnded) -> None:
    section_id = w.section(event.section)
    w.connection.execute(update(Section).where(Section.id == section_id).values(walked_at=w.now))
    w.connection.execute(update(Walk).where(_walk(w, event.section)).values(complete=True))
    news = (Listing.section_id == section_id) & ~Listing.settled
    w.connection.execute(update(Listing).where(news).values(settled=True))


def _walk(w: Writing, section: str) -> ColumnElement[bool]:
    return (Walk.run_id == w.run_id) & (Walk.section_id == w.section(section))


def answered(w: Writing, fetched: Fetched) -> dict[str, Any]:
    """The columns of `urls` that change when a URL gave what was asked of it."""
    return {
        "state": "ok",
        "etag": fetched.etag,
        "last_modified": fetched.last_modified,
        "last_checked": w.now,
        "last_status": fetched.status,
        "missing_since": None,
        "next_due": None,
        "capture_id": w.last_capture(fetched),
    }


def record_rows(w: Writing, section: str, rows: Sequence[Row]) -> tuple[set[int], bool]:
    """Returns the articles whose appearances must be made anew, and whether the section had not listed some row yet."""
    section_id = w.section(section)
    named: dict[str, Row] = {}
    for row in rows:
        if len(row.url) > LONGEST_URL:
            problem = Problem("bad-row", f"URL of {len(row.url)} characters: {row.title}")
            w.issue(problem, row.url[:LONGEST_URL], section)
        else:
            named.setdefault(row.url, row)
    if not named:
        return set(), False
    listings = select(Listing.url, Listing.listed_on).where(Listing.section_id == section_id, Listing.url.in_(named))
    before = dict(w.connection.execute(listings).all())
    _name_urls(w, section_id, named)
    _name_listings(w, section_id, named)
    joined = select(Url.url, Url.article_id).where(Url.url.in_(named), Url.article_id.is_not(None))
    known = {url: article_id for url, article_id in w.connection.execute(joined) if article_id}
    if known:
        here = and_(Appearance.section_id == section_id, Appearance.url.in_(list(known)))
        w.connection.execute(update(Appearance).where(here).values(last_seen=w.now))
        seen = Article.id.in_(sorted(set(known.values())))
        w.connection.execute(update(Article).where(seen).values(last_seen=w.now))
    touched = {
        article_id
        for url, article_id in known.items()
        if url not in before or named[url].listed_on not in (None, before[url])
    }
    return touched, bool(named.keys() - before.keys())


def _name_listings(w: Writing, section_id: int, named: dict[str, Row]) -> None:
    upsert = insert(w.connection, Listing)
    w.connection.execute(
        upsert.on_conflict_do_update(
            index_elements=["section_id", "url"],
            set_={
                # a list that forgets a date or title does not take it back
                "title": func.coalesce(upsert.excluded.title, Listing.title),
                "listed_on": func.coalesce(upsert.excluded.listed_on, Listing.listed_on),
                "last_seen": w.now,
            },
        ),
        [
            {
                "section_id": section_id,
                "url": row.url,
                "title": row.title or None,
                "listed_on": row.listed_on,
                "first_seen": w.now,
                "last_seen": w.now,
                "settled": False,
            }
            for row in named.values()
        ],
    )


def _name_urls(w: Writing, section_id: int, named: dict[str, Row]) -> None:
    known = select(Url.url, Url.kind).where(Url.url.in_(named))
    kinds = dict(w.connection.execute(known).all())
    # What is off one site's hosts may be an article of the next site: then it stops being a lead.
    wanted = [
        row for row in named.values() if row.url not in kinds or (kinds[row.url] == "link" and row.kind != "link")
    ]
    if not wanted:
        return
    upsert = insert(w.connection, Url)
    taken = {name: upsert.excluded[name] for name in ("site_id", "kind", "state", "found_in")}
    w.connection.execute(
        upsert.on_conflict_do_update(index_elements=["url"], set_=taken),
        [
            {
                "url": row.url,
                "site_id": w.site.id,
                "kind": row.kind,
                "state": "lead" if row.kind == "link" else "pending",
                "found_in": section_id,
            }
            for row in wanted
        ],
    )
    w.counts["leads"] += sum(row.kind == "link" for row in wanted)
    w.counts["files"] += sum(row.kind == "file" for row in wanted)


def record_link(w: Writing, event: LinkedAway) -> None:
    found_in = None if event.section is None else w.section(event.section)
    lead = {"site_id": w.site.id, "state": "lead", "found_in": found_in}
    document = answered(w, event.fetched) | {"state": "lead"}
    upsert = insert(w.connection, Url).values(lead | document | {"url": event.fetched.url, "kind": "article"})
    w.connection.execute(upsert.on_conflict_do_update(index_elements=["url"], set_=document))
    w.counts["leads"] += 1
    if len(event.target) > LONGEST_URL:
        w.issue(Problem("bad-row", f"leads to a URL of {len(event.target)} characters"), event.fetched.url)
        return
    target = insert(w.connection, Url).values(lead | {"url": event.target, "kind": "link"})
    w.connection.execute(target.on_conflict_do_nothing(index_elements=["url"]))


def record_failure(w: Writing, event: FetchFailed) -> set[int]:
    """Returns the articles whose appearances must be made anew."""
    before = w.connection.execute(
        select(Url.state, Url.article_id, Url.missing_since, Url.next_due, Url.parsed).where(Url.url == event.url)
    ).one_or_none()
    state: str = event.state
    missing_since = next_due = None
    if event.state == "pending" and before and before.article_id:
        # A story we have is not pending because its address did not answer once; nor is it due later than it was.
        state, missing_since, next_due = before.state, before.missing_since, before.next_due
    elif event.state == "missing":
        missing_since = before.missing_since if before and before.missing_since else w.now
        next_due = confirmation(missing_since)
        if event.kind != "list" and before and before.missing_since and w.now >= next_due:
            state, next_due = "gone", next_check_of_gone(missing_since, w.now)
    elif event.state == "refused":
        next_due = w.now + _REFUSED_FOR
    values = {
        "state": state,
        "last_status": event.status,
        "last_checked": w.now,
        "missing_since": missing_since,
        "next_due": next_due,
    }
    upsert = insert(w.connection, Url).values(values | {"url": event.url, "site_id": w.site.id, "kind": event.kind})
    w.connection.execute(upsert.on_conflict_do_update(index_elements=["url"], set_=values))
    if event.kind == "file":
        if state in ("missing", "refused") and not (before and before.state == state):  # told once, not every week
            w.issue(event.problem, event.url)
    elif state != "gone":
        w.counts[event.state] += 1
        w.issue(event.problem, event.url, event.section)
    elif before and before.state != "gone" and before.article_id:
        w.counts["gone"] += 1
        page = from_json(before.parsed)
        fetched = Fetched(event.url, event.status or 0, captures=event.captures)
        add_revisions(w, [Change(before.article_id, "gone", fetched, page, before.parsed["parser_version"])])
        return {before.article_id}
    else:
        w.counts["unchanged"] += 1
    return set()
