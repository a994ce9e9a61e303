"""Whether the archive is whole: the WARC files' bytes against `captures`, pictures and attachments against `files`, and
what rows point to. Reads only; a crawl may go on meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Literal

from fastwarc.warc import ArchiveIterator, WarcRecordType
from sqlalchemy import Connection, Row, func, select

from storage.archive import warc_name
from storage.files import FOLDER as MEDIA
from storage.models import Attachment, Base, Capture, File, Image, Run
from storage.queries import file_sizes, warc_ends
from storage.warc import FOLDER as WARC
from storage.warc import payload_digest

Kind = Literal[
    "missing-file",
    "extra-file",
    "unreadable",
    "truncated",
    "damaged",
    "no-row",  # bytes of a file that no capture has
    "differs",  # a capture from its record
    "reference",  # from a row to another
    "database",
]

_Row = Row[*tuple[Any, ...]]  # of captures

_GZIP = b"\x1f\x8b\x08"
_REQUEST = 1 << 20  # bytes before an answer in which its request begins; really some hundred


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    file: str | None
    offset: int | None
    url: str | None
    detail: str


class Verification:
    """`connection` must be fresh: all that is read is of one moment. `progress`: bytes done, of how many."""

    def __init__(self, connection: Connection, folder: Path, progress: Callable[[int, int], None]) -> None:
        self.connection, self.folder, self.progress = connection, folder, progress
        # before the rows: a file that a crawl begins after this is not asked for
        self.listed, self.listed_media = self._listed(WARC), self._listed(MEDIA)
        if connection.dialect.name == "postgresql":  # SQLite has no other
            connection.execution_options(isolation_level="REPEATABLE READ")
        running = select(Run.site_id, Run.spider, Run.started_at, Run.id).where(Run.outcome == "running")
        self.growing = {warc_name(*run) for run in connection.execute(running)}
        self.total = sum((*warc_ends(connection).values(), *file_sizes(connection).values()))
        self.files = self.captures = self.media = self.bytes = 0

    def findings(self) -> Iterator[Finding]:
        if self.connection.dialect.name == "sqlite":
            for line in self.connection.exec_driver_sql("PRAGMA integrity_check").scalars():
                if line != "ok":
                    yield Finding("database", None, None, None, line)
        yield from self._dangling()
        yield from self._wrong_revisits()
        unnamed = self.listed - self.growing
        in_order = select(Capture).order_by(Capture.file, Capture.offset).execution_options(yield_per=1000)
        with self.connection.execute(in_order) as rows:
            for name, captures in groupby(rows, lambda row: row.file):
                unnamed.discard(name)
                yield from self._file(name, captures)
        for name in sorted(unnamed):
            if (self.folder / name).exists():  # the next crawl removes a file without a committed record
                yield Finding("extra-file", name, None, None, "no capture names this file")
        yield from self._media()

    def _listed(self, below: str) -> set[str]:
        paths = (self.folder / below).rglob("*")
        return {path.relative_to(self.folder).as_posix() for path in paths if path.is_file()}

    def _media(self) -> Iterator[Finding]:
        each = select(File.path, File.sha256, File.size, func.min(File.url).label("url"))
        named = set()
        for row in self.connection.execute(each.group_by(File.path, File.sha256, File.size).order_by(File.path)):
            named.add(row.path)
            self.media += 1
            try:
                with (self.folder / row.path).open("rb") as file:
                    digest = file_digest(file, "sha256").hexdigest()
            except OSError as error:
                kind: Kind = "missing-file" if isinstance(error, FileNotFoundError) else "unreadable"
                yield Finding(kind, row.path, None, row.url, str(error.strerror))
            else:
                size = (self.folder / row.path).stat().st_size
                if digest != row.sha256 or size != row.size:
                    detail = f"{size} bytes with SHA-256 {digest}, the row says {row.size} with {row.sha256}"
                    yield Finding("damaged", row.path, None, row.url, detail)
                elif Path(row.path).stem != digest:
                    yield Finding("differs", row.path, None, row.url, f"is not named by its SHA-256 {digest}")
            self.bytes += row.size
            self.progress(self.bytes, self.total)
        yield from self._elsewhere()
        if not self.growing:  # what a crawl has just written will have its row
            for name in sorted(self.listed_media - named):
                yield Finding("extra-file", name, None, None, "no row names this file")

    def _elsewhere(self) -> Iterator[Finding]:
        """Pictures and attachments of articles whose file is another than that of their URL."""
        for model in (Image, Attachment):
            wrong = (model.path != File.path) | (model.sha256 != File.sha256) | model.path.is_(None)
            asked = select(model.id, model.url, File.path).join(File, File.url == model.url)
            for row in self.connection.execute(asked.where(wrong | model.sha256.is_(None))):
                detail = f"{model.__tablename__} {row.id} does not say this file of its URL"
                yield Finding("reference", row.path, None, row.url, detail)

    def _dangling(self) -> Iterator[Finding]:
        """Every foreign key of every table: SQLite keeps them only on connections that ask for it."""
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                parent = key.column.table.alias()
                there = parent.c[key.column.name]
                asked = (
                    select(table, key.parent.label("wanted"))
                    .outerjoin(parent, there == key.parent)
                    .where(key.parent.is_not(None), there.is_(None))
                )
                for row in self.connection.execute(asked).mappings():
                    detail = f"{table.name} {row['id']}: {key.parent.name} {row['wanted']} is not in {key.column.table}"
                    yield Finding("reference", row.get("file"), row.get("offset"), row.get("url"), detail)

    def _wrong_revisits(self) -> Iterator[Finding]:
        first = Capture.__table__.alias()
        asked = (
            select(Capture.id, Capture.file, Capture.offset, Capture.url, Capture.revisit_of)
            .join(first, first.c.id == Capture.revisit_of)
            .where(
                (first.c.url != Capture.url)
                | (first.c.digest != Capture.digest)
                | (first.c.status != 200)
                | first.c.revisit_of.is_not(None)
            )
        )
        for row in self.connection.execute(asked):
            detail = f"revisit_of {row.revisit_of} is no answer 200 of this URL with this digest"
            yield Finding("reference", row.file, row.offset, row.url, detail)

    def _file(self, name: str, rows: Iterable[_Row]) -> Iterator[Finding]:
        self.files += 1
        try:
            file = (self.folder / name).open("rb")
        except OSError as error:
            captures = sum(1 for _ in rows)
            self.captures += captures
            kind: Kind = "missing-file" if isinstance(error, FileNotFoundError) else "unreadable"
            yield Finding(kind, name, None, None, f"{captures} captures: {error.strerror}")
            return
        with file:
            yield from self._segments(name, file, rows)

    def _segments(self, name: str, file: BinaryIO, rows: Iterable[_Row]) -> Iterator[Finding]:
        """A capture's checksum is that of the bytes from the end of the capture before to its own."""
        size = file.seek(0, 2)
        end, sure = 0, True  # sure: the row before ends there
        for row in rows:
            self.captures += 1
            stop = row.offset + row.length
            if not 0 <= row.offset < stop <= size:
                detail = f"the row says {row.length} bytes at {row.offset}, the file has {size}"
                yield Finding("truncated" if stop > size else "differs", name, row.offset, row.url, detail)
                end, sure = (size, True) if stop > size else (end, False)
                continue
            try:
                start, segment = _segment(file, row, end)
            except OSError as error:  # a bad sector is no reason not to look at the rest
                segment = None
                yield Finding("unreadable", name, row.offset, row.url, str(error.strerror))
            else:
                if segment is None:
                    yield Finding("damaged", name, row.offset, row.url, f"bytes {end} to {stop} have another checksum")
            if segment is not None:
                yield from self._behind(name, file, end, start, sure)
                for detail in _differences(row, start, segment):
                    yield Finding("differs", name, row.offset, row.url, detail)
            self.bytes += max(stop - end, 0)
            self.progress(self.bytes, self.total)
            end, sure = stop, segment is not None
        if name not in self.growing:
            yield from self._behind(name, file, end, size, sure)

    def _behind(self, name: str, file: BinaryIO, end: int, start: int, sure: bool) -> Iterator[Finding]:
        """Bytes from the end of a row to the start of the next one's. Unless the end is sure they may belong to the row
        that is reported already."""
        if start <= end:
            return
        url = _first_url(file, end, min(start, end + _REQUEST))
        if sure or url:
            yield Finding("no-row", name, end, url, f"{start - end} bytes belong to no capture")


