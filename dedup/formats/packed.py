"""Columns of packed arrays: little-endian numbers as binary values, which every reader of Parquet hands over whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pack(values: NDArray[Any], counts: NDArray[np.int64]) -> pa.LargeBinaryArray:
    """Return an array as packed ones, `counts` values a row."""
    ends = np.concatenate([[0], np.cumsum(counts)]) * values.itemsize
    data = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).view(np.uint8)
    offsets = pa.array(ends, pa.int64())
    return pa.Array.from_buffers(pa.large_binary(), len(counts), [None, offsets.buffers()[1], pa.py_buffer(data)])


def unpack(
    column: pa.Array | pa.ChunkedArray, dtype: type[np.generic] | np.dtype[np.void]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return a column of packed arrays as one array, and how many values each row has; nulls have none."""
    column = column.cast(pa.large_binary())
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    column = column.fill_null(b"") if column.null_count else column
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets or b"\0" * 8, np.int64)[column.offset : column.offset + len(column) + 1]
    first, last = (int(bounds[0]), int(bounds[-1])) if len(bounds) else (0, 0)
    found = np.frombuffer((data or b"")[first:last] if data is not None else b"", np.dtype(dtype).newbyteorder("<"))
    return found, np.diff(bounds) // np.dtype(dtype).itemsize
