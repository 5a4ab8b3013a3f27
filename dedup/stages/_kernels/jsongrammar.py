"""The grammar of JSON over bytes: where a value ends, and what an escape means; nothing is repaired."""

import numpy as np
from numba import njit

from dedup.stages._kernels.tokens import _eight

_TAB, _CR, _SPACE, QUOTE, COMMA, MINUS, _POINT = 9, 13, 32, 34, 44, 45, 46
ZERO, NINE, _COLON, _BIG_A, _LIST, _BACKSLASH, OBJECT = 48, 57, 58, 65, 91, 92, 123
_PLUS, _A, _E, _F, _U = 43, 97, 101, 102, 117
CLOSES = 2  # what closes a list or an object comes so far behind what opens it
_LETTERS, _MEANT = np.frombuffer(b'nr"\\/tbf', np.uint8), np.frombuffer(b'\n\r"\\/\t\b\f', np.uint8)
_WORDS = np.frombuffer(b"null true false NaN Infinity -Infinity ", np.uint8)


@njit(nogil=True, cache=True)
def after_blanks(data, place, stop):
    """Return the place after blanks; the end of a line is none."""
    while place < stop and (data[place] == _SPACE or data[place] == _TAB or data[place] == _CR):
        place += 1
    return place


@njit(nogil=True, cache=True)
def after_key(data, place, stop):
    """Return (the place after the colon of a key that begins with a quote, its bytes); (-1, 0) if it is broken.

    One that is written with escapes has -1 bytes.
    """
    if place == stop or data[place] != QUOTE:
        return -1, 0
    end, size = after_string(data, place + 1, stop)
    if end < 0:
        return -1, 0
    colon = after_blanks(data, end, stop)
    if colon == stop or data[colon] != _COLON:
        return -1, 0
    return colon + 1, size if size == end - place - 2 else -1


@njit(nogil=True, cache=True)
def after_string(data, place, stop):
    """Return (the place after a string that begins before `place`, its bytes as UTF-8); (-1, 0) if it is broken."""
    size = 0
    while True:
        begin = place
        place = next_special(data, place, stop)
        size += place - begin
        if place == stop or data[place] < _SPACE:
            return -1, 0
        if data[place] == QUOTE:
            return place + 1, size
        code, used = escape(data, place, stop)
        if used == 0:
            return -1, 0
        size += 1 + (code >= 0x80) + (code >= 0x800) + (code >= 0x10000)
        place += used


@njit(nogil=True, cache=True)
def next_special(data, place, stop):
    """Return where the next quote, backslash or control character stands; `stop` if there is none."""
    u = np.uint64
    ones, high = u(0x0101010101010101), u(0x8080808080808080)
    while place + 8 <= stop:
        eight = _eight(data, u(place))
        quote, backslash = eight ^ u(QUOTE) * ones, eight ^ u(_BACKSLASH) * ones
        # Each has the high bit of a byte set where that byte is what is looked for, and perhaps of some after it.
        found = ((quote - ones) & ~quote | (backslash - ones) & ~backslash | (eight - u(_SPACE) * ones) & ~eight) & high
        if found:
            before = ((found & (~found + u(1))) >> u(7)) - u(1)
            return place + np.int64(((before & ones) * ones) >> u(56))
        place += 8
    while place < stop and data[place] != QUOTE and data[place] != _BACKSLASH and data[place] >= _SPACE:
        place += 1
    return place


@njit(nogil=True, cache=True)
def escape(data, place, stop):
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
        if ZERO <= byte <= NINE:
            code = code << 4 | byte - ZERO
        elif _A <= small <= _F:
            code = code << 4 | small - _A + 10
        else:
            return -1
    return code


@njit(nogil=True, cache=True)
def after_value(data, place, stop, stack):
    """Return (the place after the value that begins at `place`, or -1, and the stack of brackets that are open)."""
    depth = 0
    while True:
        place = after_blanks(data, place, stop)
        if place == stop:
            return -1, stack
        opened = data[place]
        if opened in (OBJECT, _LIST):
            if depth == stack.shape[0]:
                stack = np.concatenate((stack, np.empty(depth, np.uint8)))
            stack[depth] = opened
            depth += 1
            place = after_blanks(data, place + 1, stop)
            if place == stop:
                return -1, stack
            if data[place] != opened + CLOSES:
                if opened == OBJECT:
                    place, _ = after_key(data, place, stop)
                    if place < 0:
                        return -1, stack
                continue
        elif opened == QUOTE:
            place, _ = after_string(data, place + 1, stop)
        else:
            place = _scalar(data, place, stop)
        if place < 0:
            return -1, stack
        # After a value comes another one, or the end of what it is in, which is a value, too.
        while depth > 0:
            place = after_blanks(data, place, stop)
            if place == stop:
                return -1, stack
            if data[place] == COMMA:
                place = after_blanks(data, place + 1, stop)
                if stack[depth - 1] == OBJECT:
                    place, _ = after_key(data, place, stop)
                    if place < 0:
                        return -1, stack
                break
            if data[place] != stack[depth - 1] + CLOSES:
                return -1, stack
            depth -= 1
            place += 1
        if depth == 0:
            return place, stack


@njit(nogil=True, cache=True)
def _scalar(data, place, stop):
    """Return the place after a number, true, false, null, or what Python writes for what is no number; -1 if none."""
    if data[place] >= _BIG_A or (data[place] == MINUS and place + 1 < stop and data[place + 1] >= _BIG_A):
        return _word(data, place, stop)
    place += data[place] == MINUS
    first = place
    place = _digits(data, place, stop)
    if place == first or (data[first] == ZERO and place > first + 1):
        return -1
    if place < stop and data[place] == _POINT:
        first = place + 1
        place = _digits(data, first, stop)
        if place == first:
            return -1
    if place < stop and data[place] | 0x20 == _E:
        first = place + 1
        first += first < stop and (data[first] == MINUS or data[first] == _PLUS)
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
    while place < stop and ZERO <= data[place] <= NINE:
        place += 1
    return place
