"""What is written where a time of publication is expected: dates in all the dresses of pages, feeds and files."""

from __future__ import annotations

import numbers
import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from time import struct_time
from typing import Literal, NamedTuple

from dedup.articles import dateparsing
from dedup.articles.ages import age, tidy

Precision = Literal["exact", "minute", "hour", "day", "ambiguous"]

_HOUR, _MINUTE, _SECOND = (timedelta(**{unit: 1}) for unit in ("hours", "minutes", "seconds"))


class Reading(NamedTuple):
    """What was written: one local time, or two where day and month may be swapped; no zone as None."""

    times: list[datetime]
    precision: Precision
    offset: timedelta | None


# Midnights that programs write for "no date". A real date that old is rare but wanted (archives), so it is
# not the year that is refused but these days. The last of 1969 is the zero of Unix seen from America.
_DEFAULTS = {date(1900, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(9999, 12, 31)}
_YEARS = {day.year for day in _DEFAULTS}
FIRST_NEWSPAPER = 1605  # also refuses year 1 and the zero of Windows, 1601
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local times are naive here
_LONGEST = 200  # characters: no date is longer, and hostile text costs no more than this

# Hours east of Greenwich. None: used on several continents. A half hour is the middle of winter and summer
# time, for the names that do not say which of them they mean.
_ZONES = {
    zone: hours
    for hours, zones in {
        None: "ist cst ast",
        0: "z utc ut gmt wet",
        1: "bst west cet mez wat",
        2: "cest mesz eet sast cat",
        3: "eest msk eat",
        5: "pkt",
        8: "hkt sgt awst",
        9: "jst kst",
        10: "aest",
        11: "aedt",
        12: "nzst",
        13: "nzdt",
        -3: "adt brt",
        -4: "edt",
        -4.5: "et",
        -5: "est cdt",
        -5.5: "ct",
        -6: "mdt",
        -6.5: "mt",
        -7: "mst pdt",
        -7.5: "pt",
        -8: "pst akdt",
        -9: "akst",
        -10: "hst",
    }.items()
    for zone in zones.split()
}
_VAGUE_ZONES = {"et", "ct", "mt", "pt"}

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? ?)?"
_NTH = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_CLOCK = (
    r"(?P<hour>\d\d?)(?::?(?P<minute>\d\d)(?::?(?P<second>[0-5]\d|60)(?:[.,](?P<fraction>\d+))?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
_ZONE = (
    r"(?: ?(?:(?:gmt|utc|ut)? ?(?P<sign>[+-])"
    r"(?P<east>\d\d?)(?::?(?P<past>\d\d)(?::?(?P<rest>\d\d(?:\.\d+)?))?)?|(?P<zone>[a-z]{1,5})))?"
)
_TIME = rf"(?:(?:t| ?[,|] ?| )(?:at )?{_CLOCK})?{_ZONE}"
_FORMS = [
    re.compile(form)
    for form in (
        # ISO 8601, and the same order with the marks of China, Japan and Korea
        r"(?P<year>\d{4}) ?[-/.年년] ?(?P<month>\d\d?) ?[-/.月월] ?(?P<day>\d\d?)[.日일]?" + _TIME,
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:[t ]?{_CLOCK})?{_ZONE}",
        rf"{_WEEKDAY}{_NTH}[ .-]{{0,2}}(?:of )?{_MONTH},?[ -]?(?P<year>\d{{4}}|\d\d)" + _TIME,
        rf"{_WEEKDAY}{_MONTH} {_NTH},? (?P<year>\d{{4}})" + _TIME,
        rf"{_WEEKDAY}{_MONTH} {_NTH} {_CLOCK}{_ZONE} (?P<year>\d{{4}})",
        r"(?P<day>\d\d?)(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<year>\d{4})(?P<swap>)" + _TIME,
    )
]
# What most programs write, which Python reads ten times as fast.
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?[0-5]\d)?)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d*)?(?:e\+?\d\d?)?")
_COMMENT = re.compile(r" ?[(\[][^()\[\]]*[)\]]$")  # "(Coordinated Universal Time)", "[Europe/Paris]"


def read(value: object) -> Reading | str | None:
    """Read any value; text that is no date of its own comes back tidied, for it may be relative."""
    try:
        reading = value if type(value) is str else _from_object(value)
    except Exception:  # noqa: BLE001 - foreign classes (time zones, subclasses of str, NaT) raise as they like
        return None
    if isinstance(reading, str):
        reading = _from_text(reading)
    elif reading:
        reading = _possible(reading)
    if isinstance(reading, str) and age(reading) is None:
        words = _from_words(reading)
        return _possible(words) if words else reading
    return reading


def _from_object(value: object) -> Reading | str | None:
    """Take a value of any class apart, into built-in types only."""
    if isinstance(value, datetime):
        offset = value.utcoffset()
        offset = offset and timedelta(seconds=offset.total_seconds())
        return _reading([datetime.combine(value.date(), value.time())], "exact", offset)
    if isinstance(value, date):
        return _reading([datetime.combine(value, time.min)], "day", None)
    if isinstance(value, struct_time):
        offset = timedelta(seconds=value.tm_gmtoff or 0)
        return _reading([datetime(*value[:5], min(value.tm_sec, 59))], "exact", offset)  # noqa: DTZ001
    if isinstance(value, numbers.Number) and not isinstance(value, bool):
        value = str(value)
    return str.__str__(value) if isinstance(value, str) else None


