"""What the stores that speak SQL have in common."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dedup.stores.base import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_ONCE = 500  # parameters a statement


def schema(types: dict[str, str]) -> list[str]:
    """Return the statements that make the tables, column types named as `types` does."""
    made = ["CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"]
    for table, columns in TABLES.items():
        listed = ", ".join(f"{name} {types.get(kind, kind)}" for name, kind in columns.items())
        made.append(f"CREATE TABLE IF NOT EXISTS {table} (number {types.get('KEY', 'INTEGER')} PRIMARY KEY, {listed})")
    return made


def named(table: str) -> str:
    """Return the name of a table; KeyError where it is none of ours."""
    if table not in TABLES:
        raise KeyError(table)
    return table


@cache
def upsert(table: str, mark: str = "?") -> str:
    """Return the statement that adds a row, or puts it in the place of the one with its number."""
    names = ["number", *TABLES[table]]
    marks = ", ".join([mark] * len(names))
    anew = ", ".join(f"{name} = excluded.{name}" for name in TABLES[table])
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) "  # noqa: S608 - names are our own
        f"ON CONFLICT (number) DO UPDATE SET {anew}"
    )


def select(table: str, columns: Sequence[str] | None) -> str:
    """Return the statement up to WHERE that reads `columns`, by default all."""
    return _select(table, None if columns is None else tuple(columns))


@cache
def _select(table: str, columns: tuple[str, ...] | None) -> str:
    chosen = TABLES[table] if columns is None else columns
    unknown = set(chosen) - set(TABLES[table])
    if unknown:
        raise KeyError(*sorted(unknown))
    return f"SELECT {', '.join(['number', *chosen])} FROM {table}"  # noqa: S608 - names are our own


def in_lots(numbers: Sequence[int]) -> list[list[int]]:
    """Return distinct numbers, rising, as lists that fit into one statement each."""
    rising = sorted({int(number) for number in numbers})
    return [rising[start : start + _AT_ONCE] for start in range(0, len(rising), _AT_ONCE)]
