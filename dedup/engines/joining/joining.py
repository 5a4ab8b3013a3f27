"""Candidates to the one earlier cluster that each new text joins, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.engines.joining.judging import judged, related
from dedup.engines.joining.known import Known, News
from dedup.engines.joining.meeting import candidates
from dedup.engines.signing import bodies
from dedup.formats.signatures import Bodies
from dedup.results import Joined, matches_of
from dedup.stages import cluster, confirm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.engines.proposing import Sketches
    from dedup.engines.reading import Reading
    from dedup.formats.signatures import Signatures
    from dedup.settings import Settings
    from dedup.stages import lsh

    Numbers = NDArray[np.int64]

_BLOCK = 1024  # pairs or texts a task


class Joining:
    """Finds the earlier cluster of each new text that has one.

    Attributes:
        capped: int64, rows of the new articles of whose texts a cap left out a candidate.
        compared: Pairs that were looked at.
        joined: The articles that joined.
    """

    def __init__(self, earlier: Signatures, reading: Reading, settings: Settings, crew: Crew) -> None:
        self.capped: Numbers = np.empty(0, np.int64)
        self.compared = 0
        self.joined: tuple[Joined, ...] = ()
        self._known = Known(earlier, settings)
        self._reading = reading
        self._settings = settings
        self._crew = crew

    def join(
        self,
        ranks: Numbers,
        members: Numbers,
        starts: Numbers,
        sketches: Sketches,
        walls: NDArray[np.bool_],
        window: lsh.Window | None,
    ) -> Numbers:
        """Let texts join, and return the places of their articles in the sketches.

        Args:
            ranks: int64, the row of each place in the sketches.
            members: int64, places of all articles that have text, those of a text together.
            starts: int64[n + 1], where each of n texts begins in `members`.
            sketches: Of all articles.
            walls: bool, which are compared with nothing, by their places in the sketches.
            window: When they were published, where only what is near in time is compared.
        """
        texts = members[starts[:-1]]
        news = News(ranks[texts], texts, sketches, walls[texts], window and window.take(texts))
        numbers, matched, verdicts, capped = self._matches(news)
        self.capped = ranks[members[np.repeat(capped, np.diff(starts))]]
        articles = [members[starts[number] : starts[number + 1]] for number in numbers.tolist()]
        self.joined = self._told([ranks[each] for each in articles], matched, verdicts)
        return np.concatenate([members[:0], *articles])

    def _matches(self, news: News) -> tuple[Numbers, Numbers, confirm.Verdicts, NDArray[np.bool_]]:
        """Return (new texts, rows of earlier articles they match, verdicts, which new texts a cap touched).

        A new text is there at most once; the earlier article is the centre of its cluster, or one of the same tokens.
        """
        copies, walls, theirs = self._known.copies(news, self._reading, self._crew)
        open_to = np.flatnonzero((copies < 0) & ~news.walls & ~walls)
        a, b, capped = candidates(self._known, news, open_to, theirs)
        self.compared = len(a)
        side = _SideBySide(self._known, self._reading, news, a, b, self._crew)
        found_a, found_b, verdicts = self._confirm(side, a, b)
        chosen = self._strongest(side, found_a, found_b, verdicts)
        same = np.flatnonzero(copies >= 0)
        return (
            np.concatenate([same, found_a[chosen]]),
            np.concatenate([copies[same], found_b[chosen]]),
            confirm.Verdicts.concat([confirm.Verdicts.of_identical(len(same)), verdicts.take(chosen)]),
            capped,
        )

    def _told(self, rows: list[Numbers], matched: Numbers, verdicts: confirm.Verdicts) -> tuple[Joined, ...]:
        """Return what is said of the articles of texts that joined, in the order of their ids.

        Args:
            rows: The rows of the articles of each text.
            matched: int64[n], the row of the earlier article that each text matches.
            verdicts: Of those n pairs.
        """
        if not rows:
            return ()
        places = np.repeat(np.arange(len(rows)), [len(mine) for mine in rows])
        ids = self._reading.batch.values("id", np.concatenate(rows)).to_pylist()
        told = self._known.earlier.table.select(["id", "cluster", "centre", "canonical"])
        others, *stories = (column.to_pylist() for column in told.take(pa.array(matched[places])).columns)
        found = zip(ids, *stories, matches_of(ids, others, verdicts.take(places)), strict=True)
        return tuple(sorted((Joined(*one) for one in found), key=lambda one: one.id))

    def _confirm(self, side: _SideBySide, a: Numbers, b: Numbers) -> tuple[Numbers, Numbers, confirm.Verdicts]:
        """Return the pairs that match and join, with the verdicts."""
        one, two = side.new(a), side.earlier(b)

        def task(block: slice) -> confirm.Verdicts:
            return judged(side.bodies, one[block], two[block], self._settings)[1]

        verdicts = confirm.Verdicts.concat(self._crew.in_blocks("confirming", task, len(a), _BLOCK))
        good = confirm.joins(verdicts.relation, revisions=self._settings.revisions)
        return a[good], b[good], verdicts.take(good)

    def _strongest(self, side: _SideBySide, a: Numbers, b: Numbers, verdicts: confirm.Verdicts) -> Numbers:
        """Return the places of the matches by which new texts join, one a text."""
        # As in a run: of the excerpts of a round-up, those that are on one thing with the longest.
        rivals = self._known.rivals[b]
        other = np.flatnonzero(rivals != b)
        one = side.rank[np.concatenate([side.new(a), side.earlier(rivals[other])])]
        two = side.rank[np.concatenate([side.earlier(b), side.earlier(b[other])])]
        item = np.concatenate([verdicts.item, np.ones(len(other), np.bool_)])
        edges, parts, best = cluster.rivals(one, two, item, side.lengths[side.order])
        mine = edges < len(a)
        edges, parts, best = edges[mine], side.order[parts[mine]], side.order[best[mine]]
        good = np.ones(len(a), np.bool_)
        good[edges[~related(side.bodies, parts, best, self._settings.shingle_size)]] = False
        places = np.flatnonzero(good)
        chosen = places[np.lexsort((two[places], -verdicts.strength[places], a[places]))]
        first: NDArray[np.bool_] = np.diff(a[chosen], prepend=-1) != 0
        return chosen[first]


class _SideBySide:
    """The new texts and the earlier ones that are compared, in one series of places: new ones first.

    Attributes:
        bodies: What confirmation needs of them.
        lengths: int64[n], their tokens.
        order: int64[n], their places in the order of the ids of their articles.
        rank: int64[n], where each stands in it.
    """

    def __init__(self, known: Known, reading: Reading, news: News, a: Numbers, b: Numbers, crew: Crew) -> None:
        self._ours, self._theirs = np.unique(a), np.unique(np.concatenate([b, known.rivals[b]]))
        rows = news.rows[self._ours]
        parts = crew.in_blocks("reading again", lambda block: bodies(reading, rows[block]), len(rows), _BLOCK)
        self.bodies = Bodies(pa.concat_tables([*parts, known.earlier.bodies(self._theirs)]).combine_chunks())
        self.lengths = np.concatenate([news.counts[self._ours], known.counts[self._theirs]])
        names = known.earlier.table["id"].take(pa.array(self._theirs)).to_pylist()
        names = np.array([*reading.batch.values("id", rows).to_pylist(), *names], object)
        self.order = names.argsort(kind="stable")
        self.rank = np.empty(len(names), np.int64)
        self.rank[self.order] = np.arange(len(names))

    def new(self, numbers: Numbers) -> Numbers:
        """Return the places of new texts."""
        found: Numbers = np.searchsorted(self._ours, numbers)
        return found

    def earlier(self, rows: Numbers) -> Numbers:
        """Return the places of earlier articles."""
        found: Numbers = len(self._ours) + np.searchsorted(self._theirs, rows)
        return found
