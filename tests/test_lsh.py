from __future__ import annotations

import itertools
import math
from unittest import mock

import numpy as np
import pytest
import stage_twins
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dedup
from dedup.errors import ArgumentError
from dedup.stages import lsh, minhash, planning
from dedup.stages._kernels import buckets

pytestmark = pytest.mark.kernels


Found = tuple[list[tuple[int, int]], list[bool]]


def found(bands: list[list[int]], passages: list[set[int]] | None = None) -> Found:
    """Return what `candidate_pairs` says, as `stage_twins.slow_candidates` puts it."""
    passages = passages or [set() for _ in bands]
    ends = np.cumsum([0, *map(len, passages)])
    candidates = lsh.candidate_pairs(
        np.array(bands, np.uint32).reshape(len(bands), len(bands[0]) if bands else 1),
        np.arange(len(bands)),
        np.array([value for values in passages for value in sorted(values)], np.uint32),
        np.stack([ends[:-1], ends[1:]], axis=1),
    )
    return list(zip(candidates.a.tolist(), candidates.b.tolist(), strict=True)), candidates.capped.tolist()


def expected(bands: list[list[int]], passages: list[set[int]] | None = None) -> Found:
    passages = passages or [set() for _ in bands]
    rules = (lsh.FULL_BUCKET, lsh.AHEAD, lsh.MOST_CANDIDATES, lsh.PASSAGE_SHARE)
    return stage_twins.slow_candidates(bands, passages, *rules)


@pytest.mark.parametrize(
    ("bands", "rows", "resemblance", "chance"),
    [  # datasketch's defaults, and what its weights and parameters give
        (25, 5, 0.5, 0.55),
        (14, 9, 0.7, 0.44),
        (9, 13, 0.8, 0.40),
        (9, 13, 0.9, 0.93),
        (14, 9, 0.8, 0.87),
        (20, 6, 0.8, 0.998),
        (5, 25, 0.9, 0.31),
        # NeMo Curator, datatrove, rensa's benchmark, Daft, duplodocus
        (20, 13, 0.8, 0.68),
        (20, 13, 0.6, 0.03),
        (14, 8, 0.8, 0.92),
        (14, 8, 0.6, 0.21),
        (8, 16, 0.8, 0.20),
        (8, 16, 0.6, 0.00),
        (8, 8, 0.8, 0.77),
        (8, 8, 0.6, 0.13),
        (20, 5, 0.8, 1.00),
        (20, 5, 0.6, 0.80),
        (1, 1, 0.3, 0.3),
        (7, 3, 0.0, 0.0),
        (7, 3, 1.0, 1.0),
    ],
)
def test_chance_of_what_others_plan(bands: int, rows: int, resemblance: float, chance: float) -> None:
    digits = 3 if round(chance, 2) != chance else 2
    assert round(planning.chance(resemblance, bands, rows), digits) == chance
    assert planning.Plan(resemblance, 0.5, bands, rows).chance(resemblance) == planning.chance(resemblance, bands, rows)


@pytest.mark.parametrize(
    ("threshold", "recall", "num_perm", "bands", "rows"),
    [
        (0.3, 0.95, 128, 64, 2),
        (0.45, 0.95, 128, 42, 3),
        (0.5, 0.95, 128, 42, 3),
        (0.5, 0.8, 128, 32, 4),
        (0.7, 0.95, 128, 25, 5),
        (0.8, 0.95, 128, 18, 7),
        (0.9, 0.95, 128, 10, 12),
        (0.9, 0.95, 256, 16, 16),
        (1.0, 0.99, 128, 1, 128),
        (0.01, 0.5, 128, 128, 1),
    ],
)
def test_plan(threshold: float, recall: float, num_perm: int, bands: int, rows: int) -> None:
    best = planning.plan(threshold, recall, num_perm=num_perm)
    assert (best.bands, best.rows) == (bands, rows)
    assert (best.threshold, best.recall) == (threshold, recall)


