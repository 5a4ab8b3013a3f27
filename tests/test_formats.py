"""Files in and out."""

import contextlib
import gzip
import io
import json
import os
import random
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.articles.article import FIELDS, coerce
from dedup.articles.columns import SCHEMA
from dedup.errors import ArgumentError, DedupError, InputError
from dedup.formats import jsonl, read, sniffing, write

COMPRESSED = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def put(name: str, data: bytes | str) -> str:
    Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return name


def column(batch, field: str) -> list[str | None]:
    return batch.table.column(field).to_pylist()


def told(batch) -> list[str]:
    return [str(problem) for problem in batch.problems]


@contextlib.contextmanager
def blocks_of(size: int):
    before, jsonl._BLOCK = jsonl._BLOCK, size
    try:
        yield
    finally:
        jsonl._BLOCK = before


# --- JSONL: what is a line, and what is wrong with it ------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 1 << 23])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_lines_are_counted_from_one(size, end, last, bom):
    lines = ['{"id": "a"}', "", "nonsense", '{"id": "b"}', " ", "[1]", '{"id": "c", "title": {"x": 1}}']
    put("a.jsonl", bom + end.join(lines) + (end if last else ""))
    with blocks_of(size):
        batch = read("a.jsonl")
    assert column(batch, "id") == ["a", "b", "c"]
    assert told(batch) == [
        "a.jsonl:3: not JSON (Expecting value at column 1); left out",
        "a.jsonl:6: not a JSON object; left out",
        "a.jsonl:7: title must be text, got dict; left empty",
    ]
    assert [problem.skipped for problem in batch.problems] == [True, True, False]


