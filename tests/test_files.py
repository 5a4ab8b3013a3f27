"""Broken files in, and files out."""

import contextlib
import os
import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from effort import examples
from formats_kit import COMPRESSED, _in_an_empty_folder, put  # noqa: F401 - fixtures
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.articles.article import FIELDS, coerce
from dedup.articles.columns import SCHEMA
from dedup.errors import ArgumentError, DedupError, InputError
from dedup.formats import read, write

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


@pytest.mark.parametrize("ending", [".jsonl", ".csv"])
def test_lines_that_were_cut_short_cost_no_other(ending):
    data = file_of(ending)
    whole = read("whole" + ending).table["text"].to_pylist()
    for length in (len(data) - 1, len(data) - 2, len(data) // 2, len(data) // 3):
        lines = data[:length].count(b"\n") - (ending == ".csv")
        found = read(put("a" + ending, data[:length]))
        assert found.table["text"].to_pylist()[:lines] == whole[:lines]
        assert lines <= len(found) <= lines + 1
        assert found.problems or len(found) == 300 or data[:length].endswith(b"\n")  # what is half is told


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


@settings(max_examples=examples(150), deadline=None)
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
    assert [problem for problem in again.problems if not problem.what.startswith("zone")] == []


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
