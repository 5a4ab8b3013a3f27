"""All pairs of texts that were ever looked at, and what was said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.stream.records import KNOWN, MEASURES, PAIR
from dedup.stages import confirm
from dedup.stages._kernels import adjacency as kernels
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.engines.stream.names import Names

_ROW = np.dtype([*((name, PAIR[name]) for name in KNOWN), ("measured", "<u4")])


class Pairs:
    """Pairs by row, found by either text. Most are no matches: measures are kept apart, of matches only.

    Attributes:
        rows: `KNOWN` of `PAIR`, with room to spare: those at `gone` mean nothing. `measured` says where the measures
            are, 0 for none.
        gone: bool, by row.
    """

    def __init__(self) -> None:
        self.rows = np.empty(0, _ROW)
        self._measures = np.zeros((16, len(MEASURES)))
        self._measured = 1
        self.gone = np.empty(0, np.bool_)
        self._nexts = np.empty((0, 2), np.uint32)
        self._among = np.zeros(0, np.bool_)  # scratch of `nearest`
        self._used = 0
        self._alive = 0

    def __len__(self) -> int:
        return self._alive

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        arrays = (self.rows, self.gone, self._nexts, self._among, self._measures)
        return sum(array.nbytes for array in arrays)

    def touching(self, texts: NDArray[np.int64], heads: NDArray[np.uint32], base: int) -> NDArray[np.int64]:
        """Return the rows of the pairs that any of the texts is in, rising."""
        return distinct([kernels.touching(texts, self.rows, self.gone, heads, self._nexts, base)])

    def closure(
        self,
        texts: NDArray[np.int64],
        heads: NDArray[np.uint32],
        base: int,
        walls: NDArray[np.bool_],
        joining: NDArray[np.bool_],
        places: NDArray[np.uint32],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return what `adjacency.closure` says."""
        given = (texts, self.rows, self.gone, heads, self._nexts, base, walls, joining, places)
        return kernels.closure(*given)  # type: ignore[no-any-return]

    def nearest(
        self,
        texts: NDArray[np.int64],
        rows: NDArray[np.int64],
        most: int,
        heads: NDArray[np.uint32],
        base: int,
        walls: NDArray[np.bool_],
        firsts: NDArray[np.uint32],
        names: Names,
    ) -> NDArray[np.bool_]:
        """Return what `adjacency.nearest` says."""
        given = (
            texts,
            rows,
            self._among,
            most,
            self.rows,
            self.gone,
            heads,
            self._nexts,
            base,
            walls,
            firsts,
            *names.arrays,
        )
        return kernels.nearest(*given)  # type: ignore[no-any-return]

    def append(self, pairs: NDArray[np.void], heads: NDArray[np.uint32], base: int) -> NDArray[np.int64]:
        """Take pairs that are not known; return their rows."""
        first, used = self._used, self._used + len(pairs)
        if used > len(self.rows):
            room = used + used // 4 + 64
            grown, gone, nexts = np.empty(room, _ROW), np.ones(room, np.bool_), np.empty((room, 2), np.uint32)
            for new, old in ((grown, self.rows), (gone, self.gone), (nexts, self._nexts)):
                new[:first] = old[:first]
            self.rows, self.gone, self._nexts, self._among = grown, gone, nexts, np.zeros(room, np.bool_)
        self.rows["measured"][first:used] = 0
        self.gone[first:used] = False
        self.put(slice(first, used), pairs)
        kernels.link(self.rows, first, used, heads, self._nexts, base)
        self._used = used
        self._alive += len(pairs)
        return np.arange(first, used)

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.void]:
        """Return all of some pairs, `PAIR`[m]."""
        known, pairs = self.rows[rows], np.empty(len(rows), PAIR)
        for name in KNOWN:
            pairs[name] = known[name]
        for name, column in zip(MEASURES, self._measures[known["measured"]].T, strict=True):
            pairs[name] = column
        return pairs

    def put(self, rows: NDArray[np.int64] | slice, pairs: NDArray[np.void]) -> None:
        """Let the pairs in some rows be others, of the same texts."""
        for name in KNOWN:
            self.rows[name][rows] = pairs[name]
        self._measure(rows, pairs["relation"], [pairs[name] for name in MEASURES])

    def say(self, rows: NDArray[np.int64], verdicts: confirm.Verdicts) -> None:
        """Write what was said of the pairs in some rows."""
        self.rows["relation"][rows], self.rows["item"][rows] = verdicts.relation, verdicts.item
        self._measure(rows, verdicts.relation, [getattr(verdicts, name) for name in MEASURES])

    def _measure(
        self, rows: NDArray[np.int64] | slice, relation: NDArray[np.int8], measures: Sequence[NDArray[np.float64]]
    ) -> None:
        """Write the measures of the pairs in some rows, of those that are matches."""
        matches = confirm.matching(relation)
        at = np.where(matches, self.rows["measured"][rows], 0)
        fresh = np.flatnonzero(matches & (at == 0))
        at[fresh] = np.arange(self._measured, self._measured + len(fresh))
        self._measured += len(fresh)
        if self._measured > len(self._measures):
            self._measures.resize((self._measured + self._measured // 4, len(MEASURES)), refcheck=False)
        self.rows["measured"][rows] = at
        at = at[matches]
        for place, measure in enumerate(measures):
            self._measures[at, place] = measure[matches]

    def drop(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Forget the pairs in some rows; return the texts that were in them."""
        self.gone[rows] = True
        self._alive -= len(rows)
        return distinct([self.rows["a"][rows], self.rows["b"][rows]]).astype(np.int64)

    def forget_repeated(self) -> None:
        """Forget all pairs that are there again in a later row."""
        codes = codes_of_pairs(self.rows[: self._used])
        codes.sort()  # most often that is all
        repeated = distinct([codes[1:][codes[1:] == codes[:-1]]])
        if len(repeated):
            codes = codes_of_pairs(self.rows[: self._used])
            places = np.minimum(np.searchsorted(repeated, codes), len(repeated) - 1)
            rows = np.flatnonzero((repeated[places] == codes) & ~self.gone[: self._used])
            _, last = np.unique(codes[rows][::-1], return_index=True)
            self.drop(np.delete(rows, len(rows) - 1 - last))

    def alive_matches(self) -> NDArray[np.void]:
        """Return all pairs that match, `KNOWN` of `PAIR`."""
        used = self.rows[: self._used]
        found: NDArray[np.void] = used[confirm.matching(used["relation"]) & ~self.gone[: self._used]]
        return found

    def alive(self) -> NDArray[np.void]:
        """Return all pairs."""
        return self.of(np.flatnonzero(~self.gone[: self._used]))


def codes_of_pairs(pairs: NDArray[np.void]) -> NDArray[np.uint64]:
    """Return one uint64 a pair."""
    codes: NDArray[np.uint64] = pairs["a"].astype(np.uint64) << np.uint64(32) | pairs["b"]
    return codes
