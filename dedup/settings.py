"""What a run may be told, in the words of the field."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from numbers import Real
from typing import TYPE_CHECKING

from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How near two texts must be, and how hard to look for them.

    Attributes:
        threshold: Least strength of a match, in (0, 1]. For copies strength is resemblance (the Jaccard
            similarity of the two sets of shingles), for excerpts the containment of the shorter text.
            The default is low because every match must also pass the alignment rules of
            `dedup.stages.confirm`: news copies lose many shingles to small edits.
        recall: Least chance that two texts whose resemblance is the threshold are compared at all,
            in (0, 1).
        window: Most time between two publications for their texts to be compared, as "72h", "3d", "90m" or a
            `timedelta`, which it is from then on; None, the default, is no limit. A publication time is an
            interval, so this is the least time that may lie between the two; what has no time is compared with
            everything, but never is the centre of a cluster that has an article with one.
        memory: Bytes of memory that a run may take, as a number or as "4GB", "512MB"; None, the default, is what is
            free. Articles that do not fit are kept in temporary files; the result is the same.
        revisions: Whether later versions of a story, with changed facts or rewritten passages, join its
            cluster. They are reported as matches either way.
        shingle_size: Tokens a shingle, at least 1.
        num_perm: Permutations, that is values in a signature, at least 16.
        seed: Seed of the permutations, as datasketch uses it.

    Raises:
        ArgumentError: A value is outside its range.
    """

    threshold: float = 0.45
    recall: float = 0.95
    window: timedelta | str | None = None
    memory: int | str | None = None
    revisions: bool = False
    shingle_size: int = 5
    num_perm: int = 128
    seed: int = 1

    @classmethod
    def of(cls, given: Settings | None) -> Settings:
        """Return the settings that are given, or those by default.

        Raises:
            ArgumentError: It is something else.
        """
        if given is not None and not isinstance(given, Settings):
            raise ArgumentError(f"settings must be Settings, got {given!r}")
        return given or cls()

    def __post_init__(self) -> None:
        """Refuse values no stage could work with."""
        for name, rule, good in (
            ("threshold", "above 0 and at most 1", lambda value: 0.0 < value <= 1.0),
            ("recall", "between 0 and 1", lambda value: 0.0 < value < 1.0),
        ):
            object.__setattr__(self, name, _number(name, getattr(self, name), good, rule))
        if not isinstance(self.revisions, bool):
            raise ArgumentError(f"revisions must be True or False, got {self.revisions!r}")
        if self.window is not None:
            object.__setattr__(self, "window", duration("window", self.window))
        if self.memory is not None:
            object.__setattr__(self, "memory", amount("memory", self.memory))
        _whole("shingle_size", self.shingle_size, 1, 64)
        _whole("num_perm", self.num_perm, 16, 4096)
        _whole("seed", self.seed, 0, 2**32 - 1)

    @property
    def recipe(self) -> dict[str, object]:
        """What signatures and clusters that are kept depend on, as JSON can hold it: all but the memory."""
        found = asdict(self)
        del found["memory"]
        return {name: _written(value) if isinstance(value, timedelta) else value for name, value in found.items()}


def _written(span: timedelta) -> str:
    """Return a span of time as `duration` reads it."""
    seconds = str(span.total_seconds())
    return f"{span.total_seconds():.6f}s" if "e" in seconds else f"{seconds}s"


_DURATION = re.compile(r"(\d{1,14}(?:\.\d{1,9})?) ?([smhdw])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(name: str, value: object) -> timedelta:
    """Return a span of time that is written as "72h", "3d" or "90m", or given as a `timedelta`.

    Raises:
        ArgumentError: It is neither, or negative; the message calls it `name`.
    """
    found = value
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip().lower())):
        try:
            found = timedelta(**{_UNITS[match[2]]: float(match[1])})
        except OverflowError:  # of more than 999,999,999 days
            found = timedelta.max
    if not isinstance(found, timedelta) or found < timedelta(0):
        raise ArgumentError(f"{name} must be a span of time such as '72h', '3d' or '90m', got {value!r}")
    return found


_AMOUNT = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?([kmgt]?)i?b", re.ASCII)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def amount(name: str, value: object) -> int:
    """Return a number of bytes that is written as "4GB" or "512MB" (of 1024 times 1024 each), or given as it is.

    Raises:
        ArgumentError: It is neither, or nothing; the message calls it `name`.
    """
    found = value
    if isinstance(value, str) and (match := _AMOUNT.fullmatch(value.strip().lower())):
        found = int(float(match[1]) * 1024 ** _POWERS[match[2]])
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise ArgumentError(f"{name} must be a number of bytes or such as '4GB' or '512MB', got {value!r}")
    return found


def _number(name: str, value: object, good: Callable[[float], bool], rule: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not good(float(value)):
        raise ArgumentError(f"{name} must be {rule}, got {value!r}")
    return float(value)


def _whole(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ArgumentError(f"{name} must be a whole number from {low} to {high}, got {value!r}")
