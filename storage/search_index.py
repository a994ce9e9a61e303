"""The index behind the search: which stories may have a word. A queue of the articles whose text has changed since is
written with the articles; the index follows in batches of its own, and until then a search reads those itself.

A text's tokens are its overlapping pairs of characters. They are not made of ASCII, so that neither FTS5 nor PostgreSQL
sees any syntax or white space in them. A row's number is its day and its article, so the newest have the highest."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from itertools import pairwise

from sqlalchemy import Connection, case, delete, insert, select, text

from storage.models import Article, SearchQueue
from storage.search_query import And, Expression, Not, Or, Word, fold, folded
from storage.writing import insert as upsert

BATCH = 500  # articles a transaction, well under a second
OFTEN = 3  # times that a word is in a story which is about it

# Marks of tokens: in the title; often in the story. White space that fold() never leaves.
TITLE, FREQUENT = "\u3000", "\u2003"

# Where NFKC never leaves anything: the full-width forms and, for control characters, what stands before them.
_NO_ASCII = {code: 0xFEE0 + code for code in range(128)}

_ARTICLE_BITS = 22  # of a row's number: 4 million articles. Each bit more makes the index larger
_PAIRS_ASKED = 20  # of a long word: few texts have those and not the rest
_MOST_TOKENS = 50_000  # of a tsvector, which holds 1 MB; a longer text is a candidate for every word


def row_number(article_id: int, published_on: date | None) -> int:
    return (published_on.toordinal() if published_on else 0) << _ARTICLE_BITS | article_id


def span(since: date | None, until: date | None) -> tuple[int, int]:
    """The lowest number, and the one behind the highest. With either day undated articles are out."""
    lowest = row_number(0, since or (date.min if until else None))
    return lowest, (until or date.max).toordinal() + 1 << _ARTICLE_BITS


def article_of(number: int) -> int:
    return number & (1 << _ARTICLE_BITS) - 1


def enqueue(connection: Connection, article_ids: Collection[int]) -> None:
    """Before the articles are changed: notes what the index has of them, unless that is noted already."""
    body = case((Article.content_hash != "", Article.body))  # a row without a hash has no text yet
    indexed = select(Article.id, Article.title, body, Article.published_on).where(Article.id.in_(article_ids))
    columns = ["article_id", "title", "body", "published_on"]
    connection.execute(upsert(connection, SearchQueue).from_select(columns, indexed).on_conflict_do_nothing())


def waiting(connection: Connection) -> list[int]:
    """Articles that the index has as they were, or not at all."""
    return list(connection.execute(select(SearchQueue.article_id)).scalars())


def update(connection: Connection) -> list[int]:
    """Brings at most BATCH articles of the queue into the index, and returns them."""
    rows = connection.execute(
        select(
            SearchQueue, Article.title.label("now_title"), Article.body.label("now"), Article.published_on.label("day")
        )
        .join(Article, Article.id == SearchQueue.article_id)
        .where(Article.id <= article_of(-1))
        .order_by(SearchQueue.article_id)
        .limit(BATCH)
    ).all()
    rows_of = _SQL[connection.dialect.name]
    old = [
        {"number": row_number(row.article_id, row.published_on), "tokens": _tokens(row.title, row.body)}
        for row in rows
        if row.body is not None
    ]
    new = [{"number": row_number(row.article_id, row.day), "tokens": _tokens(row.now_title, row.now)} for row in rows]
    for statement, values in ((rows_of["delete"], old), (rows_of["insert"], new)):
        if values:
            connection.execute(text(statement), values)
    done = [row.article_id for row in rows]
    connection.execute(delete(SearchQueue).where(SearchQueue.article_id.in_(done)))
    return done


def forget(connection: Connection) -> None:
    """Empties the index and queues every article."""
    connection.execute(text(_SQL[connection.dialect.name]["empty"]))
    connection.execute(delete(SearchQueue))
    connection.execute(insert(SearchQueue).from_select(["article_id"], select(Article.id)))


def candidates(
    connection: Connection, expression: Expression, mark: str, span: tuple[int, int], at_least: int
) -> Iterator[int]:
    """Numbers of the rows within `span` that may fulfil the expression, the highest first; of those that do, none is
    missing. `mark`: TITLE, FREQUENT or "". `at_least`: how many will probably be taken."""
    lowest, below = span
    sql = _SQL[connection.dialect.name]
    asked = text(
        f"SELECT rowid FROM search_index WHERE {sql['match']} AND rowid >= :lowest AND rowid < :below "
        "ORDER BY rowid DESC LIMIT :most"
    )
    query, most = _query(expression, mark, sql), at_least
    while True:
        values = {"query": query, "lowest": lowest, "below": below, "most": most}
        found = connection.execute(asked, values).scalars().all()
        yield from found
        if len(found) < most:
            return
        below, most = found[-1], min(most * 4, 20_000)


def numbers(connection: Connection, article_ids: Collection[int]) -> Iterator[int]:
    ids = list(article_ids)
    for first in range(0, len(ids), BATCH):
        dated = select(Article.id, Article.published_on).where(Article.id.in_(ids[first : first + BATCH]))
        yield from (row_number(article_id, day) for article_id, day in connection.execute(dated))


def _tokens(title: str | None, body: str) -> str:
    pairs = Counter(_pairs(folded(title, body)))
    marked = [TITLE + pair for pair in dict.fromkeys(_pairs(fold(title or "") + "\n"))]
    marked += [FREQUENT + pair for pair, times in pairs.items() if times >= OFTEN]
    return " ".join([*pairs, *marked])


def _pairs(folded_text: str) -> list[str]:
    text = folded_text.translate(_NO_ASCII)
    return list(map("".join, pairwise(text)))


def _query(expression: Expression, mark: str, sql: dict[str, str]) -> str:
    """For FTS5 or as tsquery."""
    match expression:
        case Word(word):
            if len(word) > 1:
                pairs = list(dict.fromkeys(_pairs(word)))[:_PAIRS_ASKED]
                return "(" + sql["and"].join(sql["token"].format(mark + pair) for pair in pairs) + ")"
            # a character begins a pair wherever it stands, but the pairs of a frequent character may each be rare
            return sql["prefix"].format(("" if mark == FREQUENT else mark) + word.translate(_NO_ASCII))
        case And(parts):
            there = [_query(part, mark, sql) for part in parts if not isinstance(part, Not)]
            away = [_query(part.part, mark, sql) for part in parts if isinstance(part, Not) and _exact(part.part)]
            return "(" + sql["not"].join([f"({sql['and'].join(there)})", *away]) + ")"
        case Or(parts):
            return "(" + sql["or"].join(_query(part, mark, sql) for part in parts) + ")"
        case Not():
            raise AssertionError("parse() lets no expression of this kind through")


def _exact(expression: Expression) -> bool:
    """Are all candidates hits? Of a longer word the pairs may stand apart."""
    match expression:
        case Word(word):
            return len(word) <= 2
        case And(parts) | Or(parts):
            return all(map(_exact, parts))
        case Not():
            return False


_SQL = {
    "sqlite": {
        "match": "search_index MATCH :query",
        "insert": "INSERT INTO search_index (rowid, tokens) VALUES (:number, :tokens)",
        "delete": "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', :number, :tokens)",
        "empty": "INSERT INTO search_index (search_index) VALUES ('delete-all')",
        "token": '"{}"',
        "prefix": '"{}" *',
        "and": " AND ",
        "or": " OR ",
        "not": " NOT ",
    },
    "postgresql": {
        "match": "(tokens @@ CAST(:query AS tsquery) OR tokens IS NULL)",
        "insert": "INSERT INTO search_index (rowid, tokens) VALUES (:number, "
        f"CASE WHEN cardinality(string_to_array(:tokens, ' ')) <= {_MOST_TOKENS} "
        "THEN array_to_tsvector(string_to_array(:tokens, ' ')) END)",
        "delete": "DELETE FROM search_index WHERE rowid = :number",
        "empty": "DELETE FROM search_index",
        "token": "'{}'",
        "prefix": "'{}':*",
        "and": " & ",
        "or": " | ",
        "not": " & !",
    },
}
