"""Values under hashed keys, sorted: which stand under one is found without a tree. The last few are not sorted yet.

A code is `(key << 32) | value`. Keys are hashes, so their upper `bits` say about where they stand: a directory
`starts` uint32[2**bits + 1] leads to the few that have these bits, and only the `rests` of the keys are kept beside
the `values` uint32. Within a run both rise together, as codes.
"""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def spread(kind, key):
    """Return the code of a key with the value 0; each kind spreads over the whole key space in its own way."""
    mixed = np.uint32((key ^ np.uint32((kind * 0x85EBCA6B) & 0xFFFFFFFF)) * np.uint32(0x9E3779B1))
    return np.uint64(mixed) << np.uint64(32)


@njit(nogil=True, cache=True)
def code(kind, keys, out):
    """Write the codes of `keys` uint32 of one kind, with the value 0."""
    for place in range(keys.shape[0]):
        out[place] = spread(kind, keys[place])


@njit(nogil=True, cache=True)
def code_all(bands, passages, ends, places, passage, out):
    """Write the codes of the keys of all bands uint32[n, k] (kinds 0 to k - 1) and passages (kind k), text by text.

    `places` int64 says whose each is, `passage` bool which are passages; the values are 0.
    """
    filled = 0
    begin = 0
    for text in range(bands.shape[0]):
        for band in range(bands.shape[1]):
            places[filled] = text
            passage[filled] = False
            out[filled] = spread(band, bands[text, band])
            filled += 1
        for place in range(begin, ends[text]):
            places[filled] = text
            passage[filled] = True
            out[filled] = spread(bands.shape[1], passages[place])
            filled += 1
        begin = ends[text]


@njit(nogil=True, cache=True)
def code_texts(bands, passages, ends, texts, out):
    """Write the codes that `code_all` writes, the numbers of the texts being their values."""
    filled = 0
    begin = 0
    for row in range(bands.shape[0]):
        text = np.uint64(texts[row])
        for band in range(bands.shape[1]):
            out[filled] = spread(band, bands[row, band]) | text
            filled += 1
        for place in range(begin, ends[row]):
            out[filled] = spread(bands.shape[1], passages[place]) | text
            filled += 1
        begin = ends[row]


_HEAPED = 48  # entries of the directory from which sorting pays


@njit(nogil=True, cache=True)
def build(codes, bits, first, entries, filled, starts, rests, values):
    """Fill part of a run from codes in any order, all that lead to some `entries` of the directory.

    Args:
        codes: uint64.
        bits: How many bits of a key the directory answers for.
        first: The first of the entries.
        entries: How many they are.
        filled: How many codes come before.
        starts: See above; the entries are written, but not where the last one ends.
        rests: See above.
        values: See above.
    """
    shift, below = np.uint64(64 - bits), np.uint64((1 << (32 - bits)) - 1)
    nexts = np.zeros(entries + 1, np.uint32)
    for code in codes:
        nexts[np.int64(code >> shift) - first + 1] += 1
    nexts[0] = filled
    for entry in range(entries):
        nexts[entry + 1] += nexts[entry]
        starts[first + entry] = nexts[entry]
    for code in codes:
        entry = np.int64(code >> shift) - first
        place = np.int64(nexts[entry])
        rests[place] = (code >> np.uint64(32)) & below
        values[place] = code & np.uint64(0xFFFFFFFF)
        nexts[entry] = place + 1
    begin = np.int64(filled)
    for entry in range(entries):  # now each says where it ends
        end = np.int64(nexts[entry])
        _rise(rests, values, begin, end)
        begin = end


TOPS = 256


@njit(nogil=True, cache=True)
def deal(codes):
    """Put codes in the order of their upper eight bits, in place; return where those of each begin, int64[TOPS + 1]."""
    begins = np.zeros(TOPS + 1, np.int64)
    for code in codes:
        begins[np.int64(code >> np.uint64(56)) + 1] += 1
    begins = np.cumsum(begins)
    nexts = begins[:-1].copy()
    for top in range(TOPS):
        while nexts[top] < begins[top + 1]:
            code = codes[nexts[top]]
            other = np.int64(code >> np.uint64(56))
            while other != top:  # it goes where it belongs, and what stood there is next
                code, codes[nexts[other]] = codes[nexts[other]], code
                nexts[other] += 1
                other = np.int64(code >> np.uint64(56))
            codes[nexts[top]] = code
            nexts[top] += 1
    return begins


@njit(nogil=True, cache=True)
def _rise(rests, values, begin, end):
    """Sort part of a run."""
    if end - begin > _HEAPED:
        codes = np.empty(end - begin, np.uint64)
        for place in range(begin, end):
            codes[place - begin] = np.uint64(rests[place]) << np.uint64(32) | np.uint64(values[place])
        codes.sort()
        for place in range(begin, end):
            rests[place] = codes[place - begin] >> np.uint64(32)
            values[place] = codes[place - begin] & np.uint64(0xFFFFFFFF)
        return
    for place in range(begin + 1, end):
        rest, value = rests[place], values[place]
        before = place - 1
        while before >= begin and (rests[before] > rest or (rests[before] == rest and values[before] > value)):
            rests[before + 1], values[before + 1] = rests[before], values[before]
            before -= 1
        rests[before + 1], values[before + 1] = rest, value


