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

from dedup.articles.columns import FIELDS, SCHEMA, TEXT, Part, no_fields, tabulate
from dedup.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from dedup.formats.sources import Source

_BLOCK = 1 << 23  # bytes read at a time: enough to be fast, few enough that all cores share a small file
_SNIFFED = 1 << 16  # bytes that show which fields are written as integers
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_NO_NUMBER = re.compile(r'("(?:[^"\\]++|\\.)*+"?)|-?(?:NaN|Inf(?:inity)?)')  # strings stay what they are
_NO_OBJECT = "not a JSON object; left out"


class _Block(NamedTuple):
    # Some whole lines, read: faults are (line of the block from 1, what, skipped).
    table: pa.Table
    lines: int
    faults: list[tuple[int, str, bool]]
    found: set[object]


def read_lines(source: Source) -> Part:
    """Read an object a line; a line that is none is left out and becomes a problem.

    Blocks of lines are read by pyarrow, in parallel. A block that it cannot read, or would read otherwise
    than Python's ``json`` does, is read again line by line.

    Raises:
        InputError: No line has any field of an article.
    """
    tables, problems, found, lines = [pa.Table.from_batches([], SCHEMA)], list[Problem](), set[object](), 0
    with source.open() as stream:
        for block in _read_blocks(stream):
            tables.append(block.table)
            problems += [Problem(f"{source.name}:{lines + n}", what, skipped) for n, what, skipped in block.faults]
            found |= block.found
            lines += block.lines
    table = pa.concat_tables(tables)
    if table.num_rows and found.isdisjoint(FIELDS):
        raise InputError(f"{source.name}: articles {no_fields(found)}")
    return Part(table, None, tuple(problems))


def read_document(source: Source) -> Part:
    """Read one array of objects, or else an object a line.

    Raises:
        InputError: The array is not JSON, or no object has any field of an article.
    """
    with source.open() as stream:
        data = stream.read().removeprefix(_BOM)
    if not data.lstrip(_BLANK).startswith(b"["):
        return read_lines(source)
    try:
        items = json.loads(data.decode(), parse_int=_integer)
    except json.JSONDecodeError as error:
        what = f"not JSON ({error.msg.removesuffix(' at')} at column {error.colno})"
        raise InputError(f"{source.name}:{error.lineno}: {what}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{source.name}:{line}: not UTF-8 (byte 0x{data[error.start]:02x})") from error
    except RecursionError as error:
        raise InputError(f"{source.name}: not readable (nested too deep)") from error
    objects = [(number, item) for number, item in enumerate(items, 1) if isinstance(item, dict)]
    table, wrong, found = tabulate([item for _, item in objects])
    if table.num_rows and found.isdisjoint(FIELDS):
        raise InputError(f"{source.name}: articles {no_fields(found)}")
    faults = [(objects[row][0], what, False) for row, what in wrong]
    faults += [(n, _NO_OBJECT, True) for n, item in enumerate(items, 1) if not isinstance(item, dict)]
    problems = [Problem(f"{source.name}: item {n}", what, skipped) for n, what, skipped in sorted(faults)]
    return Part(table, None, tuple(problems))


def _read_blocks(stream: IO[bytes]) -> Iterator[_Block]:
    workers = os.cpu_count() or 1
    schema: pa.Schema | None = None
    waiting: deque[Future[_Block]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for data in _blocks(stream):
            if schema is None:
                data = data.removeprefix(_BOM)  # noqa: PLW2901 - the first block only
                schema = _sniff(data)
            waiting.append(pool.submit(_read_block, data, schema))
            if len(waiting) > 2 * workers:  # enough to keep every core busy, without holding the file
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    # Whole lines, about _BLOCK bytes at a time: each block but the last ends at a line end.
    pieces: list[bytes] = []
    while data := stream.read(_BLOCK):
        cut = data.rfind(b"\n") + 1
        if cut:
            yield b"".join((*pieces, memoryview(data)[:cut]))
            pieces = []
        pieces.append(data[cut:])
    if rest := b"".join(pieces):
        yield rest


def _sniff(block: bytes) -> pa.Schema:
    # pyarrow must be told what to expect. A wrong guess costs time, not correctness.
    kinds: dict[str, type] = {}
    for line in block[:_SNIFFED].split(b"\n"):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            for field in FIELDS:
                if record.get(field) is not None:
                    kinds.setdefault(field, type(record[field]))
    return pa.schema([(field, pa.int64() if kinds.get(field) is int else TEXT) for field in FIELDS])


def _read_block(data: bytes, schema: pa.Schema) -> _Block:
    table = _read_fast(data, schema)
    # A block without any value is read again for the names of the fields it has.
    if table is not None and any(column.null_count < table.num_rows for column in table.columns):
        return _Block(table, table.num_rows, [], set(FIELDS))
    return _read_slowly(data, schema)


def _read_fast(data: bytes, schema: pa.Schema) -> pa.Table | None:
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
    return table.select(FIELDS).cast(SCHEMA) if table.num_rows == len(starts) else None  # ... and only one


def _read_slowly(data: bytes, schema: pa.Schema) -> _Block:
    lines = data.split(b"\n")
    records, numbers, faults = [], [], []
    for number, line in enumerate(lines, 1):
        if not line.strip(_BLANK):
            continue
        try:
            records.append(_parse(line, schema))
        except ValueError as error:
            faults.append((number, str(error), True))
        else:
            numbers.append(number)
    table, wrong, found = tabulate(records)
    faults += [(numbers[row], what, False) for row, what in wrong]
    return _Block(table, len(lines) - 1, sorted(faults), found)


def _parse(line: bytes, schema: pa.Schema) -> dict[object, object]:
    # ValueError says what is wrong with the line.
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
    except RecursionError as error:
        table = _read_fast(line, schema)
        if table is None:
            raise ValueError("not readable (nested too deep); left out") from error
        return {field: value for field, value in table.to_pylist()[0].items() if value is not None}
    if not isinstance(record, dict):
        raise ValueError(_NO_OBJECT)  # noqa: TRY004 - one error for the caller
    return record


def _integer(digits: str) -> str:
    # As written: Python refuses to turn thousands of digits into an int. pyarrow writes -0 as 0.
    return "0" if digits == "-0" else digits
