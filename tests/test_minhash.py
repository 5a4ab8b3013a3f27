from __future__ import annotations

import datasketch
import numpy as np
import pyarrow as pa
import pytest
import stage_twins
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import ArgumentError
from dedup.stages import minhash, shingles
from dedup.stages._kernels import minhash as kernels
from dedup.stages._kernels.compiling import wrapping

pytestmark = pytest.mark.kernels

hash_sets = st.lists(st.integers(0, 2**32 - 1) | st.sampled_from([0, 1, 2**31, 2**32 - 1]), max_size=30)
seeds = st.sampled_from([0, 1, 42, 2**32 - 1])
words = st.sampled_from(["ferry", "Ferry", "FERRY", "port", "Café", "cafe", "12", "港", "سلام", "a", "b", "c"])
texts = st.lists(words, max_size=30).map(" ".join) | st.text(max_size=40)


def signed(*items: str | None, shingle_size: int = 5, num_perm: int = 16, seed: int = 1) -> minhash.Signatures:
    """Sign texts of which nothing is furniture."""
    column = shingles.nfc(pa.array(items, pa.large_string()).fill_null(""))
    data, offsets, _ = shingles.text_buffers(column)
    return minhash.sign(
        data,
        offsets,
        shingles.token_table(),
        np.zeros(len(items), np.uint64),
        np.zeros(16, np.uint64),
        shingle_size=shingle_size,
        num_perm=num_perm,
        seed=seed,
    )


def datasketch_of(hashes: list[int], *, num_perm: int = 128, seed: int = 1) -> datasketch.MinHash:
    theirs = datasketch.MinHash(num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=int)
    theirs.update_batch(hashes)
    return theirs


def slow_signature(hashes: list[int], num_perm: int, seed: int) -> list[int]:
    multipliers, addends = datasketch.MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations
    return stage_twins.slow_signature(hashes, multipliers.tolist(), addends.tolist())


def prose(tokens: int) -> str:
    """Return so many different tokens."""
    return " ".join(f"word{place}" for place in range(tokens))


@given(hash_sets, st.integers(1, 40), seeds)
def test_signature_equals_twin_and_datasketch(hashes: list[int], num_perm: int, seed: int) -> None:
    mine = minhash.sign_shingles(np.array(hashes, np.uint32), num_perm=num_perm, seed=seed)
    assert mine.dtype == np.uint32
    assert mine.tolist() == slow_signature(hashes, num_perm, seed)
    assert mine.tolist() == datasketch_of(hashes, num_perm=num_perm, seed=seed).hashvalues.tolist()


@pytest.mark.parametrize(("num_perm", "seed"), [(16, 1), (128, 1), (128, 7), (256, 2**32 - 1)])
def test_long_signatures_equal_datasketch(num_perm: int, seed: int) -> None:
    hashes = np.random.default_rng(seed).integers(0, 2**32, 60, np.uint32)
    mine = minhash.sign_shingles(hashes, num_perm=num_perm, seed=seed)
    assert mine.tolist() == datasketch_of(hashes.tolist(), num_perm=num_perm, seed=seed).hashvalues.tolist()


@given(hash_sets)
def test_order_and_repeats_change_nothing(hashes: list[int]) -> None:
    mine = minhash.sign_shingles(np.array(hashes, np.uint32), num_perm=16)
    again = minhash.sign_shingles(np.array(hashes[::-1] + hashes, np.uint32), num_perm=16)
    assert mine.tolist() == again.tolist()


@settings(max_examples=examples(50))
@given(
    st.lists(texts, min_size=1, max_size=4),
    st.sampled_from([1, 2, 5, 64]),
    st.sampled_from([16, 20, 33]),
    seeds,
)
def test_texts_equal_twin(items: list[str], size: int, num_perm: int, seed: int) -> None:
    found = signed(*items, shingle_size=size, num_perm=num_perm, seed=seed)
    begin = 0
    for row, text in enumerate(items):
        tokens = stage_twins.slow_hashes(text)
        assert found.counts[row] == len(tokens)
        assert found.body[row].tolist() == slow_signature(stage_twins.slow_shingles(tokens, size), num_perm, seed)
        lead = stage_twins.slow_shingles(tokens[: minhash.LEAD_TOKENS], size)
        width = minhash.lead_bands(num_perm) * minhash.LEAD_ROWS
        assert found.lead[row].tolist() == slow_signature(lead, num_perm, seed)[:width]
        assert tuple(found.digests[row].tolist()) == (stage_twins.slow_digest(tokens) if tokens else (0, 0))
        passages = stage_twins.slow_passages(tokens, minhash.PASSAGE_TOKENS, minhash.PASSAGE_EVERY)
        assert found.passages[begin : found.ends[row]].tolist() == passages
        begin = found.ends[row]
    assert begin == len(found.passages)


