"""`python -m benchmarks.search`: how long a search takes among made-up stories, beside SQLite's LIKE, and what the
index costs. Texts have the pairs of characters of Chinese prose: few very frequent, most rare, about 13 000 distinct
ones in 20 000 characters (real news: 11 000)."""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, process_time

import click
from sqlalchemy import Connection, insert, text

from storage import Archive
from storage.models import Article, SearchQueue
from storage.queries import Filter, reading
from storage.search import Order, facets, search

_CHARACTERS, _WORDS = 3500, 30_000
_DAYS = 3650
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TARGETS: dict[Order, float] = {"newest": 5.0, "rank": 150.0}  # ms, at 500 000


class Prose:
    def __init__(self) -> None:
        self.random = Random(1)
        characters = [chr(0x4E00 + number) for number in self.random.sample(range(20_000), _CHARACTERS)]
        weights = list(accumulate(1 / (rank + 8) for rank in range(_CHARACTERS)))
        self.words = [
            "".join(self.random.choices(characters, cum_weights=weights, k=length))
            for length in self.random.choices((1, 2, 3, 4), (8, 70, 12, 10), k=_WORDS)
        ]
        self.weights = list(accumulate(1 / (rank + 20) for rank in range(_WORDS)))

    def text(self, length: int) -> str:
        r, parts = self.random, []
        words = iter(r.choices(self.words, cum_weights=self.weights, k=length // 2))
        for word in words:
            parts.append(word + "".join(next(words, "") for _ in range(r.randint(3, 8))))
            if r.random() < 0.1:
                parts.append(f"{r.randint(2005, 2026)}年{r.randint(1, 12)}月{r.randint(1, 9999)}万吨")
            parts.append(r.choices("，。、；\n", (50, 30, 12, 4, 6))[0])
        return "".join(parts)

    def queries(self, number: int) -> list[str]:
        """Of words from the most frequent to the rarest: alone, glued, joined by AND and NOT, numbers."""
        r, found = self.random, []
        for _ in range(number):
            one, two = (self.words[int(_WORDS ** r.random()) - 1] for _ in range(2))
            one += "" if len(one) > 1 else "年"
            forms = (
                one,
                one,
                one,
                f"{one} {two}年",
                f"{one} NOT {two}",
                f"{r.randint(2005, 2026)}年",
                f"{one} OR {two}吨",
            )
            found.append(r.choice(forms))
        return found


@click.command()
@click.option("--articles", type=click.IntRange(1000), default=20_000, show_default=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where the archive is made and left.")
@click.option("--archive", help="URL of an empty PostgreSQL database instead.")
@click.option("--check", is_flag=True, help="Exit code 1 where a target is missed.")
def main(articles: int, folder: Path | None, archive: str | None, check: bool) -> None:
    """Fill an archive, index it, search it."""
    with tempfile.TemporaryDirectory(prefix="newsarchive-bench-") as made:
        path = folder or Path(made)
        missed = _measure(archive or f"sqlite:///{path}/news.db", str(path), articles)
    if check and missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


def _measure(url: str, folder: str, articles: int) -> list[str]:
    prose = Prose()
    archive = Archive.open(url, folder=folder)
    size = _fill(archive, prose, articles)
    before = _database_size(archive)
    started, cpu = perf_counter(), process_time()
    deque(archive.index(), maxlen=0)
    took, cpu = perf_counter() - started, process_time() - cpu
    ratio = (_database_size(archive) - before) / size
    click.echo(f"{articles} articles, {size / 1e6:.0f} MB of text; index {ratio:.2f} of it, made in {took:.0f} s")
    click.echo(f"{cpu / articles * 1000:.2f} ms CPU per indexed article")
    archive.close()
    missed = [] if ratio <= 1.5 else ["index / text"]
    queries = prose.queries(300)
    with reading(url) as connection:
        sqlite = connection.dialect.name == "sqlite"
        for order, target in _TARGETS.items():
            p95 = _told(order, _times(partial(_first, connection, order), queries))
            missed += [order] if p95 > target else []
        _told("facets", _times(lambda query: facets(connection, query, Filter()), queries[:60]))
        _told("one character", _times(lambda query: _first(connection, "newest", query[0]), queries[:30]))
        plain = [query for query in queries if " " not in query][:20]
        ours = sum(_times(partial(_first, connection, "newest"), plain))
        like = sum(_times(partial(_like, connection), plain))
        click.echo(f"newest 20 by LIKE: {like / len(plain):.1f} ms on average, {like / ours:.0f} times ours")
        missed += ["LIKE"] if sqlite and like < 20 * ours else []
    return missed


def _fill(archive: Archive, prose: Prose, articles: int) -> int:
    """Not through the archive's door, which takes pages: about 800 characters each, newest first. Bytes of text."""
    size, today = 0, date(2026, 1, 1)
    with archive.engine.execution_options(writes=True).begin() as connection:
        for first in range(1, articles + 1, 1000):
            rows = []
            for number in range(first, min(first + 1000, articles + 1)):
                title = prose.text(20).replace("\n", "")
                body = prose.text(prose.random.choice((300, 500, 700, 900, 1300)))
                size += len((title + body).encode())
                day = today - timedelta(days=number * _DAYS // articles)
                rows.append(
                    {"id": number, "title": title, "body": body, "published_on": day, "url": f"http://a/{number}"}
                    | {"content_hash": "x", "first_seen": _NOW, "last_seen": _NOW}
                )
            connection.execute(insert(Article), rows)
            connection.execute(insert(SearchQueue), [{"article_id": row["id"]} for row in rows])
    return size


def _database_size(archive: Archive) -> int:
    with archive.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return int(connection.execute(text(pages)).scalar_one())


def _first(connection: Connection, order: Order, query: str) -> None:
    search(connection, query, Filter(), order=order)


def _like(connection: Connection, query: str) -> None:
    scan = (
        "SELECT id FROM articles WHERE title LIKE :word OR body LIKE :word ORDER BY published_on DESC, id DESC LIMIT 20"
    )
    connection.execute(text(scan), {"word": f"%{query}%"}).all()


def _times(call: Callable[[str], object], queries: list[str]) -> list[float]:
    def timed() -> Iterator[float]:
        for query in queries:
            started = perf_counter()
            call(query)
            yield (perf_counter() - started) * 1000

    return list(timed())


def _told(name: str, times: list[float]) -> float:
    cuts = quantiles(times, n=100)
    click.echo(f"{name}: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, worst {max(times):.1f} ms")
    return cuts[94]


if __name__ == "__main__":
    os.environ.pop("ARCHIVE_URL", None)
    main()
