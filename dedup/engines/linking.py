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
class Said:
    """What was said about pairs of articles, by their ids.

    Attributes:
        names: The articles that are named, sorted.
        pairs: int64[p, 2], places in `names` of each pair, the smaller first.
        same: bool[p], whether the two belong together.
    """

    names: list[str]
    pairs: NDArray[np.int64]
    same: NDArray[np.bool_]

    @classmethod
    def of(cls, links: Given) -> Said:
        """Take links from whatever holds them.

        Raises:
            ArgumentError: They are no pairs, or contradict each other.
            InputError: A file of them cannot be used.
        """
        labels = Labels.of(links, "links", two=("a", "b"))
        if labels.stories:
            raise ArgumentError("links must be about pairs (a, b, same), got stories (id, story)")
        names = sorted({name for pair in labels.pairs for name in pair})
        place = {name: number for number, name in enumerate(names)}
        pairs = [[place[one] for one in pair] for pair in labels.pairs]
        return cls(names, np.array(pairs, np.int64).reshape(-1, 2), np.array(list(labels.pairs.values()), np.bool_))

    def must_be_known(self, known: NDArray[np.bool_]) -> None:
        """Refuse names that are no article's: `known`, bool[names], says which are.

        Raises:
            ArgumentError: There is one.
        """
        if not known.all():
            name = self.names[int(np.argmin(known))]
            raise ArgumentError(f"links must name articles that have text, got the id {name!r}")

    def bonds(
        self, texts: NDArray[np.int64], lengths: NDArray[np.int64], undated: NDArray[np.bool_] | None
    ) -> cluster.Bonds:
        """Return what was said, about texts.

        Args:
            texts: int64[names], the text of each named article; below 0 where it has none.
            lengths: int64[n], tokens of each text.
            undated: bool[n], which have no time that is known, where that matters.

        Raises:
            ArgumentError: A named article has no text, or two belong together and apart.
        """
        self.must_be_known(texts >= 0)
        pairs = np.sort(texts[self.pairs], axis=1)
        together, apart = pairs[self.same], pairs[~self.same]
        groups = cluster.components(len(lengths), together[:, 0], together[:, 1])
        clash = np.flatnonzero(groups[apart[:, 0]] == groups[apart[:, 1]])
        if len(clash):
            a, b = (self.names[place] for place in self.pairs[~self.same][clash[0]])
            raise ArgumentError(f"links must not contradict each other: {a!r} and {b!r} are together and apart")
        return cluster.Bonds.of(groups, lengths, undated, together, apart)


@dataclass(frozen=True, slots=True)
class Linking:
    """What was said about pairs of articles of a batch.

    Attributes:
        said: By their ids.
        rows: int64[names], the row of each that is named.
    """

    said: Said
    rows: NDArray[np.int64]

    def told_apart(self, ranks: NDArray[np.int64], digests: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the digests of the articles at `ranks`, those of named ones made different if any are to be apart.

        Two articles with one text can be in two clusters only if they are two texts.
        """
        if self.said.same.all():
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
        if not self.said.names:
            return None
        size, rows = len(proposal.lengths), int(max(self.rows.max(initial=0), proposal.rows.max(initial=0))) + 1
        text_of = np.full(rows, -1, np.int64)
        text_of[proposal.rows] = np.repeat(np.arange(size), np.diff(proposal.starts))
        return self.said.bonds(text_of[self.rows], proposal.lengths, proposal.undated)


def told(links: Given, batch: Batch) -> Linking:
    """Find the articles that links name.

    Raises:
        ArgumentError: An id is not that of an article, or the links contradict each other.
        InputError: A file of them cannot be used.
    """
    said = Said.of(links)
    rows = pc.index_in(pa.array(said.names, pa.large_string()), value_set=batch.table["id"].combine_chunks())
    said.must_be_known(np.asarray(rows.is_valid()))
    return Linking(said, rows.to_numpy().astype(np.int64))
