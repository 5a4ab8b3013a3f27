"""When many articles were published, as numbers: what most of them write is read at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.articles import times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_SECOND = 1_000_000  # microseconds
# Seconds and a zone, in years without days that mean "no date"; `times.parse` reads them no otherwise.
_MOMENT = r"^(?:197[1-9]|19[89]\d|20\d\d)-\d\d-\d\d[T ]\d\d:\d\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-][01]\d:?[0-5]\d)$"
_MIDNIGHT = r"[T ]00:00:00"  # may be a date that some program made into a time
_FEW = 8  # articles that are read faster one by one

_parse = lru_cache(10_000)(times.parse)  # many are of one day


def since_epoch(moment: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Spans:
    """When n articles were published.

    Attributes:
        lo: int64[n], the earliest possible moment of each, in microseconds since 1970.
        hi: int64[n], the latest.
        known: bool[n], whether anything is known; else `lo` and `hi` mean nothing.
    """

    lo: NDArray[np.int64]
    hi: NDArray[np.int64]
    known: NDArray[np.bool_]

    @classmethod
    def read(cls, published: Sequence[str | None], fetched: Sequence[str | None], zones: Sequence[str | None]) -> Self:
        """Read what was written, as `times.parse` does."""
        size = len(published)
        found = cls(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.bool_))
        plain = found._read_plain(published, fetched) if size > _FEW else found.known
        for row in np.flatnonzero(~plain).tolist():
            time = _parse(published[row], fetched[row], zones[row]) if published[row] else None
            if time is not None:
                found.lo[row], found.hi[row], found.known[row] = since_epoch(time.lo), since_epoch(time.hi), True
        return found

    def _read_plain(self, published: Sequence[str | None], fetched: Sequence[str | None]) -> NDArray[np.bool_]:
        """Read those that write moments as most programs do; return which they are."""
        columns = [pa.array(column, pa.string()) for column in (published, fetched)]
        plain, seen = (_plain(column) for column in columns)
        rows = np.flatnonzero(plain & (seen | columns[1].is_null().to_numpy(zero_copy_only=False)))
        try:
            moments = _moments(columns[0], rows)
            lo, hi = moments - 30 * _SECOND, moments + 30 * _SECOND
            late = seen[rows]
            known = np.ones(len(rows), np.bool_)
            now = _moments(columns[1], rows[late])
        except pa.ArrowInvalid:  # a 30th of February
            return np.zeros(len(plain), np.bool_)
        known[late] = lo[late] <= now + 600 * _SECOND  # nothing can have been published after it was seen
        hi[late] = np.minimum(hi[late], now)
        self.lo[rows], self.hi[rows], self.known[rows] = np.minimum(lo, hi), hi, known
        read = np.zeros(len(plain), np.bool_)
        read[rows] = True
        return read

    def days(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the least number of days between pairs of the articles; NaN where it is not known."""
        apart = np.maximum(0, np.maximum(self.lo[a] - self.hi[b], self.lo[b] - self.hi[a]))
        return np.where(self.known[a] & self.known[b], apart / _SECOND / 86_400, np.nan)


def _plain(column: pa.StringArray) -> NDArray[np.bool_]:
    """Return which texts are moments as most programs write them."""
    found: NDArray[np.bool_] = pc.fill_null(
        pc.and_not(pc.match_substring_regex(column, _MOMENT), pc.match_substring_regex(column, _MIDNIGHT)), False
    ).to_numpy(zero_copy_only=False)
    return found


def _moments(column: pa.StringArray, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return such moments in microseconds since 1970; ArrowInvalid where one is of no calendar."""
    found: NDArray[np.int64] = column.take(pa.array(rows)).cast(pa.timestamp("us", "UTC")).to_numpy().astype(np.int64)
    return found
