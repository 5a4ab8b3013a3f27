"""From candidate pairs to matches, and on until clusters miss no pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from dedup.engines.reading import numbered
from dedup.stages import cluster, confirm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.engines.reading import Reading
    from dedup.settings import Settings
    from dedup.stages import lsh

NEAREST = 4
"""Candidates of an article that are confirmed first, those that share most bands. The others wait: with most of them it
turns out to be connected by matches, and clusters ask for what they want to know."""
_BLOCK = 2048  # pairs a task: few enough to keep all cores busy; with each its texts are tokenized again


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Matches between texts.

    Attributes:
        a: int64[m], one text of each match, less than `b`.
        b: int64[m], the other.
        verdicts: What was said of them.
        joins: bool[m], which of them put two texts into one cluster.
        compared: Pairs that were looked at.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    verdicts: confirm.Verdicts
    joins: NDArray[np.bool_]
    compared: int


class Judge(Protocol):
    """Knows the texts behind the numbers."""

    def verdicts(
        self, a: NDArray[np.int64], b: NDArray[np.int64], wanted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], confirm.Verdicts]:
        """Judge pairs of texts; return those that are near or `wanted`, by their places, and the verdicts on them."""

    def related(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pairs of excerpts are cut from one story, bool[m]."""


def confirm_until_stable(
    judge: Judge,
    candidates: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    lengths: NDArray[np.int64],
    window: lsh.Window | None,
    bonds: cluster.Bonds | None,
    *,
    revisions: bool,
) -> Confirmed:
    """Confirm the candidates and what was said to belong together, then whatever pairs clusters still miss.

    Args:
        judge: Who judges pairs of texts, which are numbered in the order of their least ids.
        candidates: Codes of pairs, rising: those to begin with, and those that wait.
        lengths: int64[n], tokens of each text.
        window: When each was published, where only what is near in time is compared.
        bonds: What was said to belong together or apart.
        revisions: Whether revisions join.
    """
    size = len(lengths)
    undated = None if window is None else window.undated
    nothing = np.empty(0, np.uint64)
    together, apart = (nothing, nothing) if bonds is None else (bonds.together, bonds.apart)
    nearest, waiting = candidates
    tested = asked = cluster.all_codes(nearest, together)
    found_a, found_b, found = np.empty(0, np.int64), np.empty(0, np.int64), confirm.Verdicts.room(0)
    for _ in range(cluster.ROUNDS):
        a, b, verdicts = _matching(judge, asked, together, apart)
        found_a, found_b = np.concatenate([found_a, a]), np.concatenate([found_b, b])
        found = confirm.Verdicts.concat([found, verdicts])
        del a, b, verdicts  # they are the most that a run holds
        joins = confirm.joins(found.relation, revisions=revisions)
        asked = cluster.missing_pairs(
            size, found_a[joins], found_b[joins], lengths, tested, waiting, asked, undated, bonds
        )
        if window is not None:
            asked = asked[window.near(*cluster.pairs_of(asked))]
        if not len(asked):
            break
        tested = cluster.all_codes(tested, asked)
    # A round-up keeps the longest of its excerpts, and of the others those on the same thing.
    edges, parts, best = cluster.rivals(found_a, found_b, found.item & joins, lengths)
    joins[edges[~judge.related(parts, best)]] = False
    confirmed = Confirmed(found_a, found_b, found, joins, len(tested))
    return confirmed if bonds is None else _carried(confirmed, judge, bonds)


def _matching(
    judge: Judge, asked: NDArray[np.uint64], together: NDArray[np.uint64], apart: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], confirm.Verdicts]:
    """Return those of the pairs that match, and were not said to be apart, with the verdicts."""
    a, b = cluster.pairs_of(asked)
    linked = np.isin(asked, together)
    near, verdicts = judge.verdicts(a, b, linked)
    verdicts = verdicts.linked(linked[near], 1.0)
    good = confirm.matching(verdicts.relation) & ~np.isin(asked[near], apart)
    return a[near[good]], b[near[good]], verdicts.take(good)


