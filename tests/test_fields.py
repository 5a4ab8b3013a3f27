"""The fields of an article in whatever others write: producers, names, what the user says, and why."""

import csv
import dataclasses
import datetime as dt
import json
import time
import types
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dedup
from dedup import cli
from dedup.articles import fields, outlets
from dedup.articles.article import FIELDS, Article, coerce
from dedup.errors import ArgumentError, InputError
from dedup.formats import jsonl, read, write

FIXTURES = Path(__file__).parent / "fixtures" / "fields"
ORIGINAL = "https://northern-wire.example/2025/03/04/ferry-port-alden"
TEXT = "The ferry to Port Alden will run again on Monday."


def filled(batch, row: int = 0) -> dict[str, str]:
    """The fields of an article that have a value, without an id that was made."""
    found = {field: value for field, value in dataclasses.asdict(batch.article(row)).items() if value is not None}
    return found if batch.mappings[0]["id"].paths else {field: found[field] for field in found if field != "id"}


def fixture(name: str) -> dict:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


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
    assert batch.mappings[0].producer.startswith(name[:10].removesuffix(".")[:9])


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


# --- documented shapes -------------------------------------------------------------------------------

PRODUCED = {
    "news-please": (
        {
            "authors": ["Ada Quill"],
            "date_download": "2025-03-04 15:00:00",
            "date_modify": "None",
            "date_publish": "2025-03-04 09:15:00",
            "description": "A ferry",
            "filename": "ferry.json",
            "image_url": None,
            "language": "en",
            "localpath": None,
            "maintext": TEXT,
            "source_domain": "westmere-post.example",
            "text": None,
            "title": "Ferry",
            "title_page": None,
            "title_rss": None,
            "url": "u",
        },
        {
            "id": "ferry.json",
            "url": "u",
            "title": "Ferry",
            "text": TEXT,
            "source": "westmere-post.example",
            "published": "2025-03-04 09:15:00",
            "fetched": "2025-03-04 15:00:00",
            "author": "Ada Quill",
            "language": "en",
        },
    ),
    "fundus": (
        {
            "title": "Ferry",
            "authors": ["Ada Quill", "Ben Marsh"],
            "body": {"summary": ["A boat."], "sections": [{"headline": ["Fog"], "paragraphs": ["One.", "Two."]}]},
            "publishing_date": "2025-03-04 09:15:00-05:00",
            "topics": ["sea"],
            "free_access": True,
        },
        {
            "title": "Ferry",
            "text": "A boat.\n\nFog\n\nOne.\n\nTwo.",
            "published": "2025-03-04 09:15:00-05:00",
            "author": "Ada Quill; Ben Marsh",
        },
    ),
    "feedparser": (
        {"title": "Ferry", "link": "u", "summary": TEXT, "updated_parsed": time.gmtime(1741097700)},
        {"title": "Ferry", "url": "u", "text": TEXT, "updated": "2025-03-04T14:15:00+00:00"},
    ),
    "Media Cloud": (
        {
            "id": "7",
            "url": "u",
            "title": "Ferry",
            "publish_date": dt.date(2025, 3, 4),
            "indexed_date": dt.datetime(2025, 3, 5, 1, 2),  # noqa: DTZ001 - as the client gives it
            "language": "en",
            "media_name": "westmere-post.example",
            "media_url": "https://westmere-post.example",
        },
        {
            "id": "7",
            "url": "u",
            "title": "Ferry",
            "source": "westmere-post.example",
            "published": "2025-03-04",
            "fetched": "2025-03-05T01:02:00",
            "language": "en",
        },
    ),
    "Media Cloud pipeline": (
        {
            "original_url": "u",
            "normalized_url": "n",
            "unique_url_hash": "h",
            "canonical_domain": "westmere-post.example",
            "canonical_url": ORIGINAL,
            "publication_date": "2025-03-04",
            "article_title": "Ferry",
            "normalized_article_title": "ferry",
            "text_content": TEXT,
            "language": "en",
            "full_language": "en-GB",
            "parsed_date": "2025-03-05",
        },
        {
            "id": "h",
            "url": "u",
            "title": "Ferry",
            "text": TEXT,
            "source": "westmere-post.example",
            "published": "2025-03-04",
            "fetched": "2025-03-05",
            "canonical_url": ORIGINAL,
            "language": "en",
        },
    ),
    "Event Registry": (
        {
            "uri": "77",
            "lang": "eng",
            "isDuplicate": False,
            "date": "2025-03-04",
            "time": "14:20:00",
            "dateTime": "2025-03-04T14:20:00Z",
            "dateTimePub": "2025-03-04T14:15:00Z",
            "url": "u",
            "title": "Ferry",
            "body": TEXT,
            "source": {"uri": "westmere-post.example", "dataType": "news", "title": "Westmere Post"},
            "authors": [{"uri": "a@b", "name": "Ada Quill", "type": "author", "isAgency": False}],
            "eventUri": None,
        },
        {
            "id": "77",
            "url": "u",
            "title": "Ferry",
            "text": TEXT,
            "source": "Westmere Post",
            "published": "2025-03-04T14:15:00Z",
            "fetched": "2025-03-04T14:20:00Z",
            "author": "Ada Quill",
            "language": "eng",
        },
    ),
    "NewsCatcher": (
        {
            "_id": "n7",
            "title": "Ferry",
            "author": "Ada Quill",
            "authors": ["Ada Quill"],
            "published_date": "2025-03-04 14:15:00",
            "published_date_precision": "timezone unknown",
            "link": "u",
            "clean_url": "westmere-post.example",
            "summary": TEXT,
            "rights": "westmere-post.example",
            "language": "en",
        },
        {
            "id": "n7",
            "url": "u",
            "title": "Ferry",
            "text": TEXT,
            "source": "westmere-post.example",
            "published": "2025-03-04 14:15:00",
            "author": "Ada Quill",
            "language": "en",
        },
    ),
    "NewsAPI": (
        {
            "source": {"id": None, "name": "Westmere Post"},
            "author": "Ada Quill",
            "title": "Ferry",
            "description": "A ferry",
            "url": "u",
            "urlToImage": None,
            "publishedAt": "2025-03-04T14:15:00Z",
            "content": "The ferry to Port Alden will run ag… [+61 chars]",
        },
        {
            "url": "u",
            "title": "Ferry",
            "text": "The ferry to Port Alden will run ag…",
            "source": "Westmere Post",
            "published": "2025-03-04T14:15:00Z",
            "author": "Ada Quill",
        },
    ),
    "GDELT DOC": (
        {
            "url": "u",
            "url_mobile": "",
            "title": "Ferry",
            "seendate": "20250304T143000Z",
            "socialimage": "",
            "domain": "westmere-post.example",
            "language": "English",
            "sourcecountry": "Freedonia",
        },
        {
            "url": "u",
            "title": "Ferry",
            "source": "westmere-post.example",
            "fetched": "20250304T143000Z",
            "language": "English",
        },
    ),
    "cc_news": (
        {
            "title": "Ferry",
            "text": TEXT,
            "domain": "westmere-post.example",
            "date": "2025-03-04 09:15:00",
            "description": "A ferry",
            "url": "u",
            "image_url": "i",
        },
        {
            "url": "u",
            "title": "Ferry",
            "text": TEXT,
            "source": "westmere-post.example",
            "published": "2025-03-04 09:15:00",
        },
    ),
    "stanford-oval/ccnews": (
        {
            "requested_url": "u",
            "responded_url": "v",
            "plain_text": TEXT,
            "published_date": "2025-03-04",
            "title": "Ferry",
            "tags": [],
            "categories": [],
            "author": "Ada Quill",
            "sitename": "Westmere Post",
            "publisher": None,
            "language": "en",
            "crawl_date": "2025-03-05",
        },
        {
            "url": "u",
            "title": "Ferry",
            "text": TEXT,
            "source": "Westmere Post",
            "published": "2025-03-04",
            "fetched": "2025-03-05",
            "author": "Ada Quill",
            "language": "en",
        },
    ),
    "FineWeb": (
        {
            "text": TEXT,
            "id": "<urn:uuid:7>",
            "dump": "CC-MAIN-2025-10",
            "url": "u",
            "date": "2025-03-05T00:00:00Z",
            "file_path": "s3://x",
            "language": "en",
            "language_score": 0.9,
            "token_count": 9,
        },
        {"id": "<urn:uuid:7>", "url": "u", "text": TEXT, "fetched": "2025-03-05T00:00:00Z", "language": "en"},
    ),
    "datatrove": (
        {"text": TEXT, "id": "7", "metadata": {"url": "u", "date": "2025-03-05", "language": "en", "dump": "x"}},
        {"id": "7", "url": "u", "text": TEXT, "fetched": "2025-03-05", "language": "en"},
    ),
    "ninjs": (
        {
            "uri": "urn:7",
            "type": "text",
            "pubstatus": "usable",
            "version": "1",
            "versioncreated": "2025-03-04T14:20:00Z",
            "firstcreated": "2025-03-04T14:15:00Z",
            "headline": "Ferry",
            "byline": "Ada Quill",
            "body_html": f"<p>{TEXT}</p><p>Two.</p>",
            "copyrightholder": "NW",
            "infosource": [{"name": "Northern Wire"}],
            "language": "en",
        },
        {
            "id": "urn:7",
            "title": "Ferry",
            "text": TEXT + "\n\nTwo.",
            "published": "2025-03-04T14:15:00Z",
            "updated": "2025-03-04T14:20:00Z",
            "author": "Ada Quill",
            "credit": "NW; Northern Wire",
            "language": "en",
        },
    ),
    "ninjs 3": (
        {
            "uri": "urn:7",
            "versionCreated": "2025-03-04T14:20:00Z",
            "firstCreated": "2025-03-04T14:15:00Z",
            "headlines": [{"role": "slug", "value": "FERRY"}, {"role": "main", "value": "Ferry"}],
            "bodies": [{"contentType": "text/html", "value": TEXT}],
            "by": "Ada Quill",
            "infoSources": [{"name": "Northern Wire"}, {"name": "MPA"}],
        },
        {
            "id": "urn:7",
            "title": "Ferry",
            "text": TEXT,
            "published": "2025-03-04T14:15:00Z",
            "updated": "2025-03-04T14:20:00Z",
            "author": "Ada Quill",
            "credit": "Northern Wire; MPA",
        },
    ),
    "AP": (
        {
            "uri": "https://api.example/7",
            "altids": {"itemid": "i7", "etag": "e"},
            "version": 0,
            "versioncreated": "2025-03-04T14:20:00Z",
            "firstcreated": "2025-03-04T14:15:00Z",
            "editorialtypes": ["Lead"],
            "headline": "Ferry",
            "bylines": [{"by": "By ADA QUILL", "name": "Ada Quill"}],
            "provider": "AP",
            "copyrightnotice": "Copyright 2025",
            "body_text": TEXT,
        },
        {
            "id": "https://api.example/7",
            "title": "Ferry",
            "text": TEXT,
            "source": "AP",
            "published": "2025-03-04T14:15:00Z",
            "updated": "2025-03-04T14:20:00Z",
            "author": "Ada Quill",
            "credit": "AP; Copyright 2025",
        },
    ),
    "Reuters": (
        {
            "byLine": "Ada Quill",
            "copyrightNotice": "(c) R",
            "versionCreated": "2025-03-04T14:20:00Z",
            "firstCreated": "2025-03-04T14:15:00Z",
            "headLine": "Ferry",
            "versionedGuid": "g:7",
            "uri": "g",
            "usn": "X7",
            "language": "en",
            "bodyXhtml": f"<p>{TEXT}</p><p>Two.</p>",
        },
        {
            "id": "g",
            "title": "Ferry",
            "text": TEXT + "\n\nTwo.",
            "published": "2025-03-04T14:15:00Z",
            "updated": "2025-03-04T14:20:00Z",
            "author": "Ada Quill",
            "credit": "(c) R",
            "language": "en",
        },
    ),
}


