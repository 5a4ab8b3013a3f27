"""Articles from JSON: an object a line, or one array of objects."""

from __future__ import annotations

import json
import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import IO, TYPE_CHECKING, NamedTuple

import pyarrow as pa

from dedup.articles.columns import SCHEMA, Part, no_fields, tabulate, take, texts
from dedup.articles.fields import FIELDS, FieldMapping, unwrap
from dedup.articles.fields.values import dig
from dedup.errors import InputError, Problem
from dedup.formats.plainlines import PlainLines, integer
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

_BLOCK = 1 << 21  # bytes read at a time: enough to outweigh a task's start, few enough to stay in the caches
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

    Blocks of lines are read by a kernel, in parallel. A block that is not as it wants all lines is read again line
    by line, by Python's ``json``.

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
        items: list[object] = json.loads(data.decode(), parse_int=integer)
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
        whole = json.loads(data, parse_int=integer)
    except (ValueError, RecursionError):  # more than one, or broken: the lines will tell
        return None
    return unwrap(whole) or ([whole] if b"\n" in data.strip(_BLANK) else None)


def _read_blocks(stream: IO[bytes], told: Given) -> Iterator[_Block]:
    workers = os.cpu_count() or 1
    waiting: deque[tuple[bytearray, Future[_Block]]] = deque()
    head = _head(stream)
    plan = sniff(head, told)
    spare: list[bytearray] = []
    blocks = _blocks(head, stream, spare)
    del head
    with ThreadPoolExecutor(workers) as pool:
        for data, size in blocks:
            waiting.append((data, pool.submit(_read_block, memoryview(data)[:size], plan)))
            if len(waiting) > 2 * workers:  # enough to keep every core busy, without holding the file
                used, block = waiting.popleft()
                yield block.result()
                spare.append(used)
        while waiting:
            yield waiting.popleft()[1].result()


def _head(stream: IO[bytes]) -> bytes:
    # At least one whole line and as much as is sniffed, whatever the size of blocks.
    pieces = [stream.read(SNIFFED)]
    while b"\n" not in pieces[-1] and (more := stream.read(_BLOCK)):
        pieces.append(more)
    return b"".join(pieces).removeprefix(_BOM)


def _blocks(head: bytes, stream: IO[bytes], spare: list[bytearray]) -> Iterator[tuple[bytearray, int]]:
    # Bytes and how many of them are whole lines, about _BLOCK: each block but the last ends at a line end. They are
    # read into what is spare: new memory costs as much as the reading.
    rest: bytes | bytearray = head
    more = True
    while more:
        wanted = max(_BLOCK, 2 * len(rest))  # twice: the bytes of a long line are not moved again and again
        data = spare.pop() if spare and len(spare[-1]) >= wanted else bytearray(wanted)
        data[: len(rest)] = rest
        filled = len(rest)
        while filled < len(data) and (count := stream.readinto(memoryview(data)[filled:])):  # type: ignore[attr-defined]
            filled += count
        more = filled == len(data)
        cut = data.rfind(b"\n") + 1 if more else filled
        rest = data[cut:filled]
        if cut:
            yield data, cut


def _read_block(data: memoryview, plan: Plan) -> _Block:
    table = _read_fast(data, plan)
    # A block without any value is read again for the names of the fields it has.
    if table is not None and plan.mapping and any(column.null_count < table.num_rows for column in table.columns):
        filled = {field for field in FIELDS if table.column(field).null_count < table.num_rows}
        seen = plan.seen.union(field for field, _ in plan.told if field in filled)
        return _Block(table, table.num_rows, [], [plan.mapping], True, plan.names, seen)
    return _read_slowly(data, plan)


def _read_fast(data: bytes | memoryview, plan: Plan) -> pa.Table | None:
    # None unless all lines are as `jsonlines.find` wants them, and every value in them is one that is read as text.
    if plan.mapping is None:
        return None
    keys = sorted(plan.mapping.keys)
    try:
        found = PlainLines.of(data, keys)
        if found is None:
            return None

        objects = cache(found.objects)

        def values(path: Path, field: str, faults: list[Fault]) -> pa.Array:
            place = keys.index(path.key)
            if not path.steps and found.plain(place):
                return found.strings(place)
            return texts([dig(value, path.steps, field) for value in objects(place)], field, faults)

        table, faults = take(plan.mapping, values, len(found.sizes))
    except RecursionError:
        return None
    return None if faults else table


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
        keys = sorted(plan.mapping.keys) if plan.mapping else []
        found = PlainLines.of(line, keys)
        try:
            values = [] if found is None else [found.objects(place)[0] for place in range(len(keys))]
        except RecursionError:
            found = None
        if found is None:
            raise ValueError("not readable (nested too deep); left out") from error
        return {key: value for key, value in zip(keys, values, strict=True) if value is not None}


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
    # Other programs write "-NaN" and "Inf", which Python's json does not read.
    if "NaN" in text or "Inf" in text:
        text = _NO_NUMBER.sub(lambda found: found[1] or "NaN", text)
    try:
        record = json.loads(text, parse_int=integer)
    except json.JSONDecodeError as error:
        what = f"not JSON ({error.msg.removesuffix(' at')} at column {error.colno}); left out"
        raise ValueError(what) from error
    if not isinstance(record, dict):
        raise ValueError(_NO_OBJECT)  # noqa: TRY004 - one error for the caller
    return record