def _carried(found: Confirmed, judge: Judge, bonds: cluster.Bonds) -> Confirmed:
    """Return the matches with those by which what belongs together goes with each other, the strongest first."""
    joined = found.joins
    # Revisions stay whatever their strength.
    strength = np.where(found.verdicts.relation == confirm.REVISION, 1.0, found.verdicts.strength)
    codes, strengths = cluster.to_carry(found.a[joined], found.b[joined], strength[joined], bonds)
    a, b = cluster.pairs_of(codes)
    all_of_them = np.ones(len(a), np.bool_)
    places, verdicts = judge.verdicts(a, b, all_of_them)
    a, b, verdicts = a[places], b[places], verdicts.linked(all_of_them, strengths[places])
    kept = ~np.isin(cluster.pair_codes(found.a, found.b), codes)  # what matched, but joined nothing
    all_a, all_b = np.concatenate([found.a[kept], a]), np.concatenate([found.b[kept], b])
    every = confirm.Verdicts.concat([found.verdicts.take(kept), verdicts])
    joins = np.concatenate([found.joins[kept], all_of_them])
    order = np.lexsort((all_b, all_a, -every.strength))
    return Confirmed(all_a[order], all_b[order], every.take(order), joins[order], found.compared)


@dataclass(frozen=True, slots=True)
class BatchJudge:
    """Judges texts that stand in a batch.

    Attributes:
        reading: The batch.
        firsts: int64[n], the row of the first article of each text.
        settings: How near is near enough.
        crew: Who works.
    """

    reading: Reading
    firsts: NDArray[np.int64]
    settings: Settings
    crew: Crew

    def verdicts(
        self, a: NDArray[np.int64], b: NDArray[np.int64], wanted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], confirm.Verdicts]:
        """See `Judge`."""

        def task(block: slice) -> tuple[NDArray[np.int64], confirm.Verdicts]:
            near, _, verdicts = examined(self.reading, self.firsts, a[block], b[block], wanted[block], self.settings)
            return near + block.start, verdicts

        order = cluster.together(self.firsts, a, b)  # texts are then read once, and from one part of the input
        a, b, wanted = a[order], b[order], wanted[order]
        near, verdicts, filled = np.empty(len(a), np.int64), confirm.Verdicts.room(len(a)), 0
        for _, (places, part) in self.crew.one_by_one("confirming", task, len(a), _BLOCK):  # in place, see `_sketch`
            near[filled : filled + len(places)] = places
            verdicts.put(filled, part)
            filled += len(places)
        return order[near[:filled]], verdicts.take(slice(filled))

    def related(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        """See `Judge`."""

        def task(block: slice) -> NDArray[np.bool_]:
            return related(self.reading, self.firsts, a[block], b[block], self.settings.shingle_size)

        return np.concatenate(self.crew.in_blocks("comparing excerpts", task, len(a), _BLOCK))


def related(
    reading: Reading, firsts: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64], shingle_size: int
) -> NDArray[np.bool_]:
    """Return which pairs of excerpts are on one thing; numbers and `firsts` as for `examined`."""
    numbers, one, two = numbered(a, b)
    return confirm.related(reading.texts(firsts[numbers]), one, two, shingle_size=shingle_size)


def examined(
    reading: Reading,
    firsts: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    wanted: NDArray[np.bool_],
    settings: Settings,
) -> tuple[NDArray[np.int64], confirm.Evidence, confirm.Verdicts]:
    """Judge a block of pairs of texts, given by number; `firsts` are the rows of the texts.

    Returns the pairs that are near or `wanted`, by their places in the block, and what is known and said of them.
    """
    numbers, one, two = numbered(a, b)
    rows = firsts[numbers]
    tokens, texts = reading.tokens(rows)
    overlap = confirm.overlap(tokens.values, tokens.offsets, one, two, settings.shingle_size)
    near = np.flatnonzero(overlap.near | wanted)
    one, two = one[near], two[near]
    looked_at = np.zeros(len(rows), np.bool_)
    looked_at[one] = looked_at[two] = True
    seen = reading.seen(rows, tokens, texts, looked_at)
    evidence = reading.evidence(rows, seen, one, two, settings.shingle_size, overlap.of(near))
    return near, evidence, confirm.judge(seen, one, two, evidence, settings.threshold)


def nearest_first(found: lsh.Candidates) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the codes of the candidates to begin with, and of those that wait."""
    codes = cluster.pair_codes(found.a, found.b)
    return codes[found.rank < NEAREST], codes[found.rank >= NEAREST]
