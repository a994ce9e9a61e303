"""What cron calls."""

import json
import socketserver
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from filelock import FileLock

from crawler.commands.crawlall import run_spider
from fixtures.site import Server
from tests.conftest import Shell

NOWHERE = "http://127.0.0.1:9"


class Webhook(BaseHTTPRequestHandler):
    told: list[dict[str, str]]

    def do_POST(self) -> None:
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


class Mailbox(socketserver.StreamRequestHandler):
    told: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while word := self.rfile.readline():
            if word.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                self.told.append("".join(line.decode() for line in iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if word.upper().startswith(b"QUIT") else b"250 ok\r\n")


class Silent(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(1 << 16)
        self.request.recv(1)  # until the other side hangs up


@contextmanager
def listening(server: socketserver.TCPServer) -> Iterator[int]:
    with server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    told: list[dict[str, str]] = []
    with listening(HTTPServer(("127.0.0.1", 0), type("Handler", (Webhook,), {"told": told}))) as port:
        yield f"json://127.0.0.1:{port}/news", told


@pytest.fixture
def mailbox() -> Iterator[tuple[str, list[str]]]:
    told: list[str] = []
    with listening(socketserver.TCPServer(("127.0.0.1", 0), type("Handler", (Mailbox,), {"told": told}))) as port:
        yield f"mailto://127.0.0.1:{port}?from=news@example.org&to=operator@example.org", told


def test_only_a_change_of_state_is_told(
    shell: Shell, site: Server, webhook: tuple[str, list[dict[str, str]]], mailbox: tuple[str, list[str]]
) -> None:
    def crawlall(base_url: str) -> int:
        addresses = f"{webhook[0]} {mailbox[0]}"
        return shell.run(
            "scrapy", "crawlall", "chalco", "-a", f"base_url={base_url}", ARCHIVE_NOTIFY=addresses
        ).returncode

    here, titles, memory = site.base_url("chalco"), [], shell.folder / "crawlall.json"
    memory.write_bytes(b"")  # as a power cut may leave it
    for base_url, code in ((here, 0), (NOWHERE, 1), (NOWHERE, 1), (here, 0)):
        assert crawlall(base_url) == code
        titles.append([message["title"] for message in webhook[1]])
        if not memory.read_bytes():
            memory.write_text('{"crawlall": "failed"}')  # as an interrupt leaves it
    failed, good = "News archive: crawlall good, chalco news failed", "News archive: chalco news good"
    assert titles == [[], [failed], [failed], [failed, good]]
    assert "chalco news: good -> failed\nchalco news: 0 new" in webhook[1][0]["message"]
    assert len(mailbox[1]) == 2 and "chalco news failed" in mailbox[1][0]


def test_one_line_for_all_and_what_is_not_good_above_it(shell: Shell, site: Server) -> None:
    where = ("-a", f"base_url={site.base_url('lzly')}")
    done = shell.run("scrapy", "crawlall", "lzly", *where)
    assert (done.returncode, done.stderr) == (0, "")
    # one picture is missing
    assert done.stdout == "crawlall: 2 good; 40 new, 0 revised, 0 gone, 0 unchanged, 1 issues\n"
    with FileLock(shell.folder / "lzly.lock"):
        done = shell.run("scrapy", "crawlall", "lzly", *where)
    assert (done.returncode, done.stdout) == (1, "")
    first, second, last = done.stderr.splitlines()
    assert "another crawl of lzly is running" in first and first == second
    assert last.startswith("crawlall: 0 good, 2 failed (lzly carousel, lzly news); 0 new")


def test_a_spider_that_takes_too_long_is_ended(shell: Shell) -> None:
    with listening(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent)) as port:
        where = ("-a", f"base_url=http://127.0.0.1:{port}", "-s", "DOWNLOAD_TIMEOUT=3", "-s", "RETRY_ENABLED=False")
        done = shell.run("scrapy", "crawlall", "chalco", *where, "--minutes", "0.03")
    assert done.returncode == 1
    assert "took longer than 0.03 minutes" in done.stderr and "interrupted" in done.stderr


def test_any_bytes_of_a_spider_are_relayed(capfd: pytest.CaptureFixture[str]) -> None:
    script = r"import sys; sys.stderr.buffer.write(b'\xd6\xd0 is GBK\n'); sys.exit(3)"
    assert run_spider([sys.executable, "-c", script], 60)[0] == "degraded"
    assert "is GBK" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "no site 'nowhere'"),
        (("lzly", "--fast"), "unknown option --fast"),
        (("lzly", "-s", "ARCHIVE_NOTIFY=secret"), "ARCHIVE_NOTIFY: number 1 is no Apprise URL"),
    ],
)
def test_wrong_usage_is_one_line(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    done = shell.run("scrapy", "crawlall", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr and "secret" not in done.stderr
