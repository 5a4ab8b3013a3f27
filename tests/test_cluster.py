from __future__ import annotations

import random
from itertools import combinations
from unittest import mock

import numpy as np
import pytest
import stage_twins
from hypothesis import given
from hypothesis import strategies as st

from dedup.stages import cluster
from dedup.stages._kernels import graph

pytestmark = pytest.mark.kernels

Edges = list[tuple[int, int]]
MANY = 5000


def sides(edges: Edges) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(edges, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def marked(size: int, late: frozenset[int] | None) -> np.ndarray | None:
    return None if late is None else np.isin(np.arange(size), list(late))


def centres(edges: Edges, lengths: list[int], late: frozenset[int] | None = None) -> list[int]:
    size = len(lengths)
    return cluster.around_centres(size, *sides(edges), np.array(lengths, np.int64), marked(size, late)).tolist()


def missing(
    edges: Edges, lengths: list[int], tested: Edges, late: frozenset[int] | None = None, waiting: Edges = ()
) -> Edges:
    codes, rest = (np.sort(cluster.pair_codes(*sides(pairs))) for pairs in (tested, waiting))
    size, sizes = len(lengths), np.array(lengths, np.int64)
    found = cluster.missing_pairs(size, *sides(edges), sizes, codes, rest, codes, marked(size, late))
    a, b = cluster.pairs_of(found)
    assert a.dtype == b.dtype == np.int64
    return list(zip(a.tolist(), b.tolist(), strict=True))


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> tuple[Edges, list[int]]:
    """Return distinct edges (smaller, larger) in any order, and a length for each node."""
    lengths = draw(st.lists(st.integers(0, 3), max_size=most))
    pairs = list(combinations(range(len(lengths)), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []
    return edges, lengths


def random_graph(size: int, density: float, seed: int) -> tuple[Edges, list[int]]:
    rng = random.Random(seed)
    edges = [pair for pair in combinations(range(size), 2) if rng.random() < density]
    return edges, [rng.randrange(4) for _ in range(size)]


def check_clusters(found: list[int], edges: Edges) -> None:
    neighbours = stage_twins.slow_neighbours(len(found), edges)
    for member, centre in enumerate(found):
        assert found[centre] == centre  # so clusters are a partition
        assert member == centre or centre in neighbours[member]
        # A node is alone only when all it matches have joined other centres.
        assert (
            member != centre
            or member in found[:member] + found[member + 1 :]
            or all(found[other] != other for other in neighbours[member])
        )


@given(graphs())
def test_clusters_equal_twin(drawn: tuple[Edges, list[int]]) -> None:
    edges, lengths = drawn
    found = centres(edges, lengths)
    assert found == stage_twins.slow_centres(len(lengths), edges, lengths)
    check_clusters(found, edges)


@given(graphs(), st.frozensets(st.integers(0, 13)))
def test_late_nodes_are_centres_only_of_their_like(drawn: tuple[Edges, list[int]], late: frozenset[int]) -> None:
    edges, lengths = drawn
    found = centres(edges, lengths, late)
    assert found == stage_twins.slow_centres(len(lengths), edges, lengths, late)
    check_clusters(found, edges)
    assert all(member in late for member, centre in enumerate(found) if centre in late)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("size", "density"), [(60, 0.02), (60, 0.05), (40, 0.3), (30, 1.0)])
def test_clusters_of_random_graphs_equal_twin(size: int, density: float, seed: int) -> None:
    edges, lengths = random_graph(size, density, seed)
    found = centres(edges, lengths)
    assert found == stage_twins.slow_centres(size, edges, lengths)
    check_clusters(found, edges)


@given(graphs(), st.randoms(use_true_random=False))
def test_order_and_direction_of_edges_do_not_matter(drawn: tuple[Edges, list[int]], rng: random.Random) -> None:
    edges, lengths = drawn
    shuffled = [edge if rng.random() < 0.5 else edge[::-1] for edge in edges]
    rng.shuffle(shuffled)
    assert centres(shuffled, lengths) == centres(edges, lengths)
    assert missing(shuffled, lengths, edges) == missing(edges, lengths, edges)


@pytest.mark.parametrize(
    ("edges", "lengths", "expected"),
    [
        ([], [], []),
        ([], [5, 5], [0, 1]),
        ([(0, 1)], [5, 5], [0, 0]),  # the least
        ([(0, 1)], [5, 6], [1, 1]),  # the longest
        ([(0, 1), (1, 2)], [9, 5, 9], [1, 1, 1]),  # the one with most matches
        ([(0, 1), (1, 2), (2, 3)], [5, 5, 5, 5], [1, 1, 1, 3]),  # no chains
        ([(0, 1), (1, 2), (2, 3)], [5, 5, 6, 5], [0, 2, 2, 2]),
        # Once 0 has taken 1 to 4, what is left of 5 is one match: 6, also with one, is longer.
        (
            [(0, 1), (0, 2), (0, 3), (0, 4), (4, 5), (3, 5), (5, 6)],
            [1, 1, 1, 1, 1, 1, 2],
            [0, 0, 0, 0, 0, 6, 6],
        ),
    ],
)
def test_examples(edges: Edges, lengths: list[int], expected: list[int]) -> None:
    assert centres(edges, lengths) == expected


@given(graphs(), st.data())
def test_missing_pairs_equal_twin(drawn: tuple[Edges, list[int]], data: st.DataObject) -> None:
    edges, lengths = drawn
    pairs = list(combinations(range(len(lengths)), 2))
    more = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    tested = sorted({*edges, *more})
    full = data.draw(st.integers(2, 15))
    late = data.draw(st.frozensets(st.integers(0, 13)))
    with mock.patch.object(cluster, "FULL_COMPONENT", full):
        found = missing(edges, lengths, tested, late)
    assert len(found) == len(set(found))
    assert all(a < b for a, b in found)
    assert not set(found) & set(tested)
    assert set(found) == stage_twins.slow_wanted(len(lengths), edges, lengths, full, late) - set(tested)


@given(graphs(cluster.FULL_COMPONENT), st.randoms(use_true_random=False))
def test_nothing_is_missing_once_all_are_confirmed(drawn: tuple[Edges, list[int]], oracle: random.Random) -> None:
    edges, lengths = drawn
    fresh = missing(edges, lengths, edges)
    tested = edges + fresh
    assert missing(edges + [pair for pair in fresh if oracle.random() < 0.5], lengths, tested) == []


def test_large_components_come_to_rest() -> None:
    rng = random.Random(4)
    edges, lengths = random_graph(150, 0.02, 4)
    tested = list(edges)
    for _ in range(20):
        fresh = missing(edges, lengths, tested)
        if not fresh:
            break
        tested += fresh
        edges += [pair for pair in fresh if rng.random() < 0.3]
    assert missing(edges, lengths, tested) == []
    assert len(set(tested)) == len(tested)
    check_clusters(centres(edges, lengths), edges)


def test_components_are_named_by_their_least_node() -> None:
    for seed in range(5):
        edges, _ = random_graph(40, 0.03, seed)
        found = graph.components(40, *sides(edges)).tolist()
        expected = {node: min(one) for one in stage_twins.slow_components(40, edges) for node in one}
        assert found == [expected[node] for node in range(40)]


def _path() -> Edges:
    return [(node, node + 1) for node in range(MANY - 1)]


def _star() -> Edges:
    return [(0, node) for node in range(1, MANY)]


def _two_stars() -> Edges:
    return [(0, node) for node in range(2, MANY)] + [(1, node) for node in range(2, MANY)]


def _comb() -> Edges:
    return [(node, node + 2) for node in range(0, MANY - 2, 2)] + [(node, node + 1) for node in range(0, MANY, 2)]


@pytest.mark.parametrize(
    ("edges", "most"),
    [(_path(), 2), (_star(), 0), (_two_stars(), 1), (_comb(), 3)],
    ids=["path", "star", "stars", "comb"],
)
def test_pairs_are_linear_in_hostile_graphs(edges: Edges, most: int) -> None:
    lengths = [5] * MANY
    found = centres(edges, lengths)
    assert all(found[centre] == centre for centre in found)
    assert len(missing(edges, lengths, edges)) <= most * MANY


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("edges", [_path(), _star(), _two_stars(), _comb()], ids=["path", "star", "stars", "comb"])
def test_pairs_are_linear_over_all_rounds(edges: Edges, confirmed: bool) -> None:
    edges, lengths = list(edges), [5] * MANY
    tested = list(edges)
    for _ in range(cluster.ROUNDS):
        fresh = missing(edges, lengths, tested)
        tested += fresh
        edges += fresh if confirmed else []
    assert len(tested) <= 6 * MANY


def test_what_waits_is_asked_for_unless_matches_connect_both() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (4, 5)]
    waiting = [(0, 3), (1, 5), (5, 6)]
    with mock.patch.object(cluster, "FULL_COMPONENT", 2):
        assert missing(edges, [1] * 7, [*edges, (4, 6)], waiting=waiting) == [(1, 3), (1, 5), (5, 6)]
