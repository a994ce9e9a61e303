"""`python -m benchmarks.web`: asks for every page of an archive of 100 000 made-up articles several times, and says how
long the pages and their slowest queries take."""

import random
import statistics
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from pathlib import Path
from time import process_time
from typing import Any

import click
from sqlalchemy import Engine, event, func, insert, select
from starlette.testclient import TestClient

from fixtures.site.prose import headline, paragraph, person, rng
from storage import Archive
from storage.models import (
    Appearance,
    Article,
    Base,
    Byline,
    Capture,
    Image,
    Placement,
    Revision,
    Run,
    Section,
    Site,
    Url,
    Walk,
)
from storage.schema import open_engine
from storage.web.app import application

_LIMIT = 100  # ms, for a query
_SITES, _COLUMNS = 6, 5
_FIRST, _DAYS = date(2012, 1, 1), 5400
_AT_A_TIME = 5000


@click.command()
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Kept for the next time."
)
@click.option("--articles", type=int, default=100_000, show_default=True)
@click.option("--times", type=int, default=21, show_default=True, help="Requests of each page.")
def main(folder: Path, articles: int, times: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder.resolve()}/news.db"
    if not (folder / "news.db").exists():
        engine = open_engine(url, write=True, create=True)
        _fill(engine, articles)
        engine.dispose()
        with closing(Archive.open(url)) as archive:
            deque(archive.index(anew=True), maxlen=0)
    engine = open_engine(url)
    queries = _watched(engine)
    client = TestClient(application(engine, folder), base_url="http://127.0.0.1")
    click.echo(f"{'page':44} {'median':>7} {'p95':>7} {'slowest query':>14}  ms")
    slow = {}
    for page in _pages(engine):
        queries.clear()
        took = [_timed(client, page) for _ in range(times)]
        each = {sql: _p95([_asked(engine, *sql) for _ in range(times)]) for sql in list(queries)}
        (sql, _), worst = max(each.items(), key=lambda one: one[1])
        click.echo(f"{page[:44]:44} {statistics.median(took):7.1f} {_p95(took):7.1f} {worst:14.1f}")
        if worst > _LIMIT:
            slow[page] = sql
    for page, sql in slow.items():
        click.echo(f"\nmore than {_LIMIT} ms: {page}\n{sql}")
    raise SystemExit(1 if slow else 0)


