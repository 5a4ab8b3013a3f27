"""What a token hash no longer tells: whether it is a number, a name, or the start of a line or sentence.

A mark is a uint32. Bit 31: a number. Bit 30: begins with a capital letter. Bit 29: begins a unit, that is a
line or a sentence. Bit 28: begins a line. Bits 24 to 27: digits of a number, at most 15. Bits 0 to 23: its
value modulo 2**24, so that the value of "1" "000" can be told to be that of "1000".
"""

import numpy as np
from numba import njit

NUMBER = np.uint32(1 << 31)
CAPITAL = np.uint32(1 << 30)
UNIT = np.uint32(1 << 29)
LINE = np.uint32(1 << 28)


@njit(nogil=True, cache=True)
def mark(data, begin, count, starts, stops, marks):
    """Write the marks of one text's tokens; `starts` and `stops` count bytes from `begin`."""
    ended = np.int64(0)
    for token in range(count):
        start = np.int64(starts[token])
        kind = _break(data, begin + ended, begin + start) if token > 0 else UNIT | LINE
        ended = np.int64(stops[token])
        marks[token] = kind | _shape(data, begin + start, begin + ended)


@njit(nogil=True, cache=True)
def _break(data, start, stop):
    """Return the unit bits that the bytes between two tokens make."""
    pending = False  # an ASCII full stop ends a sentence only before a space: "3.5", "example.com"
    kind = np.uint32(0)
    for place in range(start, stop):
        byte = data[place]
        if byte == 10 or byte == 13:
            return UNIT | LINE
        if byte == 46 or byte == 33 or byte == 63:  # . ! ?
            pending = True
        elif pending and (byte == 32 or byte == 9):
            kind = UNIT
        elif byte >= 0xD8 and place + 1 < stop:
            two = data[place + 1]
            three = data[place + 2] if place + 2 < stop else np.uint8(0)
            if (
                (byte == 0xE3 and two == 0x80 and three == 0x82)  # ideographic full stop
                or (byte == 0xEF and two == 0xBC and (three == 0x81 or three == 0x9F))  # full-width ! ?
                or (byte == 0xE0 and two == 0xA5 and (three == 0xA4 or three == 0xA5))  # danda
                or (byte == 0xD8 and two == 0x9F)  # Arabic question mark
                or (byte == 0xDB and two == 0x94)  # Urdu full stop
            ):
                kind = UNIT
    return kind


@njit(nogil=True, cache=True)
def _shape(data, start, stop):
    """Return the number or capital bits of one token."""
    first = data[start]
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
