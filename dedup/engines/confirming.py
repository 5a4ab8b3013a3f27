"""From candidate pairs to matches, and on until clusters miss no pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.stages import cluster, confirm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.engines.proposing import Proposal
    from dedup.engines.reading import Reading
    from dedup.settings import Settings

_BLOCK = 2048  # pairs a task, and with them the texts that are tokenized again


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


def confirm_until_stable(reading: Reading, proposal: Proposal, settings: Settings, crew: Crew) -> Confirmed:
    """Confirm the candidates, then whatever pairs clusters still miss."""
    a, b, size = proposal.found.a, proposal.found.b, len(proposal.lengths)
    tested = np.sort(cluster.pair_codes(a, b))
    kept_a, kept_b, kept = [], [], []
    for _ in range(cluster.ROUNDS):
        verdicts = _judge(reading, proposal.firsts, a, b, settings, crew)
        good = np.isin(verdicts.relation, confirm.MATCHES)
        kept_a.append(a[good])
        kept_b.append(b[good])
        kept.append(verdicts.take(good))
        found_a, found_b, found = np.concatenate(kept_a), np.concatenate(kept_b), confirm.Verdicts.concat(kept)
        joins = confirm.joins(found.relation, revisions=settings.revisions)
        joins[joins] = cluster.ungluing(found_a[joins], found_b[joins], found.item[joins], proposal.lengths)
        a, b = cluster.missing_pairs(size, found_a[joins], found_b[joins], proposal.lengths, tested)
        if not len(a):
            break
        tested = np.union1d(tested, cluster.pair_codes(a, b))
    return Confirmed(found_a, found_b, found, joins, len(tested))


def _judge(
    reading: Reading,
    firsts: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    settings: Settings,
    crew: Crew,
) -> confirm.Verdicts:
    """Judge pairs of texts, given by number; `firsts` are the rows of the texts."""

    def task(block: slice) -> confirm.Verdicts:
        numbers, places = np.unique(np.concatenate([a[block], b[block]]), return_inverse=True)
        one, two = np.split(places, 2)
        rows = firsts[numbers]
        texts = reading.texts(rows)
        evidence = reading.evidence(rows, texts, one, two, settings.shingle_size)
        return confirm.judge(texts, one, two, evidence, settings.threshold)

    return confirm.Verdicts.concat(crew.in_blocks("confirming", task, len(a), _BLOCK))
