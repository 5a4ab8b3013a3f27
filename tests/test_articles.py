"""Records, tables and frames as articles."""

import datetime as dt
import decimal
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from articles_kit import TEXT, records, repaired, rows, strings
from hypothesis import given, settings

from dedup.articles import times
from dedup.articles.article import FIELDS, Article, coerce
from dedup.errors import ArgumentError

# --- records -----------------------------------------------------------------------------------------


def test_mappings_and_articles_may_be_mixed():
    batch = coerce(iter([{"id": "a", "text": "one", "other": 1}, Article(id="b", title="two")]))
    assert batch.articles([1, 0]) == [Article(id="b", title="two"), Article(id="a", text="one")]
    assert batch.extra is None
    assert batch.problems == ()
    assert len(batch) == 2


def test_nothing_is_a_batch_of_nothing():
    for nothing in ([], iter(()), pa.table({"id": pa.array([], TEXT)}), pd.DataFrame()):
        assert rows(coerce(nothing)) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        ("NaN", "NaN"),
        (float("nan"), None),
        (np.float32("nan"), None),
        (decimal.Decimal("sNaN"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (np.datetime64("NaT", "s"), None),
        (7, "7"),
        (1.5, "1.5"),
        (True, "True"),
        (np.int64(7), "7"),
        (np.str_("x"), "x"),
        (decimal.Decimal("1.50"), "1.50"),
        (uuid.UUID(int=0), "00000000-0000-0000-0000-000000000000"),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        (bytearray(b"x"), "x"),
        (dt.date(2020, 1, 2), "2020-01-02"),
        (dt.datetime(2020, 1, 2, 3, 4, tzinfo=dt.UTC), "2020-01-02T03:04:00+00:00"),
        (pd.Timestamp("2020-01-02T03:04:05Z"), "2020-01-02T03:04:05+00:00"),
        ("a\ud800b", "a\ufffdb"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
    ],
)
def test_one_value(value, text):
    batch = coerce([{"id": "a", "text": "sound"}, {"id": "b", "text": value}])
    assert rows(batch)[1]["text"] == text
    assert batch.problems == ()


@pytest.mark.parametrize(
    "value", [{"a": 1}, ["x"], ("x",), {1}, np.zeros(2), range(3), pytest.param(10**5000, id="huge")]
)
def test_what_is_no_text_is_reported_and_left_empty(value):
    batch = coerce([{"id": "a", "text": "sound"}, {"id": "b", "title": "t", "text": value}])
    assert rows(batch)[1]["text"] is None
    (problem,) = batch.problems
    assert problem.where == "article 1"
    assert problem.what.startswith("text ")
    assert not problem.skipped


@settings(deadline=None)
@given(strings)
def test_surrogates(text):
    assert coerce([{"id": "a", "title": text}]).article(0).title == repaired(text)


def test_the_row_of_a_problem_is_counted_over_all_chunks():
    many = ({"id": str(number), "text": ["x"] if number == 70_000 else "x"} for number in range(70_001))
    (problem,) = coerce(many).problems
    assert problem.where == "article 70000"


@pytest.mark.parametrize(
    "wrong",
    [None, 3, "stories.jsonl", b"x", {"id": "a"}, Article(id="a"), [3], ["a"], pa.array([1]), object()],
)
def test_what_holds_no_articles(wrong):
    with pytest.raises(ArgumentError, match=r"^articles must "):
        coerce(wrong)


@pytest.mark.parametrize(
    "wrong", [[{"colour": "x", 3: 4}], [{}], pa.table({"colour": ["x"]}), pd.DataFrame({"colour": []})]
)
def test_fields_that_are_not_ours(wrong):
    with pytest.raises(ArgumentError, match=r"some of the fields id, url.* found are ('3', 'colour'|'colour|none)"):
        coerce(wrong)


def test_a_known_field_without_a_value_is_enough():
    assert len(coerce([{"colour": "x"}, {"text": None}])) == 2


def test_time_is_what_published_means():
    article = Article(published="2020-01-02", fetched="2020-01-03")
    assert article.time == times.parse("2020-01-02", fetched="2020-01-03")
    assert article.time is not None
    assert Article().time is None


# --- tables and frames -------------------------------------------------------------------------------


def test_text_columns_are_not_copied():
    text = pa.array(["one", "two < three"], TEXT)
    (chunk,) = coerce(pa.table({"id": ["a", "b"], "text": text})).table.column("text").chunks
    assert chunk.buffers()[2].address == text.buffers()[2].address


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array(["a", None]), ["a", None]),
        (pa.array(["a", None], pa.string_view()), ["a", None]),
        (pa.array(["a", None]).dictionary_encode(), ["a", None]),
        (pa.array([1, None]).dictionary_encode(), ["1", None]),
        (pa.array([b"a", b"\xff"]), ["a", "\ufffd"]),
        (pa.array([b"a", None], pa.large_binary()), ["a", None]),
        (pa.array([7, None], pa.uint8()), ["7", None]),
        (pa.array([1.5, float("nan")]), ["1.5", None]),
        (pa.array([True, None]), ["True", None]),
        (pa.array([dt.date(2020, 1, 2), None]), ["2020-01-02", None]),
        (pa.array([dt.datetime(2020, 1, 2), None], pa.timestamp("s")), ["2020-01-02T00:00:00", None]),  # noqa: DTZ001
        (
            pa.array([1577934245_678901_000, 0], pa.timestamp("ns", "UTC")),
            ["2020-01-02T03:04:05.678901+00:00", "1970-01-01T00:00:00+00:00"],
        ),
        (pa.array([decimal.Decimal("1.50"), None]), ["1.50", None]),
        (pa.nulls(2), [None, None]),
        (
            pa.StringArray.from_buffers(2, pa.array(["a", "bc"]).buffers()[1], pa.py_buffer(b"a\xffc")),
            ["a", "\ufffdc"],
        ),
    ],
)
def test_one_column(column, texts):
    batch = coerce(pa.table({"title": column}))
    assert [row["title"] for row in rows(batch)] == texts
    assert batch.problems == ()


