"""Tables of PostgreSQL, for indexes that several hosts share."""

from __future__ import annotations

import re
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from dedup.errors import ArgumentError, InputError, MissingDependencyError, StoreError
from dedup.stores import sql
from dedup.stores.base import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import psycopg

    from dedup.stores.base import Row

_TYPES = {"INTEGER": "BIGINT", "BLOB": "BYTEA", "REAL": "DOUBLE PRECISION", "KEY": "BIGINT"}
_LOT = 5000  # rows read at a time
_LOCK = 0x64656475  # the first half of the advisory lock; the schema is the second


class PostgresStore:
    """Keeps an index in a schema of a database.

    One writer at a time, shut out by an advisory lock until it has committed, so that numbers come in the order of
    commits. What is returned is as durable as the server is told to be.
    """

    def __init__(self, url: str, *, schema: str = "dedup", must_exist: bool = False) -> None:
        """Connect.

        Args:
            url: As libpq takes it: ``postgresql://user@host/database``.
            schema: Where the tables are; an index each.
            must_exist: Whether to refuse to make a new index.

        Raises:
            MissingDependencyError: psycopg is not installed.
            ArgumentError: The schema has no plain name.
            InputError: There is no such database, or no index where there must be one.
        """
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
            raise ArgumentError(f"schema must be of small letters, digits and _, got {schema!r}")
        try:
            import psycopg  # noqa: PLC0415 - optional
        except ImportError as error:
            raise MissingDependencyError(
                "an index in PostgreSQL needs psycopg: pip install 'newsdedup[postgres]'"
            ) from error
        self._schema, self._error = schema, psycopg.Error
        try:
            self._db: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)
        except psycopg.Error as error:
            raise InputError(f"the database cannot be opened: {error}") from error
        self._inside = 0
        known = self._db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone()
        if must_exist and known is None:
            self._db.close()
            raise InputError(f"there is no such index: the database has no schema {schema!r}")
        if known is None:
            with self.writing():
                self._db.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        self._db.execute(f"SET search_path = {schema}")
        if known is None:
            with self.writing():
                for statement in sql.schema(_TYPES):
                    self._db.execute(statement)

    def meta(self, names: Sequence[str] | None = None) -> dict[str, str]:
        """See `Store`."""
        if names is None:
            return dict(self._db.execute("SELECT name, value FROM meta").fetchall())
        return dict(self._db.execute("SELECT name, value FROM meta WHERE name = ANY(%s)", (list(names),)).fetchall())

    def touched(self) -> bool:
        """See `Store`; only the words tell."""
        return True

    def set_meta(self, words: Mapping[str, str]) -> None:
        """See `Store`."""
        self._many(
            "INSERT INTO meta VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value", words.items()
        )

    @contextmanager
    def _transaction(self, begin: str, lock: tuple[int, int] | None = None) -> Iterator[None]:
        if self._inside:
            yield
            return
        self._inside += 1
        try:
            self._db.execute(begin)
            if lock is not None:
                self._db.execute("SELECT pg_advisory_xact_lock(%s, %s)", lock)
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            with suppress(self._error):
                self._db.execute("ROLLBACK")
            if isinstance(error, self._error):
                raise StoreError(f"the database failed: {error}") from error
            raise
        finally:
            self._inside -= 1

    def writing(self) -> AbstractContextManager[None]:
        """See `Store`."""
        # Each statement sees what was committed before it: what others wrote is seen once the lock is held.
        key = zlib.crc32(self._schema.encode()) & 0x7FFFFFFF
        return self._transaction("BEGIN ISOLATION LEVEL READ COMMITTED", (_LOCK, key))

    def reading(self) -> AbstractContextManager[None]:
        """See `Store`."""
        return self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """See `Store`."""
        self._many(sql.upsert(table, "%s"), (tuple(map(_escaped, row)) for row in rows))

    def _many(self, statement: str, rows: Iterable[Row]) -> None:
        with self._db.cursor() as cursor:
            cursor.executemany(statement, list(rows))

    def get(self, table: str, numbers: Sequence[int], columns: Sequence[str] | None = None) -> list[Row]:
        """See `Store`."""
        wanted = sorted({int(number) for number in numbers})
        statement = f"{sql.select(table, columns)} WHERE number = ANY(%s) ORDER BY number"
        return [_unescaped(row) for row in self._db.execute(statement, (wanted,), binary=True).fetchall()]

    def after(self, table: str, number: int) -> Iterator[Row]:
        """See `Store`."""
        statement = f"{sql.select(table, None)} WHERE number > %s ORDER BY number LIMIT {_LOT}"
        while rows := self._db.execute(statement, (number,), binary=True).fetchall():
            yield from map(_unescaped, rows)
            number = rows[-1][0]

    def delete(self, table: str, numbers: Iterable[int]) -> None:
        """See `Store`."""
        gone = [int(number) for number in numbers]
        if gone:
            self._db.execute(f"DELETE FROM {sql.named(table)} WHERE number = ANY(%s)", (gone,))  # noqa: S608

    def compact(self) -> None:
        """See `Store`."""
        for table in TABLES:
            self._db.execute(f"VACUUM FULL {table}")

    def size(self) -> int:
        """See `Store`."""
        sizes = (
            self._db.execute("SELECT pg_total_relation_size(%s::regclass)", (table,)).fetchone() for table in TABLES
        )
        return sum(int(row[0]) for row in sizes if row is not None)

    def damage(self) -> list[str]:
        """See `Store`; the server looks after its files, so here all rows are read."""
        for table in TABLES:
            for _ in self.after(table, 0):
                pass
        return []

    def close(self) -> None:
        """See `Store`."""
        self._db.close()


def _escaped(value: object) -> object:
    """PostgreSQL has no text with the character 0."""
    if isinstance(value, str) and ("\0" in value or "\x1b" in value):
        return value.replace("\x1b", "\x1b\x1b").replace("\0", "\x1b0")
    return value


def _unescaped(row: Row) -> Row:
    if any(isinstance(value, str) and "\x1b" in value for value in row):
        return tuple(
            re.sub("\x1b(.)", lambda found: "\0" if found[1] == "0" else found[1], value, flags=re.DOTALL)
            if isinstance(value, str)
            else value
            for value in row
        )
    return tuple(row)
