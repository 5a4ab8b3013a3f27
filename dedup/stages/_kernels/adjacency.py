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
def closure(texts, pairs, gone, heads, nexts, base, walls, joining, places):
    """Return all texts that are connected with some distinct ones, and the pairs between any of them.

    Texts are connected by pairs that were proposed, neither side a wall, with a relation that is `joining`
    (bool, by relation) or unknown. Pairs are (rows, places of `a`, places of `b` among the texts). `places` uint32,
    by text less `base`, comes in and goes out all 0.
    """
    queue = np.empty(max(16, 2 * texts.shape[0]), np.int64)
    waiting = texts.shape[0]
    for place in range(waiting):
        queue[place] = texts[place]
        places[texts[place] - base] = place + 1
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
                if opens and (relation < 0 or joining[relation]) and places[other - base] == 0:
                    if waiting == queue.shape[0]:
                        queue = np.concatenate((queue, np.empty(waiting, np.int64)))
                    queue[waiting] = other
                    waiting += 1
                    places[other - base] = waiting
                if one == text:  # each pair once
                    if filled == rows.shape[0]:
                        rows = np.concatenate((rows, np.empty(filled, np.int64)))
                    rows[filled] = row
                    filled += 1
            row = np.int64(nexts[row, 0 if one == text else 1]) - 1
    ones = np.empty(filled, np.int64)
    twos = np.empty(filled, np.int64)
    kept = 0
    for place in range(filled):
        row = rows[place]
        two = np.int64(places[np.int64(pairs[row]["b"]) - base])
        if two > 0:
            rows[kept] = row
            ones[kept] = np.int64(places[np.int64(pairs[row]["a"]) - base]) - 1
            twos[kept] = two - 1
            kept += 1
    for place in range(waiting):
        places[queue[place] - base] = 0
    return queue[:waiting], rows[:kept], ones[:kept], twos[:kept]


@njit(nogil=True, cache=True)
def nearest(texts, rows, among, most, pairs, gone, heads, nexts, base, walls, firsts, names, ends):
    """Return which pairs of some rows are among the candidates of some texts that come first, up to `most` each.

    Candidates of a text are the pairs that were proposed, neither side a wall, with texts whose names are less than
    its own: first those that share most bands, then the least name. The name of a text is that of the article in
    `firsts`, by text less `base`; in `names` uint8 it lies between two of `ends`, by article less `base`. `among`
    bool, by row, comes in and goes out all False.
    """
    found = np.empty(most, np.int64)
    marked = np.empty(texts.shape[0] * most, np.int64)
    used = 0
    for text in texts:
        filled = 0
        row = np.int64(heads[text - base]) - 1
        while row >= 0:
            one, two = np.int64(pairs[row]["a"]), np.int64(pairs[row]["b"])
            other = two if one == text else one
            open_ = not gone[row] and pairs[row]["proposed"]
            open_ = open_ and (filled < most or pairs[row]["bands"] >= pairs[found[most - 1]]["bands"])
            open_ = open_ and not walls[one - base] and not walls[two - base]
            if open_ and _less(other, text, base, firsts, names, ends):
                place = filled
                while place > 0 and _before(row, text, found[place - 1], pairs, base, firsts, names, ends):
                    place -= 1
                if place < most:
                    last = min(filled, most - 1)
                    for behind in range(last, place, -1):
                        found[behind] = found[behind - 1]
                    found[place] = row
                    filled = last + 1
            row = np.int64(nexts[row, 0 if one == text else 1]) - 1
        for place in range(filled):
            among[found[place]] = True
            marked[used] = found[place]
            used += 1
    chosen = np.empty(rows.shape[0], np.bool_)
    for place in range(rows.shape[0]):
        chosen[place] = among[rows[place]]
    for place in range(used):
        among[marked[place]] = False
    return chosen


@njit(nogil=True, cache=True)
def _before(row, text, than, pairs, base, firsts, names, ends):
    """Return whether a candidate of a text comes before another."""
    if pairs[row]["bands"] != pairs[than]["bands"]:
        return pairs[row]["bands"] > pairs[than]["bands"]
    one = np.int64(pairs[row]["a"]) + np.int64(pairs[row]["b"]) - text
    two = np.int64(pairs[than]["a"]) + np.int64(pairs[than]["b"]) - text
    return _less(one, two, base, firsts, names, ends)


@njit(nogil=True, cache=True)
def _less(one, two, base, firsts, names, ends):
    """Return whether one text's name is less than another's."""
    one, two = np.int64(firsts[one - base]) - base, np.int64(firsts[two - base]) - base
    begin, other = np.int64(ends[one]), np.int64(ends[two])
    size, length = np.int64(ends[one + 1]) - begin, np.int64(ends[two + 1]) - other
    for place in range(min(size, length)):
        if names[begin + place] != names[other + place]:
            return names[begin + place] < names[other + place]
    return size < length
