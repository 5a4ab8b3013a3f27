"""Texts that are connected with no others to clusters, as `engines.confirming` makes them of a batch.

Here all but a few verdicts are known: they are looked up, where a batch run sorts codes of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.confirming import NEAREST
from dedup.engines.stream.storedpairs import UNJUDGED
from dedup.stages import cluster, confirm, lsh
from dedup.stages._kernels import settling as kernels
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.stream.matching import Matching

    Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Region:
    """Texts whose clusters are settled.

    Attributes:
        texts: int64[n], their numbers; those that match any come last, in the order of their names.
        centres: int64[n], the centre of each, as an index.
        a: int64[m], one side of each match between them, as an index.
        b: int64[m], the other.
        rows: int64[m], the rows of the matches.
        joins: bool[m], which of them put two texts into one cluster.
        alone: Whether it is certain that the texts match no others, be it as revisions.
    """

    texts: Numbers
    centres: NDArray[np.int64]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    rows: NDArray[np.int64]
    joins: NDArray[np.bool_]
    alone: bool = False

    @classmethod
    def of_lone(cls, texts: Numbers, *, alone: bool = False) -> Region:
        """Return texts that match none of each other."""
        none = np.empty(0, np.int64)
        return cls(texts, np.arange(len(texts)), none, none, none, np.empty(0, np.bool_), alone)


def settled(
    matching: Matching, texts: Numbers, rows: NDArray[np.int64], one: NDArray[np.int64], two: NDArray[np.int64]
) -> Region:
    """Cluster texts that are connected with no others.

    Args:
        matching: Who finds what is alike.
        texts: int64[n], their numbers.
        rows: int64[m], the rows of all pairs between them.
        one: int64[m], one side of each pair, as an index.
        two: int64[m], the other.
    """
    candidates = matching.open(rows)
    unknown = rows[candidates & (matching.relations(rows) == UNJUDGED)]
    if len(unknown):
        matching.judge(unknown)
    linked = candidates & confirm.matching(matching.relations(rows))
    inside = np.zeros(len(texts), np.bool_)
    inside[one[linked]] = inside[two[linked]] = True
    lone, inner = texts[~inside], np.flatnonzero(inside)
    matching.state.put("large", lone, False)
    if not len(inner):
        return Region.of_lone(lone)
    inner = inner[matching.state.by_name(texts[inner])]
    place = np.empty(len(texts), np.int64)
    place[inner] = np.arange(len(inner))
    kept = np.flatnonzero(inside[one] & inside[two])
    one, two = place[one[kept]], place[two[kept]]
    graph = _Graph(matching, texts[inner], rows[kept], np.minimum(one, two), np.maximum(one, two))
    graph.confirm_until_stable()
    return graph.region(lone)


class _Graph:
    """Texts and all pairs of them that are known, with what was said of each."""

    def __init__(
        self, matching: Matching, texts: Numbers, rows: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]
    ) -> None:
        self._matching = matching
        self._texts, self._rows, self._a, self._b = texts, rows, a, b
        self._waiting = matching.state.pairs.rows["proposed"][rows]
        self._relation = matching.relations(rows)
        self._lengths = matching.state.of("tokens", texts).astype(np.int64)
        if matching.widest is None:
            self._lo = self._hi = np.zeros(len(texts), np.int64)
            self._late = np.zeros(len(texts), np.bool_)
        else:
            self._lo, self._hi = matching.state.spans(texts)
            self._late = lsh.Window(self._lo, self._hi, matching.widest).undated
        self._state = np.where(self._first(), kernels.ASKED, kernels.UNTESTED).astype(np.int8)

    def _first(self) -> NDArray[np.bool_]:
        """Return which candidates are asked for to begin with, bool[m].

        Where all pairs of a connected set are looked at, as in small ones, it does not matter which come first.
        """
        matches = confirm.matching(self._relation)
        large = in_large_sets(len(self._texts), self._a[matches], self._b[matches])
        self._matching.state.put("large", self._texts, large)
        if not large.any():
            return self._waiting
        nearest = self._matching.state.nearest(self._texts[large], self._rows, NEAREST)
        first: NDArray[np.bool_] = self._waiting & (~large[self._b] | nearest)
        return first

    def confirm_until_stable(self) -> None:
        """See `engines.confirming`."""
        matching = self._matching
        for turn in range(cluster.ROUNDS):
            asked = np.flatnonzero(self._state == kernels.ASKED)
            unknown = asked[self._relation[asked] == UNJUDGED]
            if len(unknown):
                matching.judge(self._rows[unknown])
                self._relation[unknown] = matching.relations(self._rows[unknown])
            one, two = kernels.ask(
                len(self._texts), self._a, self._b, matching.joins(self._relation), self._waiting, self._state,
                self._lengths, self._late, self._lo, self._hi, matching.widest or 0, cluster.FULL_COMPONENT,
                # Among all texts the larger of each pair is asked for with another, though that be none of these.
                turn == 0,
            )  # fmt: skip
            if len(one):
                self._look_at(*cluster.pairs_of(distinct([cluster.pair_codes(one, two)])))
            elif not (self._state == kernels.ASKED).any():
                break

    def _look_at(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
        """Ask for pairs that nobody has looked at."""
        one, two = self._texts[a], self._texts[b]
        rows = self._matching.ask(np.minimum(one, two), np.maximum(one, two))
        self._a, self._b = np.concatenate([self._a, a]), np.concatenate([self._b, b])
        self._rows = np.concatenate([self._rows, rows])
        self._waiting = np.concatenate([self._waiting, np.zeros(len(a), np.bool_)])
        self._relation = np.concatenate([self._relation, np.full(len(a), UNJUDGED, np.int8)])
        self._state = np.concatenate([self._state, np.full(len(a), kernels.ASKED, np.int8)])

    def region(self, lone: Numbers) -> Region:
        """Return the clusters, with texts that match nothing."""
        matching = self._matching
        found = np.flatnonzero((self._state == kernels.TESTED) & confirm.matching(self._relation))
        a, b, rows = self._a[found], self._b[found], self._rows[found]
        joins = matching.joins(self._relation[found])
        items = matching.state.pairs.rows["item"][rows] & joins
        if items.any():  # a round-up keeps the longest of its excerpts, and of the others those on the same thing
            whole = np.zeros(len(self._texts), np.bool_)  # or an item of it
            whole[a[items]] = whole[b[items]] = True
            some = np.flatnonzero(whole[a] & whole[b])
            edges, parts, best = cluster.rivals(a[some], b[some], items[some], self._lengths)
            joins[some[edges[~matching.related(self._texts[parts], self._texts[best])]]] = False
        centres = cluster.around_centres(len(self._texts), a[joins], b[joins], self._lengths, self._late)
        size = len(lone)
        return Region(
            np.concatenate([lone, self._texts]),
            np.concatenate([np.arange(size), size + centres]),
            size + a,
            size + b,
            rows,
            joins,
        )


def in_large_sets(size: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of some texts matches connect with so many that not all pairs of them are looked at, bool[size]."""
    roots = cluster.components(size, a, b)
    large: NDArray[np.bool_] = np.bincount(roots, minlength=size)[roots] > cluster.FULL_COMPONENT
    return large
