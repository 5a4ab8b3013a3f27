"""Articles from CSV and TSV."""

from __future__ import annotations

import codecs
import csv
import io
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pacsv

from dedup.articles.columns import TEXT, Part, select
from dedup.errors import InputError, Problem

if TYPE_CHECKING:
    from dedup.formats.sources import Source

_BLOCK = 1 << 24
_LARGEST_BLOCK = (1 << 31) - 1
_HEADER = 1 << 20


def read_csv(source: Source) -> Part:
    """Read comma-separated values; see `_read`."""
    return _read(source, ",")


def read_tsv(source: Source) -> Part:
    """Read tab-separated values; see `_read`."""
    return _read(source, "\t")


def _read(source: Source, delimiter: str) -> Part:
    # All columns as text, so that an id 007 stays one, and empty fields as null. A row with the wrong
    # number of fields is left out; what is not UTF-8 becomes U+FFFD; both are problems.
    names = _header(source, delimiter)
    block, repair = _BLOCK, False
    while True:
        faults: list[tuple[int, str]] = []

        def skip(row: pacsv.InvalidRow, faults: list[tuple[int, str]] = faults) -> str:
            what = f"{row.actual_columns} fields instead of {row.expected_columns}; left out"
            faults.append((row.number, what))
            return "skip"

        with source.open() as stream:
            text = _Text(stream, repair=repair)
            try:
                table = pacsv.read_csv(
                    pa.PythonFile(text, "r"),
                    # One thread, because only then rows have numbers.
                    pacsv.ReadOptions(use_threads=False, block_size=block),
                    pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
                    pacsv.ConvertOptions(
                        column_types=dict.fromkeys(names, TEXT),
                        null_values=[""],
                        strings_can_be_null=True,
                    ),
                )
            except (pa.ArrowInvalid, UnicodeDecodeError) as error:
                if "straddling" in str(error) and block < _LARGEST_BLOCK:  # a row is larger than the block
                    block = min(block * 16, _LARGEST_BLOCK)
                elif not repair:
                    repair = True
                else:
                    raise
                continue
        break
    part = select(table)
    ...
