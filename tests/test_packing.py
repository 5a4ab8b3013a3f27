"""Marks come out of their bytes as they went in, and what was changed meanwhile is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
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
@example([[]] * 40)
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
@example([0xC0, 1, 200], 3)
def test_bytes_that_say_anything_are_no_harm(values, size):
    """The sum is right, for whoever writes an index can write that too."""
    tokens, offsets = np.arange(size, dtype=np.uint32), np.array([0, size])
    with wrapping():
        body = np.array(values, np.uint8)
        total = int(packing._sum(tokens, body)).to_bytes(8, "little")[:4]
        data = np.concatenate([body, np.frombuffer(total, np.uint8)])
        assert packing.unpack(data, np.array([len(data)]), tokens, offsets, np.empty(size, np.uint32)) in {-1, 0}


def unpacked(values, size):
    """Unpack the marks of one text whose sum is right."""
    tokens, found = np.arange(size, dtype=np.uint32), np.zeros(size, np.uint32)
    with wrapping():
        total = int(packing._sum(tokens, np.array(values, np.uint8))).to_bytes(8, "little")[:4]
        data = np.array([*values, *total], np.uint8)
        return packing.unpack(data, np.array([len(data)]), tokens, np.array([0, size]), found), found.tolist()


@pytest.mark.parametrize(
    "values",
    [
        [0xC0],  # a number without its upper byte
        [0xC0, 1],  # without its rest
        [0xC0, 1, 0x80],  # the rest goes on
        [0xC0, 1, 0x80, 0x80, 0x80, 0x80, 0],  # for too long
        [2],  # behind the last token
    ],
)
def test_what_pack_never_writes_is_told(values):
    assert unpacked(values, 2)[0] == 0


def test_a_number_may_take_four_bytes():
    assert unpacked([0xC1, 0x81, 0xFF, 0xFF, 0xFF, 0x07], 2) == (-1, [0, 0x81FFFFFF])


def test_what_is_stored_stays_what_it_is():
    """Whoever changes this makes indexes that are there unreadable: `records.FORMAT` must change with it."""
    tokens = np.array([7, 2**31, 7, 5, 3], np.uint32)
    marks = np.array([FIRST | CAPITAL, 0, NUMBER | 1 << 24 | 300, CAPITAL, FIRST], np.uint32)
    with wrapping():
        data = packing.pack(tokens, marks, np.array([0, 5]), np.empty(1, np.int64))
    assert data.tobytes().hex() == "80c181ac020040c7a292f3"


def test_what_is_too_short_to_have_a_sum_is_told():
    with wrapping():
        assert packing.unpack(np.zeros(3, np.uint8), np.array([3]), *(np.zeros(n, np.int64) for n in (0, 2, 0))) == 0
