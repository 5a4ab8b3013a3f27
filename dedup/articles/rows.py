"""Rows taken out of a column that is kept in chunks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.articles.columns import TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Rows:
    """A column of which rows are taken. Arrow itself would copy all its chunks into one first."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._column = column
        self._chunks = [chunk for chunk in column.chunks if len(chunk)]
        self._firsts = np.cumsum([0, *map(len, self._chunks)])

    def take(self, rows: NDArray[np.int64]) -> pa.LargeStringArray:
        """Return some rows as one array."""
        if not len(rows):
            return pa.array([], TEXT)
        if rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
            neighbours = self._column.slice(int(rows[0]), len(rows)).chunks
            return neighbours[0] if len(neighbours) == 1 else pa.concat_arrays(neighbours)
        if len(self._chunks) == 1:
            return self._chunks[0].take(pa.array(rows))
        data, starts, sizes = self._places
        chunks = np.searchsorted(self._firsts, rows, side="right") - 1
        pieces = zip(chunks.tolist(), starts[rows].tolist(), (starts[rows] + sizes[rows]).tolist(), strict=True)
        joined = b"".join([data[chunk][start:stop] for chunk, start, stop in pieces])
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(sizes[rows], out=offsets[1:])
        taken = pa.Array.from_buffers(TEXT, len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(joined)])
        if not self._column.null_count:
            return taken
        return pc.if_else(pa.array(self._valid[rows]), taken, pa.scalar(None, TEXT))

    @cached_property
    def _valid(self) -> NDArray[np.bool_]:
        """Which rows are not null."""
        found: NDArray[np.bool_] = self._column.is_valid().to_numpy()
        return found

    @cached_property
    def _places(self) -> tuple[list[memoryview], NDArray[np.int64], NDArray[np.uint32]]:
        """The bytes of each chunk, and where in them each row begins and how many are its own."""
        data = [memoryview(chunk.buffers()[2] or b"") for chunk in self._chunks]
        ends = [np.frombuffer(chunk.buffers()[1], np.int64, len(chunk) + 1, 8 * chunk.offset) for chunk in self._chunks]
        sizes = np.concatenate([np.diff(each).astype(np.uint32) for each in ends])
        return data, np.concatenate([each[:-1] for each in ends]), sizes
