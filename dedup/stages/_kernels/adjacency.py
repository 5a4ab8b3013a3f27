"""Pairs of texts as linked lists: which pairs a text is in, and what it is connected with.

The pairs are records with the fields `a` and `b` (texts), `relation` and `proposed`. `heads` uint32, by text less
`base`, holds one more than the row of the last pair of a text, 0 for none; `nexts` uint32[m, 2] the same for the
pair before, as seen from `a` and from `b`.
"""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def link(pairs, first, stop, heads, nexts, base):
    """Put the pairs in rows `first` to `stop` into the lists of their texts."""
    for row in range(first, stop):
        one, two = np.int64(pairs[row]["a"]) - base, np.int64(pairs[row]["b"]) - base
        nexts[row, 0] = heads[one]
        heads[one] = row + 1
        nexts[row, 1] = heads[two]
        heads[two] = row + 1


@njit(nogil=True, cache=True)
def touching(texts, pairs, gone, heads, nexts, base):
    """Return the rows of the pairs that any of the texts is in; those between two of them come twice."""
    rows = np.empty(16, np.int64)
    filled = 0
    for text in texts:
        row = np.int64(heads[text - base]) - 1
        while row >= 0:
            if not gone[row]:
                if filled == rows.shape[0]:
                    rows = np.concatenate((rows, np.empty(filled, np.int64)))
                rows[filled] = row
                filled += 1
            row = np.int64(nexts[row, 0 if np.int64(pairs[row]["a"]) == text else 1]) - 1
    return rows[:filled]


@njit(nogil=True, cache=True)
def closure(texts, pairs, gone, heads, nexts, base, walls, joining, inside):
    """Return all texts that are connected with some distinct ones, and the rows of the pairs between any of them.

    Texts are connected by pairs that were proposed, neither side a wall, with a relation that is `joining`
    (bool, by relation) or unknown. `inside` bool, by text less `base`, comes in and goes out all False.
    """
    queue = np.empty(max(16, 2 * texts.shape[0]), np.int64)
    waiting = texts.shape[0]
    queue[:waiting] = texts
    for text in texts:
        inside[text - base] = True
    rows = np.empty(16, np.int64)
    filled = 0
    done = 0
    while done < waiting:
        text = queue[done]
        done += 1
        row = np.int64(heads[text - base]) - 1
        while row >= 0:
            one, two = np.int64(pairs[row]["a"]), np.int64(pairs[row]["b"])
            other = two if one == text else one
            if not gone[row]:
                relation = pairs[row]["relation"]
                opens = pairs[row]["proposed"] and not walls[one - base] and not walls[two - base]
                if opens and (relation < 0 or joining[relation]) and not inside[other - base]:
                    inside[other - base] = True
                    if waiting == queue.shape[0]:
                        queue = np.concatenate((queue, np.empty(waiting, np.int64)))
                    queue[waiting] = other
                    waiting += 1
                if one == text:  # each pair once
                    if filled == rows.shape[0]:
                        rows = np.concatenate((rows, np.empty(filled, np.int64)))
                    rows[filled] = row
                    filled += 1
            row = np.int64(nexts[row, 0 if one == text else 1]) - 1
    kept = 0
    for place in range(filled):
        if inside[np.int64(pairs[rows[place]]["b"]) - base]:
            rows[kept] = rows[place]
            kept += 1
    for place in range(waiting):
        inside[queue[place] - base] = False
    return queue[:waiting], rows[:kept]
