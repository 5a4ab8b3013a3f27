"""Which keys are worth sorting, most being alone, and which there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def distinct(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the distinct keys, rising; by sorting, which is faster for integers than numpy's `unique`."""
    keys = np.sort(keys)
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = keys[1:] != keys[:-1]
    return keys[fresh]


def absent(keys: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which of `keys` are not in `known`, both rising, bool[n]."""
    if not len(known):
        return np.ones(len(keys), np.bool_)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    missing: NDArray[np.bool_] = known[places] != keys
    return missing
