"""What extractors really wrote, and the traps in it."""

import dataclasses
import json
import types

import pandas as pd
import pyarrow as pa
import pytest
from fields_kit import FIXTURES, ORIGINAL, TEXT, fixture
from produced import PRODUCED

from dedup.articles import outlets
from dedup.articles.article import FIELDS, coerce
from dedup.formats import read

# --- what extractors really wrote --------------------------------------------------------------------


EXTRACTED = {
    "trafilatura.json": {
        "url": ORIGINAL,
        "source": "Westmere Post",
        "published": "2025-03-04",
        "fetched": "2025-03-05",
        "author": "Ada Quill; Ben Marsh",
    },
    "trafilatura_document.json": {
        "url": ORIGINAL,
        "source": "Westmere Post",
        "published": "2025-03-04",
        "fetched": "2025-03-05",
        "author": "Ada Quill; Ben Marsh",
    },
    "trafilatura.csv": {"url": ORIGINAL, "source": "northern-wire.example", "published": "2025-03-04"},
    "newspaper4k.json": {
        "url": "https://westmere-post.example/ferry",
        "source": "Westmere Post",
        "published": "2025-03-04T09:15:00-05:00",
        "canonical_url": ORIGINAL,
        "author": "Ada Quill; Ben Marsh",
        "language": "en",
    },
    "news_please.json": {
        "url": "https://westmere-post.example/ferry",
        "source": "westmere-post.example",
        "published": "2025-03-04 09:15:00",  # it drops the offset
        "author": "Ada Quill; Ben Marsh",
        "language": "en",
    },
    "fundus.json": {"published": "2025-03-04 09:15:00-05:00", "author": "Ada Quill; Ben Marsh"},
    "schema_org.json": {
        "url": "https://westmere-post.example/ferry",
        "source": "Westmere Post",
        "published": "2025-03-04T09:15:00-05:00",
        "updated": "2025-03-04T11:40:00-05:00",
        "canonical_url": ORIGINAL,
        "author": "Ada Quill; Ben Marsh",
        "credit": "Northern Wire",
        "language": "en",
    },
    "feedparser.json": {
        "url": "https://westmere-post.example/ferry",
        "source": "Northern Wire",
        "published": "Tue, 04 Mar 2025 09:15:00 -0500",
        "canonical_url": ORIGINAL,
        "author": "Ada Quill",
        "credit": "Copyright 2025 Westmere Post; Photo desk; Northern Wire",
        "language": "en-gb",
    },
}


@pytest.mark.parametrize("name", EXTRACTED)
def test_the_output_of_extractors(name):
    batch = read(FIXTURES / name)
    found = dataclasses.asdict(batch.article(0))
    expected = dict.fromkeys(FIELDS) | EXTRACTED[name] | {"title": "Ferry to Port Alden runs again"}
    assert found | {"id": None, "text": None} == expected
    assert "The ferry to Port Alden will run again on Monday, the harbour office" in found["text"]
    assert "<p>" not in found["text"]
    assert batch.problems == ()
    letters = "".join(filter(str.isalnum, batch.mappings[0].producer)).lower()
    assert letters.startswith(name.partition(".")[0].replace("_", "")[:10])


def test_a_feed_tells_its_articles_who_it_is_and_in_which_language():
    feed = fixture("feedparser.json")
    batch = coerce(feed)
    second = batch.article(1)
    assert (second.source, second.language, second.published) == ("Westmere Post", "en-gb", None)
    assert second.text == "Rain is expected.\n\nTake a coat."
    assert coerce(feed["entries"]).article(1).source is None
    assert coerce(feed["entries"]).mappings[0].producer == "feedparser"


def test_csv_of_trafilatura_has_no_header(tmp_path):
    row = (FIXTURES / "trafilatura.csv").read_text(encoding="utf-8")
    for name in ("a.csv", "a.tsv"):
        (tmp_path / name).write_bytes((row + row.replace("Ferry", "Boat")).encode())
        batch = read(tmp_path / name)
        assert [article.title for article in batch.articles([0, 1])] == [
            "Ferry to Port Alden runs again",
            "Boat to Port Alden runs again",
        ]
        assert batch.extra.column_names == ["fingerprint", "image", "comments", "pagetype"]
    names = "url\tid\tfingerprint\thostname\ttitle\timage\tdate\ttext\tcomments\tlicense\tpagetype\n"
    (tmp_path / "b.tsv").write_bytes((names + row).encode())
    assert len(read(tmp_path / "b.tsv")) == 1


# --- the traps ---------------------------------------------------------------------------------------


def test_one_folded_url_is_two_articles_of_two_outlets():
    carrier, original = fixture("trafilatura.json"), fixture("trafilatura.json")
    original["source-hostname"], original["text"] = "Northern Wire", "Another text than that."
    batch = coerce([carrier, original])
    assert len({article.id for article in batch.articles([0, 1])}) == 2
    assert batch.article(0).url == batch.article(1).url
    assert len(set(outlets.outlet_hashes(batch.table).tolist())) == 2


def test_a_fingerprint_is_no_id():
    one = fixture("trafilatura.json")
    batch = coerce([one, {**one, "source": "https://a.example/x"}])
    assert batch.problems == ()


@pytest.mark.parametrize("nothing", ["None", "null", "NaN", "nan", "NaT"])
def test_what_producers_write_for_nothing(nothing):
    record = PRODUCED["news-please"][0] | {"date_publish": nothing, "title": nothing, "title_page": "Page"}
    article = coerce([record]).article(0)
    assert (article.published, article.title) == (None, "Page")
    assert coerce([{"id": "a", "title": nothing}]).article(0).title == nothing


