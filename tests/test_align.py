from __future__ import annotations

import importlib.util
import random
import sys
from array import array
from itertools import chain
from unittest import mock

import numpy as np
import pytest
import stage_twins
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from dedup.stages._kernels import align as kernels
from dedup.stages._kernels import anchors, evidence
from dedup.stages._kernels.minhash import shingle

pytestmark = pytest.mark.kernels

Blocks = list[tuple[int, int, int]]


def shingled(tokens: np.ndarray, size: int) -> np.ndarray:
    out = np.empty(len(tokens), np.uint32)
    with np.errstate(over="ignore"):
        return out[: shingle(tokens, len(tokens), size, out)]


def blocks_of(anchoring: object, aligning: object, a: list[int], b: list[int], size: int, gap_cells: int) -> np.ndarray:
    """Align `b` with `a`, in the table of which its shingles are looked up, by modules that may be uncompiled."""
    one, two = np.array(a, np.uint32), np.array(b, np.uint32)
    held, shingles = shingled(one, size), shingled(two, size)
    table, runs = anchoring.empty(len(held)), np.empty((len(shingles), 3), np.int32)
    anchoring.fill(held, 1, table)
    _, count = anchoring.runs_of(shingles, held, 1, table, 1, runs)
    return aligning.align(one, two, runs[:count], size, gap_cells)


def aligned(a: list[int], b: list[int], size: int = 5, gap_cells: int = kernels.GAP_CELLS) -> Blocks:
    blocks = blocks_of(anchors, kernels, a, b, size, gap_cells)
    assert blocks.dtype == np.int64
    return [tuple(block) for block in blocks.tolist()]


def check(blocks: Blocks, a: list[int], b: list[int]) -> int:
    """Check what holds for all blocks; return the tokens they hold."""
    end_a = end_b = 0
    for place, (start_a, start_b, length) in enumerate(blocks):
        assert length > 0
        assert start_a >= end_a
        assert start_b >= end_b
        # Where both go on at once it is one block.
        assert place == 0 or (start_a, start_b) != (end_a, end_b)
        end_a, end_b = start_a + length, start_b + length
        assert a[start_a:end_a] == b[start_b:end_b]
    assert end_a <= len(a)
    assert end_b <= len(b)
    return sum(length for _, _, length in blocks)


def longest_common(a: list[int], b: list[int]) -> int:
    return LCSseq.similarity(array("I", a), array("I", b))


def mutated(rng: random.Random, tokens: list[int], edits: int, alphabet: int) -> list[int]:
    """Return the tokens after random cuts, moves, repeats and replacements."""
    tokens = list(tokens)
    for _ in range(edits):
        start = rng.randrange(len(tokens) + 1)
        stop = min(len(tokens), start + rng.randrange(12))
        piece = tokens[start:stop]
        match rng.randrange(4):
            case 0:
                tokens[start:stop] = []
            case 1:
                tokens[start:stop] = piece * 2
            case 2:
                tokens[start:stop] = [rng.randrange(alphabet) for _ in range(rng.randrange(4))]
            case 3:
                tokens[start:stop] = []
                place = rng.randrange(len(tokens) + 1)
                tokens[place:place] = piece
    return tokens


tokens_of_few = st.lists(st.integers(0, 3), max_size=25)


@settings(max_examples=examples(200))
@given(tokens_of_few, tokens_of_few, st.integers(1, 6), st.sampled_from([0, 6, 4096]))
def test_align_equals_twin_on_any_tokens(a: list[int], b: list[int], size: int, gap_cells: int) -> None:
    blocks = aligned(a, b, size, gap_cells)
    assert blocks == stage_twins.slow_align(a, b, size, gap_cells)
    assert check(blocks, a, b) <= longest_common(a, b)


@given(
    st.integers(0, 60),
    st.integers(0, 8),
    st.sampled_from([2, 6, 1000]),
    st.integers(1, 5),
    st.integers(0, 2**32),
)
def test_align_equals_twin_on_copies(length: int, edits: int, alphabet: int, size: int, seed: int) -> None:
    rng = random.Random(seed)
    a = [rng.randrange(alphabet) for _ in range(length)]
    b = mutated(rng, a, edits, alphabet)
    for gap_cells in (0, 20, kernels.GAP_CELLS):
        blocks = aligned(a, b, size, gap_cells)
        assert blocks == stage_twins.slow_align(a, b, size, gap_cells)
        assert check(blocks, a, b) <= longest_common(a, b)


@pytest.mark.parametrize(
    ("a", "b", "blocks"),
    [
        ("", "", []),
        ("abc", "", []),
        ("abc", "abc", [(0, 0, 3)]),  # shorter than a shingle: the ends
        ("abc", "xbc", [(1, 1, 2)]),
        ("abcdefgh", "abcdefgh", [(0, 0, 8)]),
        ("abcdefgh", "abcdXefgh", [(0, 0, 4), (4, 5, 4)]),
        ("abcdefgh", "defgh", [(3, 0, 5)]),
        ("abcdefghij", "fghijabcde", [(0, 5, 5)]),  # of two chains as long, one
        ("aaaaaaaa", "aaaaa", [(0, 0, 5)]),
        ("abcdeabcdef", "abcdef", [(0, 0, 5), (10, 5, 1)]),  # the first of the first kind
        ("axbxcxd", "aybycyd", [(0, 0, 1), (2, 2, 1), (4, 4, 1), (6, 6, 1)]),  # no shingle, a small table
    ],
)
def test_examples(a: str, b: str, blocks: Blocks) -> None:
    one, two = [ord(char) for char in a], [ord(char) for char in b]
    assert aligned(one, two) == blocks
    check(blocks, one, two)


