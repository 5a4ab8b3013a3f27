"""Values of any kind, as the text of a field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from time import struct_time

from dedup.articles.fields.mapping import EVERYTHING, Step
from dedup.articles.fields.objects import attributes

# What says "nothing here" in numpy, pandas and decimal when it is written as text.
_MISSING = frozenset({"nan", "-nan", "snan", "-snan", "nat", "<na>"})

NAMED_BY = ("name", "title", "value", "content", "uri", "href")
"""What holds the name where a source, an author or a credit is an object, the best first."""
_NAMES = frozenset({"source", "author", "credit"})
_LISTS = frozenset({"author", "credit"})
_TIMES = frozenset({"published", "updated", "fetched"})
_DEPTH = 20  # no article nests deeper; what does is hostile


def dig(value: object, steps: tuple[Step, ...], field: str) -> object:
    """Follow the steps of a path down into a value, through every list on the way.

    Returns:
        What is there. Of several the first that is not empty, and all as a list for authors and credits.
    """
    if not steps:
        return value
    found = [leaf for leaf in _leaves(value, steps, _DEPTH) if leaf is not None and leaf != ""]
    return found if field in _LISTS else found[0] if found else None


def has(value: object, steps: tuple[Step, ...]) -> bool:
    """Tell whether the steps lead anywhere, if only to nothing."""
    return next(_leaves(value, steps, _DEPTH), value) is not value or not steps


def _leaves(value: object, steps: tuple[Step, ...], depth: int) -> Iterator[object]:
    if not steps:
        yield value
    elif depth and isinstance(value, list | tuple) and not isinstance(value, struct_time):
        for each in value:
            yield from _leaves(each, steps, depth - 1)
    elif steps[0] == EVERYTHING:
        yield "\n\n".join(_texts_below(value, depth)) or None
    elif (names := attributes(value)) is None:
        return
    elif isinstance(steps[0], tuple):
        if names(steps[0][0]) == steps[0][1]:
            yield from _leaves(value, steps[1:], depth)
    elif names(steps[0], _leaves) is not _leaves:  # a default that nobody else has
        yield from _leaves(names(steps[0]), steps[1:], depth)


def _texts_below(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, Mapping | list | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts_below(each, depth - 1)


def read(value: object, field: str, depth: int = _DEPTH) -> str | None:
    """Return one value as the text of a field; ValueError says why it has none."""
    if value is None or isinstance(value, str):
        return value if value is None else well_formed(value)
    if field in _LISTS and depth and isinstance(value, list | tuple):
        parts = dict.fromkeys(part for each in value if (part := read(each, field, depth - 1)))
        return "; ".join(parts) or None
    if field in _NAMES and (names := attributes(value)) is not None:
        for name in NAMED_BY:
            if isinstance(found := names(name), str) and found:
                return well_formed(found)
    if field in _TIMES and isinstance(value, struct_time | list | tuple) and _is_time(value):
        return _iso(value)
    return text(value)


def text(value: object) -> str | None:
    """Return one value as text; ValueError says why it has none."""
    if value is None:
        return None
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Iterable):
        raise ValueError(f"must be text, got {type(value).__name__}")  # noqa: TRY004 - one error for the caller
    # str() raises ValueError for an integer of more digits than Python writes.
    shown = value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
    return None if shown.lower() in _MISSING else well_formed(shown)


def well_formed(given: str) -> str:
    """Replace a lone surrogate, which is no character, by U+FFFD; two that make a pair become their character."""
    if given.isascii():
        return given
    return given.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_time(parts: Sequence[object]) -> bool:
    # A struct_time, or what JSON makes of its nine numbers.
    return len(parts) == 9 and all(isinstance(part, int) or str(part).isdecimal() for part in parts[:6])


def _iso(parts: Sequence[object]) -> str:
    # Feed parsers turn a bare date into midnight; so a midnight is a date.
    try:
        year, month, day, hour, minute, second = (int(str(part)) for part in parts[:6])
        moment = dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"must be a time, got {tuple(parts)}") from error
    return moment.date().isoformat() if moment.time() == dt.time.min else moment.isoformat()
