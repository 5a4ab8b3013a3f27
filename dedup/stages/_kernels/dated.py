"""The pairs that each bucket proposes where only those near in time are wanted."""

import numpy as np
from numba import njit

from dedup.stages._kernels.buckets import bucket_end, pair_code, text_of

ALWAYS = 1 << 60
"""Microseconds, about 36,500 years: what may be from before minus this to after this has no time that is known."""


@njit(nogil=True, cache=True)
def propose(members, bands, places, column, full, ahead, capped, lo, hi, widest):
    """Return the pairs of all buckets that are near in time, as uint64 codes `(larger << 32) | smaller`.

    As `buckets.propose`, but two texts whose spans `lo` to `hi` are more than `widest` apart are no pair, and do
    not count where pairs are left out: each text gives all its pairs with those that begin after it, unless
    these are more than `full`.
    """
    codes = np.empty(max(members.shape[0], 16), np.uint64)
    filled = 0
    size = members.shape[0]
    start = 0
    while start < size:
        stop = bucket_end(members, start)
        if stop - start > 1:
            texts = np.empty(stop - start, np.int64)
            for place in range(start, stop):
                texts[place - start] = text_of(members[place])
            texts = texts[np.argsort(lo[texts], kind="mergesort")]  # stable: ties stay in order of number
            ends = _reach(texts, lo, hi, widest)
            found = _all_near(texts, ends, full)
            if found.shape[0] < (ends - np.arange(1, texts.shape[0] + 1)).sum():
                rest = np.empty(texts.shape[0], np.uint32)
                for i in range(texts.shape[0]):
                    rest[i] = bands[places[texts[i]], column]
                found = np.unique(np.concatenate((found, _some_near(texts, ends, rest, full, ahead, capped, lo))))
            while filled + found.shape[0] > codes.shape[0]:
                codes = np.concatenate((codes, np.empty_like(codes)))
            codes[filled : filled + found.shape[0]] = found
            filled += found.shape[0]
        start = stop
    return codes[:filled]


@njit(nogil=True, cache=True)
def _reach(texts, lo, hi, widest):
    """Return for each place the first after it whose text is too late for the one there; texts are sorted by lo."""
    begins = lo[texts]
    ends = np.searchsorted(begins, hi[texts] + widest, side="right")
    return np.maximum(ends, np.arange(1, texts.shape[0] + 1))


@njit(nogil=True, cache=True)
def _all_near(texts, ends, full):
    """Return all pairs of the texts that are near to at most `full` later ones, or of all in a small bucket."""
    members = texts.shape[0]
    total = 0
    for place in range(members):
        later = ends[place] - place - 1
        if members <= full or later <= full:
            total += later
    codes = np.empty(total, np.uint64)
    filled = 0
    for place in range(members):
        if members <= full or ends[place] - place - 1 <= full:
            for other in range(place + 1, ends[place]):
                codes[filled] = pair_code(texts[place], texts[other])
                filled += 1
    return codes


@njit(nogil=True, cache=True)
def _some_near(texts, ends, rest, full, ahead, capped, lo):
    """Return some pairs of the texts that are near to more than `full` later ones, and set `capped` for all these.

    The members are sorted by `rest`, then by time; each is paired with the next `ahead` near ones, not looking
    further than `full`. And the first is paired with all that are near to it, the first after those again, and
    so on; texts of which nothing is known have a first of their own.
    """
    members = texts.shape[0]
    codes = np.empty(members * (ahead + 1), np.uint64)
    filled = 0
    marked = 0
    for place in range(members):
        if ends[place] - place - 1 > full:
            for other in range(max(place, marked), ends[place]):
                capped[texts[other]] = True
            marked = max(marked, ends[place])
    like = np.argsort(rest, kind="mergesort")
    for i in range(members):
        taken = 0
        for j in range(i + 1, min(members, i + 1 + full)):
            place, other = min(like[i], like[j]), max(like[i], like[j])
            if other < ends[place]:
                codes[filled] = pair_code(texts[place], texts[other])
                filled += 1
                taken += 1
                if taken == ahead:
                    break
    first = 0
    dated = np.searchsorted(lo[texts], -ALWAYS, side="right")
    for place in range(1, members):
        if place == dated or place >= ends[first]:
            first = place
        else:
            codes[filled] = pair_code(texts[first], texts[place])
            filled += 1
    return codes[:filled]
