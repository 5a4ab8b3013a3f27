"""Times of many articles as numbers, and moments as most programs write them: all as the long way reads them."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.articles.moments import Spans, since_epoch
from dedup.articles.times import _parse, parse

_PARTS = (
    st.sampled_from(["1604", "1970", "1971", "2025", "2099", "2100"]),
    st.sampled_from(["-01", "-02", "-13"]),
    st.sampled_from(["-01", "-28", "-30"]),
    st.sampled_from(["T", " ", "t"]),
    st.sampled_from(["00:00", "09:15", "23:59", "24:00"]),
    st.sampled_from([":00", ":59", ":60", ""]),
    st.sampled_from(["", ".0", ".000001", ".5", ".1234567"]),
    st.sampled_from(["Z", "", "+05:30", "-0800", "+19:59", "+20:00", "-00:00", "+01", "z", "\n"]),
)
_PLAIN = st.builds("2025-03-{:02}T{:02}:30:07{}".format, st.integers(1, 28), st.integers(0, 23), st.sampled_from("Z"))
_WRITTEN = _PLAIN | st.tuples(*_PARTS).map("".join) | st.sampled_from([None, "", "2025-03-04", "2h ago", "4. März"])
_ARTICLE = st.tuples(_WRITTEN, st.none() | _WRITTEN, st.sampled_from([None, "Europe/Paris"]))


def _known(article):
    published, fetched, zone = article
    time = _parse(published, fetched, zone)
    assert parse(published, fetched, zone) == time
    return None if time is None else (since_epoch(time.lo), since_epoch(time.hi))


@given(st.lists(_ARTICLE, max_size=20) | st.lists(st.tuples(_PLAIN, st.none() | _PLAIN, st.none()), max_size=9))
@example([("2025-03-04T09:15:00Z", "2025-03-04T09:15:10Z", None)])  # it cannot be later than it was seen
@example([("2025-03-04T09:15:00Z", "2025-03-03T09:15:00Z", None)])
@example([("2025-03-04T00:00:00+01:00", None, None)])
@example([("1970-01-01T09:15:00Z", None, None)])
@example([("2025-02-30T09:15:00Z", None, None)])
@example([("2025-03-04T09:15:00Z", "2025-02-30T09:15:00Z", None)])
def test_they_are_read_as_one_by_one(articles):
    spans = Spans.read(*([article[part] for article in articles] for part in range(3)))
    found = zip(spans.lo.tolist(), spans.hi.tolist(), spans.known.tolist(), strict=True)
    assert [(lo, hi) if known else None for lo, hi, known in found] == [_known(article) for article in articles]


@given(st.lists(_ARTICLE, min_size=2, max_size=2))
def test_days_between_are_those_between_intervals(articles):
    spans = Spans.read(*([article[part] for article in articles] for part in range(3)))
    one, two = (parse(*article) for article in articles)
    days = np.nan if one is None or two is None else one.distance(two).total_seconds() / 86400
    np.testing.assert_array_equal(spans.days(np.array([0, 1]), np.array([1, 0])), [days, days])
