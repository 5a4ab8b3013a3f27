"""Articles to all that an index keeps of them: tokens are found once, and everything is made of them."""

import numpy as np
from numba import njit

from dedup.stages._kernels import buckets, marks, minhash, packing, titles, tokens, units


@njit(nogil=True, cache=True)
def arrive(
    data, offsets, outlets, furniture, heading_data, heading_offsets, table, number_words, number_marks,
    a, b, rules, band_rows, lead_rows, whole, keys, digests, alone, told,
):  # fmt: skip
    """Return what an index keeps of n articles; the arguments are those of `read` and `sketch`, and four more.

    These are `whole`, the least support and the least tokens of a whole article; `alone` bool[n], which are none, and
    `told` uint64[n], a hash of their headlines. Both are written, `told` where it is not 0.

    Returned are the tokens and where each text's begin; the marks, packed, and where each text's end; the content
    words of the headlines and where each one's end; their support and figures; passages and where each text's end.
    """
    values, ends, found, contents, content_ends, support, figures = read(
        data, offsets, outlets, furniture, heading_data, heading_offsets, table, number_words, number_marks
    )
    size = outlets.shape[0]
    passage_ends, mark_ends = np.empty(size, np.int64), np.empty(size, np.int64)
    passages = sketch(values, ends, a, b, rules, band_rows, lead_rows, keys, digests, passage_ends)
    for row in range(size):
        alone[row] = support[row] < whole[0] or ends[row + 1] - ends[row] < whole[1]
    titles.blend(contents, content_ends, alone, told)
    packed = packing.pack(values, found, ends, mark_ends)
    return values, ends, packed, mark_ends, contents, content_ends, support, figures, passages, passage_ends


@njit(nogil=True, cache=True)
def read(data, offsets, outlets, furniture, heading_data, heading_offsets, table, number_words, number_marks):
    """Return what confirmation sees of n articles, as `confirm.Texts` has it.

    Args:
        data: uint8, the texts as UTF-8 in NFC.
        offsets: int64[n + 1].
        outlets: uint64[n], see `minhash.sign`.
        furniture: See `minhash.sign`.
        heading_data: The same of the headlines.
        heading_offsets: int64[n + 1].
        table: A TokenTable.
        number_words: See `marks.mark_all`.
        number_marks: The same.
    """
    size = offsets.shape[0] - 1
    values, ends, starts, stops = _tokenize(data, offsets, table)
    units.strip_all(data, offsets, ends, values, starts, stops, outlets, furniture)
    found, wanted = np.empty(ends[size], np.uint32), np.ones(size, np.bool_)
    marks.mark_all(data, offsets, wanted, ends, values, starts, stops, number_words, number_marks, found)
    words, word_ends, starts, stops = _tokenize(heading_data, heading_offsets, table)
    word_marks = np.empty(word_ends[size], np.uint32)
    marks.mark_all(
        heading_data, heading_offsets, wanted, word_ends, words, starts, stops, number_words, number_marks, word_marks
    )
    figures = np.empty(size, np.uint64)
    titles.figures(word_marks, word_ends, figures)
    contents, content_ends = np.empty(words.shape[0], np.uint32), np.empty(size, np.int64)
    titles.contents(words, word_ends, starts, stops, contents, content_ends)
    everyone, support = np.arange(size), np.empty(size)
    titles.support(values, ends, contents, content_ends, everyone, everyone, support)
    return values[: ends[size]], ends, found, contents, content_ends, support, figures


@njit(nogil=True, cache=True)
def _tokenize(data, offsets, table):
    """Return the tokens of n texts: (hashes, where each text's begin and the last one's end, starts, stops)."""
    size = offsets.shape[0] - 1
    ends = np.zeros(size + 1, np.int64)
    room = 1
    for row in range(size):  # a token takes two bytes at least, most take six
        room = max(room, (offsets[row + 1] - offsets[row] + 1) // 2 + (offsets[row] - offsets[0]) // 4 + 1)
    values, starts, stops = np.empty(room, np.uint32), np.empty(room, np.int32), np.empty(room, np.int32)
    for row in range(size):
        used = ends[row]
        more = used + (offsets[row + 1] - offsets[row] + 1) // 2 - values.shape[0]
        if more > 0:
            more += values.shape[0] // 2
            values = np.concatenate((values, np.empty(more, np.uint32)))
            starts = np.concatenate((starts, np.empty(more, np.int32)))
            stops = np.concatenate((stops, np.empty(more, np.int32)))
        begin, stop = offsets[row], offsets[row + 1]
        ends[row + 1] = used + tokens.tokenize(data, begin, stop, table, values[used:], starts[used:], stops[used:])
    return values, ends, starts, stops


@njit(nogil=True, cache=True)
def sketch(values, offsets, a, b, rules, band_rows, lead_rows, keys, digests, ends):
    """Sign n texts given by their tokens; write the keys of their bands, digests, and where their passages end.

    Args:
        values: uint32, tokens.
        offsets: int64[n + 1].
        a: The permutations, see `minhash.sign`.
        b: The same.
        rules: Tokens a shingle, of the lead, of a passage; how many passages for one that is kept.
        band_rows: (bands of the body, rows of each).
        lead_rows: The same of the lead.
        keys: uint32[n, bands of both], written.
        digests: uint64[n, 2], written.
        ends: int64[n], written.

    Returns:
        The passages.
    """
    size = offsets.shape[0] - 1
    longest = 0
    for row in range(size):
        longest = max(longest, offsets[row + 1] - offsets[row])
    hashes = np.empty(longest + 1, np.uint32)
    passages, taken = np.empty(values.shape[0] // 8 + longest + 1, np.uint32), 0
    body, lead = np.empty((1, a.shape[0]), np.uint32), np.empty((1, lead_rows[0] * lead_rows[1]), np.uint32)
    for row in range(size):
        body[:] = np.uint32(0xFFFFFFFF)
        lead[:] = np.uint32(0xFFFFFFFF)
        digests[row] = 0
        passages, taken = minhash.sign_one(
            values[offsets[row] : offsets[row + 1]], rules[0], a, b, rules[1], rules[2], rules[3], hashes,
            body[0], lead[0], digests[row], passages, taken,
        )  # fmt: skip
        ends[row] = taken
        mine = keys[row : row + 1]
        buckets.band_keys(body, band_rows[0], band_rows[1], mine[:, : band_rows[0]])
        buckets.band_keys(lead, lead_rows[0], lead_rows[1], mine[:, band_rows[0] :])
    return passages[:taken]
