"""A publication time is an interval: what a page says about time, with how little it says."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dedup.articles import dateparsing, dates, zones
from dedup.articles.ages import age
from dedup.articles.dates import Precision, Reading

if TYPE_CHECKING:
    from datetime import tzinfo

_DAY, _HOUR, _MINUTE, _SECOND = (timedelta(**{unit: 1}) for unit in ("days", "hours", "minutes", "seconds"))
_NONE, _HALF_HOUR, _SLACK = timedelta(0), _HOUR / 2, 30 * _SECOND
_EASTMOST, _WESTMOST = 14 * _HOUR, -12 * _HOUR
# Seconds and a zone, in years without days that mean "no date", and no midnight, which may be a date that some
# program made into a time: what most programs write, and all that follows would find out nothing else.
_MOMENT = re.compile(
    r"(?:197[1-9]|19[89]\d|20\d\d)-\d\d-\d\d[T ](?!00:00:00)\d\d:\d\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-][01]\d:?[0-5]\d)",
    re.ASCII,
)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time that holds the moment of publication.

    Attributes:
        lo: Earliest possible moment, aware, UTC.
        hi: Latest possible moment, aware, UTC; never before ``lo``.
        precision: The finest unit that was written; "ambiguous" when 04/03 may be two days.
        zone_known: False when the source did not say which zone its clock was in.
    """

    lo: datetime
    hi: datetime
    precision: Precision
    zone_known: bool

    @property
    def mid(self) -> datetime:
        """The middle, for display and for sorting where any order will do."""
        return self.lo + (self.hi - self.lo) / 2

    def before(self, other: Interval) -> bool:
        """Whether this one is certainly earlier; False for both directions means the order is unknown."""
        return self.hi < other.lo

    def distance(self, other: Interval) -> timedelta:
        """Return the least time that can lie between the two; zero when they overlap."""
        return max(timedelta(0), other.lo - self.hi, self.lo - other.hi)

    def __str__(self) -> str:
        zone = "" if self.zone_known else ", zone unknown"
        if self.hi - self.lo <= 2 * _MINUTE:
            return f"{str(self.mid)[:16]} UTC ({self.precision}{zone})"
        return f"{str(self.lo)[:16]} to {str(self.hi)[:16]} UTC ({self.precision}{zone})"


def parse(published: object, fetched: object = None, zone: str | None = None) -> Interval | None:
    """Read a publication time in any of the forms that pages, feeds and files use.

    Args:
        published: A ``datetime`` or ``date``, a ``struct_time`` (UTC, as feed parsers give it), a number or
            digits (seconds, milliseconds, ... since 1970, told apart by size), or text: ISO 8601, RFC 822,
            a date written out in English, or a relative time ("2h ago") in one of fifteen languages; where
            dateparser is installed, in many more.
        fetched: When the article was retrieved, in any of the same forms but relative; UTC if it names no
            zone. Relative times need it, and nothing can have been published after it.
        zone: IANA name of the zone of the outlet's clock, for a time that says none.

    Returns:
        The interval, or None where the value is missing, a known default, later than ``fetched`` or not
        understood. Never raises.
    """
    written, seen = _moment(published), _moment(fetched)
    if written is not None and (fetched is None or seen is not None):
        lo, hi = written - _SLACK, written + _SLACK
        if seen is None:
            return Interval(lo, hi, "exact", zone_known=True)
        found = Interval(min(lo, seen), min(hi, seen), "exact", zone_known=True)
        return found if lo <= seen + 10 * _MINUTE else None
    return _parse(published, fetched, zone)


def _moment(written: object) -> datetime | None:
    """Return the moment that is written as most programs do; None where it is not."""
    if type(written) is str and _MOMENT.fullmatch(written):
        with suppress(ValueError):  # a 30th of February
            return datetime.fromisoformat(written).astimezone(UTC)
    return None


def _parse(published: object, fetched: object, zone: str | None) -> Interval | None:
    """Read any other publication time."""
    now, reading, found = None, dates.read(published), None
    if fetched is not None and isinstance(seen := dates.read(fetched), Reading):
        now = _cover(seen._replace(offset=seen.offset or timedelta(0)))
    latest = _add(now.hi, 10 * _MINUTE) if now else _LAST
    if isinstance(reading, Reading):
        found = _cover(reading, _SLACK, zones.find(zone) if zone else None)
        if found.lo > latest:  # then the clock was in another zone than was said of it
            found = _cover(reading, _SLACK)
    elif reading and now and (ago := age(reading) or dateparsing.age(reading)):
        found = _back(now, *ago)
    if found is None or now is None:
        return found
    # A time without zone already covers every whole-hour shift, so only what no shift can mend is left here.
    if found.lo > latest:
        return None
    hi = min(found.hi, now.hi)
    return Interval(min(found.lo, hi), hi, found.precision, found.zone_known)


def _back(now: Interval, ago: timedelta, reach: timedelta) -> Interval | None:
    lo, hi = _add(now.lo, -ago - reach), _add(now.hi, reach - ago)
    precision: Precision = "minute" if reach <= _MINUTE else "hour" if reach < _DAY / 2 else "day"
    return Interval(lo, hi, precision, zone_known=True) if lo.year >= dates.FIRST_NEWSPAPER else None


def _cover(reading: Reading, slack: timedelta = _NONE, clock: tzinfo | None = None) -> Interval:
    """Make the interval of all that was read.

    Args:
        reading: What was written.
        slack: The doubt about a clock whose zone is known.
        clock: The zone of the clock where the reading has none.
    """
    lo = min(reading.times).replace(tzinfo=UTC)
    hi = lo if len(reading.times) == 1 else max(reading.times).replace(tzinfo=UTC)
    zone_known = reading.offset is not None or clock is not None
    before = after = _NONE
    if reading.precision == "day":
        after = _DAY
    elif reading.precision == "hour":
        before = after = _HALF_HOUR
    elif zone_known:
        before = after = slack
    if reading.offset is not None:
        east = west = reading.offset
    elif clock is not None:
        # In the hour that a clock shows twice, or never, both of its offsets may be meant.
        lo, hi = _add(lo, -before), _add(hi, after)
        before = after = _NONE
        east, west = (
            end(lo_or_hi.replace(tzinfo=clock, fold=fold).utcoffset() or _NONE for fold in (0, 1))
            for end, lo_or_hi in ((max, lo), (min, hi))
        )
    else:
        east, west = _EASTMOST, _WESTMOST
    precision = reading.precision if len(reading.times) == 1 else "ambiguous"
    return Interval(_add(lo, -before - east), _add(hi, after - west), precision, zone_known)


def _add(moment: datetime, span: timedelta) -> datetime:
    """Add, stopping at the first and the last moment a ``datetime`` can hold."""
    try:
        return moment + span
    except OverflowError:
        return _LAST if span > timedelta(0) else _FIRST
