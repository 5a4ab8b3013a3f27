"""JSON, CSV, Parquet and Arrow files in."""

import io
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from formats_kit import _in_an_empty_folder, column, put, told  # noqa: F401 - fixtures

from dedup.errors import ArgumentError, InputError
from dedup.formats import read

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
