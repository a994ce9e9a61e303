"""Pictures and attachments: which are wanted (`urls`), and those that are here, as files named by the SHA-256 of their
bytes, ARCHIVE_DIR/media/ab/abcdef….jpg, with a row of `files` each URL."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, select, update

from storage.frontier import LONGEST_URL, answered
from storage.models import Attachment, File, Image, Url
from storage.records import ArticlePage, FileRead, FileType, StoredFile
from storage.writing import Writing, insert

FOLDER = "media"


def keep(folder: Path, site: str, data: bytes, kind: FileType) -> StoredFile:
    """Writes a file unless it is there. From its return on it survives a power cut. Raises OSError."""
    digest = sha256(data).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.{kind.extension}"
    target = folder / path
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = _part(folder, site)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        for changed in (target.parent, target.parent.parent):
            _sync_folder(changed)
    return StoredFile(digest, path, len(data), kind.media_type)


def discard_part(folder: Path, site: str) -> None:
    """What a killed run of the site was writing."""
    _part(folder, site).unlink(missing_ok=True)


def _part(folder: Path, site: str) -> Path:
    return folder / FOLDER / f"{site}.part"  # one run a site at a time, and one file a run


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files_of(page: ArticlePage) -> list[str]:
    return [image.url for image in page.images] + [attachment.url for attachment in page.attachments]


def name_files(w: Writing, found_in: Mapping[str, int | None]) -> None:
    """`found_in`: section by URL. Those on the site's host are to be fetched, by this run or a later one."""
    home = urlsplit(w.site.base_url)[:2]
    rows = [
        {"url": url, "site_id": w.site.id, "kind": "file", "state": "pending", "found_in": section_id}
        for url, section_id in found_in.items()
        if urlsplit(url)[:2] == home and len(url) <= LONGEST_URL
    ]
    if not rows:
        return
    upsert = insert(w.connection, Url)
    taken = {name: upsert.excluded[name] for name in ("site_id", "kind", "state", "found_in")}
    lead = Url.kind == "link"  # of another site, whose lists name this host's file
    w.connection.execute(upsert.on_conflict_do_update(index_elements=["url"], set_=taken, where=lead), rows)


def record_file(w: Writing, event: FileRead) -> None:
    url, file = event.fetched.url, event.file
    w.counts["downloaded"] += 1
    w.connection.execute(update(Url).where(Url.url == url).values(answered(w, event.fetched)))
    values = {
        "sha256": file.sha256,
        "path": file.path,
        "size": file.size,
        "media_type": file.media_type,
        "fetched_at": w.now,
    }
    upsert = insert(w.connection, File).values(values | {"url": url})
    w.connection.execute(upsert.on_conflict_do_update(index_elements=["url"], set_=values))
    for model in (Image, Attachment):
        tell_where(w, model, model.url == url)


def tell_where(w: Writing, model: type[Image | Attachment], of: ColumnElement[bool]) -> None:
    """Fills in `sha256` and `path` where the file is here."""
    here = File.url == model.url
    values = {name: select(getattr(File, name)).where(here).scalar_subquery() for name in ("sha256", "path")}
    w.connection.execute(update(model).where(of, select(File.id).where(here).exists()).values(values))
