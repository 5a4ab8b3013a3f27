"""Marks come out of their bytes as they went in, and what was changed meanwhile is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.stages._kernels import packing
from dedup.stages._kernels.compiling import wrapping
from dedup.stages._kernels.marks import CAPITAL, FIRST, NUMBER

pytestmark = pytest.mark.kernels

NUMBERS = st.builds(
    lambda digits, value, first: int(NUMBER) | digits << 24 | value | first,
    st.integers(0, 15),
    st.one_of(st.integers(0, 300), st.integers(0, 2**24 - 1)),
    st.sampled_from([0, int(FIRST)]),
)
MARKS = st.one_of(st.just(0), st.sampled_from([int(CAPITAL), int(FIRST), int(CAPITAL | FIRST)]), NUMBERS)
RUNS = st.one_of(st.builds(lambda size: [0] * size, st.sampled_from([61, 62, 63, 64, 126, 200])), st.lists(MARKS))
TEXTS = st.lists(st.lists(RUNS, max_size=3).map(lambda runs: [mark for run in runs for mark in run]), max_size=4)


def packed(texts):
    marks = np.array([mark for text in texts for mark in text], np.uint32)
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])
    tokens = np.random.default_rng(1).integers(0, 2**32, len(marks), np.uint32)
    ends = np.empty(len(texts), np.int64)
    with wrapping():
        return packing.pack(tokens, marks, offsets, ends), ends, tokens, offsets, marks


@given(TEXTS)
def test_marks_come_out_as_they_went_in(texts):
    data, ends, tokens, offsets, marks = packed(texts)
    found = np.full(len(marks), 7, np.uint32)
    with wrapping():
        assert packing.unpack(data, ends, tokens, offsets, found) == -1
    assert np.array_equal(found, marks)


@given(TEXTS.filter(lambda texts: sum(map(len, texts))), st.integers(0, 2**30), st.integers(1, 255), st.booleans())
def test_what_was_changed_is_told(texts, place, change, token):
    data, ends, tokens, offsets, marks = packed(texts)
    if token:
        place %= len(tokens)
        tokens[place] ^= np.uint32(change)
        row = np.searchsorted(offsets, place, side="right") - 1
    else:
        place %= len(data)
        data[place] ^= np.uint8(change)
        row = np.searchsorted(ends, place, side="right")
    with wrapping():
        assert packing.unpack(data, ends, tokens, offsets, np.empty(len(marks), np.uint32)) == row


@given(st.lists(st.integers(0, 255), max_size=40), st.integers(0, 30))
def test_bytes_that_say_anything_are_no_harm(values, size):
    """The sum is right, for whoever writes an index can write that too."""
    tokens, offsets = np.arange(size, dtype=np.uint32), np.array([0, size])
    with wrapping():
        body = np.array(values, np.uint8)
        total = int(packing._sum(tokens, body)).to_bytes(8, "little")[:4]
        data = np.concatenate([body, np.frombuffer(total, np.uint8)])
        assert packing.unpack(data, np.array([len(data)]), tokens, offsets, np.empty(size, np.uint32)) in {-1, 0}
