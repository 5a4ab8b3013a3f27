"""Matches to clusters: each member matches the centre of its cluster directly, so nothing chains."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedup.stages._kernels import graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_COMPONENT = 32
"""Texts up to which every pair of a connected set is confirmed; beyond, centres with their surroundings."""
ROUNDS = 8
"""How often clusters are rebuilt after pairs were confirmed; two or three are the rule."""


def around_centres(
    size: int, a: NDArray[np.int64], b: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return for each of `size` texts the centre of its cluster; a text without a match is its own.

    Args:
        size: Texts there are.
        a: int64[m], one side of each match.
        b: int64[m], the other side.
        lengths: int64[size], tokens of each text: of two with as many matches the longer is the centre.
    """
    starts, neighbours = graph.adjacency(size, a, b)
    return graph.around_centres(starts, neighbours, lengths)  # type: ignore[no-any-return]


def ungluing(
    a: NDArray[np.int64], b: NDArray[np.int64], item: NDArray[np.bool_], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which matches may join clusters when no round-up is to glue its stories together, bool[m].

    Of the items that a longer text matches it keeps the longest (then the least), and those that match that one.

    Args:
        a: int64[m], one side of each match.
        b: int64[m], the other side.
        item: bool[m], whether the shorter side may be an item of a round-up.
        lengths: int64, tokens of each text.
    """
    kept = np.ones(len(a), np.bool_)
    edges = np.flatnonzero(item)
    longer = np.where(lengths[a[edges]] > lengths[b[edges]], a[edges], b[edges])
    shorter = a[edges] + b[edges] - longer
    order = np.lexsort((shorter, -lengths[shorter], longer))
    whole, part, edges = longer[order], shorter[order], edges[order]
    bounds = np.flatnonzero(np.diff(whole, prepend=-1, append=-1))
    many = [(start, stop) for start, stop in pairwise(bounds) if stop - start > 1]
    if many:
        pairs = set(zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True))
        for start, stop in many:
            best = int(part[start])
            for place in range(start + 1, stop):
                other = int(part[place])
                kept[edges[place]] = (min(best, other), max(best, other)) in pairs
    return kept


def missing_pairs(
    size: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    lengths: NDArray[np.int64],
    tested: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs that banding did not propose and that could change a cluster, (smaller, larger) each.

    `tested` uint64, sorted: codes (see `pair_codes`) of all pairs looked at so far. What is returned is
    distinct and not among them.
    """
    starts, neighbours = graph.adjacency(size, a, b)
    centre = graph.around_centres(starts, neighbours, lengths)
    root = graph.components(size, a, b)
    sizes = np.bincount(root, minlength=size)
    one, two = graph.reach(starts, neighbours, centre, root, sizes, FULL_COMPONENT)
    codes = np.setdiff1d(pair_codes(one, two), tested)
    return pairs_of(codes)


def pair_codes(smaller: NDArray[np.int64], larger: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return one uint64 a pair, ordered by the larger row, then the smaller."""
    return (larger.astype(np.uint64) << np.uint64(32)) | smaller.astype(np.uint64)


def pairs_of(codes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (smaller, larger) of pair codes."""
    return (codes & np.uint64(0xFFFFFFFF)).astype(np.int64), (codes >> np.uint64(32)).astype(np.int64)
