"""Dates in words of any language, where dateparser is installed; the only room that knows it.

It is asked last, and only for what it cannot guess: a date must have day, month and year, and which of two
numbers is the month is asked for both ways.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Parser = Callable[[str], Any]

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_YEARS = range(1605, 2200)  # later ones are of another era
_WORD = re.compile(r"[^\W\d_]{3}")
_LONGEST = 60  # characters: it is slow, and what is longer is no date
_BASES = datetime(2020, 5, 15, 12, tzinfo=UTC), datetime(2020, 5, 15, 17, 10, tzinfo=UTC)
_ONE_AT_A_TIME = Lock()  # its parsers keep state


class Written(NamedTuple):
    """What a text says.

    Attributes:
        times: Local times without zone: one, or two where day and month may be swapped.
        clock: Whether a time of day was written.
        zone: The name of a zone that was written, in small letters, or how far it is from UTC; None for none.
    """

    times: list[datetime]
    clock: bool
    zone: str | timedelta | None


class _Parsers(NamedTuple):
    day_first: Parser
    month_first: Parser
    relative: tuple[Parser, ...]


@lru_cache(maxsize=1)
def _parsers() -> _Parsers | None:
    """Return dateparser's parsers, or None where it is not installed."""
    try:
        from dateparser.date import DateDataParser  # noqa: PLC0415 - optional
    except ImportError:
        return None

    def parser(kind: str, **more: object) -> Parser:
        told = {"PARSERS": [kind], "PREFER_LOCALE_DATE_ORDER": False, "RETURN_TIME_AS_PERIOD": True, **more}
        return DateDataParser(settings=told, try_previous_locales=False).get_date_data  # type: ignore[no-any-return]

    whole = {"REQUIRE_PARTS": ["day", "month", "year"]}
    return _Parsers(
        parser("absolute-time", DATE_ORDER="DMY", **whole),
        parser("absolute-time", DATE_ORDER="MDY", **whole),
        tuple(parser("relative-time", RELATIVE_BASE=base.replace(tzinfo=None)) for base in _BASES),
    )


def installed() -> bool:
    """Whether dateparser is there."""
    return _parsers() is not None


def written(text: str) -> Written | None:
    """Read a date that is written out; None where it is none, or dateparser is not there."""
    parsers = _parsers()
    if parsers is None or len(text) > _LONGEST or not _YEAR.search(text) or not _WORD.search(text):
        return None
    found = _asked(text, (parsers.day_first, parsers.month_first))
    if not all(each.date_obj.year in _YEARS for each in found) or not found:
        return None
    times = list({each.date_obj.replace(tzinfo=None): None for each in found})
    zone = found[0].date_obj.tzinfo
    if zone is None:
        return Written(times, found[0].period == "time", None)
    name = str(zone.tzname(None)).lower()
    named = name if name.isalpha() else zone.utcoffset(None)
    return Written(times, found[0].period == "time", named)


def age(text: str) -> tuple[timedelta, timedelta] | None:
    """Read a time before now, as `ages.age` does; None where it is none, or dateparser is not there."""
    parsers = _parsers()
    if parsers is None or len(text) > _LONGEST or not _WORD.search(text):
        return None
    found = _asked(text, parsers.relative)
    if not found:
        return None
    ago, other = (base - each.date_obj.replace(tzinfo=UTC) for base, each in zip(_BASES, found, strict=True))
    if ago != other:  # it names a time of day: only the day is far enough from now to be known
        ago = timedelta(days=(_BASES[0].date() - found[0].date_obj.date()).days)
    if ago < timedelta(0):
        return None
    for unit in (timedelta(365), timedelta(30), timedelta(7), timedelta(1), timedelta(hours=1)):
        if ago >= unit:
            return ago, unit / 2
    return ago, timedelta(minutes=1) if ago == other else timedelta(hours=12)


@lru_cache(maxsize=1 << 14)
def _asked(text: str, parsers: tuple[Parser, ...]) -> list[Any]:
    """Return what each of some parsers found, or nothing if one of them found none."""
    found = []
    for parser in parsers:
        try:
            with _ONE_AT_A_TIME:
                data = parser(text)
        except Exception:  # noqa: BLE001 - it meets texts it was never tried on
            return []
        if data.date_obj is None:
            return []
        found.append(data)
    return found
