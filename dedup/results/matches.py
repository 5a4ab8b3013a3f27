"""Matches between articles."""

from __future__ import annotations

from dataclasses import dataclass
from operator import lt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.stages.confirm import EXCERPT, RELATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.stages.confirm import Verdicts


class Match(NamedTuple):
    """Two articles with the same text, or one cut from the other.

    Attributes:
        a: Id of one article; `a` sorts before `b`.
        b: Id of the other.
        relation: "identical" (same tokens), "copy" (nearly), "excerpt" (one is cut from the other), "revision"
            (versions of one piece with changed facts or rewritten passages) or "linked" (the user said so).
        strength: In [0, 1]; containment of the shorter text for an excerpt, else resemblance.
        resemblance: Jaccard similarity of the two sets of shingles.
        containment_a: Share of the shingles of `a` that are in `b`.
        containment_b: Share of the shingles of `b` that are in `a`.
        score: rapidfuzz similarity of the two token sequences, in [0, 1].
    """

    a: str
    b: str
    relation: str
    strength: float
    resemblance: float
    containment_a: float
    containment_b: float
    score: float

    @property
    def excerpt(self) -> str | None:
        """Id of the article that is cut from the other; None where neither is."""
        if self.relation != RELATIONS[EXCERPT]:
            return None
        return self.a if self.containment_a >= self.containment_b else self.b


@dataclass(frozen=True, slots=True)
class Joined:
    """An article that joined a cluster of an earlier result.

    Attributes:
        id: Id of the article.
        cluster: The least id of that cluster, as it was.
        centre: Id of its centre.
        canonical: Id of its canonical article, as it was.
        match: With the centre, or with an article of that cluster that has the same tokens.
    """

    id: str
    cluster: str
    centre: str
    canonical: str
    match: Match


@dataclass(frozen=True, slots=True)
class Between:
    """m matches between rows that are not made yet, for most are never asked for.

    Attributes:
        one: int64[m], one row of each.
        two: int64[m], the other.
        verdicts: What was said of them.
        names: The ids of the rows.
    """

    one: NDArray[np.int64]
    two: NDArray[np.int64]
    verdicts: Verdicts
    names: dict[int, str]

    def part(self, chosen: NDArray[np.int64] | slice) -> Between:
        """Return some of them, by place."""
        return Between(self.one[chosen], self.two[chosen], self.verdicts.take(chosen), self.names)

    def named(self) -> list[Match]:
        """Return them as matches, in their order."""
        ones, twos = (list(map(self.names.__getitem__, side.tolist())) for side in (self.one, self.two))
        return matches_of(ones, twos, self.verdicts)


def matches_of(ones: Sequence[str], twos: Sequence[str], verdicts: Verdicts) -> list[Match]:
    """Return verdicts on pairs of ids as matches, in the order given."""
    ordered = np.fromiter(map(lt, ones, twos), np.bool_, len(ones))
    in_ones, in_twos = verdicts.containment_a, verdicts.containment_b
    columns = (
        map(min, ones, twos),
        map(max, ones, twos),
        map(RELATIONS.__getitem__, verdicts.relation.tolist()),
        verdicts.strength.tolist(),
        verdicts.resemblance.tolist(),
        np.where(ordered, in_ones, in_twos).tolist(),
        np.where(ordered, in_twos, in_ones).tolist(),
        verdicts.score.tolist(),
    )
    return list(map(Match._make, zip(*columns, strict=True)))
