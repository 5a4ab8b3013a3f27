"""Between Arrow columns, as Spark hands them over, and the arrays and batches of the stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup.articles.article import FIELDS, Batch
from dedup.articles.outlets import outlet_hashes
from dedup.engines.reading import Reading
from dedup.errors import ArgumentError
from dedup.formats.packed import unpack
from dedup.stages import shingles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedup.stages.furniture import Furniture

ARTICLE = ", ".join(f"{name} string" for name in FIELDS)
TEXT = pa.large_string()


def columns_of(schema: str) -> list[str]:
    """Return the names of the columns that a schema, as Spark writes it, has."""
    return [field.split()[0] for field in schema.split(", ")]


def table_of(batch: pa.RecordBatch | pa.Table) -> pa.Table:
    """Return the columns of articles as the stages want them: `large_string`, one chunk, absent ones null."""
    names = set(batch.schema.names)
    columns = [
        _plain(batch.column(name)).cast(TEXT) if name in names else pa.nulls(len(batch), TEXT) for name in FIELDS
    ]
    return pa.table(dict(zip(FIELDS, columns, strict=True)))


def reading_of(batch: pa.RecordBatch | pa.Table, furniture: Furniture) -> Reading:
    """Return articles as the stages read them."""
    table = table_of(batch)
    return Reading(Batch(table), outlet_hashes(table), furniture)


def require_key(fingerprint: str) -> None:
    """Refuse to hash where the key is another than that of the driver, given as `shingles.fingerprint` says it.

    Raises:
        ArgumentError: It is.
    """
    if shingles.fingerprint() != fingerprint:
        raise ArgumentError(
            f"{shingles.KEY} must be set on executors as on the driver: spark.executorEnv.{shingles.KEY}"
        )


def numbers_of(batch: pa.RecordBatch | pa.Table, name: str) -> NDArray[Any]:
    """Return a column without nulls as an array."""
    found: NDArray[Any] = _plain(batch.column(name)).to_numpy(zero_copy_only=False)
    return found


def values_of(
    batch: pa.RecordBatch | pa.Table, name: str, dtype: type[np.generic] | np.dtype[np.void]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return a column of packed arrays as one array, and how many values each row has."""
    return unpack(batch.column(name), dtype)


def listed(batch: pa.RecordBatch | pa.Table, name: str) -> NDArray[Any]:
    """Return the values of a column of lists, one after the other."""
    found: NDArray[Any] = _plain(batch.column(name)).flatten().to_numpy(zero_copy_only=False)
    return found


def fitted(table: pa.Table, like: pa.Table) -> pa.Table:
    """Return a table with texts of the width that Spark has just used: it insists on the same in return."""
    large = any(pa.types.is_large_string(field.type) or pa.types.is_large_binary(field.type) for field in like.schema)

    def fit(kind: pa.DataType) -> pa.DataType:
        if pa.types.is_list(kind):
            return pa.list_(fit(kind.value_type))
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return pa.large_string() if large else pa.string()
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            return pa.large_binary() if large else pa.binary()
        return kind

    return table.cast(pa.schema([(field.name, fit(field.type)) for field in table.schema]))


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
