"""Band keys, and the pairs that each bucket proposes."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def band_keys(signatures, bands, rows, out):
    """Write a 32-bit hash of each band of each signature to `out` uint32[n, bands]."""
    for text in range(signatures.shape[0]):
        for band in range(bands):
            key = np.uint64(band)
            for column in range(band * rows, (band + 1) * rows):
                key = (key ^ np.uint64(signatures[text, column])) * np.uint64(0x9E3779B97F4A7C15)
                key ^= key >> np.uint64(32)
            out[text, band] = np.uint32(key & np.uint64(0xFFFFFFFF))


@njit(nogil=True, cache=True)
def propose(keys, order, owners, bands, places, column, full, ahead, capped):
    """Return the pairs of all buckets as uint64 codes `(larger << 32) | smaller`, some of them repeated.

    `order` sorts those of `keys` that may be in a bucket of two; `owners` are the texts they belong to. A bucket
    of up to `full` members gives all pairs. In a larger one the members are sorted by another band, that is
    `column` of `bands` at the `places` of their texts, then by number; each is paired with the next `ahead` and
    with the least, and `capped` is set for them. No bucket gives a pair twice.
    """
    total = 0
    size = order.shape[0]
    start = 0
    while start < size:
        stop = start + 1
        while stop < size and keys[order[stop]] == keys[order[start]]:
            stop += 1
        members = stop - start
        if members <= full:
            total += members * (members - 1) // 2
        else:
            total += members * (ahead + 1)  # at most
        start = stop
    codes = np.empty(total, np.uint64)
    filled = 0
    start = 0
    while start < size:
        stop = start + 1
        while stop < size and keys[order[stop]] == keys[order[start]]:
            stop += 1
        members = stop - start
        if 1 < members <= full:
            for i in range(start, stop):
                for j in range(start, i):
                    codes[filled] = pair_code(owners[order[i]], owners[order[j]])
                    filled += 1
        elif members > full:
            texts = np.sort(owners[order[start:stop]])
            for text in texts:
                capped[text] = True
            rest = np.empty(members, np.uint32)
            for i in range(members):
                rest[i] = bands[places[texts[i]], column]
            near = texts[np.argsort(rest, kind="mergesort")]  # stable: ties stay in order of number
            least = 0
            while near[least] != texts[0]:
                least += 1
            for i in range(members):
                for j in range(i + 1, min(members, i + 1 + ahead)):
                    codes[filled] = pair_code(near[i], near[j])
                    filled += 1
                if abs(i - least) > ahead:  # nearer ones are paired with it already
                    codes[filled] = pair_code(near[i], texts[0])
                    filled += 1
        start = stop
    return codes[:filled]


@njit(nogil=True, cache=True)
def pair_code(one, two):
    """Return two numbers below 2**32 as one, the larger in the upper half."""
    return (np.uint64(max(one, two)) << np.uint64(32)) | np.uint64(min(one, two))


@njit(nogil=True, cache=True)
def overlap(a, b, passages, first, share, out):
    """Write which pairs share enough sampled passages: `share` of those of the text with fewer, less one.

    The passages of text k are passages[first[k]:first[k + 1]], rising.
    """
    for pair in range(a.shape[0]):
        i, stop_i = first[a[pair]], first[a[pair] + 1]
        j, stop_j = first[b[pair]], first[b[pair] + 1]
        needed = share * min(stop_i - i, stop_j - j) - 1.0
        shared = 0
        while shared < needed and i < stop_i and j < stop_j:
            if passages[i] == passages[j]:
                shared += 1
                i += 1
                j += 1
            elif passages[i] < passages[j]:
                i += 1
            else:
                j += 1
        out[pair] = shared >= needed
