"""What a search asks for: a query's text as an expression of words, and whether a text fulfils it. No database."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from storage.engine import ArchiveError

_TOKEN = re.compile(r'(?P<space>\s+)|(?P<bracket>[()])|"(?P<phrase>(?:[^"]|"")*)"|(?P<word>[^\s()"]+)')
# What NFKC does to nearly every Chinese text. Where it finds nothing left to do it is 25 times as fast.
_FREQUENT = [(wide, unicodedata.normalize("NFKC", wide)) for wide in "，：；！？（）％～　…"]

_LONGEST = 1000  # characters; FTS5 takes no expression of any size
_DEEPEST = 20  # brackets and NOTs within each other


def fold(text: str) -> str:
    """What is searched, and searched for: one width and case (NFKC, case-folded), each run of white space one blank."""
    for wide, plain in _FREQUENT:
        text = text.replace(wide, plain)
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def folded(title: str | None, body: str) -> str:
    """A story as one text. A word never has a line break, so none is found across the title's end."""
    return f"{fold(title or '')}\n{fold(body)}\n"


@dataclass(frozen=True, slots=True)
class Word:
    text: str  # folded


@dataclass(frozen=True, slots=True)
class Not:
    part: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Expression", ...]


Expression = Word | Not | And | Or


def parse(query: str) -> Expression:
    """White space and AND join, OR parts weaker than both, NOT binds strongest; "..." is one word with its blanks, ""
    in it a quotation mark. Raises ArchiveError for what cannot be searched."""
    try:
        query.encode()
    except UnicodeEncodeError:
        raise ArchiveError("cannot search: the query is not text") from None
    if len(query) > _LONGEST:
        raise ArchiveError(f"cannot search: the query has more than {_LONGEST} characters")
    expression = _Parser(query).parse()
    if not _bounded(expression):
        raise ArchiveError("cannot search: NOT needs beside it a word that is to be there (铝土矿 NOT 氧化铝)")
    return expression


def matches(expression: Expression, has: Callable[[str], bool]) -> bool:
    """`has`: is this word there?"""
    match expression:
        case Word(text):
            return has(text)
        case Not(part):
            return not matches(part, has)
        case And(parts):
            return all(matches(part, has) for part in parts)
        case Or(parts):
            return any(matches(part, has) for part in parts)


def wanted_part(expression: Expression) -> Expression:
    """Without what is not to be there."""
    match expression:
        case And(parts):
            return And(tuple(wanted_part(part) for part in parts if not isinstance(part, Not)))
        case Or(parts):
            return Or(tuple(wanted_part(part) for part in parts))
        case _:
            return expression


def words(expression: Expression) -> list[str]:
    """Those that are to be there, the longest first."""

    def found(part: Expression) -> Iterator[str]:
        match part:
            case Word(text):
                yield text
            case And(parts) | Or(parts):
                for one in parts:
                    yield from found(one)
            case Not():
                pass

    return sorted(set(found(expression)), key=lambda word: (-len(word), word))


def _bounded(expression: Expression) -> bool:
    """Does it name at least one word of each text that it finds?"""
    match expression:
        case Word():
            return True
        case Not():
            return False
        case And(parts):
            return any(map(_bounded, parts)) and all(_bounded(part) for part in parts if not isinstance(part, Not))
        case Or(parts):
            return all(map(_bounded, parts))


class _Parser:
    def __init__(self, query: str) -> None:
        self.tokens = list(_tokens(query))
        self.at = self.depth = 0

    def parse(self) -> Expression:
        if not self.tokens:
            raise ArchiveError("cannot search: the query is empty")
        expression = self._either()
        if self.at < len(self.tokens):
            raise ArchiveError("cannot search: a bracket is closed that was not opened")
        return expression

    def _next(self) -> str | Word | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _either(self) -> Expression:
        parts = [self._all()]
        while self._next() == "OR":
            self.at += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Expression:
        parts = [self._one()]
        while self._next() not in (None, "OR", ")"):
            self.at += self._next() == "AND"
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Expression:
        token = self._next()
        self.at += 1
        if isinstance(token, Word):
            return token
        if token in ("NOT", "("):
            self.depth += 1
            if self.depth > _DEEPEST:
                raise ArchiveError(f"cannot search: more than {_DEEPEST} brackets and NOTs in each other")
            inside = Not(self._one()) if token == "NOT" else self._bracket()
            self.depth -= 1
            return inside
        place = f"before {token}" if token else "at the end"
        raise ArchiveError(f'cannot search: a word is missing {place} (what is meant literally goes in "quotes")')

    def _bracket(self) -> Expression:
        inside = self._either()
        if self._next() != ")":
            raise ArchiveError("cannot search: a bracket is not closed")
        self.at += 1
        return inside


def _tokens(query: str) -> Iterator[str | Word]:
    at = 0
    while at < len(query):
        found = _TOKEN.match(query, at)
        if not found:
            raise ArchiveError("cannot search: a quotation mark is not closed")
        at = found.end()
        if found["space"]:
            continue
        if found["bracket"] or found["word"] in ("AND", "OR", "NOT"):
            yield found[0]
            continue
        literal = found["word"] if found["phrase"] is None else found["phrase"].replace('""', '"')
        if not (text := fold(literal)):
            raise ArchiveError("cannot search: a phrase without a character")
        yield Word(text)
