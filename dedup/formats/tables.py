"""Articles from files that hold columns already: Parquet and Arrow IPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.articles.tables import select
from dedup.formats.shelf import IN_MEMORY
from dedup.formats.sources import refuse_bomb

if TYPE_CHECKING:
    from dedup.articles.columns import Part
    from dedup.articles.fields.choosing import Given
    from dedup.formats.shelf import Shelf


_ROWS = 1 << 14  # rows of a Parquet file read at a time where not all of it fits into memory


def read_parquet(path: str, told: Given = (), shelf: Shelf = IN_MEMORY) -> Part:
    """Read a Parquet file; errors of many types if it is none or broken."""
    with pq.ParquetFile(path) as file:
        groups = map(file.metadata.row_group, range(file.metadata.num_row_groups))
        refuse_bomb(path, sum(group.total_byte_size for group in groups))
        if not shelf.outside or not file.metadata.num_rows:
            return select(file.read(), told)
        parts: list[Part] = []
        row = 0
        for batch in file.iter_batches(_ROWS):
            part = select(pa.Table.from_batches([batch]), told, first=row)
            extra = None if part.extra is None else shelf.put(part.extra)
            parts.append(part._replace(table=shelf.put(part.table), extra=extra))
            row += batch.num_rows
    table = pa.concat_tables([part.table for part in parts])
    extras = [part.extra for part in parts if part.extra is not None]
    problems = tuple(problem for part in parts for problem in part.problems)
    return parts[0]._replace(table=table, extra=pa.concat_tables(extras) if extras else None, problems=problems)


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
