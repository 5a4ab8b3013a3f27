"""Matches to clusters: each member matches the centre of its cluster directly, so nothing chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.stages._kernels import counting, graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_COMPONENT = 32
"""Texts up to which every pair of a connected set is confirmed; beyond, centres with their surroundings."""
ROUNDS = 8
"""How often clusters are rebuilt after pairs were confirmed; two or three are the rule."""


@dataclass(frozen=True, slots=True)
class Bonds:
    """Which of n texts must be in one cluster, and which must not.

    Texts that must be together are a group. Clusters are made of groups.

    Attributes:
        groups: int64[n], the least text of each text's group; itself where it is alone.
        heads: int64[n], the text of each text's group that can be a centre: one that is not late, then the longest,
            then the least.
        together: uint64, rising: codes (see `pair_codes`) of the pairs that were said to belong together, and of each
            text with its head.
        apart: uint64, rising: codes of the pairs that were said not to.
    """

    groups: NDArray[np.int64]
    heads: NDArray[np.int64]
    together: NDArray[np.uint64]
    apart: NDArray[np.uint64]

    @classmethod
    def of(
        cls,
        groups: NDArray[np.int64],
        lengths: NDArray[np.int64],
        late: NDArray[np.bool_] | None,
        together: NDArray[np.int64],
        apart: NDArray[np.int64],
    ) -> Bonds:
        """Return the bonds of texts in `groups`; the pairs are int64[k, 2], the smaller text first."""
        late = np.zeros(len(groups), np.bool_) if late is None else late
        order = np.lexsort((np.arange(len(groups)), -lengths, late, groups))
        firsts = np.flatnonzero(np.diff(groups[order], prepend=-1))
        heads = np.empty(len(groups), np.int64)
        heads[order] = np.repeat(order[firsts], np.diff(np.append(firsts, len(order))))
        texts = np.flatnonzero(heads != np.arange(len(groups)))
        pairs = np.concatenate([together, np.sort(np.stack([texts, heads[texts]], axis=1), axis=1)])
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        return cls(groups, heads, np.unique(pair_codes(*pairs.T)), np.unique(pair_codes(*apart.T)))

    def groups_apart(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs of groups (by their least texts) that must not be in one cluster."""
        return pairs_of(_between(self.groups, *pairs_of(self.apart)))


