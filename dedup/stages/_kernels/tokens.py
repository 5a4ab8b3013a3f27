"""Text to tokens, over UTF-8 bytes; and which texts are certainly in NFC.

The table says what each code point means; ``tools/make_token_table.py`` writes it and describes its arrays.

The hash of a token is that of the UTF-8 bytes of its folding, eight bytes at a time, and of a secret where there is
one. So an ASCII word, which is most of most news, is found, folded and hashed without looking at its letters one by
one.

The arithmetic is modulo 2**64. Without compilation numpy warns about that: wrappers call these kernels under
``numpy.errstate(over="ignore")``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit


class TokenTable(NamedTuple):
    """The arrays of the token table, as the file holds them, and the secret of token hashes: all 0 for none."""

    ascii: npt.NDArray[np.uint8]
    blocks: npt.NDArray[np.uint16]
    entries: npt.NDArray[np.uint32]
    pool: npt.NDArray[np.uint32]
    nfc_blocks: npt.NDArray[np.uint16]
    nfc_entries: npt.NDArray[np.uint8]
    secret: npt.NDArray[np.uint64]


@njit(nogil=True, cache=True)
def _eight(data, i):
    """Read data[i:i + 8] as one little-endian uint64; i is uint64, for no test whether it is negative."""
    u = np.uint64
    return (
        u(data[i])
        | u(data[i + u(1)]) << u(8)
        | u(data[i + u(2)]) << u(16)
        | u(data[i + u(3)]) << u(24)
        | u(data[i + u(4)]) << u(32)
        | u(data[i + u(5)]) << u(40)
        | u(data[i + u(6)]) << u(48)
        | u(data[i + u(7)]) << u(56)
    )


@njit(nogil=True, cache=True)
def _mix(h, chunk):
    """Take the next eight bytes of a token into its hash."""
    k = chunk * np.uint64(0x9E3779B97F4A7C15)
    k ^= k >> np.uint64(32)
    return (h ^ k) * np.uint64(0xD6E8FEB86659FD93)


@njit(nogil=True, cache=True)
def _finish(h):
    """Make the 32 bits of a token hash depend on all 64 of its state."""
    h ^= h >> np.uint64(32)
    h *= np.uint64(0xD6E8FEB86659FD93)
    return np.uint32(h >> np.uint64(32))


@njit(nogil=True, cache=True)
def _decode(data, i, stop):
    """Decode the code point at i < stop: (code point, bytes), or (-1, 1) where there is no valid one."""
    first = np.int64(data[i])
    if first < 0x80:
        return first, 1
    if first < 0xC2 or first > 0xF4:
        return np.int64(-1), 1
    size = 2 + (first >= 0xE0) + (first >= 0xF0)
    if i + size > stop:
        return np.int64(-1), 1
    code = first & (0x7F >> size)
    for j in range(i + 1, i + size):
        byte = np.int64(data[j])
        if byte & 0xC0 != 0x80:
            return np.int64(-1), 1
        code = code << 6 | byte & 0x3F
    # Overlong (with two bytes the first would be below 0xC2), a surrogate, or beyond Unicode.
    overlong = (size == 3 and code < 0x800) or (size == 4 and code < 0x10000)
    if overlong or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return np.int64(-1), 1
    return code, size


@njit(nogil=True, cache=True)
def _encode(code):
    """UTF-8 of a code point: (its bytes as a little-endian uint64, how many they are)."""
    if code < 0x80:
        return np.uint64(code), 1
    if code < 0x800:
        return np.uint64(0x80C0 | code >> 6 | (code & 0x3F) << 8), 2
    if code < 0x10000:
        return np.uint64(0x8080E0 | code >> 12 | (code >> 6 & 0x3F) << 8 | (code & 0x3F) << 16), 3
    high = code >> 18 | (code >> 12 & 0x3F) << 8
    return np.uint64(0x808080F0 | high | (code >> 6 & 0x3F) << 16 | (code & 0x3F) << 24), 4


@njit(nogil=True, cache=True)
def _ascii_words(data, start, i, stop, secret, count, hashes, starts, stops):
    """Tokenize from i on, between tokens, while words are plain ASCII: (where it stopped, tokens so far).

    It stops before a word or separator that needs the table, or where fewer than eight bytes are left.
    """
    u = np.uint64
    high = u(0x8080808080808080)
    begin = i
    first, mask = u(1) ^ secret[0], secret[1]
    h = first
    while i + 8 <= stop:
        eight = _eight(data, u(i))
        # Each byte + n has its high bit set where the byte is at least 0x80 - n. Bit 0x20 makes capitals
        # small letters and is set in digits. A byte beyond ASCII ends the word, and spoils only what follows.
        folded = eight | u(0x2020202020202020)
        letter = (folded + u(0x1F1F1F1F1F1F1F1F)) & ~(folded + u(0x0505050505050505))
        digit = (eight + u(0x5050505050505050)) & ~(eight + u(0x4646464646464646))
        ends = (eight | ~(letter | digit)) & high
        # All ones below the first byte that is not of the word; all eight bytes when there is none.
        word = ((ends & (~ends + u(1))) >> u(7)) - u(1)
        length = np.int64(((word & u(0x0101010101010101)) * u(0x0101010101010101)) >> u(56))
        h = _mix(h, folded & word ^ mask)
        i += length
        if length < 8:
            if data[u(i)] >= 0x80:
                break
            if i > begin:
                hashes[count] = _finish(h)
                starts[count] = begin - start
                stops[count] = i - start
                count += 1
            i += 1
            begin = i
            h = first
    return begin, count


@njit(nogil=True, cache=True)
def tokenize(data, start, stop, table, hashes, starts, stops):
    """Tokenize one article in NFC, data[start:stop], and return the number of its tokens.

    Args:
        data: uint8, UTF-8. What is not valid UTF-8 separates tokens. Nothing outside start:stop is read.
        start: First byte of the article.
        stop: One past its last byte; at most 2**31 - 1 after start.
        table: A TokenTable.
        hashes: uint32 out: token hashes.
        starts: int32 out: first byte of each token, from start.
        stops: int32 out: one past its last byte, from start; ignored characters after a token belong to it.

    The outputs need room for (stop - start + 1) // 2 tokens: a byte that separates stands between two runs,
    and a character that is a token alone takes more than one.
    """
    count = 0
    i = start
    secret = table.secret
    while i < stop:
        i, count = _ascii_words(data, start, i, stop, secret, count, hashes, starts, stops)
        # One code point at a time up to a separator: the next word may be plain again.
        is_open = False  # a token is
        is_alone = False  # and it takes no more letters
        begin = i
        h = np.uint64(1) ^ secret[0]
        chunk = np.uint64(0)  # the bytes that make up no eight yet
        filled = 0  # how many
        while True:
            kind = np.int64(0)
            size = 1
            code = np.int64(-1)
            entry = np.int64(0)
            if i < stop:
                code, size = _decode(data, i, stop)
                if code >= 0:
                    block = np.int64(table.blocks[code >> 8])
                    entry = np.int64(table.entries[block << 8 | code & 0xFF])
                    kind = entry >> 21 & 7
            # Kinds: 0 separator, 1 alone, 2 letter, 3 mark, 4 ignored.
            if is_open and (kind < 2 or (kind == 2 and is_alone)):
                hashes[count] = _finish(_mix(h, chunk ^ secret[1]))
                starts[count] = begin - start
                stops[count] = i - start
                count += 1
                is_open = False
            if 0 < kind < 4:
                if not is_open:
                    is_open = True
                    is_alone = kind == 1
                    begin = i
                    h = np.uint64(1) ^ secret[0]
                    chunk = np.uint64(0)
                    filled = 0
                value = entry & 0x1FFFFF
                parts = entry >> 24
                for j in range(parts):
                    folded = (code + value) & 0x1FFFFF if parts == 1 else np.int64(table.pool[value + j])
                    utf8, width = _encode(folded)
                    chunk |= utf8 << np.uint64(8 * filled)
                    filled += width
                    if filled >= 8:
                        h = _mix(h, chunk ^ secret[1])
                        filled -= 8
                        chunk = utf8 >> np.uint64(8 * (width - filled))
            i += size
            if kind == 0:
                break
    return count


@njit(nogil=True, cache=True)
def tokenize_batch(data, offsets, absent, table, first, token_offsets, hashes, starts, stops):
    """Tokenize articles from `first` on while the outputs have room; return the first article not done.

    Args:
        data: uint8, UTF-8.
        offsets: Integers (n + 1): article k is data[offsets[k]:offsets[k + 1]].
        absent: bool (n): True where there is no article and the bytes, if any, mean nothing.
        table: A TokenTable.
        first: The article to begin with.
        token_offsets: int64 (n + 1), in and out: article k has tokens token_offsets[k]:token_offsets[k + 1];
            token_offsets[first] says where to begin.
        hashes: uint32 out, see tokenize.
        starts: int32 out.
        stops: int32 out.
    """
    for k in range(first, len(absent)):
        used = token_offsets[k]
        count = 0
        if not absent[k]:
            start = offsets[k]
            stop = offsets[k + 1]
            if (stop - start + 1) // 2 > len(hashes) - used:
                return k
            count = tokenize(data, start, stop, table, hashes[used:], starts[used:], stops[used:])
        token_offsets[k + 1] = used + count
    return len(absent)


@njit(nogil=True, cache=True)
def quick_check(data, offsets, table):
    """Tell which texts are certainly in NFC: bool (n), True where the Unicode quick check says Yes.

    Args:
        data: uint8, UTF-8. A text that is not valid UTF-8 gets False.
        offsets: Integers (n + 1): text k is data[offsets[k]:offsets[k + 1]].
        table: A TokenTable.
    """
    certain = np.ones(len(offsets) - 1, np.bool_)
    for k in range(len(certain)):
        i = offsets[k]
        stop = offsets[k + 1]
        before = np.int64(0)  # combining class of the character before
        while i < stop:
            if i + 8 <= stop and _eight(data, np.uint64(i)) & np.uint64(0x8080808080808080) == 0:
                i += 8
                before = np.int64(0)
            elif data[i] < 0x80:
                i += 1
                before = np.int64(0)
            else:
                code, size = _decode(data, i, stop)
                if code < 0:
                    certain[k] = False
                    break
                if code < 0x300:
                    before = np.int64(0)
                else:
                    block = np.int64(table.nfc_blocks[code >> 8])
                    after = np.int64(table.nfc_entries[block << 8 | code & 0xFF])
                    # 255 means No or Maybe; marks out of order are not in NFC.
                    if after == 255 or 0 < after < before:
                        certain[k] = False
                        break
                    before = after
                i += size
    return certain


@njit(nogil=True, cache=True)
def crowded(data, offsets, rows, most, table):
    """Tell which of some texts have more than `most` marks in a row: bool (rows).

    What the quick check does not clear counts as a mark too; no script has many of those in a row either.
    """
    found = np.zeros(len(rows), np.bool_)
    for place in range(len(rows)):
        i = offsets[rows[place]]
        stop = offsets[rows[place] + 1]
        run = 0
        while i < stop and run <= most:
            code, size = _decode(data, i, stop)
            marks = code >= 0x300 and table.nfc_entries[np.int64(table.nfc_blocks[code >> 8]) << 8 | code & 0xFF] != 0
            run = run + 1 if marks else 0
            i += size
        found[place] = run > most
    return found
