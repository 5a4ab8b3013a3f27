"""Small labels for tokens, so that rapidfuzz reads bytes instead of Python numbers."""

import numpy as np
from numba import njit

ONLY_FIRST, ONLY_SECOND, SAME, SHARED = 0, 1, 2, 3
"""Labels of tokens that only one of two texts has, of those both begin or end with, and, from here on, of others that
both have."""


@njit(nogil=True, cache=True)
def label_pairs(tokens, offsets, pair_a, pair_b, first_a, first_b, out, labels):
    """Label the tokens of each pair of texts without changing what they have in common in order.

    Equal tokens have equal labels. Those that only one text has need none of their own: they match nothing. What
    both texts begin and end with needs only one. The labels of pair k are written to `out` uint16 from
    `first_a[k]` and from `first_b[k]`; `labels` int64[m] is how many labels there are.
    """
    slots = np.zeros(0, np.int64)
    held = np.zeros(0, np.int64)
    for pair in range(pair_a.shape[0]):
        mine = tokens[offsets[pair_a[pair]] : offsets[pair_a[pair] + 1]]
        theirs = tokens[offsets[pair_b[pair]] : offsets[pair_b[pair] + 1]]
        least = min(mine.shape[0], theirs.shape[0])
        head = 0
        while head < least and mine[head] == theirs[head]:
            head += 1
        tail = 0
        while tail < least - head and mine[mine.shape[0] - 1 - tail] == theirs[theirs.shape[0] - 1 - tail]:
            tail += 1
        stop_a, stop_b = mine.shape[0] - tail, theirs.shape[0] - tail
        size = 16
        while size < 2 * (stop_a - head):
            size *= 2
        if slots.shape[0] < size:
            slots = np.zeros(size, np.int64)
            held = np.zeros(size, np.int64)
        mask = size - 1
        turn = pair + 1  # slots of other turns count as free: so nothing is cleared
        for place in range(head, stop_a):
            slot = _slot(slots, mask, turn, mine[place])
            slots[slot] = np.int64(turn) << 32 | np.int64(mine[place])
            held[slot] = ONLY_FIRST
        used = SHARED
        out[first_b[pair] : first_b[pair] + head] = SAME
        out[first_b[pair] + stop_b : first_b[pair] + stop_b + tail] = SAME
        for place in range(head, stop_b):
            slot = _slot(slots, mask, turn, theirs[place])
            label = ONLY_SECOND
            if slots[slot] >> 32 == turn:
                if held[slot] == ONLY_FIRST:
                    held[slot] = used
                    used += 1
                label = held[slot]
            out[first_b[pair] + place] = label
        out[first_a[pair] : first_a[pair] + head] = SAME
        out[first_a[pair] + stop_a : first_a[pair] + stop_a + tail] = SAME
        for place in range(head, stop_a):
            out[first_a[pair] + place] = held[_slot(slots, mask, turn, mine[place])]
        labels[pair] = used


@njit(nogil=True, cache=True)
def _slot(slots, mask, turn, value):
    """Return the slot of `value` among those of this turn, or the free one where it belongs."""
    entry = np.int64(turn) << 32 | np.int64(value)
    slot = np.int64(value) & mask
    while slots[slot] >> 32 == turn and slots[slot] != entry:
        slot = (slot + 1) & mask
    return slot
