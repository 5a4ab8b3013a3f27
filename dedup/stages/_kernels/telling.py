"""Which clusters are not as the stories were."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def changed(numbers, centres, stories, arrived, stirred, bereft, size):
    """Say which of n articles are new and like no other, and which others are in clusters that changed.

    Args:
        numbers: int64[n].
        centres: int64[n], what names the cluster of each, below `size`.
        stories: int64[n], the story each was in.
        arrived: int64, articles that are new, rising.
        stirred: int64, these and those that took the place of others, rising.
        bereft: int64, stories that articles were taken from, rising.
        size: See above.

    Returns:
        Both as bool[n], and int64[n], the story each was in, 0 for those that are new.
    """
    sizes = np.zeros(size, np.int64)
    story_of = np.full(size, -1)
    other = np.zeros(size, np.bool_)
    for centre in centres:
        sizes[centre] += 1
    order = np.argsort(stories)
    begin = 0
    while begin < order.shape[0]:
        end = begin
        while end < order.shape[0] and stories[order[end]] == stories[order[begin]]:
            end += 1
        for place in order[begin:end]:
            centre = centres[place]
            # A cluster of one story's size is that story only if no other story has an article in it.
            other[centre] |= end - begin != sizes[centre]
            other[centre] |= story_of[centre] >= 0 and story_of[centre] != stories[place]
            other[centre] |= _has(stirred, numbers[place]) or _has(bereft, stories[place])
            story_of[centre] = stories[place]
        begin = end
    alone = np.empty(numbers.shape[0], np.bool_)
    chosen = np.empty(numbers.shape[0], np.bool_)
    before = np.empty(numbers.shape[0], np.int64)
    for place in range(numbers.shape[0]):
        centre = centres[place]
        new = _has(arrived, numbers[place])
        alone[place] = new and sizes[centre] == 1
        chosen[place] = other[centre] and not alone[place]
        before[place] = 0 if new else stories[place]
    return alone, chosen, before


@njit(nogil=True, cache=True)
def _has(rising, value):
    """Return whether `value` is among values that rise."""
    place = np.searchsorted(rising, value)
    return place < rising.shape[0] and rising[place] == value
