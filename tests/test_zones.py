"""The zones of outlets' clocks: who is meant, what wins, what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

import dedup
from dedup.articles.article import coerce
from dedup.articles.times import Interval, parse
from dedup.errors import ArgumentError

WALL = "2025-03-04T13:15:00"
IN_DUBAI = datetime(2025, 3, 4, 9, 15, tzinfo=UTC)
FETCHED = "2025-03-04T10:00:00Z"
HALF_MINUTE, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (30, 60, 3600, 86400))
MORNING, FOURTH = IN_DUBAI, datetime(2025, 3, 4, tzinfo=UTC)


def around(moment, reach=HALF_MINUTE, precision="exact"):
    return Interval(moment - reach, moment + reach, precision, zone_known=True)


def naive(clock, precision="exact"):
    return Interval(clock - 14 * HOUR, clock + 12 * HOUR, precision, zone_known=False)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2025-03-04T13:15:00", "Asia/Dubai", around(MORNING)),
        ("2025-03-04 13:15", " asia/dubai ", around(MORNING, precision="minute")),
        ("2025-03-04 1 PM", "Asia/Dubai", around(FOURTH + 9 * HOUR, HOUR / 2, "hour")),
        ("2025-03-04", "Asia/Dubai", Interval(FOURTH - 4 * HOUR, FOURTH + 20 * HOUR, "day", zone_known=True)),
        ("2025-03-04T00:00:00Z", "Asia/Dubai", Interval(FOURTH - 4 * HOUR, FOURTH + 20 * HOUR, "day", zone_known=True)),
        ("2016-10-31T22:28:00 IST", "Asia/Kolkata", around(datetime(2016, 10, 31, 16, 58, tzinfo=UTC))),
        # what says its own zone keeps it
        ("2025-03-04T09:15:00Z", "Asia/Dubai", around(MORNING)),
        ("2025-03-04T00:00:00+01:00", "Asia/Dubai", parse("2025-03-04T00:00:00+01:00")),
        (1741079700, "Asia/Dubai", around(MORNING)),
        # winter and summer; a day of 23 hours, one of 25; the hour that comes twice, the one that never comes
        (
            "2025-03-30",
            "Europe/Vienna",
            Interval(datetime(2025, 3, 29, 23, tzinfo=UTC), datetime(2025, 3, 30, 22, tzinfo=UTC), "day", True),
        ),
        (
            "2025-10-26",
            "Europe/Vienna",
            Interval(datetime(2025, 10, 25, 22, tzinfo=UTC), datetime(2025, 10, 26, 23, tzinfo=UTC), "day", True),
        ),
        (
            "2025-10-26 02:30:00",
            "Europe/Vienna",
            around(datetime(2025, 10, 26, 1, tzinfo=UTC), 30 * MINUTE + HALF_MINUTE),
        ),
        (
            "2025-03-30 02:30:00",
            "Europe/Vienna",
            around(datetime(2025, 3, 30, 1, tzinfo=UTC), 30 * MINUTE + HALF_MINUTE),
        ),
        (
            "04/03/2025 09:15",
            "Africa/Abidjan",
            Interval(MORNING - HALF_MINUTE, MORNING + 30 * DAY + HALF_MINUTE, "ambiguous", True),
        ),
        # no such zone
        ("2025-03-04T09:15:00", "Asia/Dubay", naive(MORNING)),
        ("2025-03-04T09:15:00", "localtime", naive(MORNING)),
        ("2025-03-04T09:15:00", "../etc/passwd", naive(MORNING)),
        ("2025-03-04T09:15:00", "", naive(MORNING)),
    ],
)
def test_the_zone_of_the_outlet(text, zone, expected):
    assert parse(text, None, zone) == expected


def test_a_zone_that_puts_a_time_after_its_retrieval_is_not_believed():
    assert parse("2025-03-04T09:15:00", FETCHED, "America/New_York") == parse("2025-03-04T09:15:00", FETCHED)
    assert parse("2025-03-04T04:15:00", FETCHED, "America/New_York") == around(MORNING)
    assert parse("2025-03-05T23:15:00", FETCHED, "America/New_York") is None


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
