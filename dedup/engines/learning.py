"""Furniture learned from a batch: one pass over all texts, on all cores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.articles.times import parse
from dedup.engines.reading import column
from dedup.stages import furniture, shingles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dedup.articles.article import Batch
    from dedup.engines.crew import Crew
    from dedup.stages.furniture import Furniture, Survey

_BLOCK = 2048  # articles a task
_DATES = 16  # dates read of one body's: sorted as text most are sorted in time, and the ends matter


def learn(batch: Batch, names: NDArray[np.uint64], crew: Crew) -> tuple[Furniture, NDArray[np.bool_]]:
    """Learn the furniture of a batch whose outlets have the hashes `names` (uint64[n]), and who has any, bool[n]."""

    def task(block: slice) -> Survey:
        return survey(batch, np.arange(block.start, block.stop), names)

    surveys = crew.in_blocks("learning furniture", task, len(batch), _BLOCK)
    learned = furniture.learn(surveys, names, crew.map)
    published = batch.table["published"]
    walls = [
        rows[0]
        for rows in furniture.repeated(surveys, names)
        if days(published.take(pa.array(rows)).to_pylist()) > furniture.REPEAT_DAYS
    ]
    if walls:
        learned = learned.with_keys(survey(batch, np.array(walls), names).keys)
    return learned, furniture.furnished(surveys, learned)


def survey(batch: Batch, rows: NDArray[np.int64], names: NDArray[np.uint64]) -> Survey:
    """Look at some rows of a batch whose outlets have the hashes `names` (uint64[n])."""
    data, offsets, _ = shingles.text_buffers(column(batch, "text", rows))
    return furniture.survey(data, offsets, names[rows])


def days(published: Iterable[str | None]) -> float:
    """Return the days between the first and the last publication of some articles, as far as a few dates tell."""
    written = sorted({date for date in published if date is not None})
    chosen = (
        [written[place] for place in np.unique(np.linspace(0, len(written) - 1, _DATES).astype(int))] if written else []
    )
    times = [time.mid for time in map(parse, chosen) if time is not None]
    return (max(times) - min(times)).total_seconds() / 86400 if times else 0.0
