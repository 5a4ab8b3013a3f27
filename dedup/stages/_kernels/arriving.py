"""Articles into the columns of an index."""

import numpy as np
from numba import njit

from dedup.stages._kernels.postings import spread


@njit(nogil=True, cache=True)
def put(
    numbers, texts, ids, text_keys, digest_keys, kinds, digests, headlines, los, his, counts, flags, is_dated,
    stands_not, passage_counts, base,
    live, gone, posted, walls, alone, dated, large, body, copies, first, story, tokens, passages, digest, headline,
    lo, hi,
):  # fmt: skip
    """Put n articles into columns.

    Returns the codes of what they are found by (see `postings`), and the rows of those that bring a text with tokens
    that nobody has. Given are, by article: its number, that of its text, hashes of its id, of what makes texts one and
    of the tokens, of four `kinds` (the last of which is that of further copies); then what a sketch says, the two
    flags that count, and how many passages it has. The columns are by number less `base`.
    """
    codes, filled = np.empty(4 * numbers.shape[0], np.uint64), 0
    new, brought = np.empty(numbers.shape[0], np.int64), 0
    for row in range(numbers.shape[0]):
        at, text = numbers[row] - base, texts[row] - base
        live[at] = True
        gone[at] = gone[text] = False
        body[at] = texts[row]
        story[at] = numbers[row]
        lo[at], hi[at], dated[at] = los[row], his[row], flags[row] & is_dated != 0
        codes[filled] = spread(kinds[0], ids[row]) | np.uint64(numbers[row])
        filled += 1
        fresh = copies[text] == 0
        copies[text] += 1
        if fresh:
            first[text] = numbers[row]
            posted[text] = walls[text] = large[text] = False
            alone[text] = flags[row] & stands_not != 0
            tokens[text], passages[text], headline[text] = counts[row], passage_counts[row], headlines[row]
            digest[text, 0], digest[text, 1] = digests[row, 0], digests[row, 1]
            if counts[row] > 0:
                new[brought] = row
                brought += 1
                codes[filled] = spread(kinds[1], text_keys[row]) | np.uint64(texts[row])
                filled += 1
                if alone[text]:
                    codes[filled] = spread(kinds[2], digest_keys[row]) | np.uint64(texts[row])
                    filled += 1
        if text != at:
            codes[filled] = spread(kinds[3], np.uint32(texts[row])) | np.uint64(numbers[row])
            filled += 1
    return codes[:filled], new[:brought]
