"""The archive's one door for writing. A crawl hands in what it saw as events; a group of them is one transaction."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from storage import engine as database
from storage import models, reading, search_index
from storage.beijing import beijing_day
from storage.carousel import record_slider
from storage.engine import ArchiveError, archive_dir, shown
from storage.faces import refresh
from storage.families import link_families
from storage.files import discard_part, keep, record_file
from storage.frontier import LONGEST_URL, record_failure, record_link, record_list, record_walk
from storage.records import (
    ArticleRead,
    Captured,
    Due,
    Event,
    Exchange,
    FetchFailed,
    FileRead,
    FileType,
    LinkedAway,
    ListRead,
    Place,
    Problem,
    Reparsed,
    Section,
    Seen,
    Site,
    SliderRead,
    Stored,
    StoredFile,
    Trouble,
    WalkEnded,
)
from storage.schema import open_engine
from storage.stories import record_articles, record_reparsed
from storage.warc import WarcWriter, cut
from storage.writing import Writing
from storage.writing import insert as upsert


class Archive:
    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self._locks: list[FileLock] = []

    @classmethod
    def open(cls, url: str | None = None, create: bool = True, folder: str | None = None) -> Self:
        """For writing; `url` defaults to ARCHIVE_URL, `folder` to ARCHIVE_DIR. Raises ArchiveError."""
        return cls(open_engine(url, write=True, create=create), archive_dir(folder))

    def close(self) -> None:
        self.engine.dispose()
        for lock in self._locks:
            lock.release()

    def lock(self, site: str) -> None:
        """Keeps every other crawl of this site out until `close` or the process's end. Raises ArchiveError."""
        path = self.folder / f"{site}.lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path)
            lock.acquire(blocking=False)
        except Timeout:
            raise ArchiveError(f"another crawl of {site} is running (it holds {path})") from None
        except OSError as error:
            raise ArchiveError(f"cannot write {path}: {error.strerror}") from error
        self._locks.append(lock)

    def begin_run(
        self,
        spider: str,
        site: Site,
        sections: Sequence[Section],
        arguments: Mapping[str, str],
        walked: Sequence[str] = (),
    ) -> "Run":
        """`walked`: the sections whose lists the run means to read.

        The caller holds the site's lock, so a run of it that never ended is dead: it is marked interrupted, and what it
        captured last without recording it is cut off.
        """
        with _writing(self.engine) as connection:
            ids = _upsert_site(connection, site, sections)
            self._bury(connection, site)
            started = utc_now()
            stored = connection.execute(
                insert(models.Run).values(
                    site_id=site.id,
                    spider=spider,
                    arguments=dict(arguments),
                    started_at=started,
                    outcome="running",
                    counts={},
                )
            )
            assert stored.inserted_primary_key is not None
            run_id = stored.inserted_primary_key[0]
            if walked:
                nothing = dict.fromkeys(("pages", "rows", "first_rows", "articles"), 0)
                walk = nothing | {"day": beijing_day(started), "seen_at": started, "complete": False, "stated": {}}
                rows = [walk | {"run_id": run_id, "section_id": ids[section]} for section in walked]
                connection.execute(insert(models.Walk), rows)
        discard_part(self.folder, site.id)
        warc = WarcWriter(self.folder, warc_name(site.id, spider, started, run_id))
        return Run(self.engine, run_id, site, ids, warc)

    def index(self, anew: bool = False) -> Iterator[int]:
        """Brings the search's index up to date, or makes it `anew`; yields each article that is in it."""
        if anew:
            with _writing(self.engine) as connection:
                search_index.forget(connection)
        yield from _index(self.engine)

    def _bury(self, connection: Connection, site: Site) -> None:
        dead = select(models.Run).where(models.Run.site_id == site.id, models.Run.outcome == "running")
        for run in connection.execute(dead).all():
            name = warc_name(site.id, run.spider, run.started_at, run.id)
            last = select(func.max(models.Capture.offset + models.Capture.length)).where(models.Capture.file == name)
            cut(self.folder / name, connection.execute(last).scalar() or 0)
            values = {"outcome": "interrupted"}
            connection.execute(update(models.Run).where(models.Run.id == run.id).values(values))


def warc_name(site: str, spider: str, started: datetime, run_id: int) -> str:
    return f"warc/{site}-{spider}-{started:%Y%m%dT%H%M%SZ}-{run_id}.warc.gz"


