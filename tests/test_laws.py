"""The laws of the design that hold for whole runs; those about stores and engines stand with these."""

from __future__ import annotations

import random
import tracemalloc
from typing import TYPE_CHECKING

import newsrooms
import numba
import pytest
from effort import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dedup

if TYPE_CHECKING:
    from dedup import Comparison

pytestmark = pytest.mark.kernels

some = settings(max_examples=examples(60, uncompiled=4))
# Short signatures, for the sake of the runs that are not compiled.
QUICK = dedup.Settings(num_perm=32, threshold=0.45)
setups = st.sampled_from(
    [
        QUICK,
        dedup.Settings(num_perm=32, revisions=True, seed=7),
        dedup.Settings(num_perm=16, threshold=0.6, recall=0.8, shingle_size=3),
    ]
)
thresholds = st.floats(QUICK.threshold, 1.0)
texts = st.text(max_size=60) | st.text(st.sampled_from("ab .\n\u0301港<&;>\ud800\0"), max_size=60)


def enough(match: dedup.Match, threshold: float) -> bool:
    """Whether a match stays at a threshold: revisions are told by their facts."""
    return match.strength >= threshold or match.relation == "revision"


def ids_of(result: dedup.Result) -> list[tuple[str, ...]]:
    return [cluster.ids for cluster in result.clusters]


def shares_with(centre: str, match: dedup.Match) -> tuple[float, float]:
    """Return how much of the centre, and of the other side, a match holds."""
    shares = (match.containment_a, match.containment_b)
    return shares if match.a == centre else shares[::-1]


def check_result(result: dedup.Result) -> None:
    """Check law 8, and that clusters, matches and the input belong together."""
    every = result.to_arrow()["id"].to_pylist()
    assert len(every) == len(set(every))
    assert len({(match.a, match.b) for match in result.matches}) == len(result.matches)
    for match in result.matches:
        assert match.a < match.b
        assert {match.a, match.b} <= set(every)
        assert enough(match, result.settings.threshold)
    matched = {name for match in result.matches for name in (match.a, match.b)}
    for row in result.to_arrow().to_pylist():
        assert row["id"] not in matched or any(char.isalnum() for char in row["text"])  # no text, no match
    clustered = [name for cluster in result.clusters for name in cluster.ids]
    assert len(clustered) == len(set(clustered))
    for cluster in result.clusters:
        ids, centre = cluster.ids, cluster.centre.id
        assert len(ids) == len(cluster) >= 2
        assert list(ids) == sorted(ids)
        matches = {(match.a, match.b): match for match in cluster.matches}
        assert len(matches) == len(cluster.matches)
        assert all(a < b and {a, b} <= set(ids) for a, b in matches)
        assert {match for match in result.matches if {match.a, match.b} <= set(ids)} <= set(matches.values())
        to_centre = [matches[min(name, centre), max(name, centre)] for name in ids if name != centre]
        assert all(enough(match, result.settings.threshold) for match in to_centre)
        assert cluster.weakest == min(match.strength for match in to_centre)
        shares = {name: shares_with(centre, match) for match in to_centre for name in {match.a, match.b} - {centre}}
        for match in cluster.matches:
            if match.relation == "identical" and centre not in {match.a, match.b}:
                assert shares[match.a] == shares[match.b]
        for member in (cluster.centre, cluster.canonical, cluster.earliest, cluster.representative):
            assert member in cluster.members
    kept = [article.id for article in result.unique]
    assert kept == [name for name in every if name in kept]
    copies = set(clustered) - {cluster.canonical.id for cluster in result.clusters}
    assert set(kept) == set(every) - copies


@some
@given(newsrooms.newsrooms(), setups, st.randoms(use_true_random=False))
def test_law_1_input_order_never_changes_the_result(
    room: list[newsrooms.Article], setup: dedup.Settings, rng: random.Random
) -> None:
    first = dedup.find_duplicates(room, setup)
    second = dedup.find_duplicates(rng.sample(room, len(room)), setup)
    assert first.clusters == second.clusters
    assert first.matches == second.matches
    assert (first.candidates, first.capped) == (second.candidates, second.capped)
    assert {article.id for article in first.unique} == {article.id for article in second.unique}


