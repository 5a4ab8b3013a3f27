"""Signatures that another engine wrote to what an index keeps of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.articles.article import FIELDS
from dedup.engines.stream.arriving import Arrivals, arrived
from dedup.engines.stream.records import ALONE, HEAD, Sketches, bodies_to_bytes
from dedup.formats.signatures import BODY, Bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.formats.signatures import Signatures

_LOT = 1000  # articles that are added together


def lots(kept: Signatures) -> Iterator[Arrivals]:
    """Yield articles, lot by lot, as if they had arrived; they have no text, and no fields that are not kept."""
    bands, digests, headlines = kept.bands, kept.digests, kept.numbers("headline").view(np.uint64)
    alone, counts = np.asarray(kept.table["headline"].is_valid()), kept.numbers("count")
    passages, sizes = kept.passages
    ends = np.cumsum(sizes)
    for start in range(0, len(kept), _LOT):
        lot = slice(start, min(start + _LOT, len(kept)))
        rows = np.arange(lot.start, lot.stop)
        heads = np.zeros(len(rows), HEAD)
        heads["digest"], heads["headline"], heads["tokens"] = digests[lot], headlines[lot], counts[lot]
        heads["flags"] = np.where(alone[lot], ALONE, 0)
        begin = ends[start] - sizes[start]
        sketches = Sketches(heads, bands[lot], passages[begin : ends[lot.stop - 1]], ends[lot] - begin)
        bodies = kept.bodies(rows)
        known = {name: bodies[name].to_pylist() for name in FIELDS if name in BODY}
        known["id"] = kept.table["id"][lot].to_pylist()
        columns = {name: known.get(name, [None] * len(rows)) for name in FIELDS}
        yield arrived(columns, sketches, bodies_to_bytes(Bodies(bodies).texts(rows - start)), keep_text=False)