BAD_LINES = {
    '{"id": "a"': "not JSON (Expecting ',' delimiter at column 11); left out",
    '{"id": "a",}': "not JSON (",
    '{"id": "a"} {"id": "b"}': "not JSON (Extra data at column 13); left out",
    "{'id': 'a'}": "not JSON (Expecting property name enclosed in double quotes at column 2); left out",
    '{"id": "a\tb"}': "not JSON (Invalid control character at column 10); left out",
    '{"id": /*c*/ "a"}': "not JSON (Expecting value at column 8); left out",
    "null": "not a JSON object; left out",
    '"text"': "not a JSON object; left out",
    b'{"id": "\xff"}': "not UTF-8 (byte 0xff at column 9); left out",
    b'{"id": "\xed\xa0\x80"}': "not UTF-8 (byte 0xed at column 9); left out",
    b'{"other": "\xff", "id": "a"}': "not UTF-8 (byte 0xff at column 12); left out",
    '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}": "not readable (nested too deep); left out",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_line_is_told_or_raised(line):
    data = line.encode() if isinstance(line, str) else line
    put("a.jsonl", b'{"id": "x"}\n' + data + b'\n{"id": "y"}\n')
    batch = read("a.jsonl")
    assert column(batch, "id") == ["x", "y"]
    (problem,) = batch.problems
    assert problem.where == "a.jsonl:2"
    assert problem.what.startswith(BAD_LINES[line])
    assert problem.skipped
    with pytest.raises(InputError) as caught:
        read("a.jsonl", strict=True)
    assert str(caught.value) == str(problem)


GOOD_LINES = {
    '{"id": "a", "id": "b"}': "b",
    '{"id": 7}': "7",
    '{"id": -0}': "0",
    '{"id": 1.0}': "1.0",
    '{"id": true}': "True",
    '{"id": NaN, "url": "u"}': "u",
    '{"id": ' + "9" * 5000 + "}": "9" * 5000,
    '{"id": "a", "other": ' + "9" * 5000 + "}": "a",
    '{"id": "a", "other": [NaN, -Infinity, 1e999]}': "a",
    '{"id": "a", "other": -NaN}': "a",
    '{"id": "a", "other": ' + "[" * 100_000 + "]" * 100_000 + "}": "a",
    '{"id": "\\ud800"}': "\ufffd",
    '{"id": "\\ud83d\\ude00"}': "\U0001f600",
    '{"id": "a\\u0000b\\n"}': "a\0b\n",
    '{"i\\u0064": "a"}': "a",
    ' {"id": "a"} ': "a",
    '{"id": "' + "x" * 3_000_000 + '"}': "x" * 3_000_000,
}


@pytest.mark.parametrize("beside", ["", '{"id": "z", "title": ["makes pyarrow fail"]}\n'], ids=["alone", "slowly"])
@pytest.mark.parametrize("line", GOOD_LINES, ids=range(len(GOOD_LINES)))
def test_a_good_line_is_read(line, beside):
    put("a.jsonl", beside + line)
    batch = read("a.jsonl")
    assert column(batch, "id")[-1] == GOOD_LINES[line]
    assert len(batch.problems) == bool(beside)


def test_integers_are_text_whatever_the_first_line_says():
    lines = [{"id": 1}, {"id": "x"}, {"id": None, "url": "u"}, {"id": 2**63}, {"id": 4}]
    put("a.jsonl", "\n".join(map(json.dumps, lines)))
    for size in (1, 1 << 20):
        with blocks_of(size):
            assert column(read("a.jsonl"), "id") == ["1", "x", "u", str(2**63), "4"]


@pytest.mark.parametrize("data", ["", "\n\n", "\ufeff", " \r\n"])
@pytest.mark.parametrize("ending", [".jsonl", ".json"])
def test_no_lines_no_articles(data, ending):
    batch = read(put("a" + ending, data))
    assert len(batch) == 0
    assert batch.problems == ()


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_no_field_of_an_article(size):
    put("a.jsonl", '{"colour": "x"}\n{"shade": "y"}')
    with (
        blocks_of(size),
        pytest.raises(InputError, match=r"^a\.jsonl: .*text.* found are 'colour', 'shade'$"),
    ):
        read("a.jsonl")
    put("a.jsonl", '{"colour": "x"}\n{"text": null}')
    with blocks_of(size):
        assert len(read("a.jsonl")) == 2


# --- JSONL: the fast path and the slow path are one -------------------------------------------------

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.sampled_from('a"\\/\n\r\t\0\x7fé\u2028\ud83d\ude00\ud800'))
)
json_values = scalars | st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)
objects = st.dictionaries(st.sampled_from(FIELDS), st.text() | json_values, max_size=4)
mostly_text = st.dictionaries(st.sampled_from((*FIELDS, "other")), st.none() | st.text(), min_size=1)
written = st.builds(
    lambda value, ascii_, gaps: json.dumps(value, ensure_ascii=ascii_, separators=gaps).encode(
        "utf-8", "surrogatepass"
    ),
    mostly_text | objects | json_values,
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": ")]),
)
odd = st.sampled_from([line.encode() if isinstance(line, str) else line for line in (*BAD_LINES, *GOOD_LINES)])
garbled = st.text(st.sampled_from('{}[]",:\\ \r\t\x0b\x0c\0/*#idtrue0-1.e+NaInf\ufeff'), max_size=12).map(str.encode)
mutated = st.builds(
    lambda line, place, byte: line[: place % (len(line) + 1)] + byte + line[place % (len(line) + 1) :],
    written,
    st.integers(0, 200),
    st.sampled_from([bytes([byte]) for byte in b'{}[]",:\\ \r\t\x0b\0/01.eE+-NI\xff\xed\x80']),
)
lines_of_json = st.lists(written | mutated | garbled | odd.filter(lambda line: len(line) < 1000), max_size=6)


@settings(max_examples=1000, deadline=None)
@given(lines_of_json, st.sampled_from([b"\n", b"\r\n"]), st.booleans())
@example([b'{"id":"a"}{"id":"b"}', b'{"id":', b'"c"}'], b"\n", False)
@example([b'{"id":"a"} {"x":', b"{}}"], b"\n", False)
def test_the_fast_path_reads_as_the_slow_one(lines, newline, end):
    data = newline.join(lines) + (newline if end else b"")
    plan = sniffing.sniff(data)
    fast = jsonl._read_fast(data, plan) if data else None
    slow = jsonl._read_slowly(data, plan)
    if fast is not None:
        fast.validate(full=True)
        assert slow.faults == []
        assert fast == slow.table
        assert fast.schema == SCHEMA


