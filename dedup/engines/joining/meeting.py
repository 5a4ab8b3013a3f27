"""New texts to the centres of earlier clusters that are worth comparing with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.joining.known import runs
from dedup.stages import cluster, lsh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.joining.known import Known, News

    Numbers = NDArray[np.int64]


def candidates(known: Known, news: News, numbers: Numbers, walls: NDArray[np.bool_]) -> tuple[Numbers, Numbers, int]:
    """Return the pairs (new text, row of a centre) that are worth comparing, for some new texts."""
    rows = np.flatnonzero((known.counts > 0) & ~walls)
    centres, capped = known.centres[rows], np.zeros(len(news.rows), np.bool_)
    bands, mine = known.earlier.bands, news.sketches.bands
    texts = news.texts[numbers]
    lots = [_meeting(mine[texts, band], numbers, bands[rows, band], centres, capped) for band in range(bands.shape[1])]
    passages, counts = news.passages(numbers)
    theirs, sizes = known.passages(rows)
    lots.append(_meeting(passages, np.repeat(numbers, counts), theirs, np.repeat(centres, sizes), capped))
    b, a = cluster.pairs_of(cluster.all_codes(*lots))
    window = known.window
    if window is not None and news.window is not None:
        near = np.maximum(window.lo[b] - news.window.hi[a], news.window.lo[a] - window.hi[b]) <= window.widest
        a, b = a[near], b[near]
    # Those that share most bands with the centre come first; passages say which are for nothing.
    of, in_centres = np.unique(b, return_inverse=True)
    ours, in_news = np.unique(a, return_inverse=True)
    side_by_side = np.concatenate([bands[of], mine[news.texts[ours]]])
    (first, few), (second, more) = known.passages(of), news.passages(ours)
    ends = np.cumsum(np.concatenate([few, more]))
    spans = np.column_stack([ends - np.concatenate([few, more]), ends])
    codes = np.sort(cluster.pair_codes(in_centres, len(of) + in_news))
    weights = lsh.weights(codes, side_by_side, np.arange(len(ends)), np.concatenate([first, second]), spans)
    some = np.zeros(len(ends), np.bool_)
    found = lsh.choose(codes[weights >= 0], weights[weights >= 0], some)
    capped[ours] |= some[len(of) :]
    return ours[found.b - len(of)], of[found.a], int(capped.sum())


def _meeting(
    mine: NDArray[np.uint32],
    numbers: Numbers,
    keys: NDArray[np.uint32],
    centres: Numbers,
    capped: NDArray[np.bool_],
) -> NDArray[np.uint64]:
    """Return the codes of (centre, new text) with a key in common; under a frequent key, the first few centres."""
    there = np.isin(keys, mine)
    codes = np.unique(keys[there].astype(np.uint64) << np.uint64(32) | centres[there].astype(np.uint64))
    kept = codes >> np.uint64(32)
    begins = np.searchsorted(kept, mine.astype(np.uint64), "left")
    counts = np.searchsorted(kept, mine.astype(np.uint64), "right") - begins
    capped[numbers[counts > lsh.FULL_BUCKET]] = True
    counts[counts > lsh.FULL_BUCKET] = lsh.AHEAD
    found = (codes[runs(begins, counts)] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return np.unique(cluster.pair_codes(found, np.repeat(numbers, counts)))
