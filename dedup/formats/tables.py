"""Articles from files that hold columns already: Parquet and Arrow IPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.articles.tables import select
from dedup.errors import InputError
from dedup.formats import sources
from dedup.formats.shelf import IN_MEMORY
from dedup.formats.sources import refuse_bomb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.articles.columns import Part
    from dedup.articles.fields.choosing import Given
    from dedup.formats.shelf import Shelf


_ROWS = 1 << 14  # rows of a Parquet file read at a time, at most
_CELL = 8  # bytes that a value takes in memory at least, about, be it repeated a billion times in the file


def read_parquet(path: str, told: Given = (), shelf: Shelf = IN_MEMORY) -> Part:
    """Read a Parquet file; errors of many types if it is none or broken."""
    with pq.ParquetFile(path) as file:
        batches = _batches(path, file)
        if not shelf.outside or not file.metadata.num_rows:
            return select(pa.Table.from_batches(batches, file.schema_arrow), told)
        parts: list[Part] = []
        row = 0
        for batch in batches:
            part = select(pa.Table.from_batches([batch]), told, first=row)
            extra = None if part.extra is None else shelf.put(part.extra)
            parts.append(part._replace(table=shelf.put(part.table), extra=extra))
            row += batch.num_rows
    table = pa.concat_tables([part.table for part in parts])
    extras = [part.extra for part in parts if part.extra is not None]
    problems = tuple(problem for part in parts for problem in part.problems)
    return parts[0]._replace(table=table, extra=pa.concat_tables(extras) if extras else None, problems=problems)


def _batches(path: str, file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a Parquet file; raise InputError where it says, or turns out, to be a bomb.

    What a file says of itself need not be so: counts may lie, and any number of rows may repeat one large value.
    """
    # Nothing is asked of column chunks: Arrow ends the process where their statistics are broken.
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    refuse_bomb(path, sum(max(group.total_byte_size, _CELL * group.num_rows * group.num_columns) for group in groups))
    size = 0
    for number, group in enumerate(groups):
        missing = group.num_rows
        rows = max(1, min(_ROWS, sources.ALLOWED // (_longest_repeated(path, file, number) if missing else 1)))
        for batch in file.iter_batches(rows, row_groups=[number]):
            size += batch.nbytes
            missing -= batch.num_rows
            refuse_bomb(path, size)
            yield batch
        if missing:
            raise InputError(f"{path}: says that it has {group.num_rows:,} rows, and has {group.num_rows - missing:,}")


def _longest_repeated(path: str, file: pq.ParquetFile, number: int) -> int:
    """Return the bytes of the longest value that rows of a group may repeat by reference, at least 1."""
    columns = (file.schema.column(place) for place in range(len(file.schema)))
    texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
    if not texts:
        return 1
    with pq.ParquetFile(path, read_dictionary=texts) as referring:
        first = next(referring.iter_batches(1, row_groups=[number], columns=texts))
    values = [column.dictionary for column in first.columns if pa.types.is_dictionary(column.type)]
    return max([1, *(pc.max(pc.binary_length(one)).as_py() or 1 for one in values)])


def read_ipc(path: str, told: Given = ()) -> Part:
    """Read an Arrow IPC file or stream; errors of many types if it is none or broken."""
    with pa.OSFile(path) as file:
        try:
            table = pa.ipc.open_file(file).read_all()
        except pa.ArrowInvalid:  # no file: perhaps a stream
            file.seek(0)
            table = pa.ipc.open_stream(file).read_all()
    table.validate(full=True)  # the reader trusts offsets; using wrong ones would end the process
    return select(table, told)
