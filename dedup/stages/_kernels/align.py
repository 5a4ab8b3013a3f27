"""Alignment of two token sequences, linear in their length.

Shared shingles are the anchors; the longest chain of them that rises in both texts is kept (patience
sorting), stretched over equal neighbours, and what lies between is aligned by the textbook's longest
common subsequence where it is small.
"""

import numpy as np
from numba import njit

GAP_CELLS = 4096
"""Largest gap, in cells of the table, that is aligned token by token; larger ones count as unshared."""


@njit(nogil=True, cache=True)
def align(a, b, runs, size, gap_cells):
    """Return blocks int64[k, 3] of (start in a, start in b, length), rising in both.

    `a`, `b` uint32 token hashes, `runs` int32[k, 3] of (place in a, place in b, anchors) of their shingles of `size`
    tokens, see `anchors.runs_of`, rising by `b`. Only whole shingles count: a text shorter than `size` has none.
    """
    if min(a.shape[0], b.shape[0]) < size:
        runs = runs[:0]
    runs = _rising_runs(runs)
    blocks = np.empty((min(a.shape[0], b.shape[0]) + 1, 3), np.int64)
    count = end_a = end_b = np.int64(0)  # no literals: numba would compile `_gap` for them, too
    for run in range(runs.shape[0]):
        start_a = runs[run, 0]
        start_b = runs[run, 1]
        stop = start_a + runs[run, 2] + size - 1
        if start_a < end_a or start_b < end_b:
            # A run that overlaps the last block, by less than a shingle: on its diagonal it prolongs it, or is cut.
            cut = max(end_a - start_a, end_b - start_b)
            start_a += cut
            start_b += cut
        else:
            count = _gap(a, b, end_a, start_a, end_b, start_b, gap_cells, blocks, count)
        count = _append(blocks, count, start_a, start_b, stop - start_a)
        end_b = start_b + (stop - start_a)
        end_a = stop
    count = _gap(a, b, end_a, a.shape[0], end_b, b.shape[0], gap_cells, blocks, count)
    return blocks[:count]


@njit(nogil=True, cache=True)
def _append(blocks, count, start_a, start_b, length):
    """Add a block, joined to the last one where it continues it; return the new count."""
    if count > 0:
        last = blocks[count - 1]
        if last[0] + last[2] == start_a and last[1] + last[2] == start_b:
            blocks[count - 1, 2] += length
            return count
    blocks[count, 0] = start_a
    blocks[count, 1] = start_b
    blocks[count, 2] = length
    return count + 1


@njit(nogil=True, cache=True)
def _rising_runs(runs):
    """Return the longest chain of anchors that rises in both texts, as runs; these rise in the second."""
    for run in range(1, runs.shape[0]):
        if runs[run, 0] < runs[run - 1, 0] + runs[run - 1, 2]:
            return _risen(runs)
    return runs


@njit(nogil=True, cache=True)
def _risen(runs):
    """Return the runs of the longest rising chain of the anchors of `runs`."""
    anchors = np.empty((runs[:, 2].sum(), 2), np.int64)
    filled = 0
    for run in range(runs.shape[0]):
        for step in range(runs[run, 2]):
            anchors[filled, 0] = runs[run, 0] + step
            anchors[filled, 1] = runs[run, 1] + step
            filled += 1
    chain = _rising(anchors[:, 0])
    risen = np.empty((chain.shape[0], 3), np.int32)
    count = 0
    for index in chain:
        count = _append(risen, count, anchors[index, 0], anchors[index, 1], 1)
    return risen[:count]


@njit(nogil=True, cache=True)
def _rising(values):
    """Return the indices of a longest strictly rising subsequence (patience sorting)."""
    size = values.shape[0]
    tails = np.empty(size + 1, np.int64)
    before = np.empty(size + 1, np.int64)
    length = 0
    for index in range(size):
        # Most anchors of copies rise: no need to search.
        low = length if length > 0 and values[tails[length - 1]] < values[index] else 0
        high = length
        while low < high:
            middle = (low + high) // 2
            if values[tails[middle]] < values[index]:
                low = middle + 1
            else:
                high = middle
        before[index] = tails[low - 1] if low > 0 else -1
        tails[low] = index
        if low == length:
            length += 1
    chain = np.empty(length, np.int64)
    index = tails[length - 1] if length > 0 else -1
    for back in range(length):
        chain[length - 1 - back] = index
        index = before[index]
    return chain


@njit(nogil=True, cache=True)
def _gap(a, b, from_a, to_a, from_b, to_b, gap_cells, blocks, count):
    """Align what lies between two anchors: equal ends first, then a small table; return the new count."""
    while from_a < to_a and from_b < to_b and a[from_a] == b[from_b]:
        count = _append(blocks, count, from_a, from_b, 1)
        from_a += 1
        from_b += 1
    tail = 0
    while from_a < to_a - tail and from_b < to_b - tail and a[to_a - tail - 1] == b[to_b - tail - 1]:
        tail += 1
    high = to_a - tail - from_a
    wide = to_b - tail - from_b
    if high > 0 and wide > 0 and high * wide <= gap_cells:
        table = np.zeros((high + 1, wide + 1), np.int32)
        for i in range(high - 1, -1, -1):
            for j in range(wide - 1, -1, -1):
                if a[from_a + i] == b[from_b + j]:
                    table[i, j] = table[i + 1, j + 1] + 1
                else:
                    table[i, j] = max(table[i + 1, j], table[i, j + 1])
        i = 0
        j = 0
        while i < high and j < wide and table[i, j] > 0:
            if a[from_a + i] == b[from_b + j]:
                count = _append(blocks, count, from_a + i, from_b + j, 1)
                i += 1
                j += 1
            elif table[i + 1, j] >= table[i, j + 1]:
                i += 1
            else:
                j += 1
    if tail > 0:
        count = _append(blocks, count, to_a - tail, to_b - tail, tail)
    return count
