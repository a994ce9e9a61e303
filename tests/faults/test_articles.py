"""One crawl of a site on which many articles are answered as they should not be: each is named, none is stored, and the
others are what an honest server gives."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event

import brotli
import pytest
from backports import zstd

from fixtures.site import Server, serve
from tests.conftest import Shell, rows
from tests.crawler.content import Content, content
from tests.crawler.test_documents import PROSE, article
from tests.faults.odd import (
    HTML,
    Odd,
    bombs,
    chunked_and_cut,
    encoded,
    endless,
    in_turn,
    page,
    raw,
    reset,
    sized,
    slow,
    told,
)

HOST = "http://lzly.chinalco.com.cn"
FOLDER = "/xwdt/gsyw/202606/"
LIST = "/xwdt/gsyw/"
TEXT = PROSE.format("甲") + PROSE.format("乙") + PROSE.format("丙")
PAGE = article("炉前一日", TEXT, PROSE.format("丁"), PROSE.format("戊"))
CUT = PAGE[: PAGE.index("丁".encode())]  # in the middle of a sentence, with more than a hundred characters before
HALF_GZIP, HALF_DEFLATE = (whole[: len(whole) * 2 // 3] for whole in (gzip.compress(PAGE), zlib.compress(PAGE)))
HALF_BR, HALF_ZSTD = (whole[: len(whole) * 2 // 3] for whole in (brotli.compress(PAGE), zstd.compress(PAGE)))
BAD_SUM = gzip.compress(PAGE)[:-8] + bytes(8)
REFRESH = '<html><meta http-equiv="refresh" content="0; url={}"></html>'
SCRIPT = "<html><script>window.location.href = '{}';</script></html>"
BOMBS = bombs(20_000_000)
OVER = Event()

# by name: the answer, the kind of its issue, and a word of its detail
ODD: dict[str, tuple[Odd, str, str]] = {
    "reset before the headers": (reset(), "unreachable", ""),
    "reset in the headers": (reset(HTML[:30]), "unreachable", ""),
    "reset in the body": (reset(HTML + b"Content-Length: 9000\r\n\r\n" + CUT), "cut-off", ""),
    "closed without an answer": (raw(), "unreachable", ""),
    "no status line": (raw(b"<html><body>HTTP/0.9</body></html>"), "unreachable", ""),
    "garbage": (raw(bytes(range(256)) * 4), "unreachable", ""),
    "an endless header": (raw(HTML + b"X: " + b"x" * 100_000 + b"\r\n\r\n" + PAGE), "unreachable", ""),
    "shorter than its length": (sized(len(PAGE), CUT), "cut-off", ""),
    "chunked and cut off": (chunked_and_cut(CUT), "cut-off", ""),
    "longer than its length": (sized(len(CUT), PAGE), "not-an-article", "middle of its text"),
    "cut off without a length": (raw(HTML + b"\r\n" + CUT), "not-an-article", "middle of its text"),
    "half a gzip body": (encoded("gzip", HALF_GZIP), "cut-off", "gzip"),
    "half a deflate body": (encoded("deflate", HALF_DEFLATE), "cut-off", "deflate"),
    "half a brotli body": (encoded("br", HALF_BR), "cut-off", "br"),
    "half a zstd body": (encoded("zstd", HALF_ZSTD), "cut-off", "zstd"),
    "gzip with a wrong checksum": (encoded("gzip", BAD_SUM), "cut-off", "gzip"),
    "not the gzip it says": (encoded("gzip", PAGE), "cut-off", "gzip"),
    "slow": (slow(PAGE, OVER), "timeout", "longer than"),
    "endless": (endless, "too-large", ""),
    "announced as endless": (sized(10**12, PAGE), "too-large", ""),
    "gzip bomb": (encoded("gzip", BOMBS["gzip"]), "too-large", "gzip"),
    "deflate bomb": (encoded("deflate", BOMBS["deflate"]), "too-large", "deflate"),
    "raw deflate bomb": (encoded("deflate", BOMBS["raw deflate"]), "too-large", "deflate"),
    "brotli bomb": (encoded("br", BOMBS["br"]), "too-large", "br"),
    "zstd bomb": (encoded("zstd", BOMBS["zstd"]), "too-large", "zstd"),
    "bomb in a bomb": (encoded("gzip, gzip", BOMBS["gzip, gzip"]), "too-large", "gzip"),
    "empty": (sized(0, b""), "not-an-article", "no text"),
    "nothing, packed twice": (encoded("deflate, gzip", gzip.compress(b"")), "not-an-article", "no text"),
    "redirect to itself": (told(302), "redirect-loop", "5 redirects"),
    "redirect to itself with a cookie": (told(302), "redirect-loop", "5 redirects"),
    "redirect to another host": (told(302, Location="http://www.example.org/"), "leaves-site", "www.example.org"),
    "redirect to a private address": (told(302, Location="http://192.168.1.1/"), "leaves-site", "192.168.1.1"),
    "redirect to this machine": (told(302, Location="http://127.0.0.1:22/"), "leaves-site", "127.0.0.1:22"),
    "redirect to a file": (told(302, Location="file:///etc/passwd"), "http-error", "HTTP 302"),
    "redirect to another host after a retry": (told(503), "leaves-site", "www.example.org"),
    "redirect to the index": (told(302, Location=LIST), "not-an-article", "redirects to"),
    "forbidden once": (told(403), "http-error", "HTTP 403"),
    "busy for a moment": (told(503, Retry_After="1"), "http-error", "HTTP 503"),
    "too many requests": (told(429), "http-error", "HTTP 429"),
    "the index in its place": (told(200), "not-an-article", "index"),
    "login form": (
        sized(90, "<html><title>用户登录</title><input type=password></html>".encode().ljust(90)),
        "not-an-article",
        "login: is headed '用户登录'",
    ),
    "error with status 200": (
        sized(99, "<html><title>系统提示</title>页面不存在或已被删除</html>".encode().ljust(99)),
        "not-an-article",
        "error: says '页面不存在'",
    ),
    "asks for a cookie": (
        sized(150, b"<html><script>document.cookie='a=b';location.reload()</script></html>".ljust(150)),
        "not-an-article",
        "challenge",
    ),
    "meta refresh in a ring": (told(200), "forward-loop", "leads on"),
    "script redirect in a ring": (told(200), "forward-loop", "leads on"),
    "a picture": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n" + bytes(999)),
        "not-an-article",
        "error: ends in the middle",
    ),
}
INDEX = ("redirect to the index", "the index in its place")
NOT_WHOLE = ("unreachable", "cut-off", "timeout", "too-large")
ASKED_AGAIN = ("unreachable", "cut-off", "timeout", "http-error")  # in the next run
GARBLED = {  # by name: what the header says, and the page
    name: (charset, article(f"炉前一日{name}", f"{name}。{TEXT}").decode().encode(encoding))
    for name, charset, encoding in (
        ("says utf-8, is gb18030", "utf-8", "gb18030"),
        ("says gb2312, is utf-8", "gb2312", "utf-8"),
        ("says windows-1251, is utf-8", "windows-1251", "utf-8"),
        ("says iso-8859-1, is gb18030", "iso-8859-1", "gb18030"),
        ("says what does not exist", "klingon", "gb18030"),
        ("says nothing, is gb18030", "", "gb18030"),
    )
}


def address(name: str) -> str:
    return f"{FOLDER}t20260601_{400001 + [*ODD, *GARBLED].index(name)}.html"


@dataclass
class Crawled:
    shell: Shell
    site: Server
    code: int
    stderr: str
    honest: Content


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    shell, honest = (Shell(tmp_path_factory.mktemp(name)) for name in ("odd", "honest"))
    with serve() as site:
        assert shell.folder != honest.folder and honest.crawl("news", "lzly", site.base_url("lzly")).returncode == 0
        listed = site.body("lzly", LIST).decode()
        odd = {name: answer for name, (answer, _, _) in ODD.items()} | {
            "redirect to itself": told(302, Location=address("redirect to itself")),
            "redirect to itself with a cookie": told(
                302, Location=address("redirect to itself with a cookie"), Set_Cookie="a=b"
            ),
            "redirect to another host after a retry": in_turn(told(503), told(302, Location="http://www.example.org/")),
            "the index in its place": page(listed),
            "meta refresh in a ring": page(REFRESH.format(address("script redirect in a ring"))),
            "script redirect in a ring": page(SCRIPT.format(address("meta refresh in a ring"))),
        }
        for name, answer in odd.items():
            site.misbehave("lzly", address(name), answer)
        for name, (charset, body) in GARBLED.items():
            site.put("lzly", address(name), body, f"text/html; charset={charset}" if charset else "text/html")
        # between the honest ones: ten tries in a row without an answer would end the run
        days = [
            told["listed_on"] for story in site.truth["stories"] for told in story["appearances"] if told["listed_on"]
        ]
        rows = (
            f'<li><a href="{address(name)}">{name}</a><b>{days[n % len(days)]}</b></li>'
            for n, name in enumerate([*ODD, *GARBLED])
        )
        site.put("lzly", LIST, listed.replace('<ol class="rows">', '<ol class="rows">' + "".join(rows), 1).encode())
        done = shell.crawl("news", "lzly", site.base_url("lzly"), "-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=1")
        OVER.set()
        yield Crawled(shell, site, done.returncode, done.stderr, content(honest.engine()))


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_an_issue_and_no_article(crawled: Crawled, name: str) -> None:
    _, kind, word = ODD[name]
    url = HOST + address(name)
    found = rows(crawled.shell, f"SELECT kind, detail FROM issues WHERE url = '{url}' AND kind <> 'low-fill'")
    assert [found_kind for found_kind, _ in found] == [kind], found
    assert word in found[0][1]
    state = "missing" if name in INDEX else "pending" if kind in ASKED_AGAIN else "refused"
    assert rows(crawled.shell, f"SELECT article_id, state FROM urls WHERE url = '{url}'") == [(None, state)]
    if kind in NOT_WHOLE:
        assert rows(crawled.shell, f"SELECT count(*) FROM captures WHERE url = '{url}'") == [(0,)]
        tries = [request for request in crawled.site.requests if request.path == address(name)]
        assert (len(tries) > 1) == (kind != "too-large")


@pytest.mark.parametrize("name", GARBLED)
def test_a_wrong_charset_does_not_garble_the_text(crawled: Crawled, name: str) -> None:
    found = rows(crawled.shell, f"SELECT title, source, body FROM articles WHERE title LIKE '%{name}'")
    assert found == [(f"炉前一日{name}", "澄江铝业报", f"{name}。{TEXT}")]


def test_the_honest_articles_are_those_of_an_honest_server(crawled: Crawled) -> None:
    odd = {HOST + address(name) for name in [*ODD, *GARBLED]}
    found = content(crawled.shell.engine())
    for table in ("articles", "appearances", "revisions", "bylines", "images", "attachments"):
        assert [row for row in found[table] if not odd & set(row)] == crawled.honest[table], table


def test_the_run_is_not_called_good(crawled: Crawled) -> None:
    assert crawled.code == 3, crawled.stderr
    assert "Traceback" not in crawled.stderr
    assert crawled.shell.run("newsarchive", "verify").returncode == 0
