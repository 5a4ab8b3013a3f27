"""Which keys are worth sorting: most are alone, and counting is cheaper."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def often(keys, least):
    """Return which keys may occur at least `least` times, at most 255; never misses one that does."""
    size = 1024
    while size < 4 * keys.shape[0]:
        size *= 2
    counters = np.zeros(size, np.uint8)
    mask = np.uint64(size - 1)
    for key in keys:
        slot = key & mask
        if counters[slot] < 255:
            counters[slot] += 1
    found = np.empty(keys.shape[0], np.bool_)
    for place in range(keys.shape[0]):
        found[place] = counters[keys[place] & mask] >= least
    return found
