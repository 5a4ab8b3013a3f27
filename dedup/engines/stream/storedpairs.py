"""What a store keeps of pairs, as bytes: plain little-endian numbers, column by column, deflated."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.errors import StoreError
from dedup.stages import confirm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

UNJUDGED = -1
"""Relation of a pair that nobody has looked at yet."""
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
_WINDOW = 12  # bits: how far back a repetition is looked for
_SIZE = sum(PAIR[name].itemsize for name in KNOWN)
_SHRINKS = 1032  # times that deflated bytes can become more, at most
_LOT = 20_000  # pairs taken at a time


def pairs_to_bytes(pairs: NDArray[np.void]) -> bytes:
    """Return pairs as bytes: how many, what is known of all, and the measures of matches; column by column."""
    matches = pairs[confirm.matching(pairs["relation"])]
    columns = [pairs[name].tobytes() for name in KNOWN] + [matches[name].tobytes() for name in MEASURES]
    return len(pairs).to_bytes(4, "little") + _deflated(b"".join(columns))


def count_of(stored: bytes) -> int:
    """Return how many pairs `pairs_to_bytes` was given; StoreError if its bytes cannot hold so many."""
    size = int.from_bytes(stored[:4], "little")
    if size * _SIZE > _SHRINKS * len(stored):
        raise StoreError(f"the index is damaged: {len(stored):,} bytes are said to hold {size:,} pairs")
    return size


def pairs_in_lots(stored: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield what `pairs_to_bytes` made, often of few pairs, in lots of about `_LOT`."""
    lot, size = list[bytes](), 0
    for one in stored:
        lot.append(one)
        size += count_of(one)
        if size > _LOT:
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


def verdicts_of(pairs: NDArray[np.void]) -> confirm.Verdicts:
    """Return pairs as verdicts."""
    contained = np.maximum(pairs["containment_a"], pairs["containment_b"])
    strength = confirm.strengths(pairs["relation"], pairs["resemblance"], contained)
    relation, item = pairs["relation"].copy(), pairs["item"].copy()
    resemblance, in_a, in_b, score = (np.ascontiguousarray(pairs[name]) for name in MEASURES)
    return confirm.Verdicts(relation, strength, resemblance, in_a, in_b, score, item)


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
