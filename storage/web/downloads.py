"""What is no page: the chart, exports, and stored bytes, which a browser must never take for a page of ours."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO, TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from storage import browsing, queries, warc
from storage.citations import stable_id, write_bibtex
from storage.formats import FORMATS, Format
from storage.queries import Filter
from storage.search import every
from storage.unpacking import NotWhole, TooMuch, unpacked
from storage.warc import WarcError
from storage.web import asked, chart

_SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}
_SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"})  # SVG may hold scripts
_IN_MEMORY = 8 << 20
_CHUNK = 1 << 16
_UNPACKED_AT_MOST = 64 << 20  # bytes of a page


def months(request: Request) -> Response:
    with request.app.state.engine.connect() as connection:
        counted = browsing.months(connection)
    if not counted:
        raise HTTPException(404)
    svg = chart.per_month(counted, narrow=asked.text(request, "narrow") == "1")
    # its style stands in the file; as a page of its own it may not run anything either
    guard = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(svg, media_type="image/svg+xml", headers=guard)


def export(request: Request) -> Response:
    """All stories of a search. Written whole before it is sent: a reader who waits holds up nobody's writing, and a
    failure is an answer instead of half a file."""
    format = FORMATS.get(request.path_params["kind"])
    if format is None:
        raise HTTPException(404)
    wanted = asked.search(request)
    out = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  closed when it has been sent
    text = TextIOWrapper(out, "utf-8", newline="", write_through=True)
    with request.app.state.engine.connect() as connection:
        queries.expect_known(connection, wanted.wanted)
        only = (
            every(connection, wanted.query, wanted.wanted, titles=wanted.titles, history=wanted.history)
            if wanted.query
            else None
        )
        format.write(format.read(connection, wanted.wanted, only), text)
    text.detach()
    name = f"news-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return StreamingResponse(_chunks(out), media_type=format.media_type, headers=_to_keep(name, format))


def citation(request: Request) -> Response:
    """One story, for a literature manager."""
    with request.app.state.engine.connect() as connection:
        found = list(queries.articles(connection, Filter(), [asked.number(request, "id")]))
    if not found:
        raise HTTPException(404)
    out = StringIO()
    write_bibtex(found, out)
    bibtex = FORMATS["bibtex"]
    return Response(out.getvalue(), media_type=bibtex.media_type, headers=_to_keep(stable_id(found[0]), bibtex))


def capture(request: Request) -> Response:
    """A page as it came, less its compression: as text to read, else to keep."""
    capture_id = asked.number(request, "id")
    with request.app.state.engine.connect() as connection:
        found = browsing.capture(connection, capture_id)
    if found is None:
        raise HTTPException(404)
    try:
        headers, body = warc.read(request.app.state.folder, found.place)
    except WarcError as error:
        raise HTTPException(404, str(error)) from error
    said = {name.lower(): value.decode("latin-1").lower() for name, value in headers}
    kind, page = said.get(b"content-type", ""), _readable(body, said.get(b"content-encoding", ""))
    if page is None or not kind.startswith("text/"):
        name = f'attachment; filename="capture-{capture_id}"'
        return Response(
            page or body, headers=_SANDBOX | {"Content-Disposition": name}, media_type="application/octet-stream"
        )
    return Response(page, headers=_SANDBOX | {"Content-Type": f"text/plain; charset={_charset(page)}"})


def media(request: Request) -> Response:
    """A stored picture to look at; any other file to keep."""
    sha256 = request.path_params["sha256"]
    with request.app.state.engine.connect() as connection:
        found = browsing.stored_file(connection, sha256) if re.fullmatch("[0-9a-f]{64}", sha256) else None
    folder = request.app.state.folder.resolve()
    path = folder / found.path if found else folder
    if found is None or not path.resolve().is_relative_to(folder / "media") or not path.is_file():
        raise HTTPException(404)
    headers = _SANDBOX | {"Cache-Control": "private, max-age=31536000, immutable"}
    if found.media_type in _SHOWN:
        return FileResponse(path, media_type=found.media_type, headers=headers)
    return FileResponse(path, media_type="application/octet-stream", headers=headers, filename=path.name)


def _to_keep(name: str, format: Format) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.{format.ending}"'}


def _readable(body: bytes, encodings: str) -> bytes | None:
    """None where the bytes are not whole."""
    try:
        return unpacked(body, encodings, _UNPACKED_AT_MOST)
    except (NotWhole, TooMuch):
        return None


def _charset(body: bytes) -> str:
    """Only so that it can be read: the bytes stay as they are."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk
