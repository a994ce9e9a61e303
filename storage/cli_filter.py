"""The options by which a command chooses articles."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from functools import reduce, wraps
from typing import Any, get_args

import click

from storage.queries import Filter
from storage.records import Role


def _day(context: click.Context, option: click.Parameter, given: datetime | None) -> date | None:
    return given.date() if given else None


def _text(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    try:
        (given or "").encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8, which no database can be asked for
        raise click.BadParameter("it is not text") from None
    return given


_DAY: dict[str, Any] = {"type": click.DateTime(["%Y-%m-%d"]), "metavar": "YYYY-MM-DD", "callback": _day}

# In the order of --help, each named as its field of Filter.
_OPTIONS = (
    click.option("--site", help="Only articles on this site (profile id)."),
    click.option("--section", help="Only articles in this section (profile id)."),
    click.option("--source", callback=_text, help="Only articles with this source, as printed."),
    click.option("--person", metavar="NAME", callback=_text, help="Only articles with this person in a byline."),
    click.option("--role", type=click.Choice(get_args(Role)), help="Only articles with such a byline; the person's."),
    click.option("--since", **_DAY, help="Published on this day or later; undated ones are out."),
    click.option("--until", **_DAY, help="Published on this day or earlier; undated ones are out."),
)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command is called with `wanted`, a Filter."""

    @wraps(command)
    def chosen(*arguments: Any, **options: Any) -> None:
        wanted = Filter(**{field.name: options.pop(field.name) for field in fields(Filter)})
        command(*arguments, wanted=wanted, **options)

    return reduce(lambda function, option: option(function), reversed(_OPTIONS), chosen)
