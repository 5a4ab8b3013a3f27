"""Publication times, attacked: whatever the value, no error, no hang, and an interval that keeps its laws."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.articles import dateparsing, dates
from dedup.articles.times import Interval, parse


@pytest.fixture(autouse=True, scope="module")
def _alone():
    """Without dateparser, wherever it may be installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dateparsing, "_parsers", lambda: None)
        yield


FETCHED = "2025-03-04T10:00:00Z"
NOW, FOURTH = datetime(2025, 3, 4, 10, tzinfo=UTC), datetime(2025, 3, 4, tzinfo=UTC)
MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (60, 3600, 86400))


class Hostile:
    """A class that raises whatever is asked of it, even what class it is."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


class HostileText(str):
    __slots__ = ()
    strip = __len__ = Hostile.__getattribute__


class HostileDatetime(datetime):
    def utcoffset(self):
        return "Tuesday"


def test_foreign_classes_may_raise_or_lie():
    assert parse(Hostile()) is None
    assert parse("2h", Hostile()) is None
    assert parse(HostileText("2025-03-04")) == parse("2025-03-04")
    assert parse(HostileDatetime(2025, 3, 4, 9, 15)) is None
    assert parse(datetime(2025, 3, 4, 9, 15, tzinfo=tzinfo())) is None


@pytest.mark.parametrize(
    "piece", ["1", " ", "a ", "(", "[(", "一", "\ufdfa", "1:", "2025-", "mon ", "+0", "vor ", ":00"]
)
def test_hostile_text_costs_no_more_than_its_length(piece):
    for count in (199 // len(piece), 10**6):
        for text in (piece * count, "2025-03-04 " + piece * count, piece * count + " ago"):
            start = time.perf_counter()
            parse(text, FETCHED)
            assert time.perf_counter() - start < 1


MOMENTS = st.datetimes(
    min_value=datetime(1980, 1, 2),  # noqa: DTZ001
    max_value=datetime(2100, 12, 30),  # noqa: DTZ001
    timezones=st.timezones() | st.builds(timezone, st.timedeltas(-DAY + MINUTE, DAY - MINUTE)),
)
PIECES = "2025|03|4|04|1|-|/|:|T|Z|+|,|.|(|)| |vor |il y a |an |hour| ago|hace |2h|前|日|月|年|mar|tue |gmt"
PIECES += "| ist|March |0530|12:00|24:00:00|+99|99999|9999|0001|12-31|01-01"
NEAR_DATES = st.one_of(
    st.text(),
    st.text("0123456789-/:.,+() TtZzapmehdago'年月日前時間전", max_size=40),
    st.lists(st.sampled_from(PIECES.split("|")), max_size=12).map("".join),
)
ANYTHING = st.one_of(
    NEAR_DATES,
    st.none() | st.booleans() | st.binary() | st.complex_numbers() | st.fractions() | st.timedeltas() | st.times(),
    st.integers() | st.floats() | st.decimals() | st.integers(10**9, 2 * 10**18),
    st.datetimes() | st.datetimes(timezones=st.timezones()) | st.dates() | MOMENTS,
    st.builds(time.struct_time, st.lists(st.integers(-10, 3000), min_size=9, max_size=11)),
    st.lists(st.integers()) | st.dictionaries(st.text(), st.integers()),
)


@given(ANYTHING, ANYTHING)
@example("2025-03-04", datetime.max)  # noqa: DTZ901
@example(datetime.max.replace(tzinfo=timezone(-DAY + MINUTE)), None)
@example(datetime.min.replace(tzinfo=timezone(DAY - MINUTE)), None)
def test_law_nothing_raises_and_intervals_are_in_order(published, fetched):
    found = parse(published, fetched)
    assert found is None or found.lo <= found.mid <= found.hi
    assert found is None or str(found)


@given(MOMENTS)
def test_law_every_spelling_of_a_moment_contains_it(moment):
    spellings = [moment, moment.isoformat(), moment.isoformat(" "), moment.isoformat().replace(":", "")]
    if not moment.utcoffset() % MINUTE:  # the others cannot write seconds of an offset
        spellings += [format_datetime(moment), moment.strftime("%B %d, %Y at %I:%M:%S %p %z")]
    for text in spellings:
        found = parse(text)
        assert found.lo <= moment <= found.hi, text
        if moment.time().replace(microsecond=0) != datetime.min.time():  # which is a date
            assert found.hi - found.lo == MINUTE
            assert (found.precision, found.zone_known) == ("exact", True)
    for local in (moment.replace(tzinfo=None), moment.replace(tzinfo=None).isoformat(), moment.date()):
        if abs(moment.utcoffset()) <= 12 * HOUR:
            found = parse(local)
            assert found.lo <= moment <= found.hi, local
            assert not found.zone_known


@given(
    MOMENTS, st.sampled_from(["America/St_Johns", "Asia/Dubai", "Europe/Vienna", "Pacific/Apia", "Africa/Casablanca"])
)
@example(datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "Europe/Vienna")
@example(datetime(2025, 10, 26, 1, 30, tzinfo=UTC), "Europe/Vienna")
@example(datetime(2011, 12, 30, 12, tzinfo=UTC), "Pacific/Apia")  # whose clocks leapt over a day
@example(datetime(2012, 1, 1, tzinfo=ZoneInfo("Africa/Addis_Ababa")), "Pacific/Apia")  # 14 hours ahead
def test_law_what_the_clock_of_a_zone_shows_contains_the_moment(moment, zone):
    clock = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for text in (clock, clock.isoformat(" "), clock.date()):
        found = parse(text, None, zone)
        assert found.lo <= moment <= found.hi, text
        assert found.zone_known
        naive = parse(text)
        ahead = clock - moment.astimezone(UTC).replace(tzinfo=None)
        assert naive.lo <= found.lo <= found.hi <= naive.hi or abs(ahead) > 12 * HOUR


@given(MOMENTS.filter(lambda moment: moment.timestamp() > 400_000_000), st.sampled_from([1, 10**3, 10**6]))
def test_law_counts_since_1970_contain_their_moment(moment, unit):
    count = int(moment.timestamp() * unit)
    for value in (count, float(count), str(count)):
        found = parse(value)
        assert found.lo <= moment <= found.hi


@given(
    st.datetimes(min_value=datetime(1980, 1, 2), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ", "%d %B %Y", "%a, %d %b %Y %H:%M:%S EST"]),
)
def test_law_a_year_later_is_as_wide(moment, form):
    first, later = (parse((moment + shift).strftime(form)) for shift in (timedelta(0), 365 * DAY))
    assert later.hi - first.hi == later.lo - first.lo == 365 * DAY
    assert (later.precision, later.zone_known) == (first.precision, first.zone_known)


INTERVALS = st.builds(
    lambda start, width: Interval(FOURTH + start * HOUR, FOURTH + (start + width) * HOUR, "exact", True),
    st.integers(0, 20),
    st.integers(0, 8),
)


@given(INTERVALS, INTERVALS, INTERVALS)
def test_law_before_is_a_strict_order(a, b, c):
    assert not (a.before(b) and b.before(a))
    assert not (a.before(b) and b.before(c)) or a.before(c)
    assert (a.distance(b) > timedelta(0)) == (a.before(b) or b.before(a))
    assert a.distance(b) == b.distance(a)


@given(NEAR_DATES)
def test_law_retrieval_only_narrows(text):
    free, bound = parse(text), parse(text, FETCHED)
    assert bound is None or bound.hi <= NOW
    if free and bound:
        assert bound.lo == min(free.lo, NOW)
        assert bound.hi == min(free.hi, NOW)
    if free and free.lo <= NOW:
        assert bound


@given(
    st.builds(
        format,
        st.datetimes(),
        st.sampled_from(
            ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%T-0930"]
        ),
    )
    | st.from_regex(dates._PLAIN, fullmatch=True)
)
@example("2025-02-30T10:00:00Z")
@example("2025-02-18T24:00:00")
@example("0000-01-01")
@example("2025-03-04T00:00:00Z")
@example("2025-03-04T10:00:00.5+23:59")
def test_what_programs_write_is_read_as_by_the_forms(text: str) -> None:
    plain = dates._from_text.__wrapped__(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_PLAIN", re.compile("(?!)"))
        assert dates._from_text.__wrapped__(text) == plain
