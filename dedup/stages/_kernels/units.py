"""Lines and sentences as hashes of their bytes: which a text has, and which of its tokens are furniture.

Bytes, not tokens: a site repeats its furniture letter by letter, and so learning it needs no tokens.
"""

import numpy as np
from numba import njit

from dedup.stages._kernels.tokens import _eight

SHORT = 16
"""Bytes below which a sentence is too common to tell anything; a line of its own that short may be a menu's."""
PROSE = 64
"""Bytes from which a unit is likely a sentence of the story rather than an entry of a menu."""


@njit(nogil=True, cache=True)
def unit_end(data, start, stop):
    """Return (end, whether a line ends there) of the unit that begins at `start`.

    A unit ends before a line break, and at a full stop, question or exclamation mark before a space (or of a
    script that has no space there).
    """
    u = np.uint64
    ones = u(0x0101010101010101)
    high = u(0x8080808080808080)
    place = start
    while place < stop:
        if place + 8 <= stop:
            # Eight bytes at once: go on where none is beyond ASCII, below 14, or one of . ! ?
            eight = _eight(data, u(place))
            dot = eight ^ u(0x2E2E2E2E2E2E2E2E)
            bang = eight ^ u(0x2121212121212121)
            ask = eight ^ u(0x3F3F3F3F3F3F3F3F)
            found = (eight - u(0x0E0E0E0E0E0E0E0E)) & ~eight
            found |= ((dot - ones) & ~dot) | ((bang - ones) & ~bang) | ((ask - ones) & ~ask) | eight
            if found & high == 0:
                place += 8
                continue
        last = min(place + 8, stop)
        while place < last:
            byte = data[place]
            if byte == 10 or byte == 13:
                return place, True
            if byte == 46 or byte == 33 or byte == 63:
                if place + 1 < stop and (data[place + 1] == 32 or data[place + 1] == 9):
                    return place, False
            elif byte >= 0xD8 and _ends_sentence(data, place, stop):
                return place, False
            place += 1
    return stop, True


@njit(nogil=True, cache=True)
def _ends_sentence(data, place, stop):
    """Return whether a full stop, question or exclamation mark beyond ASCII begins at `place`."""
    if place + 1 >= stop:
        return False
    one, two = data[place], data[place + 1]
    if (one == 0xD8 and two == 0x9F) or (one == 0xDB and two == 0x94):  # Arabic question mark, Urdu full stop
        return True
    if place + 2 >= stop:
        return False
    three = data[place + 2]
    return (
        (one == 0xE3 and two == 0x80 and three == 0x82)  # ideographic full stop
        or (one == 0xEF and two == 0xBC and (three == 0x81 or three == 0x9F))  # full-width ! ?
        or (one == 0xE0 and two == 0xA5 and (three == 0xA4 or three == 0xA5))  # danda
    )


@njit(nogil=True, cache=True)
def unit_key(data, start, stop, alone, outlet):
    """Return (key, bytes) of the unit data[start:stop] of an outlet, its ends trimmed of spaces and marks.

    The key is 0 where the unit is too short to have one; `alone` says that it is a line of its own.
    """
    while start < stop and data[start] < 48:
        start += 1
    while stop > start and data[stop - 1] < 48:
        stop -= 1
    size = stop - start
    if size == 0 or (size < SHORT and not alone):
        return np.uint64(0), size
    factor = np.uint64(0x9E3779B97F4A7C15)
    key = outlet + np.uint64(size)
    while start + 8 <= stop:
        key = (key ^ _eight(data, np.uint64(start))) * factor
        key ^= key >> np.uint64(32)
        start += 8
    rest = np.uint64(0)
    shift = np.uint64(0)
    while start < stop:
        rest |= np.uint64(data[start]) << shift
        shift += np.uint64(8)
        start += 1
    key = (key ^ rest) * factor
    return max(key ^ (key >> np.uint64(29)), np.uint64(1)), size


@njit(nogil=True, cache=True)
def contains(table, key):
    """Return whether the open-addressed `table` holds `key`.

    Its first value says how keys are spread over the others, which are a power of two and 0 where free: nobody can
    write texts whose keys wait in one line, for it is another in each process.
    """
    mask = np.uint64(table.shape[0] - 2)
    slot = (key * table[0]) >> np.uint64(32) & mask
    while table[slot + np.uint64(1)] != 0:
        if table[slot + np.uint64(1)] == key:
            return True
        slot = (slot + np.uint64(1)) & mask
    return False


@njit(nogil=True, cache=True)
def having(table, keys, ends):
    """Return which of n lists hold a key that is in the table, bool[n]; list k ends at ends[k]."""
    found = np.zeros(ends.shape[0], np.bool_)
    start = 0
    for row in range(ends.shape[0]):
        for place in range(start, ends[row]):
            if contains(table, keys[place]):
                found[row] = True
                break
        start = ends[row]
    return found


@njit(nogil=True, cache=True)
def fill(table, keys):
    """Put `keys` into the table, see `contains`."""
    mask = np.uint64(table.shape[0] - 2)
    for key in keys:
        slot = (key * table[0]) >> np.uint64(32) & mask
        while table[slot + np.uint64(1)] != 0 and table[slot + np.uint64(1)] != key:
            slot = (slot + np.uint64(1)) & mask
        table[slot + np.uint64(1)] = key


@njit(nogil=True, cache=True)
def strip(data, begin, stop, tokens, starts, stops, count, outlet, table):
    """Take the tokens of furniture out of those of data[begin:stop], in place; return how many are left."""
    left = 0
    token = 0
    start = begin
    fresh = True  # whether a line begins here
    while token < count:
        end, line = unit_end(data, start, stop)
        key, _ = unit_key(data, start, end, fresh and line, outlet)
        drop = key != 0 and contains(table, key)
        while token < count and begin + starts[token] < end:
            if not drop:
                tokens[left] = tokens[token]
                starts[left] = starts[token]
                stops[left] = stops[token]
                left += 1
            token += 1
        start = end + 1
        fresh = line
    return left


@njit(nogil=True, cache=True)
def strip_all(data, offsets, token_offsets, tokens, starts, stops, outlets, table):
    """Take furniture out of the tokens of n texts, in place.

    `token_offsets` int64[n + 1] is rewritten; what lies beyond its last value is left over. Where the outlet is
    0 nothing is taken out.
    """
    filled = 0
    for row in range(offsets.shape[0] - 1):
        begin, end = token_offsets[row], token_offsets[row + 1]
        mine, first, last = tokens[begin:end], starts[begin:end], stops[begin:end]
        left = end - begin
        if outlets[row] != 0:
            left = strip(data, offsets[row], offsets[row + 1], mine, first, last, left, outlets[row], table)
        token_offsets[row] = filled
        for place in range(left):  # downwards only, so nothing is overwritten before it is read
            tokens[filled + place] = mine[place]
            starts[filled + place] = first[place]
            stops[filled + place] = last[place]
        filled += left
    token_offsets[offsets.shape[0] - 1] = filled
