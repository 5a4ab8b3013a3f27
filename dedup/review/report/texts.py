"""The texts of a report: with the site's furniture marked, and why each member is in its cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.articles.outlets import outlet_hashes
from dedup.engines.reading import Reading, column
from dedup.stages import confirm, shingles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.results import Cluster, Result

LONGEST_TEXT = 1_000_000
"""Characters of a text that are kept."""


class Texts:
    """Reads the texts of a result's clusters as a run does."""

    def __init__(self, result: Result) -> None:
        batch = result.batch
        self._result = result
        self._reading = Reading(batch, outlet_hashes(batch.table), result.furniture)
        self._row_of = {name: row for row, name in enumerate(batch.table["id"].to_pylist())}

    def of(self, members: Sequence[str]) -> list[dict[str, Any]]:
        """Return the text of each article: {"text", "furniture": [start, stop, ...] in UTF-16 units, "cut"}."""
        rows = self._rows(members)
        texts = column(self._reading.batch, "text", rows)
        every = shingles.tokenize(texts)
        offsets, starts, stops = every.offsets.copy(), every.starts.copy(), every.stops.copy()
        kept, _ = self._reading.tokens(rows)
        found = []
        for at, text in enumerate(texts.to_pylist()):
            own = slice(offsets[at], offsets[at + 1])
            left = kept.starts[kept.offsets[at] : kept.offsets[at + 1]]
            value = {"text": text[:LONGEST_TEXT]}
            if len(text) > LONGEST_TEXT:
                value["cut"] = len(text) - LONGEST_TEXT
            if spans := _spans(starts[own], stops[own], left):
                value["furniture"] = _utf16(text.encode(), spans)
            found.append(value)
        return found

    def reasons(self, cluster: Cluster, members: Sequence[str]) -> list[list[str]]:
        """Return why each of some members is in its cluster: the reasons of its match with the centre."""
        relations = {name: confirm.RELATIONS.index(match.relation) for name, match in cluster.to_centre.items()}
        settings = self._result.settings
        rows = self._rows([cluster.centre.id, *members])
        texts = self._reading.texts(rows)
        centre, others = np.zeros(len(members), np.int64), np.arange(1, len(members) + 1)
        evidence = self._reading.evidence(rows, texts, centre, others, settings.shingle_size)
        of_each = [relations.get(name, confirm.IDENTICAL) for name in members]
        return [*map(list, confirm.reasons_of_each(evidence, of_each, [1.0] * len(members), settings.threshold))]

    def _rows(self, members: Sequence[str]) -> NDArray[np.int64]:
        return np.array([self._row_of[name] for name in members], np.int64)


def _spans(starts: NDArray[np.int32], stops: NDArray[np.int32], kept: NDArray[np.int32]) -> list[int]:
    """Return [start, stop, ...] in bytes of the runs of tokens that are not `kept`."""
    gone = ~np.isin(starts, kept)
    edges = np.flatnonzero(np.diff(gone.astype(np.int8), prepend=0, append=0))
    return [
        bound
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        for bound in (int(starts[first]), int(stops[last - 1]))
    ]


def _utf16(text: bytes, places: Sequence[int]) -> list[int]:
    """Return places in UTF-8, rising, as places in UTF-16, as browsers count."""
    found, at, units = [], 0, 0
    for place in places:
        units += len(text[at:place].decode(errors="replace").encode("utf-16-le")) // 2
        at = place
        found.append(units)
    return found
