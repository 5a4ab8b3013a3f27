"""Articles from files, by the ending of their names."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup.articles.article import Batch, assemble
from dedup.articles.columns import Part, require
from dedup.articles.fields import given
from dedup.errors import ArgumentError, InputError, Problem
from dedup.formats import delimited, jsonl, tables
from dedup.formats.shelf import Shelf
from dedup.formats.sources import COMPRESSIONS, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup.articles.fields.choosing import Given

_LINES = (".jsonl", ".ndjson")
_TEXT: dict[str, Callable[[Source, Given], Part]] = {
    ".json": jsonl.read_document,
    ".csv": delimited.read_csv,
    ".tsv": delimited.read_tsv,
}
_PARQUET = (".parquet", ".pq")
_BINARY = (*_PARQUET, ".arrow", ".feather")


def read(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    strict: bool = False,
    fields: Mapping[str, str] | None = None,
    memory: int | None = None,
) -> Batch:
    """Read articles from one file or several, in the order given.

    The ending says the format: ``.jsonl``, ``.ndjson``, ``.json`` (an object a line, or one array of
    objects, or an answer that wraps one), ``.csv``, ``.tsv``, each also with ``.gz`` or ``.zst`` after it;
    ``.parquet``, ``.pq``, ``.arrow``, ``.feather``. ``-`` is JSONL from standard input. CSV has no null: an
    empty field is read as null. Columns that no field was taken from are kept in ``extra``, except those of
    JSON.

    Args:
        paths: The files.
        strict: Raise for the first line, row or value that cannot be used, instead of leaving it out
            (or empty) and listing it in ``problems``.
        fields: Where to take fields from, ours -> theirs; a dotted path reaches into dicts. All others are
            found by the producer's signature and by their names, once a file, from its first rows.
        memory: Bytes that may be used; by default what is free. Articles of larger JSONL and Parquet files are kept
            in temporary files (in the folder that ``TMPDIR`` names) and read from there as they are needed.

    Raises:
        InputError: A file is missing, of unknown format, broken, has lines of which none can be read, or holds no field
            of an article; with ``strict``, also anything in it that cannot be used.
        ArgumentError: ``paths`` is empty or holds something that is no path; ``fields`` has a field that
            articles have not, or a path that no article has.
    """
    listed = paths if isinstance(paths, Sequence) and not isinstance(paths, str) else [paths]
    if not listed:
        raise ArgumentError("paths must name at least one file, got none")
    told = given(fields)
    shelf = Shelf.of([os.fspath(path) for path in listed if isinstance(path, str | os.PathLike)], memory)
    parts = [_read_one(path, told, shelf, strict=strict) for path in listed]
    require(parts, told)
    table = pa.concat_tables([part.table for part in parts])
    problems = tuple(problem for part in parts for problem in part.problems)
    mappings = tuple(dict.fromkeys(mapping for part in parts for mapping in part.mappings))
    pa.default_memory_pool().release_unused()  # parsing took more than its result does
    batch = assemble(Part(table, _concat_extra(parts), problems, mappings), shelf.keep)
    rest = shelf.put(batch.table.drop_columns("text"))  # what ids and outlets have changed
    text = batch.table.column_names.index("text")
    return replace(batch, table=rest.add_column(text, "text", batch.table["text"]))


def _read_one(path: object, told: Given, shelf: Shelf, *, strict: bool) -> Part:
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str):
        raise ArgumentError(f"paths must be one path or a sequence of paths, got {path!r}")
    try:
        part = _read_any(name, told, shelf)
    except InputError:
        raise
    except ArgumentError as error:  # what its columns lack
        raise InputError(f"{name}: {error}") from error
    except Exception as error:
        # Broken files fail in many ways inside pyarrow. For the user there is one: this file.
        raise InputError(f"{name}: cannot be read: {error}") from error
    if strict and part.problems:
        raise InputError(str(part.problems[0]))
    if not part.table.num_rows and (skipped := [problem for problem in part.problems if problem.skipped]):
        raise InputError(f"{name}: nothing in it can be read, first of all {skipped[0]}")
    return part


def _read_any(name: str, told: Given, shelf: Shelf) -> Part:
    if name == "-":
        return jsonl.read_lines(Source("standard input"), told, shelf)
    path = Path(name)
    compression = COMPRESSIONS.get(path.suffix.lower())
    ending = (path.with_suffix("") if compression else path).suffix.lower()
    if ending not in (*_LINES, *_TEXT) and (compression or ending not in _BINARY):
        known = f"{', '.join((*_LINES, *_TEXT))} (each also with {' or '.join(COMPRESSIONS)}), {', '.join(_BINARY)}"
        raise InputError(f"{name}: the ending must be one of {known}")
    if path.is_dir():
        raise InputError(f"{name}: must be a file, is a folder")
    if not path.exists():
        raise InputError(f"{name}: no such file")
    if compression and path.stat().st_size == 0:
        raise InputError(f"{name}: is empty, not a compressed file")
    if ending in _LINES:
        return jsonl.read_lines(Source(name, name, compression), told, shelf)
    if ending in _TEXT:
        return _TEXT[ending](Source(name, name, compression), told)
    part = tables.read_parquet(name, told, shelf) if ending in _PARQUET else tables.read_ipc(name, told)
    named = (Problem(f"{name}: {problem.where}", problem.what) for problem in part.problems)
    return part._replace(problems=tuple(named))


def _concat_extra(parts: list[Part]) -> pa.Table | None:
    if len(parts) == 1 or all(part.extra is None for part in parts):
        return parts[0].extra
    # A file without some column has nulls in it: a table without columns still has rows.
    extras = [part.table.select([]) if part.extra is None else part.extra for part in parts]
    try:
        return pa.concat_tables(extras, promote_options="permissive")
    except pa.ArrowException as error:
        raise InputError(f"the columns of the files do not fit together: {error}") from error
