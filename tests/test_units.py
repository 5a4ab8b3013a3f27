# ruff: noqa: RUF001 - marks of other scripts
"""Lines and sentences, furniture taken out of tokens, and what furniture is learned from: against twins over bytes."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.stages import furniture, shingles
from dedup.stages._kernels import survey as survey_kernels
from dedup.stages._kernels import units

pytestmark = pytest.mark.kernels

PIECES = st.sampled_from(
    [
        *[
            "Home",
            "news. ",
            "ferry! ",
            "when? ",
            "v1.2",
            ".",
            "!",
            "?",
            " ",
            "\t",
            "\n",
            "\r\n",
            ".\t",
            "?\n",
            "- ",
            "é",
            "0",
            "/1 ",
        ],
        *["’", "中。文", "؟", "۔", "！", "？", "।", "॥", "、", "x" * 7, "x" * 8, "x" * 15, "a" * 64],
        *["The ferry runs again on Monday", "\u0600", "\ufeff", "ऀ"],
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)
ENDS = re.compile(
    rb"[\n\r]|[.!?](?=[ \t])|\xd8\x9f|\xdb\x94|\xe3\x80\x82|\xef\xbc[\x81\x9f]|\xe0\xa5[\xa4\xa5]"
)  # line breaks, sentence ends before a space, and those of scripts that have no space there
SALT = st.sampled_from([1, 0x123456789ABCDEF0])


def slow_key(unit: bytes, outlet: int, *, alone: bool) -> tuple[int, int]:
    unit = re.sub(rb"^[\x00-\x2f]+|[\x00-\x2f]+$", b"", unit)
    if not unit or (len(unit) < 16 and not alone):
        return 0, len(unit)
    factor, key, whole = 0x9E3779B97F4A7C15, (outlet + len(unit)) % 2**64, len(unit) - len(unit) % 8
    for place in range(0, whole, 8):
        key = (key ^ int.from_bytes(unit[place : place + 8], "little")) * factor % 2**64
        key ^= key >> 32
    key = (key ^ int.from_bytes(unit[whole:], "little")) * factor % 2**64
    return max(key ^ key >> 29, 1), len(unit)


def slow_units(data: bytes, outlet: int) -> list[tuple[int, int, int]]:
    """Where each unit ends, its key and its bytes."""
    found, start, fresh = [], 0, True
    while start < len(data):
        match = ENDS.search(data, start)
        end, line = (match.start(), match[0] in b"\n\r") if match else (len(data), True)
        found.append((end, *slow_key(data[start:end], outlet, alone=fresh and line)))
        start, fresh = end + 1, line
    return found


def slow_digest(keys: list[int]) -> int:
    whole = 0
    for key in keys:
        whole = (whole ^ key) * 0x9E3779B97F4A7C15 % 2**64
        whole ^= whole >> 32
    return whole


@given(st.lists(TEXTS, min_size=1, max_size=4), SALT)
@example(["x. " * 40, "", "Home\nSport\n" * 30], 1)
@example(["0\n/0 Home 0\n/1/\n0/"], 1)
def test_a_survey_has_the_units_of_the_twin(texts, outlet):
    data = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, data)])
    found = furniture.survey(np.frombuffer(b"".join(data), np.uint8), offsets, np.full(len(data), outlet, np.uint64))
    begin = 0
    for row, one in enumerate(data):
        made = [(key, size) for _, key, size in slow_units(one, outlet) if key]
        keys = sorted({key for key, _ in made})
        assert found.keys[begin : found.ends[row]].tolist() == keys
        assert found.digests[row] == slow_digest([key for key, _ in made])
        prose = [key for key, size in made if size >= 64]
        assert found.groups[row] == min(prose or keys, default=2**64 - 1)
        begin = found.ends[row]


@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(SALT | st.just(0), min_size=4, max_size=4), st.data())
def test_tokens_of_furniture_are_left_out(texts, outlets, data):
    column = shingles.nfc(pa.array(texts, pa.large_string()))
    parts = [text.encode() for text in column.to_pylist()]
    outlets = outlets[: len(parts)]
    made = [slow_units(part, outlet) for part, outlet in zip(parts, outlets, strict=True)]
    keys = sorted({key for one in made for _, key, _ in one if key} | {5, 6})
    known = {key for key in keys if data.draw(st.booleans())}
    tokens = shingles.tokenize(column)
    expected, offsets = [], [0]
    for row, one in enumerate(made):
        begin, stop = tokens.offsets[row : row + 2]
        for place in range(begin, stop):
            key = next(key for end, key, _ in one if end > tokens.starts[place])
            if not outlets[row] or key not in known:
                expected.append((tokens.values[place], tokens.starts[place], tokens.stops[place]))
        offsets.append(len(expected))
    table = furniture.Furniture(np.array(sorted(known), np.uint64)).table
    left = shingles.strip(column, tokens, np.array(outlets, np.uint64), table)
    assert left.offsets.tolist() == offsets
    assert list(zip(left.values, left.starts, left.stops, strict=True)) == expected


@given(st.sets(st.integers(1, 40), max_size=15), st.integers(0, 2**63 - 1))
def test_a_table_holds_what_was_put_into_it(keys, spread):
    table = np.zeros(1 + 32, np.uint64)
    table[0] = 2 * spread + 1
    with np.errstate(over="ignore"):
        units.fill(table, np.array([*keys, *keys], np.uint64))
        assert [key for key in range(1, 60) if units.contains(table, np.uint64(key))] == sorted(keys)
    assert np.count_nonzero(table[1:]) == len(keys)


def test_a_survey_may_begin_within_a_buffer():
    data = b"Home and away\nNews and views\nA third line"
    offsets, outlets = np.array([14, 29, len(data)]), np.ones(2, np.uint64)
    ends, groups, digests = np.zeros(2, np.int64), np.zeros(2, np.uint64), np.zeros(2, np.uint64)
    with np.errstate(over="ignore"):
        survey_kernels.survey(np.frombuffer(data, np.uint8), offsets, outlets, ends, groups, digests)
    assert ends.tolist() == [1, 2]


@pytest.mark.parametrize("end", [b"\xd8", b"\xdb", b"\xe0", b"\xe3\x80", b"\xef\xbc", b"\xe0\xa5"])
def test_bytes_that_end_within_a_character_end_no_sentence(end):
    data = np.frombuffer(b"Home" + end + b"\x9f\x94\x82\x81\xa4", np.uint8)
    assert units.unit_end(data, 0, 4 + len(end)) == (4 + len(end), True)