@pytest.mark.parametrize("name", PRODUCED)
def test_a_documented_shape(name, tmp_path):
    record, expected = PRODUCED[name]
    batch = coerce([record])
    assert batch.mappings[0].producer == name.removesuffix(" 3")
    assert filled(batch) == expected
    assert batch.problems == ()
    # The same from a file, through either way of reading it, from a document and from tables.
    lines = json.dumps(record, default=str)
    if name not in {"feedparser", "Media Cloud"}:  # whose times JSON does not keep as they are
        (tmp_path / "a.jsonl").write_text(lines + "\n" + lines)
        (tmp_path / "a.json").write_text(f"[{lines}]")
        assert filled(read(tmp_path / "a.jsonl")) | {"id": ""} == expected | {"id": ""}
        assert filled(read(tmp_path / "a.json")) == expected
        plan = jsonl.sniff(lines.encode())
        fast, slow = jsonl._read_fast(lines.encode(), plan), jsonl._read_slowly(lines.encode(), plan)
        assert fast is None or fast == slow.table
        pq.write_table(pa.Table.from_pylist([record]), tmp_path / "a.parquet")
        assert filled(read(tmp_path / "a.parquet")) == expected
        assert filled(coerce(pd.DataFrame([record]))) == expected
        assert filled(coerce(pl.DataFrame([record]))) == expected


