"""Kernels over the bytes of a text: which of the words looked for occur in it.

A word is a run of ASCII letters and digits. Words are told apart by hashes, so what is found can be too much, and never
too little.
"""

from typing import Any

import numpy as np
from numba import njit

BEGUN = 4
"""Letters by which names are told apart first."""
FILTER = 4096
"""Places of a table of such beginnings, and of one of keys."""
OTHER, FOREIGN, LABEL = 1, 2, 4
"""Characters that an English page hardly has; letters of no alphabet of Western Europe; words before a colon that begin
a line, `LABELLING` or fewer."""
LABELLING = 3
_KEPT, _FACTOR = (1 << 40) - 1, 1000003
_SPREAD = 0x9E3779B1  # Knuth's multiplier for hashes of 32 bits


def then(key: int, byte: int) -> int:
    """Return the key of a word from that of all its bytes but the last, 0 for none."""
    return (key * _FACTOR + byte) & _KEPT


def place_of(key: int, size: int) -> int:
    """Return where a key is looked for first, in a table of 2**k places."""
    return (((key ^ (key >> 28)) & 0xFFFFFFF) * _SPREAD >> 12) & (size - 1)


_then: Any = njit(nogil=True, cache=True)(then)
_place_of: Any = njit(nogil=True, cache=True)(place_of)


@njit(nogil=True, cache=True)
def _in_word(byte):
    small = byte | 32
    return 97 <= small <= 122 or 48 <= byte <= 57


@njit(nogil=True, cache=True)
def meet(data, keys, table, found):
    """Write the numbers of the words that occur in a text to `found`, each once.

    Args:
        data: uint8[n], UTF-8.
        keys: int64[w], those of the words.
        table: int64[2**k], their numbers, each from the place of its key on where there was none yet; -1 elsewhere.
        found: int16[w].

    Returns:
        How many; what else occurs, `OTHER`, `FOREIGN` and `LABEL` or none of them.
    """
    size = data.shape[0]
    count, traits, key, words = 0, 0, 0, 0
    met = np.zeros(keys.shape[0], np.bool_)
    for position in range(size + 1):
        byte = np.int64(data[position]) if position < size else 0
        if _in_word(byte):
            key = _then(key, byte)
            continue
        if key:
            words += 1
            place = _place_of(key, table.shape[0])
            while table[place] >= 0:
                number = table[place]
                if keys[number] == key and not met[number]:
                    met[number] = True
                    found[count] = number
                    count += 1
                place = (place + 1) & (table.shape[0] - 1)
            key = 0
        if byte == 0x0A:
            words = 0
        elif byte == 0x3A and words <= LABELLING:
            traits |= LABEL
        elif byte == 0xE2:
            second, third = np.int64(data[position + 1]), np.int64(data[position + 2])
            quotes = second == 0x80 and 0x90 <= third <= 0xBA
            if not (quotes or (second == 0x82 and third == 0xAC) or (second == 0x84 and third == 0xA2)):
                traits |= OTHER
        elif byte >= 0xC4:  # Latin-1 and accents apart end before
            traits |= OTHER | FOREIGN if byte < 0xEE else OTHER
    return count, traits


@njit(nogil=True, cache=True)
def names(data, whole, joined, passed, longest):
    """Whether a text may hold one of some names.

    Args:
        data: uint8[n], UTF-8.
        whole: int64[m], keys of names that are a word as it stands.
        joined: int64[k], keys of names that are words one after another, in small letters, without what is between.
        passed: bool[FILTER], the places of the former, and of the first `BEGUN` letters of the latter.
        longest: Letters of the longest of these.
    """
    position, size = 0, data.shape[0]
    while position < size:
        if not _in_word(np.int64(data[position])):
            position += 1
            continue
        start, key = position, 0
        while position < size and _in_word(np.int64(data[position])):
            key = _then(key, np.int64(data[position]))
            position += 1
        if passed[_place_of(key, FILTER)] and _among(key, whole):
            return True
        if _begins(data, start, joined, passed, longest):
            return True
    return False


@njit(nogil=True, cache=True)
def _among(key, keys):
    for one in keys:  # noqa: SIM110 - numba knows no generators here
        if one == key:
            return True
    return False


@njit(nogil=True, cache=True)
def _begins(data, start, joined, passed, longest):
    """Whether one of the joined names begins with the word at `start`."""
    key, letters = 0, 0
    for position in range(start, data.shape[0]):
        byte = np.int64(data[position])
        if not _in_word(byte):
            continue
        key = _then(key, byte | 32)
        letters += 1
        if letters == BEGUN and not passed[_place_of(key, FILTER)]:
            return False
        ends = position + 1 == data.shape[0] or not _in_word(np.int64(data[position + 1]))
        if ends and _among(key, joined):
            return True
        if letters >= longest:
            return False
    return False
