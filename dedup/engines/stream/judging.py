"""Pairs of articles to verdicts, from what a store keeps of their texts."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING

import numpy as np

from dedup.articles.moments import Spans
from dedup.engines.reading import gather, numbered
from dedup.engines.stream.records import DATED, HEAD, bodies_from_bytes, sound, whole_rows
from dedup.stages import cluster, confirm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.engines.stream.state import State
    from dedup.settings import Settings
    from dedup.stores import Row, Store

    Numbers = NDArray[np.int64]

_BLOCK = 512  # pairs a task
_READ = 8192  # articles kept, some 20 MB
BODY = ("tokens", "marks", "headline", "support", "title")
"""What judging takes of an article: columns of the table "articles"."""


class Judging:
    """Judges as a batch run does, without the texts.

    Attributes:
        fresh: `BODY` of the articles that have just come, by number, so that they need not be read again.
    """

    def __init__(self, store: Store, state: State, settings: Settings, crew: Crew) -> None:
        self._store = store
        self._state = state
        self._settings = settings
        self._crew = crew
        self.fresh: Mapping[int, Row] = {}
        self._asked = np.empty(0, HEAD)  # of articles that are not there
        self._read: dict[int, Row] = {}  # the last that were wanted: copies come soon after each other
        self._reading = threading.Lock()

    @sound()
    def verdicts(self, a: Numbers, b: Numbers) -> confirm.Verdicts:
        """Judge pairs of articles."""
        size, threshold = self._settings.shingle_size, self._settings.threshold

        def task(block: slice) -> confirm.Verdicts:
            numbers, one, two = numbered(a[block], b[block])
            rows = self._bodies(numbers.tolist())
            texts = bodies_from_bytes([row[1:5] for row in rows])
            common = confirm.overlap(texts.tokens, texts.offsets, one, two, size)
            if not common.near.any():
                return confirm.Verdicts.of_distant(common, one, two)
            evidence = gather(
                texts,
                one,
                two,
                size,
                lambda which: self._spans(numbers[which]),
                lambda which: [rows[place][5] for place in which],
                common,
            )
            return confirm.judge(texts, one, two, evidence, threshold)

        if len(a) <= _BLOCK:
            return task(slice(0, len(a)))
        things, one, two = numbered(a, b)
        order = cluster.together(things, one, two)  # most articles are then read once
        a, b = a[order], b[order]
        found = confirm.Verdicts.concat(self._crew.in_blocks("confirming", task, len(a), _BLOCK))
        return found.take(np.argsort(order))

    def verdicts_on(
        self, bodies: Sequence[Row], heads: NDArray[np.void], a: NDArray[np.int64], b: Numbers
    ) -> confirm.Verdicts:
        """Judge pairs of articles that are not there, given by their `BODY` after anything, and such that are."""
        self.fresh, self._asked = {~place: bodies[place] for place in a.tolist()}, heads
        try:
            return self.verdicts(~a, b)
        finally:
            self.fresh = {}

    def _spans(self, numbers: Numbers) -> Spans:
        """Return when some articles were published, as was read when they came."""
        asked, there = numbers < 0, np.maximum(numbers, self._state.base)
        lo, hi, known = (self._state.of(name, there) for name in ("lo", "hi", "dated"))
        heads = self._asked[~numbers[asked]]
        lo[asked], hi[asked], known[asked] = heads["lo"], heads["hi"], heads["flags"] & DATED != 0
        return Spans(lo, hi, known)

    def _bodies(self, numbers: Sequence[int]) -> list[Row]:
        """Return what there is of articles, rising by number; for several threads."""
        with self._reading:
            known = ((number, self.fresh.get(number) or self._read.pop(number, None)) for number in numbers)
            found = {number: row for number, row in known if row is not None}
            missing = [number for number in numbers if number not in found]
            found.update((row[0], row) for row in whole_rows(self._store, "articles", missing, BODY))
            self._read.update((number, row) for number, row in found.items() if number > 0)
            for number in list(itertools.islice(self._read, max(0, len(self._read) - _READ))):
                del self._read[number]
        return [found[number] for number in numbers]

    @sound()
    def related(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        """Return which pairs of articles that are excerpts are cut from one story, bool[m]."""
        if not len(a):
            return np.empty(0, np.bool_)
        numbers, one, two = numbered(a, b)
        texts = bodies_from_bytes([row[1:5] for row in self._bodies(numbers.tolist())])
        return confirm.related(texts, one, two, shingle_size=self._settings.shingle_size)
