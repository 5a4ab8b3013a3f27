"""All pairs of texts that were ever looked at, and what was said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.stream.records import PAIR
from dedup.stages._kernels import adjacency as kernels
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Pairs:
    """Pairs by row, found by either text.

    Attributes:
        rows: `PAIR`, with room to spare: those at `gone` mean nothing.
        gone: bool, by row.
    """

    def __init__(self) -> None:
        self.rows = np.empty(0, PAIR)
        self.gone = np.empty(0, np.bool_)
        self._nexts = np.empty((0, 2), np.uint32)
        self._used = 0
        self._alive = 0

    def __len__(self) -> int:
        return self._alive

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.rows.nbytes + self.gone.nbytes + self._nexts.nbytes

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
        inside: NDArray[np.bool_],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return what `adjacency.closure` says."""
        found: tuple[NDArray[np.int64], NDArray[np.int64]] = kernels.closure(
            texts, self.rows, self.gone, heads, self._nexts, base, walls, joining, inside
        )
        return found

    def append(self, pairs: NDArray[np.void], heads: NDArray[np.uint32], base: int) -> NDArray[np.int64]:
        """Take pairs that are not known; return their rows."""
        first, used = self._used, self._used + len(pairs)
        if used > len(self.rows):
            room = used + used // 4 + 64
            rows, gone, nexts = np.empty(room, PAIR), np.ones(room, np.bool_), np.empty((room, 2), np.uint32)
            for new, old in ((rows, self.rows), (gone, self.gone), (nexts, self._nexts)):
                new[:first] = old[:first]
            self.rows, self.gone, self._nexts = rows, gone, nexts
        self.rows[first:used] = pairs
        self.gone[first:used] = False
        kernels.link(self.rows, first, used, heads, self._nexts, base)
        self._used = used
        self._alive += len(pairs)
        return np.arange(first, used)

    def drop(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Forget the pairs in some rows; return the texts that were in them."""
        self.gone[rows] = True
        self._alive -= len(rows)
        return distinct([self.rows["a"][rows], self.rows["b"][rows]]).astype(np.int64)

    def alive(self) -> NDArray[np.void]:
        """Return all pairs."""
        return self.rows[: self._used][~self.gone[: self._used]]


def codes_of_pairs(pairs: NDArray[np.void]) -> NDArray[np.uint64]:
    """Return one uint64 a pair."""
    codes: NDArray[np.uint64] = pairs["a"].astype(np.uint64) << np.uint64(32) | pairs["b"]
    return codes
