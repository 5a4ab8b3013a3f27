"""What a store keeps of articles, as bytes: plain little-endian numbers side by side."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from dedup.errors import DedupError, StoreError
from dedup.stages import confirm
from dedup.stages._kernels import packing
from dedup.stages._kernels.compiling import wrapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedup.stores import Row, Store

FORMAT = "dedup index 4"
"""Names what is said here, in `storedpairs` and of the tables of `stores.base`; whatever changes these changes it."""
ALONE, DATED = 1, 2
HEAD = np.dtype(
    [
        ("digest", "<u8", (2,)),  # of the tokens; with the headline's hash where the text does not stand by itself
        ("headline", "<u8"),
        ("lo", "<i8"),  # published between lo and hi, microseconds since 1970; where not DATED, when it was added
        ("hi", "<i8"),
        ("tokens", "<u4"),
        ("flags", "<u4"),
    ]
)
Body: TypeAlias = tuple[bytes, bytes, bytes, float]
"""Tokens, marks, headline and support of a text."""
_WORDS = HEAD.itemsize // 4


@dataclass(frozen=True, slots=True)
class Sketches:
    """What it takes to find the like of n articles.

    Attributes:
        heads: `HEAD`[n].
        bands: uint32[n, k], band keys of body and lead.
        passages: uint32[p], sampled passages, rising within each text.
        ends: int64[n], where the passages of each text end.
    """

    heads: NDArray[np.void]
    bands: NDArray[np.uint32]
    passages: NDArray[np.uint32]
    ends: NDArray[np.int64]

    def to_bytes(self) -> list[bytes]:
        """Return one string of bytes an article."""
        bands, passages = self.bands.astype("<u4", copy=False), self.passages.astype("<u4", copy=False)
        return [
            head.tobytes() + band.tobytes() + passages[start:stop].tobytes()
            for head, band, (start, stop) in zip(
                self.heads, bands, itertools.pairwise([0, *self.ends.tolist()]), strict=True
            )
        ]

    @classmethod
    def from_bytes(cls, stored: Sequence[bytes], bands: int) -> Sketches:
        """Read what `to_bytes` made with so many bands."""
        words = np.frombuffer(bytearray().join(stored), "<u4").astype(np.uint32, copy=False)
        lengths = np.array(list(map(len, stored)), np.int64) // 4
        if (lengths < _WORDS + bands).any():
            raise StoreError("the index is damaged: the sketch of an article is too short")
        size = len(stored)
        heads, keys = np.empty((size, _WORDS), np.uint32), np.empty((size, bands), np.uint32)
        passages, ends = np.empty(len(words) - heads.size - keys.size, np.uint32), np.empty(size, np.int64)
        packing.part(words, np.cumsum(lengths), heads, keys, passages, ends)
        return cls(heads.view(HEAD).reshape(size), keys, passages, ends)

    @classmethod
    def concat(cls, parts: Sequence[Sketches]) -> Sketches:
        """Return several lots as one."""
        sizes = [len(part.passages) for part in parts]
        befores = np.cumsum([0, *sizes[:-1]])
        return cls(
            np.concatenate([part.heads for part in parts]),
            np.concatenate([part.bands for part in parts]),
            np.concatenate([part.passages for part in parts]),
            np.concatenate([part.ends + before for part, before in zip(parts, befores, strict=True)]),
        )

    def take(self, rows: NDArray[np.int64]) -> Sketches:
        """Return the sketches of some articles."""
        counts = self.passage_counts
        chosen, ends = counts[rows], np.cumsum(counts[rows])
        places = np.arange(ends[-1] if len(rows) else 0) + np.repeat(self.ends[rows] - ends, chosen)
        return Sketches(self.heads[rows], self.bands[rows], self.passages[places], ends)

    @property
    def passage_counts(self) -> NDArray[np.int64]:
        """int64[n], how many passages each text has."""
        counts = self.ends.copy()
        counts[1:] -= self.ends[:-1]
        return counts


def bodies_to_bytes(texts: confirm.Texts) -> list[Body]:
    """Return (tokens, marks, headline, support) of each text; a headline is its figures, then its content words."""
    ends = np.empty(len(texts.offsets) - 1, np.int64)
    with wrapping():  # sums are taken modulo 2**64
        packed = packing.pack(texts.tokens, texts.marks, texts.offsets, ends)
    return bodies_of(
        texts.tokens, texts.offsets, packed, ends, texts.titles, texts.title_ends, texts.support, texts.figures
    )


def bodies_of(
    tokens: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    packed: NDArray[np.uint8],
    mark_ends: NDArray[np.int64],
    titles: NDArray[np.uint32],
    title_ends: NDArray[np.int64],
    support: NDArray[np.float64],
    figures: NDArray[np.uint64],
) -> list[Body]:
    """Return what `bodies_to_bytes` does of texts whose marks are packed."""
    words, marks, contents = tokens.astype("<u4").tobytes(), packed.tobytes(), titles.astype("<u4").tobytes()
    numbers = figures.astype("<u8").tobytes()
    found, token, mark, content = list[Body](), 0, 0, 0
    rows = zip(offsets[1:].tolist(), mark_ends.tolist(), title_ends.tolist(), support.tolist(), strict=True)
    for row, (token_end, mark_end, content_end, share) in enumerate(rows):
        headline = numbers[8 * row : 8 * row + 8] + contents[4 * content : 4 * content_end]
        found.append((words[4 * token : 4 * token_end], marks[mark:mark_end], headline, share))
        token, mark, content = token_end, mark_end, content_end
    return found


def tokens_from_bytes(stored: Sequence[bytes]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the tokens of texts in one buffer, and where each one's begin and the last one's end."""
    sizes = [len(one) // 4 for one in stored]
    return np.frombuffer(bytearray().join(stored), np.uint32), np.array([*itertools.accumulate(sizes, initial=0)])


def bodies_from_bytes(stored: Sequence[Body]) -> confirm.Texts:
    """Read what `bodies_to_bytes` made."""
    tokens, marks, headlines, support = zip(*stored, strict=True) if stored else ((), (), (), ())
    values, offsets = tokens_from_bytes(tokens)
    ends = np.array([*itertools.accumulate(map(len, marks))], np.int64)
    unpacked = np.empty(offsets[-1], np.uint32)
    with wrapping():  # sums are taken modulo 2**64
        wrong = packing.unpack(np.frombuffer(bytearray().join(marks), np.uint8), ends, values, offsets, unpacked)
    if wrong >= 0:
        raise StoreError("the index is damaged: tokens or marks of an article are not as they were written")
    titles, title_offsets = tokens_from_bytes([one[8:] for one in headlines])
    figures = np.frombuffer(bytearray().join([one[:8] for one in headlines]), np.uint64)
    return confirm.Texts(values, offsets, unpacked, titles, title_offsets[1:], np.array(support, np.float64), figures)


def names_to_json(names: Sequence[str]) -> str:
    """Return what `json.dumps` does, which is prepared for anything: too much for every article that comes."""
    return f"[{', '.join(map(encode_basestring_ascii, names))}]"


@contextmanager
def sound() -> Iterator[None]:
    """Say that the index is damaged where what is read of it makes no sense: StoreError."""
    try:
        yield
    except DedupError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise StoreError(f"the index is damaged: {error}") from error


def whole_rows(store: Store, table: str, numbers: Sequence[int], columns: Sequence[str]) -> list[Row]:
    """Return the rows of distinct numbers as `Store.get` does; StoreError if one is missing."""
    rows = store.get(table, numbers, columns)
    if len(rows) < len(numbers):
        missing = min(set(numbers) - {row[0] for row in rows})
        raise StoreError(f"the index is damaged: row {missing} of the table {table!r} is missing")
    return rows
