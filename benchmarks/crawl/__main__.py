"""`python -m benchmarks.crawl`: crawls made-up articles from loopback twice, and says what that costs in time, requests
and disk beside a bare Scrapy spider that keeps nothing; then reads the captured pages again."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import click
from lxml import html

from fixtures.site import Server, serve, templates
from fixtures.site.prose import headline, paragraph, rng

_BIN = Path(sys.executable).parent
_FOLDER = "/xwdt/gsyw/"
_ROWS = 20  # of a list page
_FRAME = "<!-- navigation of a real page -->" + "<li><a href='/about/a.html'>栏目导航</a></li>" * 150


@click.command()
@click.option("--articles", type=click.IntRange(_ROWS), default=1000, show_default=True)
def main(articles: int) -> None:
    """Crawl this many articles for the first time, then again unchanged."""
    with tempfile.TemporaryDirectory(prefix="newsarchive-bench-") as folder, serve() as site:
        paths, lists = _publish(site, articles)
        size = sum(len(site.body("lzly", path)) for path in paths)
        address = site.base_url("lzly")
        bare, bare_cpu = _timed([sys.executable, "-m", "benchmarks.crawl.bare", *(address + path for path in lists)])
        click.echo(f"{articles} articles of {size // articles} bytes of HTML on {len(lists)} list pages")
        click.echo(f"bare Scrapy    {bare:6.1f} s, {bare_cpu:6.1f} s CPU, keeps nothing")
        for turn in ("first crawl", "second crawl"):
            before = len(site.requests)
            command = [str(_BIN / "scrapy"), "crawl", "news", "-a", "site=lzly", "-a", f"base_url={address}"]
            took, cpu = _timed(command, ARCHIVE_URL=f"sqlite:///{folder}/news.db", ARCHIVE_DIR=folder)
            asked = site.requests[before:]
            same = sum(request.status == 304 for request in asked)
            click.echo(f"{turn:14} {took:6.1f} s, {cpu:6.1f} s CPU, {len(asked)} requests, {same} x 304")
            click.echo(f"{'':14} {took / bare:6.2f} times bare Scrapy, {cpu / bare_cpu:.2f} times its CPU")
        database = sum(file.stat().st_size for file in Path(folder).glob("news.db*"))
        captured = sum(file.stat().st_size for file in Path(folder, "warc").iterdir())
        click.echo(f"bytes per article: database {database // articles}, WARC {captured // articles}")
        bodies = [site.body("lzly", path) for path in paths]
        start = perf_counter()
        for page in bodies:
            html.document_fromstring(page)
        click.echo(f"bare lxml parse {len(bodies) / (perf_counter() - start):.0f} pages/s")
        for cores in ("0", "0,1"):
            command = ["taskset", "-c", cores, str(_BIN / "scrapy"), "reparse"]
            took, _ = _timed(command, ARCHIVE_URL=f"sqlite:///{folder}/news.db", ARCHIVE_DIR=folder)
            click.echo(f"reparse on cores {cores:4} {articles / took:.0f} pages/s, start-up included")


def _publish(site: Server, articles: int) -> tuple[list[str], list[str]]:
    """Paths of the articles and of the lists."""
    paths = []
    today = datetime.now(UTC).date()
    lines = []
    for number in range(articles):
        r = rng("bench", number)
        day = today - timedelta(days=400 + number // 5)
        title = headline(r)
        path = f"{day:%Y%m}/t{day:%Y%m%d}_{400000 + number}.html"
        body = "".join(f"<p>{paragraph(r)}</p>" for _ in range(6))
        main_ = f"<h2>{title}</h2><div><span>来源: 澄江铝业报</span><span>时间: {day}</span></div><div>{body}</div>"
        page = templates.page("lzly", title, f"<ul>{_FRAME}</ul>{main_}").encode()
        site.put("lzly", _FOLDER + path, page)
        paths.append(_FOLDER + path)
        lines.append(f'<li><a href="{_FOLDER}{path}">{title}</a><span>{day}</span></li>')
    pages = list(_pages(lines))
    names = [_FOLDER + (f"index_{n}.html" if n else "") for n in range(len(pages))]
    for n, (name, rows) in enumerate(zip(names, pages, strict=True)):
        pager = f'<script>createPageHTML({len(pages)}, {n}, "index", "html");</script>'
        site.put("lzly", name, f"<html><body><ul class=bench>{rows}</ul>{pager}</body></html>".encode())
    return paths, names


def _pages(lines: list[str]) -> Iterator[str]:
    for start in range(0, len(lines), _ROWS):
        yield "".join(lines[start : start + _ROWS])


def _timed(command: list[str], **environment: str) -> tuple[float, float]:
    """Seconds, and seconds of processor time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
