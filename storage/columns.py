"""Kinds of columns, for storage/models.py. Two kinds of time never mix: `UTCTime` for our own clock, `WallClock` for
what a site printed (no offset, Beijing time)."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, ForeignKey, TypeDecorator
from sqlalchemy.orm import mapped_column


class UTCTime(TypeDecorator[datetime]):
    """Aware datetimes in and out, UTC. SQLite keeps no offset and would silently drop a foreign one."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"our own times are UTC, this one has no offset: {value}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallClock(TypeDecorator[datetime]):
    """A site's printed time: naive in and out."""

    impl = DateTime(timezone=False)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"a site's wall clock has no offset: {value}")
        return value


def one_of(column: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# Columns that several tables have.
Id = Annotated[int, mapped_column(primary_key=True, doc="number of the row")]
Moment = Annotated[datetime, mapped_column(UTCTime)]
FirstSeen = Annotated[datetime, mapped_column(UTCTime, doc="when a crawl saw it first")]
LastSeen = Annotated[datetime, mapped_column(UTCTime, doc="when a crawl saw it last")]
Json = Annotated[Any, mapped_column(JSON(none_as_null=True))]
OfSite = Annotated[str, mapped_column(ForeignKey("sites.id"), doc="the site")]
OfSection = Annotated[int, mapped_column(ForeignKey("sections.id"), doc="the section")]
OfArticle = Annotated[int, mapped_column(ForeignKey("articles.id"), doc="the article")]
OfCapture = Annotated[int, mapped_column(ForeignKey("captures.id"), doc="the answer from which it was read")]
OfRun = Annotated[int, mapped_column(ForeignKey("runs.id"), doc="the run")]
PageUrl = Annotated[str, mapped_column(doc="canonical address of the page")]
Title = Annotated[str, mapped_column(doc="headline, without line breaks")]
Source = Annotated[str, mapped_column(doc="来源 as printed")]
PublishedOn = Annotated[date, mapped_column(doc="day of publishing")]
PublishedAt = Annotated[datetime, mapped_column(WallClock, doc="only if a time of day is printed")]
Origin = Annotated[str, mapped_column(doc="what told published_on, best first")]
BylineText = Annotated[str, mapped_column(doc="every byline statement as printed, one a line")]
Ordinal = Annotated[int, mapped_column(doc="place in the article, from 1")]
Sha256 = Annotated[str, mapped_column(doc="of the file, in hex; empty until it is downloaded")]
FilePath = Annotated[str, mapped_column(doc="of the file below ARCHIVE_DIR; empty until it is downloaded")]
