"""Parquet to signatures: what all are searched by at once, what confirmation needs where it is asked for."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.articles.moments import Spans
from dedup.errors import DedupError, InputError
from dedup.formats.packed import unpack
from dedup.formats.signatures.schema import BODY, COLUMNS, FORMAT, SCHEMA, Made
from dedup.stages import confirm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dedup.settings import Settings

_SEARCHED = [name for name in COLUMNS if name not in BODY]


@dataclass(frozen=True, eq=False)  # tables have no one answer to ==
class Signatures:
    """Signatures of n articles, those columns at hand that all are searched by.

    Attributes:
        made: What they were made with.
        table: The columns that are not in `BODY`.
        centres: int64[n], the row of the centre of each article's cluster.
    """

    made: Made
    table: pa.Table = field(repr=False)
    centres: NDArray[np.int64] = field(repr=False)
    _width: int = field(repr=False)
    _parts: tuple[str | pa.Buffer, ...] = field(repr=False)

    @classmethod
    def read(cls, source: str | os.PathLike[str] | pa.Buffer, bands: Callable[[Settings], int]) -> Signatures:
        """Read a file or a folder of them, or what would be in one; `bands` says how many keys settings lead to.

        Raises:
            InputError: It is missing, damaged, or no such file; or other rules made it.
        """
        name = "against" if isinstance(source, pa.Buffer) else os.fspath(source)
        parts = (source,) if isinstance(source, pa.Buffer) else _parts(name)
        tables, told = [], list[Made]()
        with _reading(name):
            for part in parts:
                with _opened(part) as file:
                    told.append(Made.of_file(name, file.metadata.metadata))
                    tables.append(_conforming(name, file.read(_SEARCHED), file.schema_arrow))
            table = pa.concat_tables(tables).combine_chunks()
        made = told[0]
        if any(one.words != made.words for one in told):
            raise InputError(f"{name}: must hold files that were made with the same settings and furniture")
        width = bands(made.settings)
        _sized(name, table, {"digest": 16, "bands": 4 * width})
        if pc.count_distinct(table["id"]).as_py() != len(table):
            raise InputError(f"{name}: must have each id once")
        return cls(made, table, _centres(name, table), width, parts)

    def __len__(self) -> int:
        return len(self.table)

    @property
    def digests(self) -> NDArray[np.uint64]:
        """uint64[n, 2], the digests."""
        found: NDArray[np.uint64] = unpack(self.table["digest"], np.uint64)[0].reshape(-1, 2)
        return found

    @property
    def bands(self) -> NDArray[np.uint32]:
        """uint32[n, k], the band keys."""
        found: NDArray[np.uint32] = unpack(self.table["bands"], np.uint32)[0].reshape(len(self), self._width)
        return found

    @property
    def passages(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The passages of all articles, one after the other, and how many each has."""
        return unpack(self.table["passages"], np.uint32)

    def numbers(self, name: str, unknown: int = 0) -> NDArray[np.int64]:
        """Return a column of numbers, nulls as something else."""
        found: NDArray[np.int64] = self.table[name].fill_null(unknown).to_numpy()
        return found

    def bodies(self, rows: NDArray[np.int64]) -> pa.Table:
        """Read the columns `BODY` of some rows, which rise.

        Raises:
            InputError: The file is damaged, or changed since it was opened.
        """
        found, start = [SCHEMA.empty_table().select(BODY)], 0
        with _reading(self.made.name):
            for part in self._parts:
                with _opened(part) as file:
                    for group in range(file.num_row_groups):
                        stop = start + file.metadata.row_group(group).num_rows
                        first, last = np.searchsorted(rows, [start, stop])
                        if last > first:
                            whole = _conforming(self.made.name, file.read_row_group(group, list(BODY)))
                            found.append(whole.take(pa.array(rows[first:last] - start)))
                        start = stop
            table = pa.concat_tables(found)
        sizes = 4 * self.numbers("count")[rows]
        if not all(np.array_equal(pc.binary_length(table[name]).to_numpy(), sizes) for name in ("tokens", "marks")):
            raise InputError(f"{self.made.name}: must have as many tokens and marks as it counts")
        return table

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows with all columns."""
        with _reading(self.made.name):
            for part in self._parts:
                with _opened(part) as file:
                    for batch in file.iter_batches():
                        yield from _conforming(self.made.name, pa.Table.from_batches([batch])).to_batches()


@dataclass(frozen=True, slots=True)
class Bodies:
    """What confirmation needs of some articles: the columns `BODY`."""

    table: pa.Table

    def texts(self, places: NDArray[np.int64]) -> confirm.Texts:
        """Return some of them as confirmation sees them."""
        table = self.table.take(pa.array(places))
        tokens, counts = unpack(table["tokens"], np.uint32)
        titles, words = unpack(table["title_words"], np.uint32)
        return confirm.Texts(
            tokens,
            np.concatenate([[0], np.cumsum(counts)]),
            unpack(table["marks"], np.uint32)[0],
            titles,
            np.cumsum(words),
            table["title_support"].to_numpy(),
            table["title_figures"].to_numpy().view(np.uint64),
        )

    def values(self, name: str, places: NDArray[np.int64]) -> list[str | None]:
        """Return a column of texts of some of them."""
        found: list[str | None] = self.table[name].take(pa.array(places)).to_pylist()
        return found

    def spans(self, places: NDArray[np.int64]) -> Spans:
        """Return when some of them were published."""
        return Spans.read(*(self.values(name, places) for name in ("published", "fetched", "zone")))


def _parts(name: str) -> tuple[str, ...]:
    """Return the files of a path: itself, or all of the folder, as Spark writes them."""
    if not Path(name).is_dir():
        return (name,)
    found = sorted(str(path) for path in Path(name).glob("[!_.]*.parquet"))
    if not found:
        raise InputError(f"{name}: must be a file of signatures or a folder of such, has none")
    return tuple(found)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Say in one sentence what is wrong with a file."""
    try:
        yield
    except (OSError, pa.ArrowException, ValueError, IndexError) as error:
        if isinstance(error, DedupError):
            raise
        raise InputError(f"{name}: cannot be read as signatures: {error}") from error