def test_large_gaps_are_left_unaligned() -> None:
    a = [token for step in range(80) for token in (step, 1000 + step)]
    b = [token for step in range(80) for token in (2000 + step, step)]
    assert aligned(a, b) == []
    assert check(aligned(a, b, gap_cells=160 * 160), a, b) == 80


@st.composite
def copies(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Return the tokens of a story and of a copy: each sentence is as it was, has an edit, is gone or new."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    story, copy = [], []
    fates = st.sampled_from(["same", "same", "word", "number", "cut", "gone", "new"])
    for fate in draw(st.lists(fates, min_size=1, max_size=25)):
        sentence = [rng.randrange(3000) for _ in range(rng.randint(10, 20))]
        place = draw(st.integers(0, 9))
        edited = {
            "same": sentence,
            "word": [*sentence[:place], 5000 + place, 6000, *sentence[place + 1 :]],
            "number": [*sentence[:place], 7000 + place, *sentence[place + 1 :]],
            "cut": sentence[:place] + sentence[place + 2 :],
            "gone": [],
            "new": [rng.randrange(3000) for _ in range(15)] + sentence,
        }
        story += sentence
        copy += edited[fate]
    return story, copy


@given(copies())
def test_copies_are_aligned_nearly_as_well_as_can_be(pair: tuple[list[int], list[int]]) -> None:
    a, b = pair
    total = check(aligned(a, b), a, b)
    best = longest_common(a, b)
    assert 0.9 * best <= total <= best
    assert check(aligned(b, a), b, a) >= 0.9 * best


@given(st.integers(0, 50), st.integers(0, 8), st.sampled_from([1, 3, 1000]), st.integers(0, 2**32))
def test_align_pair_is_the_same_from_both_sides(length: int, edits: int, alphabet: int, seed: int) -> None:
    rng = random.Random(seed)
    a = [rng.randrange(alphabet) for _ in range(length)]
    b = mutated(rng, a, edits, alphabet)
    one, two = np.array(a, np.uint32), np.array(b, np.uint32)
    with np.errstate(over="ignore"):
        blocks, mirrored = (evidence.align_tokens(*pair, 5).tolist() for pair in ((one, two), (two, one)))
    assert blocks == [[start_a, start_b, length] for start_b, start_a, length in mirrored]
    check([tuple(block) for block in blocks], a, b)
    assert [tuple(block) for block in blocks] in (
        aligned(a, b), [(start_a, start_b, length) for start_b, start_a, length in aligned(b, a)]
    )  # fmt: skip


def steps_of(a: list[int], b: list[int]) -> int:
    """Count the lines the kernels run through as plain Python."""

    def untouched(**_: object) -> object:
        return lambda function: function

    uncompiled = []
    for kernel in (anchors, kernels):
        spec = importlib.util.spec_from_file_location("uncompiled", kernel.__file__)
        module = importlib.util.module_from_spec(spec)
        with mock.patch("numba.njit", untouched):
            spec.loader.exec_module(module)
        uncompiled.append(module)
    files, steps = {anchors.__file__, kernels.__file__}, 0

    def count(_frame: object, event: str, _argument: object) -> object:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(lambda frame, *_: count if frame.f_code.co_filename in files else None)
    try:
        blocks_of(*uncompiled, a, b, 5, kernels.GAP_CELLS)
    finally:
        sys.settrace(before)
    return steps


def _all_the_same(size: int) -> tuple[list[int], list[int]]:
    return [7] * size, [7] * (size - 3)


def _two_by_two(size: int) -> tuple[list[int], list[int]]:
    return [1, 2] * (size // 2), [2, 1] * (size // 2)


def _thousands_of_repeats(size: int) -> tuple[list[int], list[int]]:
    line = list(range(7))
    return line * (size // 7), [*line, 99] * (size // 8)


def _repeats_the_other_way(size: int) -> tuple[list[int], list[int]]:
    return list(range(6)) * (size // 6), [*range(6)][::-1] * (size // 6)


def _nothing_shared(size: int) -> tuple[list[int], list[int]]:
    return list(range(size)), list(range(size, 2 * size))


def _moved_blocks(size: int) -> tuple[list[int], list[int]]:
    blocks = [list(range(start, start + 10)) for start in range(0, size, 10)]
    return [*chain(*blocks)], [*chain(*reversed(blocks))]


def _largest_gaps(size: int) -> tuple[list[int], list[int]]:
    # Between shared runs as much as is still aligned by a table, in which each side has its own order.
    rng = random.Random(1)
    a, b = [], []
    for start in range(0, size, 69):
        run = [10_000 + start + step for step in range(5)]
        gap = [start + step for step in range(64)]
        a += run + rng.sample(gap, 64)
        b += run + rng.sample(gap, 64)
    return a, b


@pytest.mark.parametrize(
    "hostile",
    [
        _all_the_same,
        _two_by_two,
        _thousands_of_repeats,
        _repeats_the_other_way,
        _nothing_shared,
        _moved_blocks,
        _largest_gaps,
    ],
)
def test_cost_is_linear(hostile: object) -> None:
    size = 700
    few, many = steps_of(*hostile(size)), steps_of(*hostile(4 * size))
    assert few <= 200 * 2 * size
    assert many <= 5 * few


@pytest.mark.parametrize("hostile", [_all_the_same, _two_by_two, _thousands_of_repeats, _moved_blocks, _largest_gaps])
def test_hostile_inputs_are_aligned(hostile: object) -> None:
    a, b = hostile(700)
    total = check(aligned(a, b), a, b)
    assert 10 <= total <= longest_common(a, b)
