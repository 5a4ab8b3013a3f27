"""The first look at a text, against twins that read it word by word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.articles.credits import looking, windows
from dedup.articles.credits.agencies import table
from dedup.articles.credits.looking import Names, look_at
from dedup.articles.credits.told import NEEDED

pytestmark = pytest.mark.kernels

WORDS = st.sampled_from(
    ["AP", "Reuters", "first", "published", "Wendle", "wendle", "Post", "P", "o", "ST", "Ж", "é", "“", "\u2019",
     "€", "™", "\u2212", "ﬁ", "\ufeff", "\U0001f600", "reuters1", "x" * 9 + "Reuters", "\ud800", "2025"]
)  # fmt: skip
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "-", ".", "\n", "_", ": "])), max_size=12).map(
    lambda parts: "".join(word + between for word, between in parts)
)
NAMES = st.lists(st.sampled_from(["wendlepost", "post", "postwendle", "ap2025", "firstpost", "xxxx"]), max_size=4)
MARKS = st.lists(st.sampled_from(["AP", "P", "ST", "WP"]), max_size=3)


def runs(text: str) -> list[str]:
    return re.findall("[A-Za-z0-9]+", text)


def before_colons(line: str) -> list[str]:
    return [line[: colon.start()] for colon in re.finditer(":", line)]


@given(st.lists(TEXTS, max_size=4))
def test_the_look_meets_the_words_of_the_list(texts):
    wanted = {word.decode() for word in NEEDED | table().runs}
    for text, look in zip(texts, look_at(texts), strict=True):
        met = {word.decode() for word in look.met}
        assert met >= wanted & set(runs(windows.fold(text)))
        assert met <= set(runs(look.ends))
        odd = re.search("[^\x00-\xff\u2010-\u203a\u20ac\u2122]", text)
        assert look.text == text
        assert look.ends == (windows.fold(text.strip()) if odd else text.strip())
        assert look.data == look.ends.encode("utf-8", "surrogatepass")
        assert look.foreign == any(
            0x100 <= ord(char) < 0xE000 and not 0x2000 <= ord(char) < 0x3000 for char in look.ends
        )
        assert look.labelled == any(
            len(runs(begun)) <= 3 for line in look.ends.split("\n") for begun in before_colons(line)
        )
        assert not look.named


@given(st.lists(st.tuples(st.lists(TEXTS, max_size=3), MARKS, NAMES), max_size=4))
def test_no_name_is_missed(groups):
    texts = [text for some, *_ in groups for text in some]
    sought = [(marks, joined) for some, marks, joined in groups for _ in some]
    names = [(Names(marks, joined), len(some)) for some, marks, joined in groups]
    for look, (marks, joined) in zip(look_at(texts, names), sought, strict=True):
        words = runs(look.ends)
        tails = ["".join(words[start:stop]).lower() for start in range(len(words)) for stop in range(start + 1, 13)]
        assert look.named == bool(set(marks) & set(words) or set(joined) & set(tails))


def test_no_words_of_the_list_have_one_key():
    words, keys, _ = looking._wanted()
    assert len(set(keys.tolist())) == len(words)
    assert all(keys)
