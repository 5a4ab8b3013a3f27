"""From texts that came or changed to clusters: only what they touch is looked at again.

Batch clustering works component by component of the joining candidate pairs, so a component taken whole gives the
clusters that a batch run over all articles gives it. Verdicts on pairs are kept; nothing is aligned twice.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.confirming import NEAREST
from dedup.engines.reading import microseconds
from dedup.engines.stream.judging import Judging
from dedup.engines.stream.settling import Region, settled
from dedup.engines.stream.storedpairs import PAIR, UNJUDGED
from dedup.stages import cluster, confirm
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.engines.stream.postings import Keys
    from dedup.engines.stream.state import State
    from dedup.settings import Settings
    from dedup.stores import Store

    Numbers = NDArray[np.int64]

_BLOCK = 512  # texts a task
_RELATED = 100_000  # answers kept


class Matching:
    """Finds what is alike and clusters it, in the memory of one index.

    Attributes:
        state: The memory.
        judging: Who judges pairs of articles.
        widest: Most microseconds between two that are compared; None where that does not matter.
    """

    def __init__(self, state: State, store: Store, settings: Settings, crew: Crew) -> None:
        self.state = state
        self.judging = Judging(store, state, settings, crew)
        self._crew = crew
        self._settings = settings
        self._joining = confirm.joins(np.arange(len(confirm.RELATIONS), dtype=np.int8), revisions=settings.revisions)
        self._related: dict[tuple[int, int], bool] = {}  # by articles
        self.widest = microseconds(settings.window) if isinstance(settings.window, timedelta) else None

    def propose(self, keys: Keys) -> None:
        """Find the pairs of texts that are there with any other worth judging, and remember them."""
        state = self.state
        places, others, bands, capped = self.resembling(keys)
        state.capped += capped
        if not len(places):
            return
        one = keys.texts[places]
        codes = cluster.pair_codes(np.minimum(one, others), np.maximum(one, others))
        if len(keys.texts) > 1:  # each of two new ones has found the other
            codes, chosen = np.unique(codes, return_index=True)
            bands = bands[chosen]
        pairs = np.zeros(len(codes), PAIR)
        pairs["a"], pairs["b"] = cluster.pairs_of(codes)
        pairs["relation"], pairs["proposed"], pairs["bands"] = UNJUDGED, True, bands
        state.fresh.append(state.append_pairs(pairs[state.find_pairs(pairs, keys.texts) < 0]))

    def resembling(self, keys: Keys) -> tuple[NDArray[np.int64], Numbers, NDArray[np.int64], int]:
        """Return the pairs of n texts with others that are there, and how many of the n lost one to a cap.

        Pairs are (index, other, bands they share).
        """
        if len(keys.texts) > _BLOCK:
            task = partial(self._resembling_some, keys)
            lots = self._crew.in_blocks("proposing", task, len(keys.texts), _BLOCK)
            mine, others, bands = (np.concatenate(columns) for columns in list(zip(*lots, strict=True))[:3])
            return mine, others, bands, sum(lot[3] for lot in lots)
        return self.state.resembling(keys, self.widest)

    def _resembling_some(self, keys: Keys, block: slice) -> tuple[NDArray[np.int64], Numbers, NDArray[np.int64], int]:
        """Return what `resembling` says of some of the texts."""
        mine, others, bands, lost = self.resembling(keys.slice(block))
        return mine + block.start, others, bands, lost

    def settle(self, dirty: Numbers) -> Region:
        """Cluster what some texts are connected with, judging what has to be."""
        state = self.state
        dirty = distinct([dirty[state.present(dirty)]])
        rows = state.touching(dirty)
        if not len(rows) and not state.stirred:
            return Region.of_lone(dirty, alone=True)
        opened = self.open(rows)
        # Most pairs turn out to be no match: judged first, they do not connect what then has to be looked at.
        unknown = rows[opened & (self.relations(rows) == UNJUDGED)]
        if len(unknown):
            self.judge(unknown)
        if opened.all() and not state.stirred and self._nothing_near(rows):  # as of most that have candidates
            return Region.of_lone(dirty, alone=True)
        # What a wall is not compared with any more may have been in one cluster with it.
        parted = rows[~opened]
        both = (state.pairs.rows[side][parted] for side in ("a", "b"))
        dirty = distinct([dirty, *both, *self._displaced(dirty, rows[opened])])
        return settled(self, *state.closure(dirty, self._joining))

    def _nothing_near(self, rows: NDArray[np.int64]) -> bool:
        """Return whether no pair is a match, nor has a text in a large set, where it may come before another."""
        if confirm.matching(self.relations(rows)).any():
            return False
        sides = (self.state.pairs.rows[side][rows] for side in ("a", "b"))
        return not any(self.state.of("large", side).any() for side in sides)

    def _displaced(self, dirty: Numbers, rows: NDArray[np.int64]) -> list[Numbers]:
        """Return the texts in large sets of which other candidates come first, for some of these come before them."""
        state = self.state
        stirred = [texts[state.of("large", texts)] for texts in state.stirred]
        state.stirred.clear()
        rows = rows[~self.joins(self.relations(rows))]  # what joins is looked at anyway
        both = np.concatenate([state.pairs.rows[side][rows] for side in ("a", "b")]).astype(np.int64)
        both = both[state.of("large", both)]
        others = np.setdiff1d(both, dirty) if len(both) else both
        if len(others):
            rows = rows[state.nearest(others, rows, NEAREST)]
            both = np.concatenate([state.pairs.rows[side][rows] for side in ("a", "b")]).astype(np.int64)
            stirred.append(both[np.isin(both, others)])
        return stirred

    def open(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pairs are candidates: proposed, and neither text a wall."""
        pairs = self.state.pairs.rows
        walls = (self.state.of("wall", pairs[side][rows]) for side in ("a", "b"))
        found: NDArray[np.bool_] = pairs["proposed"][rows] & ~np.logical_or(*walls)
        return found

    def relations(self, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return what was said of some pairs."""
        found: NDArray[np.int8] = self.state.pairs.rows["relation"][rows]
        return found

    def joins(self, relation: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return which relations put two texts into one cluster."""
        return confirm.joins(relation, revisions=self._settings.revisions)

    def related(self, a: Numbers, b: Numbers) -> NDArray[np.bool_]:
        """Return which pairs of texts that are excerpts are cut from one story, bool[m]."""
        firsts = (self.state.of("first", texts).tolist() for texts in (a, b))
        pairs = list(zip(*firsts, strict=True))
        unknown = [pair for pair in dict.fromkeys(pairs) if pair not in self._related]
        if unknown:
            if len(self._related) > _RELATED:
                self._related.clear()
                unknown = list(dict.fromkeys(pairs))
            self._related.update(zip(unknown, self.judging.related(*np.array(unknown, np.int64).T), strict=True))
        return np.array([self._related[pair] for pair in pairs], np.bool_)

    def ask(self, a: Numbers, b: Numbers) -> NDArray[np.int64]:
        """Take pairs of texts (a < b) that no bucket proposed and nobody has asked for; return their rows."""
        pairs = np.zeros(len(a), PAIR)
        pairs["a"], pairs["b"], pairs["relation"] = a, b, UNJUDGED
        return self.state.append_pairs(pairs)

    def judge(self, rows: NDArray[np.int64]) -> None:
        """Judge the pairs in some rows by the articles that stand for the texts."""
        pairs = self.state.pairs
        firsts = (self.state.of("first", pairs.rows[side][rows]).astype(np.int64) for side in ("a", "b"))
        pairs.say(rows, self.judging.verdicts(*firsts))
        self.state.fresh.append(rows)
