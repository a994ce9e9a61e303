"""What a spider asks the archive while it walks: what is new, what is to be fetched."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, or_, select

from storage import warc
from storage.models import Capture, Listing, Section, Url
from storage.records import Due, Known, Place, Stored

_SLACK = timedelta(days=31)  # a list's date may lie that far from the day of publishing


def known(connection: Connection, section_id: int, urls: Sequence[str], now: datetime) -> Known:
    """`urls`: article URLs; what another site recorded as a link off its hosts was never fetched either."""
    listed = select(Listing.url).where(Listing.section_id == section_id, Listing.url.in_(urls), Listing.settled)
    old = frozenset(connection.execute(listed).scalars())
    settled = select(Url.url).where(Url.url.in_(urls), Url.kind != "link", ~_to_fetch(now))
    return Known(new=frozenset(urls) - old, fetch=frozenset(urls) - frozenset(connection.execute(settled).scalars()))


def due(
    connection: Connection,
    site_id: str,
    sections: Sequence[str],
    since: date | None,
    until: date | None,
    now: datetime,
) -> list[Due]:
    """Each URL once, with the section and date of its earliest listing; the newest listed first, undated last."""
    listed = (
        select(Url.url, Section.code, Listing.listed_on)
        .join(Listing, Listing.url == Url.url)
        .join(Section, Section.id == Listing.section_id)
        .where(Url.site_id == site_id, Url.kind == "article", _to_fetch(now))
        .where(Section.site_id == site_id, Section.code.in_(sections))
        .order_by(Listing.listed_on.nulls_last(), Section.code, Url.url)
    )
    if since:
        listed = listed.where(or_(Listing.listed_on.is_(None), Listing.listed_on >= since - _SLACK))
    if until:
        listed = listed.where(or_(Listing.listed_on.is_(None), Listing.listed_on <= until + _SLACK))
    found: dict[str, Due] = {}
    for url, code, listed_on in connection.execute(listed):
        found.setdefault(url, Due(url, code, listed_on))
    return sorted(found.values(), key=lambda one: one.listed_on or date.min, reverse=True)


def known_url(connection: Connection, site_id: str, url: str) -> Due | None:
    """An article URL with its earliest listing on this site, else with where it was found; None if never heard of."""
    row = connection.execute(
        select(Url.url, Section.code)
        .outerjoin(Section, (Section.id == Url.found_in) & (Section.site_id == site_id))
        .where(Url.url == url, Url.kind == "article")
    ).one_or_none()
    if row is None:
        return None
    listing = connection.execute(
        select(Section.code, Listing.listed_on)
        .join(Section, Section.id == Listing.section_id)
        .where(Listing.url == url, Section.site_id == site_id)
        .order_by(Listing.listed_on.nulls_last(), Section.code)
    ).first()
    return Due(url, listing.code, listing.listed_on) if listing else Due(url, row.code, None)


def stored(connection: Connection, folder: Path, url: str, until: int | None = None) -> Stored | None:
    """The last answer of status 200 captured at a URL (up to the capture `until`). Raises WarcError."""
    of_url = select(Capture).where(Capture.url == url, Capture.revisit_of.is_(None), Capture.status == 200)
    if until is not None:
        of_url = of_url.where(Capture.id <= until)
    row = connection.execute(of_url.order_by(Capture.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    place = Place(row.file, row.offset)
    return Stored(row.id, place, row.fetched_at, row.digest, *warc.read(folder, place))


def _to_fetch(now: datetime) -> ColumnElement[bool]:
    # next_due is NULL as a rule, and NULL is not false: a plain <= would lose these rows under NOT
    return or_(Url.state == "pending", Url.next_due.is_not(None) & (Url.next_due <= now))
