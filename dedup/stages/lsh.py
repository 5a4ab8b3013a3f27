"""Signatures to candidate pairs: banding, and the plan that chooses bands and rows.

Banding after Broder, Glassman, Manasse and Zweig (1997); the S-curve as in Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.errors import ArgumentError
from dedup.stages._kernels import buckets, counting, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

FULL_BUCKET = 32
"""Members up to which a bucket proposes all its pairs (design: pairs stay linear in the articles)."""
AHEAD = 8
"""In a larger bucket, how many of the nearest members each one is paired with."""
MOST_CANDIDATES = 64
"""Candidates an article may propose over all bands; those sharing most bands are kept."""
PASSAGE_SHARE = 0.15
"""Share of the shorter text's sampled passages that a candidate must have in common, less one: no match of the five
sets of 40,000 articles has less, and a fifth of all other candidates has. A copy shares
five times as many: it has 0.85 of the tokens in order, and runs of eight survive where every twentieth changes."""
ALWAYS = spans.ALWAYS
"""Microseconds: a text that may be from before minus this to after this has no time that is known."""
_COMPACT_AT = 1 << 24  # raw pairs held before repeats are folded: 128 MiB


@dataclass(frozen=True, slots=True)
class Plan:
    """Bands and rows, and what they promise.

    Attributes:
        threshold: The resemblance that was planned for.
        recall: The recall that was asked for.
        bands: Bands the signature is cut into.
        rows: Signature values a band.
    """

    threshold: float
    recall: float
    bands: int
    rows: int

    def chance(self, resemblance: float) -> float:
        """Return the chance that two texts of this resemblance become a candidate pair (the S-curve)."""
        return chance(resemblance, self.bands, self.rows)

    def __str__(self) -> str:
        points = ", ".join(f"{at:.1f} -> {self.chance(at):.3f}" for at in (0.1, 0.3, 0.5, 0.7, 0.9))
        return (
            f"{self.bands} bands of {self.rows} rows: {self.chance(self.threshold):.3f} of the pairs of "
            f"resemblance {self.threshold:g} are compared (asked: {self.recall:g}); by resemblance {points}"
        )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs worth confirming.

    Attributes:
        a: int64[m], the smaller number of each pair.
        b: int64[m], the larger; pairs are sorted by (b, a) and distinct.
        capped: bool[n], True for each text of which a cap left out a pair.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    capped: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Window:
    """When each of n texts was published, and how far apart two may be for their comparison to be worthwhile.

    Attributes:
        lo: int64[n], the earliest possible moment, microseconds since 1970; `-ALWAYS` where nothing is known.
        hi: int64[n], the latest; `ALWAYS` where nothing is known.
        widest: Most microseconds that may lie between the latest moment of one and the earliest of the other.
    """

    lo: NDArray[np.int64]
    hi: NDArray[np.int64]
    widest: int

    @property
    def undated(self) -> NDArray[np.bool_]:
        """bool[n], of which texts nothing is known: they are near to all."""
        unknown: NDArray[np.bool_] = self.lo == -ALWAYS
        return unknown

    def take(self, places: NDArray[np.int64]) -> Window:
        """Return the window over some of the texts."""
        return Window(self.lo[places], self.hi[places], self.widest)

    def near(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pairs are no further apart than allowed."""
        near: NDArray[np.bool_] = np.maximum(self.lo[b] - self.hi[a], self.lo[a] - self.hi[b]) <= self.widest
        return near


def chance(resemblance: float, bands: int, rows: int) -> float:
    """Return the chance that a pair of this resemblance shares at least one of `bands` bands."""
    return float(1.0 - (1.0 - resemblance**rows) ** bands)


def plan(threshold: float = 0.7, recall: float = 0.95, *, num_perm: int = 128) -> Plan:
    """Choose the most selective banding that keeps its promise.

    Most rows first (fewer false candidates), with all the bands that fit into the signature.

    Args:
        threshold: Resemblance at which the promise holds, in (0, 1].
        recall: Least chance to find a pair at the threshold, in (0, 1).
        num_perm: Signature values there are.

    Raises:
        ArgumentError: A value is out of range, or no banding of `num_perm` values keeps the promise.

    >>> best = plan(threshold=0.7, recall=0.95)
    >>> best.bands, best.rows, round(best.chance(0.7), 3)
    (25, 5, 0.99)
    """
    if not 0.0 < threshold <= 1.0:
        raise ArgumentError(f"threshold must be above 0 and at most 1, got {threshold!r}")
    if not 0.0 < recall < 1.0:
        raise ArgumentError(f"recall must be between 0 and 1, got {recall!r}")
    if num_perm < 1:
        raise ArgumentError(f"num_perm must be at least 1, got {num_perm!r}")
    for rows in range(num_perm, 0, -1):
        bands = num_perm // rows
        if chance(threshold, bands, rows) >= recall:
            return Plan(threshold, recall, bands, rows)
    best = chance(threshold, num_perm, 1)
    raise ArgumentError(
        f"num_perm={num_perm} cannot promise recall {recall:g} at threshold {threshold:g} (at best "
        f"{best:.3f}): raise num_perm or the threshold, or ask for less recall"
    )