class Run:
    """One spider run. One thread records; any thread may capture and ask."""

    def __init__(self, engine: Engine, run_id: int, site: Site, sections: Mapping[str, int], warc: WarcWriter) -> None:
        self.engine, self.id, self.site, self.sections, self.warc = engine, run_id, site, sections, warc
        self.counts: Counter[str] = Counter()  # of all that is committed
        self.captured: list[Captured] = []  # in the WARC file, not yet committed
        self._capturing = Lock()
        self._noted: list[Trouble] = []

    def capture(self, exchange: Exchange, stored: Stored | None) -> Place:
        """Keeps what went over the wire: at once in the WARC file, in the database with the next group of events.
        `stored`: the capture that a 304 stands for. Raises ArchiveError."""
        with self._capturing:
            try:
                captured = self.warc.write(exchange, stored)
            except OSError as error:
                path = self.warc.folder / self.warc.name
                raise ArchiveError(f"cannot write {path}: {error.strerror}") from error
            self.captured.append(captured)
        return Place(captured.file, captured.offset)

    def keep(self, data: bytes, kind: FileType) -> StoredFile:
        """Keeps a picture's or attachment's bytes as a file; one at a time. Raises ArchiveError."""
        try:
            return keep(self.warc.folder, self.site.id, data, kind)
        except OSError as error:
            raise ArchiveError(f"cannot write {error.filename or self.warc.folder}: {error.strerror}") from error

    def note(self, trouble: Trouble) -> None:
        """To be recorded with the next group of events."""
        self._noted.append(trouble)

    def record(self, events: Sequence[Event]) -> Counter[str]:
        """Commits a group of events together, and the captures before them; returns its counts. An event that its own
        data makes impossible to store becomes a `not-stored` issue. Raises ArchiveError when the database fails: then
        nothing is stored."""
        with _writing(self.engine) as connection:
            captured, noted = self._record_captures(connection), len(self._noted)
            counts: Counter[str] = Counter()
            for batch in _batches([*self._noted[:noted], *events]):
                counts += self._record_batch(connection, batch)
            total = self.counts + counts
            connection.execute(update(models.Run).where(models.Run.id == self.id).values(counts=dict(total)))
        self.counts = total
        del self.captured[:captured], self._noted[:noted]
        return counts

    def end(self, outcome: str, seen: Mapping[str, Seen] | None = None) -> None:
        """`outcome`: good, degraded, failed or interrupted; `seen` by section. Then brings the search's index up to
        date; killed in that, a search is slower until the next run ends."""
        values = {"outcome": outcome, "finished_at": utc_now(), "counts": dict(self.counts)}
        with _writing(self.engine) as connection:
            self._record_captures(connection)
            for section, one in (seen or {}).items():
                of_run = (models.Walk.run_id == self.id) & (models.Walk.section_id == self.sections[section])
                told = {"articles": one.articles, "stated": dict(one.stated)}
                connection.execute(update(models.Walk).where(of_run).values(told))
            connection.execute(update(models.Run).where(models.Run.id == self.id).values(values))
        deque(_index(self.engine), maxlen=0)
        more = True
        while more:
            with _writing(self.engine) as connection:
                more = link_families(connection)

    def stored(self, url: str) -> Stored | None:
        """The last answer of status 200 that was captured at a URL. Raises WarcError when it cannot be read."""
        with _asking(self.engine) as connection:
            return reading.stored(connection, self.warc.folder, url)

    def answer(self, url: str, until: int) -> Stored | None:
        """What a URL answered when the capture `until` was made. Raises WarcError when it cannot be read."""
        with _asking(self.engine) as connection:
            return reading.answer(connection, self.warc.folder, url, until)

    def news(self, section: str, urls: Sequence[str]) -> frozenset[str]:
        """Those of the URLs that the section did not list before its last complete walk ended."""
        with _asking(self.engine) as connection:
            return reading.news(connection, self.sections[section], urls)

    def pending(self, sections: Sequence[str], since: date | None = None, until: date | None = None) -> list[Due]:
        """Article URLs of these sections that were never read, and are to be tried (again), the newest listed first."""
        with _asking(self.engine) as connection:
            return reading.pending(connection, self.site.id, sections, since, until, utc_now())

    def rechecks(self, sections: Sequence[str]) -> list[Due]:
        """Known articles of these sections that are due to be looked at again."""
        with _asking(self.engine) as connection:
            return reading.rechecks(connection, self.site.id, sections, utc_now())

    def files(self, sections: Sequence[str]) -> list[str]:
        """Pictures and attachments found in these sections that are not here and to be tried (again)."""
        with _asking(self.engine) as connection:
            return reading.files(connection, self.site.id, sections, utc_now())

    def seen_before(self, section: str) -> list[Seen]:
        """What the last runs saw of a section, the latest first."""
        with _asking(self.engine) as connection:
            return reading.seen_before(connection, self.sections[section], self.id)

    def known_url(self, url: str) -> Due | None:
        with _asking(self.engine) as connection:
            return reading.known_url(connection, self.site.id, url)

    def _record_batch(self, connection: Connection, events: Sequence[Event]) -> Counter[str]:
        try:
            with connection.begin_nested():
                w = self._writing(connection)
                _store(w, events)
        except (IntegrityError, DataError, ValueError) as error:
            reason: BaseException = error
        except StatementError as error:
            # a ValueError of our column types arrives wrapped; everything else here is the database failing
            if not isinstance(error.orig, ValueError):
                raise
            reason = error.orig
        else:
            return w.counts
        if len(events) > 1:  # which of them? each alone
            return sum((self._record_batch(connection, [event]) for event in events), Counter())
        w = self._writing(connection)
        w.issue(_not_stored(events[0], reason), _printable(_url_of(events[0]) or "")[:LONGEST_URL] or None)
        return w.counts

    def _record_captures(self, connection: Connection) -> int:
        captured = self.captured[:]
        if captured:
            self.warc.sync()
            connection.execute(insert(models.Capture), [asdict(one) | {"run_id": self.id} for one in captured])
        return len(captured)

    def _writing(self, connection: Connection) -> Writing:
        return Writing(connection, self.id, self.site, self.sections, utc_now())


