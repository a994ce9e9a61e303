"""Stories nearly the same are linked, and stay two."""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert, select, update

from storage import Archive, Run, families
from storage.cli import main
from storage.families import link_families
from storage.fingerprints import identity_key
from storage.likeness import ALIKE, bands, similarity
from storage.models import Article, Base
from storage.queries import Record
from storage.records import ArticlePage
from storage.relatives import Family, family
from tests.storage.conftest import Rows
from tests.storage.samples import SECTIONS, SITE, page, read

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]


def written(length: int, seed: object) -> str:
    return "".join(random.Random(str(seed)).choices(_CHARACTERS, k=length))


def edited(text: str, share: float, seed: object = 0) -> str:
    drawn, letters = random.Random(str(seed)), list(text)
    for place in drawn.sample(range(len(text)), round(share * len(text))):
        letters[place] = drawn.choice(_CHARACTERS)
    return "".join(letters)


STORY = written(400, "story")


def story(number: int, body: str) -> ArticlePage:
    return page(number, body=body, byline_text=None, bylines=())


def recorded(archive: Archive, *pages: ArticlePage) -> None:
    run = archive.begin_run("news", SITE, SECTIONS, {})
    run.record([read(one) for one in pages])
    run.end("good")


def clusters(rows: Rows) -> list[object]:
    return [cluster for (cluster,) in rows("SELECT cluster_id FROM articles ORDER BY id")]


def test_stories_nearly_the_same_are_linked_and_stay_two(archive: Archive, rows: Rows) -> None:
    short = written(99, "short")
    bodies = [written(400, "other"), STORY, edited(STORY, 0.1), STORY[:350], short, edited(short, 0.02), ""]
    recorded(archive, *(story(number, body) for number, body in enumerate(bodies, 1)))
    assert clusters(rows) == [1, 2, 2, 2, 5, 6, 7]
    assert rows("SELECT COUNT(*) FROM bands WHERE article_id > 4") == [(3,)]


def test_a_text_of_which_too_little_is_known_stands_alone(archive: Archive, rows: Rows) -> None:
    nameless = replace(story(1, "短"), published_on=None, date_origin=None)
    recorded(archive, nameless)
    recorded(archive, replace(nameless, body="短讯"))
    assert clusters(rows) == [1]


def test_what_arrives_later_is_linked_to_what_is_there(archive: Archive, rows: Rows) -> None:
    recorded(archive, story(1, STORY), story(2, written(400, "other")))
    recorded(archive, story(3, edited(STORY, 0.05)))
    recorded(archive, replace(story(3, edited(STORY, 0.05)), source="别处"))  # the face is made anew
    assert clusters(rows) == [1, 2, 1]


def test_an_edit_unlinks_and_links(archive: Archive, rows: Rows) -> None:
    other = written(400, "other")
    recorded(archive, story(1, STORY), story(2, edited(STORY, 0.05, 1)), story(3, edited(STORY, 0.05, 2)))
    assert clusters(rows) == [1, 1, 1]
    recorded(archive, story(1, other))
    assert clusters(rows) == [1, 2, 2]
    recorded(archive, story(2, edited(other, 0.05)))
    assert clusters(rows) == [1, 1, 3]


def test_two_that_only_a_third_joined_are_parted_with_it(archive: Archive, rows: Rows) -> None:
    recorded(archive, *(story(number, edited(STORY, 0.1, number)) for number in (1, 2)), story(3, STORY))
    assert clusters(rows) == [1, 1, 1]
    recorded(archive, story(3, written(400, "other")))
    assert clusters(rows) == [1, 2, 3]


@pytest.mark.parametrize("body", [STORY, "短讯。"])
def test_stories_that_become_equal_are_linked_whatever_their_length(archive: Archive, rows: Rows, body: str) -> None:
    recorded(archive, replace(story(1, body), title="同题"), replace(story(2, "别的短讯。"), title="同题"))
    assert clusters(rows) == [1, 2]
    recorded(archive, replace(story(2, body), title="同题"))
    assert clusters(rows) == [1, 1]
    recorded(archive, replace(story(2, body + written(300, "more")), title="同题"))
    assert clusters(rows) == [1, 2]


def test_what_a_killed_run_left_is_linked_by_the_next(archive: Archive, run: Run, rows: Rows) -> None:
    run.record([read(story(1, STORY)), read(story(2, edited(STORY, 0.05)))])
    assert clusters(rows) == [None, None]
    with archive.engine.connect() as connection:
        assert family(connection, 1) == Family(1, [])  # while a crawl goes on, new stories are not of one family
    recorded(archive)
    assert clusters(rows) == [1, 1]
    before = rows("SELECT * FROM bands"), rows("SELECT * FROM likenesses"), rows("SELECT * FROM signatures")
    recorded(archive, story(1, STORY))
    assert before == (rows("SELECT * FROM bands"), rows("SELECT * FROM likenesses"), rows("SELECT * FROM signatures"))


