"""Articles from CSV and TSV."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pacsv

from dedup.articles.columns import TEXT, Part
from dedup.articles.fields.producers import TRAFILATURA_CSV
from dedup.articles.tables import select
from dedup.errors import InputError, Problem

if TYPE_CHECKING:
    from dedup.articles.columns import Fault
    from dedup.articles.fields.choosing import Given
    from dedup.formats.sources import Source

_BOM = b"\xef\xbb\xbf"
_HEADER = 1 << 20  # bytes that hold the header
_BLOCK = 1 << 24  # bytes parsed at a time, unless a row is larger
_LARGEST_BLOCK = (1 << 31) - 1


def read_csv(source: Source, told: Given = (), delimiter: str = ",") -> Part:
    """Read comma-separated values with a header, quoted as spreadsheets do.

    Everything is text, so that an id 007 stays one; an empty field is null. A row with the wrong number
    of fields is left out; what is not UTF-8 becomes U+FFFD; both are problems, and so is a quote that is
    never closed. Trafilatura's CSV is known by its columns: it is separated by tabs and has no header.

    Raises:
        InputError: There is no header.
        ArgumentError: The header has no field of an article, or one of them twice.
    """
    with source.open() as stream:
        data = stream.read()
    problems = []
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8 (byte 0x{data[error.start]:02x}); here and below, U+FFFD stands for what is not"
        problems.append(Problem(f"{source.name}:{line}", what))
        data = data.decode("utf-8", "replace").encode()
    if not data.endswith((b"\n", b"\r")):
        data += b"\n"
    head = io.StringIO(data[:_HEADER].decode("utf-8-sig", "replace"), newline="")
    header = next(filter(None, csv.reader(head, delimiter=delimiter)), None)
    if header is not None and (names := _trafilatura(data)):
        header, delimiter = names, "\t"
        data = ("\t".join(names) + "\n").encode() + data.removeprefix(_BOM)
    if header is None:
        raise InputError(f"{source.name}: has no header that names the columns")
    table, faults = _parse(data, header, delimiter)
    rows = 1 + table.num_rows + len(faults)
    if data.count(b'"') % 2:
        # A row more at the end is a row more, unless a quote is still open there.
        longer, more = _parse(data + delimiter.join(['""'] * len(header)).encode() + b"\n", header, delimiter)
        if 1 + longer.num_rows + len(more) == rows:
            what = "a quote is never closed; all that follows it was read as one field"
            problems.append(Problem(f"{source.name}: row {rows}", what))
    problems += [Problem(f"{source.name}: row {row}", what, skipped=True) for row, what in faults]
    part = select(table, told)
    return part._replace(problems=(*problems, *part.problems))


def read_tsv(source: Source, told: Given = ()) -> Part:
    """Read tab-separated values, otherwise as `read_csv`."""
    return read_csv(source, told, "\t")


def _trafilatura(data: bytes) -> list[str] | None:
    # The names of its columns if the first row is an article instead of a header.
    row = next(csv.reader(io.StringIO(data[:_HEADER].decode("utf-8-sig", "replace"), newline=""), delimiter="\t"), [])
    is_one = len(row) == len(TRAFILATURA_CSV) and re.match("https?://|null$", row[0]) and row[10] != "pagetype"
    return TRAFILATURA_CSV if is_one else None


def _parse(data: bytes, header: list[str], delimiter: str) -> tuple[pa.Table, list[Fault]]:
    # Rows are counted from the header, which is 1, without empty lines.
    faults: list[Fault] = []

    def leave_out(row: pacsv.InvalidRow) -> str:
        what = f"{row.actual_columns} fields instead of {row.expected_columns}; left out"
        faults.append((row.number, what))
        return "skip"

    block = _BLOCK
    while True:
        try:
            table = pacsv.read_csv(
                pa.BufferReader(data),
                # One thread: with more, rows have no numbers.
                read_options=pacsv.ReadOptions(use_threads=False, block_size=block),
                parse_options=pacsv.ParseOptions(
                    delimiter=delimiter, newlines_in_values=True, invalid_row_handler=leave_out
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(header, TEXT), null_values=[""], strings_can_be_null=True
                ),
            )
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error) or block == _LARGEST_BLOCK:
                raise
            block = min(block * 16, _LARGEST_BLOCK)  # a row is larger than the block
            faults.clear()
        else:
            return table, faults
