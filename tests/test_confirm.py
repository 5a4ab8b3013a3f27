"""Confirmation: what pairs share, and facts that the headlines name too."""

from __future__ import annotations

import random

import numpy as np
import pytest
import stage_twins
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.stages import confirm, furniture
from dedup.stages._kernels import counting

_TOKENS = st.lists(st.lists(st.integers(0, 6), max_size=40), min_size=1, max_size=6)


@pytest.mark.kernels
@given(_TOKENS, st.integers(1, 5), st.data())
def test_overlap_counts_what_sets_of_shingles_share(texts, size, data):
    pairs = data.draw(st.lists(st.tuples(*[st.integers(0, len(texts) - 1)] * 2), max_size=10))
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    tokens = np.array([token for text in texts for token in text], np.uint32)
    offsets = np.cumsum([0, *map(len, texts)])
    found = confirm.overlap(tokens, offsets, a, b, size)
    sets = [set(stage_twins.slow_shingles(text, size)) for text in texts]
    assert found.distinct.tolist() == list(map(len, sets))
    assert found.shared.tolist() == [len(sets[one] & sets[two]) for one, two in pairs]
    floor = confirm.evidence.SHARED_FLOOR
    assert found.near.tolist() == [
        len(sets[one] & sets[two]) >= floor * min(len(sets[one]), len(sets[two])) for one, two in pairs
    ]
    some = np.array(data.draw(st.lists(st.integers(0, len(pairs) - 1))) if pairs else [], np.int64)
    part, again = found.of(some), confirm.overlap(tokens, offsets, a[some], b[some], size)
    for name in ("distinct", "shared", "near"):
        assert getattr(part, name).tolist() == getattr(again, name).tolist()


@pytest.mark.kernels
def test_there_is_room_for_texts_that_share_only_single_tokens():
    rng = random.Random(3)
    texts = [rng.sample(range(200), 200) for _ in range(5)]
    tokens, offsets = np.array(texts, np.uint32).ravel(), np.arange(0, 1001, 200)
    a, b = np.array([0, 1, 2, 3], np.int64), np.array([4, 4, 4, 4], np.int64)
    found = confirm.overlap(tokens, offsets, a, b, 1)
    assert found.shared.tolist() == [200] * 4
    for pair, (start, stop) in enumerate(found.spans.tolist()):
        places = [(j + k, i + k) for j, i, size in found.runs[start:stop].tolist() for k in range(size)]
        assert [texts[4][j] for j, _ in places] == texts[pair]
        assert [i for _, i in places] == list(range(200))


@pytest.mark.kernels
@given(st.lists(st.integers(0, 50), max_size=80), st.integers(2, 4))
def test_no_key_that_is_often_is_missed(keys, least):
    cut = len(keys) // 3
    found = np.concatenate(counting.often([np.array(part, np.uint64) for part in (keys[:cut], keys[cut:])], least))
    assert all(found[place] for place, key in enumerate(keys) if keys.count(key) >= least)


@pytest.mark.kernels
@given(st.lists(st.lists(st.integers(1, 30), max_size=5), min_size=1, max_size=6), st.sets(st.integers(1, 30)))
def test_articles_with_furniture_are_known(lists, known):
    keys, ends = np.array([key for one in lists for key in one], np.uint64), np.cumsum([*map(len, lists)])
    survey = furniture.Survey(keys, ends, np.zeros(len(ends), np.uint64), np.zeros(len(ends), np.uint64))
    learned = furniture.Furniture(np.array(sorted(known), np.uint64))
    assert furniture.furnished([survey], learned).tolist() == [bool(known & set(one)) for one in lists]


_PACKAGE = (
    "The Council of the Coast States adopted a {0} package of sanctions on Veldmar on Monday, listing 34 more people "
    "and 12 entities and banning the export of valves and paints worth some 400 million crowns a year. The measures "
    "also hit ships said to carry oil under false flags, and take banks out of the payment system. Their accounts are "
    "frozen and they may not enter the Coast States. The list comes into force in spring and will be reviewed."
)


def _relation(*articles: tuple[str, str]) -> dedup.Comparison:
    return dedup.compare(*({"id": str(n), "title": title, "text": text} for n, (title, text) in enumerate(articles)))


def test_one_number_that_the_headlines_give_too_is_another_issue():
    a, b = (
        (f"Council adopts {which} package of sanctions on Veldmar", _PACKAGE.format(which))
        for which in ("12th", "13th")
    )
    found = _relation(a, b)
    assert found.relation == "revision"
    assert any("headlines differ in it too" in reason for reason in found.reasons)
    assert _relation(a, ("Council adopts package of sanctions on Veldmar", b[1])).relation == "copy"


def test_a_figure_that_only_one_headline_gives_is_no_other_issue():
    a = ("Council adopts 12th package of sanctions on Veldmar", _PACKAGE.format("12th"))
    b = ("Council adopts 12th package of sanctions on Veldmar, 34 listed", _PACKAGE.format("twelfth"))
    assert _relation(a, b).relation == "copy"


_BRIEF = (
    "The maker of valves {0} reported revenue above the forecast of most analysts for the quarter, and said that it "
    "would pay an annual dividend as it did last year. It will hold a conference call in the afternoon, Veldmar time. "
    "Its shares have risen this year, as have those of most firms on the exchange. The board sees no reason to change "
    "what it said in spring, when it spoke of growth that would last for some time to come in all its markets."
)


def test_a_firm_that_the_headlines_name_is_another_fact():
    a, b = ((f"{firm} revenue above forecast", _BRIEF.format(firm)) for firm in ("Voltara", "Hynixor"))
    assert _relation(a, b).relation == "revision"
    assert _relation(("Revenue above forecast", a[1]), ("Revenue above forecast", b[1])).relation == "copy"
