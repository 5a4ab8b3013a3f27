"""Which keys are worth sorting, most being alone, and which there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def often(parts: Sequence[NDArray[np.unsignedinteger]], least: int) -> list[NDArray[np.bool_]]:
    """Return which keys may occur at least `least` times in all parts, at most 255; never misses one that does."""
    size = 1 << max(10, (2 * sum(map(len, parts))).bit_length())  # two to four slots a key: few are there by chance
    counters = np.zeros(size, np.uint8)
    for keys in parts:
        _tally(keys, counters)
    return [_at_least(keys, counters, least) for keys in parts]


@njit(nogil=True, cache=True)
def _tally(keys, counters):
    """Count each key in its slot."""
    mask = np.uint64(counters.shape[0] - 1)
    for key in keys:
        slot = key & mask
        if counters[slot] < 255:
            counters[slot] += 1


@njit(nogil=True, cache=True)
def _at_least(keys, counters, least):
    """Return which keys are in a slot that was counted that often."""
    mask = np.uint64(counters.shape[0] - 1)
    found = np.empty(keys.shape[0], np.bool_)
    for place in range(keys.shape[0]):
        found[place] = counters[keys[place] & mask] >= least
    return found


def distinct(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return the distinct keys of all parts, rising; by sorting, which is faster for integers than numpy's `unique`."""
    keys = np.concatenate(parts)
    if len(keys) < 2:
        return keys
    keys.sort()
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = keys[1:] != keys[:-1]
    return keys[fresh]


@njit(nogil=True, cache=True)
def merged(one, two):
    """Return the distinct keys of two arrays that rise and have none twice, rising."""
    keys = np.empty(one.shape[0] + two.shape[0], one.dtype)
    i = 0
    j = 0
    filled = 0
    while i < one.shape[0] and j < two.shape[0]:
        low, high = one[i], two[j]
        keys[filled] = min(low, high)
        i += low <= high
        j += high <= low
        filled += 1
    rest = one[i:] if i < one.shape[0] else two[j:]
    keys[filled : filled + rest.shape[0]] = rest
    return keys[: filled + rest.shape[0]]


def absent(keys: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which of `keys` are not in `known`, both rising, bool[n]."""
    if not len(known):
        return np.ones(len(keys), np.bool_)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    missing: NDArray[np.bool_] = known[places] != keys
    return missing
