"""All pairs of texts that were ever looked at, and what was said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.stream.storedpairs import KNOWN, MEASURES, PAIR
from dedup.stages import confirm
from dedup.stages._kernels import adjacency as kernels
from dedup.stages._kernels import counting
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.engines.stream.names import Names
    from dedup.engines.stream.storedpairs import PairColumns

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
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

    def room(self, used: int) -> None:
        """Make room for so many rows."""
        if used > len(self.rows):
            grown, gone, nexts = np.empty(used, _ROW), np.ones(used, np.bool_), np.empty((used, 2), np.uint32)
            for new, old in ((grown, self.rows), (gone, self.gone), (nexts, self._nexts)):
                new[: self._used] = old[: self._used]
            self.rows, self.gone, self._nexts, self._among = grown, gone, nexts, np.zeros(used, np.bool_)

    def append(self, pairs: NDArray[np.void], heads: NDArray[np.uint32], base: int) -> NDArray[np.int64]:
        """Take pairs that are not known; return their rows."""
        first, used = self._used, self._used + len(pairs)
        if used > len(self.rows):
            self.room(used + used // 4 + 64)
        self.rows["measured"][first:used] = 0
        self.put(slice(first, used), pairs)
        self._link(used, heads, base)
        return np.arange(first, used)

    def load(self, pairs: PairColumns, heads: NDArray[np.uint32], base: int) -> None:
        """Take pairs that a store has; there must be room."""
        used = self._used + len(pairs)
        rows = self.rows[self._used : used]
        for name, column in pairs.known.items():
            rows[name] = column
        matches = confirm.matching(pairs.known["relation"])
        first, self._measured = self._measured, self._measured + len(pairs.measures[0])
        rows["measured"] = np.where(matches, first + np.cumsum(matches) - 1, 0)
        self._room_for_measures()
        self._measures[first : self._measured] = np.stack(pairs.measures, axis=1)
        self._link(used, heads, base)

    def _link(self, used: int, heads: NDArray[np.uint32], base: int) -> None:
        """Let the pairs in the rows that follow those used, up to `used`, be found by their texts."""
        self.gone[self._used : used] = False
        kernels.link(self.rows, self._used, used, heads, self._nexts, base)
        self._alive += used - self._used
        self._used = used

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
        self._room_for_measures()
        self.rows["measured"][rows] = at
        at = at[matches]
        for place, measure in enumerate(measures):
            self._measures[at, place] = measure[matches]

    def _room_for_measures(self) -> None:
        if self._measured > len(self._measures):
            self._measures.resize((self._measured + self._measured // 4, len(MEASURES)), refcheck=False)

    def drop(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Forget the pairs in some rows; return the texts that were in them."""
        self.gone[rows] = True
        self._alive -= len(rows)
        return distinct([self.rows["a"][rows], self.rows["b"][rows]]).astype(np.int64)

    def forget_repeated(self) -> None:
        """Forget all pairs that are there again in a later row."""
        codes = codes_of_pairs(self.rows[: self._used])
        # Most are alone: to count them leaves few to sort.
        spread = codes * _SPREAD
        spread >>= np.uint64(32)
        several = counting.often([spread], 2)[0]
        rows = np.flatnonzero(several & ~self.gone[: self._used])
        rows = rows[np.argsort(codes[rows], kind="stable")]
        self.drop(rows[:-1][codes[rows[1:]] == codes[rows[:-1]]])

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
    codes: NDArray[np.uint64] = pairs["a"].astype(np.uint64)
    codes <<= np.uint64(32)
    codes |= pairs["b"]
    return codes
