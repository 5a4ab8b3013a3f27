"""Markup becomes text; ids are filled and unique."""

import random
import re

import pyarrow as pa
import pytest
from articles_kit import TEXT, repaired, rows, text_of
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.articles import html, ids
from dedup.articles.article import FIELDS, coerce

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


@settings(max_examples=examples(300), deadline=None)
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


@settings(max_examples=examples(300), deadline=None)
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