@pytest.mark.parametrize(
    ("source", "outlet", "url"),
    [
        ("Westmere Post", "Westmere Post", None),
        ("https://westmere-post.example/ferry", "westmere-post.example", "https://westmere-post.example/ferry"),
        ("https://westmere-post.example/?p=7", "westmere-post.example", "https://westmere-post.example/?p=7"),
        ("https://westmere-post.example/", "westmere-post.example", None),
        ("https://westmere-post.example", "westmere-post.example", None),
        ("https is a protocol", "https is a protocol", None),
        ("https:///x", "https:///x", None),
        ({"name": "Westmere Post", "id": None}, "Westmere Post", None),
        ({"title": "Westmere Post", "href": "u"}, "Westmere Post", None),
        ({"uri": "westmere-post.example"}, "westmere-post.example", None),
    ],
)
def test_a_source_may_be_a_name_a_url_or_an_object(source, outlet, url, tmp_path):
    record = {"id": "a", "text": TEXT, "source": source}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    for batch in (coerce([record]), coerce(pa.Table.from_pylist([record])), read(tmp_path / "a.jsonl")):
        assert (batch.article(0).source, batch.article(0).url) == (outlet, url)
        assert batch.problems == ()
        assert coerce(batch.table).table == batch.table


def test_a_url_that_is_there_stays():
    article = coerce([{"url": "u", "source": "https://a.example/feed"}]).article(0)
    assert (article.url, article.source) == ("u", "a.example")


def test_a_source_that_names_nothing_is_reported():
    batch = coerce([{"id": "a", "source": {"country": "x"}}])
    assert [str(problem) for problem in batch.problems] == ["article 0: source must be text, got dict; left empty"]


def test_found_and_crawled_are_not_published():
    for name in ("Event Registry", "GDELT DOC", "FineWeb"):
        record = {key: value for key, value in PRODUCED[name][0].items() if key != "dateTimePub"}
        article = coerce([record]).article(0)
        assert article.published is None
        assert article.fetched is not None
    assert coerce([{"text": TEXT, "date": "2025"}]).article(0).published == "2025"


def test_a_file_of_publishers_says_who_published(tmp_path):
    article = PRODUCED["fundus"][0]
    (tmp_path / "a.json").write_text(json.dumps({"Westmere Post": [article], "Coast 9": [article, article]}, indent=1))
    batch = read(tmp_path / "a.json")
    assert [one.source for one in batch.articles(range(3))] == ["Westmere Post", "Coast 9", "Coast 9"]
    assert batch.mappings[0].producer == "fundus"


@pytest.mark.parametrize(
    "envelope",
    [
        {"status": "ok", "totalResults": 1, "articles": [{"title": "Ferry"}]},
        {"articles": {"results": [{"title": "Ferry"}], "count": 1}},
        {"entries": [{"title": "Ferry"}], "feed": {}},
        {"stories": [{"title": "Ferry"}]},
    ],
)
def test_answers_of_services_are_unwrapped(envelope, tmp_path):
    assert coerce(envelope).article(0).title == "Ferry"
    for indent in (None, 1):
        (tmp_path / "a.json").write_text(json.dumps(envelope, indent=indent))
        assert read(tmp_path / "a.json").article(0).title == "Ferry"


def test_a_document_may_be_one_article_over_several_lines(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"headline": "Ferry", "body": TEXT}, indent=1))
    assert read(tmp_path / "a.json").article(0).title == "Ferry"


# --- objects -----------------------------------------------------------------------------------------


@dataclasses.dataclass
class Outlet:
    name: str


@dataclasses.dataclass
class Story:
    headline: str
    body: str
    outlet: Outlet


class Item(dict):
    """Stands for a Scrapy item or an entry of a feed: a mapping that is not quite a dict."""

    def get(self, *_):
        raise DeprecationWarning


class Attrs:
    __attrs_attrs__ = (types.SimpleNamespace(name="headline"), types.SimpleNamespace(name="body"))
    headline, body = "Ferry", TEXT


class Model:
    def model_dump(self):
        return {"headline": "Ferry", "body": TEXT}


@pytest.mark.parametrize(
    "record",
    [
        Story("Ferry", TEXT, Outlet("Westmere Post")),
        Item(headline="Ferry", body=TEXT),
        types.MappingProxyType({"headline": "Ferry", "body": TEXT}),
        Attrs(),
        Model(),
        pd.Series({"headline": "Ferry", "body": TEXT}),
        types.SimpleNamespace(sitename="Westmere Post", hostname="h", title="Ferry", text=TEXT),
        types.SimpleNamespace(canonical_link="", meta_lang="en", title="Ferry", text=TEXT),
        types.SimpleNamespace(maintext=TEXT, source_domain="h", title="Ferry", text=None),
        types.SimpleNamespace(publishing_date=None, plaintext=TEXT, title="Ferry", html=Outlet("x")),
    ],
    ids=lambda record: type(record).__name__,
)
def test_objects_are_records(record):
    for records in ([record], [record, {"title": "other"}], [{"title": "other"}, record]):
        article = next(one for one in coerce(records).articles(range(len(records))) if one.title == "Ferry")
        assert article.text == TEXT
    if isinstance(record, Story):
        assert coerce([record]).article(0).source == "Westmere Post"


def test_pydantic_models():
    pydantic = pytest.importorskip("pydantic")
    model = pydantic.create_model("Story", headline=(str, ...), body=(str, ...))
    assert coerce([model(headline="Ferry", body=TEXT)]).article(0).text == TEXT
