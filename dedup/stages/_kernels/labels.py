"""Small labels for tokens, so that rapidfuzz reads bytes instead of Python numbers, and only those it has to."""

import numpy as np
from numba import njit

_ONLY_FIRST = -1


@njit(nogil=True, cache=True)
def label_pairs(tokens, offsets, pair_a, pair_b, aligned, out, ends, labels, equal):
    """Label the tokens that two texts may have in common in order, apart from what both begin and end with.

    Equal tokens have equal labels. Those that only one text has are left out: they match nothing. Of each pair
    the labels of the second text are written to `out` uint16, then those of the first, with room for all tokens.
    There are none where as many tokens are aligned as both texts have at all, however often and in whatever order.

    Args:
        tokens: uint32, token hashes of all texts in one buffer.
        offsets: int64[n + 1], where each text's tokens begin and the last one's end.
        pair_a: int64[m], one text of each pair.
        pair_b: int64[m], the other.
        aligned: int64[m], tokens that are known to stand in both in the same order.
        out: Written, see above.
        ends: int64[m, 2], written: where the labels of the second text end in `out`, and those of the first.
        labels: int64[m], written: how many labels there are.
        equal: int64[m], written: the tokens that both begin and end with; where there are no labels, all in common.
    """
    slots = np.zeros(0, np.int64)
    held = np.zeros(0, np.int64)
    counts = np.zeros(0, np.int64)
    stood = np.empty(0, np.int64)  # the slot of each token of the first text
    filled = 0
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
        equal[pair] = head + tail
        mine, theirs = mine[head : mine.shape[0] - tail], theirs[head : theirs.shape[0] - tail]
        size = 16
        while size < 2 * mine.shape[0]:
            size *= 2
        if slots.shape[0] < size:
            slots = np.zeros(size, np.int64)
            held = np.zeros(size, np.int64)
            counts = np.zeros(size, np.int64)
            stood = np.empty(size, np.int64)
        mask = size - 1
        turn = pair + 1  # slots of other turns count as free: so nothing is cleared
        for place in range(mine.shape[0]):
            token = mine[place]
            slot = _slot(slots, mask, turn, token)
            stood[place] = slot
            if slots[slot] >> 32 != turn:
                slots[slot] = np.int64(turn) << 32 | np.int64(token)
                held[slot] = _ONLY_FIRST
                counts[slot] = 0
            counts[slot] += 1
        begin = filled
        used = 0
        common = 0
        for token in theirs:
            slot = _slot(slots, mask, turn, token)
            if slots[slot] >> 32 == turn:
                if held[slot] == _ONLY_FIRST:
                    held[slot] = used
                    used += 1
                out[filled] = held[slot]
                filled += 1
                if counts[slot] > 0:
                    counts[slot] -= 1
                    common += 1
        if common <= aligned[pair] - equal[pair]:
            equal[pair] += common
            filled = begin
            used = 0
        ends[pair, 0] = filled
        for place in range(mine.shape[0] if used > 0 else 0):
            label = held[stood[place]]
            if label != _ONLY_FIRST:
                out[filled] = label
                filled += 1
        ends[pair, 1] = filled
        labels[pair] = used


@njit(nogil=True, cache=True)
def _slot(slots, mask, turn, value):
    """Return the slot of `value` among those of this turn, or the free one where it belongs."""
    entry = np.int64(turn) << 32 | np.int64(value)
    slot = np.int64(value) & mask
    while slots[slot] >> 32 == turn and slots[slot] != entry:
        slot = (slot + 1) & mask
    return slot
