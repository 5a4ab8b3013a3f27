"""Lines of JSON to the values of some keys: where each stands in the bytes, and the strings as UTF-8.

What is not as JSON says, or not as most of it is written, makes the kernels say so.
"""

import numpy as np
from numba import njit

from dedup.stages._kernels import jsongrammar as grammar
from dedup.stages._kernels.tokens import _encode

NOTHING, OTHER = -1, -2
"""What stands for the size of a value that is missing or null, and of one that is neither a string nor an integer."""
_LF, _N = 10, 110


@njit(nogil=True, cache=True)
def count_lines(data):
    """Return how many lines there are, the last perhaps without an end."""
    lines = 0
    for byte in data:
        lines += byte == _LF
    return lines + (data.shape[0] > 0 and data[-1] != _LF)


@njit(nogil=True, cache=True)
def find(data, names, name_ends, spans, sizes):
    """Find the values of some keys in lines that hold an object each; return whether all lines are plain.

    A line is not plain if it is no object by the grammar of JSON, has a wanted key twice, a key that is written with
    escapes, or half a surrogate pair. What is in the output then is of no use.

    Args:
        data: uint8, whole lines.
        names: uint8, the keys one after the other; none is written with escapes.
        name_ends: int64[k], where each ends.
        spans: int64[lines, k, 2], written: where each value begins and ends; those of a string without its quotes.
        sizes: int64[lines, k], written: the bytes of each string, or integer, as UTF-8; else `NOTHING` or `OTHER`.
    """
    stop = data.shape[0]
    stack = np.empty(64, np.uint8)
    place = 0
    for line in range(sizes.shape[0]):
        sizes[line] = NOTHING
        place = grammar.after_blanks(data, place, stop)
        if place == stop or data[place] != grammar.OBJECT:
            return False
        place = grammar.after_blanks(data, place + 1, stop)
        more = place < stop and data[place] != grammar.OBJECT + grammar.CLOSES
        while more:
            begin = place + 1
            colon, size = grammar.after_key(data, place, stop)
            if colon < 0 or size < 0:
                return False
            field = _named(data, begin, begin + size, names, name_ends)
            begin = grammar.after_blanks(data, colon, stop)
            if begin == stop:
                return False
            if data[begin] == grammar.QUOTE:
                place, size = grammar.after_string(data, begin + 1, stop)
                begin, end = begin + 1, place - 1
            else:
                place, stack = grammar.after_value(data, begin, stop, stack)
                end = place
                size = _size(data, begin, end)
            if place < 0:
                return False
            if field >= 0:
                if sizes[line, field] != NOTHING:
                    return False
                spans[line, field, 0], spans[line, field, 1] = begin, end
                sizes[line, field] = size
            place = grammar.after_blanks(data, place, stop)
            if place == stop:
                return False
            more = data[place] == grammar.COMMA
            if more:
                place = grammar.after_blanks(data, place + 1, stop)
        if place == stop or data[place] != grammar.OBJECT + grammar.CLOSES:
            return False
        place = grammar.after_blanks(data, place + 1, stop)
        if place < stop:
            if data[place] != _LF:
                return False
            place += 1
    return True


@njit(nogil=True, cache=True)
def copy(data, spans, sizes, key, out):
    """Write the strings of one of the keys of `find` one after the other as UTF-8."""
    filled = 0
    for line in range(sizes.shape[0]):
        if sizes[line, key] <= 0:
            continue
        place, stop = spans[line, key, 0], spans[line, key, 1]
        while place < stop:
            end = grammar.next_special(data, place, stop)
            # Places that cannot be negative need no test for it: so the loop is compiled to move many bytes at once.
            source, target = np.uint64(place), np.uint64(filled)
            for byte in range(np.uint64(end - place)):
                out[target + byte] = data[source + byte]
            filled += end - place
            place = end
            if place < stop:
                code, used = grammar.escape(data, place, stop)
                utf8, width = _encode(code)
                for byte in range(width):
                    out[filled + byte] = np.uint8(utf8 >> np.uint64(8 * byte) & np.uint64(0xFF))
                filled += width
                place += used


@njit(nogil=True, cache=True)
def _named(data, begin, end, names, name_ends):
    """Return which of the names these bytes are; -1 if none."""
    first = 0
    for name in range(name_ends.shape[0]):
        last = name_ends[name]
        if last - first == end - begin:
            same = 0
            while same < end - begin and data[begin + same] == names[first + same]:
                same += 1
            if same == end - begin:
                return name
        first = last
    return -1


@njit(nogil=True, cache=True)
def _size(data, begin, end):
    """Return the size of a value that is no string, as `find` has it. A -0 is no integer: it is written 0."""
    if end <= begin or data[begin] == _N:
        return NOTHING
    digits = begin + (data[begin] == grammar.MINUS)
    if data[digits] < grammar.ZERO or data[digits] > grammar.NINE or (digits > begin and data[digits] == grammar.ZERO):
        return OTHER
    for place in range(digits, end):
        if data[place] < grammar.ZERO or data[place] > grammar.NINE:
            return OTHER
    return end - begin
