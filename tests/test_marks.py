# ruff: noqa: RUF001 - digits and letters of other scripts
"""Marks of tokens, against a twin that reads characters."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.stages import shingles
from dedup.stages._kernels.marks import CAPITAL, FIRST

pytestmark = pytest.mark.kernels

WORDS = st.sampled_from(
    [
        *[
            "six",
            "Twenty",
            "zero",
            "ninety",
            "ferry",
            "Ferry",
            "A",
            "Z",
            "a",
            "z",
            "7",
            "x7",
            "7x",
            "016777217",
            "9" * 20,
        ],
        *[
            "٠٩",
            "۰۹",
            "०९",
            "๐๙",
            "０９",
            "12٣",
            "٣" * 9,
            "À",
            "Þ",
            "ß",
            "à",
            "ÿ",
            "Ѐ",
            "Я",
            "а",
            "Ά",
            "Ϋ",
            "ά",
            "Ω",
            "é",
        ],
        *[
            "\u06ef",
            "\u06fa",
            "5\u06fa",
            "۹\u06ef",
            "ｆ",
            "Ｆ",
            "٪",
            "中",
            "١५",
            "५x",
            "๕๕",
            "א",
            "१x",
            "5\u0301",
            "Ā",
            "È\u200d",
        ],
    ]
)
BETWEEN = st.sampled_from(
    [" ", "\n", "\n\n", " \n", "\r", ".", "!", ". ", ".\n", "! ", "? ", "; ", "؟ ", "۔ ", "。", ", ", " .", "--", "—"]
)
TEXTS = st.lists(st.tuples(WORDS, BETWEEN).map("".join), max_size=10).map("".join)
DIGITS = {chr(zero + value): value for zero in (0x30, 0x660, 0x6F0, 0x966, 0xE50, 0xFF10) for value in range(10)}
NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
NAMED = {word: number for number, word in enumerate([*NAMES.split(), "eighteen", "nineteen"])}
NAMED |= {word: 20 + 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}


def number(digits: str) -> int:
    value = 0
    for char in digits:
        value = value * 10 + DIGITS[char]
    return 1 << 31 | min(len(digits), 15) << 24 | value % 2**24


def slow_mark(word: str, before: str | None) -> int:
    """The mark of one word, and of what stands before it; None for the first."""
    if before is None:
        first = True
    elif len(before.encode()) == 1:
        first = before == "\n"
    else:
        first = "." in before[:-1] or any(char in "\n\r!?" or char >= "\u0600" for char in before)
    mark = int(FIRST) if first else 0
    figures = word[: next((place for place, char in enumerate(word) if char not in DIGITS), len(word))]
    if word.casefold() in NAMED:
        return mark | number(str(NAMED[word.casefold()]))
    if figures:
        return mark | number(figures)
    capital = "A" <= word[0] <= "Z" or "À" <= word[0] <= "Þ" or "Ѐ" <= word[0] <= "Я" or "Ά" <= word[0] <= "Ϋ"
    return mark | int(CAPITAL) if capital else mark


@given(st.lists(TEXTS, min_size=1, max_size=3))
@example(["six. Seven", "Six", "six"])
def test_marks_are_those_of_the_twin(texts):
    column = shingles.nfc(pa.array(texts, pa.large_string()))
    tokens = shingles.tokenize(column)
    expected = []
    for text, begin, end in zip(column.to_pylist(), tokens.offsets[:-1], tokens.offsets[1:], strict=True):
        data, ended = text.encode(), None
        for start, stop in zip(tokens.starts[begin:end], tokens.stops[begin:end], strict=True):
            before = None if ended is None else data[ended:start].decode()
            expected.append(slow_mark(data[start:stop].decode(), before))
            ended = stop
    assert shingles.marks(column, tokens).tolist() == expected
    wanted = np.arange(len(texts)) % 2 == 0
    some = np.repeat(wanted, np.diff(tokens.offsets))
    assert shingles.marks(column, tokens, wanted)[some].tolist() == np.array(expected, np.int64)[some].tolist()