@settings(max_examples=300, deadline=None)
@given(lines_of_json, st.integers(1, 60))
def test_blocks_do_not_show(lines, size):
    data = b"\n".join(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.jsonl")
        path.write_bytes(data)
        results = []
        for block in (size, 1 << 20):
            with blocks_of(block):
                try:
                    results.append(read(path))
                except InputError as error:
                    results.append(str(error))
    assert results[0] == results[1]


def test_ordinary_lines_take_the_fast_path(monkeypatch):
    def fail(*_):
        raise AssertionError

    monkeypatch.setattr(jsonl, "_read_slowly", fail)
    put("a.jsonl", '{"id": 1, "text": "x", "other": {"y": [1]}}\r\n{"id": 2, "text": "caf\u00e9"}\r\n')
    assert column(read("a.jsonl"), "id") == ["1", "2"]


# --- JSON ------------------------------------------------------------------------------------------


def test_a_document_may_be_an_array_or_lines():
    put("a.json", '\ufeff [{"id": "a"},\n 3, {"id": 7, "title": []}]')
    batch = read("a.json")
    assert column(batch, "id") == ["a", "7"]
    assert told(batch) == [
        "a.json: item 2: not a JSON object; left out",
        "a.json: item 3: title must be text, got list; left empty",
    ]
    put("b.json", '{"id": "a"}\nx\n{"id": "b"}\n')
    assert column(read("b.json"), "id") == ["a", "b"]
    assert told(read("b.json")) == ["b.json:2: not JSON (Expecting value at column 1); left out"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('[{"id": "a"},\n{"id": ', "a.json:2: not JSON (Expecting value at column 8)"),
        (b'[{"id": "a"},\n{"id": "\xff"}]', "a.json:2: not UTF-8 (byte 0xff)"),
        ("[" * 100_000, "a.json: not readable (nested too deep)"),
        ('[{"colour": "x"}]', "a.json: articles must have some of the fields"),
    ],
)
def test_a_broken_document(data, message):
    put("a.json", data)
    with pytest.raises(InputError) as caught:
        read("a.json")
    assert str(caught.value).startswith(message)


# --- CSV -------------------------------------------------------------------------------------------


def test_csv_is_text():
    put("a.csv", 'id,text,section,published\r\n007,"a, ""b""\r\nc",1,2020\r\n08,,,\r\n')
    batch = read("a.csv")
    assert column(batch, "id") == ["007", "08"]
    assert column(batch, "text") == ['a, "b"\r\nc', None]
    assert column(batch, "published") == ["2020", None]
    assert batch.extra.to_pydict() == {"section": ["1", None]}
    assert batch.problems == ()


def test_tsv_is_csv_with_tabs():
    assert column(read(put("a.tsv", "id\ttext\n1\ta,b\n")), "text") == ["a,b"]


@pytest.mark.parametrize("data", ["id,text\n", "id,text", "\ufeffid,text\r\n", '\n\n"id","text"\n'])
def test_a_header_alone_is_no_articles(data):
    assert len(read(put("a.csv", data))) == 0


@pytest.mark.parametrize("data", ["", "\n\n"])
def test_no_header(data):
    with pytest.raises(InputError, match=r"^a\.csv: has no header"):
        read(put("a.csv", data))


def test_rows_of_the_wrong_length():
    put("a.csv", 'id,text\n1,a\n2\n3,"b\nb"\n\n4,c,c\n5,d')
    batch = read("a.csv")
    assert column(batch, "id") == ["1", "3", "5"]
    assert told(batch) == [
        "a.csv: row 3: 1 fields instead of 2; left out",
        "a.csv: row 5: 3 fields instead of 2; left out",
    ]
    assert all(problem.skipped for problem in batch.problems)
    with pytest.raises(InputError, match=r"^a\.csv: row 3: 1 fields instead of 2; left out$"):
        read("a.csv", strict=True)


def test_a_quote_that_is_never_closed():
    put("a.csv", 'id,text\n1,a\n2,"b\n3,c\n')
    batch = read("a.csv")
    assert column(batch, "text") == ["a", "b\n3,c\n"]
    assert told(batch) == ["a.csv: row 3: a quote is never closed; all that follows it was read as one field"]


