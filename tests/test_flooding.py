"""Texts that are made to collide: with the public hashes no table gets slow, and with a key nobody can make them."""

from __future__ import annotations

import os
import random

import numba
import numpy as np
import pyarrow as pa
import pytest
import twins
from stories import sentences, story

import dedup
from dedup.engines.stream import state
from dedup.errors import ArgumentError
from dedup.stages import furniture, lsh, shingles
from dedup.stages._kernels import anchors, units

KEY = "a secret of some length"


# --- the public hashes ------------------------------------------------------------------------------


def in_one_slot(count: int, bits: int) -> list[int]:
    """Return values of 32 bits, the last `bits` of which are all the same."""
    return [(number << bits | 5) & 0xFFFFFFFF for number in range(count)]


def longest_wait(values: list[int], slots: int) -> int:
    """Return how many slots one value tries at most, as the table of `anchors` is filled."""
    taken, longest = set(), 0
    for value in values:
        slot, rest, tried = value & (slots - 1), value, 1
        while slot in taken:
            rest >>= 5
            slot = int(anchors.after(slot, rest, slots - 1))
            tried += 1
        taken.add(slot)
        longest = max(longest, tried)
    return longest


@pytest.mark.kernels
@pytest.mark.parametrize("count", [300, 1500] if numba.config.DISABLE_JIT else [300, 1500, 6000, 40_000])
def test_shingles_of_one_slot_do_not_wait_in_line(count):
    slots = anchors._power(2 * count)
    for bits in (5, 10, 15, 20):
        values = list(dict.fromkeys(in_one_slot(count, bits)))
        assert longest_wait(values, slots) < 60
        assert anchors.fill(np.array(values, np.uint32), 1, anchors.empty(count)) == len(values)


@pytest.mark.kernels
def test_furniture_of_one_slot_does_not_wait_in_line():
    keys = np.array([number << 20 | 7 for number in range(2000)], np.uint64)
    tables = [furniture.Furniture(keys).table for _ in range(9)]
    longest = []
    for table in tables:
        run, runs = 0, [0]
        for filled in (table[1:] != 0).tolist() * 2:
            run = run + 1 if filled else 0
            runs.append(run)
        longest.append(max(runs))
        with np.errstate(over="ignore"):
            assert all(units.contains(table, key) for key in keys[::50])
            assert not units.contains(table, np.uint64(8))
    assert sorted(longest)[4] < 200  # one order in a hundred is an unlucky one
    assert tables[0].tolist() != tables[1].tolist()  # another in each process


def test_ids_of_one_sum_do_not_share_a_key():
    # Two texts of one CRC-32, and so are all that begin with either.
    ids = ["plumless", "buckeroo"]
    keys = state.id_keys([f"{one}{rest}" for rest in range(50) for one in ids])
    assert len(set(keys.tolist())) == 100


def test_a_paragraph_that_all_share_stays_within_the_caps():
    shared = " ".join(sentences(0, 6))
    room = [
        {"id": f"{number}", "text": f"{' '.join(sentences(number, 2))} {shared}", "source": f"s{number}"}
        for number in range(1, 61)
    ]
    result = dedup.find_duplicates(room, dedup.Settings(num_perm=32))
    assert result.candidates <= lsh.MOST_CANDIDATES * len(room)
    assert result.capped > 0
    with dedup.Index(settings=dedup.Settings(num_perm=32)) as index:
        index.add(room)
        assert index.stats()["pairs"] <= 2 * lsh.MOST_CANDIDATES * len(room)


def test_what_buckets_propose_is_linear_whatever_is_in_them():
    # As bad as can be: every text in every bucket, and every passage in every text.
    pairs = []
    for size in (200, 400):
        bands = np.zeros((size, 20), np.uint32)
        passages = np.tile(np.arange(10, dtype=np.uint32), size)
        spans = np.column_stack([np.arange(size) * 10, np.arange(1, size + 1) * 10])
        found = lsh.candidate_pairs(bands, np.arange(size), passages, spans)
        assert found.capped.all()
        pairs.append(len(found.a))
    assert pairs[1] <= 2.1 * pairs[0] <= 2.1 * (lsh.AHEAD + 1) * 200


# --- a key ------------------------------------------------------------------------------------------