def test_plan_is_public_and_prints() -> None:
    assert dedup.plan(threshold=0.7, recall=0.95) == planning.plan() == planning.Plan(0.7, 0.95, 25, 5)
    assert str(planning.plan()).startswith(
        "25 bands of 5 rows: 0.990 of the pairs of resemblance 0.7 are compared (asked: 0.95)"
    )
    assert str(planning.plan()).endswith(
        "by resemblance 0.1 -> 0.000, 0.3 -> 0.059, 0.5 -> 0.548, 0.7 -> 0.990, 0.9 -> 1.000"
    )
    assert planning.Plan(0.7, 0.95, 25, 5)._rows()[::3] == [
        ("0.1", "0.0002"), ("0.4", "0.2269"), ("0.7", "0.9899"), ("1.0", "1.0000")
    ]  # fmt: skip
    curve = planning.plan()._curve()
    assert (len(curve), curve[0], curve[-1]) == (51, (0.0, 0.0), (1.0, 1.0))


@given(st.floats(0.001, 1.0), st.floats(0.001, 0.9999), st.integers(1, 300))
def test_a_plan_keeps_its_promise_and_is_the_most_selective(threshold: float, recall: float, num_perm: int) -> None:
    promises = {rows: 1 - (1 - threshold**rows) ** (num_perm // rows) >= recall for rows in range(1, num_perm + 1)}
    if not any(promises.values()):
        with pytest.raises(ArgumentError, match="cannot promise recall"):
            planning.plan(threshold, recall, num_perm=num_perm)
        return
    best = planning.plan(threshold, recall, num_perm=num_perm)
    assert best.rows == max(rows for rows, kept in promises.items() if kept)
    assert best.bands == num_perm // best.rows
    assert best.chance(threshold) >= recall


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"threshold": 0.0}, "threshold must be above 0 and at most 1, got 0.0"),
        ({"threshold": 1.01}, "threshold must be"),
        ({"threshold": math.nan}, "threshold must be"),
        ({"recall": 0.0}, "recall must be between 0 and 1"),
        ({"recall": 1.0}, "recall must be between 0 and 1"),
        ({"recall": math.nan}, "recall must be"),
        ({"num_perm": 0}, "num_perm must be at least 1, got 0"),
        ({"threshold": 0.05, "recall": 0.9, "num_perm": 16}, r"at best 0\.560\): raise num_perm"),
    ],
)
def test_plan_refuses(arguments: dict[str, float], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        planning.plan(**arguments)


@pytest.mark.parametrize("resemblance", [0.3, 0.5, 0.7, 0.9])
def test_measured_recall_is_the_chance(resemblance: float) -> None:
    rng = np.random.default_rng(round(100 * resemblance))
    size, trials = 30, 200
    shared = round(2 * size * resemblance / (1 + resemblance))
    signatures = np.empty((2 * trials, 64), np.uint32)
    for trial in range(trials):
        hashes = rng.integers(0, 2**32, 2 * size - shared, np.uint32)
        for side, mine in enumerate((hashes[:size], np.r_[hashes[:shared], hashes[size:]])):
            signatures[2 * trial + side] = minhash.sign_shingles(mine, num_perm=64)
    for bands, rows in ((1, 1), (21, 3), (12, 5), (8, 8)):
        keys = lsh.band_keys(signatures, bands, rows)
        hits = int((keys[::2] == keys[1::2]).any(axis=1).sum())
        chance = planning.chance(shared / (2 * size - shared), bands, rows)
        assert abs(hits - trials * chance) <= 4 * math.sqrt(trials * chance * (1 - chance)) + 1


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 4), st.integers(0, 2**32 - 1))
def test_band_keys_equal_twin(bands: int, rows: int, texts: int, seed: int) -> None:
    signatures = np.random.default_rng(seed).integers(0, 2**32, (texts, bands * rows + 2), np.uint32)
    keys = lsh.band_keys(signatures, bands, rows)
    assert keys.dtype == np.uint32
    assert keys.tolist() == [
        [stage_twins.slow_band_key(band, values[band * rows : (band + 1) * rows]) for band in range(bands)]
        for values in signatures.tolist()
    ]


