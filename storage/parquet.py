"""Articles as a Parquet file: a table with types, for pandas, R, DuckDB and the like."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any, TextIO

from sqlalchemy import Column

from storage.beijing import BEIJING
from storage.columns import UTCTime, WallClock
from storage.engine import ArchiveError
from storage.queries import Record
from storage.views import ARTICLES

_ROW_GROUP = 10_000  # articles held in memory


def write_parquet(articles: Iterable[Record], out: TextIO) -> None:
    """All times are moments: the site's of Asia/Shanghai, ours of UTC."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise ArchiveError("Parquet needs pyarrow: pip install 'group-news-archive[parquet]'") from None
    schema = pyarrow.schema(
        [pyarrow.field(column.name, _type(column), metadata={"description": column.doc}) for column in ARTICLES.c]
    )
    rows = map(_with_offset, articles)
    with pyarrow.parquet.ParquetWriter(out.buffer, schema, compression="zstd") as writer:
        while group := list(islice(rows, _ROW_GROUP)):
            writer.write_batch(pyarrow.RecordBatch.from_pylist(group, schema))


def _type(column: Column[Any]) -> Any:
    import pyarrow

    if isinstance(column.type, UTCTime):
        return pyarrow.timestamp("us", "UTC")
    if isinstance(column.type, WallClock):
        return pyarrow.timestamp("us", "Asia/Shanghai")
    return {int: pyarrow.int64(), str: pyarrow.string(), date: pyarrow.date32()}[column.type.python_type]


def _with_offset(article: Record) -> Record:
    printed = article["published_at"]
    return article | {"published_at": printed and printed.replace(tzinfo=BEIJING)}