def band_keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> NDArray[np.uint32]:
    """Return uint32[n, bands]: a hash of each band of `rows` values of each signature.

    32 bits are enough: two texts that share none of their bands meet by chance in one bucket of a band once
    in 2**32, and confirmation sends them away.
    """
    keys = np.empty((len(signatures), bands), np.uint32)
    with np.errstate(over="ignore"):  # hashes are taken modulo 2**64
        buckets.band_keys(signatures, bands, rows, keys)
    return keys


def candidate_pairs(
    bands: NDArray[np.uint32],
    places: NDArray[np.int64],
    passages: NDArray[np.uint32],
    owners: NDArray[np.int64],
    each: Callable[..., Iterable[NDArray[np.uint64]]] = map,
    window: Window | None = None,
) -> Candidates:
    """Return the pairs of n texts that share a bucket in any band, or a passage.

    Args:
        bands: uint32[at least n, k], the keys of each band, also of several bandings side by side.
        places: int64[n], the row of each text in `bands`; n is below 2**32.
        passages: uint32[p], hashes of sampled passages, rising and distinct within a text.
        owners: int64[p], the text of each passage, rising.
        each: How the bands are worked through; `map`, or that of a pool of threads.
        window: When the texts were published; no pair that is further apart is returned, or stands in the way of
            one that is nearer.

    Texts must be numbered by something that belongs to them (the order of their ids), since caps prefer
    small numbers. Pairs are linear in n and p: see `FULL_BUCKET`, `AHEAD` and `MOST_CANDIDATES`.
    """
    size = len(places)
    capped = np.zeros(size, np.bool_)
    codes = np.empty(0, np.uint64)
    counts = np.empty(0, np.int64)
    fresh: list[NDArray[np.uint64]] = []
    everyone = np.arange(size)

    def propose(band: int) -> NDArray[np.uint64]:
        keys, mine = (bands[places, band], everyone) if band < bands.shape[1] else (passages, owners)
        # Most keys are alone: counting them first leaves few to sort.
        repeated = np.flatnonzero(counting.often(keys, 2))
        order = repeated[np.argsort(keys[repeated])]
        rest = (band + 1) % bands.shape[1]
        given = (keys, order, mine, bands, places, rest, FULL_BUCKET, AHEAD, capped)
        if window is None:
            return buckets.propose(*given)  # type: ignore[no-any-return]
        return spans.propose(*given, window.lo, window.hi, window.widest)  # type: ignore[no-any-return]

    for found in each(propose, range(bands.shape[1], -1, -1)):  # the passages, the longest work, come first
        fresh.append(found)
        if sum(map(len, fresh)) > _COMPACT_AT:
            codes, counts = _fold(codes, counts, fresh)
            fresh = []
    codes, counts = _fold(codes, counts, fresh)
    larger = (codes >> np.uint64(32)).astype(np.int64)
    smaller = (codes & np.uint64(0xFFFFFFFF)).astype(np.int64)
    enough = np.empty(len(codes), np.bool_)
    buckets.overlap(smaller, larger, passages, np.searchsorted(owners, np.arange(size + 1)), PASSAGE_SHARE, enough)
    smaller, larger, counts = smaller[enough], larger[enough], counts[enough]
    kept = _most_shared(larger, counts)
    capped[larger[~kept]] = True
    capped[smaller[~kept]] = True
    kept &= smaller != larger  # a text whose two passages share a hash
    return Candidates(smaller[kept], larger[kept], capped)


def _fold(
    codes: NDArray[np.uint64], counts: NDArray[np.int64], fresh: list[NDArray[np.uint64]]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Merge new pair codes into the sorted distinct ones, adding up in how many bands each was seen."""
    pairs = np.concatenate([codes, *fresh])
    weights = np.concatenate([counts, np.ones(len(pairs) - len(codes), np.int64)])
    order = np.argsort(pairs)
    pairs, weights = pairs[order], weights[order]
    first = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if len(pairs) else np.empty(0, np.int64)
    return pairs[first], np.add.reduceat(weights, first) if len(first) else weights


def _most_shared(larger: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which pairs stay when each larger row keeps those that share most bands, then the least rows.

    Pairs come sorted by (larger, smaller).
    """
    order = np.lexsort((-counts, larger))  # stable: equal counts stay in order of the smaller row
    starts = np.searchsorted(larger, larger)  # where the pairs of the same larger row begin
    place = np.empty(len(larger), np.int64)
    place[order] = np.arange(len(larger)) - starts[order]
    return place < MOST_CANDIDATES
