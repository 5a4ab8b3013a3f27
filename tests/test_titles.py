"""What headlines say, against a twin over sets."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.stages import shingles
from dedup.stages._kernels import titles
from dedup.stages._kernels.marks import NUMBER

pytestmark = pytest.mark.kernels

WORDS = st.sampled_from(
    ["a", "the", "the", "ferry", "port", "Port", "ab", "中", "山", "中山", "คำ", "é", "éé", "éx", "12"]
)
HEADLINES = st.lists(WORDS, max_size=6).map(" ".join) | st.lists(WORDS, max_size=6).map("".join)


def slow_pair(one: int, two: int) -> int:
    mixed = (one * 0x9E3779B97F4A7C15 ^ two) % 2**64
    return (mixed * 0xD6E8FEB86659FD93 % 2**64) >> 32


def spelt(texts: list[str]) -> tuple[shingles.Tokens, list[list[tuple[int, int, int]]]]:
    tokens = shingles.tokenize(shingles.nfc(pa.array(texts, pa.large_string())))
    spans = list(zip(tokens.values.tolist(), tokens.starts.tolist(), tokens.stops.tolist(), strict=True))
    return tokens, [spans[begin:end] for begin, end in zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True)]


def slow_contents(spans: list[tuple[int, int, int]]) -> set[int]:
    found = {value for value, start, stop in spans if stop - start >= 4}
    for (one, start, middle), (two, begin, stop) in pairwise(spans):
        if middle - start == 3 and begin == middle and stop - begin == 3:
            found.add(slow_pair(one, two))
    return found


@given(st.lists(HEADLINES, min_size=1, max_size=4), st.data())
def test_content_words_and_their_shares_are_those_of_sets(headlines, data):
    size = len(headlines)
    texts = [data.draw(HEADLINES) for _ in headlines]
    named, spans = spelt(headlines)
    tokens, bodies = spelt(texts)
    sets = [slow_contents(one) for one in spans]
    held = [
        {value for value, _, _ in body} | {slow_pair(one[0], two[0]) for one, two in pairwise(body)} for body in bodies
    ]
    words, ends = np.empty(len(named.values), np.uint32), np.zeros(size, np.int64)
    a, b = np.divmod(np.arange(size * size), size)
    support, agreement = np.zeros(size * size), np.zeros(size * size)
    with np.errstate(over="ignore"):
        titles.contents(named.values, named.offsets, named.starts, named.stops, words, ends)
        titles.support(tokens.values, tokens.offsets, words, ends, a, b, support)
        titles.agreement(words, ends, a, b, agreement)
    assert ends.tolist() == np.cumsum([*map(len, sets)]).tolist()
    assert words[: ends[-1]].tolist() == [word for one in sets for word in sorted(one)]
    assert support.tolist() == [
        len(sets[one] & held[two]) / len(sets[one]) if sets[one] else 1.0 for one, two in zip(a, b, strict=True)
    ]
    assert agreement.tolist() == [
        len(sets[one] & sets[two]) / min(len(sets[one]), len(sets[two])) if sets[one] and sets[two] else 1.0
        for one, two in zip(a, b, strict=True)
    ]


NUMBERS = st.tuples(st.integers(0, 15), st.integers(0, 2**24 - 1))
MARKS = st.one_of(st.just(None), NUMBERS)


@given(st.lists(st.lists(MARKS, max_size=6), min_size=1, max_size=3), st.sampled_from([0, 254, 300]))
def test_figures_of_headlines_are_read_as_one_number(rows, more):
    rows = [*rows, [(1, 7)] * more]
    marks = [0x60000000 if one is None else int(NUMBER) | one[0] << 24 | one[1] for row in rows for one in row]
    expected = []
    for row in rows:
        value = 0
        for size, part in filter(None, row):
            value = value * 10**size + part
        count = sum(one is not None for one in row)
        expected.append((value * 0x9E3779B97F4A7C15 % 2**64) & ~0xFF | min(count, 255))
    out = np.zeros(len(rows), np.uint64)
    with np.errstate(over="ignore"):
        titles.figures(np.array(marks, np.uint32), np.cumsum([0, *map(len, rows)]), out)
    assert out.tolist() == expected
