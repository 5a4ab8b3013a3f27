"""Shuffles of arrays: Spark moves blocks of records as binary values and never sees a record.

A row a record would cost Spark several times what the stages themselves cost. So each task sorts its records by the
part they go to and hands over one value a part; whoever receives a part has plain arrays again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.formats.packed import pack as packed_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    Lot = tuple[NDArray[np.void], NDArray[np.int64]]  # records, and the part each of them goes to

SCHEMA = "part int, packed binary"
PART = 1 << 19
"""Records of a part, about: 8 MiB of pairs, so that a task is small and a machine has many."""
_HELD = 1 << 25  # bytes of records that a task holds before it hands them over
_PIECE = 1 << 17  # bytes of one value, so that a batch of values stays small


def parts_for(records: int) -> int:
    """Return into how many parts so many records go."""
    return 1 + records // PART


def part_of(keys: NDArray[np.uint64], parts: int) -> NDArray[np.int64]:
    """Return the part of each key, int64 in [0, parts)."""
    mixed = (keys ^ (keys >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(33)) * np.uint64(parts) >> np.uint64(31)).astype(np.int64)


def records(dtype: np.dtype[np.void], *columns: NDArray[np.generic]) -> NDArray[np.void]:
    """Return columns of the same length as records."""
    found = np.empty(len(columns[0]), dtype)
    for name, column in zip(dtype.names or (), columns, strict=True):
        found[name] = column
    return found


def packed(lots: Iterable[Lot]) -> Iterator[pa.RecordBatch]:
    """Yield records as rows of `SCHEMA`."""
    held: list[Lot] = []
    for lot in lots:
        held.append(lot)
        if sum(some.nbytes for some, _ in held) > _HELD:
            yield pack(held)
            held = []
    if held:
        yield pack(held)


def pack(lots: list[Lot]) -> pa.RecordBatch:
    """Return records as rows of `SCHEMA`."""
    dtype = lots[0][0].dtype
    opaque = np.dtype((np.void, dtype.itemsize))  # numpy moves records field by field, and these at once
    every = np.concatenate([some.view(opaque) for some, _ in lots])
    parts = np.concatenate([own for _, own in lots])
    small = parts.astype(np.uint16) if len(parts) and parts.max() < 1 << 16 else parts
    order = np.argsort(small, kind="stable")  # of 16 bits by radix
    every, parts = np.take(every, order), parts[order]
    step = max(1, _PIECE // dtype.itemsize)
    bounds = np.flatnonzero(np.diff(parts, prepend=-1, append=-1)) if len(parts) else ()
    starts = [start for begin, end in pairwise(bounds) for start in range(begin, end, step)]
    values = packed_column(every, np.diff([*starts, len(every)]))
    return pa.record_batch({"part": pa.array(parts[starts].astype(np.int32)), "packed": values})


def unpacked(batches: Iterable[pa.RecordBatch], dtype: np.dtype[np.void]) -> Iterator[tuple[int, NDArray[np.void]]]:
    """Yield each part with its records, from rows of `SCHEMA` sorted by part."""
    current, held = -1, list[bytes]()
    for batch in batches:
        for part, value in zip(batch.column("part").to_pylist(), batch.column("packed"), strict=True):
            if part != current and held:
                yield current, np.frombuffer(b"".join(held), dtype)
                held = []
            current = part
            held.append(value.as_py())
    if held:
        yield current, np.frombuffer(b"".join(held), dtype)


def together(
    rows: DataFrame,
    dtype: np.dtype[np.void],
    receive: Callable[[int, NDArray[np.void]], Iterable[pa.RecordBatch]],
    schema: str,
) -> DataFrame:
    """Bring the records of each part together.

    Args:
        rows: Rows of `SCHEMA`.
        dtype: What the records are.
        receive: Called with a part and all its records, in no order that can be relied on.
        schema: Of what `receive` yields.
    """

    def each(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part, found in unpacked(batches, dtype):
            yield from receive(part, found)

    return rows.repartition("part").sortWithinPartitions("part").mapInArrow(each, schema)
