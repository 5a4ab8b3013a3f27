"""Lines of JSON to the values of some keys: where each stands in the bytes, and the strings as UTF-8.

What is not as JSON says, or not as most of it is written, makes the kernels say so; nothing is repaired here.
"""

import numpy as np
from numba import njit

from dedup.stages._kernels.tokens import _eight, _encode

NOTHING, OTHER = -1, -2
"""What stands for the size of a value that is missing or null, and of one that is neither a string nor an integer."""
_TAB, _LF, _CR, _SPACE, _QUOTE, _COMMA, _MINUS, _POINT, _SLASH = 9, 10, 13, 32, 34, 44, 45, 46, 47
_ZERO, _NINE, _COLON, _BIG_A, _LIST, _BACKSLASH, _OBJECT = 48, 57, 58, 65, 91, 92, 123
_PLUS, _A, _E, _F, _N, _U = 43, 97, 101, 102, 110, 117
_LETTERS, _MEANT = np.frombuffer(b'nr"\\/tbf', np.uint8), np.frombuffer(b'\n\r"\\/\t\b\f', np.uint8)
_CLOSES = 2  # what closes a list or an object comes so far behind what opens it
_WORDS = np.frombuffer(b"null true false NaN Infinity -Infinity ", np.uint8)


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
        place = _blank(data, place, stop)
        if place == stop or data[place] != _OBJECT:
            return False
        place = _blank(data, place + 1, stop)
        more = place < stop and data[place] != _OBJECT + _CLOSES
        while more:
            begin = place + 1
            colon, size = _key(data, place, stop)
            if colon < 0 or size < 0:
                return False
            field = _named(data, begin, begin + size, names, name_ends)
            begin = _blank(data, colon, stop)
            if begin == stop:
                return False
            if data[begin] == _QUOTE:
                place, size = _string(data, begin + 1, stop)
                begin, end = begin + 1, place - 1
            else:
                place, stack = _skip(data, begin, stop, stack)
                end = place
                size = _size(data, begin, end)
            if place < 0:
                return False
            if field >= 0:
                if sizes[line, field] != NOTHING:
                    return False
                spans[line, field, 0], spans[line, field, 1] = begin, end
                sizes[line, field] = size
            place = _blank(data, place, stop)
            if place == stop:
                return False
            more = data[place] == _COMMA
            if more:
                place = _blank(data, place + 1, stop)
        if place == stop or data[place] != _OBJECT + _CLOSES:
            return False
        place = _blank(data, place + 1, stop)
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
            end = _plain(data, place, stop)
            # Places that cannot be negative need no test for it: so the loop is compiled to move many bytes at once.
            source, target = np.uint64(place), np.uint64(filled)
            for byte in range(np.uint64(end - place)):
                out[target + byte] = data[source + byte]
            filled += end - place
            place = end
            if place < stop:
                code, used = _escape(data, place, stop)
                utf8, width = _encode(code)
                for byte in range(width):
                    out[filled + byte] = np.uint8(utf8 >> np.uint64(8 * byte) & np.uint64(0xFF))
                filled += width
                place += used


@njit(nogil=True, cache=True)
def _blank(data, place, stop):
    """Return the place after blanks; the end of a line is none."""
    while place < stop and (data[place] == _SPACE or data[place] == _TAB or data[place] == _CR):
        place += 1
    return place


@njit(nogil=True, cache=True)
def _plain(data, place, stop):
    """Return where the next quote, backslash or control character stands; `stop` if there is none."""
    u = np.uint64
    ones, high = u(0x0101010101010101), u(0x8080808080808080)
    while place + 8 <= stop:
        eight = _eight(data, u(place))
        quote, backslash = eight ^ u(_QUOTE) * ones, eight ^ u(_BACKSLASH) * ones
        # Each has the high bit of a byte set where that byte is what is looked for, and perhaps of some after it.
        found = ((quote - ones) & ~quote | (backslash - ones) & ~backslash | (eight - u(_SPACE) * ones) & ~eight) & high
        if found:
            before = ((found & (~found + u(1))) >> u(7)) - u(1)
            return place + np.int64(((before & ones) * ones) >> u(56))
        place += 8
    while place < stop and data[place] != _QUOTE and data[place] != _BACKSLASH and data[place] >= _SPACE:
        place += 1
    return place


@njit(nogil=True, cache=True)
def _string(data, place, stop):
    """Return (the place after a string that begins before `place`, its bytes as UTF-8); (-1, 0) if it is broken."""
    size = 0
    while True:
        begin = place
        place = _plain(data, place, stop)
        size += place - begin
        if place == stop or data[place] < _SPACE:
            return -1, 0
        if data[place] == _QUOTE:
            return place + 1, size
        code, used = _escape(data, place, stop)
        if used == 0:
            return -1, 0
        size += 1 + (code >= 0x80) + (code >= 0x800) + (code >= 0x10000)
        place += used