def test_band_keys_tell_bands_and_orders_apart() -> None:
    signatures = np.array([[1, 2, 1, 2, 2, 1]], np.uint32)
    assert len(set(lsh.band_keys(signatures, 3, 2)[0].tolist())) == 3


def tables(most: int, keys: int) -> st.SearchStrategy[list[list[int]]]:
    """Return band keys of up to `most` texts that often share a bucket."""
    key = st.integers(0, keys)
    return st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(key, min_size=width, max_size=width), max_size=most)
    )


@given(st.data())
def test_candidates_equal_twin(data: st.DataObject) -> None:
    bands = data.draw(tables(12, 5))
    values = st.sampled_from([0, 1, 2**29, 2**31, 2**31 + 1, 2**32 - 1])  # with some leading bits, or with many
    passages = [data.draw(st.sets(values, max_size=4)) for _ in bands]
    together, share = data.draw(st.integers(1, 9)), data.draw(st.sampled_from([0.1, 0.5, 0.7]))
    # Small caps, so that small examples reach them.
    caps = {"FULL_BUCKET": 4, "AHEAD": 2, "MOST_CANDIDATES": 3, "_PASSAGES": together, "PASSAGE_SHARE": share}
    with mock.patch.multiple(lsh, **caps):
        assert found(bands, passages) == expected(bands, passages)


def test_candidates_share_passages_where_there_are_many() -> None:
    # The other side decides by the fewer passages: of 20 there must be 2, of 6 none.
    story = set(range(20))
    passages = [story, {0, 1, *range(100, 118)}, {0, *range(100, 119)}, set(range(200, 206)), set()]
    pairs, capped = found([[7]] * 5, passages)
    assert [pair for pair in pairs if 0 in pair] == [(0, 1), (0, 3), (0, 4)]
    assert not any(capped)
    assert (pairs, capped) == expected([[7]] * 5, passages)


@given(st.integers(5, 14), st.integers(1, 5), st.integers(1, 3), st.integers(0, 2**32 - 1))
@example(12, 4, 2, 6)
def test_candidates_equal_twin_where_caps_bite(size: int, width: int, keys: int, seed: int) -> None:
    bands = np.random.default_rng(seed).integers(0, keys, (size, width)).tolist()
    with mock.patch.multiple(lsh, FULL_BUCKET=4, AHEAD=2, MOST_CANDIDATES=3):
        assert found(bands) == expected(bands)


