"""Results to signatures: what a later run needs to match its articles with those of this one, without their texts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.articles.outlets import outlet_hashes
from dedup.engines.crew import Crew
from dedup.engines.proposing import band_count, headlines_apart, signatures, sketch
from dedup.engines.reading import Reading
from dedup.errors import ArgumentError
from dedup.formats.packed import pack
from dedup.formats.signatures import BODY, SCHEMA, Made, Signatures, to_buffer, write
from dedup.results import Result

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedup.engines.crew import Progress
    from dedup.settings import Settings
    from dedup.stages import confirm

    Against = Result | str | os.PathLike[str]

_BLOCK = 1024  # articles a task
_CLUSTERED = ("cluster", "centre", "canonical")


def write_signatures(result: Result, path: str | os.PathLike[str], *, progress: Progress | None = None) -> None:
    """Write what it takes to match later articles with those of a result: ``find_duplicates(..., against=path)``.

    A row an article, without its text: band keys and sampled passages by which its like is found, the hashes of its
    tokens (4 bytes a token) by which a match is confirmed, and the ids of its cluster, the centre and the canonical
    one; see `dedup.formats.signatures.SCHEMA` for the columns. How they were made stands in the metadata. Of a
    result that was itself matched with an earlier one the file has the articles of both.

    Args:
        result: What a run found.
        path: The file, ending in .parquet.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: The ending is another, or the folder is missing; or the result has no texts, as that of an index
            that keeps none.
    """
    require_texts(result)
    with Crew(progress) as crew:
        write(_lots(result, crew), path, Made(str(path), result.settings, result.furniture))


def require_texts(result: Result) -> None:
    """Refuse a result whose articles have lost their texts.

    Raises:
        ArgumentError: It is that of an index that keeps no texts.
    """
    if result.batch.table["text"].take(pa.array(result.links.rows)).null_count:
        raise ArgumentError("result must have the texts of its articles, which an index keeps with keep_text=True only")


def signatures_of(against: Against) -> Signatures:
    """Return the signatures of an earlier result.

    Raises:
        ArgumentError: It is none, and no path.
        InputError: The file is missing, damaged, or by other rules.
    """
    if not isinstance(against, Result):
        return Signatures.read(against, band_count)
    require_texts(against)
    with Crew() as crew:
        kept = to_buffer(_lots(against, crew), Made("against", against.settings, against.furniture))
    return Signatures.read(kept, band_count)


def signed(reading: Reading, rows: NDArray[np.int64], settings: Settings) -> pa.Table:
    """Return some rows as `SCHEMA` has them, but for the columns that say which cluster they are in."""
    found = sketch(signatures(reading, rows, settings), settings)
    texts = reading.texts(rows)
    alone, headlines = headlines_apart(texts)
    published = [pa.nulls(len(rows), pa.int64())] * 2
    if isinstance(settings.window, timedelta):
        window = reading.window(rows, settings.window)
        published = [pa.array(each, mask=window.undated) for each in (window.lo, window.hi)]
    columns = {
        "id": reading.batch.values("id", rows),
        "digest": pack(found.digests, np.full(len(rows), 2)),
        "headline": pa.array(headlines.view(np.int64), mask=~alone),
        "count": found.counts,
        "bands": pack(found.bands, np.full(len(rows), found.bands.shape[1])),
        "passages": pack(found.passages, found.passage_counts),
        "published_from": published[0],
        "published_to": published[1],
        **_body(reading, rows, texts),
    }
    return _table(columns)


def bodies(reading: Reading, rows: NDArray[np.int64]) -> pa.Table:
    """Return the columns `BODY` of some rows."""
    return _table(_body(reading, rows, reading.texts(rows)))


def _body(reading: Reading, rows: NDArray[np.int64], texts: confirm.Texts) -> dict[str, object]:
    counts = np.diff(texts.offsets)
    words = np.diff(texts.title_ends, prepend=0)
    found = {
        "tokens": pack(texts.tokens, counts),
        "marks": pack(texts.marks, counts),
        "title_words": pack(texts.titles[: words.sum()], words),
        "title_figures": texts.figures.view(np.int64),
        "title_support": texts.support,
    }
    return found | {name: reading.batch.values(name, rows) for name in BODY if name not in found}


def _table(columns: dict[str, object]) -> pa.Table:
    return pa.table(columns, schema=pa.schema([SCHEMA.field(name) for name in columns]))


def _lots(result: Result, crew: Crew) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the file: those of the result before, then its own."""
    if result.earlier is not None:
        yield from result.earlier.batches()
    batch = result.batch
    reading = Reading(batch, outlet_hashes(batch.table), result.furniture)
    places = {
        name: (cluster.ids[0], cluster.centre.id, cluster.canonical.id)
        for cluster in result.each_cluster()
        for name in cluster.ids
    }
    places |= {joined.id: (joined.cluster, joined.centre, joined.canonical) for joined in result.joined}

    def task(block: slice) -> pa.Table:
        table = signed(reading, np.arange(block.start, block.stop), result.settings)
        told = zip(*(places.get(name, (name, name, name)) for name in table["id"].to_pylist()), strict=True)
        for name, values in zip(_CLUSTERED, told, strict=True):
            table = table.append_column(SCHEMA.field(name), pa.array(values, pa.large_string()))
        return table.select(SCHEMA.names)

    if len(batch):
        for _, lot in crew.one_by_one("signing", task, len(batch), _BLOCK):
            yield from lot.to_batches()
