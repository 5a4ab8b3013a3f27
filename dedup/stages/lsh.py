"""Signatures to candidate pairs: banding, after Broder, Glassman, Manasse and Zweig (1997)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.stages._kernels import buckets, counting, dated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

FULL_BUCKET = 32
"""Members up to which a bucket proposes all its pairs (design: pairs stay linear in the articles)."""
AHEAD = 8
"""In a larger bucket, how many of the nearest members each one is paired with."""
MOST_CANDIDATES = 32
"""Candidates an article may propose over all bands; those sharing most bands are kept. More would only say again
what centres say of a large cluster: each member is compared with its own."""
PASSAGE_SHARE = 0.15
"""Share of the shorter text's sampled passages that a candidate must have in common, less one: no match of the five
sets of 40,000 articles has less, and a fifth of all other candidates has. A copy shares
five times as many: it has 0.85 of the tokens in order, and runs of eight survive where every twentieth changes."""
ALWAYS = dated.ALWAYS
"""Microseconds: a text that may be from before minus this to after this has no time that is known."""
_PASSAGES = 1 << 21  # sampled passages grouped at a time, about: what fits into the caches
_FEW, _PARTS = 1 << 16, 3  # where there are more than a few, in at least eight parts, so that all cores have some
_WEIGHED = 1 << 16  # pairs weighed at a time, about: enough to outweigh a task's start


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs worth confirming.

    Attributes:
        a: int64[m], the smaller number of each pair.
        b: int64[m], the larger; pairs are sorted by (b, a) and distinct.
        rank: int64[m], place of the pair among those of `b`, from 0: the one that shares most bands comes first.
        capped: bool[n], True for each text of which a cap left out a pair.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    rank: NDArray[np.int64]
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
    spans: NDArray[np.int64],
    each: Callable[..., Iterable[Any]] = map,
    window: Window | None = None,
) -> Candidates:
    """Return the pairs of n texts that share a bucket in any band, or a passage.

    Args:
        bands: uint32[at least n, k], the keys of each band, also of several bandings side by side.
        places: int64[n], the row of each text in `bands`; n is below 2**32.
        passages: uint32, hashes of sampled passages.
        spans: int64[n, 2], where those of each text begin and end; there they rise and are distinct.
        each: How the work is done; `map`, or that of a pool of threads.
        window: When the texts were published; no pair that is further apart is returned, or stands in the way of
            one that is nearer.

    Texts must be numbered by something that belongs to them (the order of their ids), since caps prefer
    small numbers. Pairs are linear in n and p: see `FULL_BUCKET`, `AHEAD` and `MOST_CANDIDATES`.
    """
    size, width = len(places), bands.shape[1]
    capped = np.zeros(size, np.bool_)
    lots: list[NDArray[np.uint64]] = []
    everyone = np.arange(size)
    by_span = np.argsort(spans[:, 0]).astype(np.uint32)
    bits = max((len(passages) // _PASSAGES).bit_length(), min(_PARTS, (len(passages) // _FEW).bit_length()))

    def propose(task: int) -> NDArray[np.uint64]:
        if task < width:
            members = _members(bands[places, task], everyone)
        else:
            members = _members(*buckets.pick(passages, spans, by_span, task - width, bits))
        band = min(task, width)
        if window is None:
            found = buckets.propose(members, bands, places, band, FULL_BUCKET, AHEAD, capped)
        else:
            given = (members, bands, places, (band + 1) % width, FULL_BUCKET, AHEAD, capped)
            found = dated.propose(*given, window.lo, window.hi, window.widest)
        return counting.distinct([found])

    for found in each(propose, range(width + (1 << bits) - 1, -1, -1)):  # the passages, the longest work, come first
        lots.append(found)
        while len(lots) > 1 and len(lots[-2]) <= 2 * len(lots[-1]):  # so that no pair is merged more than a few times
            lots.append(counting.merged(lots.pop(), lots.pop()))
    while len(lots) > 1:
        lots.append(counting.merged(lots.pop(), lots.pop()))
    codes = lots.pop()
    # In blocks that have all pairs of their larger texts.
    cuts = codes[::_WEIGHED] >> np.uint64(32) << np.uint64(32)
    bounds = np.unique(np.append(np.searchsorted(codes, cuts), len(codes)))

    def weigh(place: int) -> Candidates:
        block = codes[bounds[place] : bounds[place + 1]]
        counts = weights(block, bands, places, passages, spans)
        return choose(block[counts >= 0], counts[counts >= 0], capped)

    parts = list(each(weigh, range(len(bounds) - 1)))
    codes = np.empty(0, np.uint64)  # all pairs, and soon those that are kept twice, are the most that a run holds
    a, b, rank = (
        np.concatenate([np.empty(0, np.int64), *(getattr(part, name) for part in parts)]) for name in ("a", "b", "rank")
    )
    return Candidates(a, b, rank, capped)


def _members(keys: NDArray[np.uint32], texts: NDArray[np.integer[Any]]) -> NDArray[np.uint64]:
    """Return the texts by their keys, as `buckets.propose` takes them; of those that are alone only few."""
    repeated = np.flatnonzero(counting.often([keys], 2)[0])  # most are alone: to count them leaves few to sort
    members = keys[repeated].astype(np.uint64) << np.uint64(32) | texts[repeated].astype(np.uint64)
    members.sort()
    return members


def bucket_pairs(
    keys: NDArray[np.uint64],
    numbers: NDArray[np.uint32],
    before: NDArray[np.uint32],
    after: NDArray[np.uint32],
    window: Window | None = None,
) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Return what some buckets of any bands propose, each of them whole: `candidate_pairs` without the texts.

    Args:
        keys: uint64[p], what names the buckets.
        numbers: uint32[p], the text in each place of a bucket.
        before: uint32[p], the key of that text in the band before; its number where there is none.
        after: uint32[p], its key in the band after, which orders large buckets.
        window: When the text in each place was published, as for `candidate_pairs`.

    Returns:
        Pair codes (uint64, rising, distinct), and the texts of which a cap left out a pair (uint32, rising).
    """
    repeated = np.flatnonzero(counting.often([keys], 2)[0])
    repeated = repeated[np.argsort(numbers[repeated])]
    keys, numbers = keys[repeated], numbers[repeated]
    # Places stand for texts: they rise with the numbers, and no text is twice in a bucket.
    places, capped = np.arange(len(keys)), np.zeros(len(keys), np.bool_)
    bands = np.column_stack([before[repeated], numbers, after[repeated]])
    members = _members(np.unique(keys, return_inverse=True)[1].astype(np.uint32), places)
    if window is None:
        found = buckets.propose(members, bands, places, 1, FULL_BUCKET, AHEAD, capped)
    else:
        given = (members, bands, places, 2, FULL_BUCKET, AHEAD, capped)
        window = window.take(repeated)
        found = dated.propose(*given, window.lo, window.hi, window.widest)
    larger, smaller = numbers[found >> np.uint64(32)], numbers[found & np.uint64(0xFFFFFFFF)]
    codes = counting.distinct([(larger.astype(np.uint64) << np.uint64(32)) | smaller])
    return codes, np.unique(numbers[capped])