def _segment(file: BinaryIO, row: _Row, end: int) -> tuple[int, bytes | None]:
    """The bytes that have the row's checksum, and where they start: at `end` if all is well, else, after a missing or
    wrong row, one or two gzip members before the answer."""
    stop = row.offset + row.length
    if row.offset - _REQUEST <= end <= row.offset:
        segment = _read(file, end, stop)
        if sha256(segment).hexdigest() == row.checksum:
            return end, segment
    low = max(row.offset - _REQUEST, 0)
    near = _read(file, low, stop)
    at = row.offset - low
    for _ in range(3):  # the third: these three bytes may stand inside a member too
        at = near.rfind(_GZIP, 0, at)
        if at < 0:
            break
        if sha256(near[at:]).hexdigest() == row.checksum:
            return low + at, near[at:]
    return end, None


def _differences(row: _Row, start: int, segment: bytes) -> Iterator[str]:
    """What the records of a segment say else than its row."""
    if not row.file.endswith(f"-{row.run_id}.warc.gz"):
        yield f"run_id is {row.run_id}, the file is another run's"
    kinds, answered = [], False
    try:
        for record in ArchiveIterator(BytesIO(segment)):
            kinds.append(record.record_type)
            if start + record.stream_pos != row.offset:
                continue
            answered = True
            said = {
                "url": record.headers.get("WARC-Target-URI"),
                "status": record.http_headers and record.http_headers.status_code,
                "digest": record.headers.get("WARC-Payload-Digest"),
                "fetched_at": record.record_date,
            }
            for column, value in said.items():
                if value != getattr(row, column):
                    yield f"{column} is {getattr(row, column)}, the record's {value}"
            if record.record_type == WarcRecordType.response:
                digest = payload_digest(record.reader.read())
                if digest != row.digest:
                    yield f"digest is {row.digest}, the payload's {digest}"
    except OSError as error:
        yield str(error)
    answer = WarcRecordType.revisit if row.revisit_of else WarcRecordType.response
    wanted = [WarcRecordType.request, answer] if start else [WarcRecordType.warcinfo, WarcRecordType.request, answer]
    if not answered:
        yield f"no record begins at {row.offset}"
    elif kinds != wanted:
        yield f"records {_names(kinds)} instead of {_names(wanted)}"


def _names(kinds: Iterable[WarcRecordType]) -> str:
    return ", ".join(map(str, kinds))


def _first_url(file: BinaryIO, start: int, stop: int) -> str | None:
    try:
        for record in ArchiveIterator(BytesIO(_read(file, start, stop))):
            if url := record.headers.get("WARC-Target-URI"):
                return url
    except OSError:
        pass
    return None


def _read(file: BinaryIO, start: int, stop: int) -> bytes:
    file.seek(start)
    return file.read(stop - start)
