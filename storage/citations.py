"""Articles as references: BibTeX and GB/T 7714-2015. What they say is explained in docs/citing.md."""

from collections.abc import Iterable
from typing import TextIO

from storage.beijing import BEIJING
from storage.queries import Record

_NAMED = 3  # authors that GB/T 7714 names before 等

_TEX = str.maketrans(
    {
        **{character: f"\\{character}" for character in "#$%&_"},
        # braces must be even for BibTeX, with or without a backslash
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_BRACES_IN_URLS = str.maketrans({"{": "%7B", "}": "%7D"})


def stable_id(article: Record) -> str:
    """Without the site: the first copy of a story may be found later, on another one."""
    return f"newsarchive-{article['id']}"


def write_bibtex(articles: Iterable[Record], out: TextIO) -> None:
    for article in articles:
        fields = {
            "title": article["title"] and f"{{{_tex(article['title'])}}}",
            "author": " and ".join(f"{{{_tex(name)}}}" for name in _authors(article)),
            "organization": article["source"] and _tex(article["source"]),
            "date": article["published_on"],
            "year": article["published_on"] and article["published_on"].year,
            "url": article["url"].translate(_BRACES_IN_URLS),
            "urldate": _read_on(article),
            "note": f"Archived as {stable_id(article)}, first seen {_first_seen(article)}, "
            f"SHA-256 {article['content_hash']}",
        }
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        out.write(f"@misc{{{stable_id(article)},\n{''.join(lines)}}}\n\n")


def write_gbt7714(articles: Iterable[Record], out: TextIO) -> None:
    """One reference a line."""
    for article in articles:
        authors = _authors(article)
        named = ", ".join([*authors[:_NAMED], *(["等"] if len(authors) > _NAMED else [])])
        published = f"({article['published_on']})" if article["published_on"] else ""
        out.write(
            (f"{named}. " if named else "")
            + f"{_line(article['title'] or '题名不详')}[EB/OL]. {published}[{_read_on(article)}]. {article['url']}. "
            f"存档号 {stable_id(article)}, 首见 {_first_seen(article)}, SHA-256 {article['content_hash']}.\n"
        )


def _authors(article: Record) -> list[str]:
    names = "、".join(article[role] for role in ("reporters", "correspondents") if article[role])
    return [_line(name) for name in names.split("、") if name]


def _read_on(article: Record) -> str:
    """The day in Beijing on which the page was found to say this."""
    return f"{article['last_seen'].astimezone(BEIJING):%Y-%m-%d}"


def _first_seen(article: Record) -> str:
    return f"{article['first_seen']:%Y-%m-%dT%H:%M:%SZ}"


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)


def _line(text: str) -> str:
    """Without line breaks and control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
