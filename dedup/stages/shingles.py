"""Text to token hashes: what the comparison sees of an article.

A token is a run of letters and digits of any script after folding what copies change (case, accents, vowel
marks, ligatures, widths); in scripts written without spaces it is one character. The rules are stated in
``tools/make_token_table.py``.
"""

from __future__ import annotations

import importlib.resources
import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ArgumentError
from dedup.stages._kernels import marks as mark_kernels
from dedup.stages._kernels import tokens as kernels
from dedup.stages._kernels import units
from dedup.stages._kernels.compiling import wrapping

TOKEN_RULES = "unicode14/1"  # noqa: S105 - a token of text, not of access
"""Names the token table and the token hash, for the recipe: whatever changes a hash changes this."""
KEY = "DEDUP_HASH_KEY"
"""The variable of the environment that may hold a secret: with it nobody can say beforehand how a word is hashed."""
_LEAST_KEY = 16  # bytes
LONGEST = 2**31
"""Bytes that a text must stay below: spans of tokens are int32."""
MARKS = 30
"""Marks in a row that are sorted together; Unicode knows no word with more."""

_SMALL = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve "  # noqa: SIM905 - reads better
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of n articles; those of article k stand at ``offsets[k]:offsets[k + 1]``.

    Attributes:
        values: uint32, the token hashes.
        offsets: int64 (n + 1).
        starts: int32, the first byte of each token in the UTF-8 of its article.
        stops: int32, one past its last byte.
    """

    values: npt.NDArray[np.uint32]
    offsets: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int32]
    stops: npt.NDArray[np.int32]


@cache
def token_table() -> kernels.TokenTable:
    """Load the token table of the package."""
    resource = importlib.resources.files("dedup").joinpath("data", "tokens-unicode14.npz")
    with resource.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return kernels.TokenTable(**{name: arrays[name] for name in arrays.files}, secret=_secret())


@cache
def _key() -> bytes:
    """Return the key.

    Raises:
        ArgumentError: It is too short to be one.
    """
    key = os.environ.get(KEY, "").encode("utf-8", "surrogateescape")
    if 0 < len(key) < _LEAST_KEY:
        raise ArgumentError(f"{KEY} must have at least {_LEAST_KEY} bytes, has {len(key)}")
    return key


def _secret() -> npt.NDArray[np.uint64]:
    """Return what is mixed into token hashes, uint64[2]; all 0 without a key."""
    if not _key():
        return np.zeros(2, np.uint64)
    return np.frombuffer(bytearray(blake2b(_key(), digest_size=16, person=b"dedup tokens").digest()), np.uint64)


def fingerprint() -> str:
    """Return what stands for the key where hashes are kept, as the end of their rules; "" without a key."""
    return f" key {blake2b(_key(), digest_size=8, person=b'dedup rules').hexdigest()}" if _key() else ""


@cache
def number_words() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return an open-addressed table of the hashes of English number words, and the marks of their numbers.

    Agencies write small numbers out, so "six" may stand for "6" in a copy; of other languages only figures
    are read as numbers.
    """
    numbers = [*range(len(_SMALL)), *range(20, 20 + 10 * len(_TENS), 10)]
    words, values = np.zeros(256, np.uint32), np.zeros(256, np.uint32)
    for token, number in zip(tokenize(pa.array([*_SMALL, *_TENS], pa.large_string())).values, numbers, strict=True):
        slot = int(token) % len(words)
        while values[slot]:
            slot = (slot + 1) % len(words)
        words[slot], values[slot] = token, 1 << 31 | len(str(number)) << 24 | number
    return words, values