@contextmanager
def _opened(part: str | pa.Buffer) -> Iterator[pq.ParquetFile]:
    with pq.ParquetFile(part if isinstance(part, str) else pa.BufferReader(part)) as file:
        yield file


def _conforming(name: str, table: pa.Table, whole: pa.Schema | None = None) -> pa.Table:
    """Return columns as `SCHEMA` has them; `whole` is the schema of all."""
    if whole is not None and tuple(whole.names) != COLUMNS:
        raise InputError(f"{name}: must have the columns of {FORMAT!r}: {', '.join(COLUMNS)}")
    table.validate(full=True)
    wanted = [SCHEMA.field(column) for column in table.column_names]
    for one, column in zip(wanted, table.columns, strict=True):
        if _wide(column.type) != one.type or (column.null_count and not one.nullable):
            raise InputError(f"{name}: {one.name} must be {one.type} without nulls, is {column.type}")
        if (
            one.type == pa.large_binary()
            and len(column)
            and pc.any(pc.not_equal(pc.bit_wise_and(pc.binary_length(column), 3), 0)).as_py()
        ):
            raise InputError(f"{name}: {one.name} must hold numbers of four bytes")
    return table.cast(pa.schema(wanted))


def _wide(kind: pa.DataType) -> pa.DataType:
    """Return a type of texts as it is where they may be large."""
    return {pa.string(): pa.large_string(), pa.binary(): pa.large_binary()}.get(kind, kind)


def _sized(name: str, table: pa.Table, sizes: dict[str, int]) -> None:
    for column, size in sizes.items():
        if np.any(pc.binary_length(table[column]).to_numpy() != size):
            raise InputError(f"{name}: {column} must have {size} bytes in each row")


def _centres(name: str, table: pa.Table) -> NDArray[np.int64]:
    """Return the row of the centre of each article's cluster."""
    ids = table["id"].combine_chunks()
    places = pc.index_in(table["centre"], value_set=ids)
    if places.null_count:
        raise InputError(f"{name}: must have a row for each centre")
    found: NDArray[np.int64] = places.to_numpy().astype(np.int64)
    if not np.array_equal(found[found], found):
        raise InputError(f"{name}: must have each centre in its own cluster")
    return found
