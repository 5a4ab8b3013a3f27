"""Verdicts on pairs, with the score of each match.

The score is rapidfuzz's normalized Indel similarity over token hashes, that is twice the longest common
subsequence over both lengths. Tokens, not characters: ten to twenty-five times faster, and a quote mark
restyled is no difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from dedup.stages._kernels import labels as kernels
from dedup.stages.confirm.rules import DISTANT, IDENTICAL, JOINING, LINKED, MATCHES, RELATIONS, decide, items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.stages.confirm.evidence import Evidence, Overlap, Texts

# A look into a table: numpy's `isin` takes as long for one pair as the table for a thousand.
_MATCHES, _JOINING = (np.isin(np.arange(len(RELATIONS)), codes) for codes in (MATCHES, JOINING))
LONG = 20_000
"""Tokens above which the score is taken from the alignment: rapidfuzz takes quadratic time."""
_BYTES = 256  # labels that fit into bytes; LONG keeps the others far below the surrogates of UTF-16


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What confirmation says of m pairs; arrays of m.

    Attributes:
        relation: int8, index into `RELATIONS`.
        strength: float64 in [0, 1]; containment of the shorter text for excerpts, else resemblance.
        resemblance: float64, Jaccard similarity of the two sets of shingles.
        containment_a: float64, share of the first text's shingles found in the second.
        containment_b: float64, share of the second text's shingles found in the first.
        score: float64, rapidfuzz score in [0, 1] of matches; 0 for rejected pairs.
        item: bool, whether an excerpt may be one item of a round-up.
    """

    relation: NDArray[np.int8]
    strength: NDArray[np.float64]
    resemblance: NDArray[np.float64]
    containment_a: NDArray[np.float64]
    containment_b: NDArray[np.float64]
    score: NDArray[np.float64]
    item: NDArray[np.bool_]

    def take(self, chosen: NDArray[np.generic] | slice) -> Verdicts:
        """Return the verdicts of some pairs, given by index, by mask or by slice."""
        return Verdicts(*(getattr(self, name)[chosen] for name in self.__slots__))

    def mirrored(self, swapped: NDArray[np.bool_]) -> Verdicts:
        """Return the verdicts with the two sides exchanged where `swapped`."""
        return replace(
            self,
            containment_a=np.where(swapped, self.containment_b, self.containment_a),
            containment_b=np.where(swapped, self.containment_a, self.containment_b),
        )

    def linked(self, chosen: NDArray[np.bool_], strength: NDArray[np.float64] | float) -> Verdicts:
        """Return the verdicts with those `chosen` replaced by the user's word that the two belong together."""
        return replace(
            self,
            relation=np.where(chosen, LINKED, self.relation).astype(np.int8),
            strength=np.where(chosen, strength, self.strength),
            item=self.item & ~chosen,
        )

    @classmethod
    def room(cls, size: int) -> Verdicts:
        """Return verdicts to be filled by `put`."""
        one, two, three, four, five = (np.empty(size) for _ in range(5))
        return cls(np.empty(size, np.int8), one, two, three, four, five, np.empty(size, np.bool_))

    def put(self, place: int, part: Verdicts) -> None:
        """Write some verdicts over those from `place` on."""
        for name in self.__slots__:
            written = getattr(part, name)
            getattr(self, name)[place : place + len(written)] = written

    @classmethod
    def concat(cls, parts: Sequence[Verdicts]) -> Verdicts:
        """Return the verdicts of several lots of pairs as one."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    @classmethod
    def of_identical(cls, size: int) -> Verdicts:
        """Return the verdicts of pairs that are known to have the same tokens."""
        one = np.ones(size)
        return cls(np.full(size, IDENTICAL, np.int8), one, one, one, one, one, one == 0)

    @classmethod
    def of_distant(cls, common: Overlap, a: NDArray[np.int64], b: NDArray[np.int64]) -> Verdicts:
        """Return what `judge` says of pairs none of which shares enough shingles to be looked at."""
        either = common.distinct[a] + common.distinct[b] - common.shared
        resemblance = common.shared / np.maximum(either, 1)
        contained_a, contained_b = (common.shared / np.maximum(common.distinct[side], 1) for side in (a, b))
        nothing = np.zeros(len(a))
        relation = np.full(len(a), DISTANT, np.int8)
        return cls(relation, resemblance, resemblance, contained_a, contained_b, nothing, nothing > 0)


def matching(relation: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which relations are matches, bool[m]; a negative one is none."""
    return _MATCHES[relation]


