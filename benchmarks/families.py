"""`python -m benchmarks.families`: are stories nearly the same found, are others left alone, and what does it cost?

Texts are drawn from made-up words in Zipf's proportions (unrelated ones have .02 of their bigrams in common, as real
Chinese pages have). Every figure comes from `link_families` on an SQLite archive.
"""

import json
import random
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from statistics import mean

import click
import numpy as np
from sqlalchemy import insert, select, text

from storage import Archive
from storage.engine import writing
from storage.families import link_families
from storage.likeness import bands
from storage.models import Article

_BANDS = 26  # rows of `bands` per article
_TIMED = 1000  # articles linked into an archive that holds others
_NOW = datetime(2026, 11, 1, tzinfo=UTC)

_draw = random.Random(6)
_characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
_words = ["".join(_draw.choices(_characters, k=_draw.choice((1, 2, 2, 2, 3)))) for _ in range(8000)]
_proportions = list(accumulate(1 / (rank + 20) for rank in range(len(_words))))


def _text(length: int) -> str:
    return "".join(_draw.choices(_words, cum_weights=_proportions, k=length))[:length]


def _edited(share: float) -> Callable[[str], str]:
    """Characters replaced, put in and taken out, in equal parts."""

    def edit(text: str) -> str:
        letters = list(text)
        for place in _draw.sample(range(len(text)), round(share * len(text))):
            letters[place] = _draw.choice(("", _text(1), letters[place] + _text(1)))
        return "".join(letters)

    return edit


def _replaced(share: float) -> Callable[[str], str]:
    def edit(text: str) -> str:
        letters = list(text)
        for place in _draw.sample(range(len(text)), round(share * len(text))):
            letters[place] = _text(1)
        return "".join(letters)

    return edit


def _with_paragraph(text: str) -> str:
    place = _draw.randrange(len(text))
    return text[:place] + _text(round(0.15 * len(text))) + text[place:]


_CHANGES: dict[str, tuple[Callable[[str], str], float]] = {  # with the recall that must be reached
    "1 % edited": (_edited(0.01), 0.99),
    "5 % edited": (_edited(0.05), 0.99),
    "5 % replaced": (_replaced(0.05), 0.99),
    "10 % edited": (_edited(0.1), 0.95),
    "10 % replaced": (_replaced(0.1), 0.95),
    "20 % edited": (_edited(0.2), 0.0),
    "paragraph of 15 % added": (_with_paragraph, 0.99),
}


@click.command(help=__doc__)
@click.option("--texts", type=click.IntRange(30), default=3000, show_default=True, help="Unrelated ones.")
@click.option(
    "--stored", type=int, multiple=True, default=(10_000, 1_000_000), show_default=True, help="Sizes to time."
)
@click.option("--folder", type=click.Path(file_okay=False), help="For the archives, the largest has 0.5 GB.")
def main(texts: int, stored: tuple[int, ...], folder: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix="newsarchive-bench-", dir=folder) as place:
        breaches = _quality(Path(place), texts)
        for size in stored:
            _costs(Path(place, f"{size}.db"), size)
    if breaches:
        raise click.ClickException("; ".join(breaches))


