"""Articles from JSON: an object a line, or one array of objects."""

from __future__ import annotations

import json
import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.json as pj

from dedup.articles.columns import SCHEMA, TEXT, Part, no_fields, tabulate, take, texts
from dedup.articles.fields import FIELDS, FieldMapping, unwrap
from dedup.articles.fields.values import dig
from dedup.errors import InputError, Problem
from dedup.formats.shelf import IN_MEMORY
from dedup.formats.sniffing import SNIFFED, Plan, sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from dedup.articles.columns import Fault
    from dedup.articles.fields.choosing import Given
    from dedup.articles.fields.mapping import Path
    from dedup.formats.shelf import Shelf
    from dedup.formats.sources import Source

_BLOCK = 1 << 23  # bytes read at a time: enough to be fast, few enough that all cores share a small file
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_NO_NUMBER = re.compile(r'("(?:[^"\\]++|\\.)*+"?)|-?(?:NaN|Inf(?:inity)?)')  # strings stay what they are
_NO_OBJECT = "not a JSON object; left out"


class _Block(NamedTuple):
    # Some whole lines, read: faults are (line of the block from 1, what, skipped).
    table: pa.Table
    lines: int
    faults: list[tuple[int, str, bool]]
    mappings: list[FieldMapping]
    recognised: bool
    names: frozenset[str]
    seen: frozenset[str]


def read_lines(source: Source, told: Given = (), shelf: Shelf = IN_MEMORY) -> Part:
    """Read an object a line; a line that is none is left out and becomes a problem.

    Blocks of lines are read by pyarrow, in parallel. A block that it cannot read, or would read otherwise
    than Python's ``json`` does, is read again line by line.

    Raises:
        InputError: No line has any field of an article.
    """
    tables, problems, lines = [pa.Table.from_batches([], SCHEMA)], list[Problem](), 0
    mappings, recognised, names, seen = dict[FieldMapping, None](), False, frozenset[str](), frozenset[str]()
    with source.open() as stream:
        for block in _read_blocks(stream, told):
            tables.append(shelf.put(block.table))
            problems += [Problem(f"{source.name}:{lines + n}", what, skipped) for n, what, skipped in block.faults]
            mappings.update(dict.fromkeys(block.mappings))
            recognised |= block.recognised
            names |= block.names
            seen |= block.seen
            lines += block.lines
    table = pa.concat_tables(tables)
    if table.num_rows and not recognised and not told:
        raise InputError(f"{source.name}: articles {no_fields(names)}")
    return Part(table, None, tuple(problems), tuple(mappings), names, seen)


def read_document(source: Source, told: Given = ()) -> Part:
    """Read one array of objects, an object that wraps one, one object, or else an object a line.

    Raises:
        InputError: The array is not JSON, or no object has any field of an article.
    """
    with source.open() as stream:
        data = stream.read().removeprefix(_BOM)
    if data.lstrip(_BLANK).startswith(b"{"):
        items = _wrapped(data)
    elif data.lstrip(_BLANK).startswith(b"["):
        items = _array(data, source.name)
    else:
        items = None
    if items is None:
        return read_lines(source, told)
    objects = [(number, item) for number, item in enumerate(items, 1) if isinstance(item, dict)]
    found = tabulate([item for _, item in objects], told)
    if found.table.num_rows and not found.recognised and not told:
        raise InputError(f"{source.name}: articles {no_fields(found.names)}")
    faults = [(objects[row][0], what, False) for row, what in found.faults]
    faults += [(n, _NO_OBJECT, True) for n, item in enumerate(items, 1) if not isinstance(item, dict)]
    problems = [Problem(f"{source.name}: item {n}", what, skipped) for n, what, skipped in sorted(faults)]
    names = frozenset(map(str, found.names))
    return Part(found.table, None, tuple(problems), tuple(found.mappings), names, frozenset(found.seen))


def _array(data: bytes, name: str) -> list[object]:
    try:
        items: list[object] = json.loads(data.decode(), parse_int=_integer)
    except json.JSONDecodeError as error:
        what = f"not JSON ({error.msg.removesuffix(' at')} at column {error.colno})"
        raise InputError(f"{name}:{error.lineno}: {what}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: not UTF-8 (byte 0x{data[error.start]:02x})") from error
    except RecursionError as error:
        raise InputError(f"{name}: not readable (nested too deep)") from error
    return items


def _wrapped(data: bytes) -> list[object] | None:
    # None unless the whole is one object over several lines, or one that wraps articles.
    try:
        whole = json.loads(data, parse_int=_integer)
    except (ValueError, RecursionError):  # more than one, or broken: the lines will tell
        return None
    return unwrap(whole) or ([whole] if b"\n" in data.strip(_BLANK) else None)


def _read_blocks(stream: IO[bytes], told: Given) -> Iterator[_Block]:
    workers = os.cpu_count() or 1
    waiting: deque[Future[_Block]] = deque()
    head = _head(stream)
    plan = sniff(head, told)
    blocks = _blocks(head, stream)
    del head
    with ThreadPoolExecutor(workers) as pool:
        for data in blocks:
            waiting.append(pool.submit(_read_block, data, plan))
            if len(waiting) > 2 * workers:  # enough to keep every core busy, without holding the file
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _head(stream: IO[bytes]) -> bytes:
    # At least one whole line and as much as is sniffed, whatever the size of blocks.
    pieces = [stream.read(SNIFFED)]
    while b"\n" not in pieces[-1] and (more := stream.read(_BLOCK)):
        pieces.append(more)
    return b"".join(pieces).removeprefix(_BOM)