@some
@given(newsrooms.newsrooms(with_ids=True), st.integers(0, 99), st.data())
def test_law_2_an_outsider_changes_nothing_else(room: list[newsrooms.Article], seed: int, data: st.DataObject) -> None:
    outsider = newsrooms.outsider(seed)
    place = data.draw(st.integers(0, len(room)))
    before = dedup.find_duplicates(room, QUICK)
    after = dedup.find_duplicates([*room[:place], outsider, *room[place:]], QUICK)
    assert before.capped == after.capped == 0
    assert before.clusters == after.clusters
    assert before.matches == after.matches
    assert [article.id for article in after.unique if article.id != outsider["id"]] == [
        article.id for article in before.unique
    ]
    assert outsider["id"] in {article.id for article in after.unique}


@some
@given(newsrooms.newsrooms(with_ids=True), thresholds)
def test_law_3_a_stricter_threshold_gives_fewer_matches(room: list[newsrooms.Article], threshold: float) -> None:
    loose = dedup.find_duplicates(room, QUICK)
    strict = dedup.find_duplicates(room, dedup.Settings(num_perm=QUICK.num_perm, threshold=threshold))
    assert loose.capped == strict.capped == 0
    assert set(strict.matches) <= set(loose.matches)
    check_result(strict)


@settings(parent=some, max_examples=3 * some.max_examples)
@given(newsrooms.newsrooms(with_ids=True) | newsrooms.chains() | newsrooms.chains(), thresholds, thresholds)
def test_law_3_at_only_splits_clusters(room: list[newsrooms.Article], one: float, two: float) -> None:
    result = dedup.find_duplicates(room, QUICK)
    low, high = sorted([one, two])
    for threshold, looser in ((low, result), (high, result.at(low)), (high, result)):
        stricter = looser.at(threshold)
        check_result(stricter)
        assert stricter.settings.threshold == threshold
        assert set(stricter.matches) <= set(looser.matches)
        for ids in ids_of(stricter):
            assert any(set(ids) <= set(whole) for whole in ids_of(looser))
    assert ids_of(result.at(QUICK.threshold)) == ids_of(result)
    # What is strong enough stays.
    assert result.at(low).matches == tuple(match for match in result.matches if enough(match, low))


def mirrored(comparison: Comparison) -> dict[str, object]:
    kinds = {"equal": "equal", "replace": "replace", "delete": "insert", "insert": "delete"}
    return {
        "a": comparison.b,
        "b": comparison.a,
        "containment_a": comparison.containment_b,
        "containment_b": comparison.containment_a,
        "differences": [(kinds[run.kind], run.b, run.a) for run in comparison.differences],
        **same(comparison),
    }


def same(comparison: Comparison) -> dict[str, object]:
    return {
        "relation": comparison.relation,
        "strength": comparison.strength,
        "resemblance": comparison.resemblance,
        "score": comparison.score,
        "matched": comparison.matched,
    }


def straight(comparison: Comparison) -> dict[str, object]:
    return {
        "a": comparison.a,
        "b": comparison.b,
        "containment_a": comparison.containment_a,
        "containment_b": comparison.containment_b,
        "differences": [(run.kind, run.a, run.b) for run in comparison.differences],
        **same(comparison),
    }


@some
@given(newsrooms.pairs())
def test_law_7_comparisons_mirror_each_other(pair: tuple[newsrooms.Article, newsrooms.Article]) -> None:
    one, two = pair
    assert straight(dedup.compare(one, two, QUICK)) == mirrored(dedup.compare(two, one, QUICK))


@some
@given(texts, texts)
def test_law_7_holds_for_any_text(one: str, two: str) -> None:
    a, b = {"id": "a", "text": one}, {"id": "b", "text": two}
    forth, back = dedup.compare(a, b, QUICK), dedup.compare(b, a, QUICK)
    assert straight(forth) == mirrored(back)
    assert str(forth)


@some
@given(newsrooms.newsrooms(), setups)
def test_law_8_every_member_matches_its_centre(room: list[newsrooms.Article], setup: dedup.Settings) -> None:
    check_result(dedup.find_duplicates(room, setup))


def test_newsrooms_hold_what_the_laws_are_about() -> None:
    # Were there no clusters, the laws would hold for want of anything to say.
    story = newsrooms.story_of(1, "latin", 6)
    room = [{"id": str(place), "text": newsrooms.copied(story, made)} for place, made in enumerate(
        [[], [], *([(edit, 1)] for edit in (newsrooms._typography, newsrooms._reflow, newsrooms._byline))]
    )]  # fmt: skip
    result = dedup.find_duplicates(room, QUICK)
    assert ids_of(result) == [("0", "1", "2", "3", "4")]


