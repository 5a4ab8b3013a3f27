"""Signatures as Parquet: what it takes to find the like of articles and to judge them, without their texts.

One schema, see `schema`, for whoever signs and whoever compares. What the numbers depend on stands in the file's
metadata: the rules of this version, the settings and the furniture.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.errors import ArgumentError, InputError
from dedup.formats.writing import whole
from dedup.settings import Settings
from dedup.stages import confirm, minhash, shingles
from dedup.stages.furniture import Furniture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from numpy.typing import NDArray

FORMAT = "dedup signatures 1"
"""Names the schema; whatever changes it changes this."""
RULES = f"{shingles.TOKEN_RULES} {minhash.SCHEME}"
"""The rules that stored numbers depend on beside the settings."""
BODY = (
    "tokens",
    "marks",
    "title_words",
    "title_figures",
    "title_support",
    "title",
    "published",
    "fetched",
    "zone",
)
"""Columns that only confirmation needs: most of the file."""


def schema(bands: int) -> pa.Schema:
    """Return the columns, one row an article, with so many band keys.

    `id`; `cluster`, `centre` and `canonical`, ids: the least, the centre and the canonical one of the article's
    cluster, itself where it is alone; `digest`, 128 bits of the tokens; `headline`, a hash of its headline where the
    text does not stand by itself, else null; `count`, tokens; `bands`, the keys of body, then of lead; `passages`,
    hashes of sampled runs of tokens, rising; `published_from` and `published_to`, null where the time is not known or
    no window is set. Then what confirmation needs: `tokens`, hashes of all tokens that are no furniture, and their
    `marks`; `title_words`, `title_figures` and `title_support` as `stages.confirm.Texts` has them; `title`,
    `published`, `fetched` and `zone` as they were given.
    """
    words = pa.list_(pa.field("element", pa.uint32(), nullable=False))
    instant = pa.timestamp("us", "UTC")
    return pa.schema(
        [
            *(pa.field(name, pa.large_string(), nullable=False) for name in ("id", "cluster", "centre", "canonical")),
            pa.field("digest", pa.binary(16), nullable=False),
            pa.field("headline", pa.uint64()),
            pa.field("count", pa.uint32(), nullable=False),
            pa.field("bands", pa.list_(pa.field("element", pa.uint32(), nullable=False), bands), nullable=False),
            pa.field("passages", words, nullable=False),
            pa.field("published_from", instant),
            pa.field("published_to", instant),
            *(pa.field(name, words, nullable=False) for name in ("tokens", "marks", "title_words")),
            pa.field("title_figures", pa.uint64(), nullable=False),
            pa.field("title_support", pa.float64(), nullable=False),
            *(pa.field(name, pa.large_string()) for name in ("title", "published", "fetched", "zone")),
        ]
    )


@dataclass(frozen=True, eq=False)  # tables have no one answer to ==
class Signatures:
    """Signatures of n articles, those columns at hand that all are searched by.

    Attributes:
        name: What they are called in messages: the path, or "against".
        settings: The settings they were made with.
        furniture: What was left out.
        table: The columns of `schema` that are not in `BODY`.
    """

    name: str
    settings: Settings
    furniture: Furniture
    table: pa.Table = field(repr=False)
    _source: str | pa.Buffer = field(repr=False)

    @classmethod
    def read(cls, source: str | os.PathLike[str] | pa.Buffer, bands: Callable[[Settings], int]) -> Signatures:
        """Read a file, or what would be in one; `bands` says how many band keys settings lead to.

        Raises:
            InputError: It is missing, damaged, or no such file; or other rules made it.
        """
        name = "against" if isinstance(source, pa.Buffer) else os.fspath(source)
        kept = source if isinstance(source, pa.Buffer) else name
        try:
            with _opened(kept) as file:
                words = {key.decode(): text for key, text in (file.schema_arrow.metadata or {}).items()}
                settings, furniture = _made(name, words)
                wanted = schema(bands(settings))
                if not file.schema_arrow.equals(wanted):
                    raise InputError(f"{name}: must have the columns of {FORMAT!r}: {', '.join(wanted.names)}")
                table = file.read([column for column in wanted.names if column not in BODY])
                table.validate(full=True)
        except (OSError, pa.ArrowException, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{name}: cannot be read as signatures: {error}") from error
        found = cls(name, settings, furniture, table.combine_chunks(), kept)
        if len(np.unique(found.centres)) > len(table) or pc.count_distinct(table["id"]).as_py() != len(table):
            raise InputError(f"{name}: must have each id once")
        return found

    def __len__(self) -> int:
        return len(self.table)

    def agree(self, settings: Settings) -> None:
        """Compare with what is asked for.

        Raises:
            ArgumentError: Signatures by `settings` could not be compared with these; the message says why.
        """
        if told := differing(self.settings, settings):
            raise ArgumentError(f"settings must be those that {self.name} was made with: {told}")

    @property
    def centres(self) -> NDArray[np.int64]:
        """int64[n], the row of the centre of each article's cluster.

        Raises:
            InputError: It is not there.
        """
        places = pc.index_in(self.table["centre"], value_set=self.table["id"].combine_chunks())
        if places.null_count:
            raise InputError(f"{self.name}: must have a row for each centre")
        found: NDArray[np.int64] = places.to_numpy().astype(np.int64)
        return found

    @property
    def digests(self) -> NDArray[np.uint64]:
        """uint64[n, 2], the digests."""
        column = _one(self.table["digest"])
        whole_buffer = np.frombuffer(column.buffers()[1] or b"", "<u8").reshape(-1, 2)
        return whole_buffer[column.offset : column.offset + len(column)]

    @property
    def bands(self) -> NDArray[np.uint32]:
        """uint32[n, k], the band keys."""
        column = _one(self.table["bands"])
        found: NDArray[np.uint32] = column.flatten().to_numpy().reshape(len(column), column.type.list_size)
        return found

    def numbers(self, name: str) -> NDArray[Any]:
        """Return a column of numbers; nulls are 0."""
        found: NDArray[Any] = _one(self.table[name]).fill_null(0).to_numpy(zero_copy_only=False)
        return found

    def bodies(self, rows: NDArray[np.int64]) -> Bodies:
        """Read what confirmation needs of some rows, which rise.

        Raises:
            InputError: The file is damaged, or changed since it was opened.
        """
        found, start = [], 0
        try:
            with _opened(self._source) as file:
                for group in range(file.num_row_groups):
                    stop = start + file.metadata.row_group(group).num_rows
                    first, last = np.searchsorted(rows, [start, stop])
                    if last > first:
                        found.append(file.read_row_group(group, list(BODY)).take(pa.array(rows[first:last] - start)))
                    start = stop
                empty = file.schema_arrow.empty_table().select(list(BODY))
            table = pa.concat_tables([empty, *found]).combine_chunks()
            table.validate(full=True)
        except (OSError, pa.ArrowException, IndexError) as error:
            raise InputError(f"{self.name}: cannot be read as signatures: {error}") from error
        sizes = _sizes(table["tokens"])
        counts = self.numbers("count")[rows]
        if not (np.array_equal(sizes, counts) and np.array_equal(sizes, _sizes(table["marks"]))):
            raise InputError(f"{self.name}: must have as many tokens and marks as it counts")
        return Bodies(rows, table)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows with all columns."""
        with _opened(self._source) as file:
            yield from file.iter_batches()


