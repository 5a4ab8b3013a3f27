"""Publication times: what pages write, and how wide an interval it gives."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from dedup.articles import dateparsing
from dedup.articles.times import Interval, parse


@pytest.fixture(autouse=True, scope="module")
def _alone():
    """Without dateparser, wherever it may be installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dateparsing, "_parsers", lambda: None)
        yield


FETCHED = "2025-03-04T10:00:00Z"
HALF_MINUTE, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (30, 60, 3600, 86400))
MORNING = datetime(2025, 3, 4, 9, 15, tzinfo=UTC)
FOURTH = datetime(2025, 3, 4, tzinfo=UTC)


def around(moment, reach=HALF_MINUTE, precision="exact"):
    return Interval(moment - reach, moment + reach, precision, zone_known=True)


def naive(clock, precision="exact"):
    """Return what a local time in no zone gives; ``clock`` is written as if it were UTC."""
    return Interval(clock - 14 * HOUR, clock + 12 * HOUR, precision, zone_known=False)


def day(midnight, precision="day", last=None):
    """Return what a date in no zone gives, or the dates from ``midnight`` to ``last``."""
    return Interval(midnight - 14 * HOUR, (last or midnight) + 36 * HOUR, precision, zone_known=False)


NOW = datetime(2025, 3, 4, 10, tzinfo=UTC)
MINUTES_37 = around(NOW - 37 * MINUTE, MINUTE, "minute")


ONE_SECOND_IN = MORNING + timedelta(seconds=1)
MINUTE_ONLY = around(MORNING, precision="minute")
AMBIGUOUS = day(FOURTH, "ambiguous", last=datetime(2025, 4, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        # ISO 8601 with an offset, in all its dresses
        (
            around(MORNING),
            "2025-03-04T09:15:00+00:00|2025-03-04T09:15:00Z|2025-03-04t09:15:00z|20250304T091500Z",
        ),
        (around(MORNING), "2025-03-04T14:45:00+0530|2025-03-04T14:15:00+05|2025-03-04T04:15:00\u221205:00"),
        (
            around(MORNING),
            "2025-03-04 09:15:00 UTC|2025-03-04 10:15:00 +01:00|2025-03-04T10:15:00+01:00[Europe/Paris]",
        ),
        (
            around(MORNING),
            "\u200e2025-03-04\u00a009:15:00 Z |\uff12025-03-04T09:15:\uff10\uff10Z|2025-03-0\u0664T09:15:00Z",
        ),
        (
            around(ONE_SECOND_IN),
            "2025-03-04T09:15:01.000000999Z|2025-03-04T09:15:01,0Z",
        ),
        (around(datetime(2016, 11, 1, 3, 28, tzinfo=UTC)), "2016-10-31T22:28:00CDT"),
        (around(datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)), "2016-12-31T23:59:60Z"),
        (MINUTE_ONLY, "2025-03-04T09:15Z|Mar 4, 2025 4:15 AM EST|Tuesday, March 4, 2025 at 9:15 a.m. GMT"),
        (around(FOURTH + MINUTE, precision="minute"), "March 4, 2025 12:01 AM UTC|2025-03-04T00:01Z"),
        (around(FOURTH + 9 * HOUR, HOUR / 2, "hour"), "2025-03-04T09Z|March 4, 2025 9 AM GMT"),
        (around(MORNING + 4.5 * HOUR, HOUR / 2, "hour"), "Mar 4, 2025 9:15 AM ET"),
        # the same in no zone
        (naive(MORNING), "2025-03-04T09:15:00|2025/03/04 09:15:00|20250304091500|Tue Mar  4 09:15:00 2025"),
        (
            naive(MORNING, "minute"),
            "2025-03-04 09:15|4 March 2025 09:15|2025年3月4日 09:15|March 4, 2025, 9:15 AM",
        ),
        (naive(datetime(2016, 10, 31, 22, 28, tzinfo=UTC)), "2016-10-31T22:28:00IST"),
        (naive(datetime(1987, 2, 26, 15, 1, 1, 790000, tzinfo=UTC)), "26-FEB-1987 15:01:01.79"),
        (day(FOURTH), "2025-03-04|20250304|20250304.0|2025-03-04T00:00:00|2025-03-04 00:00|2025년 3월 4일"),
        (day(FOURTH), "March 4, 2025|Mar. 4th, 2025|4th of March 2025|Tue, 04 Mar 2025"),
        (day(datetime(1926, 5, 4, tzinfo=UTC)), "1926-05-04|May 4, 1926"),
        (day(datetime(1970, 1, 2, tzinfo=UTC)), "1970-01-02"),
        # a date in a zone
        (Interval(FOURTH, FOURTH + DAY, "day", zone_known=True), "2025-03-04Z"),
        (Interval(FOURTH - HOUR, FOURTH + 23 * HOUR, "day", zone_known=True), "2025-03-04+01:00"),
        # the midnight of UTC is a date that a program made into a time, any other the date of its zone
        (
            day(FOURTH),
            "2025-03-04T00:00:00Z|2025-03-04T00:00:00.000+00:00|2025-03-04 00:00 GMT|1741046400|1741046400000",
        ),
        (day(FOURTH), "Tue, 04 Mar 2025 00:00:00 +0000|March 4, 2025 12:00 AM UTC|2025-03-04T00Z"),
        (Interval(FOURTH - HOUR, FOURTH + 23 * HOUR, "day", zone_known=True), "2025-03-04T00:00:00+01:00"),
        (around(FOURTH + timedelta(seconds=1)), "2025-03-04T00:00:01Z"),
        # RFC 822 and its kin; zones from a fixed table
        (
            around(MORNING),
            "Tue, 04 Mar 2025 09:15:00 +0000|04 Mar 25 09:15:00 Z|Tuesday, 04-Mar-25 09:15:00 GMT",
        ),
        (
            around(MORNING),
            "Tue Mar 04 09:15:00 +0000 2025|Tue Mar 04 2025 10:15:00 GMT+0100 (Central European Time)",
        ),
        (naive(MORNING), "Tue, 04 Mar 2025 09:15:00|Tue, 04 Mar 2025 09:15:00 XYZT"),
        # which is the month?
        (AMBIGUOUS, "04/03/2025|04.03.2025|3/4/2025|04-03-2025"),
        (day(datetime(2025, 3, 13, tzinfo=UTC)), "13/03/2025|03/13/2025"),
        (day(datetime(2025, 4, 4, tzinfo=UTC)), "04/04/2025"),
        # seconds, milliseconds, ... since 1970
        (
            around(MORNING),
            "1741079700|1741079700.0|1.7410797E9|1741079700000|1741079700000000|1741079700000000000",
        ),
    ],
)
def test_written_forms(expected, texts):
    for text in texts.split("|"):
        assert parse(text) == expected, text


