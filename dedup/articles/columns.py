"""Whatever comes in, as Arrow columns of text: records, tables and data frames."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.articles import fields
from dedup.articles.fields import FIELDS, FieldMapping
from dedup.articles.fields.values import dig, has, read, text, well_formed
from dedup.errors import ArgumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeAlias

    from dedup.articles.fields.choosing import Given
    from dedup.articles.fields.mapping import Path

    Fault: TypeAlias = tuple[int, str]  # a row, and what is wrong with it
    Column: TypeAlias = pa.Array | pa.ChunkedArray

TEXT = pa.large_string()
SCHEMA = pa.schema([(field, TEXT) for field in FIELDS])

# Records become columns this many at a time, so that an iterator of a million is never held as objects.
_ROWS = 1 << 13


class Part(NamedTuple):
    """Some rows of a batch to be: ids may be missing or repeated, texts may hold markup.

    Attributes:
        table: Exactly the columns ``FIELDS``, all ``large_string``.
        extra: The columns that were not mapped, or None.
        problems: What was worked around so far.
        mappings: Where the fields were taken from.
        names: Keys or columns that were found, at least some.
        seen: The fields that the user gave a path for, and the path was there.
    """

    table: pa.Table
    extra: pa.Table | None = None
    problems: tuple[Problem, ...] = ()
    mappings: tuple[FieldMapping, ...] = ()
    names: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()


class Found(NamedTuple):
    """What some records hold.

    Attributes:
        table: Exactly the columns ``FIELDS``.
        faults: The values that are no text, by row.
        mappings: Where the fields were taken from.
        names: The keys of the records.
        seen: The fields that the user gave a path for, and the path was there.
    """

    table: pa.Table
    faults: list[Fault]
    mappings: list[FieldMapping]
    names: set[object]
    seen: set[str]

    @property
    def recognised(self) -> bool:
        """Whether the records have any key that a field can be taken from."""
        return any(mapping.keys & self.names for mapping in self.mappings)


def no_fields(found: Iterable[object]) -> str:
    """Say that nothing given looks like an article."""
    return f"must have some of the fields {', '.join(FIELDS)}; the fields found are {_listed(found)}"


def require(parts: Sequence[Part], told: Given) -> None:
    """Check that every path the user gave leads somewhere.

    Raises:
        ArgumentError: There are articles, and one of the paths is in none of them.
    """
    if not any(part.table.num_rows for part in parts):
        return
    for ours, theirs in told:
        if not any(ours in part.seen for part in parts):
            names = frozenset[str]().union(*(part.names for part in parts))
            raise ArgumentError(
                f"fields must name what some article has, got {theirs!r} for {ours!r}; there are {_listed(names)}"
            )


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(repr, sorted({str(name) for name in names})[:20])) or "none"


def from_records(records: Iterable[object], told: Given = ()) -> Part:
    """Turn records into one part.

    Raises:
        ArgumentError: There are records, and none has any of our fields; or something is no record.
    """
    tables, problems, rows = [pa.Table.from_batches([], SCHEMA)], list[Problem](), 0
    mappings, names, seen, recognised = dict[FieldMapping, None](), set[object](), set[str](), False
    iterator = iter(records)
    while chunk := list(itertools.islice(iterator, _ROWS)):
        found = tabulate(_as_mappings(chunk, rows), told)
        tables.append(found.table)
        problems += [Problem(f"article {rows + row}", what) for row, what in found.faults]
        mappings.update(dict.fromkeys(found.mappings))
        names |= found.names
        seen |= found.seen
        recognised |= found.recognised
        rows += len(chunk)
    if rows and not recognised and not told:
        raise ArgumentError(f"articles {no_fields(names)}")
    shown = frozenset(map(str, names))
    return Part(pa.concat_tables(tables), None, tuple(problems), tuple(mappings), shown, frozenset(seen))


def _as_mappings(records: list[object], start: int) -> list[dict[Any, Any]]:
    if set(map(type, records)) == {dict}:
        return records  # type: ignore[return-value]
    found = []
    for row, record in enumerate(records, start):
        mapping = record if type(record) is dict else fields.as_mapping(record)
        if mapping is None:
            raise ArgumentError(
                f"articles must hold mappings or Article objects, got {type(record).__name__} at row {row}"
            )
        found.append(mapping)
    return found


def tabulate(records: Sequence[dict[Any, Any]], told: Given = (), mapping: FieldMapping | None = None) -> Found:
    """Turn records into a table of ``FIELDS``.

    Args:
        records: One dict an article.
        told: What the user said about the fields.
        mapping: Where they are taken from; by default chosen for each record by its keys.
    """
    signatures = set(map(tuple, records))
    names = set[object]().union(*signatures)
    told_by = {} if mapping else {keys: fields.relevant(keys, told) for keys in signatures}
    together = mapping or fields.merge(set(told_by.values()), told)
    if together:
        whole, found = _columns(records, together)
        return Found(whole, found, [together], names, _seen(records, whole, names, told, together))
    rows_of: dict[FieldMapping, list[int]] = {}
    for row, record in enumerate(records):
        rows_of.setdefault(fields.choose(told_by[tuple(record)], told), []).append(row)
    tables: list[pa.Table] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for alone, rows in rows_of.items():
        some = [records[row] for row in rows]
        table, wrong = _columns(some, alone)
        tables.append(table)
        faults += [(rows[row], what) for row, what in wrong]
        seen |= _seen(some, table, names, told, alone)
    order = np.argsort(np.concatenate(list(map(np.asarray, rows_of.values()))))
    return Found(pa.concat_tables(tables).take(pa.array(order)), sorted(faults), list(rows_of), names, seen)


def _seen(
    records: Sequence[dict[Any, Any]], table: pa.Table, names: set[object], told: Given, mapping: FieldMapping
) -> set[str]:
    seen = set()
    for field, _ in told:
        for key, steps in mapping[field].paths:
            if key in names and (
                not steps
                or table.column(field).null_count < table.num_rows
                or any(has(record.get(key), steps) for record in records)
            ):
                seen.add(field)
    return seen


def _columns(records: Sequence[dict[Any, Any]], mapping: FieldMapping) -> tuple[pa.Table, list[Fault]]:
    def values(path: Path, field: str, faults: list[Fault]) -> pa.Array:
        key, steps = path
        if steps:
            return texts([dig(record.get(key), steps, field) for record in records], field, faults)
        return texts([record.get(key) for record in records], field, faults)

    return take(mapping, values, len(records))


def take(
    mapping: FieldMapping, values: Callable[[Path, str, list[Fault]], Column], rows: int
) -> tuple[pa.Table, list[Fault]]:
    """Put the fields together.

    Args:
        mapping: The paths of each field.
        values: Gives what is at a path as text, and adds to a list what is none.
        rows: How many there are.

    Returns:
        A table of ``FIELDS``, and what is wrong in rows that have nothing else in its place.
    """
    columns: list[Column] = []
    faults: list[Fault] = []
    nothing = pa.nulls(rows, TEXT)  # once: its buffers are as long as those of a column that has something
    for field, choice in zip(FIELDS, mapping.choices, strict=True):
        column: Column | None = None
        lines: list[Column] = []
        wrong: list[Fault] = []
        for path in choice.paths:
            if field != "credit" and column is not None and not _gaps(column).any():
                break
            more = _without(values(path, field, wrong), mapping.missing)
            lines.append(more)
            column = more if column is None else _filled(column, more)
        if field == "credit" and len(lines) > 1:
            column = _joined(lines)
        if column is None:
            column = nothing
        elif field == "text" and mapping.cut:
            column = pc.replace_substring_regex(column, mapping.cut, "")
        if wrong:
            empty = np.asarray(pc.is_null(column))
            faults += [(row, what) for row, what in dict.fromkeys(wrong) if empty[row]]
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=SCHEMA), faults


def _gaps(column: Column) -> np.ndarray:
    return np.asarray(pc.fill_null(pc.equal(column, ""), True))


def _filled(column: Column, more: Column) -> Column:
    return pc.if_else(pa.array(_gaps(column) & np.asarray(pc.is_valid(more))), more, column)


def _joined(lines: list[Column]) -> Column:
    filled = [line.to_pylist() for line in lines if line.null_count < len(line)]
    if not filled:
        return lines[0]
    return pa.array(("; ".join(dict.fromkeys(filter(None, row))) or None for row in zip(*filled, strict=True)), TEXT)


def _without(column: Column, missing: tuple[str, ...]) -> Column:
    if not missing or column.null_count == len(column):
        return column
    nothing = pc.is_in(column, pa.array(missing, TEXT))
    return pc.if_else(nothing, pa.scalar(None, TEXT), column) if pc.any(nothing).as_py() else column


def texts(values: list[Any], field: str, faults: list[Fault]) -> pa.Array:
    """Turn values of any kind into a column of text; what is no text is null and a fault."""
    try:
        return _encoded(values)
    except (TypeError, ValueError):  # not all are well-formed strings
        return _encoded(list(_each_text(values, field, faults)))


def _encoded(values: list[str | None]) -> pa.Array:
    # Arrow would have Python keep the UTF-8 of each text inside the caller's string: slower, and twice the memory.
    encoded = [b"" if value is None else str.encode(value) for value in values]
    offsets = np.zeros(len(values) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(values)), out=offsets[1:])
    valid = None
    if None in values:
        valid = pa.py_buffer(np.packbits([value is not None for value in values], bitorder="little"))
    return pa.Array.from_buffers(TEXT, len(values), [valid, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))])


def _each_text(values: list[Any], field: str, faults: list[Fault]) -> Iterable[str | None]:
    for row, value in enumerate(values):
        try:
            yield read(value, field)
        except ValueError as error:
            faults.append((row, f"{field} {error}; left empty"))
            yield None


def shown(value: object) -> str | None:
    """Return a value of a column that is not ours: a list in it shows as Python writes it."""
    try:
        return text(value)
    except ValueError:
        return well_formed(repr(value))
