"""The sites' clock and calendar. China has had one zone and no summer time since 1991."""

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def beijing_day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()
