"""What one alignment says about a pair of texts."""

import numpy as np
from numba import njit

from dedup.stages._kernels.align import GAP_CELLS, align
from dedup.stages._kernels.minhash import shingle


@njit(nogil=True, cache=True)
def shingle_all(tokens, offsets, size, shingles, places, distinct):
    """Write the shingle hashes of every text, where each text's begin, and how many differ.

    `shingles` has room for one value a token, `places` for one more than there are texts.
    """
    places[0] = 0
    for row in range(offsets.shape[0] - 1):
        mine = tokens[offsets[row] : offsets[row + 1]]
        total = shingle(mine, mine.shape[0], size, shingles[places[row] :])
        places[row + 1] = places[row] + total
        distinct[row] = _fill(shingles[places[row] : places[row + 1]], _slots(total))


@njit(nogil=True, cache=True)
def _slots(total):
    """Return an empty table with room for `total` hashes; -1 marks a free slot."""
    size = 16
    while size < 2 * total:
        size *= 2
    return np.full(size, -1, np.int64)


@njit(nogil=True, cache=True)
def _fill(hashes, slots):
    """Put the hashes into the table; return how many differ."""
    mask = slots.shape[0] - 1
    distinct = 0
    for value in hashes:
        slot = np.int64(value) & mask
        while slots[slot] >= 0 and slots[slot] != np.int64(value):
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = np.int64(value)
            distinct += 1
    return distinct


@njit(nogil=True, cache=True)
def _shared(hashes, slots, seen):
    """Return how many distinct hashes are in the table; `seen` comes in and goes out all False."""
    mask = slots.shape[0] - 1
    shared = 0
    for value in hashes:
        slot = np.int64(value) & mask
        while slots[slot] >= 0 and slots[slot] != np.int64(value):
            slot = (slot + 1) & mask
        if slots[slot] >= 0 and not seen[slot]:
            seen[slot] = True
            shared += 1
    seen[:] = False
    return shared


@njit(nogil=True, cache=True)
def _in_order(a, b):
    """Return whether (a, b) is the order in which this pair is aligned: the longer first, then by value."""
    if a.shape[0] != b.shape[0]:
        return a.shape[0] > b.shape[0]
    for place in range(a.shape[0]):
        if a[place] != b[place]:
            return a[place] > b[place]
    return True


@njit(nogil=True, cache=True)
def align_pair(a, b, shingles_a, shingles_b, size):
    """Return the blocks of `align`, the same for (a, b) and (b, a) but for the columns."""
    if _in_order(a, b):
        return align(a, b, shingles_a, shingles_b, size, GAP_CELLS)
    blocks = align(b, a, shingles_b, shingles_a, size, GAP_CELLS)
    for row in range(blocks.shape[0]):
        blocks[row, 0], blocks[row, 1] = blocks[row, 1], blocks[row, 0]
    return blocks


@njit(nogil=True, cache=True)
def align_tokens(a, b, size):
    """Return the blocks of `align_pair` for two texts whose shingles are not at hand."""
    shingles_a = np.empty(a.shape[0], np.uint32)
    shingles_b = np.empty(b.shape[0], np.uint32)
    total_a = shingle(a, a.shape[0], size, shingles_a)
    total_b = shingle(b, b.shape[0], size, shingles_b)
    return align_pair(a, b, shingles_a[:total_a], shingles_b[:total_b], size)


@njit(nogil=True, cache=True)
def gather(tokens, offsets, shingles, places, distinct, pair_a, pair_b, size, floor, shared, aligned):
    """Write for each pair the shared distinct shingles and the tokens aligned.

    Pairs whose shorter text shares less than `floor` of its shingles are not aligned: `aligned` is -1.
    """
    slots = _slots(0)
    seen = np.zeros(16, np.bool_)
    held = -1
    for pair in range(pair_a.shape[0]):
        one = pair_a[pair]
        two = pair_b[pair]
        mine = shingles[places[one] : places[one + 1]]
        theirs = shingles[places[two] : places[two + 1]]
        if one != held:
            slots = _slots(mine.shape[0])
            seen = np.zeros(slots.shape[0], np.bool_)
            _fill(mine, slots)
            held = one
        shared[pair] = _shared(theirs, slots, seen)
        if shared[pair] < floor * min(distinct[one], distinct[two]):
            aligned[pair] = -1
            continue
        blocks = align_pair(
            tokens[offsets[one] : offsets[one + 1]], tokens[offsets[two] : offsets[two + 1]], mine, theirs, size
        )
        total = 0
        for row in range(blocks.shape[0]):
            total += blocks[row, 2]
        aligned[pair] = total
