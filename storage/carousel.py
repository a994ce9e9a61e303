"""Writes what sliders showed: `placements`."""

from sqlalchemy import case, insert, select, update

from storage.files import name_files
from storage.frontier import record_list_page, record_look, record_rows
from storage.models import Placement, Url
from storage.records import Row, SliderRead
from storage.writing import Writing


def record_slider(w: Writing, event: SliderRead) -> set[int]:
    """Returns the articles whose appearances must be made anew."""
    w.counts["sliders"] += 1
    record_list_page(w, event.fetched, event.section)
    record_look(w, event.section, [None] * len(event.slides))
    if not event.slides:
        return set()  # a page without its slider tells nothing of the slides
    rows = [Row(one.url, one.headline or "", None, one.kind) for one in event.slides if one.url and one.kind]
    articles, _ = record_rows(w, event.section, rows)
    name_files(w, {slide.picture: w.section(event.section) for slide in event.slides if slide.picture})
    if not _place(w, event):
        w.unchanged(event.fetched)
    return articles


def _place(w: Writing, event: SliderRead) -> bool:
    """Whether a stay has ended or begun: it goes on while position, url, headline and picture are the same."""
    section_id = w.section(event.section)
    shown = {(slide.position, slide.url, slide.headline, slide.picture) for slide in event.slides}
    stays = select(Placement.id, Placement.position, Placement.url, Placement.headline, Placement.picture).where(
        Placement.section_id == section_id, Placement.left_at.is_(None)
    )
    staying: list[int] = []
    leaving: list[int] = []
    for row in w.connection.execute(stays):
        entry = (row.position, row.url, row.headline, row.picture)
        (staying if entry in shown else leaving).append(row.id)
        shown.discard(entry)
    w.connection.execute(update(Placement).where(Placement.id.in_(staying)).values(last_seen=w.now))
    left_at = case((Placement.last_seen > w.now, Placement.last_seen), else_=w.now)  # clocks are set back at times
    w.connection.execute(update(Placement).where(Placement.id.in_(leaving)).values(left_at=left_at))
    w.counts["placements_closed"] += len(leaving)
    w.counts["placements_opened"] += len(shown)
    if not shown:
        return bool(leaving)
    stories = select(Url.url, Url.article_id).where(Url.url.in_([url for _, url, _, _ in shown if url]))
    article = dict(w.connection.execute(stories).all())
    w.connection.execute(
        insert(Placement),
        [
            {
                "section_id": section_id,
                "position": position,
                "url": url,
                "article_id": article.get(url or ""),
                "headline": headline,
                "picture": picture,
                "first_seen": w.now,
                "last_seen": w.now,
            }
            for position, url, headline, picture in sorted(shown, key=lambda entry: entry[0])
        ],
    )
    return True
