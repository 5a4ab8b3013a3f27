"""Marks of tokens in few bytes, with a sum over them and the tokens; sketches side by side."""

import numpy as np
from numba import njit

from dedup.stages._kernels.marks import CAPITAL, FIRST, NUMBER

_PASSED = 63  # tokens without a mark that one byte passes over
_BITS = 28  # of the rest of a number, in four bytes
_MOST = 6  # bytes a token at most: its mark, the rest of a number
_SUM = 4  # bytes at the end


@njit(nogil=True, cache=True)
def pack(tokens, marks, offsets, ends):
    """Return uint8, the marks of n texts packed, and write where each text's end.

    A byte a mark: how many tokens without one stand before it, at most 62 (63 passes over 63 of them), and in the
    upper two bits what it is: a capital, a beginning, both, or a number. Of that follow the upper byte of the mark
    and the other three, seven bits a byte. Last comes the sum.
    """
    packed = np.empty(offsets[-1] // 4 + 64, np.uint8)
    filled = 0
    for row in range(offsets.shape[0] - 1):
        begin = filled
        passed = 0
        for token in range(offsets[row], offsets[row + 1]):
            if packed.shape[0] - filled < _MOST + _SUM:
                packed = np.concatenate((packed, np.empty(packed.shape[0] // 2 + _MOST + _SUM, np.uint8)))
            mark = marks[token]
            if mark & (NUMBER | CAPITAL | FIRST) == 0:
                passed += 1
                if passed == _PASSED:
                    packed[filled] = _PASSED
                    filled += 1
                    passed = 0
                continue
            if mark & NUMBER:
                packed[filled] = 0xC0 | passed
                packed[filled + 1] = mark >> np.uint32(24)
                filled += 2
                rest = mark & np.uint32(0xFFFFFF)
                while rest >= 128:
                    packed[filled] = 128 | (rest & np.uint32(127))
                    filled += 1
                    rest >>= np.uint32(7)
                packed[filled] = rest
            else:
                kind = 2 if mark & CAPITAL and mark & FIRST else 1 if mark & FIRST else 0
                packed[filled] = kind << 6 | passed
            filled += 1
            passed = 0
        if packed.shape[0] - filled < _SUM:
            packed = np.concatenate((packed, np.empty(packed.shape[0] // 2 + _SUM, np.uint8)))
        total = _sum(tokens[offsets[row] : offsets[row + 1]], packed[begin:filled])
        for byte in range(_SUM):
            packed[filled] = total >> np.uint64(8 * byte) & np.uint64(255)
            filled += 1
        ends[row] = filled
    return packed[:filled]


@njit(nogil=True, cache=True)
def unpack(packed, ends, tokens, offsets, marks):
    """Write what `pack` packed; return the first text that is not as it was packed, or -1."""
    begin = np.int64(0)
    for row in range(offsets.shape[0] - 1):
        end = ends[row] - _SUM
        if end < begin:
            return row
        total = np.uint64(0)
        for byte in range(_SUM):
            total |= np.uint64(packed[end + byte]) << np.uint64(8 * byte)
        if _sum(tokens[offsets[row] : offsets[row + 1]], packed[begin:end]) != total:
            return row
        marks[offsets[row] : offsets[row + 1]] = 0
        token = offsets[row]
        place = begin
        while place < end:
            kind, passed = packed[place] >> np.uint8(6), packed[place] & np.uint8(63)
            place += 1
            token += passed
            if passed == _PASSED:
                continue
            if token >= offsets[row + 1]:
                return row
            if kind == 3:
                mark = np.uint32(packed[place]) << np.uint32(24)
                shift = 0
                more = True
                while more:
                    place += 1
                    if place >= end or shift == _BITS:
                        return row
                    mark |= np.uint32(packed[place] & np.uint8(127)) << np.uint32(shift)
                    more = packed[place] >= 128
                    shift += 7
                marks[token] = mark
                place += 1
            else:
                marks[token] = CAPITAL if kind == 0 else FIRST if kind == 1 else CAPITAL | FIRST
            token += 1
        begin = ends[row]
    return -1


@njit(nogil=True, cache=True)
def _sum(tokens, packed):
    """Return 32 bits that are others where any token or byte is."""
    factor = np.uint64(0x9E3779B97F4A7C15)
    total = np.uint64(tokens.shape[0])
    for token in tokens:
        total = (total ^ np.uint64(token)) * factor
        total ^= total >> np.uint64(32)
    for byte in packed:
        total = (total ^ np.uint64(byte)) * factor
        total ^= total >> np.uint64(32)
    return total >> np.uint64(32)


@njit(nogil=True, cache=True)
def part(words, stops, heads, bands, passages, ends):
    """Part the words of n sketches: a head, then bands, then passages up to where the next one begins.

    Args:
        words: uint32.
        stops: int64[n], where each ends.
        heads: uint32[n, words of a head], written.
        bands: uint32[n, bands], written.
        passages: uint32, the passages of all, written.
        ends: int64[n], where those of each end, written.
    """
    place = np.int64(0)
    filled = np.int64(0)
    for row in range(stops.shape[0]):
        for column in range(heads.shape[1]):
            heads[row, column] = words[place]
            place += 1
        for column in range(bands.shape[1]):
            bands[row, column] = words[place]
            place += 1
        while place < stops[row]:
            passages[filled] = words[place]
            filled += 1
            place += 1
        ends[row] = filled
