"""Band keys, and the pairs that each bucket proposes."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def band_keys(signatures, bands, rows, out):
    """Write a 32-bit hash of each band of each signature to `out` uint32[n, bands]."""
    for text in range(signatures.shape[0]):
        for band in range(bands):
            key = np.uint64(band)
            for column in range(band * rows, (band + 1) * rows):
                key = (key ^ np.uint64(signatures[text, column])) * np.uint64(0x9E3779B97F4A7C15)
                key ^= key >> np.uint64(32)
            out[text, band] = np.uint32(key & np.uint64(0xFFFFFFFF))


@njit(nogil=True, cache=True)
def propose(members, bands, places, column, full, ahead, capped):
    """Return the pairs of all buckets of one band as uint64 codes `(larger << 32) | smaller`.

    `members` uint64 rise: those of each bucket, its key in the upper half, the text in the lower. A bucket
    of up to `full` members gives all pairs. In a larger one the members are sorted by the next band, then by
    number; each is paired with the next `ahead` and with the least, and `capped` is set for them. No bucket
    gives a pair twice. Near-identical texts share almost all bands: a pair is left to the band before if it shares
    that, and among passages, which come after the bands, to the bands if it shares any.

    The band is `column` of `bands`, a row of which is found at the `places` of a text.
    """
    width = bands.shape[1]
    first = 0 if column == width else max(0, column - 1)
    following = (column + 1) % width
    total = 0
    size = members.shape[0]
    start = 0
    while start < size:
        stop = bucket_end(members, start)
        count = stop - start
        if count <= full:
            total += count * (count - 1) // 2
        else:
            total += count * (ahead + 1)  # at most
        start = stop
    codes = np.empty(total, np.uint64)
    filled = 0
    rows = np.empty(full, np.int64)
    before = np.empty(full, np.uint32)
    start = 0
    while start < size:
        stop = bucket_end(members, start)
        count = stop - start
        if 1 < count <= full:
            # What is far apart in memory is fetched together: to wait for each takes longest of all.
            for i in range(count):
                rows[i] = places[text_of(members[start + i])]
            if first + 1 == column:
                for i in range(count):
                    before[i] = bands[rows[i], first]
            for i in range(count):
                for j in range(i):
                    met = (
                        before[i] == before[j] if first + 1 == column else _meet(bands, rows[i], rows[j], first, column)
                    )
                    if not met:
                        codes[filled] = pair_code(text_of(members[start + i]), text_of(members[start + j]))
                        filled += 1
        elif count > full:
            texts = np.empty(count, np.int64)
            rest = np.empty(count, np.uint32)
            for i in range(count):
                texts[i] = text_of(members[start + i])
                capped[texts[i]] = True
                rest[i] = bands[places[texts[i]], following]
            near = texts[np.argsort(rest, kind="mergesort")]  # stable: ties stay in order of number
            least = 0
            while near[least] != texts[0]:
                least += 1
            for i in range(count):
                for j in range(i + 1, min(count, i + 1 + ahead)):
                    if not _meet(bands, places[near[i]], places[near[j]], first, column):
                        codes[filled] = pair_code(near[i], near[j])
                        filled += 1
                # Nearer ones are paired with it already.
                if abs(i - least) > ahead and not _meet(bands, places[near[i]], places[texts[0]], first, column):
                    codes[filled] = pair_code(near[i], texts[0])
                    filled += 1
        start = stop
    return codes[:filled]


@njit(nogil=True, cache=True)
def bucket_end(members, start):
    """Return where the bucket ends that begins at `start`; see `propose`."""
    key = members[start] >> np.uint64(32)
    stop = start + 1
    while stop < members.shape[0] and members[stop] >> np.uint64(32) == key:
        stop += 1
    return stop


@njit(nogil=True, cache=True)
def text_of(member):
    """Return the text of a member of a bucket."""
    return np.int64(member & np.uint64(0xFFFFFFFF))


@njit(nogil=True, cache=True)
def _meet(bands, one, two, first, stop):
    """Return whether two rows of `bands` share one of those from `first` to before `stop`."""
    for band in range(first, stop):  # noqa: SIM110 - numba has no any() of a generator
        if bands[one, band] == bands[two, band]:
            return True
    return False


@njit(nogil=True, cache=True)
def pair_code(one, two):
    """Return two numbers below 2**32 as one, the larger in the upper half."""
    return (np.uint64(max(one, two)) << np.uint64(32)) | np.uint64(min(one, two))


@njit(nogil=True, cache=True)
def pick(passages, spans, texts, part, bits):
    """Return the passages whose leading `bits` are `part`, and their texts: (uint32[k], uint32[k]).

    `texts` uint32[n] are all texts, best in the order of their `spans`: the passages are then met in theirs.
    """
    shift, mine = np.uint64(32 - bits), np.uint64(part)
    room = (passages.shape[0] >> bits) + (passages.shape[0] >> bits) // 4 + 1024
    keys, owners = np.empty(room, np.uint32), np.empty(room, np.uint32)
    filled = 0
    for text in texts:
        start, stop = spans[text, 0], spans[text, 1]
        # They rise, and are spread evenly: the first one is near.
        place = start + (((stop - start) * part) >> bits)
        while place > start and np.uint64(passages[place - 1]) >> shift >= mine:
            place -= 1
        while place < stop and np.uint64(passages[place]) >> shift < mine:
            place += 1
        while place < stop and np.uint64(passages[place]) >> shift == mine:
            if filled == room:
                keys, owners = np.concatenate((keys, keys)), np.concatenate((owners, owners))
                room *= 2
            keys[filled] = passages[place]
            owners[filled] = text
            filled += 1
            place += 1
    return keys[:filled], owners[:filled]


@njit(nogil=True, cache=True)
def weigh(codes, bands, places, passages, spans, share, out):
    """Write to `out` int16[m] how many bands each pair of texts shares, or -1 where it is not worth a look.

    It is where the two share enough sampled passages: `share` of those of the text with fewer, less one. Those of
    a text stand between its `spans`, rising; its bands are a row of `bands`, found at its `places`.
    """
    for pair in range(codes.shape[0]):
        a, b = np.int64(codes[pair] & np.uint64(0xFFFFFFFF)), np.int64(codes[pair] >> np.uint64(32))
        i, stop_i = spans[a, 0], spans[a, 1]
        j, stop_j = spans[b, 0], spans[b, 1]
        needed = share * min(stop_i - i, stop_j - j) - 1.0
        shared = 0
        while shared < needed and i < stop_i and j < stop_j:  # no branch inside: which of two is less nobody can guess
            one, two = passages[i], passages[j]
            shared += one == two
            i += one <= two
            j += two <= one
        out[pair] = -1
        if shared >= needed:
            count = 0
            for band in range(bands.shape[1]):
                count += bands[places[a], band] == bands[places[b], band]
            out[pair] = count
