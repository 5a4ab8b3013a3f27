"""Marks of tokens in few bytes: four bits a token, and the numbers whole."""

import numpy as np
from numba import njit

from dedup.stages._kernels.marks import CAPITAL, FIRST, NUMBER


@njit(nogil=True, cache=True)
def pack(marks, offsets, ends):
    """Return uint8, the marks of every text packed, and write where each text's end.

    Two tokens share a byte; after them come the marks of the numbers, four bytes each.
    """
    total = 0
    for row in range(offsets.shape[0] - 1):
        total += (offsets[row + 1] - offsets[row] + 1) // 2
        for token in range(offsets[row], offsets[row + 1]):
            if marks[token] & NUMBER != 0:
                total += 4
    packed = np.zeros(total, np.uint8)
    filled = 0
    for row in range(offsets.shape[0] - 1):
        size = offsets[row + 1] - offsets[row]
        numbers = filled + (size + 1) // 2
        for place in range(size):
            mark = marks[offsets[row] + place]
            bits = np.uint8(0)
            if mark & NUMBER != 0:
                bits = np.uint8(4)
                for byte in range(4):
                    packed[numbers] = np.uint8(mark >> np.uint32(8 * byte) & np.uint32(255))
                    numbers += 1
            else:
                if mark & CAPITAL != 0:
                    bits |= np.uint8(1)
                if mark & FIRST != 0:
                    bits |= np.uint8(2)
            packed[filled + place // 2] |= bits << np.uint8(4 * (place % 2))
        filled = numbers
        ends[row] = filled
    return packed


@njit(nogil=True, cache=True)
def unpack(packed, begins, offsets, marks):
    """Write what `pack` packed; text k begins at packed[begins[k]]."""
    for row in range(offsets.shape[0] - 1):
        size = offsets[row + 1] - offsets[row]
        numbers = begins[row] + (size + 1) // 2
        for place in range(size):
            bits = packed[begins[row] + place // 2] >> np.uint8(4 * (place % 2)) & np.uint8(15)
            mark = np.uint32(0)
            if bits & np.uint8(4):
                for byte in range(4):
                    mark |= np.uint32(packed[numbers]) << np.uint32(8 * byte)
                    numbers += 1
            else:
                if bits & np.uint8(1):
                    mark |= CAPITAL
                if bits & np.uint8(2):
                    mark |= FIRST
            marks[offsets[row] + place] = mark
