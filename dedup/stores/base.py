"""What a store must do: keep tables of rows that are numbered in the order of their coming, and a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

Row = tuple[Any, ...]
"""A row: its number first, then int, str, bytes, float or None as `TABLES` says."""

TABLES: dict[str, dict[str, str]] = {
    "sketches": {"id": "TEXT", "body": "INTEGER", "content": "INTEGER", "sketch": "BLOB"},
    "articles": {
        "url": "TEXT",
        "title": "TEXT",
        "text": "TEXT",
        "source": "TEXT",
        "published": "TEXT",
        "fetched": "TEXT",
        "canonical_url": "TEXT",
        "author": "TEXT",
        "credit": "TEXT",
        "language": "TEXT",
        "updated": "TEXT",
        "zone": "TEXT",
        "tokens": "BLOB",
        "marks": "BLOB",
        "headline": "BLOB",
        "support": "REAL",
    },
    "verdicts": {"pairs": "BLOB"},
    "members": {"story": "INTEGER"},
    "stories": {"canonical": "INTEGER"},
    "changes": {
        "kind": "TEXT",
        "story": "INTEGER",
        "other": "INTEGER",
        "articles": "BLOB",
        "ids": "TEXT",
    },
}
"""The columns of each table after `number`, its integer primary key. What each means is the engine's business."""


@runtime_checkable
class Store(Protocol):
    """Keeps an index. One writer at a time, as many readers as like, each in a process or thread of its own."""

    def meta(self, names: Sequence[str] | None = None) -> dict[str, str]:
        """Return the words of these names that are kept, by default all; none where nothing was ever written."""

    def set_meta(self, words: Mapping[str, str]) -> None:
        """Keep words, in place of those of the same names."""

    def writing(self) -> AbstractContextManager[None]:
        """Shut out other writers; at the end all is kept, or nothing where an exception ends it."""

    def reading(self) -> AbstractContextManager[None]:
        """See one state of the store, whatever others write meanwhile. Within `writing` it is that."""

    def touched(self) -> bool:
        """Return whether others may have written since this was asked last, or ever; within a transaction."""

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows, in place of those with the same numbers."""

    def get(self, table: str, numbers: Sequence[int], columns: Sequence[str] | None = None) -> list[Row]:
        """Return the rows of these numbers that there are, rising, each with its number and then `columns`."""

    def after(self, table: str, number: int) -> Iterator[Row]:
        """Yield the rows with greater numbers, rising. They must be taken to the end."""

    def delete(self, table: str, numbers: Iterable[int]) -> None:
        """Remove rows; numbers without a row are none."""

    def compact(self) -> None:
        """Give the space of what was removed back to the system."""

    def size(self) -> int:
        """Return the bytes it takes."""

    def damage(self) -> list[str]:
        """Return what is broken, in words; nothing is as it should be."""

    def close(self) -> None:
        """Let go of files and connections."""