@dataclass(frozen=True, slots=True)
class Bodies:
    """What confirmation needs of some articles.

    Attributes:
        rows: int64[m], their rows, rising.
        table: The columns `BODY`.
    """

    rows: NDArray[np.int64]
    table: pa.Table

    def texts(self, rows: NDArray[np.int64]) -> confirm.Texts:
        """Return some of them as confirmation sees them."""
        table = self._take(rows)
        return confirm.Texts(
            _values(table["tokens"]),
            np.concatenate([[0], np.cumsum(_sizes(table["tokens"]))]),
            _values(table["marks"]),
            _values(table["title_words"]),
            np.cumsum(_sizes(table["title_words"])),
            _one(table["title_support"]).to_numpy(),
            _one(table["title_figures"]).to_numpy(),
        )

    def values(self, name: str, rows: NDArray[np.int64]) -> list[str | None]:
        """Return a column of texts at some rows."""
        found: list[str | None] = self._take(rows)[name].to_pylist()
        return found

    def _take(self, rows: NDArray[np.int64]) -> pa.Table:
        return self.table.take(pa.array(np.searchsorted(self.rows, rows)))


def rows_of(  # one array a column
    ids: Mapping[str, pa.Array],
    texts: confirm.Texts,
    passages: tuple[NDArray[np.uint32], NDArray[np.int64]],
    columns: Mapping[str, pa.Array | NDArray[Any]],
    bands: NDArray[np.uint32],
    digests: NDArray[np.uint64],
) -> pa.RecordBatch:
    """Return some rows of the file.

    Args:
        ids: The columns of texts.
        texts: The articles as confirmation sees them.
        passages: Hashes, and int64[n] how many each article has.
        columns: "headline", "published_from" and "published_to".
        bands: uint32[n, k], band keys.
        digests: uint64[n, 2].
    """
    size, width = bands.shape
    keys = pa.FixedSizeListArray.from_arrays(pa.array(bands.ravel()), width)
    found = dict(ids) | {
        **columns,
        "digest": pa.Array.from_buffers(pa.binary(16), size, [None, pa.py_buffer(digests.astype("<u8").tobytes())]),
        "count": np.diff(texts.offsets).astype(np.uint32),
        "bands": keys,
        "passages": _lists(*passages),
        "tokens": _lists(texts.tokens, np.diff(texts.offsets)),
        "marks": _lists(texts.marks, np.diff(texts.offsets)),
        "title_words": _lists(texts.titles, np.diff(texts.title_ends, prepend=0)),
        "title_figures": texts.figures,
        "title_support": texts.support,
    }
    wanted = schema(width)
    return pa.RecordBatch.from_arrays([pa.array(found[one.name]).cast(one.type) for one in wanted], schema=wanted)


