"""Anchors: the shingles that two texts share, the k-th of its kind in one with the k-th in the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit


class ShingleTable(NamedTuple):
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
def empty(longest):
    """Return the table of no text, with room for one of `longest` shingles."""
    size = _power(2 * longest)
    firsts, met, cursors = np.empty(size, np.int32), np.zeros(size, np.int32), np.empty(size, np.int32)
    nexts, taken = np.empty(longest, np.int32), np.empty(longest, np.int32)
    return ShingleTable(np.zeros(size, np.int64), firsts, nexts, taken, met, cursors)


@njit(nogil=True, cache=True)
def _power(least):
    """Return the least power of two from `least` on."""
    size = 16
    while size < least:
        size *= 2
    return size


@njit(nogil=True, cache=True)
def fill(shingles, turn, table):
    """Put the shingles of a text into the table; return how many differ. Each has a turn, from 1 and below 2**31."""
    slots, firsts, nexts, taken = table.slots, table.firsts, table.nexts, table.taken
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
def runs_of(shingles, held, turn, table, text, runs):
    """Look up the shingles of a text in the table of the one `held`: (distinct ones that both have, runs).

    Anchors that follow each other in both texts are a run.

    Args:
        shingles: uint32, those of the text.
        held: uint32, those that were put into the table.
        turn: The turn they were put there with.
        table: See `ShingleTable`.
        text: The text's number, a higher one each time, from 1.
        runs: int32[len(shingles), 3], written: (place in the held text, in this one, anchors), rising by this one.
    """
    slots, firsts, nexts, taken = table.slots, table.firsts, table.nexts, table.taken
    met, cursors = table.met, table.cursors
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