def joins(relation: NDArray[np.int8], *, revisions: bool) -> NDArray[np.bool_]:
    """Return which relations put two articles into one cluster, bool[m]; a negative one does not."""
    return (_MATCHES if revisions else _JOINING)[relation]


def judge(texts: Texts, a: NDArray[np.int64], b: NDArray[np.int64], evidence: Evidence, threshold: float) -> Verdicts:
    """Judge m pairs of n texts.

    Args:
        texts: The texts.
        a: int64[m], one text of each pair.
        b: int64[m], the other.
        evidence: What `examine` found out about the pairs.
        threshold: Least strength of a match.
    """
    relation, strength = decide(evidence, threshold)
    score = np.zeros(len(a))
    found = np.flatnonzero(matching(relation))
    if len(found):
        score[found] = scores(texts, a[found], b[found], evidence.aligned[found])
    return Verdicts(
        relation,
        strength,
        evidence.resemblance,
        evidence.containment_a,
        evidence.containment_b,
        score,
        items(evidence, relation),
    )


def scores(texts: Texts, a: NDArray[np.int64], b: NDArray[np.int64], aligned: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the rapidfuzz score of each pair; of very long texts twice the aligned tokens over all.

    Args:
        texts: The texts.
        a: int64[m], one text of each pair.
        b: int64[m], the other.
        aligned: int64[m], tokens that are known to stand in both in the same order; negative where nobody looked.
    """
    lengths = texts.offsets[a + 1] - texts.offsets[a] + texts.offsets[b + 1] - texts.offsets[b]
    values: NDArray[np.float64] = 2.0 * aligned / np.maximum(lengths, 1)
    short = np.flatnonzero(lengths <= 2 * LONG)
    if len(short):
        lengths = lengths[short]
        values[short] = 1.0 - _distances(texts, a[short], b[short], lengths, aligned[short]) / np.maximum(lengths, 1)
    return values


def _distances(
    texts: Texts,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    lengths: NDArray[np.int64],
    aligned: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the Indel distance of the tokens of each pair: those of both that are in no common subsequence.

    rapidfuzz is given those tokens of which that is not known without it, as letters: of numbers it makes Python
    objects first, which takes ten times as long as the comparison. It is also told how far apart the two can be at
    most, by the tokens that are aligned: then it looks only near the diagonal.
    """
    room = np.empty(lengths.sum(), np.uint16)
    ends, used, equal = np.empty((len(a), 2), np.int64), np.empty(len(a), np.int64), np.empty(len(a), np.int64)
    kernels.label_pairs(texts.tokens, texts.offsets, a, b, aligned, room, ends, used, equal)
    stops: NDArray[np.int64] = ends.ravel()
    sizes: NDArray[np.int64] = stops.copy()
    sizes[1:] -= stops[:-1]
    few = np.repeat(used <= _BYTES, 2)
    labels = room[: stops[-1]]
    small, large = labels.astype(np.uint8).tobytes(), labels.tobytes()
    letters = [
        small[stop - size : stop] if byte else large[2 * (stop - size) : 2 * stop].decode("utf-16-le")
        for stop, size, byte in zip(stops.tolist(), sizes.tolist(), few.tolist(), strict=True)
    ]
    theirs, mine = letters[::2], letters[1::2]
    both = sizes[::2] + sizes[1::2]
    most = both - 2 * np.maximum(aligned - equal, 0)
    _, bits = np.frexp(most)  # of the number in binary; none where nothing is open
    found = np.zeros(len(a), np.int64)
    for each in set(bits.tolist()) - {0}:
        some = np.flatnonzero(bits == each)
        found[some] = process.cpdist(
            list(map(mine.__getitem__, some)),
            list(map(theirs.__getitem__, some)),
            scorer=Indel.distance,
            score_cutoff=1 << each,
            dtype=np.int64,
        )
    return lengths - 2 * equal - (both - found)
