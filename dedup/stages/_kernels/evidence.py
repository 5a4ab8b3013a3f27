"""What one alignment says about a pair of texts."""

import numpy as np
from numba import njit

from dedup.stages._kernels.align import GAP_CELLS, after, align
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
def shingle_all(tokens, offsets, size, shingles, places, distinct):
    """Write the shingle hashes of every text, where each text's begin, and how many differ.

    `shingles` has room for one value a token, `places` for one more than there are texts.
    """
    slots = np.zeros(0, np.int64)
    places[0] = 0
    for row in range(offsets.shape[0] - 1):
        mine = tokens[offsets[row] : offsets[row + 1]]
        total = shingle(mine, mine.shape[0], size, shingles[places[row] :])
        places[row + 1] = places[row] + total
        if slots.shape[0] < 2 * total:
            slots = np.zeros(_power(2 * total), np.int64)
        distinct[row] = _fill(shingles[places[row] : places[row + 1]], slots, row + 1)


@njit(nogil=True, cache=True)
def _power(least):
    """Return the least power of two from `least` on."""
    size = 16
    while size < least:
        size *= 2
    return size


@njit(nogil=True, cache=True)
def _fill(hashes, slots, turn):
    """Put the hashes into the table; return how many differ.

    Slots of other turns, below 2**31, count as free: so a table is used again without being cleared. Only as
    much of it is used as the hashes need, which keeps that in the cache.
    """
    mask = _power(2 * hashes.shape[0]) - 1
    distinct = 0
    for value in hashes:
        entry = np.int64(turn) << 32 | np.int64(value)
        rest = np.int64(value)
        slot = rest & mask
        while slots[slot] >> 32 == turn and slots[slot] != entry:
            rest >>= 5
            slot = after(slot, rest, mask)
        if slots[slot] != entry:
            slots[slot] = entry
            distinct += 1
    return distinct


@njit(nogil=True, cache=True)
def _shared(hashes, held, slots, turn, seen, pair):
    """Return how many distinct hashes are in the table that `held` hashes were put into.

    `seen` holds for each slot the last pair, counted from 1, that met it.
    """
    mask = _power(2 * held) - 1
    shared = 0
    for value in hashes:
        entry = np.int64(turn) << 32 | np.int64(value)
        rest = np.int64(value)
        slot = rest & mask
        while slots[slot] >> 32 == turn and slots[slot] != entry:
            rest >>= 5
            slot = after(slot, rest, mask)
        if slots[slot] == entry and seen[slot] != pair:
            seen[slot] = pair
            shared += 1
    return shared


@njit(nogil=True, cache=True)
def overlap(shingles, places, pair_a, pair_b, out):
    """Write how many distinct shingles each pair shares to `out` int64[m]; pairs sorted by `pair_b` are faster."""
    longest = 0
    for row in range(places.shape[0] - 1):
        longest = max(longest, places[row + 1] - places[row])
    slots = np.zeros(_power(2 * longest), np.int64)
    seen = np.zeros(slots.shape[0], np.int64)
    held = -1
    turn = 0
    for pair in range(pair_a.shape[0]):
        two = pair_b[pair]
        if two != held:
            held = two
            turn += 1
            _fill(shingles[places[two] : places[two + 1]], slots, turn)
        mine = shingles[places[pair_a[pair]] : places[pair_a[pair] + 1]]
        out[pair] = _shared(mine, places[two + 1] - places[two], slots, turn, seen, pair + 1)


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
def gather(tokens, offsets, marks, titles, title_ends, shingles, places, near, pair_a, pair_b, size, out):
    """Write the evidence on each pair to `out` int64[m, COLUMNS], see the names of its columns.

    `out` comes in filled with 0. Pairs that are not `near` (bool[m]) are not aligned: `ALIGNED` is -1.
    """
    for pair in range(pair_a.shape[0]):
        one = pair_a[pair]
        two = pair_b[pair]
        mine = shingles[places[one] : places[one + 1]]
        theirs = shingles[places[two] : places[two + 1]]
        if not near[pair]:
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
