"""Names, many records, what the user says, the command."""

import csv
import dataclasses
import json
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from fields_kit import TEXT, filled
from hypothesis import example, given, settings
from hypothesis import strategies as st
from produced import PRODUCED

import dedup
from dedup.articles import fields
from dedup.articles.article import FIELDS, Article, coerce
from dedup.errors import ArgumentError, InputError
from dedup.formats import jsonl, read, write

# --- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "name"), [(f, n) for f, ns in fields.names.BY_HAND.items() for n in ns.split()])
def test_every_name_by_hand(field, name):
    for written in (name, name.upper(), name.replace("_", "-")):
        batch = coerce([{written: "x"}])
        assert getattr(batch.article(0), field) == "x"
        assert filled(batch) == {field: "x"}


def test_our_names_come_first_then_the_order_of_the_list_then_what_is_alike():
    mapping = coerce([{"body": "b", "text": "a", "Date": "c", "time": "d", "HEADLINE": "e"}]).mappings[0]
    assert [mapping[field].reason for field in ("text", "published", "title", "id")] == [
        "our name",
        "'time', name 8 of 15 for it",
        "like 'headline', name 2 of 5 for it",
        "none of id, guid",
    ]
    assert str(mapping["published"].paths[0]) == "time"


def test_authors_and_credits_may_be_lists():
    article = coerce([{"author": ["A", {"name": "B"}, None, "A"], "credit": ({"name": "N"}, "M")}]).article(0)
    assert (article.author, article.credit) == ("A; B", "N; M")


def test_a_mapping_says_all_there_is_to_say():
    mapping = coerce([PRODUCED["feedparser"][0]]).mappings[0]
    assert [row[0] for row in mapping.rows()] == list(FIELDS)
    assert ("url", "link", "feedparser, told by updated_parsed") in mapping.rows()
    assert "fetched: - (feedparser has none)" in str(mapping).splitlines()
    with pytest.raises(dataclasses.FrozenInstanceError):
        mapping.producer = "x"


def test_what_dedup_wrote_is_read_as_it_was_written(tmp_path):
    # Its columns are all of ours, so no signature in what else there is counts.
    table = pa.table({"maintext": [TEXT], "source_domain": ["d"], "hostname": ["h"], "sitename": ["s"]})
    result = dedup.find_duplicates(table)
    for ending in (".jsonl", ".csv", ".parquet"):
        result.write(tmp_path / f"a{ending}", "articles")
        again = read(tmp_path / f"a{ending}")
        assert again.table == result.batch.table
        assert again.mappings[0].producer is None


def test_extras_are_the_columns_that_were_not_taken():
    batch = coerce(pa.table({"headline": ["Ferry"], "body": [TEXT], "content": ["c"], "section": ["x"]}))
    assert batch.extra.column_names == ["body", "section"]
    assert batch.article(0).text == "c"


def test_text_columns_of_producers_are_not_copied():
    text = pa.array([TEXT], pa.large_string())
    table = pa.table({"maintext": text, "source_domain": ["d"]})
    assert coerce(table).table["text"].chunk(0).buffers()[2].address == text.buffers()[2].address


# --- many records ------------------------------------------------------------------------------------


def test_records_of_all_producers_may_be_mixed(tmp_path):
    names = [name for name in PRODUCED if name not in {"feedparser", "Media Cloud"}]
    records = [PRODUCED[name][0] for name in names] * 2
    batch = coerce(records)
    for row, name in enumerate(names * 2):
        found = dataclasses.asdict(batch.article(row)) | {"id": None}
        assert found == dict.fromkeys(FIELDS) | PRODUCED[name][1] | {"id": None}
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
    lines = read(tmp_path / "a.jsonl")
    assert lines.table.drop_columns(["id"]) == batch.table.drop_columns(["id"])


def test_the_row_of_a_problem_is_that_of_the_input():
    records = [{"body": TEXT}, {"text": TEXT}, {"body": [1]}, {"text": [1]}] * 2
    assert [problem.where for problem in coerce(records).problems if problem.what.startswith("text")] == [
        f"article {row}" for row in (2, 3, 6, 7)
    ]


