"""One article that is as it should be already is read as any other."""

from __future__ import annotations

import newsrooms
import numpy as np
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dedup
from dedup.articles import article
from dedup.articles.article import Article
from dedup.articles.fields import FIELDS
from dedup.articles.outlets import outlet_hash, outlet_hashes
from dedup.articles.plain import plain
from dedup.engines.crew import Crew
from dedup.engines.proposing import headlines_apart, signatures, sketch, sketch_tokens
from dedup.engines.reading import Reading
from dedup.engines.stream import arriving
from dedup.engines.stream.arriving import arrive, arrive_plain
from dedup.engines.stream.records import ALONE, DATED, bodies_to_bytes

KEYS = [*FIELDS, "body", "link", "headline", "publisher", "date", "authors", "feed", "section", "content", "articles"]
VALUES = ["", "a", "https://a.example/b", "<p>Ferry</p> <p>runs</p>", "1 < 2", "2025-03-04", "\ud800", None, 3, ["a"]]


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)), st.booleans())
def test_what_is_plain_is_what_columns_say(record, named):
    record = {**record, "id": "x"} if named else record
    found = plain(record)
    if found is not None:
        assert found == tuple(article.coerce([record], one_by_one=True).table.to_pylist()[0].values())


@pytest.mark.parametrize("record", [{"id": "a", "text": "b", "title": "c"}, Article(id="a", text="b", source="c")])
def test_most_articles_are_plain(record):
    assert plain(record) is not None


@pytest.mark.parametrize(
    "record",
    [
        {"text": "b"},  # no id
        {"id": "a", "text": "<p>b</p>"},
        {"id": "a", "text": "b", "source": "https://c.example"},
        {"id": 1, "text": "b"},
        {"other": "a"},
        {"id": "a", "text": "\ud800"},
        {"articles": [{"id": "a", "text": "b"}]},
        ["a"],
    ],
)
def test_all_others_are_not(record):
    assert plain(record) is None


SOURCES = [None, "", "  ", " The Times", "İstanbul", "a.example", "\x1fA", "\tB "]
URLS = [None, "", "https://A.example/b\nc", "ftp://me@b.example:80/", "nothing", "x://y://z", "x:// Y "]


@given(st.sampled_from(SOURCES), st.sampled_from(URLS))
def test_an_outlet_has_one_hash(source, url):
    table = pa.table({name: pa.array([value], pa.large_string()) for name, value in (("source", source), ("url", url))})
    assert outlet_hash(source, url) == outlet_hashes(table)[0]


@given(newsrooms.newsrooms(with_ids=True), st.booleans(), st.booleans())
def test_one_arrives_as_in_a_batch(room, learned, keep_text):
    furniture = dedup.learn_furniture(room) if learned else dedup.learn_furniture(room[:1])
    settings = dedup.Settings(num_perm=32)
    for record in room[:3]:
        with Crew() as crew:
            whole = arrive(article.coerce([record]), settings, furniture, crew, keep_text=keep_text)
        one = arrive_plain(plain(record), settings, furniture, keep_text=keep_text)
        assert (one.ids, one.contents, one.articles) == (whole.ids, whole.contents, whole.articles)
        for name in ("bands", "passages", "ends"):
            assert np.array_equal(getattr(one.sketches, name), getattr(whole.sketches, name))
        dated = bool(one.sketches.heads["flags"][0] & DATED)  # else it counts from when it was added
        for name in one.sketches.heads.dtype.names:
            if dated or name not in {"lo", "hi"}:
                assert np.array_equal(one.sketches.heads[name], whole.sketches.heads[name])


@pytest.mark.kernels
@settings(max_examples=examples(100, uncompiled=3))
@example([{"id": name, "text": f"{name} b c d " * 40} for name in "ab"])  # more tokens than there is room for at first
@given(newsrooms.newsrooms(with_ids=True))
def test_what_is_read_in_one_pass_is_what_the_stages_say_one_by_one(room):
    furniture, settings = dedup.learn_furniture(room), dedup.Settings(num_perm=32)
    batch = article.coerce(room)
    reading, rows = Reading(batch, outlet_hashes(batch.table), furniture), np.arange(len(batch))
    texts, found = reading.texts(rows), sketch(signatures(reading, rows, settings), settings)
    with Crew() as crew:
        arrived = arrive(batch, settings, furniture, crew, keep_text=False)
    assert [row[-4:] for row in arrived.articles] == bodies_to_bytes(texts)
    tokens, _ = reading.tokens(rows)
    again = sketch_tokens(tokens.values, tokens.offsets, settings)
    for name in again.__slots__:
        assert np.array_equal(getattr(again, name), getattr(found, name))
    for mine, theirs in zip(headlines_apart(reading.headed(rows, tokens)), headlines_apart(texts), strict=True):
        assert np.array_equal(mine, theirs)
    sketches = arrived.sketches
    assert np.array_equal(sketches.bands, found.bands)
    assert np.array_equal(sketches.passages, found.passages)
    assert np.array_equal(sketches.ends, np.cumsum(found.passage_counts))
    alone, headlines = headlines_apart(texts)
    for name, values in {
        "digest": found.digests,
        "headline": headlines,
        "tokens": found.counts,
    }.items():
        assert np.array_equal(sketches.heads[name], values)
    assert np.array_equal(sketches.heads["flags"] & ALONE != 0, alone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arriving, "_BLOCK", 2)
        with Crew() as crew:
            blocks = arrive(batch, settings, furniture, crew, keep_text=False)
    assert (blocks.ids, blocks.articles, blocks.contents) == (arrived.ids, arrived.articles, arrived.contents)
    assert np.array_equal(blocks.sketches.passages, sketches.passages)
    assert np.array_equal(blocks.sketches.ends, sketches.ends)