@pytest.mark.parametrize(
    ("hours", "zones"),
    [
        *((0, "GMT UTC UT Z"), (1, "BST CET"), (2, "CEST EET"), (3, "MSK"), (5, "PKT"), (9, "JST KST")),
        *((-4, "EDT"), (-5, "EST CDT"), (-6, "MDT"), (-7, "MST PDT"), (-8, "PST"), (None, "IST CST AST")),
    ],
)
def test_zones_come_from_a_fixed_table(hours, zones):
    expected = naive(MORNING) if hours is None else around(MORNING - hours * HOUR)
    for zone in zones.split():
        assert parse(f"Tue, 04 Mar 2025 09:15:00 {zone}") == expected, zone


def test_an_ambiguous_clock_covers_both_days():
    found = parse("04/03/2025 09:15 UTC")
    assert found == Interval(MORNING - HALF_MINUTE, MORNING + 30 * DAY + HALF_MINUTE, "ambiguous", zone_known=True)


MISSING = """
    None|null|NaT|nan|N/A|unknown|0|-1|2016|March 2025|\ud800|\x00|soon|in 2 hours|37 minutes ago|yesterday|2h
    0001-01-01|0001-01-01T00:00:00Z|1601-01-01|1900-01-01|1970-01-01|9999-12-31|Thu, 01 Jan 1970 00:00:00 GMT
    1969-12-31T19:00:00-05:00|1970-01-01T01:00:00+01:00|0000-00-00 00:00:00|2025-02-30|2025-13-04|31/31/2025
    2025-03-04T25:00:00|March 4, 2025 13:15 PM|2025-03-04T09:15:00+99:00|2025-03-04 or so|2025-03-04T09:15:61Z
    99999999999999999999e99|2025-03-04 soon then"""
NO_DATES = [
    *("", " ", *(text.strip() for line in MISSING.splitlines() for text in line.split("|"))),
    *(None, True, False, 0, 0.0, 2016, -1e9, float("nan"), float("inf"), 1j, Decimal("NaN"), pd.NaT),
    *(np.datetime64("NaT", "s"), [], {}, object(), b"2025-03-04", datetime, time.gmtime(0), date(1, 1, 1)),
    *(datetime(1970, 1, 1, tzinfo=UTC), time.struct_time((2025, 99) + (0,) * 7)),
]


