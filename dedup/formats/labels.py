"""What people say about articles: which belong together, which do not, which story each one tells."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dedup.errors import ArgumentError, InputError
from dedup.formats.rows import rows

Pair = tuple[str, str]

_SAID = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Labels:
    """Human judgements: verdicts on pairs, or the story of each article.

    Attributes:
        pairs: Whether two articles are of one story, by their ids, the smaller one first.
        stories: The story of each article, by its id.
    """

    pairs: dict[Pair, bool] = field(default_factory=dict)
    stories: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the smaller id of each pair come first."""
        object.__setattr__(self, "pairs", {(min(pair), max(pair)): same for pair, same in self.pairs.items()})

    @classmethod
    def of(cls, given: object, name: str = "labels", two: tuple[str, str] = ("id", "story")) -> Labels:
        """Take labels from whatever holds them.

        Args:
            given: `Labels`; the path of a file (see `read`); a mapping from ids to stories; or an iterable of
                tuples or dicts, all of them (a, b, same) or all of them (id, story).
            name: What it is called in messages.
            two: What the values of a tuple of two are.

        Raises:
            ArgumentError: It is none of these, or contradicts itself.
            InputError: The file cannot be used.
        """
        if isinstance(given, Labels):
            return given
        if isinstance(given, str | os.PathLike):
            return cls.read(given)
        if isinstance(given, Mapping):
            given, two = given.items(), ("id", "story")
        if not isinstance(given, Iterable):
            raise ArgumentError(f"{name} must be a path, a mapping or an iterable, got {type(given).__name__}")
        placed = ((f"{name}[{at}]", _as_row(f"{name}[{at}]", row, two)) for at, row in enumerate(given))
        return cls._gather(placed, ArgumentError)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Labels:
        """Read labels from JSONL, CSV, TSV or Parquet.

        A row has `a` and `b` (ids), and `same` (true or false; true if it is left out); or it has `id` and `story`.

        Raises:
            InputError: The file cannot be read, a row has neither, or two rows contradict each other.
        """
        return cls._gather(rows(path), InputError)

    @classmethod
    def _gather(cls, placed: Iterable[tuple[str, dict[str, Any]]], kind: type[ArgumentError | InputError]) -> Labels:
        pairs, stories = dict[Pair, bool](), dict[str, str]()
        for where, row in placed:
            if _has(row, "a") and _has(row, "b"):
                a, b = sorted((str(row["a"]), str(row["b"])))
                same = _SAID.get(str(row.get("same", True)).strip().lower())
                if same is None:
                    raise kind(f"{where}: same must be true or false, got {row['same']!r}")
                if a == b:
                    raise kind(f"{where}: a and b must be two articles, got {a!r} twice")
                if pairs.setdefault((a, b), same) != same:
                    raise kind(f"{where}: {a!r} and {b!r} were said to be {'apart' if same else 'together'} before")
            elif _has(row, "id") and _has(row, "story"):
                one, story = str(row["id"]), str(row["story"])
                if stories.setdefault(one, story) != story:
                    raise kind(f"{where}: {one!r} was said to tell the story {stories[one]!r} before")
            else:
                raise kind(f"{where}: must have a and b, or id and story, got {', '.join(map(str, row)) or 'nothing'}")
            if pairs and stories:
                raise kind(f"{where}: labels must be all pairs or all stories, got both")
        return cls(pairs, stories)

    def __len__(self) -> int:
        return len(self.pairs) + len(self.stories)


def read_clusters(path: str | os.PathLike[str]) -> list[tuple[str, ...]]:
    """Read clusters from a file that `Result.write` wrote: those of `clusters`, or of `articles`.

    Raises:
        InputError: The file cannot be read, has neither `ids` nor `id` and `cluster`, or is of `unique` or `joined`.
    """
    found: list[tuple[str, ...]] = []
    named: dict[str, list[str]] = {}
    for where, row in rows(path):
        if "ids" in row:
            found.append(_ids(where, row["ids"]))
        elif "id" in row and "cluster" in row:
            if _has(row, "cluster"):
                named.setdefault(str(row["cluster"]), []).append(str(row["id"]))
        else:
            raise InputError(f"{where}: must have ids, or id and cluster, got {', '.join(row) or 'nothing'}")
    if named and max(map(len, named.values())) == 1:
        raise InputError(f"{os.fspath(path)}: must have all articles of a cluster, got one of each")
    return found + [tuple(ids) for ids in named.values()]


def _ids(where: str, value: object) -> tuple[str, ...]:
    """Return the ids of a cluster: a list, or in CSV a list written as JSON."""
    try:
        ids = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        ids = None
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise InputError(f"{where}: ids must be a list of ids, got {value!r}")
    return tuple(ids)


def _has(row: dict[str, Any], name: str) -> bool:
    value = row.get(name)
    return value not in (None, "") and value == value  # noqa: PLR0124 - frames say NaN where there is nothing


def _as_row(where: str, given: object, two: tuple[str, str]) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return dict(given)
    if isinstance(given, Sequence) and not isinstance(given, str) and len(given) in {2, 3}:
        return dict(zip(("a", "b", "same") if len(given) == 3 else two, given, strict=True))
    raise ArgumentError(f"{where}: must be (a, b, same) or ({', '.join(two)}), got {given!r}")
