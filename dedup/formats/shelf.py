"""Where tables are kept while articles are read: in memory or, where that is too small, in files that are mapped."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARE = 0.5
"""Share of the memory that the files to be read may have before their articles are kept outside of it: signatures and
candidates need the rest."""


class Shelf:
    """Keeps tables. What is outside of memory is read again, page by page, when somebody looks at it.

    The files have no name from the moment they are mapped, so nothing stays behind however the process ends.

    Attributes:
        outside: Whether tables are kept in files.
    """

    def __init__(self, *, outside: bool) -> None:
        self.outside = outside

    @classmethod
    def of(cls, files: Iterable[str], memory: int | None) -> Shelf:
        """Return the shelf for the articles of some files, given the bytes of memory that a run may take."""
        sizes = 0
        for name in files:
            with suppress(OSError):
                sizes += Path(name).stat().st_size
        return cls(outside=sizes > SHARE * (available() if memory is None else memory))

    def put(self, table: pa.Table) -> pa.Table:
        """Return the same table, kept as this shelf keeps them."""
        if not self.outside or not table.num_rows:
            return table
        descriptor, name = tempfile.mkstemp(prefix="dedup-", suffix=".arrow")
        try:
            with os.fdopen(descriptor, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
            return pa.ipc.open_file(pa.memory_map(name)).read_all()
        finally:
            Path(name).unlink()

    def keep(self, array: pa.Array) -> pa.Array:
        """Return the same array, kept as this shelf keeps tables."""
        kept = self.put(pa.table([array], ["array"]))["array"]
        return kept.chunk(0) if kept.num_chunks else array


IN_MEMORY = Shelf(outside=False)


def available() -> int:
    """Return the bytes of memory that are free, as far as the system tells, and not beyond the limit of the process."""
    free = 1 << 62
    with suppress(ValueError, OSError, AttributeError):  # not on every system
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on Windows

        limits = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS)]
        free = min([free, *(limit for limit in limits if limit != resource.RLIM_INFINITY)])
    return free
