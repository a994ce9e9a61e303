"""Links stories nearly the same: `articles.cluster_id` is the least id of those that a chain of verified pairs joins.

A text stands in up to 26 buckets of `bands`: that of its identity key and, from 100 characters on, those of its bands.
It is compared with the eight that come first in each, by a `rank` drawn from their identity keys. So which pairs there
are depends on the texts alone, not on the order in which they came, and in a bucket of up to nine each meets each. A
notice that comes n times costs n times 26 x 8 comparisons at most, and as many again for those who meet a new first
one: the n-th text becomes one with a chance of 8/n.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from storage.fingerprints import ENOUGH, identity_text
from storage.likeness import ALIKE, bands, similarity
from storage.models import Article, Band, Likeness, Signature
from storage.writing import among

_FIRST = 8  # of a bucket, with which its others are compared
_BATCH = 500  # articles in one transaction

Text = tuple[str | None, str]  # identity key, and what it is the key of
Buckets: TypeAlias = "array[int]"  # where a text stands; the first is that of its identity key, and its rank
Heads = dict[int, list[tuple[int, int]]]  # by bucket: rank and article of the first, in order
Pair = tuple[int, int]


def link_families(connection: Connection) -> bool:
    """Compares a batch of the articles whose text is new or another (`cluster_id` is NULL). Are there more?"""
    waiting = select(Article.id).where(Article.cluster_id.is_(None)).order_by(Article.id).limit(_BATCH)
    changed = set(connection.execute(waiting).scalars())
    if not changed:
        return False
    texts = _texts(connection, changed)
    old = _signatures(connection, changed)
    new = {article: _signature(*text) for article, text in texts.items()}
    _replace_signatures(connection, old, new)
    heads = _heads(connection, _shared(connection, new) | {band for signature in old.values() for band in signature})
    met = _met_by_others(connection, heads, [*old.items(), *new.items()])
    affected = new | _signatures(connection, met - changed)
    heads |= _heads(connection, {band for article in met - changed for band in affected[article]} - heads.keys())
    candidates = {
        (article, first)
        for article, signature in affected.items()
        for band in signature
        for _, first in heads.get(band, ())
        if first != article
    }
    stored = _pairs(connection, affected)
    kept = {pair for pair in stored & candidates if changed.isdisjoint(pair)}
    found = kept | _verified(connection, candidates - kept, texts)
    _replace_pairs(connection, stored, found)
    connection.execute(update(Article).where(Article.id.in_(among(connection, changed))).values(cluster_id=Article.id))
    _join(connection, {article for pair in stored | found for article in pair})
    return len(changed) == _BATCH


def _texts(connection: Connection, articles: Collection[int]) -> dict[int, Text]:
    said = select(Article.id, Article.identity_key, Article.body, Article.byline_text)
    return {
        row.id: (row.identity_key, identity_text(row.body, row.byline_text))
        for row in connection.execute(said.where(Article.id.in_(among(connection, articles)))).all()
    }


def _signature(key: str | None, text: str) -> Buckets:
    if key is None:
        return array("i")
    rank = int.from_bytes(bytes.fromhex(key[:8]), "little", signed=True)
    return array("i", [rank, *(bands(text) if len(text) >= ENOUGH else [])])


def _signatures(connection: Connection, articles: Collection[int]) -> dict[int, Buckets]:
    stored = select(Signature.article_id, Signature.bands)
    found = stored.where(Signature.article_id.in_(among(connection, articles)))
    return {article: array("i", signature) for article, signature in connection.execute(found)}


def _replace_signatures(connection: Connection, old: Mapping[int, Buckets], new: Mapping[int, Buckets]) -> None:
    if old:
        connection.execute(delete(Signature).where(Signature.article_id.in_(among(connection, old))))
        row = (Band.band == bindparam("b"), Band.rank == bindparam("r"), Band.article_id == bindparam("a"))
        gone = [{"b": band, "r": signature[0], "a": of} for of, signature in old.items() for band in signature]
        if gone:
            connection.execute(delete(Band).where(*row), gone)
    rows = [{"article_id": of, "bands": signature.tobytes()} for of, signature in new.items()]
    connection.execute(insert(Signature), rows)
    places = [
        {"band": band, "rank": signature[0], "article_id": of} for of, signature in new.items() for band in signature
    ]
    if places:  # a text of which too little is known stands in no bucket
        connection.execute(insert(Band), sorted(places, key=itemgetter("band")))


def _shared(connection: Connection, signatures: Mapping[int, Buckets]) -> set[int]:
    wanted = {band for signature in signatures.values() for band in signature}
    several = select(Band.band).where(Band.band.in_(among(connection, wanted))).group_by(Band.band)
    return set(connection.execute(several.having(func.count() > 1)).scalars())


def _heads(connection: Connection, wanted: Collection[int]) -> Heads:
    order = (Band.rank, Band.article_id)
    place = func.row_number().over(partition_by=Band.band, order_by=order).label("place")
    heads: Heads = defaultdict(list)
    placed = select(Band.band, *order, place).where(Band.band.in_(among(connection, wanted))).subquery()
    first = select(placed.c.band, placed.c.rank, placed.c.article_id).where(placed.c.place <= _FIRST)
    for band, rank, article in connection.execute(first.order_by(placed.c.band, placed.c.place)).all():
        heads[band].append((rank, article))
    return heads


def _met_by_others(connection: Connection, heads: Heads, touched: Iterable[tuple[int, Buckets]]) -> set[int]:
    """All in the buckets where a changed text is, or was, among the first."""
    buckets = {
        band
        for article, signature in touched
        for band in signature
        if band in heads and bisect_left(heads[band], (signature[0], article)) < _FIRST
    }
    met = select(Band.article_id).where(Band.band.in_(among(connection, buckets))).distinct()
    return set(connection.execute(met).scalars())


def _verified(connection: Connection, pairs: Collection[Pair], texts: Mapping[int, Text]) -> set[Pair]:
    texts = dict(texts) | _texts(connection, {article for pair in pairs for article in pair} - texts.keys())
    alike = {pair: _alike(texts[pair[0]], texts[pair[1]]) for pair in {(min(pair), max(pair)) for pair in pairs}}
    return {pair for pair in pairs if alike[min(pair), max(pair)]}


def _alike(one: Text, other: Text) -> bool:
    if one[0] == other[0]:
        return True
    return min(len(one[1]), len(other[1])) >= ENOUGH and similarity(one[1], other[1]) >= ALIKE


def _pairs(connection: Connection, articles: Collection[int]) -> set[Pair]:
    stored = select(Likeness.article_id, Likeness.other_id).where(Likeness.article_id.in_(among(connection, articles)))
    return {(article, other) for article, other in connection.execute(stored)}


def _replace_pairs(connection: Connection, stored: set[Pair], found: set[Pair]) -> None:
    if lost := stored - found:
        row = (Likeness.article_id == bindparam("a"), Likeness.other_id == bindparam("o"))
        connection.execute(delete(Likeness).where(*row), [{"a": article, "o": other} for article, other in lost])
    if new := found - stored:
        connection.execute(insert(Likeness), [{"article_id": article, "other_id": other} for article, other in new])


def _join(connection: Connection, articles: Collection[int]) -> None:
    """Makes `cluster_id` anew in all clusters of these articles."""
    clusters = select(Article.cluster_id).where(Article.id.in_(among(connection, articles))).distinct().subquery()
    members = select(Article.id, Article.cluster_id).join(clusters, clusters.c.cluster_id == Article.cluster_id)
    before = dict(connection.execute(members).all())
    pairs = _pairs(connection, before)
    after = _least(before, pairs)
    moved = [{"of": article, "to": after[article]} for article in before if after[article] != before[article]]
    if moved:
        change = update(Article).where(Article.id == bindparam("of")).values(cluster_id=bindparam("to"))
        connection.execute(change, moved)


def _least(articles: Collection[int], pairs: Collection[Pair]) -> dict[int, int]:
    """By article: the least in its connected component."""
    parent = {article: article for article in articles}

    def least(article: int) -> int:
        while parent[article] != article:
            parent[article] = article = parent[parent[article]]
        return article

    for pair in pairs:
        low, high = sorted(map(least, pair))
        parent[high] = low
    return {article: least(article) for article in parent}
