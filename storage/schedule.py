"""When a known page is looked at again. Days are the sites': Beijing's."""

from datetime import date, datetime, time, timedelta

from storage.beijing import BEIJING, beijing_day

_CONFIRMED_AFTER = timedelta(hours=20)
_DAILY, _WEEKLY = 7, 60  # days of age up to which
POOL_DAYS = 180  # in which each older page has its turn
POOL_AT_MOST = 200  # older pages a site and day


def start_of_day(now: datetime, later: int = 0) -> datetime:
    """The beginning of the day `later` days after now's."""
    day = beijing_day(now) + timedelta(days=later)
    return datetime.combine(day, time(), BEIJING)


def next_check(born: date | None, now: datetime) -> datetime | None:
    """Of a page that was there; None: with the old ones, the longest unchecked first."""
    age = (beijing_day(now) - born).days if born else _WEEKLY
    if age >= _WEEKLY:
        return None
    return start_of_day(now, 1 if age < _DAILY else 7)


def confirmation(missing_since: datetime) -> datetime:
    """From when on a second failure says that a page is gone: another day, and not just after midnight."""
    return max(missing_since + _CONFIRMED_AFTER, start_of_day(missing_since, 1))


def next_check_of_gone(missing_since: datetime, now: datetime) -> datetime | None:
    return next_check(beijing_day(missing_since) - timedelta(days=_DAILY), now)
