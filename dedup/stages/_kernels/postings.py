"""Sorted codes `(key << 32) | value`: which values stand under a key, found without a tree.

Keys are hashes, so the upper bits of a code say about where it stands: a directory of every `1 << shift` codes'
worth of key space leads to a few codes, among which a binary search ends.
"""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def spread(kind, key):
    """Return the code of a key with the value 0; each kind spreads over the whole key space in its own way."""
    mixed = np.uint32((key ^ np.uint32(kind * 0x85EBCA6B)) * np.uint32(0x9E3779B1))
    return np.uint64(mixed) << np.uint64(32)


@njit(nogil=True, cache=True)
def code(kind, keys, values, out):
    """Write the codes of `keys` uint32 of one kind."""
    for place in range(keys.shape[0]):
        out[place] = spread(kind, keys[place]) | np.uint64(values[place])


@njit(nogil=True, cache=True)
def code_all(bands, passages, ends, places, passage, out):
    """Write the codes of the keys of all bands uint32[n, k] (kinds 0 to k - 1) and passages (kind k), text by text.

    `places` int64 says whose each is, `passage` bool which are passages; the values are 0.
    """
    filled = 0
    begin = 0
    for text in range(bands.shape[0]):
        for band in range(bands.shape[1]):
            places[filled] = text
            passage[filled] = False
            out[filled] = spread(band, bands[text, band])
            filled += 1
        for place in range(begin, ends[text]):
            places[filled] = text
            passage[filled] = True
            out[filled] = spread(bands.shape[1], passages[place])
            filled += 1
        begin = ends[text]


@njit(nogil=True, cache=True)
def directory(codes, bits):
    """Return where the codes of each value of the upper `bits` begin, uint32[2**bits + 1]."""
    starts = np.empty((1 << bits) + 1, np.uint32)
    shift = np.uint64(64 - bits)
    place = 0
    for top in range(1 << bits):
        while place < codes.shape[0] and codes[place] >> shift < np.uint64(top):
            place += 1
        starts[top] = place
    starts[1 << bits] = codes.shape[0]
    return starts


@njit(nogil=True, cache=True)
def kept(codes, size, gone, base):
    """Move the codes whose values are not `gone` to the front, in order; return how many."""
    filled = 0
    for place in range(size):
        value = np.int64(codes[place] & np.uint64(0xFFFFFFFF)) - base
        if value >= 0 and not gone[value]:
            codes[filled] = codes[place]
            filled += 1
    return filled


@njit(nogil=True, cache=True)
def merge(codes, size, others):
    """Merge sorted `others` into the sorted `codes[:size]`, from the back, in place; codes has room for both."""
    write = size + others.shape[0] - 1
    mine = size - 1
    for theirs in range(others.shape[0] - 1, -1, -1):
        while mine >= 0 and codes[mine] > others[theirs]:
            codes[write] = codes[mine]
            write -= 1
            mine -= 1
        codes[write] = others[theirs]
        write -= 1


@njit(nogil=True, cache=True)
def lookup(codes, starts, bits, wanted, first, stop, most, gone, base, seen, places, values, filled):
    """Find the values under the keys of `wanted[first:stop]` (codes with value 0); return (next key, filled).

    Written from `filled` on are `places` (index into `wanted`) and `values`, the highest `most` of each key that
    are not gone, the highest first. `seen` uint32 counts them by key. Stops early where room runs out.
    """
    shift = np.uint64(64 - bits)
    for place in range(first, stop):
        low = wanted[place]
        high = low | np.uint64(0xFFFFFFFF)
        left = np.int64(starts[low >> shift])
        end = np.int64(starts[(high >> shift) + np.uint64(1)])
        right = end
        while left < right:
            middle = (left + right) >> 1
            if codes[middle] < low:
                left = middle + 1
            else:
                right = middle
        right = left
        while right < end and codes[right] <= high:
            right += 1
        if places.shape[0] - filled < min(most, right - left):
            return place, filled
        while right > left and seen[place] <= most:
            right -= 1
            value = codes[right] & np.uint64(0xFFFFFFFF)
            if np.int64(value) < base or gone[np.int64(value) - base]:
                continue
            seen[place] += 1
            if seen[place] > most:
                break
            places[filled] = place
            values[filled] = value
            filled += 1
    return stop, filled
