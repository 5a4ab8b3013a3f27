"""What is known of new texts and of earlier ones, and which of them are the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.articles.ids import id_hashes
from dedup.engines.proposing import WALL_HEADLINES, headlines_apart
from dedup.engines.reading import microseconds
from dedup.stages import lsh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.engines.proposing import Sketches
    from dedup.engines.reading import Reading
    from dedup.formats.signatures import Signatures
    from dedup.settings import Settings

    Numbers = NDArray[np.int64]

_BLOCK = 1024  # texts a task


@dataclass(frozen=True, slots=True)
class News:
    """Distinct new texts.

    Attributes:
        rows: int64[n], the row of the first article of each.
        texts: int64[n], its place in the sketches.
        sketches: Of all articles.
        walls: bool[n], which are compared with nothing.
        window: When they were published, where only what is near in time is compared.
    """

    rows: Numbers
    texts: Numbers
    sketches: Sketches
    walls: NDArray[np.bool_]
    window: lsh.Window | None

    @property
    def digests(self) -> NDArray[np.uint64]:
        """uint64[n, 2], digests of their tokens."""
        return self.sketches.digests[self.texts]

    @property
    def counts(self) -> Numbers:
        """int64[n], their tokens."""
        return self.sketches.counts[self.texts]

    def passages(self, numbers: Numbers) -> tuple[NDArray[np.uint32], Numbers]:
        """Return the passages of some, one after the other, and how many each has."""
        texts = self.texts[numbers]
        counts = self.sketches.passage_counts[texts]
        return self.sketches.passages[runs(self.sketches.passage_ends[texts] - counts, counts)], counts


class Known:
    """Earlier articles.

    Attributes:
        earlier: Their signatures.
        centres: int64[n], the row of the centre of each one's cluster.
        counts: int64[n], tokens.
        digests: uint64[n, 2], digests of their tokens.
        headlines: uint64[n], a hash of the headline of those that do not stand by themselves; 0 for all others.
        alone: bool[n], which these are.
        names: Their ids.
    """

    def __init__(self, earlier: Signatures, settings: Settings) -> None:
        self.earlier = earlier
        self.centres = earlier.centres
        self.counts = earlier.numbers("count")
        self.digests = earlier.digests
        self.headlines = earlier.numbers("headline").view(np.uint64)
        self.alone = np.asarray(earlier.table["headline"].is_valid())
        self.names = earlier.table["id"].combine_chunks()
        self._settings = settings

    def copies(self, news: News, reading: Reading, crew: Crew) -> tuple[Numbers, NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (the row of the earlier article with each new text, or -1; new walls; earlier walls).

        Texts of the same tokens that do not stand by themselves differ in their headlines; a body that stands under
        many of them, new or earlier, is a wall.
        """
        digests = news.digests
        shared = np.flatnonzero(np.isin(digests[:, 0], self.digests[self.counts > 0, 0]))
        alone, headlines = np.zeros(len(digests), np.bool_), np.zeros(len(digests), np.uint64)

        def task(block: slice) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
            return headlines_apart(reading.texts(news.rows[shared[block]]))

        for block, part in crew.one_by_one("comparing headlines", task, len(shared), _BLOCK):
            alone[shared[block]], headlines[shared[block]] = part
        seen = defaultdict[bytes, set[int]](set)
        theirs = np.flatnonzero(self.alone & (self.counts > 0))
        ours = shared[alone[shared]]
        for bodies, which, under in ((self.digests, theirs, self.headlines), (digests, ours, headlines)):
            for place in which:
                seen[bodies[place].tobytes()].add(int(under[place]))
        walls, their_walls = np.zeros(len(digests), np.bool_), np.zeros(len(self.digests), np.bool_)
        for bodies, which, found in ((self.digests, theirs, their_walls), (digests, ours, walls)):
            found[which] = [len(seen[bodies[place].tobytes()]) >= WALL_HEADLINES for place in which]
        mine = self._identities(digests[shared], headlines[shared], news.window and news.window.take(shared))
        known = np.flatnonzero((self.counts > 0) & np.isin(self.digests[:, 0], digests[shared, 0]))
        window = self.window
        kept = self._identities(self.digests[known], self.headlines[known], window and window.take(known))
        names = self.names.take(pa.array(known)).to_pylist()
        rows: dict[bytes, int] = {}
        for place in sorted(range(len(known)), key=names.__getitem__):
            rows.setdefault(kept[place], int(known[place]))
        copies = np.full(len(digests), -1, np.int64)
        copies[shared] = [rows.get(one, -1) for one in mine]
        return copies, walls, their_walls

    @staticmethod
    def _identities(
        digests: NDArray[np.uint64], headlines: NDArray[np.uint64], window: lsh.Window | None
    ) -> list[bytes]:
        """Return what makes texts one: tokens, headline where it matters, and times where they do."""
        times = [] if window is None else [window.lo.astype(np.uint64), window.hi.astype(np.uint64)]
        return [row.tobytes() for row in np.column_stack([digests, headlines, *times])]

    @cached_property
    def homes(self) -> tuple[Numbers, Numbers]:
        """Rows of the centres of clusters by a hash of their ids; and int64[n], the place among them of each one's."""
        centres, places = np.unique(self.centres, return_inverse=True)
        names = self.names.take(pa.array(centres))
        order = np.argsort(id_hashes(names), kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return centres[order], rank[places]

    @cached_property
    def window(self) -> lsh.Window | None:
        """When the earlier articles were published."""
        if not isinstance(self._settings.window, timedelta):
            return None
        lo = self.earlier.numbers("published_from", -lsh.ALWAYS)
        hi = self.earlier.numbers("published_to", lsh.ALWAYS)
        return lsh.Window(lo, hi, microseconds(self._settings.window))

    def passages(self, rows: Numbers) -> tuple[NDArray[np.uint32], Numbers]:
        """Return the passages of some earlier articles, one after the other, and how many each has."""
        values, counts = self.earlier.passages
        return values[runs((np.cumsum(counts) - counts)[rows], counts[rows])], counts[rows]

    @cached_property
    def rivals(self) -> Numbers:
        """int64[rows], the longest other text of a centre's cluster that is shorter than it; itself if there is none.

        A round-up keeps the longest of its excerpts.
        """
        longest = np.arange(len(self.centres))
        places = np.flatnonzero((self.counts < self.counts[self.centres]) & (self.counts > 0))
        names = self.names.take(pa.array(places)).to_pylist()
        order = sorted(range(len(places)), key=lambda place: (-self.counts[places[place]], names[place]), reverse=True)
        longest[self.centres[places[order]]] = places[order]  # the last written stays
        return longest


def runs(begins: Numbers, counts: Numbers) -> Numbers:
    """Return the places of runs that begin somewhere and have so many places, one after the other."""
    ends = np.cumsum(counts)
    return np.repeat(begins - (ends - counts), counts) + np.arange(ends[-1] if len(ends) else 0)
