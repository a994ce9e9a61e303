"""What must stay between the operator and the machine: no log line, no row and no byte of the archive holds it."""

import sqlite3
import threading
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from scrapy.exceptions import UsageError

from crawler.arguments import read_arguments
from fixtures.site import serve
from storage import ArchiveError
from storage.schema import open_engine
from tests.conftest import Shell, rows
from tests.crawler.test_documents import FOLDER, PROSE
from tests.crawler.test_incremental import PAGE, URL, publish

SECRET = "hush4711"
LIST = "/xwdt/gsyw/"
ENCODED = "aHVzaDQ3MTE"  # the end of user:hush4711 in base64, as Proxy-Authorization has it


class Proxy(BaseHTTPRequestHandler):
    asked: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers["Proxy-Authorization"])
        target = urlsplit(self.path)
        there = HTTPConnection(target.netloc)
        there.request("GET", target.path)
        answer = there.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        if location := answer.headers["Location"]:
            self.send_header("Location", location)
        self.send_header("Content-Type", answer.headers["Content-Type"] or "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        there.close()

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Crawled:
    shell: Shell
    said: str


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """Through a proxy that has a password, past links and redirects that have one, logging all there is to log."""
    shell = Shell(tmp_path_factory.mktemp("secrets"))
    with serve() as site, ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        publish(site, PROSE.format("甲"))
        base = site.base_url("lzly")
        page = site.body("lzly", LIST).replace(
            b"./202606/t20260601_300001.html", f"{base.replace('//', f'//user:{SECRET}@')}{PAGE}".encode()
        )
        assert SECRET.encode() in page
        site.put("lzly", LIST, page)
        site.put("lzly", f"{FOLDER}t20260602_300002.html", b"", status=302, location=f"http://u:{SECRET}@b.example/x")
        proxied = {"http_proxy": f"http://user:{SECRET}@127.0.0.1:{proxy.server_port}", "no_proxy": ""}
        command = (
            "scrapy",
            "crawl",
            "news",
            "-a",
            "site=lzly",
            "-a",
            f"base_url={base}",
            "-a",
            "sections=gsyw",
            "-s",
            "LOG_LEVEL=DEBUG",
        )
        away = f"url={base}{FOLDER}t20260602_300002.html"
        runs = [shell.run(*command, *more, **proxied) for more in ((), ("-a", away))]
        proxy.shutdown()
    return Crawled(shell, "".join(run.stdout + run.stderr for run in runs))


def test_the_proxy_was_told_and_the_page_read(crawled: Crawled) -> None:
    assert set(Proxy.asked) == {f"Basic {b64encode(f'user:{SECRET}'.encode()).decode()}"}
    assert rows(crawled.shell, "SELECT url FROM urls WHERE article_id IS NOT NULL") == [(URL,)]
    assert rows(crawled.shell, "SELECT detail FROM issues WHERE kind = 'leaves-site'") == [
        ("redirects to http://b.example/x",)
    ]


def test_the_log_holds_no_secret(crawled: Crawled) -> None:
    assert "DEBUG" in crawled.said
    assert not [line for line in crawled.said.splitlines() if SECRET in line or ENCODED in line]


def test_the_database_holds_no_secret(crawled: Crawled) -> None:
    with closing(sqlite3.connect(crawled.shell.folder / "news.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = (crawled.shell.folder / "news.db").read_bytes()
    assert URL.encode() in stored and SECRET.encode() not in stored and ENCODED.encode() not in stored


def test_the_requests_on_record_hold_no_secret(crawled: Crawled) -> None:
    """An answer may hold one: it is kept as the site gave it, links with passwords and all."""
    requests = []
    for path in crawled.shell.folder.glob("warc/**/*.warc.gz"):
        with path.open("rb") as file:
            requests += [
                (record.headers["WARC-Target-URI"], record.reader.read())
                for record in ArchiveIterator(file, WarcRecordType.request, parse_http=False)
            ]
    assert any(b"User-Agent" in head for _, head in requests)
    assert not [url for url, head in requests if b"uthorization" in head or SECRET in url + head.decode()]


@pytest.mark.parametrize("argument", ["url=http://u:{}@www.lzly.com.cn/x.html", "base_url=http://u:{}@127.0.0.1:1"])
def test_addresses_with_a_password_are_refused_unrepeated(argument: str) -> None:
    name, _, value = argument.format(SECRET).partition("=")
    with pytest.raises(UsageError, match="user and password") as error:
        read_arguments({"site": "lzly", name: value}, ("news",))
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:{}@127.0.0.1:1/news",
        "postgresql://u@127.0.0.1:1/news?password={}",
        "postgresql://u:%68{}@127.0.0.1:1/news",
        "postgresql://u:{}@{}@127.0.0.1:1/news",
        "postgresql://u:x/{}@127.0.0.1:1/news",
        "postgresql://u@127.0.0.1:1/news?password={}&nonsense={}",
        "postgresql://u:{}@127.0.0.1:port/news",
        "mysql://u:{}@127.0.0.1/news",
    ],
)
def test_no_archive_error_repeats_a_password(url: str) -> None:
    with pytest.raises(ArchiveError) as error:
        open_engine(url.replace("{}", SECRET))
    assert SECRET not in str(error.value)
