"""Where text comes from: a file, perhaps compressed, or standard input."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import pyarrow as pa

from dedup.errors import InputError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


# What may follow the ending of a file name, and how it is called by pyarrow.
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
RATIO = 200
"""How many times its size a file may become; news shrinks to a third or a tenth, what is all alike to a thousandth."""
ALLOWED = 1 << 28
"""Bytes that any file may become, however small it is."""
_PIECE = 1 << 22  # bytes decompressed at a time where all are wanted


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
        """Open it as decompressed bytes; OSError if there is no such file or it cannot be decompressed.

        Reading raises InputError where a compressed file becomes larger than `refuse_bomb` allows.
        """
        if self.path is None:
            if sys.stdin is None:
                raise OSError("it is closed")
            return contextlib.nullcontext(sys.stdin.buffer)
        stream: IO[bytes] = pa.input_stream(self.path, compression=self.compression)
        if self.compression is None:
            return stream
        return _Unpacked(stream, self.path)  # type: ignore[return-value] # reads like one


def refuse_bomb(path: str, size: int) -> None:
    """Raise InputError where a file holds or has become so many bytes that it can only be meant to do harm."""
    packed = Path(path).stat().st_size
    if size > max(ALLOWED, RATIO * packed):
        raise InputError(
            f"{path}: a compressed file may become {RATIO} times its size, this one of {packed:,} bytes becomes "
            f"{size:,} and more: decompress it first if that is meant"
        )


class _Unpacked(io.RawIOBase):
    """What a compressed file becomes, counted."""

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self._stream, self._path, self._size = stream, path, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # of the buffers that there are
        count: int = self._stream.readinto(buffer)  # type: ignore[attr-defined]
        self._size += count
        refuse_bomb(self._path, self._size)
        return count

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self.read(_PIECE) or b"", b""))

    def close(self) -> None:
        self._stream.close()
        super().close()
