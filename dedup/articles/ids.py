"""Every article gets an id of its own, whatever the input gives, whatever its order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_HASHED = ("text", "title", "url", "source", "published")
_REST = ("fetched", "canonical_url", "author", "credit", "language", "updated", "zone")

# Rows that need an id of their own become Python strings this many at a time.
_ROWS = 1 << 12


def content_hash(*values: str | None) -> str:
    """Return 16 hex digits that stand for some values in their order: text, title, url, source and published."""
    digest = hashlib.blake2b(digest_size=8)
    for value in values:
        # The length before each value keeps ("ab", "c") and ("a", "bc") apart, "-" keeps null and "" apart.
        data = b"" if value is None else value.encode()
        digest.update((b"-" if value is None else b"%d" % len(data)) + b":" + data)
    return digest.hexdigest()


def id_hashes(ids: pa.Array) -> NDArray[np.int64]:
    """Return 63 bits of a hash of each id, int64[n]."""
    digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in ids.to_pylist())
    return (np.frombuffer(digests, "<u8") >> np.uint64(1)).astype(np.int64)


def fill(table: pa.Table) -> tuple[pa.ChunkedArray, list[Problem]]:
    """Return the ids of a table with nothing missing and nothing repeated.

    A missing id (null or empty) becomes the url if no other article has it, else url and content hash,
    else the content hash. Of articles with the same id one keeps it and the others get ``#2``, ``#3``, ...;
    who gets which depends on their content, never on input order. A repeated id is reported if it was
    given; copies without ids are no problem.

    Args:
        table: The columns ``FIELDS`` of one batch, ``large_string``, valid UTF-8.

    Returns:
        The id column and the problems, one a repeated id.
    """
    given = table.column("id")
    if _complete(given) and pc.count_distinct(given).as_py() == len(given):
        return given, []
    ids = given.combine_chunks()
    made = np.asarray(none_or_empty(ids))
    if made.any():
        ids = make(table, ids, _unique_urls(table, ids, made))
    ids, problems = separate(table, ids, made)
    return pa.chunked_array([ids]), problems


def fill_alone(table: pa.Table) -> pa.ChunkedArray:
    """Return the ids of a table, those missing made of url and content of their article alone.

    For articles that come one by one: whether a url is unique cannot be known then. Nothing is made distinct.
    """
    given = table.column("id")
    if _complete(given):
        return given
    return pa.chunked_array([make(table, given.combine_chunks(), pa.array(np.zeros(len(given), np.bool_)))])


def _complete(ids: pa.ChunkedArray) -> bool:
    """Return whether no id has to be made; asked without Python values, for which pyarrow would import pandas."""
    return bool(ids.null_count == 0 and pc.min(pc.binary_length(ids)).as_py() != 0)


def none_or_empty(column: pa.Array) -> pa.Array:
    """Return which ids have to be made, a boolean array."""
    return pc.fill_null(pc.equal(column, ""), True)


def _unique_urls(table: pa.Table, ids: pa.Array, made: np.ndarray) -> pa.Array:
    """Return which articles have a url that no other article has, and none as its id."""
    urls = table.column("url").combine_chunks()
    counts = pc.value_counts(urls)
    once = counts.field("values").filter(pc.equal(counts.field("counts"), 1)).drop_null()
    return pc.and_not(pc.is_in(urls, once), pc.is_in(urls, ids.filter(pa.array(~made))))


def make(table: pa.Table, ids: pa.Array, unique: pa.Array) -> pa.Array:
    """Return the ids with the missing ones made: from the url where it is `unique`, else with the content hash."""
    urls = table.column("url").combine_chunks()
    ids = pc.if_else(none_or_empty(ids), pc.if_else(unique, urls, ""), ids)
    rest = np.flatnonzero(none_or_empty(ids))
    parts = ((urls[row].as_py(), digest) for row, digest in zip(rest, _hashes(table, rest), strict=True))
    return _replace(ids, rest, [f"{url}#{digest}" if url else digest for url, digest in parts])


def separate(table: pa.Table, ids: pa.Array, made: np.ndarray) -> tuple[pa.Array, list[Problem]]:
    """Return the ids with a number after those that are there already, and the problems.

    Ids that are the same up to the first "#" have to come together; no others matter to each other.
    """
    counts = pc.value_counts(ids)
    repeated = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    rows = np.flatnonzero(pc.is_in(ids, repeated))
    sharers = defaultdict[str, list[tuple[bool, str, str, int]]](list)
    for row, digest in zip(rows.tolist(), _hashes(table, rows), strict=True):
        # A given id stays before a made one; then the content decides, and the fields it leaves out.
        rest = content_hash(*(table.column(field)[row].as_py() for field in _REST))
        sharers[ids[row].as_py()].append((bool(made[row]), digest, rest, row))
    used = set(ids.filter(pc.match_substring(ids, "#")).to_pylist()) if sharers else set()
    renamed: dict[int, str] = {}
    problems = []
    for name in sorted(sharers):
        number = 1
        for *_, row in sorted(sharers[name])[1:]:
            number += 1
            while f"{name}#{number}" in used:
                number += 1
            renamed[row] = f"{name}#{number}"
        given = sum(not sharer[0] for sharer in sharers[name])
        if given > 1:
            what = f"given to {given} articles; all but one got a number after it"
            problems.append(Problem(f"id {name!r}", what))
    order = sorted(renamed)
    return _replace(ids, order, [renamed[row] for row in order]), problems


def _hashes(table: pa.Table, rows: np.ndarray) -> Iterable[str]:
    start = 0
    for batch in table.select(_HASHED).to_batches(max_chunksize=_ROWS) if len(rows) else []:
        first, last = np.searchsorted(rows, [start, start + len(batch)])
        some = batch.take(pa.array(rows[first:last] - start))
        yield from map(content_hash, *(column.to_pylist() for column in some.columns))
        start += len(batch)


def _replace(ids: pa.Array, rows: np.ndarray | list[int], values: list[str]) -> pa.Array:
    mask = np.zeros(len(ids), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(ids, pa.array(mask), pa.array(values, ids.type))