@given(st.lists(st.sampled_from([0, 1, 7, 2**31, 2**32 - 1]), max_size=20), st.integers(1, 8))
def test_shingles_of_pairs_are_those_that_are_signed(tokens: list[int], size: int) -> None:
    out = np.zeros(len(tokens) + 1, np.uint32)
    with wrapping():
        count = kernels.shingle(np.array(tokens, np.uint32), len(tokens), size, out)
    assert out[:count].tolist() == stage_twins.slow_shingles(tokens, size)


@pytest.mark.parametrize("size", [1, 5, 63, 64])
@pytest.mark.parametrize("tokens", [1, 4, 63, 64, 65, 68, 150])
def test_lead_is_the_signature_of_the_first_tokens(tokens: int, size: int) -> None:
    whole = signed(prose(tokens), shingle_size=size)
    lead = signed(prose(min(tokens, minhash.LEAD_TOKENS)), shingle_size=size)
    assert whole.lead[0].tolist() == lead.body[0, : whole.lead.shape[1]].tolist()
    if tokens <= minhash.LEAD_TOKENS:
        assert whole.body.tolist() == lead.body.tolist()
    elif tokens > 2 * minhash.LEAD_TOKENS:  # a few more tokens need not lower any minimum
        assert whole.body.tolist() != lead.body.tolist()


def test_lead_has_bands_as_far_as_the_signature_reaches() -> None:
    assert [minhash.lead_bands(num_perm) for num_perm in (16, 96, 98, 128, 4096)] == [5, 32, 32, 32, 32]


@given(texts, texts)
def test_digests_are_equal_where_tokens_are(one: str, two: str) -> None:
    found = signed(one, two, one.upper())
    tokens = [stage_twins.slow_hashes(text) for text in (one, two, one.upper())]
    for other in (1, 2):
        same = found.digests[0].tolist() == found.digests[other].tolist()
        assert same == (tokens[0] == tokens[other])


def test_digests_tell_permutations_and_prefixes_apart() -> None:
    items = ["a b c", "a c b", "b a c", "b c a", "c a b", "c b a", "a", "a a", "a a a", "a b", "b a", "b"]
    found = signed(*items)
    assert len({tuple(row) for row in found.digests.tolist()}) == len(items)
    # Each half alone would do for so few.
    assert len(set(found.digests[:, 0].tolist())) == len(set(found.digests[:, 1].tolist())) == len(items)


def test_passages_are_sampled_by_their_words_alone() -> None:
    story = prose(400)
    excerpt = " ".join(story.split()[170:300])
    found = signed(story, f"Other words before it. {excerpt} And after.", prose(minhash.PASSAGE_TOKENS - 1))
    whole = set(found.passages[: found.ends[0]].tolist())
    part = set(found.passages[found.ends[0] : found.ends[1]].tolist())
    inside = set(signed(excerpt).passages.tolist())
    assert inside
    assert inside <= whole & part
    assert len(whole) == pytest.approx(400 / minhash.PASSAGE_EVERY, rel=0.5)
    assert found.ends[2] == found.ends[1]  # shorter than a passage


@pytest.mark.parametrize("tokens", [[1, 2, 3], [1, 2, 3, 1, 2, 3], [1, 1, 1, 1]])
def test_passages_take_no_more_room_than_there_are(tokens: list[int]) -> None:
    taken = np.full(len(tokens) - 2, 77, np.uint32)
    hashes, digests = np.empty(len(tokens), np.uint32), np.empty(2, np.uint64)
    with np.errstate(over="ignore"):
        _, count = kernels.roll(np.array(tokens, np.uint32), 5, 3, 1, hashes, taken, digests)
    assert taken[:count].tolist() == stage_twins.slow_passages(tokens, 3, 1)


def test_repeated_passages_count_once() -> None:
    found = signed(" ".join([prose(40)] * 5), prose(40) + " " + prose(40))
    passages = found.passages[: found.ends[0]].tolist()
    assert passages == sorted(set(passages))
    assert passages == found.passages[found.ends[0] :].tolist()