def test_a_quote_inside_a_field_is_no_problem():
    assert told(read(put("a.csv", 'id,text\n1,6" of snow\n2,b\n'))) == []


def test_csv_that_is_not_utf8():
    put("a.csv", b"id,text\n1,caf\xe9\n2,b\n")
    batch = read("a.csv")
    assert column(batch, "text") == ["caf\ufffd", "b"]
    assert [problem.where for problem in batch.problems] == ["a.csv:2"]
    with pytest.raises(InputError, match=r"^a\.csv:2: not UTF-8 \(byte 0xe9\)"):
        read("a.csv", strict=True)


def test_a_row_larger_than_a_block(monkeypatch):
    from dedup.formats import delimited  # noqa: PLC0415

    monkeypatch.setattr(delimited, "_BLOCK", 64)
    rows = [{"id": str(number), "text": "long\n" * number * 100} for number in range(20)]
    put("a.csv", "id,text\nbad\n" + "".join(f'{row["id"]},"{row["text"]}"\n' for row in rows))
    batch = read("a.csv")
    assert [(row["id"], row["text"] or "") for row in batch.table.to_pylist()] == [(r["id"], r["text"]) for r in rows]
    assert [problem.where for problem in batch.problems] == ["a.csv: row 2"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("colour,shade", "must have some of the fields .* found are 'colour', 'shade'$"),
        ("id,text,id", "'id' 2 times"),
    ],
)
def test_a_header_that_will_not_do(header, message):
    with pytest.raises(InputError, match=r"^a\.csv: articles .*" + message):
        read(put("a.csv", header + "\n" + ",".join("abc"[: header.count(",") + 1]) + "\n"))


# --- Parquet and Arrow -------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".parquet", ".pq", ".arrow", ".feather", "-stream.arrow"])
def test_columns_of_any_type(ending):
    table = pa.table(
        {
            "id": [1, 2],
            "text": pa.array(["one", None]).dictionary_encode(),
            "title": [["x"], None],
            "tags": [["x", "y"], []],
        }
    )
    name = "a" + ending
    if ending in {".parquet", ".pq"}:
        pq.write_table(table, name)
    else:
        start = pa.ipc.new_stream if "stream" in ending else pa.ipc.new_file
        with pa.OSFile(name, "wb") as file, start(file, table.schema) as writer:
            writer.write_table(table)
    batch = read(name)
    assert column(batch, "id") == ["1", "2"]
    assert column(batch, "text") == ["one", None]
    assert batch.extra.to_pydict() == {"tags": [["x", "y"], []]}
    assert told(batch) == [f"{name}: article 0: title must be text, got list; left empty"]
    with pytest.raises(InputError):
        read(name, strict=True)


# --- which file --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.jsonl", "missing.jsonl: no such file"),
        ("folder.csv", "folder.csv: must be a file, is a folder"),
        ("a.txt", "a.txt: the ending must be one of .jsonl, "),
        ("a.gz", "a.gz: the ending must be one of .jsonl, "),
        ("a.parquet.gz", "a.parquet.gz: the ending must be one of .jsonl, "),
        ("", ": the ending must be one of .jsonl, "),
    ],
)
def test_a_name_that_will_not_do(name, message):
    Path("folder.csv").mkdir()
    for path in [name, Path(name)] if name else [name]:
        with pytest.raises(InputError) as caught:
            read(path)
        assert str(caught.value).startswith(message)


@pytest.mark.parametrize("paths", [[], (), 3, [3], None, [b"a.jsonl"]])
def test_what_is_no_path(paths):
    with pytest.raises(ArgumentError, match=r"^paths must "):
        read(paths)


def test_endings_know_no_case():
    assert column(read(put("A.JSONL", '{"id": "a"}')), "id") == ["a"]


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "a"}\nx\n')))
    batch = read("-")
    assert column(batch, "id") == ["a"]
    assert [problem.where for problem in batch.problems] == ["standard input:2"]
    assert not sys.stdin.buffer.closed


