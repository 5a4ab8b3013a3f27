"""Pairs of articles to verdicts, from what a store keeps of their texts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from dedup.articles import times
from dedup.engines.reading import gather, numbered
from dedup.engines.stream.records import (
    PAIR,
    SAID,
    bodies_from_bytes,
    sound,
    tokens_from_bytes,
    verdicts_of,
    whole_rows,
)
from dedup.stages import confirm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.settings import Settings
    from dedup.stores import Row, Store

    Numbers = NDArray[np.int64]

_BLOCK = 512  # pairs a task
BODY = ("tokens", "marks", "headline", "support", "title", "published", "fetched", "zone")
"""What judging takes of an article: columns of the table "articles"."""


# Many are of one moment, and each article that is compared is read again.
parse = lru_cache(10_000)(times.parse)


class Judging:
    """Judges as a batch run does, without the texts.

    Attributes:
        fresh: `BODY` of the articles that have just come, by number, so that they need not be read again.
    """

    def __init__(self, store: Store, settings: Settings, crew: Crew) -> None:
        self._store = store
        self._settings = settings
        self._crew = crew
        self.fresh: Mapping[int, Row] = {}

    @sound()
    def verdicts(self, a: Numbers, b: Numbers) -> confirm.Verdicts:
        """Judge pairs of articles."""
        numbers, one, two = numbered(a, b)
        return self._of(self._bodies(numbers), one, two)

    @sound()
    def verdicts_on(self, bodies: Sequence[Row], a: NDArray[np.int64], b: Numbers) -> confirm.Verdicts:
        """Judge pairs of articles that are not there, given by their `BODY` after anything, and such that are."""
        numbers, places = np.unique(b, return_inverse=True)
        chosen, mine = np.unique(a, return_inverse=True)
        rows = [bodies[place] for place in chosen] + self._bodies(numbers)
        return self._of(rows, mine, places + len(chosen))

    def _bodies(self, numbers: Numbers) -> list[Row]:
        """Return what there is of articles, rising by number."""
        wanted = numbers.tolist()
        stored = self._store.get("articles", [number for number in wanted if number not in self.fresh], BODY)
        found = {row[0]: row for row in stored}
        return [found.get(number) or self.fresh[number] for number in wanted]

    def _of(self, rows: Sequence[Row], one: NDArray[np.int64], two: NDArray[np.int64]) -> confirm.Verdicts:
        """Judge pairs of rows; of those that are far apart no more is said than that."""
        size, threshold = self._settings.shingle_size, self._settings.threshold

        def task(block: slice) -> tuple[NDArray[np.int64], confirm.Verdicts]:
            chosen, mine, yours = numbered(one[block], two[block])
            tokens, offsets = tokens_from_bytes([rows[place][1] for place in chosen])
            overlap = confirm.overlap(tokens, offsets, mine, yours, size)
            near = np.flatnonzero(overlap.near)
            kept, mine, yours = numbered(mine[near], yours[near])
            some = [rows[place] for place in chosen[kept]]
            texts = bodies_from_bytes([row[1:5] for row in some])
            evidence = gather(
                texts,
                mine,
                yours,
                size,
                lambda which: [parse(*some[place][6:9]) for place in which],
                lambda which: [some[place][5] for place in which],
                overlap.take(kept, near),
            )
            return near + block.start, confirm.judge(texts, mine, yours, evidence, threshold)

        far = np.zeros(len(one), PAIR)
        far["relation"] = confirm.DISTANT
        if not len(one):
            return verdicts_of(far)
        if len(one) <= _BLOCK:
            lots = [task(slice(0, len(one)))]
        else:
            lots = self._crew.in_blocks("confirming", task, len(one), _BLOCK)
        for near, verdicts in lots:
            for name in SAID:
                far[name][near] = getattr(verdicts, name)
        return verdicts_of(far)

    @sound()
    def related(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        """Return which pairs of articles that are excerpts are cut from one story, bool[m]."""
        if not len(a):
            return np.empty(0, np.bool_)
        numbers, one, two = numbered(a, b)
        texts = bodies_from_bytes([row[1:5] for row in whole_rows(self._store, "articles", numbers.tolist(), BODY)])
        return confirm.related(texts, one, two, shingle_size=self._settings.shingle_size)
