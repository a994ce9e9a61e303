"""What articles can be exported as, by the command and from the web page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from sqlalchemy import Connection

from storage.citations import write_bibtex, write_gbt7714
from storage.export import write_csv, write_jsonl
from storage.parquet import write_parquet
from storage.queries import Filter, Record, articles, stories


@dataclass(frozen=True, slots=True)
class Format:
    read: Callable[[Connection, Filter, Sequence[int] | None], Iterator[Record]]
    write: Callable[[Iterable[Record], TextIO], None]
    label: str
    ending: str
    media_type: str
    table: bool = False  # with the columns of articles_current


FORMATS = {
    "csv": Format(articles, write_csv, "CSV", "csv", "text/csv", table=True),
    "jsonl": Format(stories, write_jsonl, "JSON Lines", "jsonl", "application/x-ndjson"),
    "parquet": Format(articles, write_parquet, "Parquet", "parquet", "application/vnd.apache.parquet", table=True),
    "bibtex": Format(articles, write_bibtex, "BibTeX", "bib", "application/x-bibtex"),
    "gbt7714": Format(articles, write_gbt7714, "GB/T 7714", "txt", "text/plain"),
}
