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
from dedup.formats.signatures import Signatures, rows_of, to_buffer, write
from dedup.results import Result

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from dedup.engines.crew import Progress

    Against = Result | str | os.PathLike[str]

_BLOCK = 1024  # articles a task
_GIVEN = ("title", "published", "fetched", "zone")


def write_signatures(result: Result, path: str | os.PathLike[str], *, progress: Progress | None = None) -> None:
    """Write what it takes to match later articles with those of a result: ``find_duplicates(..., against=path)``.

    A row an article, without its text: band keys and sampled passages by which its like is found, the hashes of its
    tokens (4 bytes a token) by which a match is confirmed, and the ids of its cluster, the centre and the canonical
    one; see `dedup.formats.signatures.schema` for the columns. How they were made stands in the file's metadata. Of
    a result that was itself matched with an earlier one the file has the articles of both.

    Args:
        result: What a run found.
        path: The file, ending in .parquet.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: The ending is another, or the folder is missing.
    """
    with Crew(progress) as crew:
        write(_lots(result, crew), path, result.settings, result.furniture, band_count(result.settings))


def signatures_of(against: Against) -> Signatures:
    """Return the signatures of an earlier result.

    Raises:
        ArgumentError: It is none, and no path.
        InputError: The file is missing, damaged, or by other rules.
    """
    if not isinstance(against, Result):
        return Signatures.read(against, band_count)
    with Crew() as crew:
        width = band_count(against.settings)
        kept = to_buffer(_lots(against, crew), against.settings, against.furniture, width)
    return Signatures.read(kept, band_count)


def _lots(result: Result, crew: Crew) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the file: those of the result before, then its own."""
    if result.earlier is not None:
        yield from result.earlier.batches()
    batch, settings = result.batch, result.settings
    reading = Reading(batch, outlet_hashes(batch.table), result.furniture)
    places = {
        name: (cluster.ids[0], cluster.centre.id, cluster.canonical.id)
        for cluster in result.each_cluster()
        for name in cluster.ids
    }
    places |= {joined.id: (joined.cluster, joined.centre, joined.canonical) for joined in result.joined}

    def task(block: slice) -> pa.RecordBatch:
        rows = np.arange(block.start, block.stop)
        signed = sketch(signatures(reading, rows, settings), settings)
        texts = reading.texts(rows)
        alone, headlines = headlines_apart(texts)
        names = batch.values("id", rows).to_pylist()
        told = zip(*(places.get(name, (name, name, name)) for name in names), strict=True)
        columns = dict(zip(("cluster", "centre", "canonical"), map(pa.array, told), strict=True))
        times = [pa.nulls(len(rows), pa.int64())] * 2
        if isinstance(settings.window, timedelta):
            window = reading.window(rows, settings.window)
            times = [pa.array(each, mask=window.undated) for each in (window.lo, window.hi)]
        return rows_of(
            {"id": batch.values("id", rows), **columns, **{name: batch.values(name, rows) for name in _GIVEN}},
            texts,
            (signed.passages, signed.passage_counts),
            {
                "headline": pa.array(headlines, mask=~alone),
                "published_from": times[0],
                "published_to": times[1],
            },
            signed.bands,
            signed.digests,
        )

    if len(batch):
        for _, lot in crew.one_by_one("signing", task, len(batch), _BLOCK):
            yield lot
