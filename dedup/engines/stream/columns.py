"""What is known of articles and texts, by number."""

from __future__ import annotations

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


class Columns:
    """Columns that begin with some number and grow.

    Attributes:
        base: Numbers below it are gone.
        next: The next number.
    """

    def __init__(self, base: int) -> None:
        self.base = self.next = base
        self._columns = {name: np.empty(0, kind) for name, kind in _COLUMNS.items()}

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
        needed, have = stop - self.base, len(self._columns["gone"])
        if needed > have:
            room = needed + needed // 4 + 64
            for name, column in self._columns.items():
                grown = np.zeros((room, *column.shape[1:]), column.dtype)
                grown[:have] = column
                self._columns[name] = grown
            self._columns["gone"][have:] = True
        self.next = max(self.next, stop)

    def trim(self) -> None:
        """Let the columns begin with the first number that is not gone, once half of them are before it."""
        gone = self._columns["gone"][: self.next - self.base]
        first = int(np.argmin(gone)) if not gone.all() else len(gone)
        if first > 1000 and first > len(gone) // 2:
            self._columns = {name: column[first:].copy() for name, column in self._columns.items()}
            self.base += first