def text_buffers(
    texts: pa.LargeStringArray,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Look at the texts of an Arrow array without copying them.

    Returns:
        UTF-8 bytes (read only), offsets into them (n + 1, bytes), and whether each text is null (n).
    """
    _, offsets, data = texts.buffers()
    absent = np.zeros(len(texts), np.bool_)
    if texts.null_count:
        absent[:] = texts.is_null().to_numpy(zero_copy_only=False)
    # Arrow leaves out buffers that nobody needs.
    positions = np.zeros(1, np.int64)
    if offsets is not None and len(texts):
        positions = np.frombuffer(offsets, np.int64, len(texts) + 1, texts.offset * 8)
    values = np.frombuffer(b"" if data is None else data, np.uint8)
    for array in (values, positions):
        array.flags.writeable = False  # whatever Arrow says of its buffers, so the kernels are compiled for one type
    return values, positions, absent


def buffers_of(text: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return what `text_buffers` says of one text that is brought to normal form by `nfc`."""
    data = text.encode()
    values, offsets = np.frombuffer(data, np.uint8), np.array([0, len(data)])
    offsets.flags.writeable = False  # see `text_buffers`
    with wrapping():
        if text.isascii() or kernels.quick_check(values, offsets, token_table())[0]:
            return values, offsets
    return text_buffers(nfc(pa.array([text], pa.large_string())))[:2]


def nfc(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Bring texts to Unicode normal form C; the same object when all are certain to be in it. Nulls stay.

    Sorting marks takes the square of how many there are in a row, so after each `MARKS` of them stands a character
    that nobody sees and no token has: the Stream-Safe Text Format of Unicode Standard Annex 15.
    """
    data, offsets, absent = text_buffers(texts)
    table = token_table()
    with wrapping():
        uncertain = ~(kernels.quick_check(data, offsets, table) | absent)
        if not uncertain.any():
            return texts
        rows = np.flatnonzero(uncertain)
        crowded = kernels.crowded(data, offsets, rows, MARKS, table)
    changed = []
    for k, many in zip(rows.tolist(), crowded.tolist(), strict=True):
        text = bytes(data[offsets[k] : offsets[k + 1]]).decode(errors="replace")
        changed.append(unicodedata.normalize("NFC", _many_marks().sub("\\g<0>\u034f", text) if many else text))
    return pc.replace_with_mask(texts, pa.array(uncertain), pa.array(changed, pa.large_string()))


@cache
def _many_marks() -> re.Pattern[str]:
    """Return what finds `MARKS` marks that more of them follow."""
    marks = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(char))
    return re.compile(f"[{marks}]{{{MARKS}}}(?=[{marks}])")


def tokenize(texts: pa.LargeStringArray) -> Tokens:
    """Find the tokens of texts that have passed ``nfc``; a null has none.

    Raises:
        ArgumentError: A text has 2 GiB or more, beyond what int32 spans can say.
    """
    data, offsets, absent = text_buffers(texts)
    lengths = np.diff(offsets)
    longest = int(lengths.max(initial=0))
    if longest >= LONGEST:
        raise ArgumentError(f"texts: an article must have less than 2 GiB of text, got {longest} bytes")
    # News has a token every six bytes. Where there are more, the arrays grow, by enough for any one article.
    room = int(lengths.sum()) // 5 + longest // 2 + 1
    token_offsets = np.zeros(len(texts) + 1, np.int64)
    values, starts, stops = np.empty(room, np.uint32), np.empty(room, np.int32), np.empty(room, np.int32)
    done = 0
    with wrapping():
        while True:
            done = kernels.tokenize_batch(
                data, offsets, absent, token_table(), done, token_offsets, values, starts, stops
            )
            if done == len(texts):
                break
            room += room // 2 + longest // 2 + 1
            for array in (values, starts, stops):
                array.resize(room, refcheck=False)
    used = int(token_offsets[-1])
    return Tokens(values[:used], token_offsets, starts[:used], stops[:used])


def strip(
    texts: pa.LargeStringArray,
    tokens: Tokens,
    outlets: npt.NDArray[np.uint64],
    furniture: npt.NDArray[np.uint64],
) -> Tokens:
    """Return the tokens without furniture. The arrays of `tokens` are used up.

    Args:
        texts: The texts of the tokens.
        tokens: What `tokenize` made of them.
        outlets: uint64 (n), a hash of each text's outlet; 0 for a text that has no furniture.
        furniture: uint64, the open-addressed table of the units that are left out; all 0 for none.
    """
    data, offsets, _ = text_buffers(texts)
    with wrapping():
        units.strip_all(data, offsets, tokens.offsets, tokens.values, tokens.starts, tokens.stops, outlets, furniture)
    used = int(tokens.offsets[-1])
    return Tokens(tokens.values[:used], tokens.offsets, tokens.starts[:used], tokens.stops[:used])


def marks(
    texts: pa.LargeStringArray, tokens: Tokens, wanted: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.uint32]:
    """Return what `stages._kernels.marks` says of each token: numbers, names, starts of sentences.

    Where only some texts are `wanted` (bool[n]), anything stands for the tokens of the others.
    """
    data, offsets, _ = text_buffers(texts)
    wanted = np.ones(len(texts), np.bool_) if wanted is None else wanted
    found = np.empty(len(tokens.values), np.uint32)
    with wrapping():
        mark_kernels.mark_all(
            data, offsets, wanted, tokens.offsets, tokens.values, tokens.starts, tokens.stops, *number_words(), found
        )
    return found
