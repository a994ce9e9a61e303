"""An SQLite archive as one tar file, made while crawls go on: a copy of the database first, then of each WARC file what
that copy names, and the pictures and attachments. What is committed never changes, so it is there."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from io import FileIO
from pathlib import Path
from tarfile import TarFile, TarInfo
from tempfile import TemporaryDirectory
from typing import BinaryIO

from storage.engine import ArchiveError, archive_url, make_engine, shown
from storage.queries import file_sizes, warc_ends
from storage.schema import copy_sqlite, open_engine

_DATABASE = "news.db"


def back_up(url: str | None, folder: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """`progress`: bytes done, of how many. Raises ArchiveError; `target` is whole or not there."""
    address = archive_url(url)
    if address.get_backend_name() != "sqlite":
        raise ArchiveError(f"back up {shown(address)} with pg_dump, and copy {folder} after that, not before")
    if os.path.lexists(target):
        raise ArchiveError(f"{target} exists already")
    open_engine(url).dispose()
    try:
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
            database, tar = Path(beside, _DATABASE), Path(beside, "tar")
            copy_sqlite(Path(str(address.database)), database)
            engine = make_engine(address.set(database=str(database)), write=False)
            with engine.connect() as connection:
                ends = warc_ends(connection) | file_sizes(connection)
            engine.dispose()
            _expect(folder, ends)
            sizes = {database: database.stat().st_size} | {folder / name: end for name, end in ends.items()}
            with tar.open("xb") as out:
                _pack(out, [_DATABASE, *ends], sizes, progress)
                out.flush()
                os.fsync(out.fileno())
            tar.rename(target)
    except OSError as error:
        raise ArchiveError(f"cannot write {target}: {error.strerror or error}") from error
    except sqlite3.Error as error:
        raise ArchiveError(f"cannot copy {shown(address)} to {target}: {error}") from error


def _expect(folder: Path, ends: Mapping[str, int]) -> None:
    for name, end in ends.items():
        try:
            size = (folder / name).stat().st_size
        except OSError as error:
            raise ArchiveError(f"cannot read {folder / name}: {error.strerror}") from error
        if size < end:
            raise ArchiveError(f"{folder / name} is cut off: the archive has {end} bytes of it, the file {size}")


def _pack(out: BinaryIO, names: list[str], sizes: Mapping[Path, int], progress: Callable[[int, int], None]) -> None:
    total = sum(sizes.values())
    with TarFile(fileobj=out, mode="w", copybufsize=1 << 20) as tar:
        for name, (path, size) in zip(names, sizes.items(), strict=True):
            member = TarInfo(name)
            member.size, member.mtime = size, int(path.stat().st_mtime)
            with _Source(path, lambda: progress(out.tell(), total)) as source:
                tar.addfile(member, source)


class _Source(FileIO):
    """A file that says which it is when it cannot be read."""

    def __init__(self, path: Path, progress: Callable[[], None]) -> None:
        super().__init__(path)
        self.progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        self.progress()
        try:
            return super().read(size)
        except OSError as error:
            raise ArchiveError(f"cannot read {self.name}: {error.strerror}") from error
