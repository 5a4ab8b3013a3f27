"""Articles from files, by the ending of their names."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup.articles.article import Batch, assemble
from dedup.articles.columns import Part
from dedup.errors import ArgumentError, InputError
from dedup.formats import delimited, jsonl, tables

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_TEXT: dict[str, Callable[[jsonl.Source], Part]] = {
    ".jsonl": jsonl.read_lines,
    ".ndjson": jsonl.read_lines,
    ".json": jsonl.read_document,
    ".csv": delimited.read_csv,
    ".tsv": delimited.read_tsv,
}
_BINARY: dict[str, Callable[[str], Part]] = {
    ".parquet": tables.read_parquet,
    ".pq": tables.read_parquet,
    ".arrow": tables.read_ipc,
    ".feather": tables.read_ipc,
}


def read(paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], *, strict: bool = False) -> Batch:
    """Read articles from one file or several, in the order given.

    The ending says the format: ``.jsonl``, ``.ndjson``, ``.json`` (an object a line, or one array of
    objects), ``.csv``, ``.tsv``, each also with ``.gz`` or ``.zst`` after it; ``.parquet``, ``.pq``,
    ``.arrow``, ``.feather``. ``-`` is JSONL from standard input. CSV has no null: an empty field is read
    as null. Columns that are no field of an article are kept in ``extra``, except those of JSON.

    Args:
        paths: The files.
        strict: Raise for the first line, row or value that cannot be used, instead of leaving it out
            (or empty) and listing it in ``problems``.

    Raises:
        InputError: A file is missing, of unknown format, broken, or holds no field of an article;
            with ``strict``, also anything in it that cannot be used.
        ArgumentError: ``paths`` is empty or holds something that is no path.
    """
    listed = [paths] if isinstance(paths, str | os.PathLike) or not isinstance(paths, Sequence) else paths
    if not listed:
        raise ArgumentError("paths must name at least one file, got none")
    parts = [_read_one(path, strict=strict) for path in listed]
    table = pa.concat_tables(part.table for part in parts)
    problems = tuple(problem for part in parts for problem in part.problems)
    return assemble(Part(table, _concat_extra(parts), problems))


def _read_one(path: str | os.PathLike[str], *, strict: bool) -> Part:
    if not isinstance(path, str | os.PathLike):
        raise ArgumentError(f"paths must be a path or a sequence of paths, got {type(path).__name__}: {path!r}")
    name = os.fspath(path)
    try:
        part = _read_any(name)
    except InputError:
        raise
    except ArgumentError as error:  # what a table lacks
        raise InputError(f"{name}: {error}") from error
    except Exception as error:
        # Broken files fail in many ways inside pyarrow; for the user there is one: this file.
        raise InputError(f"{name}: cannot be read: {error}") from error
    if strict and part.problems:
        raise InputError(str(part.problems[0]))
    return part


def _read_any(name: str) -> Part:
    if name == "-":
        return jsonl.read_lines(jsonl.Source("standard input", lambda: sys.stdin.buffer))
    path = Path(name)
    compression = _COMPRESSIONS.get(path.suffix.lower())
    ending = (path.with_suffix("") if compression else path).suffix.lower()
    if ending not in _TEXT and (compression or ending not in _BINARY):
        known = ", ".join((*_TEXT, *_BINARY))
        raise InputError(f"{name}: unknown ending; known are {known}, the first five also with .gz or .zst")
    if path.is_dir():
        raise InputError(f"{name}: is a folder; name the files in it")
    if not path.exists():
        raise InputError(f"{name}: no such file")
    if ending in _BINARY:
        return _BINARY[ending](name)
    return _TEXT[ending](jsonl.Source(name, lambda: pa.input_stream(name, compression=compression)))


def _concat_extra(parts: list[Part]) -> pa.Table | None:
    names = list(dict.fromkeys(name for part in parts if part.extra is not None for name in part.extra.column_names))
    ...
