"""Signatures to Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.formats.places import place_of, whole
from dedup.formats.signatures.schema import SCHEMA

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from dedup.formats.signatures.schema import Made


def write(lots: Iterator[pa.RecordBatch], path: str | os.PathLike[str], made: Made) -> None:
    """Write lots of rows to a Parquet file, all of it or nothing.

    Raises:
        ArgumentError: The ending is another than .parquet, the folder is missing, or the path is no file.
    """
    with whole(place_of(path, ".parquet")) as unfinished:
        _write(lots, str(unfinished), made)


def to_buffer(lots: Iterator[pa.RecordBatch], made: Made) -> pa.Buffer:
    """Return what `write` writes."""
    stream = pa.BufferOutputStream()
    _write(lots, stream, made)
    return stream.getvalue()


def _write(lots: Iterator[pa.RecordBatch], where: str | pa.BufferOutputStream, made: Made) -> None:
    # Hashes do not repeat: looking for a dictionary of them takes long and finds none.
    with pq.ParquetWriter(where, SCHEMA, compression="zstd", use_dictionary=False) as writer:
        for lot in lots:
            writer.write_batch(lot)
        writer.add_key_value_metadata(made.metadata)
