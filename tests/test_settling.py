"""What an index looks up of pairs is what a batch run sorts of them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from itertools import combinations
from unittest import mock

import numpy as np
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.engines import confirming
from dedup.engines.stream import matching, settling
from dedup.stages import cluster, confirm, lsh
from dedup.stages._kernels import settling as kernels
from dedup.stages._kernels import telling, weighing

pytestmark = pytest.mark.kernels

FULL = 3


class Known:
    """Says of each pair of texts what a seed says."""

    def __init__(self, seed: int, density: float) -> None:
        self.seed, self.density = seed, density

    def relation(self, a: int, b: int) -> int:
        rng = random.Random(f"{self.seed} {a} {b}")
        matches = [confirm.COPY, confirm.COPY, confirm.EXCERPT, confirm.REVISION]
        return rng.choice(matches) if rng.random() < self.density else confirm.DISTANT

    def verdicts(self, a, b, _):
        relation = np.array([self.relation(*pair) for pair in zip(a.tolist(), b.tolist(), strict=True)], np.int8)
        zeros = np.zeros(len(a))
        item = np.zeros(len(a), np.bool_)
        return np.arange(len(a)), confirm.Verdicts(relation, zeros, zeros, zeros, zeros, zeros, item)

    def related(self, a, _):
        assert not len(a)
        return np.empty(0, np.bool_)


def settle(known, size, first, waiting, others, lengths, window):
    """Do as `settling` does, over candidates and pairs that were once asked for."""
    pairs = [*first, *waiting, *others]
    states = [kernels.ASKED] * len(first) + [kernels.UNTESTED] * (len(waiting) + len(others))
    late = np.zeros(size, np.bool_) if window is None else window.undated
    lo, hi = (np.zeros(size, np.int64),) * 2 if window is None else (window.lo, window.hi)
    state = np.array(states, np.int8)
    for _ in range(cluster.ROUNDS):
        a, b = np.array(pairs, np.int64).reshape(-1, 2).T.copy()
        relation = known.verdicts(a, b, None)[1].relation
        candidates = np.arange(len(pairs)) < len(first) + len(waiting)
        joins = confirm.joins(relation, revisions=False)
        widest = 0 if window is None else window.widest
        one, two = kernels.ask(size, a, b, joins, candidates, state, lengths, late, lo, hi, widest, FULL, False)
        fresh = sorted(set(zip(one.tolist(), two.tolist(), strict=True)))
        assert not set(fresh) & set(pairs)
        pairs += fresh
        state = np.concatenate([state, np.full(len(fresh), kernels.ASKED, np.int8)])
        if not (state == kernels.ASKED).any():
            break
    return {pair for pair, reached in zip(pairs, state, strict=True) if reached == kernels.TESTED}


@settings(max_examples=examples(150))
@given(st.integers(2, 16), st.integers(0, 10**6), st.floats(0.1, 0.9), st.floats(0.05, 0.6), st.booleans())
def test_the_same_pairs_are_tested_as_in_a_batch(size, seed, density, share, timed):
    rng = random.Random(seed)
    kinds = {pair: rng.random() for pair in combinations(range(size), 2)}
    first = [pair for pair, kind in kinds.items() if kind < share]
    waiting = [pair for pair, kind in kinds.items() if share <= kind < 1.5 * share]
    others = [pair for pair, kind in kinds.items() if 1.5 * share <= kind < 2 * share]
    lengths = np.array([rng.randrange(1, 4) for _ in range(size)], np.int64)
    window = None
    if timed:
        dated = np.array([rng.random() < 0.7 for _ in range(size)])
        at = np.array([rng.randrange(10) for _ in range(size)])
        window = lsh.Window(np.where(dated, at, -lsh.ALWAYS), np.where(dated, at, lsh.ALWAYS), 4)
        first, waiting, others = (
            [(a, b) for a, b in pairs if window.near(np.array([a]), np.array([b]))[0]]
            for pairs in (first, waiting, others)
        )
    known = Known(seed, density)
    codes = [np.sort(cluster.pair_codes(*np.array(each, np.int64).reshape(-1, 2).T)) for each in (first, waiting)]
    with mock.patch.object(cluster, "FULL_COMPONENT", FULL):
        found = confirming.confirm_until_stable(known, tuple(codes), lengths, window, None, revisions=False)
    tested = settle(known, size, first, waiting, others, lengths, window)
    matches = {pair for pair in tested if known.relation(*pair) != confirm.DISTANT}
    assert matches == set(zip(found.a.tolist(), found.b.tolist(), strict=True))


@pytest.mark.parametrize(
    ("seed", "size", "noise"),
    [
        (25, 20, 0.05),  # candidates that come first are of no use, those that wait are
        (55, 30, 0.03),  # one that does not match takes the place of one that does
    ],
)
def test_large_connected_sets_have_the_clusters_of_a_batch(seed, size, noise):
    rng = random.Random(seed)
    words = [f"word{place}" for place in range(120)]
    room = []
    for place in range(size):
        start = rng.randrange(60)
        text = [word if rng.random() > noise else f"x{rng.randrange(10**6)}" for word in words[start : start + 60]]
        room.append({"id": str(place), "text": " ".join(text)})
    quick = dedup.Settings(num_perm=32)
    with (
        mock.patch.object(cluster, "FULL_COMPONENT", FULL),
        mock.patch.object(confirming, "NEAREST", 1),
        mock.patch.object(settling, "NEAREST", 1),
        mock.patch.object(matching, "NEAREST", 1),
        mock.patch.object(lsh, "FULL_BUCKET", 1000),
        mock.patch.object(lsh, "MOST_CANDIDATES", 1000),
        dedup.Index(settings=quick) as index,
    ):
        whole = dedup.find_duplicates(room, quick, furniture=index.furniture)
        assert max(len(one.ids) for one in whole.clusters) > FULL
        for article in rng.sample(room, len(room)):
            index.add(article)
        assert sorted(story.ids for story in index.stories()) == sorted(one.ids for one in whole.clusters)
        told = index.result()
        said = [(match.a, match.b, match.relation, match.score) for match in sorted(told.matches)]
        assert said == [(match.a, match.b, match.relation, match.score) for match in sorted(whole.matches)]
        assert index.check() == []


@settings(max_examples=examples(100))
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(0, 60), st.booleans())
def test_weighing_counts_what_texts_share(seed, size, most, timed):
    rng = random.Random(seed)
    base, numbers = 3, 12
    keys = sorted(rng.randrange(size) for _ in range(8))
    passage = [rng.random() < 0.4 for _ in keys]
    more = [rng.random() < 0.3 for _ in keys]
    hits = sorted({(rng.randrange(len(keys)), rng.randrange(1, base + numbers)) for _ in range(most)})
    rng.shuffle(hits)
    texts = [rng.randrange(base, base + numbers) for _ in range(size)]
    spans = np.array([sorted((rng.randrange(9), rng.randrange(9))) for _ in range(size)], np.int64)
    columns = {name: np.array([rng.random() < 0.8 for _ in range(numbers)]) for name in ("copies", "posted", "dated")}
    walls = np.array([rng.random() < 0.2 for _ in range(numbers)])
    firsts = np.array([rng.randrange(base, base + numbers) for _ in range(numbers)], np.uint32)
    lo = np.array([rng.randrange(9) for _ in range(numbers)], np.int64)
    passages = np.array([rng.randrange(5) for _ in range(numbers)], np.uint8)
    mine = np.array([rng.randrange(5) for _ in range(size)], np.int64)
    often = np.array([rng.randrange(2) for _ in range(size)], np.int64)
    widest, ahead = (3 if timed else -1), 2

    seen, bands, passed = Counter(), defaultdict(int), defaultdict(int)
    for key, other in hits:
        seen[key] += 1
        at, text = other - base, keys[key]
        if (more[key] and seen[key] > ahead) or at < 0 or other == texts[text] or walls[at]:
            continue
        if not (columns["copies"][at] and columns["posted"][at]):
            continue
        first = firsts[at] - base
        begin, end = spans[text]
        if timed and columns["dated"][first] and max(lo[first] - end, begin - lo[first] - 1) > widest:
            continue
        (passed if passage[key] else bands)[text, other] += 1
    expected = [
        (text, other, bands[text, other])
        for text, other in sorted({*bands, *passed})
        if passed[text, other] + often[text] >= 0.5 * min(mine[text], passages[other - base]) - 1
    ]

    codes = weighing.shared(
        np.array([key for key, _ in hits], np.int64), np.array([other for _, other in hits], np.int64),
        np.array(more), ahead, np.array(keys), np.array(passage), np.array(texts), spans[:, 0].copy(),
        spans[:, 1].copy(), widest, base, columns["copies"].astype(np.uint32), columns["posted"], walls, firsts,
        columns["dated"], lo, lo + 1,
    )  # fmt: skip
    codes.sort()
    found = weighing.weigh(codes, often, mine, base, passages, 0.5)
    assert list(zip(*(side.tolist() for side in found), strict=True)) == expected

    often = [sum(more[key] and passage[key] for key in range(len(keys)) if keys[key] == text) for text in range(size)]
    lost = {text for text, many in zip(keys, more, strict=True) if many}
    expected = []
    for text in range(size):
        near = [
            (text, other, bands[text, other])
            for one, other in sorted({*bands, *passed})
            if one == text and passed[text, other] + often[text] >= 0.5 * min(mine[text], passages[other - base]) - 1
        ]
        expected += sorted(sorted(near, key=lambda pair: -pair[2])[:2])
        lost.update([text] if len(near) > 2 else [])
    *kept, capped = weighing.resembling(
        np.array([key for key, _ in hits], np.int64), np.array([other for _, other in hits], np.int64),
        np.array(more), ahead, np.array(keys), np.array(passage), np.array(texts), spans[:, 0].copy(),
        spans[:, 1].copy(), mine, 0.5, 2, widest, base, columns["copies"].astype(np.uint32), columns["posted"],
        walls, firsts, columns["dated"], lo, lo + 1, passages,
    )  # fmt: skip
    assert list(zip(*(side.tolist() for side in kept), strict=True)) == expected
    assert capped == len(lost)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 4)), unique_by=lambda pair: pair[:2]))
def test_the_foremost_pairs_are_those_that_a_batch_run_keeps(pairs):
    texts, _, bands = np.array(sorted(pairs), np.int64).reshape(-1, 3).T.copy()
    assert weighing.foremost(texts, bands, 2).tolist() == (lsh.ranks(texts, bands) < 2).tolist()


@pytest.mark.parametrize("seed", range(40))
def test_what_changed_is_what_sorting_says(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 12))
    numbers = rng.permutation(40)[: rng.integers(1, 20)]
    centres = rng.integers(0, size, len(numbers))
    stories = np.where(rng.random(len(numbers)) < 0.3, numbers, rng.integers(1, 9, len(numbers)))
    if seed % 2:  # most clusters as they were
        stories = centres + 50
    arrived, stirred, bereft = (np.unique(rng.choice(pool, rng.integers(0, 4))) for pool in (numbers, numbers, stories))
    stirred = np.union1d(stirred, arrived)
    alone, chosen, before = telling.changed(numbers, centres, stories, arrived, stirred, bereft, size)
    clusters = [set(numbers[centres == centre].tolist()) for centre in centres]
    whole = [set(numbers[stories == story].tolist()) for story in stories]
    for place, number in enumerate(numbers):
        new = number in arrived
        touched = clusters[place] & set(stirred.tolist()) or set(stories[centres == centres[place]]) & set(bereft)
        assert before[place] == (0 if new else stories[place])
        assert alone[place] == (new and clusters[place] == {number})
        assert chosen[place] == (bool(touched or clusters[place] != whole[place]) and not alone[place])
