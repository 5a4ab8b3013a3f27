"""What is known of articles and texts, by number."""

from __future__ import annotations

import mmap
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_COLUMNS = {
    "live": "?",  # the article is there
    "gone": "?",  # neither the article nor its text is there
    "posted": "?",  # the text can be found by its bands and passages
    "wall": "?",  # the text stands under so many headlines that nothing is compared with it
    "alone": "?",  # the text does not stand by itself: its headline tells it from exact copies
    "large": "?",  # the text is in so large a connected set that not all pairs of it are looked at
    "dated": "?",  # see HEAD
    "body": "u4",  # the text of the article
    "copies": "u4",  # articles that have the text
    "first": "u4",  # the one of them with the least id, which stands for the text
    "story": "u4",  # the story of the article
    "head": "u4",  # the last pair of the text, see `adjacency`
    "place": "u4",  # scratch of `closure`
    "tokens": "u4",
    "passages": "u4",
    "digest": "(2,)u8",
    "headline": "u8",
    "lo": "i8",
    "hi": "i8",
}
_FEW = 1000  # numbers that are never worth a look


class Columns:
    """Columns that begin with some number and grow.

    Attributes:
        base: Numbers below it are gone.
        next: The next number.
    """

    def __init__(self, base: int) -> None:
        self.base = self.next = base
        self._columns = {name: np.empty(0, kind) for name, kind in _COLUMNS.items()}
        self._held, self._look = 0, _FEW  # numbers that take memory, and from how many on `trim` counts what is gone

    @property
    def nbytes(self) -> int:
        """Bytes that are held."""
        return self._held * sum(np.dtype(kind).itemsize for kind in _COLUMNS.values())

    def of(self, name: str, numbers: NDArray[np.integer]) -> NDArray[Any]:
        """Return one column at some numbers, none of them below `base`."""
        return self._columns[name][numbers.astype(np.int64, copy=False) - self.base]

    def put(self, name: str, numbers: NDArray[np.integer], values: object) -> None:
        """Set one column at some numbers."""
        self._columns[name][numbers.astype(np.int64, copy=False) - self.base] = values

    def where(self, name: str) -> Numbers:
        """Return the numbers at which a column of truths is true, rising."""
        return np.flatnonzero(self._columns[name][: self.next - self.base]) + self.base

    def present(self, numbers: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which of the texts are there, bool."""
        numbers = numbers.astype(np.int64)
        inside = numbers >= self.base
        inside[inside] = self.of("copies", numbers[inside]) > 0
        return inside

    def room(self, stop: int) -> None:
        """Make room for the numbers up to `stop`."""
        needed = stop - self.base
        if needed > len(self._columns["gone"]):
            self._renew(needed + needed // 4 + 64, 0, np.flatnonzero(~self._columns["gone"]))
        self._held += max(0, stop - self.next)
        self.next = max(self.next, stop)

    def trim(self) -> bool:
        """Let go of numbers that are gone, once they are more than half of those held; return whether that was so.

        Those between numbers that are there keep their place, but take no memory: an article that stays for years
        holds nothing but itself.
        """
        if self._held < self._look:
            return False
        kept = np.flatnonzero(~self._columns["gone"][: self.next - self.base])
        few = self._held > 2 * len(kept) + _FEW
        if few:
            first = int(kept[0]) if len(kept) else self.next - self.base
            self._renew(len(self._columns["gone"]) - first, first, kept)
            self.base += first
            self._held = len(kept)
        self._look = self._held + self._held // 4 + _FEW
        return few

    def _renew(self, rows: int, first: int, kept: NDArray[np.intp]) -> None:
        """Make columns of so many rows, which begin with the row `first` of now, and have those `kept` of now."""
        for name, column in self._columns.items():
            self._columns[name] = _zeros(rows, _COLUMNS[name])
            if name == "gone":
                self._columns[name][:] = True
            self._columns[name][kept - first] = column[kept]


def _zeros(rows: int, kind: str) -> NDArray[Any]:
    """Return zeros that take memory only where something was written, even where the allocator has freed pages."""
    dtype = np.dtype(kind)
    private = {} if sys.platform == "win32" else {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS}
    return np.ndarray((rows,), dtype, mmap.mmap(-1, max(rows * dtype.itemsize, 1), **private))
