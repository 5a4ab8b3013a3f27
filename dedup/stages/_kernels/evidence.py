"""What one alignment says about a pair of texts."""

import numpy as np
from numba import njit

from dedup.stages._kernels.align import GAP_CELLS, align
from dedup.stages._kernels.marks import CAPITAL, FIRST, NUMBER
from dedup.stages._kernels.minhash import shingle

SHARED, ALIGNED, HEAD, LONGEST, COMMON, NUMBERS, WORDED, NAMES = range(8)
TITLED_A, TITLED_B, FIRST_A, FIRST_B, COLUMNS = range(8, 13)
"""Columns of the evidence. SHARED: distinct shingles shared. ALIGNED: tokens aligned. HEAD: tokens before the longest
block that are not aligned, of the text that has fewer. LONGEST: tokens of that block. NUMBERS: gaps where both
sides have numbers, and others. WORDED: gaps where one side has a number and the other only words. NAMES: gaps
where both sides have names, and others. TITLED: words
of a headline before the first block of each text. FIRST: where the aligned part of each text begins.
COMMON: numbers that are aligned."""
GAP_TOKENS = 12
"""Tokens on each side up to which a gap is a substitution; more are passages of their own."""


@njit(nogil=True, cache=True)
def shingle_all(tokens, offsets, size, shingles, places, distinct):
    """Write the shingle hashes of every text, where each text's begin, and how many differ.

    `shingles` has room for one value a token, `places` for one more than there are texts.
    """
    places[0] = 0
    for row in range(offsets.shape[0] - 1):
        mine = tokens[offsets[row] : offsets[row + 1]]
        total = shingle(mine, mine.shape[0], size, shingles[places[row] :])
        places[row + 1] = places[row] + total
        distinct[row] = _fill(shingles[places[row] : places[row + 1]], _slots(total))


@njit(nogil=True, cache=True)
def _slots(total):
    """Return an empty table with room for `total` hashes; -1 marks a free slot."""
    size = 16
    while size < 2 * total:
        size *= 2
    return np.full(size, -1, np.int64)


@njit(nogil=True, cache=True)
def _fill(hashes, slots):
    """Put the hashes into the table; return how many differ."""
    mask = slots.shape[0] - 1
    distinct = 0
    for value in hashes:
        slot = np.int64(value) & mask
        while slots[slot] >= 0 and slots[slot] != np.int64(value):
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = np.int64(value)
            distinct += 1
    return distinct


@njit(nogil=True, cache=True)
def _shared(hashes, slots, seen):
    """Return how many distinct hashes are in the table; `seen` comes in and goes out all False."""
    mask = slots.shape[0] - 1
    shared = 0
    for value in hashes:
        slot = np.int64(value) & mask
        while slots[slot] >= 0 and slots[slot] != np.int64(value):
            slot = (slot + 1) & mask
        if slots[slot] >= 0 and not seen[slot]:
            seen[slot] = True
            shared += 1
    seen[:] = False
    return shared


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
def align_pair(a, b, shingles_a, shingles_b, size):
    """Return the blocks of `align`, the same for (a, b) and (b, a) but for the columns."""
    if _in_order(a, b):
        return align(a, b, shingles_a, shingles_b, size, GAP_CELLS)
    blocks = align(b, a, shingles_b, shingles_a, size, GAP_CELLS)
    for row in range(blocks.shape[0]):
        blocks[row, 0], blocks[row, 1] = blocks[row, 1], blocks[row, 0]
    return blocks


@njit(nogil=True, cache=True)
def align_tokens(a, b, size):
    """Return the blocks of `align_pair` for two texts whose shingles are not at hand."""
    shingles_a = np.empty(a.shape[0], np.uint32)
    shingles_b = np.empty(b.shape[0], np.uint32)
    total_a = shingle(a, a.shape[0], size, shingles_a)
    total_b = shingle(b, b.shape[0], size, shingles_b)
    return align_pair(a, b, shingles_a[:total_a], shingles_b[:total_b], size)


@njit(nogil=True, cache=True)
def gather(tokens, offsets, marks, titles, title_ends, shingles, places, distinct, pair_a, pair_b, size, floor, out):
    """Write the evidence on each pair to `out` int64[m, COLUMNS], see the names of its columns.

    Pairs whose shorter text shares less than `floor` of its shingles are not aligned: `ALIGNED` is -1.
    """
    slots = _slots(0)
    seen = np.zeros(16, np.bool_)
    held = -1
    for pair in range(pair_a.shape[0]):
        one = pair_a[pair]
        two = pair_b[pair]
        mine = shingles[places[one] : places[one + 1]]
        theirs = shingles[places[two] : places[two + 1]]
        if one != held:
            slots = _slots(mine.shape[0])
            seen = np.zeros(slots.shape[0], np.bool_)
            _fill(mine, slots)
            held = one
        shared = _shared(theirs, slots, seen)
        out[pair, :] = 0
        out[pair, SHARED] = shared
        if shared < floor * min(distinct[one], distinct[two]):
            out[pair, ALIGNED] = -1
            continue
        blocks = align_pair(
            tokens[offsets[one] : offsets[one + 1]],
            tokens[offsets[two] : offsets[two + 1]],
            mine,
            theirs,
            size,
        )
        weigh(
            blocks,
            tokens[offsets[one] : offsets[one + 1]],
            tokens[offsets[two] : offsets[two + 1]],
            marks[offsets[one] : offsets[one + 1]],
            marks[offsets[two] : offsets[two + 1]],
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
        place = np.searchsorted(words, token)
        said += place < words.shape[0] and words[place] == token
    return said


@njit(nogil=True, cache=True)
def weigh(blocks, a, b, marks_a, marks_b, out):
    """Write what one alignment says: how much, from where, in which pieces, and with which facts changed."""
    at_a = 0
    at_b = 0
    for row in range(blocks.shape[0]):
        start_a, start_b, length = blocks[row, 0], blocks[row, 1], blocks[row, 2]
        out[ALIGNED] += length
        for place in range(start_a, start_a + length):
            out[COMMON] += marks_a[place] & NUMBER != 0
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
            if _renamed(a, marks_a, at_a, start_a, b, marks_b, at_b, start_b):
                out[NAMES] += 1
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
def _renamed(a, marks_a, start_a, stop_a, b, marks_b, start_b, stop_b):
    """Return whether both sides of a gap have names and none in common."""
    names = 0
    for j in range(start_b, stop_b):
        names += _is_name(marks_b[j])
    if names == 0:
        return False
    mine = 0
    for i in range(start_a, stop_a):
        if not _is_name(marks_a[i]):
            continue
        mine += 1
        for j in range(start_b, stop_b):
            if a[i] == b[j]:
                return False
    return mine > 0


@njit(nogil=True, cache=True)
def _is_name(mark):
    """Return whether a token has a capital letter that is not the first of a sentence."""
    return mark & CAPITAL != 0 and mark & FIRST == 0