def test_several_files():
    put("a.jsonl", '{"id": "a"}\n{"id": "b"}\n')
    put("b.csv", "id,section\na,x\nc,y\n")
    pq.write_table(pa.table({"id": ["d"], "words": [7]}), "c.parquet")
    batch = read(["a.jsonl", Path("b.csv"), "c.parquet"])
    assert sorted(column(batch, "id")) == ["a", "a#2", "b", "c", "d"]
    assert batch.extra.to_pydict() == {
        "section": [None, None, "x", "y", None],
        "words": [None, None, None, None, 7],
    }
    assert [problem.where for problem in batch.problems] == ["id 'a'"]
    assert read(["a.jsonl", "a.jsonl"]).extra is None


def test_columns_that_do_not_fit_together():
    put("a.csv", "id,words\na,x\n")
    pq.write_table(pa.table({"id": ["d"], "words": [7]}), "b.parquet")
    with pytest.raises(InputError, match="words"):
        read(["a.csv", "b.parquet"])


# --- broken files ------------------------------------------------------------------------------------


def some_table() -> pa.Table:
    return pa.table(
        {
            "id": [str(number) for number in range(300)],
            "text": [f"text {number}" * 5 for number in range(300)],
        }
    )


def file_of(ending: str) -> bytes:
    if ending == ".arrow":
        with pa.OSFile("whole.arrow", "wb") as file, pa.ipc.new_file(file, some_table().schema) as writer:
            writer.write_table(some_table())
    else:
        write(some_table(), "whole" + ending)
    return Path("whole" + ending).read_bytes()


@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".jsonl.gz", ".jsonl.zst", ".csv.gz", ".csv.zst"])
def test_a_truncated_file(ending):
    data = file_of(ending)
    for length in {0, 1, 7, 20, len(data) // 2, len(data) - 9, len(data) - 1}:
        with pytest.raises(InputError, match=r"^a\."):
            read(put("a" + ending, data[:length]))


@pytest.mark.parametrize(
    "ending", [".parquet", ".arrow", ".jsonl.gz", ".jsonl.zst", ".csv.gz", ".jsonl", ".csv", ".json"]
)
def test_a_garbled_file(ending):
    data = file_of(".jsonl" if ending == ".json" else ending)
    rng = random.Random(1)
    for _ in range(60):
        garbled_data = bytearray(data)
        for place in rng.sample(range(len(data)), rng.choice([1, 5, 50])):
            garbled_data[place] = rng.randrange(256)
        with contextlib.suppress(InputError):
            read(put("a" + ending, bytes(garbled_data))).table.validate(full=True)


@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".jsonl.gz", ".csv.zst"])
def test_another_kind_of_file(ending):
    with pytest.raises(InputError, match=r"^a\..*: cannot be read: "):
        read(put("a" + ending, "id,text\n1,2\n" * 100))


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([".jsonl", ".json", ".csv", ".tsv", ".parquet", ".arrow", ".jsonl.gz"]),
)
def test_any_bytes_are_survived(data, ending):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a" + ending)
        path.write_bytes(data)
        with contextlib.suppress(InputError):
            assert read(path).table.schema == SCHEMA


# --- writing -----------------------------------------------------------------------------------------

ROUND_TRIP = [*(text + more for text in (".jsonl", ".csv") for more in COMPRESSED), ".parquet"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(FIELDS),
            st.none() | st.text() | st.text(st.sampled_from("a\"'\n\r\t,;\0 é\ufeff\ud800")),
        )
    ),
    st.sampled_from(ROUND_TRIP),
)
def test_a_round_trip_keeps_all_a_format_can_hold(records, ending):
    batch = coerce([{"url": None, "title": None} | record for record in records])
    expected = batch.table.to_pylist()
    if ".csv" in ending:  # which cannot tell null from empty
        expected = [{field: value or None for field, value in row.items()} for row in expected]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a" + ending)
        write(batch.table, path)
        again = read(path, strict=True)
        assert list(Path(folder).iterdir()) == [path]
    assert again.table.to_pylist() == expected
    assert again.problems == ()


