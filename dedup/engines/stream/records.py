"""What a store keeps of articles and pairs, as bytes: plain little-endian numbers side by side."""

from __future__ import annotations

import itertools
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dedup.errors import DedupError, StoreError
from dedup.stages import confirm
from dedup.stages._kernels import packing
from dedup.stages._kernels.compiling import wrapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from dedup.stores import Row, Store

FORMAT = "dedup index 4"
"""Names what is said here and the tables of `stores.base`; whatever changes either changes this."""
ALONE, DATED = 1, 2
UNJUDGED = -1
"""Relation of a pair that nobody has looked at yet."""
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
PAIR = np.dtype(
    [
        ("a", "<u4"),  # numbers of the texts, a < b
        ("b", "<u4"),
        ("relation", "i1"),
        ("proposed", "?"),  # whether they share a bucket; else a cluster asked for the pair
        ("item", "?"),
        ("bands", "<u2"),  # how many they share
        ("resemblance", "<f8"),  # from here on of matches only
        ("containment_a", "<f8"),
        ("containment_b", "<f8"),
        ("score", "<f8"),
    ]
)
MEASURES = ["resemblance", "containment_a", "containment_b", "score"]
KNOWN = [name for name in PAIR.names or () if name not in MEASURES]
"""What there is of pairs that are no matches, too."""
Body: TypeAlias = tuple[bytes, bytes, bytes, float]
"""Tokens, marks, headline and support of a text."""
_WORDS = HEAD.itemsize // 4
_WINDOW = 12  # bits: how far back a repetition is looked for
_SHRINKS = 1032  # times that deflated bytes can become more, at most
_PAIRS = 20_000  # pairs taken at a time


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


def _deflated(data: bytes) -> bytes:
    """Return bytes in fewer, at little cost, and a sum that tells whether they were changed."""
    deflating = zlib.compressobj(1, zlib.DEFLATED, _WINDOW, 5)
    return deflating.compress(data) + deflating.flush()


def _inflated(data: bytes) -> bytes:
    """Read what `_deflated` made; StoreError if it was changed since."""
    try:
        return zlib.decompress(data, _WINDOW)
    except zlib.error as error:
        raise StoreError(f"the index is damaged: {error}") from error


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


def pairs_to_bytes(pairs: NDArray[np.void]) -> bytes:
    """Return pairs as bytes: how many, what is known of all, and the measures of matches; column by column."""
    matches = pairs[confirm.matching(pairs["relation"])]
    columns = [pairs[name].tobytes() for name in KNOWN] + [matches[name].tobytes() for name in MEASURES]
    return len(pairs).to_bytes(4, "little") + _deflated(b"".join(columns))


def count_of(stored: bytes) -> int:
    """Return how many pairs `pairs_to_bytes` was given; StoreError if its bytes cannot hold so many."""
    size = int.from_bytes(stored[:4], "little")
    if size > _SHRINKS * len(stored):
        raise StoreError(f"the index is damaged: {len(stored):,} bytes are said to hold {size:,} pairs")
    return size


def in_lots(stored: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield what `pairs_to_bytes` made, often of few pairs, in lots of about `_PAIRS`."""
    lot, size = list[bytes](), 0
    for one in stored:
        lot.append(one)
        size += count_of(one)
        if size > _PAIRS:
            yield lot
            lot, size = [], 0
    if lot:
        yield lot


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Pairs, column by column.

    Attributes:
        known: By name, `KNOWN` of `PAIR` of all pairs.
        measures: `MEASURES` of the matches among them.
    """

    known: dict[str, NDArray[Any]]
    measures: list[NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.known["a"])

    @classmethod
    def from_bytes(cls, stored: bytes) -> PairColumns:
        """Read what `pairs_to_bytes` made."""
        size, data, begin = count_of(stored), _inflated(stored[4:]), 0
        known, measures = dict[str, "NDArray[Any]"](), list["NDArray[np.float64]"]()
        for name in KNOWN:
            known[name] = np.frombuffer(data, PAIR[name], size, begin)
            begin += size * PAIR[name].itemsize
        matches = int(np.count_nonzero(confirm.matching(known["relation"])))
        for name in MEASURES:
            measures.append(np.frombuffer(data, PAIR[name], matches, begin))
            begin += matches * PAIR[name].itemsize
        return cls(known, measures)

    @classmethod
    def of_lot(cls, stored: Sequence[bytes]) -> PairColumns:
        """Read several of them as one."""
        parts = [cls.from_bytes(one) for one in stored]
        return cls(
            {name: np.concatenate([part.known[name] for part in parts]) for name in KNOWN},
            [np.concatenate(columns) for columns in zip(*(part.measures for part in parts), strict=True)],
        )

    def take(self, chosen: NDArray[np.bool_]) -> PairColumns:
        """Return some of the pairs."""
        mine = chosen[confirm.matching(self.known["relation"])]
        return PairColumns(
            {name: column[chosen] for name, column in self.known.items()}, [column[mine] for column in self.measures]
        )

    def records(self) -> NDArray[np.void]:
        """Return them as `PAIR`[m]."""
        pairs = np.zeros(len(self), PAIR)
        for name, column in self.known.items():
            pairs[name] = column
        matches = np.flatnonzero(confirm.matching(pairs["relation"]))
        for name, column in zip(MEASURES, self.measures, strict=True):
            pairs[name][matches] = column
        return pairs


def names_to_json(names: Sequence[str]) -> str:
    """Return what `json.dumps` does, which is prepared for anything: too much for every article that comes."""
    return f"[{', '.join(map(encode_basestring_ascii, names))}]"


def verdicts_of(pairs: NDArray[np.void]) -> confirm.Verdicts:
    """Return pairs as verdicts."""
    contained = np.maximum(pairs["containment_a"], pairs["containment_b"])
    strength = confirm.strengths(pairs["relation"], pairs["resemblance"], contained)
    relation, item = pairs["relation"].copy(), pairs["item"].copy()
    resemblance, in_a, in_b, score = (np.ascontiguousarray(pairs[name]) for name in MEASURES)
    return confirm.Verdicts(relation, strength, resemblance, in_a, in_b, score, item)


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
