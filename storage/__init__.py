"""The SQL archive: keeps what a crawl saw and answers what is in it. Knows nothing of crawling."""

from storage.archive import Archive, Run
from storage.engine import ArchiveError
from storage.queries import Filter
from storage.research import OpenArchive, open_archive

__all__ = ["Archive", "ArchiveError", "Filter", "OpenArchive", "Run", "open_archive"]