def components(size: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each of `size` texts the least text that pairs connect it to, int64[size]."""
    return graph.components(size, a, b)  # type: ignore[no-any-return]


def around_centres(
    size: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    lengths: NDArray[np.int64],
    late: NDArray[np.bool_] | None = None,
    bonds: Bonds | None = None,
) -> NDArray[np.int64]:
    """Return for each of `size` texts the centre of its cluster; a text without a match is its own.

    Args:
        size: Texts there are.
        a: int64[m], one side of each match; no pair twice. Of texts that a centre matches and that must be apart it
            takes the one whose match comes first.
        b: int64[m], the other side.
        lengths: int64[size], tokens of each text: of two with as many matches the longer is the centre.
        late: bool[size], which texts are a centre only of their like; none by default.
        bonds: What must be together and apart.
    """
    late = np.zeros(size, np.bool_) if late is None else late
    if bonds is None:
        starts, neighbours = graph.adjacency(size, a, b)
        unbound, none = np.zeros(size + 1, np.int64), np.empty(0, np.int64)
        return graph.around_centres(starts, neighbours, lengths, late, unbound, none)  # type: ignore[no-any-return]
    # Two groups match if every text of each matches the head of the other.
    sizes = np.bincount(bonds.groups, minlength=size)
    to_head = (bonds.heads[a] == a) | (bonds.heads[b] == b)
    one, two = bonds.groups[a[to_head]], bonds.groups[b[to_head]]
    low, high = np.minimum(one, two), np.maximum(one, two)
    _, first, count = np.unique(pair_codes(low, high), return_index=True, return_counts=True)
    first = np.sort(first[(one[first] != two[first]) & (count == sizes[one[first]] + sizes[two[first]] - 1)])
    starts, neighbours = graph.adjacency(size, one[first], two[first])
    apart_starts, apart = graph.adjacency(size, *bonds.groups_apart())
    centres: NDArray[np.int64] = graph.around_centres(
        starts, neighbours, lengths[bonds.heads], late[bonds.heads], apart_starts, apart
    )
    return bonds.heads[centres[bonds.groups]]


def to_carry(
    a: NDArray[np.int64], b: NDArray[np.int64], strength: NDArray[np.float64], bonds: Bonds
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """Return the pairs by which every text matches each centre that its group matches: (codes, strengths).

    Where one text of a group matches, the others come with it: each of them with the head of the other group, as
    strongly as the strongest match between the two groups. Pairs that match themselves are left out.

    Args:
        a: int64[m], one side of each match.
        b: int64[m], the other side.
        strength: float64[m], of each match.
        bonds: What must be together and apart.
    """
    one, two = bonds.groups[a], bonds.groups[b]
    low, high = np.minimum(one, two), np.maximum(one, two)
    codes = pair_codes(low, high)
    sizes = np.bincount(bonds.groups, minlength=len(bonds.groups))
    forbidden = pair_codes(*bonds.groups_apart())
    wanted = (low != high) & (np.maximum(sizes[low], sizes[high]) > 1) & ~np.isin(codes, forbidden)
    best: dict[int, float] = {}
    for code, value in zip(codes[wanted].tolist(), strength[wanted].tolist(), strict=True):
        best[code] = max(value, best.get(code, 0.0))
    order = np.argsort(bonds.groups, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)])
    carried: dict[int, float] = {}
    for code, value in best.items():
        for mine, other in ((code & 0xFFFFFFFF, code >> 32), (code >> 32, code & 0xFFFFFFFF)):
            head = int(bonds.heads[other])
            for text in order[starts[mine] : starts[mine + 1]].tolist():
                carried[max(text, head) << 32 | min(text, head)] = value
    matched = np.unique(pair_codes(np.minimum(a, b), np.maximum(a, b)))
    found = np.array(sorted(carried), np.uint64)
    found = found[~np.isin(found, matched)]
    return found, np.array([carried[code] for code in found.tolist()], np.float64)


def _between(groups: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the codes of the pairs of groups that pairs of texts are in, rising."""
    one, two = groups[a], groups[b]
    return np.unique(pair_codes(np.minimum(one, two), np.maximum(one, two)))


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
    other = part != best
    if not other.any():  # as most often
        return edges[other], part[other], best[other]
    codes = pair_codes(np.minimum(part, best), np.maximum(part, best))
    is_best = np.zeros(len(lengths), np.bool_)
    is_best[best] = True
    some = np.flatnonzero(is_best[a] | is_best[b])  # most matches are of no rival
    a, b = a[some], b[some]
    apart = other & ~np.isin(codes, pair_codes(np.minimum(a, b), np.maximum(a, b)))
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
    bonds: Bonds | None = None,
) -> NDArray[np.uint64]:
    """Return the codes (see `pair_codes`) of pairs that could change a cluster, rising.

    Those are pairs of which a cluster wants to know, and what is `waiting` unless matches connect both sides.
    `tested` are the codes of all pairs looked at so far; what is returned is not among them. Both rise. `last` are
    those looked at since the last time: where none is, nothing new can be missing. The other arguments are those of
    `around_centres`.
    """
    connected = graph.components(size, a, b)
    touched = np.zeros(size, np.bool_)
    touched[connected[np.concatenate(pairs_of(last))]] = True
    touched = touched[connected]
    a, b = a[touched[a]], b[touched[a]]
    if bonds is not None:  # which of two that must be apart a centre takes is not to hang on the order of the input
        order = np.lexsort((b, a))
        a, b = a[order], b[order]
    starts, neighbours = graph.adjacency(size, a, b)
    centre = around_centres(size, a, b, lengths, late, bonds)
    root = np.where(touched, connected, np.arange(size))
    sizes = np.bincount(root, minlength=size)
    one, two = graph.reach(starts, neighbours, centre, root, sizes, FULL_COMPONENT)
    smaller, larger = pairs_of(waiting)
    waiting = waiting[(touched[smaller] | touched[larger]) & (connected[smaller] != connected[larger])]
    wanted = counting.distinct([pair_codes(one, two), waiting])
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
