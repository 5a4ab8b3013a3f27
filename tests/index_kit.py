"""Stores to test with."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dedup.stores import MemoryStore, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup.stores import Store

STORES = ["memory", "sqlite"]


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Store]:
    """Open a store of a kind; all of one kind and folder are the same, but for those in memory."""
    store: Store = MemoryStore() if kind == "memory" else SqliteStore(str(folder / "store.db"))
    try:
        yield store
    finally:
        store.close()
