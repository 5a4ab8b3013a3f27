"""What comes in: coercion, markup, ids."""

import datetime as dt
import decimal
import random
import re
import uuid

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.articles import html, ids, times
from dedup.articles.article import FIELDS, Article, Batch, coerce
from dedup.errors import ArgumentError

TEXT = pa.large_string()

# Any string Python can hold, lone surrogates included, often near the ones that matter.
strings = st.text() | st.text(st.sampled_from("a \n\r\t\"',<>/&\\\0é\u2028\ud83d\ude00\ud800\ufffd"))
values = st.none() | strings
records = st.lists(
    st.dictionaries(st.sampled_from(FIELDS), values).map(lambda record: {"title": None} | record), max_size=8
)


def rows(batch: Batch) -> list[dict[str, str | None]]:
    assert batch.table.schema == pa.schema([(field, TEXT) for field in FIELDS])
    batch.table.validate(full=True)
    return batch.table.to_pylist()


def text_of(value: object) -> str | None:
    """Coerce one text."""
    return rows(coerce([{"id": "a", "text": value}]))[0]["text"]


def repaired(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates, the slow way."""
    joined = re.sub(
        "[\ud800-\udbff][\udc00-\udfff]",
        lambda pair: chr(0x10000 + ((ord(pair[0][0]) - 0xD800) << 10) + ord(pair[0][1]) - 0xDC00),
        text,
    )
    return re.sub("[\ud800-\udfff]", "\ufffd", joined)


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
        (np.datetime64("NaT"), None),
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
        pl.DataFrame(FRAME),
        pl.DataFrame(FRAME).with_columns(pl.col("text").cast(pl.Categorical)),
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


@settings(deadline=None)
@given(records)
def test_records_tables_and_frames_agree(found):
    expected = coerce(found)
    clean = [{field: record.get(field) and repaired(record[field]) for field in FIELDS} for record in found]
    table = pa.Table.from_pylist(clean, schema=pa.schema([(field, pa.string()) for field in FIELDS]))
    assert coerce(table) == expected
    assert coerce(pl.from_arrow(table.slice(0))) == expected
    assert coerce(pd.DataFrame(clean, columns=list(FIELDS), dtype=object)) == expected


@settings(deadline=None)
@given(records)
def test_a_batch_is_a_fixed_point(found):
    batch = coerce(found)
    assert coerce(batch.table).table == batch.table
    assert coerce(batch.articles(range(len(batch)))).table == batch.table


# --- markup ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_text", "text"),
    [
        ("<p>One &amp; <b>two</b>.</p><p>Three</p>", "One & two.\n\nThree"),
        ("One.<br/><br />Two.", "One.\nTwo."),
        ("<DIV CLASS='x'>One</DIV>", "One"),
        ("<div>\n  one\n</div>", "one"),
        ('<img src="a.png"/>One', "One"),
        ("One <em>two</em> three", "One two three"),
        (
            "<!doctype html><html><head><title>T</title><style>p{}</style></head><body>One</body></html>",
            "T\n\nOne",
        ),
        ("<p>" + "long " * 1000 + "</p>", ("long " * 1000).strip()),
        (
            "<p>before</p>" + "<div>" * 300 + "deep" + "</div>" * 300 + "<p>after</p>",
            "before\n\ndeep\n\nafter",
        ),
        ("<p>nul\0</p>", "nul"),
        ("<script>one()</script><p>two</p><!-- three -->", "two"),
    ],
)
def test_markup_becomes_text(given_text, text):
    assert text_of(given_text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "I <3 you",
        "if x <a and c> y",
        "List<String> and Map<K, V>",
        "Write <b> for bold text.",
        "Write <b> before and </b> after it.",
        "<i> and <b> are tags",
        "&lt;p&gt;quoted&lt;/p&gt; &amp; so on",
        "<" * 100,
        "In HTML a paragraph is <p>this</p>. " + "Here is much more about it. " * 50,
        "<p>A stray tag.</p> " + "And then the text\n\nas it was written. " * 50,
    ],
)
def test_prose_about_markup_stays(text):
    assert text_of(text) == text


def test_only_the_text_is_reduced():
    assert coerce([{"title": "<p>a</p><p>b</p>"}]).article(0).title == "<p>a</p><p>b</p>"


def test_hostile_markup_stays_and_is_reported():
    hostile = "<p>before</p>" + "<div>" * 5000 + "deep"
    batch = coerce([{"id": "a", "text": "x"}, {"id": "b", "text": hostile}])
    assert batch.article(1).text == hostile
    assert [problem.where for problem in batch.problems] == ["article 1"]


def test_a_failing_parser_loses_nothing(monkeypatch):
    import html_text  # noqa: PLC0415

    def fail(_tree):
        raise RecursionError

    monkeypatch.setattr(html_text, "extract_text", fail)
    batch = coerce([{"id": "a", "text": "<p>one</p>"}])
    assert batch.article(0).text == "<p>one</p>"
    assert len(batch.problems) == 1


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.none() | st.sampled_from(["plain", "a < b", "<p>x</p>", "", "<", "é<p>y</p>", "z<p"])),
    st.integers(0, 5),
    st.integers(1, 40),
    st.sampled_from([TEXT]),
)
def test_markup_is_found_wherever_it_is(texts, start, size, kind):
    window, html._WINDOW = html._WINDOW, size
    try:
        column = pa.chunked_array([pa.array(texts, kind).slice(start), pa.array(texts, kind)], kind)
        reduced, problems = html.reduce(column)
    finally:
        html._WINDOW = window
    expected = {"<p>x</p>": "x", "é<p>y</p>": "é\n\ny"}
    assert reduced.to_pylist() == [expected.get(text, text) for text in [*texts[start:], *texts]]
    assert problems == []


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/pba =\"'!-é\n\0")))
def test_any_markup_is_survived(text):
    batch = coerce([{"id": "a", "text": text}])
    assert batch.article(0).text == text or html.is_markup(text)


# --- ids ---------------------------------------------------------------------------------------------


def ids_of(*found: dict[str, object]) -> list[str | None]:
    return [row["id"] for row in rows(coerce(found))]


def test_ids_that_are_there_stay():
    column = pa.chunked_array([pa.array(["b", "a"], TEXT)])
    table = pa.table(dict.fromkeys(FIELDS, column))
    filled, problems = ids.fill(table)
    assert filled is table.column("id") or filled.equals(column)
    assert problems == []


def test_a_missing_id_is_the_url_then_the_content():
    one, two, three, four = ids_of(
        {"url": "u", "text": "a"},
        {"url": "v", "text": "b"},
        {"url": "v", "text": "c"},
        {"id": "", "text": "d"},
    )
    assert one == "u"
    assert (two, three) == (
        "v#" + ids.content_hash("b", None, "v", None, None),
        "v#" + ids.content_hash("c", None, "v", None, None),
    )
    assert four == ids.content_hash("d", None, None, None, None)
    assert re.fullmatch("[0-9a-f]{16}", four)


def test_a_url_that_is_an_id_already_is_not_taken():
    assert ids_of({"id": "u"}, {"url": "u"}) == ["u", "u#" + ids.content_hash(None, None, "u", None, None)]


def test_the_url_of_an_article_with_an_id_counts():
    assert ids_of({"id": "a", "url": "u"}, {"url": "u"})[1].startswith("u#")


def test_a_content_hash_stays():
    # Ids made today must be the ids made tomorrow.
    assert ids.content_hash("text", "title", "url", "source", None) == "b0c1bfbb55a2fea0"


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.none() | st.text("a-:1", max_size=3)] * 5), unique=True, max_size=20))
def test_other_content_has_another_hash(contents):
    assert len({ids.content_hash(*content) for content in contents}) == len(contents)


def test_a_repeated_id_is_numbered_and_reported_once():
    batch = coerce([{"id": "a", "text": "x"}, {"id": "a", "text": "y"}, {"id": "a#2"}, {"id": "a", "text": "z"}])
    assert sorted(row["id"] for row in rows(batch)) == ["a", "a#2", "a#3", "a#4"]
    assert rows(batch)[2]["id"] == "a#2"
    assert [str(problem) for problem in batch.problems] == [
        "id 'a': given to 3 articles; all but one got a number after it"
    ]


def test_copies_without_ids_are_no_problem():
    batch = coerce([{"text": "x"}] * 3)
    digest = ids.content_hash("x", None, None, None, None)
    assert sorted(row["id"] for row in rows(batch)) == [digest, f"{digest}#2", f"{digest}#3"]
    assert batch.problems == ()


def test_a_given_id_stays_before_a_made_one():
    made = ids.content_hash("x", None, None, None, None)
    batch = coerce([{"text": "x"}, {"id": made, "text": "zzz"}])
    assert [row["id"] for row in rows(batch)] == [f"{made}#2", made]
    assert batch.problems == ()


few = st.none() | st.sampled_from(["", "a", "b", "a#2", "\ud800", "\udfff"])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"id": few, "url": few, "text": few, "fetched": few}), max_size=12),
    st.randoms(),
)
def test_ids_are_unique_filled_and_know_no_order(found, rng: random.Random):
    batch = coerce(found)
    named = rows(batch)
    assert len({row["id"] for row in named}) == len(found)
    assert all(row["id"] for row in named)
    shuffled = found.copy()
    rng.shuffle(shuffled)
    again = coerce(shuffled)
    # The same articles under the same ids, and the same said about them.
    assert sorted(map(repr, rows(again))) == sorted(map(repr, named))
    assert sorted(again.problems) == sorted(batch.problems)
    repeated = {problem.where for problem in batch.problems}
    given_ids = [repaired(record["id"]) for record in found if record["id"]]
    assert repeated == {f"id {name!r}" for name in given_ids if given_ids.count(name) > 1}


def test_exceptional_rows_are_found_in_every_chunk():
    found = [{"id": f"n{number}", "text": "x"} for number in range(70_000)]
    for number in (3, 5_000, 66_000, 69_999):
        found[number] = {"id": None, "text": f"text {number}"}
    named = ids_of(*found)
    for number in (3, 5_000, 66_000, 69_999):
        assert named[number] == ids.content_hash(f"text {number}", None, None, None, None)
    assert named[4] == "n4"
