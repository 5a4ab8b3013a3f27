"""The pairs of buckets that are near in time: the kernel against all pairs."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.stages import cluster, lsh
from dedup.stages._kernels import dated

pytestmark = pytest.mark.kernels

FULL, AHEAD = 4, 2
buckets = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.none() | st.integers(0, 60), st.integers(0, 4)),
    min_size=1,
    max_size=40,
)


def near_in_order(texts, spans, widest):
    """By place in a bucket sorted by time, the later places that are near."""
    order = sorted(texts, key=lambda text: (spans[text][0], text))
    begins = [spans[text][0] for text in order]
    return order, [
        [j for j in range(i + 1, len(order)) if begins[j] <= spans[text][1] + widest] for i, text in enumerate(order)
    ]


def slow_propose(rows, spans, widest):
    """The pairs of all buckets, and the texts of which one was left out."""
    pairs, capped = set(), set()
    for key in {row[0] for row in rows}:
        order, later = near_in_order([text for text, row in enumerate(rows) if row[0] == key], spans, widest)
        chosen = {(i, j) for i, some in enumerate(later) if min(len(order), len(some)) <= FULL for j in some}
        crowded = [i for i, some in enumerate(later) if len(order) > FULL and len(some) > FULL]
        if crowded:
            capped |= {order[place] for i in crowded for place in [i, *later[i]]}
            like = sorted(range(len(order)), key=lambda place: (rows[order[place]][1], place))
            for at, i in enumerate(like):
                near = [sorted((i, j)) for j in like[at + 1 : at + 1 + FULL]]
                chosen |= set([(one, two) for one, two in near if two in later[one]][:AHEAD])
            first, undated = 0, sum(spans[text][0] <= -dated.ALWAYS for text in order)
            for place in range(1, len(order)):
                if place == undated or place not in later[first]:
                    first = place
                else:
                    chosen.add((first, place))
        pairs |= {tuple(sorted((order[i], order[j]))) for i, j in chosen}
    return pairs, capped


@settings(max_examples=examples(300), deadline=None)
@given(buckets, st.integers(0, 12))
@example([(0, place % 3, 1, 1) for place in range(12)], 3)
@example([(0, place % 3, None if place % 4 else place, 1) for place in range(16)], 3)
def test_the_kernel_proposes_what_is_near(texts, widest):
    keys, rest = (np.array([text[place] for text in texts], np.uint32) for place in (0, 1))
    lo = np.array([-dated.ALWAYS if text[2] is None else text[2] for text in texts], np.int64)
    hi = np.array([dated.ALWAYS if text[2] is None else text[2] + text[3] for text in texts], np.int64)
    capped = np.zeros(len(texts), np.bool_)
    everyone = np.arange(len(texts))
    members = lsh._members(keys, everyone)
    codes = dated.propose(members, rest[:, None], everyone, 0, FULL, AHEAD, capped, lo, hi, widest)
    found = list(zip(*(side.tolist() for side in cluster.pairs_of(codes)), strict=True))
    window = lsh.Window(lo, hi, widest)
    assert window.undated.tolist() == [text[2] is None for text in texts]

    def near_one(a, b):
        return window.near(np.array([a]), np.array([b]))[0]

    every = {(a, b) for b in everyone for a in range(b) if keys[a] == keys[b] and near_one(a, b)}
    pairs, cut = slow_propose(texts, list(zip(lo.tolist(), hi.tolist(), strict=True)), widest)
    assert set(found) == pairs
    assert set(np.flatnonzero(capped).tolist()) == cut
    assert len(set(found)) == len(found)
    assert set(found) <= every
    assert len(found) <= len(texts) * (FULL + AHEAD + 1)
    for a, b in every - set(found):
        assert capped[a]
        assert capped[b]
    for one in everyone:
        inside = [pair for pair in every if one in pair]
        begun = [(a, b) for a, b in inside if (lo[a + b - one], a + b - one) > (lo[one], one)]
        if len(begun) <= FULL or np.sum(keys == keys[one]) <= FULL:
            assert set(begun) <= set(found)


PLACES = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 30), st.integers(0, 2), st.integers(0, 20)),
    unique_by=lambda place: place[:2],
    max_size=30,
)


@given(PLACES, st.integers(0, 12))
@example([(0, place, place % 3, 1) for place in range(12)], 3)
def test_whole_buckets_propose_what_is_near(places, widest):
    places = sorted(places, key=lambda place: place[1])
    keys, numbers, after, moments = np.array(places, np.int64).reshape(-1, 4).T
    given_ = keys.astype(np.uint64), *(one.astype(np.uint32) for one in (numbers, numbers, after))
    with mock.patch.multiple(lsh, FULL_BUCKET=FULL, AHEAD=AHEAD):
        codes, capped = lsh.bucket_pairs(*given_, lsh.Window(moments, moments + 2, widest))
    spans = [(moment, moment + 2) for *_, moment in places]
    pairs, cut = slow_propose([(key, rest) for key, _, rest, _ in places], spans, widest)
    expected = {(places[two][1], places[one][1]) for one, two in pairs}
    assert [(int(code) >> 32, int(code) & 0xFFFFFFFF) for code in codes] == sorted(expected)
    assert capped.tolist() == sorted({places[place][1] for place in cut})


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(0, 12))
def test_the_kernel_leaves_no_exact_copy_alone(moments, widest):
    lo = np.array(moments, np.int64)
    same = np.zeros(len(lo), np.uint32)
    capped = np.zeros(len(lo), np.bool_)
    every = np.arange(len(lo))
    codes = dated.propose(lsh._members(same, every), same[:, None], every, 0, FULL, AHEAD, capped, lo, lo, widest)
    found = {int(one) for side in cluster.pairs_of(codes) for one in side}
    assert found == {one for one in range(len(lo)) if np.sum(np.abs(lo - lo[one]) <= widest) > 1}
