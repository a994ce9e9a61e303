"""The stored bytes: WARC/1.1 files, one a run, one gzip member a record; `captures` says what lies where in them.

A file is only ever appended to, by the run that makes it, and cut back to its last committed record if that run dies.
"""

import os
from base64 import b32encode
from datetime import UTC
from hashlib import sha1, sha256
from io import BytesIO
from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from storage.records import Captured, Exchange, Place, Stored

FOLDER = "warc"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class WarcError(Exception):
    """A record is not there or not whole; the text names file and offset."""


class WarcWriter:
    """Makes the file when the first record comes. `name`: below the archive's folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.end = 0
        self.synced = 0

    def write(self, exchange: Exchange, stored: Stored | None) -> Captured:
        """Appends request and answer. `stored`: the capture that the answer (a 304) says is still right. Raises
        OSError, and leaves the file as it was then."""
        digest = stored.digest if stored else payload_digest(exchange.body)
        answer = _answer(exchange, stored, digest)
        request = _record(WarcRecordType.request, exchange, exchange.request)
        request.headers.append("WARC-Concurrent-To", answer.record_id or "")
        before = b"" if self.end else _member(_warcinfo(Path(self.name).name))
        before += _member(request)
        member = _member(answer)
        offset = self.end + len(before)
        self._append(before + member)
        return Captured(
            file=self.name,
            offset=offset,
            url=exchange.url,
            fetched_at=exchange.fetched_at,
            status=exchange.status,
            length=len(member),
            digest=digest,
            checksum=sha256(before + member).hexdigest(),
            revisit_of=stored.id if stored else None,
        )

    def sync(self) -> None:
        """What has been written so far survives a power cut from here on."""
        if self.end > self.synced:
            self.synced = self.end
            with (self.folder / self.name).open("rb") as file:
                os.fsync(file.fileno())

    def _append(self, data: bytes) -> None:
        path = self.folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("ab" if self.end else "xb") as file:
                file.write(data)
        except OSError:
            cut(path, self.end)
            raise
        self.end += len(data)


def cut(path: Path, end: int) -> None:
    """Takes away what lies behind `end`, and the file if that is all of it."""
    if not path.exists():
        return
    if end == 0:
        path.unlink()
    elif path.stat().st_size > end:
        os.truncate(path, end)


def read(folder: Path, place: Place) -> tuple[tuple[tuple[bytes, bytes], ...], bytes]:
    """Header lines and body (still content-encoded) of a captured response. Raises WarcError."""
    where = f"{folder / place.file} at {place.offset}"
    try:
        with (folder / place.file).open("rb") as file:
            file.seek(place.offset)
            record = next(iter(ArchiveIterator(file, WarcRecordType.response)), None)
            if record is None or record.stream_pos != place.offset:
                raise WarcError(f"{where}: no response record")
            body = record.reader.read()
    except OSError as error:
        raise WarcError(f"{where}: {error.strerror or error}") from error
    if payload_digest(body) != record.headers.get("WARC-Payload-Digest"):
        raise WarcError(f"{where}: the payload does not have its digest")
    return record.http_headers.items_bytes(), body


def payload_digest(payload: bytes) -> str:
    """As indexes of WARC files have it everywhere."""
    return f"sha1:{b32encode(sha1(payload, usedforsecurity=False).digest()).decode()}"


def _answer(exchange: Exchange, stored: Stored | None, digest: str) -> WarcRecord:
    kind = WarcRecordType.revisit if stored else WarcRecordType.response
    record = _record(kind, exchange, exchange.head + (b"" if stored else exchange.body))
    record.headers.append("WARC-Payload-Digest", digest)
    if exchange.ip:
        record.headers.append("WARC-IP-Address", exchange.ip)
    if stored:
        record.headers.set("Content-Type", "application/http; msgtype=response")
        record.headers.append("WARC-Profile", _NOT_MODIFIED)
        record.headers.append("WARC-Refers-To-Target-URI", exchange.url)
        record.headers.append("WARC-Refers-To-Date", f"{stored.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")
    return record


def _record(kind: WarcRecordType, exchange: Exchange, content: bytes) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    record.record_date = exchange.fetched_at
    record.headers.append("WARC-Target-URI", exchange.url)
    record.is_http = True
    record.set_bytes_content(content)
    return record


def _warcinfo(name: str) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo)
    record.headers.append("WARC-Filename", name)
    record.headers.append("Content-Type", "application/warc-fields")
    record.set_bytes_content(b"software: group-news-archive\r\nformat: WARC File Format 1.1\r\n")
    return record


def _member(record: WarcRecord) -> bytes:
    member = BytesIO()
    gzip = GzipWriter(member, compression_level=6)
    record.write(gzip, checksum_data=True)
    gzip.finish()
    return member.getvalue()
