"""New texts to the centres of earlier clusters that are worth comparing with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.engines.joining.known import runs
from dedup.stages import cluster, lsh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.joining.known import Known, News

    Numbers = NDArray[np.int64]


def candidates(
    known: Known, news: News, numbers: Numbers, walls: NDArray[np.bool_]
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Return the pairs (new text, row of a centre) that are worth comparing, and of which texts a cap left out some.

    Args:
        known: The earlier articles.
        news: The new texts.
        numbers: Those of them that are compared.
        walls: bool, which earlier articles are compared with nothing.
    """
    rows = np.flatnonzero((known.counts > 0) & ~walls)
    centres, homes = known.homes
    homes = homes[rows]
    bands, mine, capped = known.earlier.bands, news.sketches.bands, np.zeros(len(news.rows), np.bool_)
    texts = news.texts[numbers]

    def lot(keys: NDArray[np.uint32], ours: Numbers, theirs: NDArray[np.uint32], where: Numbers) -> NDArray[np.uint64]:
        some, found, lost = met(keys, ours, theirs, where)
        capped[lost] = True
        return np.unique(cluster.pair_codes(found, some))

    lots = [lot(mine[texts, band], numbers, bands[rows, band], homes) for band in range(bands.shape[1])]
    passages, counts = news.passages(numbers)
    theirs, sizes = known.passages(rows)
    lots.append(lot(passages, np.repeat(numbers, counts), theirs, np.repeat(homes, sizes)))
    b, a = cluster.pairs_of(cluster.all_codes(*lots))
    window = known.window
    if window is not None and news.window is not None:
        there, here = window.take(centres[b]), news.window.take(a)
        near = np.maximum(there.lo - here.hi, here.lo - there.hi) <= window.widest
        a, b = a[near], b[near]
    # Those that share most bands with the centre come first; passages say which are for nothing.
    of, in_centres = np.unique(b, return_inverse=True)
    ours, in_news = np.unique(a, return_inverse=True)
    side_by_side = np.concatenate([bands[centres[of]], mine[news.texts[ours]]])
    (first, few), (second, more) = known.passages(centres[of]), news.passages(ours)
    ends = np.cumsum(np.concatenate([few, more]))
    spans = np.column_stack([ends - np.concatenate([few, more]), ends])
    codes = np.sort(cluster.pair_codes(in_centres, len(of) + in_news))
    weights = lsh.weights(codes, side_by_side, np.arange(len(ends)), np.concatenate([first, second]), spans)
    some = np.zeros(len(ends), np.bool_)
    found = lsh.choose(codes[weights >= 0], weights[weights >= 0], some)
    capped[ours] |= some[len(of) :]
    return ours[found.b - len(of)], centres[of[found.a]], capped


def met(
    keys: NDArray[np.unsignedinteger[Any]], texts: Numbers, theirs: NDArray[np.unsignedinteger[Any]], homes: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the pairs of texts and homes with a key in common, perhaps twice, and texts that a cap left out some of.

    Args:
        keys: A key of each of n texts.
        texts: int64[n], the texts.
        theirs: A key of each of m earlier articles.
        homes: int64[m], what stands for the clusters of these. Under a frequent key only the first few are met.
    """
    there = np.isin(theirs, keys)
    theirs, homes = theirs[there], homes[there]
    order = np.lexsort((homes, theirs))
    theirs, homes = theirs[order], homes[order]
    fresh = np.ones(len(theirs), np.bool_)
    fresh[1:] = (np.diff(theirs) != 0) | (np.diff(homes) != 0)
    theirs, homes = theirs[fresh], homes[fresh]
    begins = np.searchsorted(theirs, keys, "left")
    counts = np.searchsorted(theirs, keys, "right") - begins
    full = counts > lsh.FULL_BUCKET
    counts[full] = lsh.AHEAD
    return np.repeat(texts, counts), homes[runs(begins, counts)], texts[full]
