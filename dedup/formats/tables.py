"""Articles from files that hold columns already: Parquet and Arrow IPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.articles.tables import select

if TYPE_CHECKING:
    from dedup.articles.columns import Part
    from dedup.articles.fields.choosing import Given


def read_parquet(path: str, told: Given = ()) -> Part:
    """Read a Parquet file; errors of many types if it is none or broken."""
    with pq.ParquetFile(path) as file:
        return select(file.read(), told)


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