@pytest.mark.parametrize("value", NO_DATES)
def test_missing_and_unreadable(value):
    assert parse(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MORNING, around(MORNING)),
        (MORNING.astimezone(timezone(timedelta(hours=5, minutes=30))), around(MORNING)),
        (MORNING.replace(tzinfo=None), naive(MORNING)),
        (FOURTH.replace(tzinfo=None), day(FOURTH)),
        (FOURTH, day(FOURTH)),
        (FOURTH.astimezone(timezone(HOUR)), around(FOURTH)),
        (date(2025, 3, 4), day(FOURTH)),
        (pd.Timestamp("2025-03-04T09:15:00.000000001Z"), around(MORNING)),
        (time.gmtime(1741079700), around(MORNING)),
        (time.strptime("2025-03-04", "%Y-%m-%d"), day(FOURTH)),
        (1741079700, around(MORNING)),
        (1741079700.5, around(MORNING + timedelta(seconds=0.5))),
        (1741079700000, around(MORNING)),
        (np.int64(1741079700), around(MORNING)),
        (np.float64(1741079700), around(MORNING)),
        (Decimal(1741079700), around(MORNING)),
        (20250304, day(FOURTH)),
    ],
)
def test_objects(value, expected):
    found = parse(value)
    assert found == expected
    assert type(found.lo) is type(found.hi) is datetime
    assert found.lo.tzinfo is found.hi.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("37 minutes ago", MINUTES_37),
        ("vor 37 Minuten", MINUTES_37),
        ("37分钟前", MINUTES_37),
        ("2h", around(NOW - 2 * HOUR, HOUR / 2, "hour")),
        ("5m", around(NOW - 5 * MINUTE, MINUTE, "minute")),
        ("an hour ago", around(NOW - HOUR, HOUR / 2, "hour")),
        ("2 days ago", around(NOW - 2 * DAY, DAY / 2, "day")),
        ("yesterday", around(NOW - DAY, DAY / 2, "day")),
        ("just now", Interval(NOW - MINUTE, NOW, "minute", zone_known=True)),
        ("today", Interval(NOW - DAY, NOW, "day", zone_known=True)),
        ("9999 years ago", None),
    ],
)
def test_relative_times_need_the_retrieval_time(text, expected):
    assert parse(text, FETCHED) == expected
    assert parse(text) is None


def test_relative_times_are_as_wide_as_the_retrieval_time_is_vague():
    assert parse("2 hours ago", "2025-03-04") == Interval(
        FOURTH - 2.5 * HOUR, FOURTH + 22.5 * HOUR, "hour", zone_known=True
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-04", Interval(FOURTH - 14 * HOUR, NOW, "day", zone_known=False)),
        ("2025-03-04T09:59:50Z", Interval(NOW - timedelta(seconds=40), NOW, "exact", zone_known=True)),
        ("2025-03-04T10:10:20Z", Interval(NOW, NOW, "exact", zone_known=True)),  # a clock that runs fast
        ("2025-03-04T10:10:31Z", None),
        ("2025-03-04T12:00:00Z", None),
        ("2025-03-04T23:30:00", Interval(NOW - 0.5 * HOUR, NOW, "exact", zone_known=False)),
        ("2025-03-05T00:10:01", None),  # no zone is so far east
        ("2025-03-05", Interval(NOW, NOW, "day", zone_known=False)),
        ("2099-01-01", None),
        ("04/03/2025", Interval(FOURTH - 14 * HOUR, NOW, "ambiguous", zone_known=False)),
    ],
)
def test_nothing_is_published_after_it_was_fetched(text, expected):
    assert parse(text, FETCHED) == expected


def test_retrieval_time_is_utc_unless_it_says_otherwise():
    for fetched in ("2025-03-04 10:00:00", datetime(2025, 3, 4, 10), "Tue, 04 Mar 2025 05:00:00 EST", NOW):  # noqa: DTZ001
        assert parse("37 minutes ago", fetched) == MINUTES_37
    for fetched in ("", "yesterday", "1970-01-01", object()):
        assert parse("37 minutes ago", fetched) is None
        assert parse(MORNING, fetched) == around(MORNING)


def test_the_zone_of_the_machine_is_never_used(monkeypatch):
    for zone in ("EST5EDT", "Asia/Kolkata"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            assert parse("Tue, 04 Mar 2025 04:15:00 EST") == around(MORNING)
            assert parse("Tue, 04 Mar 2025 09:15:00 IST") == naive(MORNING)
            assert parse(1741079700) == parse(time.gmtime(1741079700)) == around(MORNING)
            assert parse(time.localtime(1741079700)) == around(MORNING)
        finally:
            monkeypatch.undo()
            time.tzset()


def test_the_ends_of_the_calendar():
    assert parse("9999-12-30").hi == datetime(9999, 12, 31, 12, tzinfo=UTC)
    assert parse("9999-12-30T23:59:59-23:59:59").hi == datetime.max.replace(tzinfo=UTC)
    assert parse("2025-03-04", "9999-12-30T23:59:59-23:59:59") == day(FOURTH)
    assert parse("1605-01-01").lo.year == 1604


def test_interval_questions():
    early, late = around(MORNING), around(MORNING + HOUR)
    assert early.before(late)
    assert not late.before(early)
    assert not early.before(early)
    assert early.distance(late) == late.distance(early) == HOUR - MINUTE
    assert early.distance(day(FOURTH)) == timedelta(0)
    assert early.mid == MORNING
    assert str(early) == "2025-03-04 09:15 UTC (exact)"
    assert str(day(FOURTH)) == "2025-03-03 10:00 to 2025-03-05 12:00 UTC (day, zone unknown)"
