"""Runs extractors side by side over the pages and lets score.py, which lies beside the pages, judge what they read."""

import gc
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.extraction.extractors import BARE_PARSE, Extract, Fields, bare_parse

Scores = dict[str, dict[str, float]]  # by group of pages and field


@dataclass(frozen=True)
class Page:
    id: str
    url: str  # empty where nobody knows it
    body: bytes


@dataclass(frozen=True)
class Row:
    """What the table says of one extractor."""

    name: str
    failed: int  # pages on which it raised or had no answer: they count as empty
    ms_per_page: float
    x_parse: float  # times what the bare parse takes
    scores: Scores


def load_pages(folder: Path) -> list[Page]:
    golds = {path.parent: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/gold.json"))}
    return [Page(gold["id"], gold.get("url") or "", (at / "page.html").read_bytes()) for at, gold in golds.items()]


def compare(
    folder: Path, pages: list[Page], extractors: Mapping[str, Extract], rounds: int, advance: Callable[[], None]
) -> list[Row]:
    """One row an extractor, and the bare parse's; `advance` is called after every page of every round."""
    runs = {name: _Run(extract) for name, extract in {**extractors, BARE_PARSE: bare_parse}.items()}
    with _settled(runs.values(), pages[0]):
        for _ in range(rounds):
            for page in pages:
                for run in runs.values():
                    run.read(page)
                advance()
    parse = runs[BARE_PARSE].ms_per_page
    return [
        Row(
            name,
            sum(not fields for fields in run.first.values()) if name in extractors else 0,
            run.ms_per_page,
            run.ms_per_page / parse,
            _score(folder, run.first) if name in extractors else {},
        )
        for name, run in runs.items()
    ]


class _Run:
    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self.first: dict[str, Fields] = {}  # what the first round reads, by page
        self.ms: defaultdict[str, list[float]] = defaultdict(list)

    def read(self, page: Page) -> None:
        bare_parse(page.body, page.url)  # so that nobody pays for what the extractor before did to the caches
        begin = process_time()  # the processor's time: what else the machine does is no extractor's cost
        fields = self.attempt(page)
        self.ms[page.id].append(1000 * (process_time() - begin))
        self.first.setdefault(page.id, fields)

    def attempt(self, page: Page) -> Fields:
        try:
            return self.extract(page.body, page.url)
        except Exception:  # noqa: BLE001 - whatever an extractor raises, it has read nothing
            return {}

    @property
    def ms_per_page(self) -> float:
        return fmean(median(rounds) for rounds in self.ms.values())


@contextmanager
def _settled(runs: Iterable[_Run], page: Page) -> Iterator[None]:
    """Dictionaries are loaded at an extractor's first page. That is no page's cost, nor is it others' to have the
    garbage collector walk through them."""
    for run in runs:
        run.attempt(page)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _score(folder: Path, predictions: Mapping[str, Fields]) -> Scores:
    rows = [{"file": f"{page_id}/page.html"} | fields for page_id, fields in predictions.items()]
    with TemporaryDirectory(prefix="newsarchive-bench-") as scratch:
        file = Path(scratch, "predictions.jsonl")
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        command = [sys.executable, str(folder / "score.py"), str(file)]
        table = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    (_, *groups), *lines = (re.split(r"\s{2,}", line.strip()) for line in table.splitlines())
    scores: Scores = {group: {} for group in groups}
    for field, *cells in lines:
        for group, cell in zip(groups, cells, strict=True):
            if cell != "-":
                scores[group][field] = float(cell.split()[0])  # "0.973 (37)": share and pages
    return scores