@njit(nogil=True, cache=True)
def kept(starts, rests, values, gone, base):
    """Move what is not `gone` to the front of a run, in order; return how much that is."""
    filled = 0
    begin = np.int64(0)
    for top in range(starts.shape[0] - 1):
        end = np.int64(starts[top + 1])
        for place in range(begin, end):
            value = np.int64(values[place]) - base
            if value >= 0 and not gone[value]:
                rests[filled], values[filled] = rests[place], values[place]
                filled += 1
        starts[top + 1] = filled
        begin = end
    return filled


@njit(nogil=True, cache=True)
def merge(
    size, old_bits, old_starts, old_rests, old_values, more_bits, more_starts, more_rests, more_values,
    bits, starts, rests, values,
):  # fmt: skip
    """Merge a run of `size` and another into a third, from the back: it may stand where the first does."""
    total = size + more_values.shape[0]
    mine, theirs = size - 1, more_values.shape[0] - 1
    my_top, their_top, top = (1 << old_bits) - 1, (1 << more_bits) - 1, 1 << bits
    drop, below = np.uint64(64 - bits), np.uint64((1 << (32 - bits)) - 1)
    my_code = their_code = np.uint64(0)
    for write in range(total - 1, -1, -1):
        if mine >= 0:
            while np.int64(old_starts[my_top]) > mine:
                my_top -= 1
            key = np.uint64(my_top) << np.uint64(32 - old_bits) | np.uint64(old_rests[mine])
            my_code = key << np.uint64(32) | np.uint64(old_values[mine])
        if theirs >= 0:
            while np.int64(more_starts[their_top]) > theirs:
                their_top -= 1
            key = np.uint64(their_top) << np.uint64(32 - more_bits) | np.uint64(more_rests[theirs])
            their_code = key << np.uint64(32) | np.uint64(more_values[theirs])
        if theirs < 0 or (mine >= 0 and my_code > their_code):
            code = my_code
            mine -= 1
        else:
            code = their_code
            theirs -= 1
        while top > np.int64(code >> drop):
            starts[top] = write + 1
            top -= 1
        rests[write] = (code >> np.uint64(32)) & below
        values[write] = code & np.uint64(0xFFFFFFFF)
    starts[: top + 1] = 0


@njit(nogil=True, cache=True)
def lookup(bits, starts, rests, values, wanted, first, stop, most, gone, base, seen, places, found, filled):
    """Find the values under the keys of `wanted[first:stop]`, codes with the name of the key; return (next, filled).

    Written from `filled` on are `places` (the name of the key, below the length of `seen`) and `found`, the highest
    `most` values of each key that are not gone, the highest first. `seen` uint32 counts them by key. Stops early
    where room runs out.
    """
    shift, below = np.uint64(64 - bits), np.uint64((1 << (32 - bits)) - 1)
    begins, ends = np.empty(stop - first, np.int64), np.empty(stop - first, np.int64)
    least = np.empty(stop - first, np.uint64)
    for turn in range(first, stop):  # memory is far, but it answers many who do not wait for each other
        top = np.int64(wanted[turn] >> shift)
        begins[turn - first], ends[turn - first] = starts[top], starts[top + 1]
    for turn in range(first, stop):
        begin = begins[turn - first]
        least[turn - first] = rests[begin] if begin < ends[turn - first] else below + np.uint64(1)
    for turn in range(first, stop):
        place = np.int64(wanted[turn] & np.uint64(0xFFFFFFFF))
        rest = (wanted[turn] >> np.uint64(32)) & below
        if rest < least[turn - first]:
            continue
        left, end = begins[turn - first], ends[turn - first]
        right = end
        while left < right:
            middle = (left + right) >> 1
            if np.uint64(rests[middle]) < rest:
                left = middle + 1
            else:
                right = middle
        right = left
        while right < end and np.uint64(rests[right]) == rest:
            right += 1
        if places.shape[0] - filled < min(most, right - left):
            return turn, filled
        while right > left and seen[place] <= most:
            right -= 1
            value = np.int64(values[right])
            if value < base or gone[value - base]:
                continue
            seen[place] += 1
            if seen[place] > most:
                break
            places[filled] = place
            found[filled] = value
            filled += 1
    return stop, filled


SLOTS = 1 << 13


@njit(nogil=True, cache=True)
def hang(codes, used, slots, kept, nexts):
    """Put codes behind the `used` ones that are `kept` already, found by chains: the last one hung comes first.

    `slots` uint32[SLOTS] holds one more than the place of the first of each chain, `nexts` of the one after each.
    """
    for code in codes:
        slot = np.int64(code >> np.uint64(32)) & (SLOTS - 1)
        kept[used] = code
        nexts[used] = slots[slot]
        used += 1
        slots[slot] = used


@njit(nogil=True, cache=True)
def lookup_hung(slots, kept, nexts, wanted, first, stop, most, gone, base, seen, places, found, filled):
    """Find what `lookup` finds, in chains."""
    for turn in range(first, stop):
        place = np.int64(wanted[turn] & np.uint64(0xFFFFFFFF))
        key = wanted[turn] >> np.uint64(32)
        begin, before = filled, seen[place]
        at = np.int64(slots[np.int64(key) & (SLOTS - 1)])
        while at > 0 and seen[place] <= most:
            code = kept[at - 1]
            at = np.int64(nexts[at - 1])
            value = np.int64(code & np.uint64(0xFFFFFFFF))
            if code >> np.uint64(32) != key or value < base or gone[value - base]:
                continue
            if filled == places.shape[0]:
                seen[place] = before
                return turn, begin
            seen[place] += 1
            if seen[place] > most:
                break
            places[filled] = place
            found[filled] = value
            filled += 1
    return stop, filled
