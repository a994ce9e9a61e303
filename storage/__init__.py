"""The SQL archive: keeps what a crawl saw and answers what is in it. Knows nothing of crawling."""

from storage.archive import Archive, Run
from storage.engine import ArchiveError

__all__ = ["Archive", "ArchiveError", "Run"]
