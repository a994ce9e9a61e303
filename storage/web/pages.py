"""The pages: each function is one address, asks the archive and fills a template."""

from collections.abc import Callable, Container, Sequence
from datetime import date, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from storage import browsing, edits, health, queries
from storage.beijing import BEIJING
from storage.browsing import CHANGE_KINDS
from storage.citations import write_gbt7714
from storage.edits import Paragraph
from storage.engine import ArchiveError
from storage.formats import FORMATS
from storage.newest import newest
from storage.queries import Edit, Filter
from storage.records import Role
from storage.relatives import family
from storage.web import asked, language
from storage.web.asked import PER_PAGE
from storage.web.finding import find

_NEWEST = 8  # on the start page
_ROLES = get_args(Role)
_AROUND = 30  # characters


def start(request: Request) -> Response:
    with request.app.state.engine.connect() as connection:
        found, sections = browsing.overview(connection), health.health(connection)
        latest = newest(connection, Filter(), _NEWEST)
    years = {year: sum(n for _, n in group) for year, group in groupby(found.months.items(), lambda one: one[0][0])}
    sites = [(name, list(rows)) for name, rows in groupby(found.sections, lambda row: row["site_name"])]
    return _page(request, "start.html", overview=found, years=years, sites=sites, newest=latest, health=sections)


def search(request: Request) -> Response:
    wanted = asked.search(request)
    found = refusal = places = None
    with request.app.state.engine.connect() as connection:
        try:
            found = find(connection, wanted)
            places = browsing.places(connection, [hit.article_id for hit in found.hits])
        except ArchiveError as error:  # a query that cannot be searched, a site that is not there
            refusal = str(error)
    code = 400 if refusal else 200
    context = {"asked": wanted, "found": found, "places": places, "refusal": refusal}
    return _page(request, "search.html", code=code, per_page=PER_PAGE, formats=FORMATS, **context)


def story(request: Request) -> Response:
    article_id = asked.number(request, "id")
    with request.app.state.engine.connect() as connection:
        found = queries.story(connection, article_id)
        if found is None:
            raise HTTPException(404)
        history = queries.edits(connection, article_id) or []
        captures = browsing.captures_of(connection, article_id)
        relatives = family(connection, article_id)
        reference = StringIO()
        write_gbt7714(queries.articles(connection, Filter(), [article_id]), reference)
    people = {role: list(rows) for role, rows in groupby(sorted(found.bylines, key=_role), lambda row: row["role"])}
    captions = {image["caption"]: image for image in reversed(found.images) if image["caption"]}
    lines = found.article["body"].split("\n")
    blocks = [(kind, list(group)) for kind, group in groupby(lines, _kind_of_line(captions))]
    in_text = {captions[line]["id"] for line in lines if line in captions and captions[line]["sha256"]}
    return _page(
        request,
        "story.html",
        story=found,
        people=people,
        blocks=blocks,
        captions=captions,
        others=[image for image in found.images if image["id"] not in in_text],
        history=history,
        shown=_readable(history[-1]) if history else None,
        captures=captures,
        family=relatives,
        reference=reference.getvalue(),
    )


def change(request: Request) -> Response:
    article_id, seq = asked.number(request, "id"), asked.number(request, "seq")
    with request.app.state.engine.connect() as connection:
        history = queries.edits(connection, article_id) or []
    edit = next((edit for edit in history if edit.after["seq"] == seq), None)
    if edit is None:
        raise HTTPException(404)
    return _page(request, "change.html", edit=edit, shown=_readable(edit), history=history)


def person(request: Request) -> Response:
    name, role, page = asked.text(request, "name"), asked.text(request, "role"), asked.page(request)
    if name is None:
        raise HTTPException(404)
    with request.app.state.engine.connect() as connection:
        found = browsing.person(connection, name, role, PER_PAGE, (page - 1) * PER_PAGE)
    total = found.roles.get(role, 0) if role else sum(found.roles.values())
    return _page(
        request,
        "person.html",
        code=200 if found.roles else 404,
        name=name,
        role=role,
        person=found,
        total=total,
        page=page,
        per_page=PER_PAGE,
    )


def carousel(request: Request) -> Response:
    day = asked.day(request, "day")
    with request.app.state.engine.connect() as connection:
        carousels = browsing.carousels(connection)
        name = asked.text(request, "carousel")
        one = next((one for one in carousels if name in (None, f"{one['site']}/{one['section']}")), None)
        if one is None and name:
            raise HTTPException(404)
        day = day or (one["last_seen"].astimezone(BEIJING).date() if one else None)
        front = browsing.front_page(connection, one["id"], day) if one and day else None
    return _page(request, "carousel.html", carousels=carousels, one=one, day=day, front=front, step=timedelta(days=1))


