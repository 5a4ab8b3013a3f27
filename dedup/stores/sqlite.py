"""One file of SQLite, in write-ahead mode: readers never block the writer, nor it them."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import InputError, StoreError
from dedup.stores import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from dedup.stores.base import Row

_APPLICATION = 0x64656475  # "dedu" in the header of the file says whose it is
_PAGE = 16384  # bytes: rows of two to four thousand waste little of it, and a commit writes several whole ones
_WAIT = 60  # seconds for another writer
_LOG = 32  # MiB of the log beside the file from which its pages go into the file, and that it keeps then
_CACHE = 8  # MiB of pages held; the system holds more


class SqliteStore:
    """Keeps an index in a file.

    What a transaction wrote survives the end of the process; with `fsync` also that of the power, as far as
    the disk keeps its promises.
    """

    def __init__(self, path: str, *, fsync: bool = False, must_exist: bool = False) -> None:
        """Open a file, or make one.

        Raises:
            InputError: It is no database, that of another program, or not there although it must be.
        """
        self._path = path
        if must_exist and path != ":memory:" and not Path(path).exists():
            raise InputError(f"{path}: there is no such index")
        try:
            self._db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise InputError(f"{path}: cannot be opened: {error}") from error
        self._inside = self._version = 0
        try:
            self._prepare(fsync=fsync)
        except (sqlite3.DatabaseError, UnicodeError) as error:  # the second in what it says of the first
            self._db.close()
            raise InputError(f"{path}: cannot be read as an index: {error}") from error
        except (InputError, StoreError):
            self._db.close()
            raise

    def _prepare(self, *, fsync: bool) -> None:
        whose = self._db.execute("PRAGMA application_id").fetchone()[0]
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if whose != _APPLICATION and (whose or tables):
            raise InputError(f"{self._path}: is the database of another program")
        if not tables:
            self._db.execute(f"PRAGMA page_size = {_PAGE}")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {'FULL' if fsync else 'NORMAL'}")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE * 1024}")
        self._db.execute(f"PRAGMA journal_size_limit = {_LOG << 20}")
        self._db.execute(f"PRAGMA wal_autocheckpoint = {(_LOG << 20) // _PAGE}")
        if not tables:
            with self.writing():
                self._db.execute(f"PRAGMA application_id = {_APPLICATION}")
                for statement in sql.schema({}):
                    self._db.execute(statement)

    def meta(self, names: Sequence[str] | None = None) -> dict[str, str]:
        """See `Store`."""
        if names is None:
            return dict(self._db.execute("SELECT name, value FROM meta"))
        marks = ", ".join("?" * len(names))
        return dict(self._db.execute(f"SELECT name, value FROM meta WHERE name IN ({marks})", names))  # noqa: S608

    def set_meta(self, words: Mapping[str, str]) -> None:
        """See `Store`."""
        self._db.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", words.items()
        )

    def touched(self) -> bool:
        """See `Store`."""
        before, self._version = self._version, self._db.execute("PRAGMA data_version").fetchone()[0]
        return bool(before != self._version)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        if self._inside:
            yield
            return
        self._inside += 1
        try:
            self._db.execute(begin)
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error | UnicodeError):
                raise StoreError(f"{self._path}: {error}") from error
            raise
        finally:
            self._inside -= 1

    def writing(self) -> AbstractContextManager[None]:
        """See `Store`."""
        return self._transaction("BEGIN IMMEDIATE")

    def reading(self) -> AbstractContextManager[None]:
        """See `Store`."""
        return self._transaction("BEGIN")

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """See `Store`."""
        self._db.executemany(sql.upsert(table), rows)

    def get(self, table: str, numbers: Sequence[int], columns: Sequence[str] | None = None) -> list[Row]:
        """See `Store`."""
        found: list[Row] = []
        for lot in sql.in_lots(numbers):
            marks = ", ".join("?" * len(lot))
            found += self._db.execute(f"{sql.select(table, columns)} WHERE number IN ({marks}) ORDER BY number", lot)
        return found

    def after(self, table: str, number: int) -> Iterator[Row]:
        """See `Store`."""
        return self._db.execute(f"{sql.select(table, None)} WHERE number > ? ORDER BY number", (number,))

    def delete(self, table: str, numbers: Iterable[int]) -> None:
        """See `Store`."""
        self._db.executemany(f"DELETE FROM {sql.named(table)} WHERE number = ?", ((int(number),) for number in numbers))  # noqa: S608

    def compact(self) -> None:
        """See `Store`."""
        try:
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error

    def size(self) -> int:
        """See `Store`."""
        pages, page = (self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        return int(pages * page)

    def damage(self) -> list[str]:
        """See `Store`."""
        said = [row[0] for row in self._db.execute("PRAGMA integrity_check")]
        return [] if said == ["ok"] else said

    def close(self) -> None:
        """See `Store`."""
        self._db.close()
