"""What one alignment says about a pair of texts."""

import numpy as np
from numba import njit

from dedup.stages._kernels import anchors
from dedup.stages._kernels.align import GAP_CELLS, align
from dedup.stages._kernels.marks import CAPITAL, FIRST, NUMBER
from dedup.stages._kernels.minhash import shingle

ALIGNED, HEAD, LONGEST, COMMON, NUMBERS, WORDED, NAMES = range(7)
TITLED_A, TITLED_B, FIRST_A, FIRST_B, SUBJECTS, COLUMNS = range(7, 13)
"""Columns of the evidence. ALIGNED: tokens aligned. HEAD: tokens before the longest
block that are not aligned, of the text that has fewer. LONGEST: tokens of that block. NUMBERS: gaps where both
sides have numbers, and others. WORDED: gaps where one side has a number and the other only words. NAMES: gaps
where both sides have names, and others. TITLED: words
of a headline before the first block of each text. FIRST: where the aligned part of each text begins.
COMMON: numbers that are aligned. SUBJECTS: gaps where each side has a name that its headline has and the other
headline has not."""
GAP_TOKENS = 12
"""Tokens on each side up to which a gap is a substitution; more are passages of their own."""


@njit(nogil=True, cache=True)
def overlap(tokens, offsets, pair_a, pair_b, size, distinct, shared, spans):
    """Look up the shingles of pairs of texts in each other; return runs of those that both have, int32[k, 3].

    Pairs that are sorted by `pair_b` are faster.

    Args:
        tokens: uint32, token hashes of all texts in one buffer.
        offsets: int64[n + 1], where each text's tokens begin and the last one's end.
        pair_a: int64[m], one text of each pair.
        pair_b: int64[m], the other.
        size: Tokens a shingle.
        distinct: int64[n], written: the distinct shingles of each text.
        shared: int64[m], written: distinct shingles that both of a pair have.
        spans: int64[m, 2], written: where the runs of each pair begin and end, see `anchors.runs_of`; held is b.
    """
    shingles, places = np.empty(tokens.shape[0], np.uint32), np.zeros(offsets.shape[0], np.int64)
    longest = 0
    for row in range(offsets.shape[0] - 1):
        mine = tokens[offsets[row] : offsets[row + 1]]
        total = shingle(mine, mine.shape[0], size, shingles[places[row] :])
        places[row + 1] = places[row] + total
        longest = max(longest, total)
    table = anchors.empty(longest)
    distinct[:] = -1
    runs = np.empty((8 * pair_a.shape[0] + longest, 3), np.int32)
    filled = 0
    turn = 0
    held = shingles[:0]
    for pair in range(pair_a.shape[0]):
        one, two = pair_a[pair], pair_b[pair]
        if pair == 0 or two != pair_b[pair - 1]:
            held = shingles[places[two] : places[two + 1]]
            turn += 1
            distinct[two] = anchors.fill(held, turn, table)
        mine = shingles[places[one] : places[one + 1]]
        if filled + mine.shape[0] > runs.shape[0]:
            runs = np.concatenate((runs, np.empty((runs.shape[0] + mine.shape[0], 3), np.int32)))
        shared[pair], count = anchors.runs_of(mine, held, turn, table, pair + 1, runs[filled:])
        spans[pair, 0] = filled
        filled += count
        spans[pair, 1] = filled
    for row in range(distinct.shape[0]):
        if distinct[row] < 0:
            turn += 1
            distinct[row] = anchors.fill(shingles[places[row] : places[row + 1]], turn, table)
    return runs[:filled]


@njit(nogil=True, cache=True)
def _in_order(a, b):
    """Return whether (a, b) is the order in which this pair is aligned: the longer first, then by value."""
    if a.shape[0] != b.shape[0]:
        return a.shape[0] > b.shape[0]
    for place in range(a.shape[0]):
        if a[place] != b[place]:
            return a[place] > b[place]
    return True


@njit(nogil=True, cache=True)
def align_pair(a, b, runs, size):
    """Return the blocks of `align`, the same for (a, b) and (b, a) but for the columns.

    `runs` are those of the shingles of `a` in the table of `b`, see `anchors.runs_of`.
    """
    if not _in_order(a, b):
        blocks = align(b, a, runs, size, GAP_CELLS)
        for row in range(blocks.shape[0]):
            blocks[row, 0], blocks[row, 1] = blocks[row, 1], blocks[row, 0]
        return blocks
    turned = np.empty((runs.shape[0], 3), np.int32)
    begins = np.full(b.shape[0], -1, np.int32)
    for run in range(runs.shape[0]):
        begins[runs[run, 0]] = run
    filled = 0
    for run in begins:
        if run >= 0:
            turned[filled, 0], turned[filled, 1], turned[filled, 2] = runs[run, 1], runs[run, 0], runs[run, 2]
            filled += 1
    return align(a, b, turned, size, GAP_CELLS)


@njit(nogil=True, cache=True)
def align_tokens(a, b, size):
    """Return the blocks of `align_pair` for two texts of which only the tokens are at hand."""
    tokens, offsets = np.concatenate((a, b)), np.array([0, a.shape[0], a.shape[0] + b.shape[0]])
    counts, shared, spans = np.empty(2, np.int64), np.empty(1, np.int64), np.empty((1, 2), np.int64)
    one, two = np.zeros(1, np.int64), np.ones(1, np.int64)
    runs = overlap(tokens, offsets, one, two, size, counts, shared, spans)
    return align_pair(a, b, runs, size)


