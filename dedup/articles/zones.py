"""In which zone an outlet's clock is: what the user says, for times that do not say it themselves."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dedup.articles.outlets import hosts
from dedup.errors import ArgumentError, Problem

if TYPE_CHECKING:
    from typing import TypeAlias

    Zones: TypeAlias = str | Mapping[str, str]

_OF_THE_MACHINE = {"localtime", "posixrules", "Factory"}


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones() - _OF_THE_MACHINE}


@lru_cache(maxsize=1024)
def find(name: str | None) -> zoneinfo.ZoneInfo | None:
    """Return the zone of an IANA name, in any case; None if there is none."""
    known = _names().get(name.strip().casefold()) if name else None
    return zoneinfo.ZoneInfo(known) if known else None


def fill(table: pa.Table, given: Zones | None) -> pa.Table:
    """Write the zone of their outlet into the articles that have none of their own.

    Args:
        table: The columns of a batch.
        given: One zone for all, or the zones by outlet: by its name, its host, or a domain that the host is in;
            "*" is all others.

    Raises:
        ArgumentError: It is neither, or not a zone.
    """
    by_outlet = checked(given)
    if not by_outlet:
        return table
    source = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(table["source"], "")))
    host = pc.utf8_lower(pc.fill_null(hosts(table["url"]), ""))
    joined = pc.binary_join_element_wise(source, host, pa.scalar("\n", pa.large_string()))
    outlet = joined.combine_chunks().dictionary_encode()  # each is looked up once
    found = pa.array([_of(each, by_outlet) for each in outlet.dictionary.to_pylist()], pa.large_string())
    lacking = pc.fill_null(pc.equal(table["zone"], ""), True)
    zone = pc.if_else(lacking, found.take(outlet.indices), table["zone"])
    return table.set_column(table.column_names.index("zone"), "zone", zone)


def problems(zone: pa.ChunkedArray) -> list[Problem]:
    """Report the names in a column of zones that no zone has; their times stay without zone."""
    if zone.null_count == len(zone):
        return []
    counts = sorted((each["values"], each["counts"]) for each in pc.value_counts(zone.drop_null()).to_pylist())
    return [
        Problem(f"{count} article{'s' if count > 1 else ''}", f"zone must be an IANA zone, got {name!r}; not used")
        for name, count in counts
        if name and find(name) is None
    ]


def checked(given: Zones | None) -> dict[str, str]:
    """Return what the user says of outlets' clocks: zones by outlet, in small letters.

    Raises:
        ArgumentError: It is neither a zone nor a mapping to zones.
    """
    if given is None:
        return {}
    if not isinstance(given, str | Mapping):
        raise ArgumentError(
            f"zones must be one zone or map outlets to zones, as in {{'Al Arabiya': 'Asia/Dubai'}}, got {given!r}"
        )
    named = {"*": given} if isinstance(given, str) else given
    for outlet, zone in named.items():
        if not isinstance(outlet, str) or not isinstance(zone, str) or find(zone) is None:
            of = "" if outlet == "*" else f" for {outlet!r}"
            raise ArgumentError(f"zones must name IANA zones, as in 'Asia/Dubai', got {zone!r}{of}")
    return {outlet.strip().lower(): zone for outlet, zone in named.items()}


def _of(outlet: str, by_outlet: Mapping[str, str]) -> str | None:
    """Return the zone of an outlet, the nearest of its names first: its own, then the host, then wider domains."""
    name, _, host = outlet.partition("\n")
    narrower = [name, host]
    for full in (host, name) if "." in name else (host,):
        labels = full.split(".")
        narrower += [".".join(labels[start:]) for start in range(1, len(labels))]
    return next((by_outlet[each] for each in (*narrower, "*") if each in by_outlet), None)
