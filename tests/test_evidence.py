"""The evidence on pairs of texts and the labels of their tokens, against twins."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import stage_twins
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.stages import confirm
from dedup.stages._kernels import evidence, labels
from dedup.stages._kernels.align import GAP_CELLS
from dedup.stages._kernels.marks import CAPITAL, FIRST, NUMBER

pytestmark = pytest.mark.kernels

NUMBERED = [int(NUMBER) | size << 24 | value for size, value in ((1, 3), (1, 4), (3, 200), (8, 2**24 - 1))]
MARKS = st.sampled_from([0, *[int(CAPITAL)] * 5, int(FIRST), int(CAPITAL | FIRST), *NUMBERED])
TOKEN = st.tuples(st.integers(1, 9), MARKS)
GAP = st.lists(TOKEN, min_size=1, max_size=3)
FIGURES = st.sampled_from([[NUMBERED[0]], [NUMBERED[1]], [NUMBERED[0], NUMBERED[2]], [int(NUMBER) | 4 << 24 | 3200]])
NAME = st.tuples(st.integers(1, 9), st.just(int(CAPITAL)))
SIDES = st.one_of(
    st.tuples(GAP | st.just([]), GAP | st.just([])),
    st.tuples(FIGURES, FIGURES).map(lambda sides: [[(10 + side, mark) for mark in sides[side]] for side in (0, 1)]),
    st.tuples(NAME, NAME).filter(lambda sides: sides[0][0] != sides[1][0]).map(lambda sides: [[one] for one in sides]),
)
SHARED = [(100 + value, 0) for value in range(40)]


@st.composite
def versions(draw):
    """Two texts of one story: passages in common, between them what each has instead."""
    texts = [[], []]
    for place in draw(st.sampled_from([[0, 1], [0, 1, 2], [0, 2, 3, 5], [1, 0, 3]])):
        common = [*SHARED[5 * place : 5 * place + 5]]
        common[draw(st.integers(0, 4))] = (200 + place, draw(MARKS))
        more = draw(st.sampled_from([[], [], [], [(50, 0)] * 10]))
        for text, side in zip(texts, draw(SIDES), strict=True):
            text.extend([*side, *more[: 5 * len(side)], *common])
    for text, side in zip(texts, draw(SIDES), strict=True):
        text.extend(side)
    return texts


TITLES = st.sampled_from(
    [[], [3], [1, 4], [1, 2, 3, 4], [5, 6, 7, 8, 9], [2, 4, 6, 8], [1, 3, 5, 7, 9], [3, 4, 50, 101]]
)


def number(marks: list[int]) -> tuple[int, int]:
    digits = value = 0
    for mark in marks:
        if mark >> 31:
            value = (value * 10 ** (mark >> 24 & 15) + mark % 2**24) % 2**24
            digits += mark >> 24 & 15
    return digits, value


def names(tokens: list[tuple[int, int]]) -> set[int]:
    return {token for token, mark in tokens if mark & int(CAPITAL) and not mark & int(FIRST)}


def slow_evidence(a, b, title_a, title_b, size):
    """The columns, from places that are aligned one by one."""
    first, second = ([token for token, _ in text] for text in (a, b))
    turned = (len(first), first) < (len(second), second)
    blocks = stage_twins.slow_align(*((second, first) if turned else (first, second)), size, GAP_CELLS)
    blocks = [(y, x, length) if turned else (x, y, length) for x, y, length in blocks]
    out = dict.fromkeys(range(evidence.COLUMNS), 0)
    at_a = at_b = 0
    for row, (x, y, length) in enumerate(blocks):
        out[evidence.COMMON] += sum(mark >> 31 for _, mark in a[x : x + length])
        if length > out[evidence.LONGEST]:
            out[evidence.LONGEST] = length
            out[evidence.HEAD] = min(x, y) - out[evidence.ALIGNED]
        out[evidence.ALIGNED] += length
        gap_a, gap_b = a[at_a:x], b[at_b:y]
        if row and 0 < len(gap_a) <= 12 and 0 < len(gap_b) <= 12:
            one, two = (number([mark for _, mark in gap]) for gap in (gap_a, gap_b))
            out[evidence.NUMBERS] += bool(one[0] and two[0] and one != two)
            out[evidence.WORDED] += bool(one[0]) != bool(two[0])
            mine, theirs = names(gap_a), names(gap_b)
            if mine and theirs and not mine & theirs:
                out[evidence.NAMES] += 1
                only_a, only_b = set(title_a) - set(title_b), set(title_b) - set(title_a)
                out[evidence.SUBJECTS] += bool(mine & only_a and theirs & only_b)
        at_a, at_b = x + length, y + length
    if blocks:
        out[evidence.FIRST_A], out[evidence.FIRST_B] = blocks[0][:2]
        for column, head in ((evidence.TITLED_A, first[: blocks[0][0]]), (evidence.TITLED_B, second[: blocks[0][1]])):
            out[column] = max(sum(token in title for token in head) for title in (title_a, title_b))
    return [out[column] for column in range(evidence.COLUMNS)]


def changed(one, two):
    """A story in which one side has something else in the middle."""
    return [[*SHARED[:5], *side, *SHARED[5:10]] for side in (one, two)]


@settings(max_examples=examples(300))
@given(versions(), TITLES, TITLES, st.integers(1, 4), st.booleans())
@example(changed([(1, int(CAPITAL))], [(2, int(CAPITAL))]), [1, 3, 5, 7, 9], [2, 4, 6, 8], 3, True)
@example(changed([(1, int(CAPITAL))], [(2, int(CAPITAL))]), [1, 2, 3], [2, 4, 6], 3, True)
@example(changed([(1, int(CAPITAL))], [(2, int(CAPITAL))]), [1], [2, 4], 3, False)
@example(changed([(10, NUMBERED[0])], [(11, NUMBERED[0])]), [], [4], 3, True)
@example(changed([(10, NUMBERED[0])], [(11, 0)]), [], [4], 3, True)
@example(changed([(10, NUMBERED[2])], [(11, NUMBERED[0]), (12, int(NUMBER) | 2 << 24)]), [], [], 3, True)
@example(changed([(10, NUMBERED[3])] * 2, [(11, NUMBERED[3])]), [4], [4], 3, True)
@example([[(1, 0), (2, 0), *SHARED[:9]], [(3, 0), *SHARED[:9], (4, 0), (5, 0), (6, 0)]], [2, 3], [1, 9], 3, True)
def test_evidence_is_that_of_the_twin(texts, title_a, title_b, size, near):
    tokens, marks = np.array([*texts[0], *texts[1]], np.uint32).reshape(-1, 2).T.copy()
    offsets, titles = np.cumsum([0, *map(len, texts)]), np.array([*title_a, *title_b], np.uint32)
    ends = np.cumsum([len(title_a), len(title_b)])
    out = np.zeros((3, evidence.COLUMNS), np.int64)
    pairs = np.array([0, 1, 0]), np.array([1, 0, 1])
    with np.errstate(over="ignore"):
        close, shared = np.array([True, True, near]), np.empty(3, np.int64)
        distinct, spans = np.empty(2, np.int64), np.empty((3, 2), np.int64)
        runs = evidence.overlap(tokens, offsets, *pairs, size, distinct, shared, spans)
        evidence.gather(tokens, offsets, marks, titles, ends, runs, spans, close, *pairs, size, out)
    expected = slow_evidence(*texts, title_a, title_b, size)
    assert out[0].tolist() == expected
    assert out[1].tolist() == slow_evidence(*texts[::-1], title_b, title_a, size)
    assert out[2].tolist() == (expected if near else [-1] + [0] * (evidence.COLUMNS - 1))
    support, figures = np.array([0.25, 0.75]), np.array([0x105, 0x200 + 5 * near], np.uint64)
    seen = confirm.Texts(tokens, offsets, marks, titles, ends, support, figures)
    common = confirm.Overlap(distinct, shared, close, runs, spans)
    said = confirm.examine(seen, *pairs, common, shingle_size=size)
    for name in ("aligned", "longest", "head", "numbers", "worded", "names", "subjects", "common"):
        assert getattr(said, name).tolist() == out[:, getattr(evidence, name.upper())].tolist()
    for pair, (one, two) in enumerate(zip(*pairs, strict=True)):
        sizes = len(texts[one]), len(texts[two])
        assert (said.tokens_a[pair], said.tokens_b[pair]) == sizes
        assert (said.distinct_a[pair], said.distinct_b[pair]) == (distinct[one], distinct[two])
        assert said.titled[pair] == out[pair, evidence.TITLED_A if sizes[0] <= sizes[1] else evidence.TITLED_B]
        assert said.offset[pair] == out[pair, evidence.FIRST_A if sizes[0] > sizes[1] else evidence.FIRST_B]
        assert said.headless[pair] == (min(len(title_a), len(title_b)) < 2)
        assert (said.support[pair], said.support_high[pair]) == (0.25, 0.75)
        assert said.renumbered[pair] == near
        assert np.isnan(said.days[pair])
        assert not said.noted[pair]


def slow_labels(mine: list[int], theirs: list[int], aligned: int) -> tuple[list[int], list[int], int, int]:
    head = 0
    while head < min(len(mine), len(theirs)) and mine[head] == theirs[head]:
        head += 1
    tail = 0
    while tail < min(len(mine), len(theirs)) - head and mine[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    middle, other = mine[head : len(mine) - tail], theirs[head : len(theirs) - tail]
    common = (Counter(middle) & Counter(other)).total()
    if common + head + tail <= aligned:
        return [], [], 0, common + head + tail
    shared = dict(zip(dict.fromkeys(token for token in other if token in middle), range(10**6), strict=False))
    one, two = ([shared[token] for token in side if token in shared] for side in (middle, other))
    return one, two, len(shared), head + tail


TEXTS = st.lists(st.lists(st.integers(0, 80) | st.integers(0, 3), max_size=30), min_size=4, max_size=4)


@settings(max_examples=examples(300))
@given(TEXTS, st.lists(st.tuples(*[st.integers(0, 3)] * 2), min_size=1, max_size=4), st.integers(-1, 9))
@example([[5, 1, 2], [6, 1, 2], [5, 7, 1, 2], [1, 2]], [(0, 1), (0, 2), (3, 0), (2, 3)], 0)
@example([[5, 1, 2, 5, 9, 8], [5, 4, 1, 5, 8], [5], []], [(0, 1), (1, 0), (2, 0), (3, 1)], 0)
@example([[5, 1, 2, 1, 9, 8], [5, 4, 1, 1, 1, 8], [8, 5], [5, 8]], [(0, 1), (1, 0), (2, 3), (0, 1)], 4)
@example([[5, 1, 2, 1, 9, 8], [5, 4, 1, 1, 1, 8], [8, 5], [5, 8]], [(0, 1), (1, 0), (2, 3), (0, 1)], 3)
def test_labels_are_those_of_the_twin(texts, drawn, aligned):
    out = np.full(sum(len(texts[text]) for pair in drawn for text in pair), 999, np.uint16)
    ends, used, equal = (np.zeros(shape, np.int64) for shape in ((len(drawn), 2), len(drawn), len(drawn)))
    (a, b), known = np.array(drawn, np.int64).T, np.full(len(drawn), aligned)
    tokens = np.array([token for text in texts for token in text], np.uint32)
    labels.label_pairs(tokens, np.cumsum([0, *map(len, texts)]), a, b, known, out, ends, used, equal)
    begin = 0
    for pair, (one, two) in enumerate(drawn):
        mine, theirs, count, same = slow_labels(texts[one], texts[two], aligned)
        assert out[begin : ends[pair, 0]].tolist() == theirs
        assert out[ends[pair, 0] : ends[pair, 1]].tolist() == mine
        assert (used[pair], equal[pair]) == (count, same)
        begin = ends[pair, 1]