def changes(request: Request) -> Response:
    kind, page = asked.text(request, "kind"), asked.page(request)
    if kind and kind not in CHANGE_KINDS:
        raise HTTPException(404)
    kinds = (kind,) if kind else CHANGE_KINDS
    with request.app.state.engine.connect() as connection:
        found = browsing.changes(connection, kinds, PER_PAGE + 1, (page - 1) * PER_PAGE)
        shown, more = found[:PER_PAGE], len(found) > PER_PAGE
        histories = [queries.edits(connection, article_id) or [] for article_id in {row["article_id"] for row in shown}]
    excerpts = {(edit.after["article_id"], edit.after["seq"]): edit for history in histories for edit in history}
    for row in shown:
        row["excerpt"] = _excerpt(excerpts[row["article_id"], row["seq"]])
    return _page(request, "changes.html", kinds=CHANGE_KINDS, kind=kind, changes=shown, more=more, page=page)


def coverage(request: Request) -> Response:
    with request.app.state.engine.connect() as connection:
        today = datetime.now(BEIJING).date()
        last = browsing.last_look(connection) or today
        year, month = asked.month(request, "month") or (last.year, last.month)
        sections = browsing.coverage(connection, year, month)
    first = date(year, month, 1)
    months = {"before": first - timedelta(days=1), "now": first, "after": first + timedelta(days=31)}
    return _page(request, "coverage.html", sections=sections, months=months, today=today)


def error(request: Request, status: int, detail: str) -> Response:
    reason = HTTPStatus(status).phrase
    return _page(request, "error.html", code=status, detail="" if detail == reason else detail)


def _role(row: dict[str, Any]) -> int:
    return _ROLES.index(row["role"])


def _kind_of_line(captions: Container[str]) -> Callable[[str], str]:
    return lambda line: "row" if "\t" in line else "caption" if line in captions else "paragraph"


def _readable(edit: Edit) -> dict[str, Any]:
    """By field: pieces (kept or changed, paragraphs), or rows added and removed."""
    found = edits.changes(edit.before, edit.after)
    return {field: _pieces(change) if isinstance(change, list) else change for field, change in found.items()}


def _pieces(paragraphs: Sequence[Paragraph]) -> list[tuple[bool, list[Paragraph]]]:
    """What did not change is told apart, to be folded away."""
    kept = groupby(paragraphs, lambda paragraph: all(op == "equal" for op, _ in paragraph))
    return [(same, list(group)) for same, group in kept]


def _excerpt(edit: Edit) -> Paragraph:
    """The first change of a text, and a few characters around it."""
    texts = (change for change in edits.changes(edit.before, edit.after).values() if isinstance(change, list))
    changed = (paragraph for text in texts for paragraph in text if any(op != "equal" for op, _ in paragraph))
    first = next(changed, [])
    at = next((n for n, (op, _) in enumerate(first) if op != "equal"), 0)
    return [
        ("equal", "".join(text for _, text in first[:at])[-_AROUND:]),
        *((op, text[:_AROUND]) for op, text in first[at : at + 4]),
    ]


def _page(request: Request, template: str, *, code: int = 200, **context: Any) -> Response:
    wanted = language.wanted(request)
    text = (
        _templates()
        .get_template(template)
        .render(
            t=language.words(wanted),
            language=wanted,
            languages=language.LANGUAGES,
            path=request.url.path,
            here=partial(asked.address, request),
            parameters=request.query_params,
            code=code,
            **context,
        )
    )
    response = HTMLResponse(text, code, {"Vary": "Accept-Language, Cookie", "Cache-Control": "no-store"})
    if chosen := language.chosen(request):
        response.set_cookie(language.COOKIE, chosen, max_age=365 * 86400, samesite="lax", httponly=True)
    return response


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("storage.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["beijing"] = _beijing
    environment.filters["web"] = _web
    environment.globals["link"] = lambda path, **parameters: asked.link(path, parameters)
    style = Path(str(files("storage.web"))) / "static" / "style.css"
    environment.globals["style_version"] = sha256(style.read_bytes()).hexdigest()[:12]
    return environment


def _beijing(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _web(url: str | None) -> str | None:
    """For href: what a page wrote into a link may be javascript:..."""
    return url if url and url.startswith(("http://", "https://")) else None