def weights(
    codes: NDArray[np.uint64],
    bands: NDArray[np.uint32],
    places: NDArray[np.int64],
    passages: NDArray[np.uint32],
    spans: NDArray[np.int64],
) -> NDArray[np.int16]:
    """Return how many bands each pair of texts shares, -1 where passages say that it is for nothing, int16[m].

    `codes` are pairs, the larger text in the upper half; the other arguments are those of `candidate_pairs`.
    """
    counts = np.empty(len(codes), np.int16)
    buckets.weigh(codes, bands, places, passages, spans, PASSAGE_SHARE, counts)
    return counts


def choose(codes: NDArray[np.uint64], counts: NDArray[np.int16], capped: NDArray[np.bool_]) -> Candidates:
    """Rank pairs, and leave out what goes beyond `MOST_CANDIDATES`.

    Args:
        codes: uint64[m], pairs, the larger text in the upper half; they rise, and are all of their larger texts.
        counts: int16[m], bands that each shares.
        capped: bool[n], the texts of which buckets left out a pair; those left out here are added.
    """
    larger = (codes >> np.uint64(32)).astype(np.int64)
    smaller = (codes & np.uint64(0xFFFFFFFF)).astype(np.int64)
    rank = ranks(larger, counts)
    kept = rank < MOST_CANDIDATES
    capped[larger[~kept]] = True
    capped[smaller[~kept]] = True
    kept &= smaller != larger  # a text whose two passages share a hash
    return Candidates(smaller[kept], larger[kept], rank[kept], capped)


def ranks(larger: NDArray[np.int64], counts: NDArray[np.signedinteger[Any]]) -> NDArray[np.int64]:
    """Return the place of each pair among those of its larger text: most bands shared first, then the least text.

    Pairs come sorted by (larger, smaller).
    """
    order = np.lexsort((-counts, larger))  # stable: equal counts stay in order of the smaller row
    starts = np.searchsorted(larger, larger)  # where the pairs of the same larger row begin
    place = np.empty(len(larger), np.int64)
    place[order] = np.arange(len(larger)) - starts[order]
    return place