def forget():
    for made in (shingles._key, shingles.token_table, shingles.number_words):
        made.cache_clear()


@pytest.fixture
def keyed(monkeypatch):
    """Set a key, or another, or none."""

    def use(key: str | None) -> None:
        if key is None:
            monkeypatch.delenv(shingles.KEY, raising=False)
        else:
            monkeypatch.setenv(shingles.KEY, key)
        forget()

    yield use
    monkeypatch.undo()
    forget()


def hashes(text: str) -> list[int]:
    return shingles.tokenize(shingles.nfc(pa.array([text], pa.large_string()))).values.tolist()


TEXT = "The harbour of Straße, 新聞 and internationalization of 42 électroencéphalographiques"


@pytest.mark.kernels
def test_a_key_changes_every_hash_and_the_slow_twin_agrees(keyed):
    found = []
    for key in (None, KEY, f"{KEY}!"):
        keyed(key)
        secret = tuple(shingles.token_table().secret.tolist())
        assert hashes(TEXT) == [twins.slow_token_hash(token, secret) for token, *_ in twins.slow_tokens(TEXT)]
        found.append(hashes(TEXT))
    assert not set(found[0]) & set(found[1])
    assert not set(found[1]) & set(found[2])


def test_words_that_collide_do_not_under_a_key(keyed):
    # Three pairs found by trying: each is one token to the public hash.
    rng, words, pairs = random.Random(1), {}, []
    while len(pairs) < 3:
        some = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(100_000)]
        for word, value in zip(some, hashes(" ".join(some)), strict=True):
            if words.setdefault(value, word) != word:
                pairs.append((words[value], word))
    keyed(KEY)
    for one, other in pairs:
        assert len(set(hashes(f"{one} {other}"))) == 2


def test_the_result_is_the_same_with_a_key(keyed, newsroom, newsroom_path):
    keyed(KEY)
    assert [cluster.ids for cluster in dedup.find_duplicates(newsroom_path).clusters] == [
        cluster.ids for cluster in newsroom.clusters
    ]


def test_what_was_made_with_another_key_is_refused_and_no_file_holds_it(keyed, tmp_path):
    keyed(KEY)
    articles = [{"id": name, "text": story(1)} for name in "ab"]
    with dedup.Index(tmp_path / "news.db") as index:
        index.add(articles)
    result = dedup.find_duplicates(articles)
    dedup.write_signatures(result, tmp_path / "signatures.parquet")
    result.write(tmp_path / "clusters.jsonl")
    dedup.write_report(result, tmp_path / "report.html")
    secret = shingles.token_table().secret.tobytes()
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        assert KEY.encode() not in data
        assert secret not in data
    assert KEY not in repr(result) + repr(dedup.Settings())
    with dedup.Index(tmp_path / "news.db") as index:
        assert index.query({"id": "c", "text": story(1)}).status == "copy"
    for other in (None, f"{KEY}!"):
        keyed(other)
        with pytest.raises(
            ArgumentError, match=f"^{shingles.KEY} must be set as it was when the index was made"
        ) as said:
            dedup.Index(tmp_path / "news.db")
        assert KEY not in str(said.value)
        with pytest.raises(
            ArgumentError, match=rf"^{shingles.KEY} must be set as it was when .*signatures\.parquet was"
        ):
            dedup.find_duplicates(articles, against=tmp_path / "signatures.parquet")
    keyed(None)
    with dedup.Index(tmp_path / "plain.db") as index:
        index.add(articles)
    keyed(KEY)
    with pytest.raises(ArgumentError, match=f"^{shingles.KEY} must be set as it was"):
        dedup.Index(tmp_path / "plain.db")


def test_a_key_that_is_too_short_is_refused(keyed):
    keyed("short")
    with pytest.raises(ArgumentError, match=f"^{shingles.KEY} must have at least 16 bytes, has 5$"):
        dedup.find_duplicates([{"text": "a"}])
    keyed("k" * 15)
    with pytest.raises(ArgumentError, match=r"has 15$"):
        dedup.find_duplicates([{"text": "a"}])
    keyed("k" * 16)
    assert len(dedup.find_duplicates([{"text": "a"}]).unique) == 1


def test_no_key_is_set_where_these_tests_run():
    assert shingles.KEY not in os.environ
