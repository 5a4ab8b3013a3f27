"""Tables to files, by the ending of their names."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from dedup.articles.columns import TEXT
from dedup.errors import ArgumentError
from dedup.formats.places import place_of, whole
from dedup.formats.sources import COMPRESSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ROWS = 1 << 12  # rows that become Python objects at a time
_FORMULA = "^([=+@\t\r-])"  # what a cell of a spreadsheet begins with that is no text


def write(table: pa.Table, path: str | os.PathLike[str], *, escape_formulas: bool = False) -> None:
    """Write a table to a file, all of it or nothing.

    The ending says the format: ``.jsonl`` (UTF-8, an object a line, null as null, lists as arrays),
    ``.csv`` (with a header; lists and structs as JSON, null as nothing), each also with ``.gz`` or
    ``.zst`` after it; ``.parquet``. ``-`` is JSONL to standard output. The file is written beside its
    place under another name and moved there when it is complete.

    Args:
        table: The table.
        path: The file.
        escape_formulas: Whether texts of a CSV that a spreadsheet would take for a formula get a ' before them.

    Raises:
        ArgumentError: The ending is unknown, the folder is missing, the path is something else than a
            file, or two columns of the table have one name.
    """
    if len(set(table.column_names)) < table.num_columns:
        raise ArgumentError(f"table must name each column once, got {', '.join(table.column_names)}")
    ending = ending_of(path)
    if escape_formulas and ending == ".csv":
        table = _without_formulas(table)
    with _opened(path) as stream:
        _WRITERS[ending](table, stream)


def write_lines(lines: Iterable[bytes], path: str | os.PathLike[str]) -> None:
    """Write lines of JSON, as `json_line` makes them, where `write` would write a table as JSONL."""
    with _opened(path) as stream:
        for line in lines:
            stream.write(line)


def ending_of(path: str | os.PathLike[str]) -> str:
    """Return the ending that says how a file is written, ".jsonl" for standard output.

    Raises:
        ArgumentError: It is unknown.
    """
    name, compression = os.fspath(path), _compression(path)
    ending = Path(name).with_suffix("").suffix.lower() if compression else Path(name).suffix.lower()
    ending = ".jsonl" if name == "-" else ending
    if ending not in _WRITERS or (compression and ending == ".parquet"):
        known = f".jsonl, .csv (both also with {' or '.join(COMPRESSIONS)}), .parquet"
        raise ArgumentError(f"path must end in one of {known}, got {name!r}")
    return ending


def check_path(path: str | os.PathLike[str], *others: str) -> None:
    """Refuse, before there is anything to write, a path that `write` would refuse; `others` are endings to let pass.

    Raises:
        ArgumentError: See `write`.
    """
    name = os.fspath(path)
    if not (others and name.lower().endswith(others)):
        ending_of(path)
    if name != "-":
        place_of(path)


def _compression(path: str | os.PathLike[str]) -> str | None:
    return COMPRESSIONS.get(Path(path).suffix.lower())


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file that is moved to its place when it is complete, or standard output."""
    name = os.fspath(path)
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    compression = _compression(path)
    with whole(place_of(path)) as unfinished, pa.output_stream(str(unfinished), compression=compression) as stream:
        yield stream


def write_text(text: str, path: str | os.PathLike[str]) -> None:
    """Write a text to a file as UTF-8, all of it or nothing.

    Raises:
        ArgumentError: The folder is missing, or the path is something else than a file.
    """
    with whole(place_of(path)) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def _write_jsonl(table: pa.Table, stream: IO[bytes]) -> None:
    for batch in table.to_batches(max_chunksize=_ROWS):
        stream.write(b"".join(map(json_line, batch.to_pylist())))


def _without_formulas(table: pa.Table) -> pa.Table:
    # As OWASP advises against what it calls CSV injection.
    columns = [column if _is_plain(column.type) else _as_text(column) for column in table.columns]
    columns = [_safe(column) if _is_text(column.type) else column for column in columns]
    return pa.Table.from_arrays(columns, names=_safe(pa.array(table.column_names)).to_pylist())


def _safe(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return pc.replace_substring_regex(texts, _FORMULA, r"'\1")


def _write_csv(table: pa.Table, stream: IO[bytes]) -> None:
    columns = [column if _is_plain(column.type) else _as_text(column) for column in table.columns]
    pacsv.write_csv(pa.Table.from_arrays(columns, names=table.column_names), stream)


def _write_parquet(table: pa.Table, stream: IO[bytes]) -> None:
    pq.write_table(table, stream)


_WRITERS: dict[str, Callable[[pa.Table, IO[bytes]], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}


def _is_plain(kind: pa.DataType) -> bool:
    # What pyarrow writes to CSV by itself.
    return bool(_is_text(kind) or pa.types.is_primitive(kind) or pa.types.is_null(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([_cell(value) for value in column.to_pylist()], TEXT)


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _json(value) if isinstance(value, dict | list) else _plain(value)


def json_line(row: dict[str, object]) -> bytes:
    """Return a row as a line of JSON in UTF-8, with its end."""
    return f"{_json(row)}\n".encode()


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:  # JSON has no NaN and no infinity
        return json.dumps(_finite(value), ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    # What Arrow holds and JSON does not.
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
