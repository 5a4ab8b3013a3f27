"""The documented shapes of producers."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fields_kit import filled, fixture
from produced import PRODUCED

from dedup.articles import fields
from dedup.articles.article import coerce
from dedup.formats import jsonl, read

# --- documented shapes -------------------------------------------------------------------------------


TIMED = {"feedparser", "Media Cloud"}  # whose times JSON does not keep as they are
KEPT = pa.array([{"b": 1, "a": 1}]).type.field(0).name == "b"  # older pyarrow sorts the fields of what it is given


@pytest.mark.parametrize("name", PRODUCED)
def test_a_documented_shape(name, tmp_path):
    record, expected = PRODUCED[name]
    batch = coerce([record])
    assert batch.mappings[0].producer == name.removesuffix(" 2").removesuffix(" 3")
    assert filled(batch) == expected
    assert batch.problems == ()
    # The same from a file, through either way of reading it, from a document and from tables.
    lines = json.dumps(record, default=str)
    if name not in TIMED:
        (tmp_path / "a.jsonl").write_text(lines + "\n" + lines)
        (tmp_path / "a.json").write_text(f"[{lines}]")
        assert filled(read(tmp_path / "a.jsonl")) | {"id": ""} == expected | {"id": ""}
        assert filled(read(tmp_path / "a.json")) == expected
        plan = jsonl.sniff(lines.encode())
        fast, slow = jsonl._read_fast(lines.encode(), plan), jsonl._read_slowly(lines.encode(), plan)
        assert fast is None or fast == slow.table
        if name != "fundus" or KEPT:
            pq.write_table(pa.Table.from_pylist([record]), tmp_path / "a.parquet")
            assert filled(read(tmp_path / "a.parquet")) == expected
            assert filled(coerce(pd.DataFrame([record]))) == expected


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in PRODUCED if name not in TIMED])
def test_a_documented_shape_in_polars(name):
    polars = pytest.importorskip("polars")
    record, expected = PRODUCED[name]
    assert filled(coerce(polars.DataFrame([record]))) == expected


def test_every_producer_has_a_test():
    shown = {name.removesuffix(" 2").removesuffix(" 3") for name in PRODUCED} | {
        "trafilatura",
        "trafilatura Document",
        "newspaper4k",
    }
    assert shown == {producer.name for producer in fields.producers.PRODUCERS}


@pytest.mark.parametrize("name", ["newspaper4k", "Event Registry", "NewsAPI", "ninjs"])
def test_lists_and_objects_take_the_fast_path_too(name):
    record = fixture("newspaper4k.json") if name == "newspaper4k" else PRODUCED[name][0]
    line = json.dumps(record).encode()
    assert jsonl._read_fast(line, jsonl.sniff(line)) == coerce([record]).table.set_column(
        0, "id", jsonl._read_slowly(line, jsonl.sniff(line)).table["id"]
    ).set_column(3, "text", jsonl._read_slowly(line, jsonl.sniff(line)).table["text"])
