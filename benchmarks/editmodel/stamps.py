"""When copies come out, and what is stamped on them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

BEFORE = 0.10
"""Share of carriers that publish before their source: they have the wire."""
_MEDIAN, _SIGMA = 75.0, 1.6  # minutes of delay, lognormal
_HEAD_START = 20.0  # minutes, median
_STAMPS = (("exact", 0.45), ("day", 0.25), ("naive", 0.15), ("none", 0.08), ("relative", 0.05), ("wrong", 0.02))
_HOURS = (-8, -5, 0, 1, 2, 5.5, 8, 9)


class Clock:
    """The times of one story."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.start = datetime(2025, 3, 4, tzinfo=UTC) + timedelta(minutes=rng.randrange(7 * 24 * 60))

    def copied(self) -> datetime:
        """Return when a copy comes out."""
        early = self.rng.random() < BEFORE
        minutes = self.rng.lognormvariate(math.log(_HEAD_START if early else _MEDIAN), 1.0 if early else _SIGMA)
        return self.start + timedelta(minutes=-minutes if early else minutes)

    def stamped(self, moment: datetime) -> tuple[str | None, str]:
        """Return what an article says about when it was published, and when it was fetched."""
        fetched = moment + timedelta(minutes=1 + self.rng.expovariate(1 / 360))
        kind = self.rng.choices([name for name, _ in _STAMPS], [share for _, share in _STAMPS])[0]
        local = moment.astimezone(timezone(timedelta(hours=self.rng.choice(_HOURS))))
        said: str | None = None
        if kind == "wrong":
            local += self._mistake()
        if kind in {"exact", "wrong"}:
            said = local.isoformat(timespec=self.rng.choice(("seconds", "minutes")))
        elif kind == "day":
            said = local.date().isoformat()
        elif kind == "naive":
            said = local.replace(tzinfo=None).isoformat(timespec="seconds")
        elif kind == "relative":
            said = self._ago((fetched - moment).total_seconds() / 60)
        return said, fetched.isoformat(timespec="seconds")

    def _mistake(self) -> timedelta:
        """Half in the future, a quarter the time of an update, a quarter an old date that was kept."""
        kind = self.rng.randrange(4)
        if kind < 2:
            return timedelta(days=self.rng.randint(1, 400))
        return timedelta(hours=self.rng.uniform(1, 48)) if kind == 2 else -timedelta(days=self.rng.randint(1, 400))

    def _ago(self, minutes: float) -> str:
        if minutes < 60:
            return f"{max(1, round(minutes))} minutes ago"
        hours = round(minutes / 60)
        return "an hour ago" if hours == 1 else f"{hours} hours ago" if hours < 24 else f"{round(hours / 24)} days ago"