@lru_cache(maxsize=1 << 12)  # a day's news has few days, and is asked for them when pairs and when clusters are judged
def _from_text(text: str) -> Reading | str | None:
    reading = _from_forms(text.strip())
    return _possible(reading) if isinstance(reading, Reading) else reading


def _possible(reading: Reading) -> Reading | None:
    """Leave out what no article can be of."""
    times = [
        t for t in reading.times if t.year >= FIRST_NEWSPAPER and (t.year not in _YEARS or t.date() not in _DEFAULTS)
    ]
    if len(times) == len(reading.times):
        return reading
    return reading._replace(times=times) if times else None


def _from_forms(text: str) -> Reading | str | None:
    if len(text) > _LONGEST:
        return None
    if _PLAIN.fullmatch(text):
        with suppress(ValueError):  # a 30th of February: the forms below have the same view of it
            return _from_plain(text)
    text = _COMMENT.sub("", tidy(text))
    if _NUMBER.fullmatch(text):
        for unit in (1, 10**3, 10**6, 10**9):
            seconds = float(text) / unit
            # 1980 to 2286: no form shows that a bare number is meant as a date, so here the year decides.
            if 315_532_800 <= seconds < 10_000_000_000:
                return _reading([_EPOCH + seconds * _SECOND], "exact", timedelta(0))
        text = text.partition(".")[0]
    for form in _FORMS:
        match = form.fullmatch(text)
        reading = _from_match(match.groupdict("")) if match else None
        if reading:
            return reading
    return text


def _from_plain(text: str) -> Reading:
    when = datetime.fromisoformat(text)
    return _reading([when.replace(tzinfo=None)], "exact" if ":" in text else "day", when.utcoffset())


def _from_words(text: str) -> Reading | None:
    """Read what only dateparser may know: months of other languages than English."""
    words = dateparsing.written(text)
    if words is None:
        return None
    zone = words.zone
    hours = _ZONES.get(zone) if isinstance(zone, str) else None  # by our table: dateparser knows one "IST"
    offset = zone if isinstance(zone, timedelta) else None if hours is None else hours * _HOUR
    precision: Precision = "exact" if any(t.second for t in words.times) else "minute" if words.clock else "day"
    return _reading(words.times, "hour" if zone in _VAGUE_ZONES else precision, offset)


def _from_match(part: dict[str, str]) -> Reading | None:
    def number(key: str) -> int:
        return int(part.get(key) or 0)

    year, hour = number("year"), number("hour")
    if len(part["year"]) == 2:
        year += 2000 if year < 69 else 1900  # as mail programs do
    month = _MONTHS.index(part["name"][:3]) + 1 if "name" in part else number("month")
    if part["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part["half"] == "p" else 0)
    days = {(month, number("day"))}
    if "swap" in part:
        days.add((number("day"), month))
    second = min(number("second"), 59)  # a leap second has no room
    times = []
    for when in days:
        with suppress(ValueError):
            micro = int(f"{part['fraction']:0<6}"[:6])
            times.append(datetime(year, *when, hour, number("minute"), second, micro))  # noqa: DTZ001
    precision: Precision = "exact" if part["second"] else "minute" if part["minute"] else "hour"
    if part["zone"] in _VAGUE_ZONES:
        precision = "hour"
    try:
        offset = _offset(part)
    except ValueError:
        return None
    return _reading(times, precision if part["hour"] else "day", offset) if times else None


def _offset(part: dict[str, str]) -> timedelta | None:
    """Read the zone that was written; None where it names none. Raises ValueError where it is no zone."""
    if part["sign"]:
        offset = int(part["east"]) * _HOUR + int(part["past"] or 0) * _MINUTE + float(part["rest"] or 0) * _SECOND
        if offset >= timedelta(days=1):
            raise ValueError
        return -offset if part["sign"] == "-" else offset
    if not part["hour"] and part["zone"] and part["zone"] not in _ZONES:
        raise ValueError  # after a bare date only a real zone; after a clock also "Uhr", "hrs" and the like
    hours = _ZONES.get(part["zone"])
    return None if hours is None else hours * _HOUR


def _reading(times: list[datetime], precision: Precision, offset: timedelta | None) -> Reading:
    """Collect what was read; an exact midnight is a date that some program made into a time.

    Of real times one in 1,440 is. What is lost where it was one is that others of its day are no longer
    certainly later; read as a moment, every bare date would certainly be first. The midnight of UTC comes from
    programs that knew no zone (parsers of feeds, sitemaps), so it says none; any other is that of the site.
    """
    if precision != "day" and not any(t.hour or t.minute or t.second or t.microsecond for t in times):
        precision, offset = "day", offset or None
    return Reading(times, precision, offset)