@njit(nogil=True, cache=True)
def gather(tokens, offsets, marks, titles, title_ends, runs, spans, near, pair_a, pair_b, size, out):
    """Write the evidence on each pair to `out` int64[m, COLUMNS], see the names of its columns.

    `out` comes in filled with 0, `runs` and `spans` are those of `overlap`. Pairs that are not `near` (bool[m]) are
    not aligned: `ALIGNED` is -1.
    """
    for pair in range(pair_a.shape[0]):
        one = pair_a[pair]
        two = pair_b[pair]
        if not near[pair]:
            out[pair, ALIGNED] = -1
            continue
        blocks = align_pair(
            tokens[offsets[one] : offsets[one + 1]],
            tokens[offsets[two] : offsets[two + 1]],
            runs[spans[pair, 0] : spans[pair, 1]],
            size,
        )
        weigh(
            blocks,
            tokens[offsets[one] : offsets[one + 1]],
            tokens[offsets[two] : offsets[two + 1]],
            marks[offsets[one] : offsets[one + 1]],
            marks[offsets[two] : offsets[two + 1]],
            titles[title_ends[one - 1] if one > 0 else 0 : title_ends[one]],
            titles[title_ends[two - 1] if two > 0 else 0 : title_ends[two]],
            out[pair],
        )
        if blocks.shape[0] > 0:
            out[pair, FIRST_A], out[pair, FIRST_B] = blocks[0, 0], blocks[0, 1]
            first_a, first_b = offsets[one], offsets[two]
            for title in (one, two):
                words = titles[title_ends[title - 1] if title > 0 else 0 : title_ends[title]]
                head_a = tokens[first_a : first_a + blocks[0, 0]]
                head_b = tokens[first_b : first_b + blocks[0, 1]]
                out[pair, TITLED_A] = max(out[pair, TITLED_A], _said(head_a, words))
                out[pair, TITLED_B] = max(out[pair, TITLED_B], _said(head_b, words))


@njit(nogil=True, cache=True)
def _said(head, words):
    """Return how many tokens of `head` are among the content words of a headline, which rise."""
    said = 0
    for token in head:
        said += _has(words, token)
    return said


@njit(nogil=True, cache=True)
def _has(words, token):
    """Return whether `token` is among `words`, which rise."""
    place = np.searchsorted(words, token)
    return place < words.shape[0] and words[place] == token


@njit(nogil=True, cache=True)
def weigh(blocks, a, b, marks_a, marks_b, title_a, title_b, out):
    """Write what one alignment says: how much, from where, in which pieces, and with which facts changed."""
    at_a = 0
    at_b = 0
    for row in range(blocks.shape[0]):
        start_a, start_b, length = blocks[row, 0], blocks[row, 1], blocks[row, 2]
        out[ALIGNED] += length
        numbers = 0
        for place in range(start_a, start_a + length):
            numbers += marks_a[place] & NUMBER != 0
        out[COMMON] += numbers
        if length > out[LONGEST]:
            out[LONGEST] = length
            out[HEAD] = min(start_a, start_b) - (out[ALIGNED] - length)
        if row > 0 and 0 < start_a - at_a <= GAP_TOKENS and 0 < start_b - at_b <= GAP_TOKENS:
            digits_a, value_a = _number(marks_a, at_a, start_a)
            digits_b, value_b = _number(marks_b, at_b, start_b)
            if digits_a > 0 and digits_b > 0:
                out[NUMBERS] += digits_a != digits_b or value_a != value_b
            elif digits_a > 0 or digits_b > 0:
                out[WORDED] += 1
            # What both sides had in common would be aligned: gaps this small are looked at token by token.
            if _named(marks_a, at_a, start_a) > 0 and _named(marks_b, at_b, start_b) > 0:
                out[NAMES] += 1
                mine = _is_subject(a, marks_a, at_a, start_a, title_a, title_b)
                out[SUBJECTS] += mine and _is_subject(b, marks_b, at_b, start_b, title_b, title_a)
        at_a = start_a + length
        at_b = start_b + length


@njit(nogil=True, cache=True)
def _number(marks, start, stop):
    """Return (digits, value modulo 2**24) of all numbers in a gap read as one: "1", "000" is 1000."""
    digits = np.int64(0)
    value = np.int64(0)
    for place in range(start, stop):
        if marks[place] & NUMBER != 0:
            size = (np.int64(marks[place]) >> 24) & 15
            for _ in range(size):
                value = (value * 10) & 0xFFFFFF
            value = (value + (np.int64(marks[place]) & 0xFFFFFF)) & 0xFFFFFF
            digits += size
    return digits, value


@njit(nogil=True, cache=True)
def _named(marks, start, stop):
    """Return how many names a side of a gap has."""
    names = 0
    for place in range(start, stop):
        names += _is_name(marks[place])
    return names


@njit(nogil=True, cache=True)
def _is_subject(tokens, marks, start, stop, own, other):
    """Return whether a name of a gap stands in its own headline and not in the other one."""
    for place in range(start, stop):
        if _is_name(marks[place]) and _has(own, tokens[place]) and not _has(other, tokens[place]):
            return True
    return False


@njit(nogil=True, cache=True)
def _is_name(mark):
    """Return whether a token has a capital letter that is not the first of a sentence."""
    return mark & CAPITAL != 0 and mark & FIRST == 0
