"""Whatever comes in, as Arrow columns of text: records, tables and data frames."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ArgumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Fault: TypeAlias = tuple[int, str]  # a row, and what is wrong with it

FIELDS = ("id", "url", "title", "text", "source", "published", "fetched")
TEXT = pa.large_string()
SCHEMA = pa.schema([(field, TEXT) for field in FIELDS])

# Records become columns this many at a time, so that an iterator of a million is never held as objects.
_ROWS = 1 << 16

# What says "nothing here" in numpy, pandas and decimal when it is written as text.
_MISSING = frozenset({"nan", "-nan", "snan", "-snan", "nat", "<na>"})


class Part(NamedTuple):
    """Some rows of a batch to be: ids may be missing or repeated, texts may hold markup.

    Attributes:
        table: Exactly the columns ``FIELDS``, all ``large_string``.
        extra: The other columns, or None.
        problems: What was worked around so far.
    """

    table: pa.Table
    extra: pa.Table | None = None
    problems: tuple[Problem, ...] = ()


def no_fields(found: Iterable[object]) -> str:
    """Say that nothing given looks like an article."""
    names = sorted({str(name) for name in found})
    shown = ", ".join(map(repr, names[:20])) or "none"
    return f"must have some of the fields {', '.join(FIELDS)}; the fields found are {shown}"


def from_records(records: Iterable[Mapping[object, object]]) -> Part:
    """Turn mappings into one part.

    Raises:
        ArgumentError: There are records, and none has any of our fields.
    """
    tables, problems, found, rows = [pa.Table.from_batches([], SCHEMA)], list[Problem](), set[object](), 0
    iterator = iter(records)
    while chunk := list(itertools.islice(iterator, _ROWS)):
        table, faults, keys = tabulate(chunk)
        tables.append(table)
        problems += [Problem(f"article {rows + row}", what) for row, what in faults]
        found |= keys
        rows += len(chunk)
    if rows and found.isdisjoint(FIELDS):
        raise ArgumentError(f"articles {no_fields(found)}")
    return Part(pa.concat_tables(tables), None, tuple(problems))


def tabulate(records: Sequence[Mapping[object, object]]) -> tuple[pa.Table, list[Fault], set[object]]:
    """Turn mappings into a table of ``FIELDS``.

    Returns:
        The table, the values that are no text, and names of fields found: at least one of ours if there
        is one.
    """
    faults: list[Fault] = []
    arrays = [_texts([record.get(field) for record in records], field, faults) for field in FIELDS]
    found = {field for field, array in zip(FIELDS, arrays, strict=True) if array.null_count < len(array)}
    return pa.Table.from_arrays(arrays, schema=SCHEMA), faults, set(found) or set().union(*records)


def from_table(records: object) -> Part | None:
    """Turn an Arrow object or a data frame into one part; None if it is neither.

    Raises:
        ArgumentError: It cannot be read as a table, or `select` finds it wanting.
    """
    if isinstance(records, pa.Table):
        return select(records)
    if isinstance(records, pa.RecordBatch):
        return select(pa.Table.from_batches([records]))
    if type(records).__module__.split(".")[0] == "pandas" and hasattr(records, "columns"):
        return select(*_from_pandas(records))
    if not hasattr(records, "__arrow_c_stream__"):
        return None
    try:
        table = pa.table(records)
    except (pa.ArrowException, ValueError, TypeError) as error:
        kind = type(records).__name__
        raise ArgumentError(f"articles must be readable as an Arrow table, got {kind}: {error}") from error
    return select(table)


def select(table: pa.Table, faults: Sequence[Fault] = ()) -> Part:
    """Take our columns of a table as text, by exact name, and keep the others as they are.

    Raises:
        ArgumentError: It has columns and none is ours, one of ours comes twice or cannot be read as text.
    """
    names = table.column_names
    if (names or table.num_rows) and not set(names) & set(FIELDS):
        raise ArgumentError(f"articles {no_fields(names)}")
    faults = list(faults)
    arrays = []
    for field in FIELDS:
        if names.count(field) > 1:
            raise ArgumentError(f"articles must name a column once, got {field!r} {names.count(field)} times")
        if field in names:
            arrays.append(_text_column(table.column(field), field, faults))
        else:
            arrays.append(pa.chunked_array([pa.nulls(table.num_rows, TEXT)]))
    others = [index for index, name in enumerate(names) if name not in FIELDS]
    extra = table.select(others) if others else None
    problems = tuple(Problem(f"article {row}", what) for row, what in faults)
    return Part(pa.Table.from_arrays(arrays, schema=SCHEMA), extra, problems)


def _from_pandas(frame: object) -> tuple[pa.Table, list[Fault]]:
    # Column by column, because one object column of mixed values makes the conversion of the frame fail.
    names = [str(name) for name in frame.columns]  # type: ignore[attr-defined]
    arrays = []
    faults: list[Fault] = []
    for index, name in enumerate(names):
        series = frame.iloc[:, index]  # type: ignore[attr-defined]
        try:
            arrays.append(pa.array(series, from_pandas=True))
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            if name in FIELDS:
                arrays.append(_texts(list(series), name, faults))
            else:
                arrays.append(pa.array([_shown(value) for value in series], TEXT))
    return pa.Table.from_arrays(arrays, names=names), faults


def _shown(value: object) -> str | None:
    # A column of mixed values that is not ours is kept, so a list in it shows as Python writes it.
    try:
        return _text(value)
    except ValueError:
        return _well_formed(repr(value))


def _text_column(column: pa.ChunkedArray, field: str, faults: list[Fault]) -> pa.ChunkedArray:
    kind = column.type
    try:
        if pa.types.is_dictionary(kind):
            return _decoded(column, field, faults)
        if pa.types.is_timestamp(kind):
            return _iso(column)
        if _is_text(kind) or pa.types.is_integer(kind) or pa.types.is_date32(kind) or pa.types.is_null(kind):
            texts = column.cast(TEXT)
            try:
                texts.validate(full=True)
            except pa.ArrowInvalid:  # a producer that did not check its UTF-8
                column = texts.cast(pa.large_binary())
            else:
                return texts
        values: list[object] = column.to_pylist()
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        raise ArgumentError(f"articles: column {field!r} of type {kind} is not readable: {error}") from error
    return pa.chunked_array([_texts(values, field, faults)], TEXT)


def _decoded(column: pa.ChunkedArray, field: str, faults: list[Fault]) -> pa.ChunkedArray:
    # Each value of a dictionary becomes text once; pyarrow cannot cast a dictionary of string views.
    chunks = []
    for chunk in column.chunks:
        words = _text_column(pa.chunked_array([chunk.dictionary]), field, faults)
        chunks.append(words.combine_chunks().take(chunk.indices))
    return pa.chunked_array(chunks, TEXT)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # As datetime.isoformat() writes them: six digits of a second, or none if all are zero.
    zone = column.type.tz
    column = column.cast(pa.timestamp("us", zone), safe=False)
    texts = pc.strftime(column, format="%Y-%m-%dT%H:%M:%S%Ez" if zone else "%Y-%m-%dT%H:%M:%S")
    return pc.replace_substring_regex(texts, r"\.000000", "").cast(TEXT)


def _texts(values: list[object], field: str, faults: list[Fault]) -> pa.Array:
    try:
        return pa.array(values, TEXT)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):  # not all are well-formed strings
        return pa.array(_each_text(values, field, faults), TEXT)


def _each_text(values: list[object], field: str, faults: list[Fault]) -> Iterable[str | None]:
    for row, value in enumerate(values):
        try:
            yield _text(value)
        except ValueError as error:
            faults.append((row, f"{field} {error}; left empty"))
            yield None


def _text(value: object) -> str | None:
    # One value as text; ValueError says why it has none.
    if value is None:
        return None
    if isinstance(value, str):
        return _well_formed(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Iterable):
        raise ValueError(f"must be text, got {type(value).__name__}")  # noqa: TRY004 - one error for the caller
    # str() raises ValueError for an integer of more digits than Python writes.
    text = value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
    return None if text.lower() in _MISSING else _well_formed(text)


def _well_formed(text: str) -> str:
    # A lone surrogate is no character: U+FFFD stands for it. Two that make a pair become their character.
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
