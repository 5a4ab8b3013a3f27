"""What a token hash no longer tells: whether it is a number, a name, or the start of a sentence.

A mark is a uint32. Bit 31: a number. Bit 30: begins with a capital letter. Bit 29: begins a line or sentence.
Bits 24 to 27: digits of a number, at most 15. Bits 0 to 23: its value modulo 2**24, so that the value of "1"
"000" can be told to be that of "1000".
"""

import numpy as np
from numba import njit

NUMBER = np.uint32(1 << 31)
CAPITAL = np.uint32(1 << 30)
FIRST = np.uint32(1 << 29)


@njit(nogil=True, cache=True)
def mark_all(data, offsets, wanted, token_offsets, tokens, starts, stops, words, values, marks):
    """Write the marks of the tokens of those of n texts that are `wanted` (bool[n]).

    `words` uint32 is an open-addressed table of the hashes of number words, a power of two long, and `values`
    uint32 holds the marks of what they say, 0 where the table is free.
    """
    mask = np.uint32(words.shape[0] - 1)
    for row in range(offsets.shape[0] - 1):
        if not wanted[row]:
            continue
        begin = offsets[row]
        ended = begin
        for token in range(token_offsets[row], token_offsets[row + 1]):
            start, stop = begin + starts[token], begin + stops[token]
            kind = FIRST if token == token_offsets[row] or _breaks(data, ended, start) else np.uint32(0)
            ended = stop
            slot = tokens[token] & mask
            while values[slot] != 0 and words[slot] != tokens[token]:
                slot = (slot + np.uint32(1)) & mask
            marks[token] = kind | (values[slot] if values[slot] != 0 else _shape(data, start, stop))


@njit(nogil=True, cache=True)
def _breaks(data, start, stop):
    """Return whether a line or sentence ends between two tokens."""
    if stop - start == 1:
        return data[start] == 10
    for place in range(start, stop):
        byte = data[place]
        if byte == 10 or byte == 13 or byte == 33 or byte == 63 or byte >= 0xD8:
            return True
        if byte == 46 and place + 1 < stop:  # a full stop before something else than a token
            return True
    return False


@njit(nogil=True, cache=True)
def _shape(data, start, stop):
    """Return the number or capital bits of one token."""
    first = data[start]
    if 97 <= first <= 122:  # most tokens
        return np.uint32(0)
    digit, width = _digit(data, start, stop)
    if digit >= 0:
        value = np.int64(0)
        digits = 0
        place = start
        while digit >= 0:
            value = (value * 10 + digit) & 0xFFFFFF
            digits = min(digits + 1, 15)
            place += width
            digit, width = _digit(data, place, stop)
        return NUMBER | np.uint32(digits << 24) | np.uint32(value)
    if 65 <= first <= 90:
        return CAPITAL
    if stop - start > 1:
        second = data[start + 1]
        if (
            (first == 0xC3 and second <= 0x9E)  # Latin-1 capitals
            or (first == 0xD0 and second <= 0xAF)  # Cyrillic capitals
            or (first == 0xCE and 0x86 <= second <= 0xAB)  # Greek capitals
        ):
            return CAPITAL
    return np.uint32(0)


@njit(nogil=True, cache=True)
def _digit(data, place, stop):
    """Return the decimal digit at `place` and its bytes, or (-1, 1)."""
    if place >= stop:
        return -1, 1
    first = data[place]
    if 48 <= first <= 57:
        return np.int64(first) - 48, 1
    if first == 0xD9 and place + 1 < stop and 0xA0 <= data[place + 1] <= 0xA9:  # Arabic-Indic
        return np.int64(data[place + 1]) - 0xA0, 2
    if first == 0xDB and place + 1 < stop and 0xB0 <= data[place + 1] <= 0xB9:  # Persian, Urdu
        return np.int64(data[place + 1]) - 0xB0, 2
    if place + 2 < stop:
        second, third = data[place + 1], data[place + 2]
        if first == 0xE0 and second == 0xA5 and 0xA6 <= third <= 0xAF:  # Devanagari
            return np.int64(third) - 0xA6, 3
        if first == 0xE0 and second == 0xB9 and 0x90 <= third <= 0x99:  # Thai
            return np.int64(third) - 0x90, 3
        if first == 0xEF and second == 0xBC and 0x90 <= third <= 0x99:  # full width
            return np.int64(third) - 0x90, 3
    return -1, 1
