"""From texts that came or changed to clusters: only what they touch is looked at again.

Batch clustering works component by component of the joining candidate pairs, so a component taken whole gives the
clusters that a batch run over all articles gives it. Verdicts on pairs are kept; nothing is aligned twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.engines.confirming import NEAREST, Confirmed, confirm_until_stable
from dedup.engines.reading import microseconds
from dedup.engines.stream.judging import Judging
from dedup.engines.stream.records import PAIR, SAID, UNJUDGED, ids_of, verdicts_of
from dedup.stages import cluster, confirm, lsh
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.crew import Crew
    from dedup.engines.stream.postings import Keys
    from dedup.engines.stream.state import State
    from dedup.settings import Settings
    from dedup.stores import Store

    Numbers = NDArray[np.int64]

_IDS = 500_000  # ids kept, of articles in clusters


@dataclass(frozen=True, slots=True)
class Region:
    """Texts whose clusters are settled.

    Attributes:
        texts: int64[n], their numbers, in the order of the least ids of their articles.
        centres: int64[n], the centre of each, as an index.
        found: The matches between them, by index.
    """

    texts: Numbers
    centres: NDArray[np.int64]
    found: Confirmed


class Matching:
    """Finds what is alike and clusters it, in the memory of one index.

    Attributes:
        state: The memory.
        judging: Who judges pairs of articles.
    """

    def __init__(self, state: State, store: Store, settings: Settings, crew: Crew) -> None:
        self.state = state
        self.judging = Judging(store, settings, crew)
        self._store = store
        self._settings = settings
        self._joining = confirm.joins(np.arange(len(confirm.RELATIONS), dtype=np.int8), revisions=settings.revisions)
        self._ids: dict[int, str] = {}  # of articles that were looked at lately
        self._widest: int | None = None
        if isinstance(settings.window, timedelta):
            self._widest = microseconds(settings.window)

    def propose(self, keys: Keys) -> None:
        """Find the pairs of texts that are there with any other worth judging, and remember them."""
        state = self.state
        places, others, bands, capped = self.resembling(keys)
        state.capped += capped
        one = keys.texts[places]
        codes = cluster.pair_codes(np.minimum(one, others), np.maximum(one, others))
        codes, chosen = np.unique(codes, return_index=True)
        pairs = np.zeros(len(codes), PAIR)
        pairs["a"], pairs["b"] = cluster.pairs_of(codes)
        pairs["relation"], pairs["proposed"], pairs["bands"] = UNJUDGED, True, bands[chosen]
        state.fresh.append(state.append_pairs(pairs[state.find_pairs(pairs) < 0]))

    def resembling(self, keys: Keys) -> tuple[NDArray[np.int64], Numbers, NDArray[np.int64], int]:
        """Return the pairs of n texts with others that are there, and how many of the n lost one to a cap.

        Pairs are (index, other, bands they share).
        """
        state, size = self.state, len(keys.texts)
        found, others, more = state.find(keys.codes, lsh.FULL_BUCKET)
        mine = keys.places[found]
        good = state.present(others)
        good[good] = state.of("posted", others[good]) & ~state.of("wall", others[good])
        good &= others != keys.texts[mine]
        if self._widest is not None:
            lo, hi = state.spans(others[good])
            good[good] = np.maximum(lo - keys.hi[mine[good]], keys.lo[mine[good]] - hi) <= self._widest
        if more.any():
            good &= ~more[found] | (_ranks(found) < lsh.AHEAD)
        # One sorted list of (text, other, band or passage): as often as a pair is in it, so many keys it shares.
        codes = mine[good].astype(np.uint64) << np.uint64(33) | others[good].astype(np.uint64) << np.uint64(1)
        codes = np.sort(codes | keys.passage[found[good]].astype(np.uint64))
        starts = np.flatnonzero(np.diff(codes >> np.uint64(1), prepend=~np.uint64(0)))
        passages = np.add.reduceat((codes & np.uint64(1)).astype(np.int64), starts) if len(starts) else starts
        bands = np.diff(starts, append=len(codes)) - passages
        mine = (codes[starts] >> np.uint64(33)).astype(np.int64)
        others = (codes[starts] >> np.uint64(1) & np.uint64(0xFFFFFFFF)).astype(np.int64)
        # A passage found too often to be followed counts as shared.
        often = np.bincount(keys.places[more & keys.passage], minlength=size)
        fewer = np.minimum(keys.passages[mine], state.of("passages", others).astype(np.int64))
        enough = lsh.share_enough(passages + often[mine], fewer)
        mine, others, bands = mine[enough], others[enough], bands[enough]
        kept = lsh.ranks(mine, bands) < lsh.MOST_CANDIDATES
        lost = distinct([keys.places[more], mine[~kept]])
        return mine[kept], others[kept], bands[kept], len(lost)

    def settle(self, dirty: Numbers) -> Region:
        """Cluster what some texts are connected with, judging what has to be."""
        state = self.state
        dirty = distinct([dirty[state.present(dirty)]])
        rows = state.touching(dirty)
        opened = self._open(rows)
        # Most pairs turn out to be no match: judged first, they do not connect what then has to be looked at.
        unknown = rows[opened & (state.pairs.rows["relation"][rows] == UNJUDGED)]
        if len(unknown):
            self.judge(unknown)
        # What a wall is not compared with any more may have been in one cluster with it.
        parted = state.pairs.rows[rows[~opened]]
        return self._cluster(*state.closure(distinct([dirty, parted["a"], parted["b"]]), self._joining))

    def _cluster(self, texts: Numbers, rows: NDArray[np.int64]) -> Region:
        """Cluster texts that are connected with no others; `rows` are the pairs between them."""
        state = self.state
        pairs = state.pairs.rows[rows]
        linked = pairs[self._open(rows) & confirm.matching(pairs["relation"])]
        inner = distinct([linked["a"], linked["b"]]).astype(np.int64)
        if not len(inner):
            return Region(texts, np.arange(len(texts)), _nothing())
        lone = texts[~_within(texts, inner)]
        rows = rows[_within(pairs["a"], inner) & _within(pairs["b"], inner)]
        inner = self._by_id(inner)
        judge = _RegionJudge(self, inner, rows)
        lengths = state.of("tokens", inner).astype(np.int64)
        window = None if self._widest is None else lsh.Window(*state.spans(inner), self._widest)
        candidates = self._in_order(inner, judge.candidates, judge.matches)
        found = confirm_until_stable(judge, candidates, lengths, window, None, revisions=self._settings.revisions)
        undated = None if window is None else window.undated
        centres = cluster.around_centres(len(inner), found.a[found.joins], found.b[found.joins], lengths, undated)
        return Region(
            np.concatenate([lone, inner]),
            np.concatenate([np.arange(len(lone)), len(lone) + centres]),
            replace(found, a=len(lone) + found.a, b=len(lone) + found.b),
        )

    def _by_id(self, texts: Numbers) -> Numbers:
        """Return texts in the order of the least ids of their articles."""
        firsts = self.state.of("first", texts).tolist()
        unknown = [number for number in firsts if number not in self._ids]
        if unknown:
            if len(self._ids) > _IDS:
                self._ids.clear()
                unknown = firsts
            self._ids.update(ids_of(self._store, unknown))
        names = [self._ids[number] for number in firsts]
        return texts[sorted(range(len(texts)), key=names.__getitem__)]

    def _in_order(
        self, inner: Numbers, codes: NDArray[np.uint64], matches: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return the codes of candidates between some texts to begin with, and of those that wait.

        Where all pairs of a set that `matches` connect are looked at, as in small ones, it does not matter which
        come first.
        """
        roots = cluster.components(len(inner), *cluster.pairs_of(matches))
        large = np.bincount(roots, minlength=len(inner))[roots] > cluster.FULL_COMPONENT
        if not large.any():
            return codes, codes[:0]
        nearest, waiting = self._ranked(inner, np.flatnonzero(large))
        return np.sort(np.concatenate([codes[~large[cluster.pairs_of(codes)[1]]], nearest])), waiting

    def _ranked(self, inner: Numbers, large: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return the codes of candidates to begin with, and of those that wait, as a batch run has them.

        How near a candidate is counts among all of its text, also those of other clusters. `large` are the places of
        the texts in `inner` whose candidates are wanted.
        """
        state, inner = self.state, inner[large]
        rows = state.touching(inner)
        pairs = state.pairs.rows[rows[self._open(rows)]]
        everyone = self._by_id(distinct([pairs["a"], pairs["b"], inner]).astype(np.int64))
        order = np.argsort(everyone)
        sides = [order[np.searchsorted(everyone[order], pairs[side].astype(np.int64))] for side in ("a", "b")]
        smaller, larger = np.minimum(*sides), np.maximum(*sides)
        rising = np.lexsort((smaller, larger))
        smaller, larger = smaller[rising], larger[rising]
        rank = lsh.ranks(larger, pairs["bands"][rising].astype(np.int64))
        place = np.cumsum(np.isin(everyone, inner)) - 1  # `inner` is in the same order
        inside = np.isin(everyone, inner)
        both = inside[smaller] & inside[larger]
        codes, rank = cluster.pair_codes(large[place[smaller[both]]], large[place[larger[both]]]), rank[both]
        return codes[rank < NEAREST], codes[rank >= NEAREST]

    def _open(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pairs are candidates: proposed, and neither text a wall."""
        pairs = self.state.pairs.rows[rows]
        walls = self.state.of("wall", pairs["a"]) | self.state.of("wall", pairs["b"])
        found: NDArray[np.bool_] = pairs["proposed"] & ~walls
        return found

    def ask(self, a: Numbers, b: Numbers) -> NDArray[np.int64]:
        """Take pairs of texts (a < b) that no bucket proposed and nobody has asked for; return their rows."""
        pairs = np.zeros(len(a), PAIR)
        pairs["a"], pairs["b"], pairs["relation"] = a, b, UNJUDGED
        return self.state.append_pairs(pairs)

    def judge(self, rows: NDArray[np.int64]) -> None:
        """Judge the pairs in some rows by the articles that stand for the texts."""
        pairs = self.state.pairs.of(rows)
        firsts = (self.state.of("first", pairs[side]).astype(np.int64) for side in ("a", "b"))
        verdicts = self.judging.verdicts(*firsts)
        for name in SAID:
            pairs[name] = getattr(verdicts, name)
        self.state.pairs.put(rows, pairs)
        self.state.fresh.append(rows)


class _RegionJudge:
    """Answers from memory where a pair was judged before; texts are indices into those of a region.

    Attributes:
        candidates: Codes of the candidate pairs, rising.
        matches: Codes of those that are known to match.
    """

    def __init__(self, matching: Matching, texts: Numbers, rows: NDArray[np.int64]) -> None:
        self._matching = matching
        self._texts = texts
        self._codes, self._rows = np.empty(0, np.uint64), np.empty(0, np.int64)
        pairs, order = matching.state.pairs.rows[rows], np.argsort(texts)
        sides = [order[np.searchsorted(texts[order], pairs[side].astype(np.int64))] for side in ("a", "b")]
        self._learn(cluster.pair_codes(np.minimum(*sides), np.maximum(*sides)), rows)
        known = matching.state.pairs.rows[self._rows]
        self.candidates = self._codes[known["proposed"]]
        self.matches = self._codes[confirm.matching(known["relation"])]

    def _learn(self, codes: NDArray[np.uint64], rows: NDArray[np.int64]) -> None:
        """Take note of the rows of pairs."""
        codes = np.concatenate([self._codes, codes])
        order = np.argsort(codes)
        self._codes, self._rows = codes[order], np.concatenate([self._rows, rows])[order]

    def verdicts(
        self, a: NDArray[np.int64], b: NDArray[np.int64], wanted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], confirm.Verdicts]:
        """See `engines.confirming.Judge`; there are no links, so none is `wanted`."""
        del wanted
        codes = cluster.pair_codes(a, b)
        new = ~_within(codes, self._codes)
        if new.any():
            one, two = self._texts[a[new]], self._texts[b[new]]
            self._learn(codes[new], self._matching.ask(np.minimum(one, two), np.maximum(one, two)))
        rows = self._rows[np.searchsorted(self._codes, codes)]
        pairs = self._matching.state.pairs
        unknown = rows[pairs.rows["relation"][rows] == UNJUDGED]
        if len(unknown):
            self._matching.judge(unknown)
        found = verdicts_of(pairs.of(rows))
        return np.arange(len(a)), found.mirrored(self._texts[a] > self._texts[b])

    def related(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        """See `engines.confirming.Judge`."""
        firsts = self._matching.state.of("first", self._texts).astype(np.int64)
        return self._matching.judging.related(firsts[a], firsts[b])


def _within(values: NDArray[Any], rising: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are among some that rise."""
    if not len(rising):
        return np.zeros(len(values), np.bool_)
    values = values.astype(rising.dtype, copy=False)
    found: NDArray[np.bool_] = rising[np.minimum(np.searchsorted(rising, values), len(rising) - 1)] == values
    return found


def _ranks(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many of the same value stand before each."""
    order = np.argsort(places, kind="stable")
    rising = places[order]
    ranks = np.empty(len(places), np.int64)
    ranks[order] = np.arange(len(places)) - np.searchsorted(rising, rising)
    return ranks


def _nothing() -> Confirmed:
    """Return no matches."""
    none = np.empty(0, np.int64)
    return Confirmed(none, none, verdicts_of(np.empty(0, PAIR)), np.empty(0, np.bool_), 0)