def _index(engine: Engine) -> Iterator[int]:
    """In transactions of its own: other crawls write between them."""
    while True:
        with _writing(engine) as connection:
            done = search_index.update(connection)
        yield from done
        if len(done) < search_index.BATCH:
            return


def utc_now() -> datetime:
    return datetime.now(UTC)


def _batches(events: Sequence[Event]) -> Iterator[list[Event]]:
    """In order; pages of different URLs that follow each other are stored together, which is five times as fast."""
    batch: dict[str, Event] = {}
    for event in events:
        if batch and (not isinstance(event, ArticleRead) or event.fetched.url in batch):
            yield list(batch.values())
            batch = {}
        if isinstance(event, ArticleRead):
            batch[event.fetched.url] = event
        else:
            yield [event]
    if batch:
        yield list(batch.values())


def _store(w: Writing, batch: Sequence[Event]) -> None:
    match batch[0]:
        case ArticleRead():
            record_articles(w, [event for event in batch if isinstance(event, ArticleRead)])
        case Reparsed() as event:
            refresh(w, record_reparsed(w, event))
        case ListRead() as event:
            refresh(w, record_list(w, event))
        case SliderRead() as event:
            refresh(w, record_slider(w, event))
        case WalkEnded() as event:
            record_walk(w, event)
        case FileRead() as event:
            record_file(w, event)
        case LinkedAway() as event:
            record_link(w, event)
        case FetchFailed() as event:
            refresh(w, record_failure(w, event))
        case Trouble() as event:
            w.counts["troubles"] += 1
            w.issue(event.problem, event.url, event.section)


def _not_stored(event: Event, reason: BaseException) -> Problem:
    first_line = str(getattr(reason, "orig", None) or reason).strip().partition("\n")[0]
    return Problem("not-stored", _printable(f"{type(event).__name__}: {first_line}"))


def _url_of(event: Event) -> str | None:
    match event:
        case ListRead() | SliderRead() | ArticleRead() | FileRead() | LinkedAway():
            return event.fetched.url
        case Reparsed() | FetchFailed() | Trouble():
            return event.url
        case WalkEnded():
            return None


def _printable(text: str) -> str:
    # What made the event impossible to store must not make its issue so: lone surrogates, NUL in PostgreSQL.
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")


def _upsert_site(connection: Connection, site: Site, sections: Sequence[Section]) -> dict[str, int]:
    """Section ids by the profile's ids."""
    values = {"name": site.name, "base_url": site.base_url, "cms_group": site.cms_group}
    statement = upsert(connection, models.Site).values(values | {"id": site.id})
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    for section in sections:
        values = {"kind": section.kind, "name": section.name, "path": section.path}
        statement = upsert(connection, models.Section).values(values | {"site_id": site.id, "code": section.id})
        connection.execute(statement.on_conflict_do_update(index_elements=["site_id", "code"], set_=values))
    ids = select(models.Section.code, models.Section.id).where(models.Section.site_id == site.id)
    return dict(connection.execute(ids).all())


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    try:
        with database.writing(engine) as connection:
            yield connection
    except DBAPIError as error:
        raise _failure("write to", engine, error) from error


@contextmanager
def _asking(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise _failure("read", engine, error) from error


def _failure(doing: str, engine: Engine, error: DBAPIError) -> ArchiveError:
    reason = str(error.orig).strip().partition("\n")[0]
    return ArchiveError(f"cannot {doing} the archive {shown(engine.url)}: {reason}")
