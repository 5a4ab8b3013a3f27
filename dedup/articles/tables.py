"""Arrow tables and data frames, as columns of text that are copied only where they must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dedup.articles import fields
from dedup.articles.columns import TEXT, Part, no_fields, shown, take, texts
from dedup.articles.fields.values import dig, has
from dedup.errors import ArgumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dedup.articles.columns import Fault
    from dedup.articles.fields import FieldMapping
    from dedup.articles.fields.choosing import Given
    from dedup.articles.fields.mapping import Path, Step


def from_table(records: object, told: Given = ()) -> Part | None:
    """Turn an Arrow object or a data frame into one part; None if it is neither.

    Raises:
        ArgumentError: It cannot be read as a table, or `select` finds it wanting.
    """
    if isinstance(records, pa.Table):
        return select(records, told)
    if isinstance(records, pa.RecordBatch):
        return select(pa.Table.from_batches([records]), told)
    if type(records).__module__.split(".")[0] == "pandas" and hasattr(records, "columns"):
        return select(*_from_pandas(records, told))
    if not hasattr(records, "__arrow_c_stream__"):
        return None
    try:
        table = pa.table(records)
    except (pa.ArrowException, ValueError, TypeError) as error:
        kind = type(records).__name__
        raise ArgumentError(f"articles must be readable as an Arrow table, got {kind}: {error}") from error
    return select(table, told)


def select(
    table: pa.Table,
    told: Given = (),
    mixed: Mapping[str, list[Any]] | None = None,
    *,
    mapping: FieldMapping | None = None,
    first: int = 0,
) -> Part:
    """Take our columns of a table as text, and keep the others as they are.

    Args:
        table: Any columns.
        told: What the user said about the fields.
        mixed: Values that are no Arrow column, by name; they stand for the column of that name.
        mapping: Where fields are taken from; by default chosen by the names of the columns.
        first: Number of the first row, for problems.

    Raises:
        ArgumentError: It has columns and none is ours, one of ours comes twice or cannot be read as text.
    """
    names = table.column_names
    mapping = mapping or fields.choose(fields.relevant(names, told), told)
    keys = mapping.keys & set(names)
    if (names or table.num_rows) and not keys and not told:
        raise ArgumentError(f"articles {no_fields(names)}")
    for key in sorted(keys):
        if names.count(key) > 1:
            raise ArgumentError(f"articles must name a column once, got {key!r} {names.count(key)} times")

    def values(path: Path, field: str, faults: list[Fault]) -> pa.Array | pa.ChunkedArray:
        key, steps = path
        if mixed and key in mixed:
            return texts([dig(value, steps, field) for value in mixed[key]], field, faults)
        if key not in keys:
            return pa.chunked_array([pa.nulls(table.num_rows, TEXT)])
        return _text_column(*_below(table.column(key), steps), field, faults)

    ours, faults = take(mapping, values, table.num_rows)
    seen = frozenset(
        field for field, _ in told for path in mapping[field].paths if path.key in keys and _leads(table, path)
    )
    others = [index for index, name in enumerate(names) if name not in keys]
    extra = table.select(others) if others else None
    problems = tuple(Problem(f"article {first + row}", what) for row, what in faults)
    return Part(ours, extra, problems, (mapping,), frozenset(names), seen)


def _from_pandas(frame: Any, told: Given) -> tuple[pa.Table, Given, dict[str, list[Any]]]:  # noqa: ANN401
    # Column by column, because one object column of mixed values makes the conversion of the frame fail.
    names = [str(name) for name in frame.columns]
    keys = fields.choose(fields.relevant(names, told), told).keys
    arrays = []
    mixed = {}
    for index, name in enumerate(names):
        series = frame.iloc[:, index]
        try:
            arrays.append(pa.array(series, from_pandas=True))
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            if name in keys:
                mixed[name] = list(series)
                arrays.append(pa.nulls(len(series)))
            else:
                arrays.append(pa.array([shown(value) for value in series], TEXT))
    return pa.Table.from_arrays(arrays, names=names), told, mixed


def _below(column: pa.ChunkedArray, steps: tuple[Step, ...]) -> tuple[pa.ChunkedArray, tuple[Step, ...]]:
    """Follow the steps down as far as there are structs; no value is copied."""
    while steps and pa.types.is_struct(column.type):
        if column.type.get_field_index(str(steps[0])) < 0:
            break
        column, steps = pc.struct_field(column, steps[0]), steps[1:]
    return column, steps


def _leads(table: pa.Table, path: Path) -> bool:
    column, steps = _below(table.column(path.key), path.steps)
    return not steps or any(has(value, steps) for value in column.to_pylist())


def _text_column(column: pa.ChunkedArray, steps: tuple[Step, ...], field: str, faults: list[Fault]) -> pa.ChunkedArray:
    kind = column.type
    try:
        if steps:
            values: list[object] = [dig(value, steps, field) for value in column.to_pylist()]
            return pa.chunked_array([texts(values, field, faults)], TEXT)
        if pa.types.is_dictionary(kind):
            return _decoded(column, field, faults)
        if pa.types.is_timestamp(kind):
            return _iso(column)
        if _is_text(kind) or pa.types.is_integer(kind) or pa.types.is_date32(kind) or pa.types.is_null(kind):
            found = column.cast(TEXT)
            try:
                found.validate(full=True)
            except pa.ArrowInvalid:  # a producer that did not check its UTF-8
                column = found.cast(pa.large_binary())
            else:
                return found
        values = column.to_pylist()
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        raise ArgumentError(f"articles: column {field!r} of type {kind} is not readable: {error}") from error
    return pa.chunked_array([texts(values, field, faults)], TEXT)


def _decoded(column: pa.ChunkedArray, field: str, faults: list[Fault]) -> pa.ChunkedArray:
    # Each value of a dictionary becomes text once; pyarrow cannot cast a dictionary of string views.
    chunks = []
    for chunk in column.chunks:
        words = _text_column(pa.chunked_array([chunk.dictionary]), (), field, faults)
        chunks.append(words.combine_chunks().take(chunk.indices))
    return pa.chunked_array(chunks, TEXT)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # As datetime.isoformat() writes them: six digits of a second, or none if all are zero.
    zone = column.type.tz
    column = column.cast(pa.timestamp("us", zone), safe=False)
    found = pc.strftime(column, format="%Y-%m-%dT%H:%M:%S%Ez" if zone else "%Y-%m-%dT%H:%M:%S")
    return pc.replace_substring_regex(found, r"\.000000", "").cast(TEXT)
