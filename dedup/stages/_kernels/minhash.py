"""Shingle hashes and MinHash signatures, straight from UTF-8 bytes."""

import numpy as np
from numba import njit

from dedup.stages._kernels.tokens import tokenize
from dedup.stages._kernels.units import strip


@njit(nogil=True, cache=True)
def shingle(tokens, count, size, out):
    """Write the shingle hashes of `tokens[:count]` to `out`; return how many.

    A polynomial over `size` token hashes modulo 2**64, rolled along the text and finished to 32 bits.
    A text shorter than a shingle is one shingle.
    """
    if count == 0:
        return 0
    base = np.uint64(0x9E3779B97F4A7C15)
    finish = np.uint64(0xD6E8FEB86659FD93)
    width = min(size, count)
    gone = np.uint64(1)  # base ** width: the weight of the token that leaves
    rolling = np.uint64(0)
    for position in range(width):
        gone *= base
        rolling = rolling * base + np.uint64(tokens[position]) + np.uint64(1)
    total = count - width + 1
    for position in range(total):
        if position > 0:
            enters = np.uint64(tokens[position + width - 1]) + np.uint64(1)
            leaves = np.uint64(tokens[position - 1]) + np.uint64(1)
            rolling = rolling * base + enters - leaves * gone
        mixed = (rolling ^ (rolling >> np.uint64(32))) * finish
        out[position] = np.uint32(mixed >> np.uint64(32))
    return total


@njit(nogil=True, cache=True)
def lower(signature, hashes, first, stop, a, b):
    """Lower `signature` to the minima over `hashes[first:stop]`: datasketch's scheme affine32."""
    perms = a.shape[0]
    position = first
    # Four shingles a pass over the signature: three times fewer loads and stores than one.
    while position + 4 <= stop:
        h0 = fmix32(hashes[position])
        h1 = fmix32(hashes[position + 1])
        h2 = fmix32(hashes[position + 2])
        h3 = fmix32(hashes[position + 3])
        for k in range(perms):
            x0 = np.uint32(a[k] * h0 + b[k])
            x1 = np.uint32(a[k] * h1 + b[k])
            x2 = np.uint32(a[k] * h2 + b[k])
            x3 = np.uint32(a[k] * h3 + b[k])
            signature[k] = min(signature[k], min(min(x0, x1), min(x2, x3)))  # noqa: PLW3301 - numba
        position += 4
    while position < stop:
        h0 = fmix32(hashes[position])
        for k in range(perms):
            signature[k] = min(signature[k], np.uint32(a[k] * h0 + b[k]))
        position += 1