def test_a_field_that_the_first_lines_lack_is_read_when_it_comes(tmp_path):
    lines = [{"id": str(number), "body": "x" * 1000} for number in range(200)] + [{"id": "z", "author": "A"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert read(tmp_path / "a.jsonl").article(200).author == "A"


keys = st.sampled_from(sorted({name for names in fields.names.BY_HAND.values() for name in names.split()})) | (
    st.sampled_from(sorted({key for record, _ in PRODUCED.values() for key in record}))
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("https://a.example/b")
nested = st.recursive(
    leaves | st.binary(max_size=3) | st.dates() | st.just(time.gmtime(0)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
anything = st.lists(st.dictionaries(keys | st.text(max_size=3) | st.integers(), nested, max_size=6), max_size=4)


@settings(max_examples=examples(150), deadline=None)
@given(anything)
@example([{"authors": [[[[]]]], "published_parsed": [9] * 9}])
@example([{"published_parsed": [2025, 13, 1, 0, 0, 0, 0, 0, 0], "id": "a"}])
def test_no_nest_of_dicts_is_too_strange(records):
    try:
        batch = coerce(records)
    except ArgumentError:
        return
    batch.table.validate(full=True)
    assert len(batch) == len(records)
    assert coerce(batch.table).table == batch.table
    # The order of articles and of their keys says nothing about what is in them.
    turned = [dict(reversed(record.items())) for record in reversed(records)]
    assert sorted(map(repr, coerce(turned).table.to_pylist())) == sorted(map(repr, batch.table.to_pylist()))


json_leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
json_nested = st.recursive(
    json_leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=5,
)
producer_records = st.sampled_from([record for name, (record, _) in PRODUCED.items() if name != "Media Cloud"])
altered = st.builds(
    lambda record, key, value: json.dumps({**record, key: value}, default=str), producer_records, keys, json_nested
)
made = st.dictionaries(keys, json_nested, max_size=5).map(json.dumps)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(made | altered, min_size=1, max_size=4), st.sampled_from([(), (("text", "source.title"),)]))
def test_the_fast_path_maps_as_the_slow_one(lines, told):
    data = "\n".join(lines).encode()
    plan = jsonl.sniff(data, told)
    fast, slow = jsonl._read_fast(data, plan), jsonl._read_slowly(data, plan)
    if fast is not None:
        assert slow.faults == []
        assert fast == slow.table


def test_deep_and_endless_nests():
    endless: list[object] = []
    endless.append(endless)
    record = PRODUCED["fundus"][0] | {"body": endless, "authors": endless[0]}
    article = coerce([record]).article(0)
    assert (article.text, article.author) == (None, None)


def test_many_keys_that_are_not_ours_cost_little():
    records = [{"id": str(number), "text": "x", f"key {number}": 1} for number in range(20_000)]
    fields.choose.cache_clear()
    coerce(records)
    assert fields.choose.cache_info().currsize < 5


# --- what the user says ------------------------------------------------------------------------------

ROW = {"id": "a", "text": "t", "body": "b", "outlet.name": "flat", "outlet": {"name": "deep", "more": {"x": 1}}}


@pytest.mark.parametrize(
    ("told", "field", "value"),
    [
        ({"text": "body"}, "text", "b"),
        ({"source": "outlet.more.x"}, "source", "1"),
        ({"source": "outlet.name"}, "source", "flat"),
        ({"title": "body", "text": "body"}, "title", "b"),
        ({"text": "id"}, "text", "a"),
    ],
)
def test_the_user_is_right(told, field, value, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW))
    (tmp_path / "a.json").write_text(json.dumps([ROW]))
    table = pa.Table.from_pylist([ROW])
    batches = [
        coerce([ROW], fields=told),
        coerce(table, fields=told),
        coerce(pd.DataFrame([ROW]), fields=told),
        *(read(tmp_path / name, fields=told) for name in ("a.jsonl", "a.json")),
    ]
    for batch in batches:
        assert getattr(batch.article(0), field) == value
        assert batch.mappings[0][field].reason == "given"
    assert getattr(dedup.find_duplicates([ROW], fields=told).batch.article(0), field) == value


def test_what_is_given_is_taken_for_nothing_else():
    article = coerce([PRODUCED["FineWeb"][0]], fields={"published": "date"}).article(0)
    assert article.published == "2025-03-05T00:00:00Z"
    assert article.fetched is None


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"body": "text"}, r"fields must name some of id, url, .*, got 'body'"),
        ({"text": "boddy"}, r"fields must name what some article has, got 'boddy' for 'text'; there are 'body', 'id'"),
        ({"text": "outlet.nome"}, r"got 'outlet.nome' for 'text'"),
        ({"text": ""}, r"fields must give the name of a column for 'text', got ''"),
        ({"text": 3}, r"fields must give the name of a column for 'text', got 3"),
        (["text"], r"fields must map our names to yours, .* got \['text'\]"),
    ],
)
def test_what_the_user_gets_wrong(told, message, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW))
    for records in ([ROW], pa.Table.from_pylist([ROW]), tmp_path / "a.jsonl"):
        with pytest.raises(ArgumentError, match=message):
            dedup.find_duplicates(records, fields=told)
    with pytest.raises(ArgumentError, match=message):
        dedup.learn_furniture([ROW], fields=told)


def test_a_column_of_one_file_is_enough(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "a", "words": "x"}')
    (tmp_path / "b.csv").write_text("id,section\nb,y\n")
    batch = read([tmp_path / "a.jsonl", tmp_path / "b.csv"], fields={"text": "words"})
    assert [one.text for one in batch.articles([0, 1])] == ["x", None]
    assert coerce([{"id": "a", "words": None}], fields={"text": "words"}).article(0).text is None
    assert len(coerce([], fields={"text": "words"})) == 0


def test_a_mixed_column_of_a_frame_is_read_value_by_value():
    frame = pd.DataFrame({"id": ["a", "b", "c"], "source": [{"name": "A"}, "B", np.nan], "writer": [["x"], "y", 3]})
    batch = coerce(frame, fields={"author": "writer"})
    assert [(one.source, one.author) for one in batch.articles(range(3))] == [("A", "x"), ("B", "y"), (None, "3")]


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.fixed_dictionaries({field: st.none() | st.text(max_size=4) for field in FIELDS}), min_size=1),
    st.sampled_from([".jsonl", ".csv", ".parquet"]),
)
def test_all_fields_go_round(tmp_path_factory, records, ending):
    batch = coerce([{"title": "x"} | record for record in records])
    path = tmp_path_factory.mktemp("a") / f"a{ending}"
    write(batch.table, path)
    expected = batch.table.to_pylist()
    if ending == ".csv":  # which cannot tell null from empty
        expected = [{field: value or None for field, value in row.items()} for row in expected]
    assert read(path).table.to_pylist() == expected
    assert coerce([Article(**row) for row in batch.table.to_pylist()]).table == batch.table


def test_csv_of_a_selection_of_columns(tmp_path):
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["Headline", "plain_text", "dc:creator"], ["Ferry", TEXT, "Ada Quill"]])
    assert filled(read(tmp_path / "a.csv")) == {"title": "Ferry", "text": TEXT, "author": "Ada Quill"}
    with pytest.raises(InputError, match="some of the fields"):
        read((tmp_path / "b.csv", (tmp_path / "b.csv").write_text("colour\nx\n"))[0])
