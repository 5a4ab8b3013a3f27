"""A mapping says for each field of an article where it is taken from, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

FIELDS = (
    "id",
    "url",
    "title",
    "text",
    "source",
    "published",
    "fetched",
    "canonical_url",
    "author",
    "credit",
    "language",
    "updated",
    "zone",
)

# A name is looked up; a pair keeps only what has that value under that name; EVERYTHING is all text below.
Step: TypeAlias = str | tuple[str, str]
EVERYTHING = "**"

_STEP = re.compile(r"([^.\[]+)(?:\[([^=\]]+)=([^\]]*)\])?\.?")


class Path(NamedTuple):
    """A key of a record or column of a table, and the way down into what is there; through lists by itself."""

    key: str
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        shown = self.key
        for step in self.steps:
            shown += f".{step}" if isinstance(step, str) else f"[{step[0]}={step[1]}]"
        return shown


def parse(written: str) -> Path:
    """Read ``source.title`` or ``links[rel=canonical].href``."""
    steps: list[Step] = []
    for name, key, value in _STEP.findall(written):
        steps.append(name)
        if key:
            steps.append((key, value))
    return Path(str(steps[0]), tuple(steps[1:])) if steps else Path(written)


@dataclass(frozen=True, slots=True)
class Choice:
    """Where one field is taken from.

    Attributes:
        paths: The first that has a value counts; all that have one for a credit; none where the field stays
            empty.
        reason: Why these.
    """

    paths: tuple[Path, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Where each field of an article is taken from.

    Attributes:
        producer: The program or service whose output this is, by its key signature; None if by names alone.
        choices: One for each of ``FIELDS``.
        missing: Text that means "nothing here" to the producer.
        cut: A pattern for what the producer puts where it has cut a text off; None if it puts nothing there.
    """

    producer: str | None
    choices: tuple[Choice, ...]
    missing: tuple[str, ...] = ()
    cut: str | None = None

    def __getitem__(self, field: str) -> Choice:
        return self.choices[FIELDS.index(field)]

    @property
    def keys(self) -> set[str]:
        """The keys or columns that are read."""
        return {path.key for choice in self.choices for path in choice.paths}

    def rows(self) -> list[tuple[str, str, str]]:
        """Return for each field its name, the paths taken ("-" for none) and the reason, to be shown."""
        joined = {"credit": " + "}
        return [
            (field, joined.get(field, ", else ").join(map(str, choice.paths)) or "-", choice.reason)
            for field, choice in zip(FIELDS, self.choices, strict=True)
        ]

    def __str__(self) -> str:
        return "\n".join(f"{field}: {paths} ({reason})" for field, paths, reason in self.rows())
