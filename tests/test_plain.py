"""One article that is as it should be already is read as any other."""

from __future__ import annotations

import newsrooms
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.articles import article
from dedup.articles.article import Article
from dedup.articles.fields import FIELDS
from dedup.articles.outlets import outlet_hash, outlet_hashes
from dedup.articles.plain import plain
from dedup.engines.crew import Crew
from dedup.engines.stream.arriving import arrive, arrive_plain
from dedup.engines.stream.records import DATED

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