def test_a_notice_that_comes_often_costs_few_comparisons(
    archive: Archive, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0

    def counted(a: str, b: str) -> float:
        nonlocal compared
        compared += 1
        return similarity(a, b)

    monkeypatch.setattr(families, "similarity", counted)
    monkeypatch.setattr(families, "_BATCH", 40)
    recorded(archive, *(story(number, edited(STORY, 0.03, number)) for number in range(1, 301)))
    assert set(clusters(rows)) == {1}
    assert compared < 300 * 40 < 300 * 299 / 2
    with archive.engine.connect() as connection:
        found = family(connection, 300)
    assert found and (found.size, len(found.others), found.others[0]["id"]) == (300, 100, 1)


_text = st.builds(
    lambda base, share, seed: edited(written(120, base), share, seed),
    st.sampled_from("ab"),
    st.sampled_from([0, 0.04, 0.08, 0.12, 0.16]),
    st.integers(0, 99),
)


@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.generate])  # shrinking takes minutes
@given(
    st.lists(st.tuples(_text, _text | st.none()), min_size=2, max_size=16),
    st.randoms(),
    st.integers(1, 6),
    st.sampled_from([1, 16]),  # a handful of texts crowds a bucket, or does not
)
def test_neither_order_nor_batches_matter(
    texts: list[tuple[str, str | None]], drawn: random.Random, batch: int, first: int
) -> None:
    stories = [(number, before, then or before) for number, (before, then) in enumerate(texts)]
    last = [then for _, _, then in stories]
    wanted = _families([(number, then, then) for number, then in enumerate(last)], 500, first)
    drawn.shuffle(stories)
    assert _families(stories, batch, first) == wanted
    if first > len(texts):
        assert wanted == _by_comparing_all(last)


def test_a_crowd_is_divided_by_its_texts_alone() -> None:
    stories = [(number, text, text) for number in range(20) if (text := edited(STORY, 0.07, number))]
    found = [_families(random.Random(turn).sample(stories, len(stories)), 3, first=1) for turn in range(6)]
    assert all(one == found[0] for one in found)


def _families(stories: Sequence[tuple[int, str, str]], batch: int, first: int) -> set[frozenset[int]]:
    """`stories`: number, text, and the text to which that is changed."""
    engine = create_engine("sqlite://")
    with pytest.MonkeyPatch.context() as patch, engine.begin() as connection:
        patch.setattr(families, "_FIRST", first)
        patch.setattr(families, "_BATCH", batch)
        Base.metadata.create_all(connection)
        for number, before, then in stories:
            article = _say(insert(Article).returning(Article.id), connection, number, before)
            if then != before:
                _link_all(connection)
                _say(update(Article).where(Article.id == article).returning(Article.id), connection, number, then)
        _link_all(connection)
        found: dict[int | None, set[tuple[int, int]]] = defaultdict(set)
        for article, cluster, url in connection.execute(select(Article.id, Article.cluster_id, Article.url)):
            found[cluster].add((article, int(url)))
        assert all(cluster == min(members)[0] for cluster, members in found.items())
        for members in found.values():
            _expect_symmetry(connection, {article for article, _ in members})
    engine.dispose()
    return {frozenset(number for _, number in members) for members in found.values()}


def _say(statement: Any, connection: Connection, number: int, body: str) -> Any:
    values = {"body": body, "identity_key": identity_key(story(1, body)), "cluster_id": None}
    told = {"url": str(number), "content_hash": "", "first_seen": _NOW, "last_seen": _NOW}
    return connection.execute(statement.values(values | told)).scalar_one()


def _link_all(connection: Connection) -> None:
    while link_families(connection):
        pass


def _expect_symmetry(connection: Connection, articles: set[int]) -> None:
    seen: dict[tuple[int, int], Record] = {}
    for article in articles:
        found = family(connection, article)
        assert found and {other["id"] for other in found.others} == articles - {article}
        seen |= {(article, other["id"]): other for other in found.others}
    for (one, other), there in seen.items():
        back = seen[other, one]
        assert (there["similarity"], there["added"]) == (back["similarity"], back["removed"])


def _by_comparing_all(texts: Sequence[str]) -> set[frozenset[int]]:
    groups = [{number} for number in range(len(texts))]
    for (i, a), (j, b) in combinations(enumerate(texts), 2):
        meet = any(one == other for one, other in zip(bands(a), bands(b), strict=True))
        if meet and similarity(a, b) >= ALIKE:
            with_i, with_j = (next(group for group in groups if number in group) for number in (i, j))
            if with_i is not with_j:
                with_i |= with_j
                groups.remove(with_j)
    return {frozenset(group) for group in groups}


def test_show_lists_the_family(archive: Archive) -> None:
    other = replace(story(2, STORY[:300]), source="兰州铝业")
    recorded(archive, story(1, STORY), other, story(3, written(400, "other")))
    url = archive.engine.url.render_as_string(hide_password=False)
    shown = CliRunner().invoke(main, ["--archive", url, "show", "1"]).stdout
    for part in ("nearly the same", "兰州铝业", f"chinalco {other.url}", "74.9% alike, +0 -100 characters", "source"):
        assert part in shown
    told = json.loads(CliRunner().invoke(main, ["--archive", url, "show", "1", "--json"]).stdout)["family"]
    assert told["size"] == 2
    (relative,) = told["others"]
    assert relative["differs"] == ["title", "source", "body"]
    assert relative["places"] == [{"site": "chinalco", "section": None, "url": other.url}]
    assert (relative["similarity"], relative["added"], relative["removed"]) == (0.749, 0, 100)
    alone = CliRunner().invoke(main, ["--archive", url, "show", "3"]).stdout
    assert "nearly the same" not in alone
