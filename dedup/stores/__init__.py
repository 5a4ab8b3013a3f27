"""Where an index keeps its state."""

from dedup.stores.base import TABLES, Row, Store
from dedup.stores.memory import MemoryStore
from dedup.stores.postgres import PostgresStore
from dedup.stores.sqlite import SqliteStore

__all__ = ["TABLES", "MemoryStore", "PostgresStore", "Row", "SqliteStore", "Store"]
