"""Alignment of two token sequences, linear in their length.

Shared shingles are the anchors; the longest chain of them that rises in both texts is kept (patience
sorting), stretched over equal neighbours, and what lies between is aligned by the textbook's longest
common subsequence where it is small.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

GAP_CELLS = 4096
"""Largest gap, in cells of the table, that is aligned token by token; larger ones count as unshared."""


@njit(nogil=True, cache=True)
def align(a, b, shingles_a, shingles_b, size, gap_cells):
    """Return blocks int64[k, 3] of (start in a, start in b, length), rising in both.

    `a`, `b` uint32 token hashes, `shingles_a`, `shingles_b` their shingle hashes of `size` tokens.
    """
    anchors = room(shingles_a.shape[0])
    hold(shingles_a, 1, anchors)
    runs = np.empty((shingles_b.shape[0], 3), np.int32)
    _, count = meet(shingles_b, shingles_a, 1, anchors, 1, runs)
    return join(a, b, runs[:count], size, gap_cells)


@njit(nogil=True, cache=True)
def join(a, b, runs, size, gap_cells):
    """Return the blocks of `align`, given the runs of anchors that `meet` found, rising by `b`.

    Only whole shingles count: a text shorter than `size` has none.
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


class Anchors(NamedTuple):
    """The shingles of a text, in which those of other texts are looked up, one text after another.

    Attributes:
        slots: int64, an open-addressed table: the turn, and the hash. What is of another turn is free, so nothing is
            cleared. Only as much of it is used as the text needs, which keeps that in the cache.
        firsts: int32, for each slot the place of the first shingle of its kind.
        nexts: int32, for each place that of the next shingle of its kind; `_LAST` for the last one.
        taken: int32, for each place the last text that met the shingle there; `_REPEATED` if it is not the only one.
        met: int32, for each slot whose shingle repeats the last text that met it.
        cursors: int32, the place where that text goes on.
    """

    slots: npt.NDArray[np.int64]
    firsts: npt.NDArray[np.int32]
    nexts: npt.NDArray[np.int32]
    taken: npt.NDArray[np.int32]
    met: npt.NDArray[np.int32]
    cursors: npt.NDArray[np.int32]


_LAST, _REPEATED = -1, np.int32(0x7FFFFFFF)


@njit(nogil=True, cache=True)
def room(longest):
    """Return anchors of no text, with room for one of `longest` shingles."""
    size = _power(2 * longest)
    firsts, met, cursors = np.empty(size, np.int32), np.zeros(size, np.int32), np.empty(size, np.int32)
    nexts, taken = np.empty(longest, np.int32), np.empty(longest, np.int32)
    return Anchors(np.zeros(size, np.int64), firsts, nexts, taken, met, cursors)


@njit(nogil=True, cache=True)
def _power(least):
    """Return the least power of two from `least` on."""
    size = 16
    while size < least:
        size *= 2
    return size


@njit(nogil=True, cache=True)
def hold(shingles, turn, anchors):
    """Put the shingles of a text into `anchors`; return how many differ. Each has a turn, from 1 and below 2**31."""
    slots, firsts, nexts, taken = anchors.slots, anchors.firsts, anchors.nexts, anchors.taken
    total = shingles.shape[0]
    mask = _power(2 * total) - 1
    distinct = 0
    for back in range(total):  # backwards, so that the lists rise
        place = total - 1 - back
        entry = np.int64(turn) << 32 | np.int64(shingles[place])
        slot = _slot(entry, slots, mask)
        if slots[slot] != entry:
            slots[slot] = entry
            nexts[place] = _LAST
            taken[place] = 0
            distinct += 1
        else:
            nexts[place] = firsts[slot]
            taken[place] = taken[firsts[slot]] = _REPEATED
        firsts[slot] = place
    return distinct


@njit(nogil=True, cache=True)
def meet(shingles, held, turn, anchors, text, runs):
    """Look up the shingles of a text in the anchors of the one `held`: (distinct ones that both have, runs).

    An anchor is a shared shingle: the k-th of its kind in one text with the k-th in the other. Those that follow
    each other in both texts are a run.

    Args:
        shingles: uint32, those of the text.
        held: uint32, those that were put into `anchors`.
        turn: The turn they were put there with.
        anchors: See `Anchors`.
        text: The text's number, a higher one each time, from 1.
        runs: int32[len(shingles), 3], written: (place in the held text, in this one, anchors), rising by this one.
    """
    slots, firsts, nexts, taken = anchors.slots, anchors.firsts, anchors.nexts, anchors.taken
    met, cursors = anchors.met, anchors.cursors
    mask = _power(2 * held.shape[0]) - 1
    shared = 0
    count = 0
    place = 0
    end = np.int64(-1)  # of the last run in the held text, if it ends just before `place`
    while place < shingles.shape[0]:
        entry = np.int64(turn) << 32 | np.int64(shingles[place])
        slot = _slot(entry, slots, mask)
        found = np.int64(_LAST)
        if slots[slot] == entry:
            found = np.int64(firsts[slot])
            if taken[found] < text:
                taken[found] = text
                shared += 1
            elif taken[found] != _REPEATED:
                found = np.int64(_LAST)
            else:
                if met[slot] == text:
                    found = np.int64(cursors[slot])
                else:
                    met[slot] = text
                    shared += 1
                if found != _LAST:
                    cursors[slot] = nexts[found]
        if found == _LAST:
            end = np.int64(-1)
            place += 1
            continue
        if found != end:
            runs[count, 0], runs[count, 1], runs[count, 2] = found, place, 0
            count += 1
        # Most follow the last one, and what is alone needs no search.
        most = min(shingles.shape[0] - place, held.shape[0] - found)
        length = 1
        while length < most and shingles[place + length] == held[found + length] and taken[found + length] < text:
            taken[found + length] = text
            length += 1
        shared += length - 1
        runs[count - 1, 2] += length
        place += length
        end = found + length
    return shared, count


@njit(nogil=True, cache=True)
def _slot(entry, slots, mask):
    """Return the slot of a turn and a hash, or the free one where it belongs."""
    rest = entry & 0xFFFFFFFF
    slot = rest & mask
    while slots[slot] >> 32 == entry >> 32 and slots[slot] != entry:
        rest >>= 5
        slot = after(slot, rest, mask)
    return slot


@njit(nogil=True, cache=True)
def after(slot, rest, mask):
    """Return the slot to try next, by more bits each time, as Python's `dict` does: or many could wait in one line.

    `rest` is what is left of the value after five bits less for each slot that was tried.
    """
    return (5 * slot + rest + 1) & mask


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