def test_compressed_files_are_compressed():
    for ending, pack in COMPRESSED.items():
        write(some_table(), "a.jsonl" + ending)
        put("b.jsonl" + ending, pack(Path("a.jsonl").read_bytes()))
        assert read("a.jsonl" + ending).table == read("b.jsonl" + ending).table
    assert Path("a.jsonl.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert Path("a.jsonl.zst").stat().st_size < Path("a.jsonl").stat().st_size


def test_what_is_written():
    table = pa.table(
        {
            "name": ["café", None],
            "ids": pa.array([["a", "b"], []]),
            "strength": [0.5, float("nan")],
            "inner": [{"x": [float("inf")]}, None],
            "raw": [b"x\xff", None],
            "view": pa.array(["v", None], pa.string_view()),
            "count": [1, 2],
        }
    )
    write(table, "a.jsonl")
    assert Path("a.jsonl").read_text("utf-8") == (
        '{"name": "café", "ids": ["a", "b"], "strength": 0.5, "inner": {"x": [null]}, "raw": "x\ufffd", '
        '"view": "v", "count": 1}\n'
        '{"name": null, "ids": [], "strength": null, "inner": null, "raw": null, "view": null, "count": 2}\n'
    )
    write(table.drop_columns(["strength"]), "a.csv")
    assert Path("a.csv").read_text("utf-8") == (
        '"name","ids","inner","raw","view","count"\n'
        '"café","[""a"", ""b""]","{""x"": [null]}","x\ufffd","v",1\n'
        ',"[]",,,,2\n'
    )
    write(table, "a.parquet")
    assert pq.read_table("a.parquet").drop_columns(["strength"]) == table.drop_columns(["strength"])


def test_standard_output(capsysbinary):
    write(pa.table({"id": ["é"]}), "-")
    assert capsysbinary.readouterr().out == '{"id": "é"}\n'.encode()


@pytest.mark.parametrize("name", ["a", "a.txt", "a.parquet.gz", "a.gz", "a.arrow", "missing/a.csv", "folder.csv"])
def test_a_path_that_will_not_do(name):
    Path("folder.csv").mkdir()
    with pytest.raises(ArgumentError, match=r"^path must .*" + name):
        write(some_table(), name)
    assert list(Path().iterdir()) == [Path("folder.csv")]


def test_a_device_is_not_replaced():
    os.mkfifo("a.csv")
    with pytest.raises(ArgumentError, match=r"^path must be a file, got 'a\.csv'$"):
        write(some_table(), "a.csv")
    assert Path("a.csv").is_fifo()


def test_columns_of_one_name_are_refused():
    with pytest.raises(ArgumentError, match="each column once, got a, a"):
        write(pa.table([[1], [2]], names=["a", "a"]), "a.jsonl")


@pytest.mark.parametrize("ending", ROUND_TRIP)
def test_a_failing_write_leaves_what_was_there(ending, monkeypatch):
    name = put("a" + ending, "before")

    def fail(*_args, **_kwargs):
        raise KeyboardInterrupt

    for place in ("json.dumps", "pyarrow.csv.write_csv", "pyarrow.parquet.write_table"):
        monkeypatch.setattr(place, fail)
    with pytest.raises(KeyboardInterrupt):
        write(some_table(), name)
    assert list(Path().iterdir()) == [Path(name)]
    assert Path(name).read_text("utf-8") == "before"


def test_a_file_is_replaced_not_overwritten():
    os.link(put("a.jsonl", "before"), "other name.jsonl")
    write(pa.table({"id": ["a"]}), "a.jsonl")
    assert Path("other name.jsonl").read_text("utf-8") == "before"
    assert Path("a.jsonl").read_text("utf-8") == '{"id": "a"}\n'


def test_a_link_stays_a_link():
    Path("real.jsonl").touch()
    Path("link.jsonl").symlink_to("real.jsonl")
    write(pa.table({"id": ["a"]}), "link.jsonl")
    assert Path("link.jsonl").is_symlink()
    assert Path("real.jsonl").read_text("utf-8") == '{"id": "a"}\n'


def test_every_error_is_ours():
    assert issubclass(InputError, DedupError)
    assert issubclass(ArgumentError, DedupError)