def test_every_producer_has_a_test():
    shown = {name.removesuffix(" 3") for name in PRODUCED} | {"trafilatura", "trafilatura Document", "newspaper4k"}
    assert shown == {producer.name for producer in fields.producers.PRODUCERS}


@pytest.mark.parametrize("name", ["newspaper4k", "Event Registry", "NewsAPI", "ninjs"])
def test_lists_and_objects_take_the_fast_path_too(name):
    record = fixture("newspaper4k.json") if name == "newspaper4k" else PRODUCED[name][0]
    line = json.dumps(record).encode()
    assert jsonl._read_fast(line, jsonl.sniff(line)) == coerce([record]).table.set_column(
        0, "id", jsonl._read_slowly(line, jsonl.sniff(line)).table["id"]
    ).set_column(3, "text", jsonl._read_slowly(line, jsonl.sniff(line)).table["text"])


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


@settings(max_examples=150, deadline=None)
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


@settings(max_examples=150, deadline=None)
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


@settings(max_examples=60, deadline=None)
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


# --- the command -------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            cli.main([str(each) for each in arguments])
        return end.value.code or 0, *capsys.readouterr()

    return call


def test_show_fields_prints_the_mappings_and_stops(run, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"Headline": "Ferry", "body": TEXT, "story": TEXT}))
    code, out, err = run(
        "find", "--show-fields", "--field", "text=story", tmp_path / "a.jsonl", FIXTURES / "feedparser.json"
    )
    assert (code, err) == (0, "")
    lines = [[cell.strip() for cell in line.strip("│\n ").split("│")] for line in out.splitlines() if "│" in line]
    assert ["text", "story", "given"] in lines
    assert ["title", "Headline", "like 'headline', name 2 of 5 for it"] in lines
    assert ["url", "link", "feedparser, told by published_parsed"] in lines
    assert "articles" not in out


def test_the_command_takes_fields(run, tmp_path):
    rows = [{"id": name, "words": f"{TEXT} {TEXT} The harbour office said so on Tuesday.", "by": "x"} for name in "ab"]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    options = ("--field", "text=words", "--field", "author=by")
    assert run("find", "-q", *options, path)[1].startswith("2 articles")
    assert run("find", "-q", path)[1] == "no copies found\n"
    assert run("explain", "-q", *options, path, "a", "b")[1].startswith("identical")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("text", "error: --field must look like text=body, got 'text'\n"),
        ("=body", "error: --field must look like text=body, got '=body'\n"),
        ("body=text", "error: fields must name some of id, "),
        ("text=boddy", "error: fields must name what some article has, got 'boddy' for 'text'; there are 'body'"),
    ],
)
def test_a_field_on_the_command_line_that_will_not_do(given, message, run, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"body": TEXT}))
    code, _, err = run("find", "--field", given, tmp_path / "a.jsonl")
    assert code == 2
    assert err.startswith(message)
