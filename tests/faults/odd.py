"""Ways in which servers misbehave: what is called in the place of the fixture server's answer."""

import gzip
import socket
import struct
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from threading import Event

import brotli
from backports import zstd

Odd = Callable[[BaseHTTPRequestHandler], None]
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def raw(*parts: bytes) -> Odd:
    """These bytes, then the end of the connection."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
        handler.close_connection = True

    return answer


def reset(*parts: bytes) -> Odd:
    """These bytes, then a connection reset."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        raw(*parts)(handler)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    return answer


def told(status: int, body: bytes = b"", **headers: str) -> Odd:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return raw(f"HTTP/1.1 {status} Odd\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body)


def sized(length: int, body: bytes, more: bytes = b"") -> Odd:
    return raw(HTML + more + b"Content-Length: %d\r\n\r\n" % length + body)


def page(text: str) -> Odd:
    return sized(len(text.encode()), text.encode())


def in_turn(*answers: Odd) -> Odd:
    """One after the other, the last one from then on."""
    left = list(answers)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def encoded(encoding: str, body: bytes) -> Odd:
    return sized(len(body), body, f"Content-Encoding: {encoding}\r\n".encode())


def chunked_and_cut(body: bytes) -> Odd:
    return raw(HTML + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n")


def slow(body: bytes, over: Event) -> Odd:
    """A byte now and then, for as long as anybody listens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(HTML + b"Content-Length: %d\r\n\r\n" % len(body))
        for n in range(len(body)):
            handler.wfile.write(body[n : n + 1])
            if over.wait(0.3):
                return

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(HTML + b"\r\n<html><body>")
    while True:
        handler.wfile.write("<p>一二三四五六七八九十</p>".encode() * 1000)


def bombs(size: int) -> dict[str, bytes]:
    """By content encoding: little that unpacks to so many bytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = {
        "gzip": gzip.compress(bytes(size), 9),
        "deflate": zlib.compress(bytes(size), 9),
        "br": brotli.compress(bytes(size)),
        "zstd": zstd.compress(bytes(size)),
        "raw deflate": deflate.compress(bytes(size)) + deflate.flush(),
    }
    return packed | {"gzip, gzip": gzip.compress(packed["gzip"])}
