"""Pairs as linked lists, against twins over sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.stages._kernels import adjacency, arriving
from dedup.stages._kernels.compiling import wrapping
from dedup.stages._kernels.postings import spread

pytestmark = pytest.mark.kernels

PAIR = np.dtype([("a", "u4"), ("b", "u4"), ("relation", "i1"), ("proposed", "?"), ("bands", "i2")])
BASE, SIZE = 40, 6
TEXT = st.integers(BASE, BASE + SIZE - 1)
PAIRS = st.lists(
    st.tuples(TEXT, TEXT, st.integers(-1, 2), st.sampled_from([True, True, False]), st.integers(0, 1)).filter(
        lambda pair: pair[0] != pair[1]
    ),
    unique_by=lambda pair: frozenset(pair[:2]),
    min_size=3,
    max_size=15,
)
FLAGS = st.lists(st.sampled_from([False, False, False, True]), min_size=15, max_size=15)
SOME = st.lists(TEXT, unique=True, min_size=1, max_size=5)
JOINING = [True, False, True]


class Kept:
    """The lists of some pairs, and which of them are gone."""

    def __init__(self, pairs, gone) -> None:
        self.rows, self.gone = np.array(pairs, PAIR).reshape(-1), np.array(gone[: len(pairs)], np.bool_)
        self.heads, self.nexts = np.zeros(SIZE, np.uint32), np.zeros((len(pairs), 2), np.uint32)
        half = len(pairs) // 2
        adjacency.link(self.rows, 0, half, self.heads, self.nexts, BASE)
        adjacency.link(self.rows, half, len(pairs), self.heads, self.nexts, BASE)

    @property
    def given(self):
        return self.rows, self.gone, self.heads, self.nexts, BASE


@given(PAIRS, FLAGS, SOME)
def test_the_pairs_of_some_texts_are_found(pairs, gone, texts):
    kept = Kept(pairs, gone)
    found = adjacency.touching(np.array(texts, np.int64), *kept.given)
    expected = [row for text in texts for row, pair in enumerate(pairs) if text in pair[:2] and not gone[row]]
    assert sorted(found.tolist()) == sorted(expected)


@given(PAIRS, FLAGS, FLAGS, SOME)
def test_what_is_connected_is_found_with_the_pairs_between(pairs, gone, walls, texts):
    kept, places = Kept(pairs, gone), np.zeros(SIZE, np.uint32)
    walled = np.array(walls[:SIZE])
    given = (np.array(texts, np.int64), *kept.given, walled, np.array(JOINING), places)
    queue, rows, ones, twos = adjacency.closure(*given)
    there = {row: pair for row, pair in enumerate(pairs) if not gone[row]}
    reached, before = set(texts), None
    while before != reached:
        before = set(reached)
        for a, b, relation, proposed, _ in there.values():
            opens = proposed and not walled[a - BASE] and not walled[b - BASE] and (relation < 0 or JOINING[relation])
            if opens and {a, b} & reached:
                reached |= {a, b}
    assert queue[: len(texts)].tolist() == texts
    assert sorted(queue.tolist()) == sorted(reached)
    assert sorted(rows.tolist()) == [row for row, (a, b, *_) in there.items() if {a, b} <= reached]
    assert queue[ones].tolist() == [pairs[row][0] for row in rows]
    assert queue[twos].tolist() == [pairs[row][1] for row in rows]
    assert not places.any()


def test_a_story_of_many_is_found_whole():
    pairs = [(BASE, BASE + 1 + place, 0, True, 1) for place in range(39)]
    rows, heads, nexts = np.array(pairs, PAIR), np.zeros(40, np.uint32), np.zeros((39, 2), np.uint32)
    adjacency.link(rows, 0, 39, heads, nexts, BASE)
    given = (np.array([BASE + 9]), rows, np.zeros(39, np.bool_), heads, nexts, BASE)
    queue, found, ones, twos = adjacency.closure(*given, np.zeros(40, np.bool_), np.array(JOINING), heads * 0)
    assert sorted(queue.tolist()) == list(range(BASE, BASE + 40))
    assert sorted(found.tolist()) == list(range(39))
    assert (queue[ones] == BASE).all()
    assert queue[twos].tolist() == [pairs[row][1] for row in found]


NAMES = st.lists(st.text("ab", max_size=3), min_size=SIZE, max_size=SIZE, unique=True)


@given(PAIRS, FLAGS, FLAGS, SOME, NAMES, st.integers(1, 3), st.permutations(range(SIZE)))
def test_the_nearest_candidates_are_those_that_share_most(pairs, gone, walls, texts, names, most, firsts):
    kept, walled = Kept(pairs, gone), np.array(walls[:SIZE])
    called = [names[first].encode() for first in firsts]
    letters, ends = np.frombuffer("".join(names).encode(), np.uint8), np.cumsum([0, *map(len, names)])
    asked, among = np.arange(len(pairs))[::-1].copy(), np.zeros(len(pairs), np.bool_)
    given = (np.array(texts, np.int64), asked, among, most, *kept.given, walled)
    numbers = np.array(firsts, np.uint32) + np.uint32(BASE)
    found = adjacency.nearest(*given, numbers, letters, ends.astype(np.uint64))
    expected = set()
    for text in texts:
        mine = []
        for row, (a, b, _, proposed, bands) in enumerate(pairs):
            other = b if a == text else a
            opens = text in {a, b} and not gone[row] and proposed and not walled[a - BASE] and not walled[b - BASE]
            if opens and called[other - BASE] < called[text - BASE]:
                mine.append((-bands, called[other - BASE], row))
        expected |= {row for *_, row in sorted(mine)[:most]}
    assert sorted(asked[found].tolist()) == sorted(expected)
    assert not among.any()


COLUMNS = ["live", "gone", "posted", "walls", "alone", "dated", "large"], ["body", "copies", "first", "story", "tokens"]


def test_articles_that_come_are_put_into_columns():
    at = {name: np.array([name == "gone", True, True, True, True]) for name in COLUMNS[0]}
    at |= {name: np.array([7, 7, 7, 0, 7], np.uint32) for name in COLUMNS[1]} | {"passages": np.full(5, 7, np.uint32)}
    at |= {"headline": np.full(5, 7, np.uint64), "digest": np.full((5, 2), 7, np.uint64)}
    at |= {"lo": np.full(5, 7), "hi": np.full(5, 7)}
    at["copies"][:] = [0, 1, 0, 0, 0]
    numbers, texts = np.array([43, 44]), np.array([43, 41])
    digests, headlines = np.array([[1, 2], [3, 4]], np.uint64), np.array([5, 6], np.uint64)
    his, counts = np.array([8, 9]), np.array([10, 11], np.uint32)
    keys = [np.array([first, first + 1], np.uint32) for first in (100, 200, 300)]
    kinds, flags = np.arange(20, 24), np.array([4 | 2, 2], np.uint32)
    said = (digests, headlines, np.array([-8, -9]), his, counts, flags, np.uint32(4), np.uint32(2))
    names = ["live", "gone", "posted", "walls", "alone", "dated", "large", "body", "copies", "first", "story", "tokens"]
    columns = [at[name] for name in [*names, "passages", "digest", "headline", "lo", "hi"]]
    passages = np.array([12, 13], np.uint32)
    with wrapping():
        codes, new = arriving.put(numbers, texts, *keys, kinds, *said, passages, 40, *columns)
        expected = [(20, keys[0][0], 43), (21, keys[1][0], 43), (22, keys[2][0], 43), (20, keys[0][1], 44)]
        expected.append((23, np.uint32(41), 44))
        assert codes.tolist() == [spread(kind, key) | np.uint64(value) for kind, key, value in expected]
    assert new.tolist() == [0]
    flags = {name: [bool(one) for one in at[name]] for name in COLUMNS[0]}
    assert flags == {
        "live": [False, True, True, True, True],
        "gone": [True, False, True, False, False],
        "posted": [False, True, True, False, True],
        "walls": [False, True, True, False, True],
        "alone": [False, True, True, True, True],
        "dated": [False, True, True, True, False],
        "large": [False, True, True, False, True],
    }
    assert at["body"].tolist() == [7, 7, 7, 43, 41]
    assert at["copies"].tolist() == [0, 2, 0, 1, 0]
    assert at["first"].tolist() == [7, 7, 7, 43, 7]
    assert at["story"].tolist() == [7, 7, 7, 43, 44]
    assert at["tokens"].tolist() == [7, 7, 7, 10, 7]
    assert at["passages"].tolist() == [7, 7, 7, 12, 7]
    assert at["headline"].tolist() == [7, 7, 7, 5, 7]
    assert at["digest"].tolist() == [[7, 7], [7, 7], [7, 7], [1, 2], [7, 7]]
    assert at["lo"].tolist() == [7, 7, 7, -8, -9]
    assert at["hi"].tolist() == [7, 7, 7, 8, 9]