def _pages(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        busiest = connection.execute(
            select(Byline.name).group_by(Byline.name).order_by(func.count().desc()).limit(1)
        ).scalar_one()
        edited = connection.execute(
            select(Revision.article_id).group_by(Revision.article_id).order_by(func.count().desc()).limit(1)
        ).scalar_one()
    return [
        "/",
        "/months.svg",
        "/search",
        "/search?page=50",
        "/search?q=铝",
        "/search?q=氧化铝",
        "/search?q=氧化铝&order=rank",
        "/search?q=氧化铝&site=site1&section=column1&since=2020-01-01&until=2020-12-31",
        "/search?site=site1",
        f"/search?person={busiest}",
        "/search?source=source3",
        f"/story/{edited}",
        f"/story/{edited}/changes/2",
        f"/person?name={busiest}",
        f"/person?name={busiest}&role=editor&page=50",
        "/carousel",
        "/carousel?day=2014-05-05",
        "/changes",
        "/changes?kind=gone",
        "/changes?page=100",
        "/coverage",
        "/coverage?month=2016-03",
    ]


def _timed(client: TestClient, page: str) -> float:
    start = process_time()
    answer = client.get(page)
    took = (process_time() - start) * 1000
    if answer.status_code != 200:
        raise click.ClickException(f"{page}: {answer.status_code} {answer.text[-300:]}")
    return took


def _watched(engine: Engine) -> dict[tuple[str, Any], None]:
    """Statements with their parameters, as they come; cleared by the caller."""
    asked: dict[tuple[str, Any], None] = {}

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement != "BEGIN":
            asked[statement, parameters] = None

    return asked


def _asked(engine: Engine, statement: str, parameters: Any) -> float:
    """Until the last row is there: SQLite works while rows are fetched."""
    with engine.connect() as connection:
        start = process_time()
        connection.exec_driver_sql(statement, parameters).all()
        return (process_time() - start) * 1000


def _p95(values: list[float]) -> float:
    return sorted(values)[ceil(0.95 * len(values)) - 1]


def _fill(engine: Engine, articles: int) -> None:
    """As a crawl of many years would have left it: one article in ten stands in two sections, one in twenty was edited,
    one in a hundred is gone. The captured bytes are not there."""
    r = rng("web")
    sentences = [paragraph(r, 1) for _ in range(5000)]
    names = sorted({person(r) for _ in range(600)})
    sections = [(site, column) for site in range(_SITES) for column in range(_COLUMNS)]
    with engine.begin() as connection:
        connection.execute(insert(Site), [_site(site) for site in range(_SITES)])
        connection.execute(insert(Section), [_section(n, *place) for n, place in enumerate(sections, 1)])
        connection.execute(insert(Run), [_run(day) for day in range(1, _DAYS + 1)])
        for section in range(1, len(sections) + 1):
            connection.execute(insert(Walk), [_walk(section, day) for day in range(_DAYS - 1500, _DAYS)])
        rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        for number in range(1, articles + 1):
            for model, row in _article(r, number, articles, sentences, names):
                rows[model].append(row)
            if number % _AT_A_TIME == 0 or number == articles:
                for model in (Capture, Article, Url, Appearance, Revision, Byline, Image):
                    connection.execute(insert(model), rows.pop(model))
        for section in range(_COLUMNS, len(sections) + 1, _COLUMNS):
            connection.execute(insert(Placement), list(_placements(section, articles)))


def _article(
    r: random.Random, number: int, articles: int, sentences: list[str], names: list[str]
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    day = _FIRST + timedelta(days=number * _DAYS // articles)
    seen = datetime.combine(day, time(1), UTC) + timedelta(seconds=number % 3600)
    section = r.randrange(_SITES * _COLUMNS) + 1
    site = f"site{(section - 1) // _COLUMNS}"
    url = f"http://www.{site}.example/column/{day:%Y%m}/t{day:%Y%m%d}_{number}.html"
    title, body = headline(r), "\n".join("".join(r.choices(sentences, k=4)) for _ in range(5))
    said = {"title": title, "source": f"source{r.randrange(40)}", "published_on": day, "published_at": None}
    said |= {"byline_text": None, "url": url}
    key = f"{number:064x}"
    gone = seen + timedelta(days=30) if number % 100 == 0 else None
    times = {"first_seen": seen, "last_seen": seen, "gone_at": gone}
    yield (
        Capture,
        {
            "id": number,
            "run_id": 1,
            "url": url,
            "fetched_at": seen,
            "status": 200,
            "file": "warc/none.warc.gz",
            "offset": number,
            "length": 1,
            "digest": "sha1:",
            "checksum": key,
            "revisit_of": None,
        },
    )
    yield (
        Article,
        said
        | times
        | {
            "id": number,
            "date_origin": "shown",
            "body": body,
            "content_hash": key,
            "identity_key": key,
            "cluster_id": number - (number - 1) % 3,
        },
    )
    yield (
        Url,
        {
            "url": url,
            "site_id": site,
            "kind": "article",
            "state": "ok",
            "article_id": number,
            "capture_id": number,
            "found_in": section,
            "last_checked": seen,
        },
    )
    for place in {section, section % _COLUMNS + 1} if number % 10 == 0 else {section}:
        yield (
            Appearance,
            said
            | times
            | {
                "article_id": number,
                "section_id": place,
                "doc_id": str(number),
                "date_origin": "shown",
                "listed_on": day,
            },
        )
    changed = number % 20 == 0
    for seq in range(1, 2 + changed + (30 if number == articles // 2 else 0)):
        kind = "first" if seq == 1 else "gone" if gone else r.choice(("text", "text", "metadata", "cosmetic"))
        yield (
            Revision,
            said
            | {
                "article_id": number,
                "seq": seq,
                "seen_at": seen + timedelta(days=seq - 1),
                "kind": kind,
                "body": body.replace("的", "之", seq - 1),
                "content_hash": key,
                "identity_key": key,
                "bylines": [],
                "images": [],
                "attachments": [],
                "parser_version": "p",
                "capture_id": number,
            },
        )
    for ordinal, role in enumerate(("reporter", "editor")[: r.randrange(3)], 1):
        name = names[0] if role == "editor" and r.random() < 0.4 else r.choice(names)
        yield Byline, {"article_id": number, "ordinal": ordinal, "role": role, "name": name}
    if number % 2:
        yield Image, {"article_id": number, "order": 1, "url": f"{url}.jpg", "caption": None}


def _site(site: int) -> dict[str, Any]:
    return {
        "id": f"site{site}",
        "name": f"第{site}公司",
        "base_url": f"http://www.site{site}.example/",
        "cms_group": "g",
    }


def _section(number: int, site: int, column: int) -> dict[str, Any]:
    kind = "slider" if column == _COLUMNS - 1 else "news"
    place = {"code": f"column{column}", "name": f"第{column}栏", "path": f"/{column}/"}
    return {"id": number, "site_id": f"site{site}", "kind": kind} | place


def _run(day: int) -> dict[str, Any]:
    moment = datetime.combine(_FIRST, time(1), UTC) + timedelta(days=day)
    times = {"started_at": moment, "finished_at": moment, "outcome": "good", "counts": {"new": 18, "issues": 0}}
    return {"id": day, "site_id": f"site{day % _SITES}", "spider": "news", "arguments": {}} | times


def _walk(section: int, day: int) -> dict[str, Any]:
    on = _FIRST + timedelta(days=day)
    counts = {"pages": 1, "rows": 20, "first_rows": 20, "articles": 3, "stated": {}}
    days = {"day": on, "seen_at": datetime.combine(on, time(1), UTC), "newest": on, "reached": on - timedelta(days=35)}
    return {"run_id": day, "section_id": section, "complete": True} | counts | days


def _placements(section: int, articles: int) -> Iterator[dict[str, Any]]:
    """Five positions, each with a new slide every third day."""
    for number in range(_DAYS // 3 * 5):
        since = datetime.combine(_FIRST, time(1), UTC) + timedelta(days=number // 5 * 3)
        until = since + timedelta(days=3)
        story = {"url": f"http://www.example/{number}", "article_id": number % articles + 1, "headline": "要闻"}
        stay = {"first_seen": since, "last_seen": until, "left_at": until}
        yield {"section_id": section, "position": number % 5 + 1, "picture": "http://www.example/a.jpg"} | story | stay


if __name__ == "__main__":
    main()
