"""What furniture is learned from: the units of each text, and which texts are much the same."""

import numpy as np
from numba import njit

from dedup.stages._kernels.units import PROSE, unit_end, unit_key


@njit(nogil=True, cache=True)
def survey(data, offsets, outlets, ends, groups, digests):
    """Return the distinct unit keys of every text, one text after the other.

    `outlets` uint64[n] salts the keys. Written are `ends` int64[n] (where each text's keys end), `groups`
    uint64[n] (the least key of a sentence: near-identical texts mostly share it) and `digests` uint64[n]
    (equal for texts with the same units in the same order).
    """
    longest = 0
    for row in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    mine = np.empty(longest // 2 + 2, np.uint64)
    keys = np.empty(16 + (offsets[-1] - offsets[0]) // 64, np.uint64)
    taken = 0
    for row in range(offsets.shape[0] - 1):
        found = 0
        prose = np.uint64(0xFFFFFFFFFFFFFFFF)
        whole = np.uint64(0)
        start, stop = offsets[row], offsets[row + 1]
        fresh = True
        while start < stop:
            end, line = unit_end(data, start, stop)
            key, size = unit_key(data, start, end, fresh and line, outlets[row])
            if key != 0:
                mine[found] = key
                found += 1
                whole = (whole ^ key) * np.uint64(0x9E3779B97F4A7C15)
                whole ^= whole >> np.uint64(32)
                if size >= PROSE:
                    prose = min(prose, key)
            start = end + 1
            fresh = line
        digests[row] = whole
        distinct = np.sort(mine[:found])
        groups[row] = prose
        if found > 0 and prose == np.uint64(0xFFFFFFFFFFFFFFFF):
            groups[row] = distinct[0]
        if taken + found > keys.shape[0]:
            keys = np.concatenate((keys, np.empty(taken + found, np.uint64)))
        for place in range(found):
            if place == 0 or distinct[place] != distinct[place - 1]:
                keys[taken] = distinct[place]
                taken += 1
        ends[row] = taken
    return keys[:taken]
