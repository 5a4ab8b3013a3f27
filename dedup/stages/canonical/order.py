"""Who published first, as far as intervals of time tell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.articles.times import Interval


LONGEST_LEAD = timedelta(days=30)
"""Time before all others from which the first date is likelier wrong than right: copies follow within days, one in
ten thousand after a month, and more stamps than that are false (benchmarks/origins.py)."""


class Order(NamedTuple):
    """Who was first among some things with times.

    Attributes:
        first: The place of the first, by the middle of its time, then its end; None where nothing is dated.
        tied: Places of all dated ones that none was certainly before, `first` among them.
        certain: Whether `first` was certainly before all others; an undated one leaves that open, and so does a
            lead of more than `LONGEST_LEAD`.
        lead: The time between `first` and the next, where nobody is tied with it; else None.
    """

    first: int | None
    tied: tuple[int, ...]
    certain: bool
    lead: timedelta | None = None


def order_of(times: Sequence[Interval | None]) -> Order:
    """Order some times, in one pass; of equal ones the first is taken."""
    dated = [(time, place) for place, time in enumerate(times) if time is not None]
    if not dated:
        return Order(None, (), certain=False)
    *_, first = min((time.mid, time.hi, place) for time, place in dated)
    soonest = min(time.hi for time, _ in dated)
    tied = tuple(place for time, place in dated if time.lo <= soonest)
    if len(tied) > 1:
        return Order(first, tied, certain=False)
    lead = min((time.lo for time, place in dated if place != first), default=soonest) - soonest
    return Order(first, tied, len(dated) == len(times) and lead <= LONGEST_LEAD, lead)


def joined(times: Sequence[Interval | None]) -> Interval | None:
    """Return when the first of some versions came out: the one whose time is first; None if one has none."""
    if len(times) == 1:
        return times[0]
    place = order_of(times).first
    return None if place is None or None in times else times[place]
