"""Input that was made to do harm, or looks like it: what becomes of it, and how much work that is.

Each has two copies beside it that must be found whatever else is there. Sizes are scaled down; `-m by_hand` runs
them in full.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from formats_kit import _in_an_empty_folder, column, put, told  # noqa: F401 - fixtures

import dedup
from dedup import formats
from dedup.cli import streaming
from dedup.errors import InputError
from dedup.formats import sources
from dedup.stages import shingles

BASE = "The ferry to Port Alden will run again on Monday, the harbour office said."
COPIES = json.dumps({"id": "a", "text": BASE}) + "\n" + json.dumps({"id": "b", "text": f"{BASE} It was late."}) + "\n"


def one(text: str) -> str:
    return json.dumps({"id": "c", "text": text}) + "\n"


# What comes after the copies, given a size; full size, small size, articles read, and what is said of it.
LINES = {
    "lone surrogates": (lambda size: '{"id": "c", "text": "' + "\\ud800" * size + '"}\n', 10**6, 1000, 3, ""),
    "NUL": (lambda size: one("\0" * size), 10**7, 1000, 3, ""),
    "invalid UTF-8": (lambda size: b'{"id": "c", "text": "' + b"\xff" * size + b'"}\n', 10**7, 1000, 2, "not UTF-8"),
    "CRLF": (lambda size: "\r\n" * size, 10**6, 1000, 2, ""),
    "marks on one letter": (lambda size: one("e" + "\u0301" * size), 10**6, 10**6, 3, ""),
    "marks on one letter, out of order": (lambda size: one("e" + "\u0301\u0323" * size), 10**6, 10**5, 3, ""),
    "one long line": (lambda size: one("word " * size), 2 * 10**7, 10**5, 3, ""),
    "one long line of nonsense": (lambda size: "x" * size + "\n", 10**8, 10**6, 2, "not JSON"),
    "empty lines": (lambda size: "\n" * size, 10**7, 10**5, 2, ""),
    "deep JSON where the text belongs": (
        lambda size: '{"id": "c", "text":' + "[" * size + "]" * size + "}\n",
        10**7,
        10**5,
        2,
        "nested too deep",
    ),
    "deep JSON elsewhere": (
        lambda size: '{"id": "c", "text": "x", "other":' + "[" * size + "]" * size + "}\n",
        10**7,
        10**5,
        3,
        "",
    ),
    "duplicate keys": (lambda size: '{"id": "c"' + ', "text": "x"' * size + "}\n", 10**6, 1000, 3, ""),
    "numbers where text belongs": (lambda size: '{"id": 3, "text": ' + "9" * size + "}\n", 10**7, 10**5, 3, ""),
    "lists where text belongs": (
        lambda size: '{"id": 3, "text": [' + "1," * size + "1]}\n",
        10**6,
        1000,
        3,
        "text must",
    ),
}


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("full", [False, pytest.param(True, marks=pytest.mark.by_hand)], ids=["small", "full"])
def test_lines(kind, full):
    make, large, small, articles, said = LINES[kind]
    more = make(large if full else small)
    for name, first in (("a.jsonl", b""), ("bom.jsonl", b"\xef\xbb\xbf")):
        put(name, first + COPIES.encode() + (more if isinstance(more, bytes) else more.encode()))
        result = dedup.find_duplicates(name)
        assert [cluster.ids for cluster in result.clusters] == [("a", "b")]
        assert len(result.batch) == articles
        assert len(result.problems) == bool(said)
        assert said in "".join(map(str, result.problems))


def test_marks_are_sorted_few_at_a_time(monkeypatch):
    longest, real = [], unicodedata.normalize

    def normalize(form, text):
        run = most = 0
        for char in text:
            run = run + 1 if unicodedata.combining(char) else 0
            most = max(most, run)
        longest.append(most)
        return real(form, text)

    texts = ["e" + "\u0301\u0323" * 500, "a" + "\u0301\u0323" * 15 + "b" + "\u0323" * 31, "\u0323" * 1000]
    plain = [shingles.tokenize(pa.array([text], pa.large_string())).values.tolist() for text in ("e", "a b", "")]
    plain[1] = shingles.tokenize(pa.array(["ab"], pa.large_string())).values.tolist()
    monkeypatch.setattr(unicodedata, "normalize", normalize)
    for text, expected in zip(texts, plain, strict=True):
        found = shingles.tokenize(shingles.nfc(pa.array([text], pa.large_string())))
        assert found.values.tolist() == expected
    assert len(longest) == 3
    assert max(longest) == shingles.MARKS


def test_a_long_line_of_a_stream_is_put_together_once(monkeypatch):
    copied, real = [], streaming._BLOCK
    monkeypatch.setattr(streaming, "_BLOCK", 10)

    class Counted(bytes):
        def __add__(self, other):
            copied.append(len(self) + len(other))
            return Counted(bytes(self) + bytes(other))

    class Raw(io.BytesIO):
        def read(self, size=-1):
            return Counted(super().read(size))

    assert real > 10
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Raw(b"x" * 1005 + b"\ny\n\n" + b"z" * 33)))
    assert [bytes(line) for line in streaming._lines()] == [b"x" * 1005, b"y", b"", b"z" * 33]
    assert copied == []


@pytest.mark.parametrize("ending", [".jsonl.gz", ".json.gz", ".csv.gz", ".jsonl.zst"])
def test_a_decompression_bomb(monkeypatch, ending):
    monkeypatch.setattr(sources, "ALLOWED", 1 << 20)
    data = ("id,text\n1," + "a" * (3 << 20) + "\n").encode()
    if ".json" in ending:
        data = ('{"id": "1", "text": "' + "a" * (3 << 20) + '"}\n').encode()
    packed = gzip.compress(data) if ending.endswith("gz") else pa.compress(data, "zstd", asbytes=True)
    assert len(data) > sources.RATIO * len(packed)
    put("a" + ending, packed)
    with pytest.raises(InputError, match=rf"^a{ending}: a compressed file may become 200 times its size, this one of "):
        formats.read("a" + ending)
    monkeypatch.setattr(sources, "ALLOWED", 4 << 20)  # what is small may shrink as far as it goes
    assert len(formats.read("a" + ending)) == 1


def test_a_parquet_file_that_repeats_a_large_value(monkeypatch):
    monkeypatch.setattr(sources, "ALLOWED", 1 << 20)
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 400, pa.int32()), pa.array(["a b " * 4096]))
    pq.write_table(pa.table({"id": [str(n) for n in range(400)], "text": texts}), "a.parquet", store_schema=False)
    held = pa.total_allocated_bytes()
    with pytest.raises(InputError, match=r"^a\.parquet: a compressed file may become 200 times its size"):
        formats.read("a.parquet")
    assert pa.total_allocated_bytes() - held < 3 << 20
    monkeypatch.setattr(sources, "ALLOWED", 1 << 24)
    assert len(formats.read("a.parquet")) == 400


def test_a_parquet_file_that_repeats_nothing_very_often(monkeypatch):
    monkeypatch.setattr(sources, "ALLOWED", 1 << 20)
    pq.write_table(pa.table({"text": pa.nulls(10**6, pa.string())}), "a.parquet")
    with pytest.raises(InputError, match=r"^a\.parquet: a compressed file may become 200 times its size"):
        formats.read("a.parquet")


def test_a_parquet_file_that_says_it_is_a_bomb(monkeypatch):
    monkeypatch.setattr(sources, "ALLOWED", 1 << 20)
    table = pa.table({"id": ["1"], "text": ["a" * (3 << 20)]})
    pq.write_table(table, "a.parquet", compression="zstd", use_dictionary=False)
    with pytest.raises(InputError, match=r"^a\.parquet: a compressed file may become 200 times its size"):
        formats.read("a.parquet")


@pytest.mark.parametrize("size", [10**6, pytest.param(10**8, marks=pytest.mark.by_hand)])
def test_a_huge_field_of_csv(size):
    put("a.csv", f'id,text\n1,"{"word " * (size // 5)}"\n2,"{BASE}"\n3,"{BASE}"\n' + "\n" * (size // 10))
    result = dedup.find_duplicates("a.csv")
    assert [cluster.ids for cluster in result.clusters] == [("2", "3")]
    assert len(result.batch.article(0).text) == size


ODD = {
    "binary": pa.array([b"\xff\xfe", None, b"abc"]),
    "fixed binary": pa.array([b"ab\xff", None, b"abc"], pa.binary(3)),
    "decimal": pa.array([1, None, 3], pa.decimal128(9, 2)),
    "float": pa.array([1.5, None, float("nan")]),
    "time": pa.array([1, None, 3], pa.time64("us")),
    "duration": pa.array([1, None, 3], pa.duration("ns")),
    "boolean": pa.array([True, None, False]),
    "nothing": pa.nulls(3),
    "list": pa.array([["x"], None, []]),
    "struct": pa.array([{"a": 1}, None, {"a": None}]),
    "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "dictionary": pa.array(["x", None, "y"]).dictionary_encode(),
    "timestamp beyond the calendar": pa.array([2**62, None, -(2**62)], pa.timestamp("us")),
}


@pytest.mark.parametrize("field", ["id", "text", "title", "published", "source", "url"])
@pytest.mark.parametrize("kind", ODD)
def test_odd_columns(kind, field):
    fine = {"id": ["p", "q", "r"], "text": [BASE, f"{BASE} It was late.", "Rain."]}
    pq.write_table(pa.table({**fine, field: ODD[kind]}), "a.parquet")
    try:
        result = dedup.find_duplicates("a.parquet")
    except InputError as error:
        assert str(error).startswith(f"a.parquet: articles: column '{field}' of type ")  # noqa: PT017
    else:
        assert len(result.batch) == 3
        if field not in {"id", "text"}:
            assert [cluster.ids for cluster in result.clusters] == [("p", "q")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".json"])
def test_another_encoding_is_told(encoding, ending):
    text = COPIES if "json" in ending else "id,text\na,b\n"
    put("a" + ending, text.encode(encoding))
    try:
        found = formats.read("a" + ending)
    except InputError as error:
        assert str(error).startswith("a" + ending)  # noqa: PT017
    else:
        assert len(found) == 0
        assert "not UTF-8" in told(found)[0] or "not JSON" in told(found)[0]


def test_a_file_that_shrinks_while_it_is_read(monkeypatch):
    from dedup.formats import jsonl  # noqa: PLC0415

    monkeypatch.setattr(jsonl, "_BLOCK", 1 << 16)
    line = one("word " * 1000)
    put("a.jsonl", line * 400)
    real = jsonl._read_block

    def shrink(*args):
        Path("a.jsonl").write_bytes(b"")
        return real(*args)

    monkeypatch.setattr(jsonl, "_read_block", shrink)
    found = formats.read("a.jsonl")
    assert 0 < len(found) < 400
    assert len(told(found)) <= 1 + len(found)  # ids that are there again, and half a line


def test_a_parquet_file_that_shrinks_while_it_is_read(monkeypatch):
    pq.write_table(pa.table({"id": [str(n) for n in range(9000)], "text": [BASE] * 9000}), "a.parquet")
    monkeypatch.setattr("dedup.formats.tables.refuse_bomb", lambda path, _: Path(path).write_bytes(b""))
    with pytest.raises(InputError, match=r"^a\.parquet: cannot be read: "):
        formats.read("a.parquet")


@pytest.mark.parametrize(
    "field", ["title", "source", "published", "fetched", "author", "credit", "url", "canonical_url"]
)
def test_long_fields_beside_the_text(field):
    kinds = (
        "a" + "\u0301\u0323" * 5000,
        "9" * 10_000,
        "(" * 10_000,
        "By " * 3000,
        "https://" + "a." * 5000,
        "\0" * 999,
    )
    room = [
        {"id": f"{kind}{copy}", "text": story, "source": f"outlet {copy}", field: value}
        for kind, value in enumerate(kinds)
        for copy, story in enumerate([f"{kind} {BASE}"] * 2)
    ]
    result = dedup.find_duplicates(room)
    for cluster in result.clusters:
        assert cluster.earliest in cluster.members
        assert cluster.reasons.origin