def write(
    lots: Iterator[pa.RecordBatch], path: str | os.PathLike[str], settings: Settings, furniture: Furniture, bands: int
) -> None:
    """Write lots of rows to a Parquet file, all of it or nothing.

    Raises:
        ArgumentError: The ending is another than .parquet, the folder is missing, or the path is no file.
    """
    name = os.fspath(path)
    if not name.lower().endswith(".parquet"):
        raise ArgumentError(f"path must end in .parquet, got {name!r}")
    with whole(name) as unfinished:
        _write(lots, str(unfinished), settings, furniture, bands)


def to_buffer(lots: Iterator[pa.RecordBatch], settings: Settings, furniture: Furniture, bands: int) -> pa.Buffer:
    """Return what `write` writes."""
    stream = pa.BufferOutputStream()
    _write(lots, stream, settings, furniture, bands)
    return stream.getvalue()


def _write(
    lots: Iterator[pa.RecordBatch],
    where: str | pa.BufferOutputStream,
    settings: Settings,
    furniture: Furniture,
    bands: int,
) -> None:
    words = {
        "format": FORMAT,
        "rules": RULES,
        "settings": json.dumps(settings.recipe),
        "furniture": base64.b64encode(furniture.keys.astype("<u8").tobytes()).decode(),
    }
    with pq.ParquetWriter(where, schema(bands).with_metadata(words), compression="zstd") as writer:
        for lot in lots:
            writer.write_batch(lot)


def differing(kept: Settings, asked: Settings) -> str:
    """Say in which settings that what is kept depends on two differ; "" where in none."""
    wanted = asked.recipe
    return ", ".join(
        f"{name}={value!r} (asked for: {wanted[name]!r})"
        for name, value in kept.recipe.items()
        if value != wanted[name]
    )


def _made(name: str, words: Mapping[str, bytes]) -> tuple[Settings, Furniture]:
    """Return the settings and the furniture that a file says it was made with."""
    if words.get("format") != FORMAT.encode():
        found = words.get("format", b"no such file").decode("utf-8", "replace")
        raise InputError(f"{name}: must be {FORMAT!r}, is {found!r}")
    if words.get("rules") != RULES.encode():
        found = words.get("rules", b"none").decode("utf-8", "replace")
        raise InputError(f"{name}: was made by the rules {found!r}, this version has {RULES!r}")
    try:
        settings = Settings(**json.loads(words["settings"]))
        keys = np.frombuffer(base64.b64decode(words["furniture"], validate=True), "<u8").astype(np.uint64)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise InputError(f"{name}: says wrongly how it was made: {error}") from error
    return settings, Furniture(keys)


@contextmanager
def _opened(source: str | pa.Buffer) -> Iterator[pq.ParquetFile]:
    with pq.ParquetFile(source if isinstance(source, str) else pa.BufferReader(source)) as file:
        yield file


def _one(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _values(column: pa.ChunkedArray) -> NDArray[np.uint32]:
    found: NDArray[np.uint32] = _one(column).flatten().to_numpy()
    return found


def _sizes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    found: NDArray[np.int64] = pc.list_value_length(_one(column)).to_numpy().astype(np.int64)
    return found


def _lists(values: NDArray[np.uint32], sizes: NDArray[np.int64]) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))