def _quality(folder: Path, number: int) -> list[str]:
    texts = [_text(min(round(_draw.lognormvariate(6.3, 0.7)) + 100, 5000)) for _ in range(number)]
    click.echo(
        f"{number} texts of {min(map(len, texts))} to {max(map(len, texts))} characters, "
        f"{mean(map(len, texts)):.0f} on average"
    )
    unrelated = _linked(folder / "unrelated.db", texts)
    false = sum(len(family) - 1 for family in unrelated.families)
    click.echo(f"{'unrelated':24}{number * (number - 1) // 2:>8} pairs, {false} linked")
    breaches = [f"{false} unrelated stories are linked"] if false else []
    some = texts[: number // 3]
    for name, (change, floor) in _CHANGES.items():
        families = _linked(folder / f"{name}.db", [*some, *map(change, some)]).families
        found = sum(any(i in family and i + len(some) in family for family in families) for i in range(len(some)))
        recall = found / len(some)
        click.echo(f"{name:24}{len(some):>8} pairs, {recall:.3f} linked")
        if recall < floor:
            breaches.append(f"{name}: {recall:.3f} linked, less than {floor}")
    click.echo(f"{unrelated.microseconds:.0f} us of CPU and {unrelated.bytes:.0f} bytes per article")
    return breaches


@dataclass(frozen=True, slots=True)
class _Linked:
    families: list[set[int]]  # of more than one, by the texts' places
    microseconds: float  # of CPU, per text
    bytes: float  # by which the archive grew, per text


def _linked(path: Path, texts: Sequence[str]) -> _Linked:
    archive = Archive.open(f"sqlite:///{path}")
    _store(archive, texts)
    before = _size(archive)
    microseconds = _link(archive)
    grown = _size(archive) - before
    families: dict[int | None, set[int]] = defaultdict(set)
    with archive.engine.connect() as connection:
        for article, cluster in connection.execute(select(Article.id, Article.cluster_id)):
            families[cluster].add(article - 1)
    archive.close()
    several = [family for family in families.values() if len(family) > 1]
    return _Linked(several, microseconds / len(texts), grown / len(texts))


def _size(archive: Archive) -> int:
    with archive.engine.connect() as connection:
        pages, size = (connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("page_count", "page_size"))
    return int(pages * size)


def _store(archive: Archive, texts: Sequence[str]) -> None:
    rows = [
        {
            "url": str(number),
            "body": text,
            "content_hash": "",
            "identity_key": sha256(text.encode()).hexdigest(),
            "first_seen": _NOW,
            "last_seen": _NOW,
        }
        for number, text in enumerate(texts)
    ]
    with archive.engine.begin() as connection:
        connection.execute(insert(Article), rows)


def _link(archive: Archive) -> float:
    """Microseconds of processor time."""
    began = time.process_time()
    more = True
    while more:
        with writing(archive.engine) as connection:
            more = link_families(connection)
    return 1e6 * (time.process_time() - began)


def _costs(path: Path, stored: int) -> None:
    archive = Archive.open(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        _fill(connection, stored)
        texts = [_text(700) for _ in range(_TIMED)]
        times = sorted(_looked_up(connection, text) for text in texts)
    _store(archive, texts)
    linked = _link(archive) / _TIMED
    archive.close()
    click.echo(
        f"{stored:>9} stored: lookup p50 {times[_TIMED // 2]:.0f} us, p95 {times[_TIMED * 95 // 100]:.0f} us; "
        f"text read, compared and stored in {linked:.0f} us of CPU"
    )


def _fill(connection: sqlite3.Connection, stored: int) -> None:
    """Articles without text under made-up bands, in the order of the index."""
    article = "INSERT INTO articles (id, cluster_id, url, body, content_hash, first_seen, last_seen)"
    numbers = range(1, stored + 1)
    connection.executemany(f"{article} VALUES (?1, ?1, '', '', '', '{_NOW}', '{_NOW}')", ((one,) for one in numbers))
    signatures = np.random.default_rng(6).integers(-(2**31), 2**31, (stored, _BANDS), "int32")
    rows = zip(numbers, map(bytes, signatures), strict=True)
    connection.executemany("INSERT INTO signatures VALUES (?, ?)", rows)
    order = np.argsort(signatures, axis=None)
    for start in range(0, len(order), 1_000_000):
        places = order[start : start + 1_000_000]
        articles = places // _BANDS
        columns = (signatures.flat[places], signatures[articles, 0], articles + 1)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        connection.executemany("INSERT INTO bands VALUES (?, ?, ?)", rows)
    connection.commit()


def _looked_up(connection: sqlite3.Connection, text: str) -> float:
    """Microseconds."""
    wanted = json.dumps(bands(text))
    began = time.perf_counter()
    connection.execute("SELECT * FROM bands WHERE band IN (SELECT value FROM json_each(?))", (wanted,)).fetchall()
    return 1e6 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
