"""Kernels over the bytes of texts: which of the words looked for occur in them.

A word is a run of ASCII letters and digits. Words are told apart by hashes, so what is found can be too much, and never
too little.
"""

from typing import Any

import numpy as np
from numba import njit

BEGUN = 4
"""Letters by which names are told apart first."""
OTHER, FOREIGN, LABEL, NAMED = 1, 2, 4, 8
"""Characters that an English page hardly has; letters of no alphabet of Western Europe; words before a colon that begin
a line, `LABELLING` or fewer; one of the names."""
LABELLING = 3
_FILTER = 4096  # places of a table of beginnings of names, and of names
_KEPT, _FACTOR = (1 << 40) - 1, 1000003
_SPREAD = 0x9E3779B1  # Knuth's multiplier for hashes of 32 bits
_LETTERS, _STARTS, _FOURTH = (1 << 8 * BEGUN) - 1, (1 << BEGUN) - 1, 1 << (BEGUN - 1)


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
def meet(data, ends, keys, table, owners, whole, wholes, begun, joined, joineds, longest):
    """Find the words that occur in some texts, and whether one of some names may.

    Args:
        data: uint8[n], the texts in UTF-8, one after another.
        ends: int64[t], where each ends.
        keys: int64[w], those of the words.
        table: int16[2**k], their numbers, each from the place of its key on where there was none yet; -1 elsewhere.
        owners: int64[t], rising: whose names are looked for in each.
        whole: int64[m], keys of names that are a word as it stands, owner by owner.
        wholes: int64[o + 1], where those of each begin.
        begun: int64[k], the first `BEGUN` letters of the names below, as a number.
        joined: int64[k], keys of names that are words one after another, in small letters, without what is between.
        joineds: int64[o + 1], where those of each owner begin.
        longest: int64[o], letters of the longest of them.

    Returns:
        int16, the numbers of the words text by text, each once; int64[t], how many of a text; int64[t], what else
        occurs in it: `OTHER`, `FOREIGN`, `LABEL`, `NAMED` or none of them.
    """
    found = np.empty(data.shape[0] // 2 + ends.shape[0], np.int16)
    counts, traits = np.zeros(ends.shape[0], np.int64), np.zeros(ends.shape[0], np.int64)
    met, passed = np.full(keys.shape[0], -1, np.int64), np.zeros(_FILTER, np.bool_)
    total, start, owner, own, ours, named = 0, 0, -1, whole[:0], joined[:0], False
    for text in range(ends.shape[0]):
        stop = ends[text]
        if owners[text] != owner:
            owner = owners[text]
            own, ours = whole[wholes[owner] : wholes[owner + 1]], joined[joineds[owner] : joineds[owner + 1]]
            named = own.shape[0] + ours.shape[0] > 0
            if named:
                passed[:] = False
                _pass(own, passed)
                _pass(begun[joineds[owner] : joineds[owner + 1]], passed)
        begins, trait, key, words = total, 0, 0, 0
        letters, starts = np.int64(0), np.int64(0)
        for position in range(start, stop + 1):
            byte = np.int64(data[position] if position < stop else 0)
            if _in_word(byte):
                # The last letters, whatever stands between them, and which of them begin a word.
                letters, starts = (letters << 8 | byte | 32) & _LETTERS, (starts << 1 | (key == 0)) & _STARTS
                key = _then(key, byte)
                if (
                    named
                    and starts & _FOURTH
                    and passed[_place_of(letters, _FILTER)]
                    and _begins(data, position, stop, ours, longest[owner])
                ):
                    trait |= NAMED
                continue
            if key:
                words += 1
                place = _place_of(key, table.shape[0])
                while table[place] >= 0:
                    number = table[place]
                    if keys[number] == key and met[number] < text:
                        met[number] = text
                        found[total] = number
                        total += 1
                    place = (place + 1) & (table.shape[0] - 1)
                if named and passed[_place_of(key, _FILTER)] and _among(key, own):
                    trait |= NAMED
                key = 0
            if byte < 0x80:
                if byte == 0x0A:
                    words = 0
                elif byte == 0x3A and words <= LABELLING:
                    trait |= LABEL
            elif byte == 0xE2:
                second, third = np.int64(data[position + 1]), np.int64(data[position + 2])
                quotes = second == 0x80 and 0x90 <= third <= 0xBA
                if not (quotes or (second == 0x82 and third == 0xAC) or (second == 0x84 and third == 0xA2)):
                    trait |= OTHER
            elif byte >= 0xC4:  # Latin-1 and accents apart end before
                trait |= OTHER | FOREIGN if byte < 0xEE else OTHER
        counts[text], traits[text], start = total - begins, trait, stop
    return found[:total], counts, traits


@njit(nogil=True, cache=True)
def _pass(keys, passed):
    """Say at which places the keys can be."""
    for key in keys:
        passed[_place_of(key, _FILTER)] = True


@njit(nogil=True, cache=True)
def _among(key, keys):
    for one in keys:  # noqa: SIM110 - numba knows no generators here
        if one == key:
            return True
    return False


@njit(nogil=True, cache=True)
def _begins(data, fourth, stop, joined, longest):
    """Whether one of the joined names begins with the word whose letters up to the fourth end at `fourth`."""
    position, back = fourth, 1
    while back < BEGUN:
        position -= 1
        back += _in_word(np.int64(data[position]))
    key, letters = 0, 0
    while position < stop and letters < longest:
        byte = np.int64(data[position])
        if _in_word(byte):
            key = _then(key, byte | 32)
            letters += 1
            ends = position + 1 == stop or not _in_word(np.int64(data[position + 1]))
            if ends and _among(key, joined):
                return True
        position += 1
    return False
