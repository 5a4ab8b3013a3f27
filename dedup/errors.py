"""What can go wrong, as exceptions with one parent, and as problems that are only reported."""

from __future__ import annotations

from dataclasses import dataclass


class DedupError(Exception):
    """Parent of every error this library raises on purpose."""


class ArgumentError(DedupError, ValueError):
    """An argument breaks a rule; the message names the argument, the rule and the value."""


class InputError(DedupError, ValueError):
    """Something read cannot be used; the message names the file, and the line where there is one."""


class StoreError(DedupError, OSError):
    """The store of an index cannot be read or written: it is damaged, full, locked or out of reach."""


class MissingDependencyError(DedupError, ImportError):
    """An optional package is not installed; the message gives the command that installs it."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something in the input that was worked around and is reported, never hidden.

    Attributes:
        where: File and line (``stories.jsonl:17``), or what the problem is about (``id 'a'``).
        what: What was found and what was done about it.
        skipped: True when the line (one article) was left out.
    """

    where: str
    what: str
    skipped: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