def test_room_for_passages_grows() -> None:
    # One-letter words have more passages a byte than room is made for at first.
    rng = np.random.default_rng(3)
    items = [" ".join("abcdefghij"[digit] for digit in rng.integers(0, 10, 300)) for _ in range(4)]
    found = signed(*items)
    for row, begin in enumerate([0, *found.ends[:-1]]):
        expected = stage_twins.slow_passages(
            stage_twins.slow_hashes(items[row]), minhash.PASSAGE_TOKENS, minhash.PASSAGE_EVERY
        )
        assert found.passages[begin : found.ends[row]].tolist() == expected


def test_a_text_shorter_than_a_shingle_is_one_shingle() -> None:
    found = signed("Ferry runs again", "ferry RUNS again.", "ferry runs", "again ferry runs", num_perm=32)
    assert found.body[0].tolist() == found.body[1].tolist()
    assert len({tuple(row) for row in found.body.tolist()}) == 3
    assert not (found.body[0] == found.body[2]).any()
    assert found.counts.tolist() == [3, 3, 2, 3]


def test_texts_without_tokens_have_the_signature_of_nothing() -> None:
    found = signed("", None, " ... ", "\ufffd", "ferry")
    assert (found.body[:4] == 2**32 - 1).all()
    assert (found.lead[:4] == 2**32 - 1).all()
    assert found.counts.tolist() == [0, 0, 0, 0, 1]
    assert not found.digests[:4].any()
    assert found.digests[4].all()
    assert found.ends.tolist() == [0] * 5
    assert signed().body.shape == (0, 16)


def test_signatures_go_to_datasketch_and_back() -> None:
    found = signed(prose(90), prose(80), "Another story about the harbour and its ferries.", num_perm=128)
    theirs = minhash.to_datasketch(found.body)
    assert [one.scheme for one in theirs] == ["affine32"] * 3
    assert theirs[0].jaccard(theirs[1]) == pytest.approx(np.mean(found.body[0] == found.body[1]))
    back = minhash.from_datasketch(theirs)
    assert back.dtype == np.uint32
    assert back.tolist() == found.body.tolist()
    tokens = stage_twins.slow_hashes(prose(90))
    assert theirs[0] == datasketch.LeanMinHash(datasketch_of(stage_twins.slow_shingles(tokens, 5)))


def test_an_index_of_datasketch_is_filled_and_pickles_nothing() -> None:
    found = signed(prose(90), prose(88), "Another story about the harbour and its ferries.", num_perm=128, seed=5)
    given_ = {"bands": 42, "rows": 3, "num_perm": 128, "seed": 5, "storage_config": None}
    index = minhash.fill_datasketch([([b"a"], found.body[:1]), ([b"b", b"c"], found.body[1:])], **given_)
    assert (index.b, index.r, index.prepickle) == (42, 3, False)
    assert sorted(index.query(minhash.to_datasketch(found.body, seed=5)[0])) == [b"a", b"b"]


def test_datasketch_index_takes_signatures() -> None:
    found = signed(prose(90), prose(88), "Another story about the harbour and its ferries.", num_perm=128, seed=5)
    index = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
    for name, one in zip("abc", minhash.to_datasketch(found.body, seed=5), strict=True):
        index.insert(name, one)
    assert sorted(index.query(minhash.to_datasketch(found.body, seed=5)[0])) == ["a", "b"]
    hashes = stage_twins.slow_shingles(stage_twins.slow_hashes(prose(90)), 5)
    assert sorted(index.query(datasketch_of(hashes, seed=5))) == ["a", "b"]


@pytest.mark.parametrize(
    ("theirs", "seed"),
    [
        (datasketch.MinHash(num_perm=8, scheme="legacy"), 1),
        (datasketch.MinHash(num_perm=8, scheme="affine64"), 1),
        (datasketch.MinHash(num_perm=8, scheme="affine32", seed=2), 1),
        (datasketch.MinHash(num_perm=8, scheme="affine32"), 3),
        (datasketch.MinHash(num_perm=16, scheme="affine32"), 1),
    ],
)
def test_what_cannot_be_compared_is_refused(theirs: datasketch.MinHash, seed: int) -> None:
    first = datasketch.MinHash(num_perm=8, scheme="affine32", seed=seed)
    assert minhash.from_datasketch([first], seed=seed).shape == (1, 8)
    with pytest.raises(ArgumentError, match=r"minhashes\[1\] must have scheme 'affine32', seed \d and 8 values"):
        minhash.from_datasketch([first, theirs], seed=seed)
