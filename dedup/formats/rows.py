"""Rows of small files that hold no articles (labels, clusters), each with where it stands."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.errors import InputError
from dedup.formats.sources import COMPRESSIONS, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = tuple[str, dict[str, Any]]

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_LINES = {".jsonl", ".ndjson"}


def rows(path: str | os.PathLike[str]) -> list[Row]:
    """Return (file and line, row) of each row of a JSONL, CSV, TSV or Parquet file.

    Raises:
        InputError: The file is missing, its ending unknown, or a line cannot be read.
    """
    name = os.fspath(path)
    compression = COMPRESSIONS.get(Path(name).suffix.lower())
    ending = (Path(name).with_suffix("") if compression else Path(name)).suffix.lower()
    try:
        if ending == ".parquet" and not compression:
            return [(f"{name}: row {at}", row) for at, row in enumerate(pq.read_table(name).to_pylist(), 1)]
        if ending not in _LINES and ending not in _DELIMITERS:
            known = ", ".join([*sorted(_LINES), *_DELIMITERS, ".parquet"])
            raise InputError(f"{name}: the ending must be one of {known}")
        with Source(name, name, compression).open() as stream:
            text = stream.read().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file") from error
    except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
        raise InputError(f"{name}: cannot be read: {error}") from error
    return list(_objects(name, text) if ending in _LINES else _delimited(name, text, _DELIMITERS[ending]))


def _objects(name: str, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}:{number}: must be JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"{name}:{number}: must be a JSON object, got {line[:40]!r}")
        yield f"{name}:{number}", row


def _delimited(name: str, text: str, delimiter: str) -> Iterator[Row]:
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in lines:
            if None in row or None in row.values():
                raise InputError(f"{name}:{lines.line_num}: must have {len(lines.fieldnames or ())} columns")
            yield f"{name}:{lines.line_num}", row
    except csv.Error as error:
        raise InputError(f"{name}:{lines.line_num}: cannot be read: {error}") from error
