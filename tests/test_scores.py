"""The score of a match: that of rapidfuzz over the tokens as they are, though it is given letters."""

from __future__ import annotations

import random
from array import array
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel, LCSseq
from test_align import mutated

from dedup.stages.confirm import verdicts

pytestmark = pytest.mark.kernels


def scores(pairs: list[tuple[list[int], list[int]]], aligned: list[int] | int = 0) -> list[float]:
    tokens = [text for pair in pairs for text in pair]
    offsets = np.cumsum([0, *map(len, tokens)])
    texts = SimpleNamespace(tokens=np.array(sum(tokens, []), np.uint32), offsets=offsets)  # noqa: RUF017 - few
    a = np.arange(0, len(tokens), 2)
    return verdicts.scores(texts, a, a + 1, np.broadcast_to(aligned, len(a))).tolist()


def plain(a: list[int], b: list[int]) -> float:
    return Indel.normalized_similarity(array("I", a), array("I", b))


@given(st.integers(0, 10**6), st.integers(0, 120), st.integers(0, 8), st.sampled_from([3, 40, 400, 10**9]))
def test_the_score_is_that_of_rapidfuzz(seed, size, edits, alphabet):
    rng = random.Random(seed)
    whole = [rng.randrange(alphabet) for _ in range(size)]
    pairs = [(mutated(rng, whole, edits, alphabet), mutated(rng, whole, edits, alphabet)) for _ in range(4)]
    assert scores(pairs) == [plain(a, b) for a, b in pairs]
    known = [LCSseq.similarity(array("I", a), array("I", b)) - rng.randrange(3) for a, b in pairs]
    assert scores(pairs, known) == [plain(a, b) for a, b in pairs]


_TEXT = st.lists(st.integers(0, 3), max_size=6)


@given(st.lists(st.tuples(_TEXT, _TEXT), max_size=5))
def test_of_very_long_texts_the_alignment_tells(pairs):
    with mock.patch.object(verdicts, "LONG", 3):
        found = scores(pairs, [2 * (len(a) + len(b) > 6) for a, b in pairs])
    sizes = [len(a) + len(b) for a, b in pairs]
    assert found == [4 / size if size > 6 else plain(*pair) for size, pair in zip(sizes, pairs, strict=True)]


def test_many_different_tokens_are_told_apart():
    a = list(range(1000))
    b = [*range(500, 1000), *range(500)]
    assert scores([(a, b)]) == [plain(a, b)] == [0.5]
