"""Dates in words of other languages, with dateparser and without."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.articles import dateparsing
from dedup.articles.times import Interval, parse

FETCHED = "2025-03-05T10:00:00Z"
MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (60, 3600, 86400))
MORNING, FOURTH = datetime(2025, 3, 4, 9, 15, tzinfo=UTC), datetime(2025, 3, 4, tzinfo=UTC)
NOW = datetime(2025, 3, 5, 10, tzinfo=UTC)
CLOCK = Interval(MORNING - 14 * HOUR, MORNING + 12 * HOUR, "minute", zone_known=False)
BARE = Interval(FOURTH - 14 * HOUR, FOURTH + 36 * HOUR, "day", zone_known=False)


@pytest.fixture
def _absent(monkeypatch):
    monkeypatch.setitem(sys.modules, "dateparser.date", None)
    dateparsing._parsers.cache_clear()
    yield
    dateparsing._parsers.cache_clear()


@pytest.mark.usefixtures("_absent")
def test_without_it_such_dates_are_not_understood():
    assert parse("4. März 2025") is None
    assert parse("2 godziny temu", FETCHED) is None
    assert parse("March 4, 2025") == BARE


@pytest.fixture(scope="module")
def _installed():
    pytest.importorskip("dateparser")


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (CLOCK, "4 марта 2025, 09:15|le 4 mars 2025 à 9h15|mardi 4 mars 2025 09:15|dinsdag 4 maart 2025 09:15"),
        (CLOCK, "4 marzo 2025 ore 09:15|4 mars 2025 09:15 IST"),  # India or Israel
        (BARE, "4. März 2025|4 de marzo de 2025|٤ مارس ٢٠٢٥|4 marca 2025|4 Mart 2025"),
        (BARE, "4 mars 2025 00:00|4 mars 2025 00:00 UTC"),
        (Interval(MORNING - MINUTE / 2, MORNING + MINUTE / 2, "minute", zone_known=True), "4 marzo 2025 10:15 CET"),
        (Interval(MORNING - MINUTE / 2, MORNING + MINUTE / 2, "minute", zone_known=True), "4 mars 2025 14:45 +05:30"),
        # which is the month?
        (
            Interval(MORNING - 14 * HOUR, MORNING + 30 * DAY + 12 * HOUR, "ambiguous", zone_known=False),
            "4.3.2025 klo 9.15",
        ),
        (None, "March 2025|4 mars|mars 2025|4 มีนาคม 2568|20250304T0915 or so|ferry runs on 2025|mardi|9h15|03-04-25"),
    ],
)
def test_written_dates(expected, texts):
    for text in texts.split("|"):
        assert parse(text) == expected, text


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize(
    ("text", "ago", "reach"),
    [
        ("2 godziny temu", 2 * HOUR, HOUR / 2),
        ("för 2 timmar sedan", 2 * HOUR, HOUR / 2),
        ("5 minut temu", 5 * MINUTE, MINUTE),
        ("wczoraj", DAY, DAY / 2),
        ("wczoraj o 9:15", DAY, DAY / 2),
        ("3 tygodnie temu", 21 * DAY, 3.5 * DAY),
    ],
)
def test_times_before_now(text, ago, reach):
    found = parse(text, FETCHED)
    assert (found.lo, found.hi) == (NOW - ago - reach, NOW - ago + reach)
    assert parse(text) is None


@pytest.mark.usefixtures("_installed")
def test_what_is_to_come_or_no_time_at_all():
    for text in ("za 2 godziny", "in 2 hours", "9h15", "soon", "None", "przed", "2 bananas ago"):
        assert parse(text, FETCHED) is None, text


@pytest.mark.usefixtures("_installed")
def test_the_zone_of_the_machine_is_never_used(monkeypatch):
    for zone in ("EST5EDT", "Asia/Kolkata"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        dateparsing._asked.cache_clear()
        try:
            assert parse("4. März 2025 9:15") == CLOCK
            assert parse("2 godziny temu", FETCHED).mid == NOW - 2 * HOUR
        finally:
            monkeypatch.undo()
            time.tzset()


@pytest.mark.usefixtures("_installed")
@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(
        st.sampled_from("4 |mars |märz |2025 |09:15 |temu |dni |godziny |+02:00 |z|. |/3/|999|٤|99999".split("|"))
    ).map("".join)
)
def test_law_nothing_raises_and_intervals_are_in_order(text):
    for fetched in (None, FETCHED):
        found = parse(text, fetched)
        assert found is None or found.lo <= found.mid <= found.hi
