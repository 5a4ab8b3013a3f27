"""Which pairs clusters still miss, where most verdicts are known: `cluster.missing_pairs` without sorting a code.

Texts are places below `size`, pairs (a, b) with a < b, none twice. The state of a pair is one of these.
"""

import numpy as np
from numba import njit

from dedup.stages._kernels import graph

UNTESTED, ASKED, TESTED = 0, 1, 2


@njit(nogil=True, cache=True)
def ask(size, a, b, joins, waiting, state, lengths, late, lo, hi, widest, full, first):
    """Go on from the pairs that are asked to those that clusters want next.

    Pairs that are asked become tested, and those that are wanted asked. What is wanted is, in a component of up to
    `full` texts, every pair; in a larger one each centre with whatever matches one of its members; and what is
    `waiting` unless matches connect both sides. Only components with pairs that were asked are looked at (or all, if
    it is the `first` time), and pairs no further apart in time than `widest`.

    Args:
        size: Texts.
        a: int64[m], one side of each pair.
        b: int64[m], the other.
        joins: bool[m], which pairs put two texts into one cluster, once they are tested.
        waiting: bool[m], which are candidates.
        state: int8[m], changed in place.
        lengths: int64[size], tokens.
        late: bool[size], which texts are a centre only of their like.
        lo: int64[size], when each was published; not before.
        hi: int64[size], not after.
        widest: See above.
        full: See above.
        first: See above.

    Returns:
        Sides of the pairs that are wanted, but not among those given; some may come twice.
    """
    touched = np.zeros(size, np.bool_)
    joined = np.flatnonzero(joins & (state != UNTESTED))
    root = graph.components(size, a[joined], b[joined])
    for pair in np.flatnonzero(state == ASKED):
        state[pair] = TESTED
        touched[root[a[pair]]] = True
        touched[root[b[pair]]] = True
    touched = touched[root] | first
    joined = joined[touched[a[joined]]]
    starts, neighbours = graph.adjacency(size, a[joined], b[joined])
    none = np.empty(0, np.int64)
    centre = graph.around_centres(starts, neighbours, lengths, late, np.zeros(size + 1, np.int64), none)
    mine = np.flatnonzero(touched[a] | touched[b])
    pair_starts, pairs = _by_text(size, a, b, mine)
    for pair in mine:
        if waiting[pair] and state[pair] == UNTESTED and root[a[pair]] != root[b[pair]]:
            _want(pair, a, b, state, lo, hi, widest)
    sizes = np.zeros(size, np.int64)
    for text in range(size):
        if touched[text]:
            sizes[root[text]] += 1
    order = np.argsort(root, kind="mergesort")
    known = np.zeros(size, np.int64)  # one more than the pair of the text in hand and each other, -1 if it is wanted
    missing = [(np.int64(0), np.int64(0)) for _ in range(0)]
    begin = 0
    while begin < size:
        count = max(1, sizes[root[order[begin]]])
        stop = begin + count
        if 1 < count <= full:
            for i in range(begin, stop):
                text = order[i]
                _mark(text, pair_starts, pairs, a, b, known, 1)
                for j in range(begin, i):
                    other = order[j]
                    if known[other] > 0:
                        _want(known[other] - 1, a, b, state, lo, hi, widest)
                    elif _near(other, text, lo, hi, widest):
                        missing.append((other, text))
                _mark(text, pair_starts, pairs, a, b, known, 0)
        elif count > full:
            for i in range(begin, stop):
                text = order[i]
                if centre[text] == text and starts[text] < starts[text + 1]:
                    _mark(text, pair_starts, pairs, a, b, known, 1)
                    first = len(missing)
                    for edge in range(starts[text], starts[text + 1]):
                        member = neighbours[edge]
                        if centre[member] != text:
                            continue
                        for further in range(starts[member], starts[member + 1]):
                            other = neighbours[further]
                            if known[other] > 0:
                                _want(known[other] - 1, a, b, state, lo, hi, widest)
                            elif known[other] == 0 and other != text:
                                known[other] = -1
                                missing.append((min(text, other), max(text, other)))
                    for place in range(first, len(missing)):
                        known[missing[place][0]] = 0
                        known[missing[place][1]] = 0
                    _mark(text, pair_starts, pairs, a, b, known, 0)
        begin = stop
    ones = np.empty(len(missing), np.int64)
    twos = np.empty(len(missing), np.int64)
    filled = 0
    for one, two in missing:
        if _near(one, two, lo, hi, widest):
            ones[filled] = one
            twos[filled] = two
            filled += 1
    return ones[:filled], twos[:filled]


@njit(nogil=True, cache=True)
def _by_text(size, a, b, mine):
    """Return the pairs among `mine` that each text is in: (starts int64[size + 1], pairs)."""
    starts = np.zeros(size + 1, np.int64)
    for pair in mine:
        starts[a[pair] + 1] += 1
        starts[b[pair] + 1] += 1
    starts = np.cumsum(starts)
    filled = starts.copy()
    pairs = np.empty(2 * mine.shape[0], np.int64)
    for pair in mine:
        pairs[filled[a[pair]]] = pair
        filled[a[pair]] += 1
        pairs[filled[b[pair]]] = pair
        filled[b[pair]] += 1
    return starts, pairs


@njit(nogil=True, cache=True)
def _mark(text, starts, pairs, a, b, known, value):
    """Write one more than the pair of a text and each other, or 0."""
    for place in range(starts[text], starts[text + 1]):
        pair = pairs[place]
        known[a[pair] + b[pair] - text] = value * (pair + 1)


@njit(nogil=True, cache=True)
def _want(pair, a, b, state, lo, hi, widest):
    """Ask for a pair that was not tested."""
    if state[pair] == UNTESTED and _near(a[pair], b[pair], lo, hi, widest):
        state[pair] = ASKED


@njit(nogil=True, cache=True)
def _near(one, two, lo, hi, widest):
    """Return whether two texts are no further apart in time than is allowed."""
    return max(lo[two] - hi[one], lo[one] - hi[two]) <= widest
