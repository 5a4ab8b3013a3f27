"""The first look at a text, against twins that read it word by word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.articles.credits import looking, windows
from dedup.articles.credits.agencies import table
from dedup.articles.credits.looking import Look, Names, first_look
from dedup.articles.credits.told import NEEDED

pytestmark = pytest.mark.kernels

WORDS = st.sampled_from(
    ["AP", "Reuters", "first", "published", "Wendle", "wendle", "Post", "P", "o", "ST", "Ж", "é", "“", "\u2019",
     "€", "™", "ﬁ", "\ufeff", "\U0001f600", "reuters1", "x" * 9 + "Reuters", "\ud800", "2025"]
)  # fmt: skip
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "-", ".", "\n", "_"])), max_size=12).map(
    lambda parts: "".join(word + between for word, between in parts)
)
NAMES = st.lists(st.sampled_from(["wendlepost", "post", "postwendle", "ap2025", "firstpost", "xxxx"]), max_size=4)
MARKS = st.lists(st.sampled_from(["AP", "P", "ST", "WP"]), max_size=3)


def runs(text: str) -> list[str]:
    return re.findall("[A-Za-z0-9]+", text)


@given(TEXTS)
def test_the_look_meets_the_words_of_the_list(text):
    look = first_look(text)
    wanted = {word.decode() for word in NEEDED | table().runs}
    met = {word.decode() for word in look.met}
    assert met >= wanted & set(runs(windows.fold(text)))
    assert met <= set(runs(look.ends))
    odd = re.search("[^\x00-\xff\u2010-\u203a\u20ac\u2122]", text)
    assert look.ends == (windows.fold(text.strip()) if odd else text.strip())
    assert look.foreign == any(0x100 <= ord(char) < 0xE000 and not 0x2000 <= ord(char) < 0x3000 for char in look.ends)


@given(TEXTS, MARKS, NAMES)
def test_no_name_is_missed(text, marks, joined):
    words = runs(text)
    tails = ["".join(words[start:stop]).lower() for start in range(len(words)) for stop in range(start + 1, 13)]
    held = bool(set(marks) & set(words) or set(joined) & set(tails))
    data = text.encode("utf-8", "surrogatepass")
    assert Names(marks, joined).may_be_in(Look(text, data, frozenset(), foreign=False, labelled=False)) == held


def test_no_words_of_the_list_have_one_key():
    words, keys, _ = looking._wanted()
    assert len(set(keys.tolist())) == len(words)
    assert all(keys)
