"""New texts and earlier ones side by side, as confirmation sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.articles.times import parse
from dedup.stages import confirm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.articles.times import Interval
    from dedup.engines.reading import Reading
    from dedup.formats.signatures import Bodies, Signatures

    Numbers = NDArray[np.int64]


class View:
    """New texts and some earlier ones in one series of numbers: new ones first.

    Attributes:
        brought: int64[m], rows of the earlier ones, rising.
    """

    def __init__(self, earlier: Signatures, reading: Reading, rows: Numbers) -> None:
        self._earlier = earlier
        self._reading = reading
        self._rows = rows
        self.brought: Numbers = np.empty(0, np.int64)
        self._bodies: Bodies

    def bring(self, rows: Numbers) -> None:
        """Read some earlier articles, whose rows rise."""
        self.brought = rows
        self._bodies = self._earlier.bodies(rows)

    def number(self, rows: Numbers) -> Numbers:
        """Return the numbers of earlier articles."""
        found: Numbers = len(self._rows) + np.searchsorted(self.brought, rows)
        return found

    def _sides(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the rows of numbers that rise: of new articles, of earlier ones."""
        first = np.searchsorted(numbers, len(self._rows))
        return self._rows[numbers[:first]], self.brought[numbers[first:] - len(self._rows)]

    def texts(self, numbers: Numbers) -> confirm.Texts:
        """Return texts, whose numbers rise, as confirmation sees them."""
        mine, theirs = self._sides(numbers)
        return confirm.Texts.concat(self._reading.texts(mine), self._bodies.texts(theirs))

    def values(self, name: str, numbers: Numbers) -> list[str | None]:
        """Return a field of the articles of texts, whose numbers rise."""
        mine, theirs = self._sides(numbers)
        return [*self._reading.batch.values(name, mine).to_pylist(), *self._bodies.values(name, theirs)]

    def ids(self, numbers: Numbers) -> list[str]:
        """Return the ids of the articles of texts, whose numbers rise."""
        mine, theirs = self._sides(numbers)
        known = self._earlier.table["id"].take(pa.array(theirs)).to_pylist()
        return [*self._reading.batch.values("id", mine).to_pylist(), *known]

    def times(self, numbers: Numbers) -> list[Interval | None]:
        """Return when they were published."""
        columns = (self.values(name, numbers) for name in ("published", "fetched", "zone"))
        return [parse(*each) for each in zip(*columns, strict=True)]
