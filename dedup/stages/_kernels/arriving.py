"""Articles into the columns of an index."""

from numba import njit


@njit(nogil=True, cache=True)
def put(
    numbers, texts, digests, headlines, los, his, counts, is_dated, stands_not, passage_counts, fresh, base,
    live, gone, posted, walls, alone, dated, large, body, copies, first, story, tokens, passages, digest, headline,
    lo, hi,
):  # fmt: skip
    """Put n articles into columns; say in `fresh`, bool[n], which bring a text that nobody has.

    The first seven are by article: its number, that of its text, and what a sketch says; then whether it is dated,
    whether its text does not stand by itself, and how many passages that has. The columns are by number less `base`.
    """
    for row in range(numbers.shape[0]):
        at, text = numbers[row] - base, texts[row] - base
        live[at] = True
        gone[at] = gone[text] = False
        body[at] = texts[row]
        story[at] = numbers[row]
        lo[at], hi[at], dated[at] = los[row], his[row], is_dated[row]
        fresh[row] = copies[text] == 0
        copies[text] += 1
        if fresh[row]:
            first[text] = numbers[row]
            posted[text] = walls[text] = large[text] = False
            alone[text] = stands_not[row]
            tokens[text], passages[text], headline[text] = counts[row], passage_counts[row], headlines[row]
            digest[text, 0], digest[text, 1] = digests[row, 0], digests[row, 1]
