"""Postings find what a dict of sets does, however they are laid out."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.engines.stream import postings, runs
from dedup.engines.stream.postings import Postings
from dedup.stages._kernels import postings as kernels

pytestmark = pytest.mark.kernels

KEYS = [0, 1, 2, 0xFF, 0x100, 0x8000, 0x12345678, 0x12345679, 0x12355678, 0xFFFFFFFE, 0xFFFFFFFF]
LOTS = st.lists(
    st.tuples(st.booleans(), st.lists(st.tuples(st.sampled_from(KEYS), st.integers(1, 90)), max_size=60)), max_size=8
)
# From how many codes on a directory has how many bits: rests take four bytes, two or one.
LAYOUTS = [{0: 2}, {0: 1, 20: 9}, {0: 3, 9: 16}, pytest.param({0: 5, 30: 17, 60: 24}, marks=pytest.mark.full)]


@pytest.mark.parametrize("young", [0, 20, 1 << 14])
@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=8)  # a directory of 24 bits is large
@given(lots=LOTS, gone=st.sets(st.integers(1, 90)), base=st.integers(1, 5), most=st.sampled_from([1, 3, 1000]))
def test_find_what_was_added_and_is_not_gone(layout, young, lots, gone, base, most):
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as crew:
        patch.setattr(runs, "_bits", lambda size: layout[max(least for least in layout if size >= least)])
        patch.setattr(postings, "_YOUNG", young)
        patch.setattr(runs, "_MANY", 30)
        there, found = Postings(), np.zeros(100, np.bool_)
        truth = defaultdict(set)
        for later, lot in lots:
            fresh = {(key, number) for key, number in lot if number not in truth[key]}
            for key, number in fresh:
                truth[key].add(number)
            codes = np.array([key << 32 | number for key, number in fresh], np.uint64)
            if later:
                there.hold(len(codes), crew)[:] = codes
            else:
                there.add(codes, found, base)
        there.release()
        found[[number - base for number in gone if number >= base]] = True
        there.add(np.array([0x777 << 32 | 90], np.uint64), found, base)  # may merge, and drop what is gone
    places, numbers, more = there.find(np.array(KEYS, np.uint64) << np.uint64(32), found, base, most)
    for place, key in enumerate(KEYS):
        wanted = {number for number in truth[key] - gone if number >= base}
        got = numbers[places == place].tolist()
        assert len(got) == len(set(got)) == min(most, len(wanted))
        assert set(got) <= wanted
        assert more[place] == (len(wanted) > most)


@given(st.lists(st.tuples(st.tuples(*[st.sampled_from(KEYS)] * 2), st.lists(st.sampled_from(KEYS))), max_size=4))
def test_keys_of_bands_and_of_passages_are_coded_text_by_text(texts):
    expected = []
    for number, (bands, passages) in enumerate(texts):
        for kind, key in (*enumerate(bands), *((2, key) for key in passages)):
            mixed = (key ^ kind * 0x85EBCA6B % 2**32) * 0x9E3779B1 % 2**32
            expected.append((number, kind == 2, mixed << 32))
    places, passage, codes = (np.zeros(len(expected), kind) for kind in (np.int64, np.bool_, np.uint64))
    bands = np.array([bands for bands, _ in texts], np.uint32).reshape(-1, 2)
    passages = np.array([key for _, some in texts for key in some], np.uint32)
    with np.errstate(over="ignore"):
        ends, numbers = np.cumsum([len(some) for _, some in texts]), np.arange(len(texts)) + 1
        kernels.code_all(bands, passages, ends, places, passage, codes)
        again, posted = np.zeros_like(codes), np.zeros_like(codes)
        kernels.code(2, passages, again)
        kernels.code_texts(bands, passages, ends, numbers, posted)
    assert list(zip(places.tolist(), passage.tolist(), codes.tolist(), strict=True)) == expected
    assert again[: len(passages)].tolist() == [code for _, one, code in expected if one]
    assert posted.tolist() == [code | number + 1 for number, _, code in expected]


@pytest.mark.parametrize("young", [100, 1 << 14])
def test_many_numbers_under_one_key_are_found_newest_first(young, monkeypatch):
    monkeypatch.setattr(postings, "_YOUNG", young)
    there, gone = Postings(), np.zeros(1000, np.bool_)
    rising = np.arange(1, 901, dtype=np.uint64)
    there.add(np.random.default_rng(0).permutation(np.uint64(5 << 32) | rising), gone, 1)
    places, numbers, more = there.find(np.array([5 << 32], np.uint64), gone, 1, 10)
    assert places.tolist() == [0] * 10
    assert numbers.tolist() == list(range(900, 890, -1))
    assert more.tolist() == [True]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=300))
def test_codes_are_dealt_out_by_their_upper_bits(codes):
    dealt = np.array(codes, np.uint64)
    begins = kernels.deal(dealt)
    assert sorted(dealt.tolist()) == sorted(codes)
    tops = [code >> 56 for code in dealt.tolist()]
    assert tops == sorted(tops)
    assert begins.tolist() == [sum(top < other for top in tops) for other in range(257)]
