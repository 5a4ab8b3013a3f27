"""Matches to clusters: each member matches the centre of its cluster directly, so nothing chains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.stages._kernels import counting, graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_COMPONENT = 32
"""Texts up to which every pair of a connected set is confirmed; beyond, centres with their surroundings."""
ROUNDS = 8
"""How often clusters are rebuilt after pairs were confirmed; two or three are the rule."""


def around_centres(
    size: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    lengths: NDArray[np.int64],
    late: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Return for each of `size` texts the centre of its cluster; a text without a match is its own.

    Args:
        size: Texts there are.
        a: int64[m], one side of each match.
        b: int64[m], the other side.
        lengths: int64[size], tokens of each text: of two with as many matches the longer is the centre.
        late: bool[size], which texts are a centre only of their like; none by default.
    """
    starts, neighbours = graph.adjacency(size, a, b)
    late = np.zeros(size, np.bool_) if late is None else late
    return graph.around_centres(starts, neighbours, lengths, late)  # type: ignore[no-any-return]


def rivals(
    a: NDArray[np.int64], b: NDArray[np.int64], item: NDArray[np.bool_], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the matches by which a round-up may glue its stories: (indices of matches, their excerpts, rivals).

    The rival of an excerpt is the longest (then the least) that the same longer text holds. Excerpts that match
    their rival are left out.

    Args:
        a: int64[m], one side of each match.
        b: int64[m], the other side.
        item: bool[m], whether the shorter side may be an item of a round-up.
        lengths: int64, tokens of each text.
    """
    edges = np.flatnonzero(item)
    longer = np.where(lengths[a[edges]] > lengths[b[edges]], a[edges], b[edges])
    shorter = a[edges] + b[edges] - longer
    order = np.lexsort((shorter, -lengths[shorter], longer))
    whole, part, edges = longer[order], shorter[order], edges[order]
    begins = np.flatnonzero(np.diff(whole, prepend=-1))
    best = np.repeat(part[begins], np.diff(np.append(begins, len(whole))))
    codes = pair_codes(np.minimum(part, best), np.maximum(part, best))
    apart = (part != best) & ~np.isin(codes, pair_codes(np.minimum(a, b), np.maximum(a, b)))
    return edges[apart], part[apart], best[apart]


def missing_pairs(
    size: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    lengths: NDArray[np.int64],
    tested: NDArray[np.uint64],
    waiting: NDArray[np.uint64],
    last: NDArray[np.uint64],
    late: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint64]:
    """Return the codes (see `pair_codes`) of pairs that could change a cluster, rising.

    Those are pairs of which a cluster wants to know, and what is `waiting` unless one cluster has both sides.
    `tested` are the codes of all pairs looked at so far; what is returned is not among them. Both rise. `last` are
    those looked at since the last time: where none is, nothing new can be missing. The other arguments are those of
    `around_centres`.
    """
    root = graph.components(size, a, b)
    touched = np.zeros(size, np.bool_)
    touched[root[np.concatenate(pairs_of(last))]] = True
    touched = touched[root]
    starts, neighbours = graph.adjacency(size, a[touched[a]], b[touched[a]])
    late = np.zeros(size, np.bool_) if late is None else late
    centre = graph.around_centres(starts, neighbours, lengths, late)
    root = np.where(touched, root, np.arange(size))
    sizes = np.bincount(root, minlength=size)
    one, two = graph.reach(starts, neighbours, centre, root, sizes, FULL_COMPONENT)
    smaller, larger = pairs_of(waiting)
    waiting, smaller, larger = (some[touched[smaller] | touched[larger]] for some in (waiting, smaller, larger))
    wanted = counting.distinct([pair_codes(one, two), waiting[centre[smaller] != centre[larger]]])
    return wanted[counting.absent(wanted, tested)]


def together(places: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of m pairs of texts in which those of a connected set come together, int64[m].

    Connected sets come in the order of the `places` (int64, one a text) where their least texts are kept.
    """
    return np.lexsort((a, b, places[graph.components(len(places), a, b)[b]]))


def all_codes(*parts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the distinct codes of all parts, rising."""
    return counting.distinct(parts)


def pair_codes(smaller: NDArray[np.int64], larger: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return one uint64 a pair, ordered by the larger row, then the smaller."""
    return (larger.astype(np.uint64) << np.uint64(32)) | smaller.astype(np.uint64)


def pairs_of(codes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (smaller, larger) of pair codes."""
    return (codes & np.uint64(0xFFFFFFFF)).astype(np.int64), (codes >> np.uint64(32)).astype(np.int64)
