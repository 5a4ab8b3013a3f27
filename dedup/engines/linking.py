"""What the user says about pairs: which articles belong together, and which do not, whatever their texts say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ArgumentError
from dedup.formats.labels import Labels
from dedup.stages import cluster

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dedup.articles.article import Batch
    from dedup.engines.proposing import Proposal

    Given = Labels | str | os.PathLike[str] | Iterable[tuple[str, str] | tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Linking:
    """What was said about pairs of articles.

    Attributes:
        names: The articles that are named, sorted.
        rows: int64[k], the row of each.
        pairs: int64[p, 2], places in `names` of each pair, the smaller first.
        same: bool[p], whether the two belong together.
    """

    names: list[str]
    rows: NDArray[np.int64]
    pairs: NDArray[np.int64]
    same: NDArray[np.bool_]

    def told_apart(self, ranks: NDArray[np.int64], digests: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the digests of the articles at `ranks`, those of named ones made different if any are to be apart.

        Two articles with one text can be in two clusters only if they are two texts.
        """
        if self.same.all():
            return digests
        places = np.empty(len(ranks), np.int64)
        places[ranks] = np.arange(len(ranks))
        named = places[self.rows]
        digests = digests.copy()
        digests[named, 0] ^= (named + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        return digests

    def bonds(self, proposal: Proposal) -> cluster.Bonds | None:
        """Return what was said, about texts; None if nothing.

        Raises:
            ArgumentError: A named article has no text, or two belong together and apart.
        """
        if not self.names:
            return None
        size, rows = len(proposal.lengths), int(max(self.rows.max(initial=0), proposal.rows.max(initial=0))) + 1
        text_of = np.full(rows, -1, np.int64)
        text_of[proposal.rows] = np.repeat(np.arange(size), np.diff(proposal.starts))
        texts = text_of[self.rows]
        if (texts < 0).any():
            name = self.names[int(np.argmin(texts))]
            raise ArgumentError(f"links must name articles that have text, got the id {name!r}")
        pairs = np.sort(texts[self.pairs], axis=1)
        together, apart = pairs[self.same], pairs[~self.same]
        groups = cluster.components(size, together[:, 0], together[:, 1])
        clash = np.flatnonzero(groups[apart[:, 0]] == groups[apart[:, 1]])
        if len(clash):
            a, b = (self.names[place] for place in self.pairs[~self.same][clash[0]])
            raise ArgumentError(f"links must not contradict each other: {a!r} and {b!r} are together and apart")
        return cluster.Bonds.of(groups, proposal.lengths, proposal.undated, together, apart)


def told(links: Given, batch: Batch) -> Linking:
    """Find the articles that links name.

    Raises:
        ArgumentError: An id is not that of an article, or the links contradict each other.
        InputError: A file of them cannot be used.
    """
    labels = Labels.of(links, "links", two=("a", "b"))
    if labels.stories:
        raise ArgumentError("links must be about pairs (a, b, same), got stories (id, story)")
    names = sorted({name for pair in labels.pairs for name in pair})
    rows = pc.index_in(pa.array(names, pa.large_string()), value_set=batch.table["id"].combine_chunks())
    if rows.null_count:
        missing = names[rows.to_pylist().index(None)]
        raise ArgumentError(f"links must name articles that have text, got the id {missing!r}")
    place = {name: number for number, name in enumerate(names)}
    pairs = [[place[one] for one in pair] for pair in labels.pairs]
    return Linking(
        names,
        rows.to_numpy().astype(np.int64),
        np.array(pairs, np.int64).reshape(-1, 2),
        np.array(list(labels.pairs.values()), np.bool_),
    )
