"""Stores to test with."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import postgres_kit

from dedup.stores import MemoryStore, PostgresStore, SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup.stores import Store

STORES = ["memory", "sqlite", "postgres"]
SHARED = STORES[1:]


def opening(kind: str, folder: Path) -> Store:
    """Open a store of a kind; all of one kind and folder are the same, but for those in memory."""
    if kind == "memory":
        return MemoryStore()
    if kind == "sqlite":
        return SqliteStore(str(folder / "store.db"))
    return PostgresStore(postgres_kit.url(), schema=f"test_{zlib.crc32(str(folder).encode())}")


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Store]:
    """Open a store, and close it."""
    store = opening(kind, folder)
    try:
        yield store
    finally:
        store.close()
