"""Candidate pairs to matches with a relation: shingle containment, then an alignment, then a score.

The score is rapidfuzz's normalized Indel similarity over token hashes, that is twice the longest common
subsequence over both lengths. Tokens, not characters: ten to twenty-five times faster, and a quote mark
restyled is no difference.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from dedup.stages._kernels import evidence as kernels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

IDENTICAL, COPY, EXCERPT, DISTANT = range(4)
RELATIONS = ("identical", "copy", "excerpt", "distant")
"""Relations by their code; `distant` is a rejection."""

SHARED_FLOOR = 0.4
"""Share of the shorter text's shingles below which a pair is distant without an alignment."""
ALIGNED = 0.88
"""Share of the shorter text's tokens that the alignment must cover."""
EXCERPT_RATIO = 1.25
"""A text longer than this many times the other holds an excerpt, not a copy."""
LONG = 20_000
"""Tokens above which the score is taken from the alignment: rapidfuzz takes quadratic time."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What confirmation says of m pairs; arrays of m.

    Attributes:
        relation: int8, index into `RELATIONS`.
        strength: float64 in [0, 1]; containment of the shorter text for excerpts, else resemblance.
        resemblance: float64, Jaccard similarity of the two sets of shingles.
        containment_a: float64, share of the first text's shingles found in the second.
        containment_b: float64, share of the second text's shingles found in the first.
        score: float64, rapidfuzz score in [0, 1] of confirmed pairs; 0 for rejected ones.
        aligned: float64, share of the shorter text's tokens that the alignment covers; 0 if not aligned.
    """

    relation: NDArray[np.int8]
    strength: NDArray[np.float64]
    resemblance: NDArray[np.float64]
    containment_a: NDArray[np.float64]
    containment_b: NDArray[np.float64]
    score: NDArray[np.float64]
    aligned: NDArray[np.float64]

    def take(self, chosen: NDArray[np.generic]) -> Verdicts:
        """Return the verdicts of some pairs, given by index or by mask."""
        return Verdicts(*(getattr(self, name)[chosen] for name in self.__slots__))

    def mirrored(self, swapped: NDArray[np.bool_]) -> Verdicts:
        """Return the verdicts with the two sides exchanged where `swapped`."""
        return replace(
            self,
            containment_a=np.where(swapped, self.containment_b, self.containment_a),
            containment_b=np.where(swapped, self.containment_a, self.containment_b),
        )

    @classmethod
    def concat(cls, parts: Sequence[Verdicts]) -> Verdicts:
        """Return the verdicts of several lots of pairs as one."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    @classmethod
    def of_identical(cls, size: int) -> Verdicts:
        """Return the verdicts of pairs that are known to have the same tokens."""
        ones = np.ones(size)
        return cls(np.full(size, IDENTICAL, np.int8), *[ones] * 6)


def confirm(
    tokens: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    *,
    shingle_size: int,
    threshold: float,
) -> Verdicts:
    """Judge m pairs of n texts.

    Args:
        tokens: uint32, token hashes of all texts in one buffer.
        offsets: int64[n + 1], where each text's tokens begin and the last one's end.
        a: int64[m], one text of each pair; sorting pairs by it saves work.
        b: int64[m], the other.
        shingle_size: Tokens a shingle.
        threshold: Least strength of a match.
    """
    size = len(offsets) - 1
    counts = np.diff(offsets)
    shingles = np.empty(len(tokens), np.uint32)
    places = np.empty(size + 1, np.int64)
    distinct = np.zeros(size, np.int64)
    shared = np.zeros(len(a), np.int64)
    aligned = np.zeros(len(a), np.int64)
    with np.errstate(over="ignore"):  # hashes are taken modulo 2**64
        kernels.shingle_all(tokens, offsets, shingle_size, shingles, places, distinct)
        kernels.gather(
            tokens, offsets, shingles, places, distinct, a, b, shingle_size, SHARED_FLOOR, shared, aligned
        )
    in_a, in_b = np.maximum(distinct[a], 1), np.maximum(distinct[b], 1)
    resemblance = shared / np.maximum(distinct[a] + distinct[b] - shared, 1)
    shorter, longer = np.minimum(counts[a], counts[b]), np.maximum(counts[a], counts[b])
    covered = np.maximum(aligned, 0) / np.maximum(shorter, 1)
    excerpt = longer > EXCERPT_RATIO * shorter
    strength = np.where(excerpt, shared / np.minimum(in_a, in_b), resemblance)
    same = (aligned == longer) & (longer > 0)
    relation = np.where(same, IDENTICAL, np.where(excerpt, EXCERPT, COPY)).astype(np.int8)
    strength[same] = 1.0
    relation[(covered < ALIGNED) | (strength < threshold)] = DISTANT
    score = np.zeros(len(a))
    found = np.flatnonzero(relation != DISTANT)
    score[found] = _scores(tokens, offsets, a[found], b[found], aligned[found])
    return Verdicts(relation, strength, resemblance, shared / in_a, shared / in_b, score, covered)


def _scores(
    tokens: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    aligned: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the rapidfuzz score of each pair; of very long texts twice the aligned tokens over all."""
    lengths = (offsets[a + 1] - offsets[a]) + (offsets[b + 1] - offsets[b])
    scores = 2.0 * aligned / np.maximum(lengths, 1)
    short = np.flatnonzero(lengths <= 2 * LONG)
    rows = {row: array("I", tokens[offsets[row] : offsets[row + 1]].tobytes()) for row in {*a[short], *b[short]}}
    if len(short):
        scores[short] = process.cpdist(
            [rows[row] for row in a[short]],
            [rows[row] for row in b[short]],
            scorer=Indel.normalized_similarity,
            dtype=np.float64,
        )
    return scores


def alignment(
    tokens: NDArray[np.uint32], offsets: NDArray[np.int64], a: int, b: int, *, shingle_size: int
) -> NDArray[np.int64]:
    """Return the blocks that texts `a` and `b` share in order: int64[k, 3] of (token of a, token of b, length)."""
    one, two = (tokens[offsets[text] : offsets[text + 1]] for text in (a, b))
    with np.errstate(over="ignore"):
        return kernels.align_tokens(one, two, shingle_size)  # type: ignore[no-any-return]


def reasons(verdict: Verdicts, threshold: float) -> tuple[str, ...]:
    """Say in sentences why one pair was judged as it was; `verdict` holds that pair alone."""
    relation, strength, aligned = verdict.relation[0], verdict.strength[0], verdict.aligned[0]
    if relation == IDENTICAL:
        return ("both have the same tokens in the same order",)
    said = [f"the alignment covers {aligned:.1%} of the shorter text (a match needs {ALIGNED:.0%})"]
    if not aligned:
        said = [f"the shorter text shares less than {SHARED_FLOOR:.0%} of its shingles"]
    elif strength < threshold:
        said.append(f"strength {strength:.3f} is below the threshold {threshold:g}")
    elif relation == EXCERPT:
        said.append(f"the longer text is more than {EXCERPT_RATIO:g} times as long")
    return tuple(said)
