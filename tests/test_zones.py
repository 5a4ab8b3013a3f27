"""The zones of outlets' clocks: who is meant, what wins, what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

import dedup
from dedup.articles.article import coerce
from dedup.errors import ArgumentError

WALL = "2025-03-04T13:15:00"
IN_DUBAI = datetime(2025, 3, 4, 9, 15, tzinfo=UTC)


def zone_of(given, **article):
    return coerce([{"text": "x", "published": WALL, **article}]).in_zones(given).article(0).zone


@pytest.mark.parametrize(
    ("given", "article"),
    [
        ({"Al Arabiya": "Asia/Dubai"}, {"source": "Al Arabiya"}),
        ({" al arabiya ": "asia/dubai"}, {"source": "AL ARABIYA "}),
        ({"alarabiya.example": "Asia/Dubai"}, {"url": "https://alarabiya.example/a"}),
        ({"alarabiya.example": "Asia/Dubai"}, {"url": "https://en.AlArabiya.example:443/a", "source": "AA"}),
        ({"alarabiya.example": "Asia/Dubai"}, {"source": "www.alarabiya.example"}),
        ({"alarabiya.example": "Asia/Dubai"}, {"source": "https://www.alarabiya.example/"}),
        ("Asia/Dubai", {}),
        ("Asia/Dubai", {"source": "Al Arabiya", "url": "https://alarabiya.example/a"}),
        ({"*": "Asia/Dubai", "Other": "Asia/Riyadh"}, {"source": "Al Arabiya"}),
        # the nearest name
        ({"Al Arabiya": "Asia/Dubai", "alarabiya.example": "Asia/Riyadh"}, {"source": "Al Arabiya", "url": "https://alarabiya.example/a"}),
        ({"a.b.example": "Asia/Dubai", "b.example": "Asia/Riyadh"}, {"url": "https://a.b.example/a"}),
        ({"b.example": "Asia/Riyadh"}, {"url": "https://b.example/a", "zone": "Asia/Dubai"}),
    ],
)  # fmt: skip
def test_who_is_meant(given, article):
    zone = zone_of(given, **article)
    assert zone.casefold() == "asia/dubai"
    found = coerce([{"text": "x", "published": WALL, **article}]).in_zones(given).article(0)
    assert found.published == WALL
    assert (found.time.mid, found.time.zone_known) == (IN_DUBAI, True)
    assert found.time.hi - found.time.lo == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("given", "article"),
    [
        (None, {"source": "Al Arabiya"}),
        ({}, {"source": "Al Arabiya"}),
        ({"Al Arabiya": "Asia/Dubai"}, {"source": "Al Arabiya English"}),
        ({"arabiya.example": "Asia/Dubai"}, {"url": "https://alarabiya.example/a"}),
        ({"alarabiya.example": "Asia/Dubai"}, {"url": "https://alarabiya.example.net/a"}),
        ({"Al Arabiya": "Asia/Dubai"}, {}),
    ],
)
def test_who_is_not(given, article):
    assert zone_of(given, **article) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"A": "Asia/Dubay"}, r"zones must name IANA zones, as in 'Asia/Dubai', got 'Asia/Dubay' for 'A'"),
        ({"A": "+04:00"}, r"got '\+04:00' for 'A'"),
        ({"A": None}, r"got None for 'A'"),
        ({"A": "localtime"}, r"got 'localtime' for 'A'"),
        ({3: "Asia/Dubai"}, r"got 'Asia/Dubai' for 3"),
        ("Dubai", r"zones must name IANA zones, as in 'Asia/Dubai', got 'Dubai'$"),
        ("", r"got ''$"),
        (["Asia/Dubai"], r"zones must be one zone or map outlets to zones, .* got \['Asia/Dubai'\]"),
    ],
)
def test_what_is_no_zone(given, message):
    with pytest.raises(ArgumentError, match=message):
        dedup.find_duplicates([{"text": "x"}], zones=given)


def test_a_column_of_zones_is_read_and_what_is_none_is_reported():
    rows = [{"text": "x", "published": WALL, "timezone": zone} for zone in ("Asia/Dubai", "Mars", "Mars", None, "")]
    for records in (rows, pa.Table.from_pylist(rows)):
        batch = coerce(records)
        assert [article.zone for article in batch.articles(range(5))] == ["Asia/Dubai", "Mars", "Mars", None, ""]
        assert [article.time.zone_known for article in batch.articles(range(5))] == [True, *[False] * 4]
        assert [str(problem) for problem in batch.problems if "zone" in problem.what] == [
            "2 articles: zone must be an IANA zone, got 'Mars'; not used"
        ]


def test_a_zone_settles_who_was_first():
    text = "The ferry to Port Alden will run again on Monday, the harbour office said on Tuesday evening."
    room = [
        {"id": "a", "text": text, "source": "Al Arabiya", "published": WALL},
        {"id": "b", "text": text, "source": "Northern Wire", "published": "2025-03-04T09:40:00Z"},
    ]
    (before,) = dedup.find_duplicates(room).clusters
    (after,) = dedup.find_duplicates(room, zones={"Al Arabiya": "Asia/Dubai"}).clusters
    assert (before.order_certain, after.order_certain, after.earliest.id) == (False, True, "a")
    (again,) = dedup.find_duplicates(dedup.find_duplicates(room, zones="Asia/Dubai").to_arrow()).clusters
    assert again.order_certain  # the zone is part of what is written
