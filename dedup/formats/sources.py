"""Where text comes from: a file, perhaps compressed, or standard input."""

from __future__ import annotations

import contextlib
import sys
from typing import IO, TYPE_CHECKING, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


# What may follow the ending of a file name, and how it is called by pyarrow.
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


class Source(NamedTuple):
    """Text to be read, once or again.

    Attributes:
        name: Stands for it in messages: the path as given, or "standard input".
        path: The file; None is standard input.
        compression: "gzip", "zstd" or None.
    """

    name: str
    path: str | None = None
    compression: str | None = None

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """Open it as decompressed bytes; OSError if there is no such file or it cannot be decompressed."""
        if self.path is None:
            return contextlib.nullcontext(sys.stdin.buffer)
        stream: AbstractContextManager[IO[bytes]] = pa.input_stream(self.path, compression=self.compression)
        return stream
