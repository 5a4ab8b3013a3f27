"""What a headline says: its content words, and whether a text says them too."""

import numpy as np
from numba import njit

from dedup.stages._kernels.marks import NUMBER

LONG = 4
"""Bytes from which a word has content; of characters that are words of their own, pairs have."""


@njit(nogil=True, cache=True)
def pair(one, two):
    """Return one hash for two neighbouring tokens."""
    mixed = (np.uint64(one) * np.uint64(0x9E3779B97F4A7C15)) ^ np.uint64(two)
    return np.uint32((mixed * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(32))


@njit(nogil=True, cache=True)
def contents(tokens, offsets, starts, stops, out, ends):
    """Write the distinct content words of n headlines to `out`, rising for each, and where each one's end."""
    filled = 0
    for row in range(offsets.shape[0] - 1):
        first = filled
        for token in range(offsets[row], offsets[row + 1]):
            length = stops[token] - starts[token]
            if length >= LONG:
                out[filled] = tokens[token]
                filled += 1
            elif (
                length == 3
                and token + 1 < offsets[row + 1]
                and starts[token + 1] == stops[token]
                and stops[token + 1] - starts[token + 1] == 3
            ):
                out[filled] = pair(tokens[token], tokens[token + 1])
                filled += 1
        mine = np.sort(out[first:filled])
        filled = first
        for place in range(mine.shape[0]):
            if place == 0 or mine[place] != mine[place - 1]:
                out[filled] = mine[place]
                filled += 1
        ends[row] = filled


@njit(nogil=True, cache=True)
def figures(marks, offsets, out):
    """Write a hash of the numbers of n headlines, all read as one, "1", "000" as 1000; the last byte counts them."""
    for row in range(offsets.shape[0] - 1):
        value = np.uint64(0)
        count = np.uint64(0)
        for token in range(offsets[row], offsets[row + 1]):
            if marks[token] & NUMBER != 0:
                size = np.uint64(marks[token] >> np.uint32(24)) & np.uint64(15)
                for _ in range(size):
                    value *= np.uint64(10)
                value += np.uint64(marks[token] & np.uint32(0xFFFFFF))
                count += np.uint64(1)
        out[row] = ((value * np.uint64(0x9E3779B97F4A7C15)) & ~np.uint64(0xFF)) | min(count, np.uint64(0xFF))


@njit(nogil=True, cache=True)
def blend(titles, ends, chosen, out):
    """Write one hash of the content words of each of n headlines that is `chosen` (bool[n])."""
    begin = 0
    for row in range(ends.shape[0]):
        if chosen[row]:
            value = np.uint64(0)
            for place in range(begin, ends[row]):
                value ^= np.uint64(titles[place]) * np.uint64(0x9E3779B97F4A7C15)
            out[row] = value
        begin = ends[row]


@njit(nogil=True, cache=True)
def support(tokens, offsets, titles, ends, headlines, rows, out):
    """Write which share of the content words of a headline stands in a text; 1 where it has none.

    Pair k is the headline `headlines[k]` and the text `rows[k]`.
    """
    for place in range(headlines.shape[0]):
        headline, row = headlines[place], rows[place]
        mine = titles[ends[headline - 1] if headline > 0 else 0 : ends[headline]]
        out[place] = 1.0
        if mine.shape[0] == 0:
            continue
        seen = np.zeros(mine.shape[0], np.bool_)
        bits = np.uint64(0)  # of 64 kinds of hashes, which the headline has: most words of the text have another
        for word in mine:
            bits |= np.uint64(1) << np.uint64(word & np.uint32(63))
        for token in range(offsets[row], offsets[row + 1]):
            word = tokens[token]
            if bits >> np.uint64(word & np.uint32(63)) & np.uint64(1):
                _tick(mine, seen, word)
            if token + 1 < offsets[row + 1]:
                word = pair(word, tokens[token + 1])
                if bits >> np.uint64(word & np.uint32(63)) & np.uint64(1):
                    _tick(mine, seen, word)
        out[place] = seen.sum() / mine.shape[0]


@njit(nogil=True, cache=True)
def _tick(mine, seen, word):
    """Mark `word` as seen if it is one of `mine`, which rise."""
    low = 0
    high = mine.shape[0]
    while low < high:
        middle = (low + high) // 2
        if mine[middle] < word:
            low = middle + 1
        else:
            high = middle
    if low < mine.shape[0] and mine[low] == word:
        seen[low] = True


@njit(nogil=True, cache=True)
def agreement(titles, ends, pair_a, pair_b, out):
    """Write which share of the shorter headline's content words the other has; 1 where one has none."""
    for place in range(pair_a.shape[0]):
        one, two = pair_a[place], pair_b[place]
        i = ends[one - 1] if one > 0 else 0
        j = ends[two - 1] if two > 0 else 0
        least = min(ends[one] - i, ends[two] - j)
        out[place] = 1.0
        if least == 0:
            continue
        shared = 0
        while i < ends[one] and j < ends[two]:
            if titles[i] == titles[j]:
                shared += 1
                i += 1
                j += 1
            elif titles[i] < titles[j]:
                i += 1
            else:
                j += 1
        out[place] = shared / least