@some
@given(st.lists(texts | st.none(), max_size=6))
def test_law_9_any_text(items: list[str | None]) -> None:
    check_result(dedup.find_duplicates([{"text": text} for text in items], QUICK))


HOSTILE = {
    "one word": lambda size: "a" * size,
    "one word again and again": lambda size: "ha " * (size // 3),
    "two words": lambda size: "to be " * (size // 6),
    "one line again and again": lambda size: "Share this story with your friends now.\n" * (size // 40),
    "other words": lambda size: " ".join(f"{place:x}" for place in range(size // 6)),
    "numbers": lambda size: " ".join(str(place % 10) for place in range(size // 2)),
    "characters": lambda size: "港" * (size // 3),
    "marks": lambda size: "e" + "\u0301" * (size // 2),
    "marks out of order": lambda size: ("a" + "\u0301\u0323" * 5) * (size // 21),
    "separators": lambda size: " .\n" * (size // 3),
    "zeros": lambda size: "\0" * size,
    "surrogates": lambda size: "\ud800" * (size // 3),
    "tags": lambda size: "<div><p>" * (size // 8),
    "open brackets": lambda size: "<" * size,
    "entities": lambda size: "&amp;" * (size // 5),
}
SIZE = 1_000 if numba.config.DISABLE_JIT else 60_000


def hostile_room(text: str) -> list[newsrooms.Article]:
    """Return a text, and what makes it hard: one like it, a part of it, and it among other words."""
    return [
        {"id": "a", "text": text},
        {"id": "b", "text": f"before {text} after"},
        {"id": "c", "text": text[: len(text) // 3]},
        {"id": "d", "text": "other words " * 50 + text},
    ]


@pytest.mark.parametrize("kind", HOSTILE)
def test_law_9_hostile_texts(kind: str) -> None:
    room = hostile_room(HOSTILE[kind](SIZE))
    result = dedup.find_duplicates(room, QUICK)
    check_result(result)
    assert result.candidates <= 6
    forth, back = dedup.compare(room[0], room[1], QUICK), dedup.compare(room[1], room[0], QUICK)
    assert straight(forth) == mirrored(back)
    assert len(str(forth)) <= 3 * SIZE + 1000


def peak_of(room: list[newsrooms.Article]) -> int:
    """Return the bytes that numpy and Python held at most during a run."""
    tracemalloc.start()
    try:
        dedup.find_duplicates(room, QUICK)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# Compiled, the arrays that kernels make for themselves are not counted; uncompiled they are, which takes its time.
@pytest.mark.parametrize("kind", ["numbers", "one word", "characters"] if numba.config.DISABLE_JIT else HOSTILE)
def test_law_9_memory_is_a_fixed_multiple_of_the_text(kind: str) -> None:
    dedup.find_duplicates(hostile_room(HOSTILE[kind](300)), QUICK)  # what is made once is made here
    few, many = (peak_of(hostile_room(HOSTILE[kind](size))) for size in (SIZE // 4, SIZE))
    assert many <= 8 * few  # four times the text; where all is small, parts of it are fixed
    assert many <= 200 * SIZE + 2_000_000


def test_law_9_many_articles_of_one_kind() -> None:
    # Buckets, components and clusters as full as can be.
    many = 60 if numba.config.DISABLE_JIT else 400
    story = newsrooms.story_of(2, "latin", 3)
    rng = random.Random(1)
    room = [
        {"id": str(place), "text": "\n".join(story).replace(rng.choice(story[1].split()), f"word{place}")}
        for place in range(many)
    ]
    result = dedup.find_duplicates(room, QUICK)
    assert result.candidates <= 128 * many
    check_result(result)
    check_result(result.at(0.9))


@settings(parent=some, max_examples=1 + some.max_examples // 3)
@given(newsrooms.newsrooms(with_ids=True), thresholds)
def test_tables_say_what_the_clusters_say(room: list[newsrooms.Article], threshold: float) -> None:
    result = dedup.find_duplicates(room, QUICK).at(threshold)
    rows = {row["id"]: row for row in result.to_arrow().to_pylist()}
    assert [article["id"] for article in room] == list(rows)
    assume(result.clusters)
    for cluster in result.clusters:
        for name in cluster.ids:
            assert rows[name]["cluster"] == cluster.ids[0]
            assert rows[name]["canonical"] == (name == cluster.canonical.id)
            assert (rows[name]["strength"] is None) == (name == cluster.centre.id)
    assert min(row["strength"] or 1 for row in rows.values()) == min(one.weakest for one in result.clusters)
