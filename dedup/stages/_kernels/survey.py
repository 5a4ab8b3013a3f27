"""What furniture is learned from: the units of each text, and which texts are much the same."""

import numpy as np
from numba import njit

from dedup.stages._kernels.marks import mark
from dedup.stages._kernels.minhash import digest, fmix32, shingle
from dedup.stages._kernels.tokens import tokenize
from dedup.stages._kernels.units import keys_of


@njit(nogil=True, cache=True)
def survey(data, offsets, table, outlets, size, ends, groups, digests):
    """Return the distinct unit keys of every text, one text after the other.

    `outlets` uint64[n] salts the keys. Written are `ends` int64[n] (where each text's keys end), `groups`
    uint32[n] (one min-hash: near-identical texts mostly share it) and `digests` uint64[n, 2].
    """
    longest = 0
    for row in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    tokens = np.empty(longest + 1, np.uint32)
    starts = np.empty(longest + 1, np.int32)
    stops = np.empty(longest + 1, np.int32)
    marks = np.empty(longest + 1, np.uint32)
    mine = np.empty(longest + 1, np.uint64)
    keys = np.empty(16 + (offsets[-1] - offsets[0]) // 64, np.uint64)
    taken = 0
    for row in range(offsets.shape[0] - 1):
        count = tokenize(data, offsets[row], offsets[row + 1], table, tokens, starts, stops)
        mark(data, offsets[row], count, starts, stops, marks)
        found = keys_of(tokens, marks, count, outlets[row], mine)
        if taken + found > keys.shape[0]:
            keys = np.concatenate((keys, np.empty(taken + found, np.uint64)))
        keys[taken : taken + found] = mine[:found]
        taken += found
        ends[row] = taken
        digest(tokens, count, digests[row])
        least = np.uint32(0xFFFFFFFF)
        # The marks are done with: their room serves for the shingles.
        for place in range(shingle(tokens, count, size, marks)):
            least = min(least, fmix32(marks[place]))
        groups[row] = least
    return keys[:taken]


@njit(nogil=True, cache=True)
def often(keys, least, counters):
    """Return which keys may occur at least `least` times; never misses one that does.

    `counters` uint8, a power of two long, all 0; `least` is at most 255.
    """
    mask = np.uint64(counters.shape[0] - 1)
    for key in keys:
        slot = key & mask
        if counters[slot] < 255:
            counters[slot] += 1
    found = np.empty(keys.shape[0], np.bool_)
    for place in range(keys.shape[0]):
        found[place] = counters[keys[place] & mask] >= least
    return found
