"""The web application: addresses, what guards them, and the server on loopback."""

import socket
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import uvicorn
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.engine import ArchiveError, archive_dir
from storage.schema import open_engine
from storage.web import downloads, pages

HOST = "127.0.0.1"

# Nothing of another origin is asked for, and nothing of a stored page can run: what the archive holds is not trusted.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def application(engine: Engine, folder: Path) -> Starlette:
    """`folder`: where WARC and media files are."""
    app = Starlette(
        routes=[
            Route("/", pages.start),
            Route("/months.svg", downloads.months),
            Route("/search", pages.search),
            Route("/story/{id:int}", pages.story),
            Route("/story/{id:int}/citation.bib", downloads.citation),
            Route("/story/{id:int}/changes/{seq:int}", pages.change),
            Route("/person", pages.person),
            Route("/carousel", pages.carousel),
            Route("/changes", pages.changes),
            Route("/coverage", pages.coverage),
            Route("/export.{kind:str}", downloads.export),
            Route("/capture/{id:int}", downloads.capture),
            Route("/media/{sha256:str}", downloads.media),
            Mount("/static", StaticFiles(directory=str(files("storage.web") / "static"))),
        ],
        # A page of another origin that got hold of our address by rebinding its name sends that name as Host.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"]), Middleware(_Headers)],
        exception_handlers=dict.fromkeys((HTTPException, ArchiveError, DBAPIError), _refused),
    )
    app.state.engine, app.state.folder = engine, folder
    return app


def serve(archive: str | None, port: int, started: Callable[[str], None]) -> None:
    """Until Ctrl-C. `started` is told the address. Raises ArchiveError."""
    engine = open_engine(archive)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        raise ArchiveError(f"cannot serve on {HOST}:{port}: {error.strerror}") from error
    config = uvicorn.Config(
        application(engine, archive_dir()), log_level="warning", server_header=False, lifespan="off", ws="none"
    )
    started(f"http://{HOST}:{listening.getsockname()[1]}/")
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
    engine.dispose()


async def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return pages.error(request, error.status_code, error.detail)
    if isinstance(error, ArchiveError):
        return pages.error(request, 400, str(error))
    reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    return pages.error(request, 503, reason)


class _Headers:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)