@njit(nogil=True, cache=True)
def _escape(data, place, stop):
    """Return (code point, bytes) of the escape at `place`; (0, 0) if it is broken, or half a surrogate pair."""
    if place + 1 == stop:
        return 0, 0
    for letter in range(_LETTERS.shape[0]):
        if data[place + 1] == _LETTERS[letter]:
            return np.int64(_MEANT[letter]), 2
    code = _four(data, place, stop)
    if code < 0 or 0xDC00 <= code < 0xE000:
        return 0, 0
    if code < 0xD800 or code >= 0xE000:
        return code, 6
    low = _four(data, place + 6, stop)
    if not 0xDC00 <= low < 0xE000:
        return 0, 0
    return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), 12


@njit(nogil=True, cache=True)
def _four(data, place, stop):
    r"""Return the number of a \uXXXX; -1 where there is none."""
    if place + 6 > stop or data[place] != _BACKSLASH or data[place + 1] != _U:
        return -1
    code = np.int64(0)
    for digit in range(place + 2, place + 6):
        byte = np.int64(data[digit])
        small = byte | 0x20
        if _ZERO <= byte <= _NINE:
            code = code << 4 | byte - _ZERO
        elif _A <= small <= _F:
            code = code << 4 | small - _A + 10
        else:
            return -1
    return code


@njit(nogil=True, cache=True)
def _key(data, place, stop):
    """Return (the place after the colon of a key that begins with a quote, its bytes); (-1, 0) if it is broken.

    One that is written with escapes has -1 bytes.
    """
    if place == stop or data[place] != _QUOTE:
        return -1, 0
    end, size = _string(data, place + 1, stop)
    if end < 0:
        return -1, 0
    colon = _blank(data, end, stop)
    if colon == stop or data[colon] != _COLON:
        return -1, 0
    return colon + 1, size if size == end - place - 2 else -1


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
    digits = begin + (data[begin] == _MINUS)
    if data[digits] < _ZERO or data[digits] > _NINE or (digits > begin and data[digits] == _ZERO):
        return OTHER
    for place in range(digits, end):
        if data[place] < _ZERO or data[place] > _NINE:
            return OTHER
    return end - begin


@njit(nogil=True, cache=True)
def _skip(data, place, stop, stack):
    """Return (the place after the value that begins at `place`, or -1, and the stack of brackets that are open)."""
    depth = 0
    while True:
        place = _blank(data, place, stop)
        if place == stop:
            return -1, stack
        opened = data[place]
        if opened in (_OBJECT, _LIST):
            if depth == stack.shape[0]:
                stack = np.concatenate((stack, np.empty(depth, np.uint8)))
            stack[depth] = opened
            depth += 1
            place = _blank(data, place + 1, stop)
            if place == stop:
                return -1, stack
            if data[place] != opened + _CLOSES:
                if opened == _OBJECT:
                    place, _ = _key(data, place, stop)
                    if place < 0:
                        return -1, stack
                continue
        elif opened == _QUOTE:
            place, _ = _string(data, place + 1, stop)
        else:
            place = _scalar(data, place, stop)
        if place < 0:
            return -1, stack
        # After a value comes another one, or the end of what it is in, which is a value, too.
        while depth > 0:
            place = _blank(data, place, stop)
            if place == stop:
                return -1, stack
            if data[place] == _COMMA:
                place = _blank(data, place + 1, stop)
                if stack[depth - 1] == _OBJECT:
                    place, _ = _key(data, place, stop)
                    if place < 0:
                        return -1, stack
                break
            if data[place] != stack[depth - 1] + _CLOSES:
                return -1, stack
            depth -= 1
            place += 1
        if depth == 0:
            return place, stack


@njit(nogil=True, cache=True)
def _scalar(data, place, stop):
    """Return the place after a number, true, false, null, or what Python writes for what is no number; -1 if none."""
    if data[place] >= _BIG_A or (data[place] == _MINUS and place + 1 < stop and data[place + 1] >= _BIG_A):
        return _word(data, place, stop)
    place += data[place] == _MINUS
    first = place
    place = _digits(data, place, stop)
    if place == first or (data[first] == _ZERO and place > first + 1):
        return -1
    if place < stop and data[place] == _POINT:
        first = place + 1
        place = _digits(data, first, stop)
        if place == first:
            return -1
    if place < stop and data[place] | 0x20 == _E:
        first = place + 1
        first += first < stop and (data[first] == _MINUS or data[first] == _PLUS)
        place = _digits(data, first, stop)
        if place == first:
            return -1
    return place


@njit(nogil=True, cache=True)
def _word(data, place, stop):
    """Return the place after one of the words; -1 where none of them stands."""
    same = True
    end = place
    for byte in _WORDS:
        if byte == _SPACE:
            if same:
                return end
            same = True
            end = place
        else:
            same = same and end < stop and data[end] == byte
            end += 1
    return -1


@njit(nogil=True, cache=True)
def _digits(data, place, stop):
    """Return the place after digits."""
    while place < stop and _ZERO <= data[place] <= _NINE:
        place += 1
    return place
