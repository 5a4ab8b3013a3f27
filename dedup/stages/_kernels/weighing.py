"""What texts share with those that are there, from what stands under their keys: `buckets.weigh` one text at a time."""

import numpy as np
from numba import njit

from dedup.stages._kernels.dated import ALWAYS


@njit(nogil=True, cache=True)
def shared(
    found, others, more, ahead, key_texts, passage, texts, los, his,
    widest, base, copies, posted, walls, firsts, dated, lo, hi,
):  # fmt: skip
    """Return a code (text << 33 | other << 1 | passage) for each key that texts share with others worth weighing.

    Args:
        found: int64[m], which key each of what stands under keys was found by, the newest first.
        others: int64[m], what was found.
        more: bool[k], under which keys there is more; of these only the first `ahead` are looked at.
        ahead: See above.
        key_texts: int64[k], which text each key is of.
        passage: bool[k], which keys are passages.
        texts: int64[n], the numbers of the texts.
        los: int64[n], when each was published; not before.
        his: int64[n], not after.
        widest: Most microseconds between two; below 0 where that does not matter.
        base: What the columns begin with: those that follow, by number.
        copies: Articles that have the text; 0 where it is not there.
        posted: Whether it can be found.
        walls: Whether nothing is compared with it.
        firsts: The article that stands for it.
        dated: Whether that was published at a time that is known.
        lo: Not before.
        hi: Not after.
    """
    codes = np.empty(found.shape[0], np.uint64)
    seen = np.zeros(more.shape[0], np.int64)
    filled = 0
    for place in range(found.shape[0]):
        key = found[place]
        seen[key] += 1
        if more[key] and seen[key] > ahead:
            continue
        text, other = key_texts[key], others[place]
        at = other - base
        if at < 0 or copies[at] == 0 or not posted[at] or walls[at] or other == texts[text]:
            continue
        if widest >= 0:
            first = np.int64(firsts[at]) - base
            begin, end = (lo[first], hi[first]) if dated[first] else (-ALWAYS, ALWAYS)
            if max(begin - his[text], los[text] - end) > widest:
                continue
        codes[filled] = np.uint64(text) << np.uint64(33) | np.uint64(other) << np.uint64(1) | np.uint64(passage[key])
        filled += 1
    return codes[:filled]


@njit(nogil=True, cache=True)
def weigh(codes, often, mine, base, passages, share):
    """Return the pairs that share enough: (texts, others, bands they share), by text and other.

    Args:
        codes: What `shared` gave, rising.
        often: int64[n], how many passages of each text were found too often to be followed: they count as shared.
        mine: int64[n], passages that each text has.
        base: What `passages` begins with.
        passages: By number, passages of the others.
        share: Least share of the passages of the text that has fewer, less one.
    """
    ones, twos = np.empty(codes.shape[0], np.int64), np.empty(codes.shape[0], np.int64)
    bands = np.empty(codes.shape[0], np.int64)
    filled = 0
    begin = 0
    while begin < codes.shape[0]:
        pair = codes[begin] >> np.uint64(1)
        end = begin
        passed = np.int64(0)
        while end < codes.shape[0] and codes[end] >> np.uint64(1) == pair:
            passed += np.int64(codes[end] & np.uint64(1))
            end += 1
        text, other = np.int64(pair >> np.uint64(32)), np.int64(pair & np.uint64(0xFFFFFFFF))
        fewer = min(mine[text], np.int64(passages[other - base]))
        if passed + often[text] >= share * fewer - 1.0:
            ones[filled], twos[filled], bands[filled] = text, other, end - begin - passed
            filled += 1
        begin = end
    return ones[:filled], twos[:filled], bands[:filled]


@njit(nogil=True, cache=True)
def foremost(texts, bands, most):
    """Return which pairs are among the `most` of their text that share most bands; pairs rise by text and other."""
    kept = np.ones(texts.shape[0], np.bool_)
    begin = 0
    while begin < texts.shape[0]:
        end = begin
        while end < texts.shape[0] and texts[end] == texts[begin]:
            end += 1
        if end - begin > most:  # stable: of equals the least other comes first
            order = np.argsort(-bands[begin:end], kind="mergesort")
            for place in order[most:]:
                kept[begin + place] = False
        begin = end
    return kept


@njit(nogil=True, cache=True)
def resembling(
    found, others, more, ahead, key_texts, passage, texts, los, his, mine, share, most,
    widest, base, copies, posted, walls, firsts, dated, lo, hi, passages,
):  # fmt: skip
    """Return the pairs of texts with others that share enough keys, and how many texts lost one to a cap.

    Pairs are (texts, others, bands they share), of each text the `most` that share most bands. For the arguments
    see `shared` and `weigh`.
    """
    often = np.zeros(texts.shape[0], np.int64)
    lost = np.zeros(texts.shape[0], np.bool_)
    for key in range(more.shape[0]):
        if more[key]:
            lost[key_texts[key]] = True
            often[key_texts[key]] += passage[key]
    codes = shared(
        found, others, more, ahead, key_texts, passage, texts, los, his,
        widest, base, copies, posted, walls, firsts, dated, lo, hi,
    )  # fmt: skip
    codes.sort()
    ones, twos, bands = weigh(codes, often, mine, base, passages, share)
    kept = foremost(ones, bands, most)
    for place in range(ones.shape[0]):
        if not kept[place]:
            lost[ones[place]] = True
    return ones[kept], twos[kept], bands[kept], lost.sum()
