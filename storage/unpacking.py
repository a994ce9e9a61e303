"""Bodies without their content encoding: whole and within bounds, or not at all."""

import sys
import zlib
from typing import Any

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_ERRORS = (zlib.error, brotli.error, zstd.ZstdError)


class NotWhole(Exception):
    """The body does not unpack to its end."""


class TooMuch(Exception):
    """It unpacks to more than it may."""


def unpacked(body: bytes, encodings: str, most: int) -> bytes:
    """`encodings`: the header Content-Encoding; an unknown one is none. `most`: bytes. Raises NotWhole, TooMuch."""
    for encoding in reversed(encodings.lower().split(",")):
        try:
            found, whole = _without(body, encoding.strip(), most) if body else (body, True)
        except _ERRORS as error:
            raise NotWhole(str(error)) from error
        if len(found) > most:
            raise TooMuch(f"{len(body)} bytes of {encoding.strip()} unpack to more than {most}")
        if not whole:
            raise NotWhole("it ends too early")
        body = found
    return body


def _without(body: bytes, encoding: str, most: int) -> tuple[bytes, bool]:
    """What comes out, a byte more than `most` at the most, and whether that is all."""
    if encoding in ("gzip", "x-gzip"):
        return _inflated(body, zlib.MAX_WBITS + 16, most)
    if encoding == "deflate":  # some servers leave out zlib's header
        return _inflated(body, zlib.MAX_WBITS if body[0] & 15 == 8 else -zlib.MAX_WBITS, most)
    if encoding == "br":
        brotli_decoder = brotli.Decompressor()
        return brotli_decoder.process(body, output_buffer_limit=most + 1), brotli_decoder.is_finished()
    if encoding == "zstd":
        zstd_decoder = zstd.ZstdDecompressor()
        return zstd_decoder.decompress(body, most + 1), zstd_decoder.eof
    return body, True


def _inflated(body: bytes, window: int, most: int) -> tuple[bytes, bool]:
    decoder: Any = zlib.decompressobj(window)
    return decoder.decompress(body, most + 1), decoder.eof
