"""How many matches a run misses, without labels: what a second banding with other permutations finds.

Bands of another seed draw pairs of texts anew, each with a chance that is known once its resemblance is (the S-curve).
Of the pairs that they draw and confirmation accepts, the share that the run has put together estimates its recall;
weighing each pair by one over its chance makes rare draws stand for those like them that were not drawn (Horvitz and
Thompson 1952).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from dedup.articles.outlets import outlet_hashes
from dedup.engines import learning
from dedup.engines.batch import as_batch
from dedup.engines.confirming import BatchJudge
from dedup.engines.crew import Crew
from dedup.engines.proposing import signatures, then
from dedup.engines.reading import Reading
from dedup.engines.signing import require_texts
from dedup.errors import ArgumentError
from dedup.results import Result
from dedup.review.evaluation import cluster_numbers
from dedup.review.intervals import Share
from dedup.settings import Settings
from dedup.stages import confirm, lsh, planning

if TYPE_CHECKING:
    from datetime import timedelta

    from numpy.typing import NDArray

    from dedup.engines.crew import Progress
    from dedup.review.evaluation import Clusters

LEAST_CHANCE = 0.05
"""Chance to be drawn below which a pair is left out: one of them would stand for more than twenty."""
_BLOCK = 1024  # articles a task, as in a run


@dataclass(frozen=True, slots=True)
class RecallEstimate:
    """What a second banding says about the recall of a run.

    Attributes:
        recall: The estimate, with its interval; its total is the effective size of the weighted sample (Kish 1965).
        drawn: Pairs of distinct texts that the second banding drew and that belong together.
        found: How many of them are in one cluster; of a result also those that it reports as matches.
        missed: The others, by ids, those of most resemblance first.
    """

    recall: Share
    drawn: int
    found: int
    missed: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"recall {self.recall}, from {self.found:,} of {self.drawn:,} pairs that a second banding found"


def estimate_recall(
    clusters: Clusters,
    articles: object = None,
    settings: Settings | None = None,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
) -> RecallEstimate:
    """Estimate without labels which share of the copies a run has put together.

    It says how many pairs of *matching* texts are missed. Whether the rules of confirmation are right is for labels to
    say, and copies whose resemblance is so low that no banding of bodies finds them (short excerpts of long texts) are
    not in it.

    Args:
        clusters: A result; or clusters as for `evaluate`, with the articles and settings they came from.
        articles: As for `find_duplicates`; not with a result, which has its own.
        settings: The settings of the run; those of the result by default.
        seed: Seed of the second banding, another than that of the run; the next one by default.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: `articles` are missing with clusters that are no result, or given with one, or its texts are
                missing; or `seed` is that of the run.
        InputError: A file cannot be used.
    """
    if isinstance(clusters, Result):
        if articles is not None:
            raise ArgumentError("articles must not be given with a Result, which has its own")
        require_texts(clusters)
        batch, settings, furniture = clusters.batch, settings or clusters.settings, clusters.furniture
    elif articles is None:
        raise ArgumentError("articles must be given with clusters that are no Result, got none")
    else:
        batch, settings, furniture = as_batch(articles), Settings.of(settings), None
    seed = (settings.seed + 1) % 2**32 if seed is None else seed
    if seed == settings.seed:
        raise ArgumentError(f"seed must be another than that of the run, got {seed}")
    number_of = cluster_numbers(clusters)
    with Crew(progress) as crew:
        outlets = outlet_hashes(batch.table)
        reading = Reading(batch, outlets, learning.learn(batch, outlets, crew)[0] if furniture is None else furniture)
        plan = planning.plan(settings.threshold, settings.recall, num_perm=settings.num_perm)
        firsts, bands, window = _sign(reading, plan, replace(settings, seed=seed), crew)
        spans = np.zeros((len(firsts), 2), np.int64)
        drawn = lsh.candidate_pairs(bands, np.arange(len(firsts)), np.empty(0, np.uint32), spans, crew.map, window)
        far = np.zeros(len(drawn.a), np.bool_)
        near, verdicts = BatchJudge(reading, firsts, settings, crew).verdicts(drawn.a, drawn.b, far)
    chances = np.array([plan.chance(one) for one in verdicts.resemblance])
    kept = confirm.joins(verdicts.relation, revisions=settings.revisions) & (chances >= LEAST_CHANCE)
    order = np.flatnonzero(kept)[np.argsort(-verdicts.resemblance[kept], kind="stable")]
    ids = batch.table["id"].combine_chunks()
    pairs = [
        (min(a, b), max(a, b))
        for a, b in zip(
            *(ids.take(firsts[side[order]]).to_pylist() for side in (drawn.a[near], drawn.b[near])), strict=True
        )
    ]
    matched = {(match.a, match.b) for match in clusters.matches} if isinstance(clusters, Result) else set()
    found = np.array(
        [(a in number_of and number_of[a] == number_of.get(b)) or (a, b) in matched for a, b in pairs], np.bool_
    )
    weights = 1 / chances[order]
    share = float(weights[found].sum() / weights.sum()) if pairs else 1.0
    effective = float(weights.sum() ** 2 / (weights**2).sum()) if pairs else 0.0
    missed = tuple(pair for pair, hit in zip(pairs, found, strict=True) if not hit)
    return RecallEstimate(Share(share * effective, effective), len(pairs), int(found.sum()), missed)


def _sign(
    reading: Reading, plan: planning.Plan, settings: Settings, crew: Crew
) -> tuple[NDArray[np.int64], NDArray[np.uint32], lsh.Window | None]:
    """Return one row of each distinct text, the band keys of its body and, if there is a window, its time.

    With a window texts are distinct by their time as well, as they are in a run.
    """

    def task(block: slice) -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.int64]]:
        signed = signatures(reading, np.arange(block.start, block.stop), settings)
        return lsh.band_keys(signed.body, plan.bands, plan.rows), signed.digests, signed.counts

    bands, digests, counts = map(
        np.concatenate, zip(*crew.in_blocks("signing again", task, len(reading.batch), _BLOCK), strict=True)
    )
    rows = np.flatnonzero(counts)
    window = None if settings.window is None else reading.window(rows, cast("timedelta", settings.window))
    marks = digests[rows] if window is None else digests[rows] ^ then(window)
    _, first = np.unique(marks, axis=0, return_index=True)
    first = np.sort(first)
    return rows[first], bands[rows[first]], window and window.take(first)