@njit(nogil=True, cache=True)
def fmix32(h):
    """Return the 32-bit finaliser of MurmurHash3 for one uint32."""
    h = np.uint32(h ^ (h >> np.uint32(16)))
    h = np.uint32(h * np.uint32(0x85EBCA6B))
    h = np.uint32(h ^ (h >> np.uint32(13)))
    h = np.uint32(h * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@njit(nogil=True, cache=True)
def roll(tokens, size, run, every, hashes, passages, digests):
    """Read n > 0 tokens once, for three things, each of which waits for its own multiplications.

    Written are what `shingle` writes to `hashes`; to `passages` the distinct hashes, one in `every`, of runs of `run`
    tokens, rising, none in a text that is shorter (which are taken depends on the run alone); and to `digests`
    uint64[2] a hash of the whole. Return how many (shingles, passages).
    """
    u = np.uint64
    base, finish = u(0x9E3779B97F4A7C15), u(0xD6E8FEB86659FD93)
    count = u(tokens.shape[0])  # places are uint64, for no test whether they are negative
    width, length = min(u(size), count), u(run)
    gone, far = u(1), u(1)  # base to the power of width and length: the weight of the token that leaves
    for _ in range(width):
        gone *= base
    for _ in range(length):
        far *= base
    # A multiple of `every`, found without a division (Lemire, Kaser and Kurz, 2019), and without a branch.
    part = u(0xFFFFFFFFFFFFFFFF) // u(every) + u(1)
    near, long = u(0), u(0)
    one, two = count, u(0x2545F4914F6CDD1D)
    taken = u(0)
    for place in range(count):
        token = u(tokens[place])
        one = (one ^ token) * base
        one ^= one >> u(29)
        two = (two + token) * u(0xBF58476D1CE4E5B9)
        two ^= two >> u(31)
        near = near * base + (token + u(1))
        long = long * base + (token + u(1))
        if place >= width:
            near -= (u(tokens[place - width]) + u(1)) * gone
        if place + u(1) >= width:
            hashes[place + u(1) - width] = np.uint32(((near ^ (near >> u(32))) * finish) >> u(32))
        if place >= length:
            long -= (u(tokens[place - length]) + u(1)) * far
        if place + u(1) >= length:
            passage = np.uint32(((long ^ (long >> u(32))) * finish) >> u(32))
            passages[taken] = passage
            taken += u(u(passage) * part <= part - u(1))
    digests[0] = one
    digests[1] = two
    passages[:taken].sort()
    kept = 0
    for place in range(np.int64(taken)):
        if place == 0 or passages[place] != passages[place - 1]:
            passages[kept] = passages[place]
            kept += 1
    return np.int64(count - width) + 1, kept


@njit(nogil=True, cache=True)
def sign(
    data,
    offsets,
    table,
    outlets,
    furniture,
    size,
    a,
    b,
    lead_tokens,
    run,
    every,
    body,
    lead,
    digests,
    counts,
    ends,
):
    """Tokenize, shingle and sign every text; one pass over the bytes. Return the sampled passages.

    `data` uint8 with `offsets` int64 of n + 1; `outlets` uint64[n] and the table `furniture` say what is left
    out, nothing where the outlet is 0; `body` uint32[n, num_perm] and `lead` uint32[n, lead perms]
    come in filled with the largest value (the signature of nothing) and are lowered; `digests` uint64[n, 2],
    `counts` int64[n] and `ends` int64[n], where each text's passages end, are written.
    """
    passages = np.empty(16 + (offsets[-1] - offsets[0]) // (4 * every), np.uint32)
    taken = np.int64(0)  # not a literal: numba would compile `sign_one` for that, too
    longest = 0
    for row in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    tokens = np.empty(longest + 1, np.uint32)
    hashes = np.empty(longest + 1, np.uint32)
    starts = np.empty(longest + 1, np.int32)
    stops = np.empty(longest + 1, np.int32)
    for row in range(offsets.shape[0] - 1):
        count = tokenize(data, offsets[row], offsets[row + 1], table, tokens, starts, stops)
        if outlets[row] != 0:
            begin, stop = offsets[row], offsets[row + 1]
            count = strip(data, begin, stop, tokens, starts, stops, count, outlets[row], furniture)
        counts[row] = count
        passages, taken = sign_one(
            tokens[:count], size, a, b, lead_tokens, run, every, hashes, body[row], lead[row], digests[row],
            passages, taken,
        )  # fmt: skip
        ends[row] = taken
    return passages[:taken]


@njit(nogil=True, cache=True)
def sign_one(tokens, size, a, b, lead_tokens, run, every, hashes, body, lead, digests, passages, taken):
    """Sign one text given by its tokens; see `sign`. Return (passages, with more room where it needs that, taken).

    `hashes` is scratch with room for all tokens; the text's passages are written from `taken` on.
    """
    count = tokens.shape[0]
    if count == 0:
        return passages, taken
    if taken + count > passages.shape[0]:
        passages = np.concatenate((passages, np.empty(taken + count, np.uint32)))
    total, kept = roll(tokens, size, run, every, hashes, passages[taken:], digests)
    taken += kept
    # The lead's shingles come first, so its signature is the body's, stopped early.
    early = min(total, max(1, lead_tokens - size + 1))
    lower(body, hashes, 0, early, a, b)
    lead[:] = body[: lead.shape[0]]
    lower(body, hashes, early, total, a, b)
    return passages, taken