def test_lists_in_a_column_are_reported():
    batch = coerce(pa.table({"id": ["a", "b"], "title": [None, ["x"]]}))
    assert [str(problem) for problem in batch.problems] == ["article 1: title must be text, got list; left empty"]


def test_a_column_given_twice():
    with pytest.raises(ArgumentError, match="once, got 'id' 2 times"):
        coerce(pa.table([["a"], ["b"]], names=["id", "id"]))


FRAME = {"id": [1, 2], "text": ["one", None], "section": ["x", "y"]}


@pytest.mark.parametrize(
    "table",
    [
        pa.table(FRAME),
        pa.record_batch(FRAME),
        pa.table(FRAME).to_reader(),
        pd.DataFrame(FRAME),
        pd.DataFrame(FRAME, index=[5, 6]).astype(object),
    ],
    ids=lambda table: type(table).__name__,
)
def test_tables_and_frames_are_the_same(table):
    batch = coerce(table)
    assert [(row["id"], row["text"], row["url"]) for row in rows(batch)] == [
        ("1", "one", None),
        ("2", None, None),
    ]
    assert batch.extra.column_names == ["section"]
    assert batch.extra.column("section").to_pylist() == ["x", "y"]


@pytest.mark.full
def test_frames_of_polars_are_the_same():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(FRAME)
    expected = coerce(pa.table(FRAME))
    for one in (frame, frame.with_columns(polars.col("text").cast(polars.Categorical))):
        batch = coerce(one)
        assert batch.table == expected.table
        assert batch.extra.to_pydict() == expected.extra.to_pydict()  # in polars' own type of strings


def test_pandas_columns_of_anything():
    frame = pd.DataFrame(
        {
            "id": ["a", 2, None],
            "text": ["x\ud800", float("nan"), ["y"]],
            "published": pd.to_datetime(["2020-01-02", None, "2020-01-03"]),
            "other": [float("nan"), "a", [2]],
            7: [1, 2, 3],
        }
    )
    batch = coerce(frame)
    assert [row["text"] for row in rows(batch)] == ["x\ufffd", None, None]
    assert [row["published"] for row in rows(batch)] == ["2020-01-02T00:00:00", None, "2020-01-03T00:00:00"]
    assert batch.extra.to_pydict() == {"other": [None, "a", "[2]"], "7": [1, 2, 3]}
    assert [problem.where for problem in batch.problems] == ["article 2"]


def as_table(found):
    clean = [{field: record.get(field) and repaired(record[field]) for field in FIELDS} for record in found]
    return pa.Table.from_pylist(clean, schema=pa.schema([(field, pa.string()) for field in FIELDS]))


@settings(deadline=None)
@given(records)
def test_records_tables_and_frames_agree(found):
    expected, table = coerce(found), as_table(found)
    assert coerce(table) == expected
    assert coerce(pd.DataFrame(table.to_pylist(), columns=list(FIELDS), dtype=object)) == expected


@pytest.mark.full
@settings(deadline=None)
@given(records)
def test_records_and_frames_of_polars_agree(found):
    polars = pytest.importorskip("polars")
    assert coerce(polars.from_arrow(as_table(found).slice(0))) == coerce(found)


@settings(deadline=None)
@given(records)
def test_a_batch_is_a_fixed_point(found):
    batch = coerce(found)
    assert coerce(batch.table).table == batch.table
    assert coerce(batch.articles(range(len(batch)))).table == batch.table
