"""Who carries whom: counted by hand on a small newsroom, as tables, files and a picture."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from stories import story

import dedup
from dedup.errors import ArgumentError

REUTERS = "PORT WENDLE, March 9 (Reuters) - "


def article(name: str, text: str, source: str | None, published: str | None = None, **fields: str):
    return {"id": name, "text": text, "source": source, "published": published, **fields}


@pytest.fixture(scope="module")
def found():
    shared, second, alone = story(1), story(2), story(3)
    return dedup.syndication(
        dedup.find_duplicates(
            [
                article("1", REUTERS + shared, "Reuters", "2025-03-09T09:00:00Z"),
                article("2", REUTERS + shared, "Alden Post", "2025-03-09T09:30:00Z"),
                article("3", shared, "alden post", "2025-03-09T12:00:00Z"),
                article("4", shared, "Sill Courier", "2025-03-09T10:30:00Z"),
                article("5", second, "Sill Courier", "2025-03-10"),
                article("6", second, "Alden Post", "2025-03-10T08:00:00Z"),
                article("7", f"LONDON (AP) - {alone}", "Sill Courier"),
                article("8", story(4), "Alden Post"),
                article("9", story(5), None),
            ]
        )
    )


def test_outlets(found):
    flows = {one.outlet: one for one in found.outlets}
    assert list(flows) == ["Alden Post", "Sill Courier", "Reuters"]
    post, courier, agency = flows.values()
    assert (post.articles, post.shared, post.carried, post.originated, post.first) == (4, 3, 2, 0, 0)
    assert (courier.articles, courier.shared, courier.carried) == (3, 2, 2)  # one alone credits the AP
    assert (agency.articles, agency.carried, agency.originated, agency.first) == (1, 0, 1, 1)
    assert post.wire_share == 0.5
    assert post.lag == timedelta(minutes=30)  # its first version; a bare date tells no minutes
    assert courier.lag == timedelta(minutes=90)
    assert agency.lag is None
    assert (found.stories, found.known) == (2, 1)


def test_who_carries_whom(found):
    assert [(one.outlet, one.origin, one.articles) for one in found.carriages] == [
        ("Alden Post", "Reuters", 2),
        ("Sill Courier", "Reuters", 1),
        ("Sill Courier", "The Associated Press", 1),
    ]
    assert [one.lag and one.lag.total_seconds() / 60 for one in found.carriages] == [105.0, 90.0, None]


def test_only_believed_origins_count(newsroom):
    everything = dedup.syndication(newsroom, 0.0)
    strict = dedup.syndication(newsroom, 0.9)
    assert sum(one.articles for one in strict.carriages) < sum(one.articles for one in everything.carriages)
    assert dedup.syndication(newsroom, 1.0).carriages == ()
    with pytest.raises(ArgumentError, match="confidence must be from 0 to 1, got 2"):
        dedup.syndication(newsroom, 2)


def test_the_counts_agree(newsroom):
    found = dedup.syndication(newsroom)
    assert sum(one.articles for one in found.outlets) == len(newsroom.batch)
    assert sum(one.carried for one in found.outlets) == sum(one.articles for one in found.carriages)
    for one in found.outlets:
        assert one.carried <= one.articles
        assert one.shared <= one.articles


@pytest.mark.parametrize("what", ["outlets", "carriages"])
def test_files(found, tmp_path, what):
    found.write(tmp_path / "out.csv", what)
    found.write(tmp_path / "out.jsonl", what)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows == found.to_arrow(what).to_pylist()
    assert rows[0]["lag_minutes"] == {"outlets": 30.0, "carriages": 105.0}[what]
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        assert [row["outlet"] for row in csv.DictReader(lines)] == [row["outlet"] for row in rows]


def test_what_cannot_be_written_is_refused(found, tmp_path):
    with pytest.raises(ArgumentError, match="what must be one of outlets, carriages, got 'stories'"):
        found.write(tmp_path / "out.csv", "stories")
    with pytest.raises(ArgumentError, match="path must end in"):
        found.write(tmp_path / "out.png")
    with pytest.raises(ArgumentError, match="folder that exists"):
        found.write(tmp_path / "none" / "out.svg")
    assert list(tmp_path.iterdir()) == []


def test_the_picture_is_well_formed_and_names_what_it_shows(tmp_path):
    hostile = 'A <b> & "C"'
    result = dedup.find_duplicates([article("1", REUTERS + story(1), hostile), article("2", story(1), "Sill Courier")])
    dedup.syndication(result).write(tmp_path / "out.svg")
    root = ET.fromstring((tmp_path / "out.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own
    texts = [element.text for element in root.iter() if element.text and element.text.strip()]
    assert {hostile, "Sill Courier", "Reuters", "own or unknown"} <= set(texts)


def test_nothing_gives_nothing(tmp_path):
    found = dedup.syndication(dedup.find_duplicates([]))
    assert found.outlets == found.carriages == ()
    for ending in ("csv", "jsonl", "parquet", "svg"):
        found.write(tmp_path / f"out.{ending}")
