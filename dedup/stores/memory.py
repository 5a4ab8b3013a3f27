"""An index that ends with the process."""

from __future__ import annotations

from dedup.stores.sqlite import SqliteStore


class MemoryStore(SqliteStore):
    """Keeps an index in memory: SQLite without a file, for its transactions."""

    def __init__(self) -> None:
        super().__init__(":memory:")