def _blocks(head: bytes, stream: IO[bytes]) -> Iterator[memoryview]:
    # Whole lines, about _BLOCK bytes at a time: each block but the last ends at a line end.
    rest: bytes | bytearray = head
    more = True
    while more:
        data = bytearray(max(_BLOCK, 2 * len(rest)))  # twice: the bytes of a long line are not moved again and again
        data[: len(rest)] = rest
        filled = len(rest)
        while filled < len(data) and (count := stream.readinto(memoryview(data)[filled:])):  # type: ignore[attr-defined]
            filled += count
        more = filled == len(data)
        cut = data.rfind(b"\n") + 1 if more else filled
        rest = data[cut:filled]
        if cut:
            yield memoryview(data)[:cut]


def _read_block(data: memoryview, plan: Plan) -> _Block:
    table = _read_fast(data, plan)
    # A block without any value is read again for the names of the fields it has.
    if table is not None and plan.mapping and any(column.null_count < table.num_rows for column in table.columns):
        filled = {field for field in FIELDS if table.column(field).null_count < table.num_rows}
        seen = plan.seen.union(field for field, _ in plan.told if field in filled)
        return _Block(table, table.num_rows, [], [plan.mapping], True, plan.names, seen)
    return _read_slowly(data, plan)


def _read_fast(data: bytes | memoryview, plan: Plan) -> pa.Table | None:
    table = _read_whole(data, plan.schema) if plan.mapping else None
    if table is None or plan.mapping is None:
        return None

    def values(path: Path, field: str, faults: list[Fault]) -> pa.Array | pa.ChunkedArray:
        column = table.column(path.key)
        if not path.steps and not pa.types.is_nested(column.type):
            return column.cast(TEXT)
        return texts([dig(value, path.steps, field) for value in column.to_pylist()], field, faults)

    found, faults = take(plan.mapping, values, table.num_rows)
    return None if faults else found


def _read_whole(data: bytes | memoryview, schema: pa.Schema) -> pa.Table | None:
    # None unless this is exactly one object a line that pyarrow and Python's json read alike.
    if len(data) < len("{}"):
        return None
    raw = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(raw == ord("\n"))
    starts = np.concatenate(([0], ends + 1))
    if starts[-1] == len(raw):
        starts = starts[:-1]
    else:
        ends = np.append(ends, len(raw))
    last = raw[ends - 1]
    last = np.where(last == ord("\r"), raw[ends - 2], last)
    # "}" can only be followed by "{" between two objects, so each line holds whole objects ...
    if not ((raw[starts] == ord("{")).all() and (last == ord("}")).all()):
        return None
    # ... and pyarrow does not look for bad UTF-8 in fields it leaves out.
    buffer = pa.py_buffer(data)
    whole = pa.Array.from_buffers(TEXT, 1, [None, pa.py_buffer(np.array([0, len(data)])), buffer])
    try:
        whole.validate(full=True)
        table = pj.read_json(
            pa.BufferReader(buffer),
            read_options=pj.ReadOptions(use_threads=False, block_size=len(data) + 1),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowException, OverflowError):
        return None
    return table if table.num_rows == len(starts) else None  # ... and only one


def _read_slowly(data: bytes | memoryview, plan: Plan) -> _Block:
    lines = bytes(data).split(b"\n")
    records, numbers, faults = [], [], []
    for number, line in enumerate(lines, 1):
        if not line.strip(_BLANK):
            continue
        try:
            records.append(_parse(line, plan))
        except ValueError as error:
            faults.append((number, str(error), True))
        else:
            numbers.append(number)
    found = tabulate(records, plan.told, plan.mapping)
    faults += [(numbers[row], what, False) for row, what in found.faults]
    names, seen = frozenset(map(str, found.names)), frozenset(found.seen)
    return _Block(found.table, len(lines) - 1, sorted(faults), found.mappings, found.recognised, names, seen)


def _parse(line: bytes, plan: Plan) -> dict[object, object]:
    # ValueError says what is wrong with the line.
    try:
        return parse_line(line)
    except RecursionError as error:
        table = _read_whole(line, plan.schema)
        if table is None:
            raise ValueError("not readable (nested too deep); left out") from error
        return {field: value for field, value in table.to_pylist()[0].items() if value is not None}


def parse_line(line: bytes) -> dict[object, object]:
    """Read one line as an object.

    Raises:
        ValueError: It is none; the message says why, and that it is left out.
        RecursionError: It is nested too deep.
    """
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        what = f"not UTF-8 (byte 0x{line[error.start]:02x} at column {error.start + 1}); left out"
        raise ValueError(what) from error
    # What a whole block may hold, a line may hold: pyarrow also reads "-NaN", "Inf" and any nesting.
    if "NaN" in text or "Inf" in text:
        text = _NO_NUMBER.sub(lambda found: found[1] or "NaN", text)
    try:
        record = json.loads(text, parse_int=_integer)
    except json.JSONDecodeError as error:
        what = f"not JSON ({error.msg.removesuffix(' at')} at column {error.colno}); left out"
        raise ValueError(what) from error
    if not isinstance(record, dict):
        raise ValueError(_NO_OBJECT)  # noqa: TRY004 - one error for the caller
    return record


def _integer(digits: str) -> str:
    # As written: Python refuses to turn thousands of digits into an int. pyarrow writes -0 as 0.
    return "0" if digits == "-0" else digits