@settings(max_examples=10)
@given(st.integers(25, 120), st.integers(1, 6), st.integers(1, 6), st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_candidates_equal_twin_in_large_buckets(size: int, width: int, keys: int, many: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    bands = rng.integers(0, keys, (size, width)).tolist()
    passages = [set() for _ in range(size)]
    for value, text in rng.integers(0, [3, size], (many, 2)).tolist():
        passages[text].add(value)
    assert found(bands, passages) == expected(bands, passages)


@pytest.mark.parametrize("size", [lsh.FULL_BUCKET, lsh.FULL_BUCKET + 1])
def test_a_bucket_gives_all_pairs_up_to_a_size(size: int) -> None:
    # In the second band no two meet; the first is sorted by it, downwards.
    with mock.patch.object(lsh, "MOST_CANDIDATES", lsh.FULL_BUCKET):
        pairs, capped = found([[7, 1000 - text] for text in range(size)])
    if size == lsh.FULL_BUCKET:
        assert len(pairs) == size * (size - 1) // 2
        assert not any(capped)
    else:
        near = {(a, b) for b in range(size) for a in range(b) if b - a <= lsh.AHEAD or a == 0}
        assert set(pairs) == near
        assert all(capped)


def test_most_shared_candidates_are_kept() -> None:
    # Text 29 shares one band with each of 0 to 19, in small buckets, and a second one with the odd ones.
    bands = [[1 if band == text else 1000 + 100 * band + text for band in range(40)] for text in range(30)]
    bands[29] = [1] * 20 + [2] * 20
    for text in range(1, 20, 2):
        bands[text][20 + text] = 2
    with mock.patch.object(lsh, "MOST_CANDIDATES", 16):
        pairs, capped = found(bands)
    kept = sorted([*range(1, 20, 2), *range(0, 12, 2)])
    assert pairs == [(text, 29) for text in kept]
    assert [text for text in range(30) if capped[text]] == [*range(12, 20, 2), 29]


@pytest.mark.parametrize("size", [40, 400, 3000])
@pytest.mark.parametrize("width", [1, 20])
def test_pairs_are_linear_when_all_keys_are_equal(size: int, width: int) -> None:
    pairs, capped = found([[5] * width] * size, [{9}] * size)
    assert size <= len(pairs) <= size * (lsh.AHEAD + 1)
    assert all(capped)
    assert all(a < b for a, b in pairs)


def test_pairs_are_linear_in_hostile_buckets() -> None:
    # Every band puts all texts into one bucket, and sorts them in another way.
    size, width = 300, 40
    rng = np.random.default_rng(1)
    bands = np.full((size, width), 5)
    bands[:, 1::2] = rng.permuted(np.tile(np.arange(size) + 10, (width // 2, 1)), axis=1).T
    pairs, _ = found(bands.tolist())
    assert len(pairs) <= size * lsh.MOST_CANDIDATES
    larger = np.bincount([b for _, b in pairs], minlength=size)
    assert larger.max() == lsh.MOST_CANDIDATES


@given(tables(10, 3), st.randoms(use_true_random=False))
@example([[1], [1]], None)
def test_places_say_where_a_text_stands(bands: list[list[int]], random: object) -> None:
    order = list(range(len(bands)))
    if random:
        random.shuffle(order)
    shuffled = np.full((len(bands) + 1, len(bands[0]) if bands else 1), 77, np.uint32)
    for text, place in enumerate(order):
        shuffled[place] = bands[text]
    spans = np.zeros((len(order), 2), np.int64)
    candidates = lsh.candidate_pairs(shuffled, np.array(order, np.int64), np.empty(0, np.uint32), spans)
    assert list(zip(candidates.a.tolist(), candidates.b.tolist(), strict=True)) == found(bands)[0]


def test_passages_are_picked_by_their_leading_bits_however_many_share_them() -> None:
    mine = [sorted(set(range(text, 4000 * text + 9, 7))) for text in (1, 2, 0)]
    mine += [[1 << 30, 1 << 31, 3 << 30], list(range(3 << 30, (3 << 30) + 4))]
    ends = np.cumsum([0, *map(len, mine)])
    passages, spans = np.array([value for one in mine for value in one], np.uint32), np.stack([ends[:-1], ends[1:]], 1)
    for part in range(4):
        keys, owners = buckets.pick(passages, spans, np.arange(len(spans), dtype=np.uint32), part, 2)
        expected = [(value, text) for text, one in enumerate(mine) for value in one if value >> 30 == part]
        assert list(zip(keys.tolist(), owners.tolist(), strict=True)) == expected


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 2), st.integers(0, 3)),
        unique_by=lambda place: place[:2],
        max_size=40,
    ),
    st.integers(2, 40),
)
def test_whole_buckets_propose_what_all_texts_do(places: list[tuple[int, int, int, int]], full: int) -> None:
    keys, numbers, before, after = np.array(places, np.int64).reshape(-1, 4).T
    with mock.patch.multiple(lsh, FULL_BUCKET=full, AHEAD=1):
        given_ = (keys.astype(np.uint64), *(one.astype(np.uint32) for one in (numbers, before, after)))
        codes, capped = lsh.bucket_pairs(*given_)
    expected, cut = set(), set()
    for key in {place[0] for place in places}:
        members = sorted((last, number, first) for one, number, first, last in places if one == key)
        pairs = list(itertools.combinations(members, 2))
        if len(members) > full:
            cut |= {number for _, number, _ in members}
            least = min(members, key=lambda member: member[1])
            pairs = [*itertools.pairwise(members), *((least, member) for member in members if member != least)]
        expected |= {(max(a[1], b[1]), min(a[1], b[1])) for a, b in pairs if a[2] != b[2]}
    assert [(int(code) >> 32, int(code) & 0xFFFFFFFF) for code in codes] == sorted(expected)
    assert capped.tolist() == sorted(cut)
