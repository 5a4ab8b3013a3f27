"""Lines of JSON as columns, without a Python object a line: what most files of articles are."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from dedup.articles.columns import TEXT
from dedup.stages._kernels import jsonlines as kernels
from dedup.stages._kernels.compiling import wrapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


class PlainLines(NamedTuple):
    """Lines that hold an object each, and the values of some keys in them; see `jsonlines.find`.

    Attributes:
        data: uint8, the lines.
        spans: int64[lines, keys, 2], where each value begins and ends.
        sizes: int64[lines, keys], the bytes that each is as text.
    """

    data: npt.NDArray[np.uint8]
    spans: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, data: bytes | memoryview, keys: Sequence[str]) -> PlainLines | None:
        """Look for the values of some keys; None unless each line is one plain object."""
        whole = pa.Array.from_buffers(TEXT, 1, [None, pa.py_buffer(np.array([0, len(data)])), pa.py_buffer(data)])
        names = [key.encode() for key in keys]
        try:
            whole.validate(full=True)  # the kernel does not look for bad UTF-8
        except pa.ArrowInvalid:
            return None
        raw = np.frombuffer(data, np.uint8)
        raw.flags.writeable = False  # whatever the bytes are of, so that the kernel is compiled for one type
        size = (kernels.count_lines(raw), len(keys))
        found = cls(raw, np.empty((*size, 2), np.int64), np.empty(size, np.int64))
        ends = np.cumsum([len(name) for name in names], dtype=np.int64)
        with wrapping():  # eight bytes are looked at as one number
            plain = kernels.find(raw, np.frombuffer(b"".join(names), np.uint8), ends, found.spans, found.sizes)
        return found if plain else None

    def plain(self, place: int) -> bool:
        """Return whether the values of a key, given by its place, are strings and integers, as far as there are any."""
        return not (self.sizes[:, place] == kernels.OTHER).any()

    def strings(self, place: int) -> pa.Array:
        """Return the values of such a key."""
        sizes = self.sizes[:, place]
        lacking = sizes == kernels.NOTHING
        if lacking.all():
            return pa.nulls(len(sizes), TEXT)
        ends = np.zeros(len(sizes) + 1, np.int64)
        np.cumsum(np.maximum(sizes, 0), out=ends[1:])
        values = np.empty(ends[-1], np.uint8)
        with wrapping():
            kernels.copy(self.data, self.spans, self.sizes, place, values)
        valid = pa.py_buffer(np.packbits(~lacking, bitorder="little")) if lacking.any() else None
        return pa.Array.from_buffers(TEXT, len(sizes), [valid, pa.py_buffer(ends), pa.py_buffer(values)])

    def objects(self, place: int) -> list[object]:
        """Return the values of any key as Python's json reads them, but for integers, which are text.

        Raises:
            RecursionError: One is nested too deep.
        """
        return [
            None if size == kernels.NOTHING else self._object(int(start), int(stop), int(size))
            for (start, stop), size in zip(self.spans[:, place], self.sizes[:, place], strict=True)
        ]

    def _object(self, start: int, stop: int, size: int) -> object:
        written = self.data[start:stop].tobytes().decode()
        if size == kernels.OTHER:
            return json.loads(written, parse_int=integer, parse_constant=lambda _: math.nan)  # as `jsonl.parse_line`
        return written if size == stop - start else json.loads(f'"{written}"')


def integer(digits: str) -> str:
    """Return an integer as it is written: Python refuses to turn thousands of digits into an int. -0 is 0."""
    return "0" if digits == "-0" else digits
