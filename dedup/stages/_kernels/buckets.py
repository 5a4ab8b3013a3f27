"""Band keys, and the pairs that each bucket proposes."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def band_keys(signatures, places, first, rows, out):
    """Write one uint64 a text to `out`: a hash of `rows` values of its signature from column `first` on."""
    for text in range(places.shape[0]):
        key = np.uint64(first)
        for column in range(first, first + rows):
            key = (key ^ np.uint64(signatures[places[text], column])) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(32)
        out[text] = key


@njit(nogil=True, cache=True)
def propose(keys, order, signatures, places, rest, full, ahead, capped):
    """Return the pairs of all buckets of one band as uint64 codes `(larger << 32) | smaller`.

    `order` sorts `keys`. A bucket of up to `full` members gives all pairs. In a larger one the members are
    sorted by the two signature values from column `rest` on, then by number; each is paired with the next
    `ahead` and with the least, and `capped` is set for its members.
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
    columns = signatures.shape[1]
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
                    codes[filled] = pair_code(order[i], order[j])
                    filled += 1
        elif members > full:
            texts = np.sort(order[start:stop])
            values = np.empty(members, np.uint64)
            for i in range(members):
                capped[texts[i]] = True
                signature = signatures[places[texts[i]]]
                values[i] = (np.uint64(signature[rest % columns]) << np.uint64(32)) | np.uint64(
                    signature[(rest + 1) % columns]
                )
            near = np.argsort(values, kind="mergesort")  # stable: equal values stay in order of number
            for i in range(members):
                mine = texts[near[i]]
                for j in range(i + 1, min(members, i + 1 + ahead)):
                    codes[filled] = pair_code(mine, texts[near[j]])
                    filled += 1
                if mine != texts[0]:
                    codes[filled] = pair_code(mine, texts[0])
                    filled += 1
        start = stop
    return codes[:filled]


@njit(nogil=True, cache=True)
def pair_code(one, two):
    """Return two numbers below 2**32 as one, the larger in the upper half."""
    return (np.uint64(max(one, two)) << np.uint64(32)) | np.uint64(min(one, two))
