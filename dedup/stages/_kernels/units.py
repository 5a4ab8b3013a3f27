"""Lines and sentences as hashes: which an article has, and which of its tokens are furniture."""

import numpy as np
from numba import njit

from dedup.stages._kernels.marks import LINE, UNIT, mark

SHORT = 4
"""A sentence of fewer tokens is too common to tell anything; a line of its own that short may be a menu's."""


@njit(nogil=True, cache=True)
def _end(marks, start, count):
    """Return where the unit that begins at `start` ends."""
    stop = start + 1
    while stop < count and marks[stop] & UNIT == 0:
        stop += 1
    return stop


@njit(nogil=True, cache=True)
def _key(tokens, marks, start, stop, count, outlet):
    """Return the key of one unit under an outlet; 0 where it is too short to have one."""
    if stop - start < SHORT:
        alone = marks[start] & LINE != 0 and (stop == count or marks[stop] & LINE != 0)
        if not alone:
            return np.uint64(0)
    key = outlet
    for place in range(start, stop):
        key = (key ^ np.uint64(tokens[place])) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return max(key, np.uint64(1))


@njit(nogil=True, cache=True)
def keys_of(tokens, marks, count, outlet, out):
    """Write the distinct unit keys of one text to `out`, rising; return how many."""
    found = 0
    start = 0
    while start < count:
        stop = _end(marks, start, count)
        key = _key(tokens, marks, start, stop, count, outlet)
        if key != 0:
            out[found] = key
            found += 1
        start = stop
    out[:found] = np.sort(out[:found])
    kept = 0
    for place in range(found):
        if place == 0 or out[place] != out[place - 1]:
            out[kept] = out[place]
            kept += 1
    return kept


@njit(nogil=True, cache=True)
def contains(table, key):
    """Return whether the open-addressed `table` (a power of two long, 0 where free) holds `key`."""
    mask = np.uint64(table.shape[0] - 1)
    slot = key & mask
    while table[slot] != 0:
        if table[slot] == key:
            return True
        slot = (slot + np.uint64(1)) & mask
    return False


@njit(nogil=True, cache=True)
def fill(table, keys):
    """Put `keys` into the table."""
    mask = np.uint64(table.shape[0] - 1)
    for key in keys:
        slot = key & mask
        while table[slot] != 0 and table[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = key


@njit(nogil=True, cache=True)
def strip(tokens, starts, stops, marks, count, outlet, table):
    """Take furniture out of one text's tokens, in place; return how many are left."""
    left = 0
    start = 0
    while start < count:
        stop = _end(marks, start, count)
        key = _key(tokens, marks, start, stop, count, outlet)
        if key == 0 or not contains(table, key):
            for place in range(start, stop):
                tokens[left] = tokens[place]
                starts[left] = starts[place]
                stops[left] = stops[place]
                marks[left] = marks[place]
                left += 1
        start = stop
    return left


@njit(nogil=True, cache=True)
def strip_all(data, offsets, token_offsets, tokens, starts, stops, marks, outlets, table, words, values):
    """Mark the tokens of n texts and take furniture out, in place.

    `words` uint32 are the hashes of number words, rising, and `values` uint32 the marks of what they say.
    `token_offsets` int64[n + 1] is rewritten; what lies beyond its last value is left over.
    """
    filled = 0
    for row in range(offsets.shape[0] - 1):
        begin, end = token_offsets[row], token_offsets[row + 1]
        mine = tokens[begin:end]
        first, last, kinds = starts[begin:end], stops[begin:end], marks[begin:end]
        mark(data, offsets[row], end - begin, first, last, kinds)
        for place in range(end - begin):
            word = np.searchsorted(words, mine[place])
            if word < words.shape[0] and words[word] == mine[place]:
                kinds[place] = (kinds[place] & (UNIT | LINE)) | values[word]
        left = strip(mine, first, last, kinds, end - begin, outlets[row], table)
        token_offsets[row] = filled
        for place in range(left):  # downwards only, so nothing is overwritten before it is read
            tokens[filled + place] = mine[place]
            starts[filled + place] = first[place]
            stops[filled + place] = last[place]
            marks[filled + place] = kinds[place]
        filled += left
    token_offsets[offsets.shape[0] - 1] = filled
