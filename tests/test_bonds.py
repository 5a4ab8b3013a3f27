"""Clusters under bonds, against twins over lists: what must be together or apart, what is carried over, rivals."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.stages import cluster

pytestmark = pytest.mark.kernels

Pairs = list[tuple[int, int]]
NODES = range(7)
PAIRS = list(combinations(NODES, 2))
DRAWN = st.lists(st.sampled_from(PAIRS), unique=True, max_size=21)
LENGTHS = st.lists(st.integers(0, 2), min_size=7, max_size=7)
LATE = st.lists(st.booleans(), min_size=7, max_size=7)
GROUPS = st.lists(st.integers(0, 3), min_size=7, max_size=7)


def sides(pairs: Pairs) -> np.ndarray:
    return np.array(pairs, np.int64).reshape(-1, 2)


def codes(pairs: set[tuple[int, int]]) -> list[int]:
    return sorted({max(pair) << 32 | min(pair) for pair in pairs})


def group_of(drawn: list[int]) -> list[int]:
    """Texts 0 to 2 may be in one group with others, the rest is alone."""
    return [drawn.index(one) if one else text for text, one in enumerate(drawn)]


def heads_of(groups: list[int], lengths: list[int], late: list[bool]) -> list[int]:
    best = {group: min((late[text], -lengths[text], text) for text in NODES if groups[text] == group)[2] for group in
            set(groups)}  # fmt: skip
    return [best[group] for group in groups]


def bound(groups: list[int], lengths: list[int], late: list[bool], together: Pairs, apart: Pairs) -> cluster.Bonds:
    arrays = np.array(groups), np.array(lengths), np.array(late)
    return cluster.Bonds.of(*arrays, sides(together), sides(apart))


@given(GROUPS, LENGTHS, LATE, DRAWN, DRAWN)
def test_bonds_are_those_of_the_twin(drawn, lengths, late, together, apart):
    groups = group_of(drawn)
    heads = heads_of(groups, lengths, late)
    found = bound(groups, lengths, late, [*together, (3, 3)], apart)
    assert found.groups.tolist() == groups
    assert found.heads.tolist() == heads
    assert found.together.tolist() == codes(
        {*together, *((text, head) for text, head in enumerate(heads) if text != head)}
    )
    assert found.apart.tolist() == codes(set(apart))
    pairs = {tuple(sorted((groups[a], groups[b]))) for a, b in apart}
    assert [tuple(pair) for pair in np.transpose(found.groups_apart()).tolist()] == sorted(
        pairs, key=lambda one: one[::-1]
    )
    unknown = cluster.Bonds.of(np.array(groups), np.array(lengths), None, sides([]), sides([]))
    assert unknown.heads.tolist() == heads_of(groups, lengths, [False] * 7)


def slow_centres(edges: Pairs, lengths: list[int], late: list[bool], groups: list[int], apart: Pairs) -> list[int]:
    """Groups match where every text of each matches the head of the other; the first match says their order."""
    heads = heads_of(groups, lengths, late)
    known = {frozenset(edge) for edge in edges}
    near: dict[int, list[int]] = {group: [] for group in groups}
    for a, b in edges:
        if heads[a] != a and heads[b] != b:
            continue
        one, two = groups[a], groups[b]
        needed = {frozenset((text, heads[other])) for mine, other in ((one, two), (two, one)) for text in NODES if
                  groups[text] == mine}  # fmt: skip
        if one != two and needed <= known and two not in near[one]:
            near[one].append(two)
            near[two].append(one)
    walls = {frozenset((groups[a], groups[b])) for a, b in apart}
    centre: dict[int, int] = {}
    while free := [group for group in sorted(near) if group not in centre]:
        left = {group: [other for other in near[group] if other not in centre] for group in free}
        middle = min(
            free, key=lambda one: (not left[one], late[heads[one]], -len(left[one]), -lengths[heads[one]], one)
        )
        centre[middle] = middle
        for other in left[middle]:
            if not any(frozenset((other, member)) in walls for member in centre if centre[member] == middle):
                centre[other] = middle
    return [heads[centre[group]] for group in groups]


@settings(max_examples=examples(300))
@given(DRAWN, LENGTHS, LATE, GROUPS, st.lists(st.sampled_from(PAIRS), unique=True, max_size=3))
@example([(0, 1), (0, 2), (0, 3), (0, 4)], [1] * 7, [False] * 7, [0] * 7, [(1, 2)])
@example([(0, 2), (0, 1), (0, 3), (0, 4), (4, 5)], [1] * 7, [False] * 7, [0] * 7, [(1, 2), (0, 3), (4, 5)])
@example(PAIRS, [1, 2, 1, 2, 1, 1, 1], [False] * 7, [1, 1, 1, 2, 2, 0, 0], [(0, 5)])
@example(PAIRS, [1] * 7, [True] + [False] * 6, [1, 1, 2, 2, 2, 3, 3], [])
def test_clusters_under_bonds_are_those_of_the_twin(edges, lengths, late, drawn, apart):
    groups = group_of(drawn)
    bonds = bound(groups, lengths, late, [], apart)
    found = cluster.around_centres(7, *sides(edges).T, np.array(lengths), np.array(late), bonds)
    assert found.tolist() == slow_centres(edges, lengths, late, groups, apart)


@given(DRAWN, GROUPS, LENGTHS, DRAWN, st.lists(st.integers(1, 9), min_size=21, max_size=21))
@example([(1, 4), (0, 2), (5, 6)], [1, 1, 1, 2, 2, 0, 0], [1, 3, 2, 1, 1, 1, 1], [], [3, 5] * 11)
def test_what_a_group_matches_is_carried_to_each_of_it(edges, drawn, lengths, apart, strengths):
    groups = group_of(drawn)
    bonds = bound(groups, lengths, [False] * 7, [], apart)
    strength = np.array(strengths[: len(edges)], np.float64)
    found, values = cluster.to_carry(*sides(edges).T, strength, bonds)
    heads, walls = heads_of(groups, lengths, [False] * 7), {frozenset((groups[a], groups[b])) for a, b in apart}
    expected: dict[int, float] = {}
    for (a, b), value in zip(edges, strength.tolist(), strict=True):
        for one, two in ((groups[a], groups[b]), (groups[b], groups[a])):
            mine = [text for text in NODES if groups[text] == one]
            if one == two or frozenset((one, two)) in walls or max(len(mine), groups.count(two)) == 1:
                continue
            for text in mine:
                if (pair := tuple(sorted((text, heads[two])))) not in edges:
                    (code,) = codes({pair})
                    expected[code] = max(value, expected.get(code, 0))
    assert found.tolist() == sorted(expected)
    assert values.tolist() == [expected[code] for code in sorted(expected)]


@given(DRAWN, LENGTHS, st.lists(st.booleans(), min_size=21, max_size=21), st.booleans())
@example([(0, 1), (0, 2), (0, 3), (1, 2)], [9, 5, 5, 4, 1, 1, 1], [True] * 21, False)
def test_rivals_are_those_of_the_twin(edges, lengths, item, turned):
    given_ = [edge[::-1] for edge in edges] if turned else edges
    a, b = sides(given_).T
    found = cluster.rivals(a, b, np.array(item[: len(edges)], np.bool_), np.array(lengths))
    parts: dict[int, list[tuple[int, int]]] = {}
    for edge, (one, two) in enumerate(given_):
        if item[edge]:
            whole, part = (one, two) if lengths[one] > lengths[two] else (two, one)
            parts.setdefault(whole, []).append((part, edge))
    expected = set()
    for some in parts.values():
        best = min((-lengths[part], part) for part, _ in some)[1]
        known = {frozenset(edge) for edge in edges}
        expected |= {(edge, part, best) for part, edge in some if part != best and frozenset((part, best)) not in known}
    assert {tuple(one) for one in np.transpose(found).tolist()} == expected


@given(DRAWN, st.permutations(NODES))
def test_pairs_of_a_connected_set_come_together(edges, places):
    order = cluster.together(np.array(places), *sides(edges).T)
    least = cluster.components(7, *sides(edges).T).tolist()
    expected = sorted(range(len(edges)), key=lambda one: (places[least[edges[one][1]]], edges[one][1], edges[one][0]))
    assert order.tolist() == expected
