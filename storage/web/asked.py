"""What a request asks for: its parameters, typed. One that is no such thing is answered with 400, never ignored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from storage.models import LARGEST_ID
from storage.queries import Filter
from storage.records import Role
from storage.search import Order

PER_PAGE = 20
_MOST_PAGES = 500
_MOST_FOUND = 50  # pages of a search: as many as are counted
_YEARS = range(1900, 2200)  # days before and after them are there too


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. `page` counts from 1."""

    query: str
    wanted: Filter
    order: Order
    titles: bool
    history: bool
    page: int


def search(request: Request) -> Asked:
    role = text(request, "role")
    if role and role not in get_args(Role):
        raise _bad("role", role)
    order = text(request, "order") or "newest"
    if order not in get_args(Order):
        raise _bad("order", order)
    wanted = Filter(
        site=text(request, "site"),
        section=text(request, "section"),
        since=day(request, "since"),
        until=day(request, "until"),
        source=text(request, "source"),
        person=text(request, "person"),
        role=cast(Role | None, role),
    )
    flags = {name: text(request, name) == "1" for name in ("titles", "history")}
    return Asked(text(request, "q") or "", wanted, cast(Order, order), page=page(request, _MOST_FOUND), **flags)


def text(request: Request, name: str) -> str | None:
    """None also for an empty one: a form sends its empty fields."""
    value = request.query_params.get(name, "").strip()
    if "\0" in value:  # which PostgreSQL cannot even be asked for
        raise _bad(name, value)
    return value or None


def day(request: Request, name: str) -> date | None:
    value = text(request, name)
    return _date(name, value) if value else None


def month(request: Request, name: str) -> tuple[int, int] | None:
    value = text(request, name)
    first = _date(name, f"{value}-01") if value else None
    return (first.year, first.month) if first else None


def _date(name: str, value: str) -> date:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise _bad(name, value) from None
    if found.year not in _YEARS:
        raise _bad(name, value)
    return found


def page(request: Request, most: int = _MOST_PAGES) -> int:
    value = text(request, "page") or "1"
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
        raise _bad("page", value)
    return int(value)


def number(request: Request, name: str) -> int:
    """Of the path; a number no row can have is an address that is not there."""
    value: int = request.path_params[name]
    if value > LARGEST_ID:
        raise HTTPException(404)
    return value


def address(request: Request, path: str | None = None, **changed: Any) -> str:
    """This address, or `path` with this address's parameters; None takes one away."""
    return link(path or request.url.path, {**request.query_params, **changed})


def link(path: str, parameters: Mapping[str, Any]) -> str:
    query = urlencode({name: value for name, value in parameters.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def _bad(name: str, value: Any) -> HTTPException:
    return HTTPException(400, f"{name}={value!r:.100}")
