"""The interface in Chinese and English: which of the two a request wants, and its words."""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from starlette.requests import Request

Language = Literal["zh", "en"]
COOKIE = "language"
LANGUAGES: tuple[Language, ...] = get_args(Language)


def chosen(request: Request) -> Language | None:
    """In the address."""
    return _known(request.query_params.get("lang"))


def wanted(request: Request) -> Language:
    """As chosen now or earlier, else what the browser prefers, else Chinese."""
    accepted = _accepted(request.headers.get("accept-language", ""))
    return chosen(request) or _known(request.cookies.get(COOKIE)) or accepted or "zh"


def _known(value: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == value), None)


def _accepted(header: str) -> Language | None:
    """`en-GB,en;q=0.9,zh-CN;q=0.8` is English."""
    weighed: list[tuple[float, Language]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        if language := _known(tag[:2].lower()):
            try:
                weighed.append((float(weight or 1), language))
            except ValueError:
                continue
    return max(weighed, key=lambda one: one[0])[1] if weighed else None


def words(language: Language) -> Callable[..., str]:
    """`t("search.hits", number=3)`."""
    texts = dictionary()

    def translate(key: str, **values: Any) -> str:
        return texts[key][language].format(**values)

    return translate


@cache
def dictionary() -> dict[str, dict[str, str]]:
    """By `group.name`, both languages."""
    groups = tomllib.loads(files("storage.web").joinpath("words.toml").read_text("utf-8"))
    return {f"{group}.{name}": texts for group, named in groups.items() for name, texts in named.items()}
