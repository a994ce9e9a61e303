"""Certificates are verified: a site that cannot show who it is is not read."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import Shell, rows
from tests.crawler.test_crawlall import listening

ASKED: list[str] = []


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ASKED.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


class Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the handshake is what is wanted."""


def certificate(folder: Path, name: x509.GeneralName, days: int) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = folder / "server.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(pem))
    return path


@pytest.fixture(params=["self-signed", "wrong name", "expired"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, Path | None]]:
    """Port, and the authority that the client is to trust."""
    right = x509.IPAddress(ip_address("127.0.0.1"))
    name = x509.DNSName("other.example.org") if request.param == "wrong name" else right
    path = certificate(tmp_path, name, -1 if request.param == "expired" else 30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    https = Quiet(("127.0.0.1", 0), Page)
    https.socket = context.wrap_socket(https.socket, server_side=True)
    with listening(https) as port:
        yield port, None if request.param == "self-signed" else path


def test_a_site_with_a_bad_certificate_is_not_read(shell: Shell, server: tuple[int, Path | None]) -> None:
    port, trusted = server
    where = ("-a", "site=lzly", "-a", f"base_url=https://127.0.0.1:{port}", "-s", "RETRY_TIMES=0")
    environment = {"SSL_CERT_FILE": str(trusted)} if trusted else {}
    ASKED.clear()
    done = shell.run("scrapy", "crawl", "news", *where, **environment)
    assert done.returncode == 1 and "verif" in done.stderr.lower()
    assert not ASKED
    assert rows(shell, "SELECT kind FROM issues") == [("robots",)]
