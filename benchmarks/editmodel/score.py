"""One run over a collection, and what it found, with 95 % intervals."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import dedup
from dedup.review.intervals import Share
from editmodel.story import token_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from editmodel.negatives import Room
    from editmodel.story import Article

BUCKETS = {"under 40": (0, 40), "40 to 80": (40, 80), "80 to 300": (80, 300), "over 300": (300, math.inf)}
LEAST = 40
"""Tokens of a copy from which it counts for the recall of an edit; shorter ones are a bucket of their own."""


@dataclass(slots=True)
class Rate:
    """So many of so many."""

    hits: int = 0
    total: int = 0

    def add(self, hit: bool) -> None:
        """Count one."""
        self.hits += hit
        self.total += 1

    @property
    def value(self) -> float:
        """Share of hits."""
        return self.hits / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        return Share(self.hits, self.total).interval

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.hits:5} of {self.total:5} {self.value:7.3f}  [{low:.3f}, {high:.3f}]"


@dataclass(slots=True)
class Recall:
    """What was found of the copies of one edit.

    Attributes:
        long: Of the copies of at least `LEAST` tokens.
        buckets: The same by length.
        clustered: Of later versions, those that were clustered; they should only be related.
        missed: (id of base, id of copy) of the misses among the long ones.
        result: The run.
    """

    long: Rate = field(default_factory=Rate)
    buckets: dict[str, Rate] = field(default_factory=lambda: {name: Rate() for name in BUCKETS})
    clustered: Rate = field(default_factory=Rate)
    missed: list[tuple[str, str]] = field(default_factory=list)
    result: dedup.Result | None = None


def cluster_numbers(result: dedup.Result) -> dict[str, int]:
    """Return the number of each clustered article's cluster."""
    return {name: number for number, one in enumerate(result.clusters) for name in one.ids}


def recall(bases: Iterable[Article], copies: Sequence[tuple[str, Article]], expected: str) -> Recall:
    """Run over bases and (id of a base, its copy); see `catalogue.Edit` for what may be expected."""
    distinct = {str(copy["id"]): copy for _, copy in copies}
    found = Recall(result=dedup.find_duplicates([*bases, *distinct.values()]))
    assert found.result is not None  # noqa: S101
    number_of = cluster_numbers(found.result)
    relations = {(match.a, match.b): match.relation for match in found.result.matches}
    lengths = dict(zip(distinct, token_counts([str(copy["text"]) for copy in distinct.values()]), strict=True))
    for base, article in copies:
        copy = str(article["id"])
        relation = relations.get((min(base, copy), max(base, copy)))
        together = base in number_of and number_of[base] == number_of.get(copy)
        hit = {"revision": relation == "revision", "match": relation is not None}.get(expected, together)
        length = lengths[copy]
        bucket = next(name for name, (low, high) in BUCKETS.items() if low <= length < high)
        found.buckets[bucket].add(hit)
        if length >= LEAST:
            found.long.add(hit)
            found.clustered.add(together)
            if not hit:
                found.missed.append((base, copy))
    return found


@dataclass(slots=True)
class Merges:
    """False merges in one room.

    Attributes:
        rate: Articles that are in one cluster with another story.
        pairs: Two stories that were merged, each time.
        result: The run.
    """

    rate: Rate
    pairs: list[tuple[str, str]]
    result: dedup.Result


def merges(room: Room) -> Merges:
    """Run over a room and count the articles that are in one cluster with another story."""
    result = dedup.find_duplicates(room.articles)
    wrong: Counter[str] = Counter()
    pairs = []
    for cluster in result.clusters:
        told = [name for name in cluster.ids if room.stories[name] is not None]
        if len({room.stories[name] for name in told}) > 1:
            wrong.update(told)
            pairs += list(pairwise(told))
    return Merges(Rate(sum(wrong[name] > 0 for name in room.asked), len(room.asked)), pairs, result)
