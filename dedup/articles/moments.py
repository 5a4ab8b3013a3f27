"""When many articles were published, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np

from dedup.articles import times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_SECOND = 1_000_000  # microseconds

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
        found = [span(*each) for each in zip(published, fetched, zones, strict=True)]
        known = np.array([one is not None for one in found], np.bool_)
        spans = np.array([one or (0, 0) for one in found], np.int64).reshape(-1, 2)
        return cls(spans[:, 0], spans[:, 1], known)

    def days(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the least number of days between pairs of the articles; NaN where it is not known."""
        apart = np.maximum(0, np.maximum(self.lo[a] - self.hi[b], self.lo[b] - self.hi[a]))
        return np.where(self.known[a] & self.known[b], apart / _SECOND / 86_400, np.nan)


def span(published: str | None, fetched: str | None, zone: str | None) -> tuple[int, int] | None:
    """Return the earliest and the latest moment, None where nothing is known."""
    if not published:
        return None
    time = _parse(published, fetched, zone)
    return None if time is None else (since_epoch(time.lo), since_epoch(time.hi))
