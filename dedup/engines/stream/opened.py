"""An index that is open: used by one thread at a time, and abreast of what other processes write."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from dedup.engines.crew import Crew
from dedup.engines.stream.changing import Changing
from dedup.engines.stream.founding import found
from dedup.engines.stream.keeping import Keeping
from dedup.engines.stream.matching import Matching
from dedup.errors import ArgumentError, StoreError
from dedup.stores import MemoryStore, PostgresStore, SqliteStore, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup.articles.article import Article
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture

Durability = Literal["process", "fsync"]


def store_of(path: str | os.PathLike[str] | Store | None, durability: Durability, *, must_exist: bool) -> Store:
    """Return the store that `Index` takes for its `path`."""
    if path is None:
        return MemoryStore()
    if path in ("", ":memory:"):
        raise ArgumentError(f"path must name a file, got {path!r}: None is an index that ends with the process")
    if isinstance(path, str) and path.startswith(("postgresql://", "postgres://")):
        return PostgresStore(path, must_exist=must_exist)
    if isinstance(path, str | os.PathLike):
        return SqliteStore(os.fspath(path), fsync=durability == "fsync", must_exist=must_exist)
    if not isinstance(path, Store):
        raise ArgumentError(f"path must be a file, an address of PostgreSQL or a store, got {path!r}")
    return path


class Opened:
    """What stands behind an index while it is open.

    Attributes:
        keeping: Its store, and the memory that is derived from that.
        matching: Who finds what is alike in it.
        changes: What changes it.
        crew: Who works.
        lock: Held by the thread that uses it.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings | None,
        furniture: Furniture | None,
        rule: Callable[[Article], Any],
        *,
        keep_text: bool,
    ) -> None:
        """Open the index in a store, or make one; see `founding.found`."""
        self._store, self._rule, self._closed = store, rule, False
        self.crew, self.lock = Crew(), threading.RLock()
        try:
            name = getattr(rule, "__name__", type(rule).__name__)
            self.keeping = Keeping(store, found(store, settings, furniture, name, keep_text=keep_text))
        except BaseException:
            self.close()
            raise
        self._stale = False
        self._look_at_state()

    def _look_at_state(self) -> None:
        """Go on with the state as it was derived last."""
        self.matching = Matching(self.keeping.state, self._store, self.keeping.founding.settings, self.crew)
        self.changes = Changing(self.keeping, self.matching, self._rule)

    def close(self) -> None:
        """Let go of threads and store, once nobody uses them."""
        with self.lock:
            self._closed = True
            self.crew.__exit__()
            self._store.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one thread use the index.

        Raises:
            StoreError: It is closed.
        """
        with self.lock:
            if self._closed:
                raise StoreError("the index is closed")
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Shut out other writers, and be abreast of what they did. What fails leaves no trace."""
        with self.turn():
            self._refresh()
            with self._store.writing():
                self._catch_up()
                self._stale = True
                yield
            self._stale = False

    @contextmanager
    def looking(self) -> Iterator[None]:
        """See one state of the index."""
        with self.turn():
            self._refresh()
            with self._store.reading():
                self._catch_up()
                yield

    def compact(self) -> None:
        """Give the space of what was removed back to the system."""
        with self.turn():
            with self.changing():
                self.keeping.tidy(always=True)
                self.keeping.save()
            self._store.compact()

    def _catch_up(self) -> None:
        """Take what others wrote since."""
        self._stale = True
        if self.keeping.catch_up():
            self._look_at_state()
        self._stale = False

    def _refresh(self) -> None:
        """Derive memory anew where a transaction failed half way."""
        if self._stale:
            self.keeping.load()
            self._look_at_state()
            self._stale = False
