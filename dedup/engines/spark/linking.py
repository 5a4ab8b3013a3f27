"""What the user said about pairs, on a cluster: few enough for the driver to hold and for each task to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.spark.arrays import TEXT, numbers_of
from dedup.engines.spark.proposing import blocks_of
from dedup.stages import cluster, lsh

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.linking import Said
    from dedup.engines.spark.work import Work

_NONE = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Bound:
    """The texts that links name, and what was said of them.

    Attributes:
        numbers: int64[k], their numbers, rising.
        bonds: What was said, by place in `numbers`; None if nothing.
    """

    numbers: NDArray[np.int64]
    bonds: cluster.Bonds | None

    @property
    def together(self) -> NDArray[np.uint64]:
        """Codes of the pairs that are linked, rising."""
        return _NONE if self.bonds is None else self._named(self.bonds.together)

    @property
    def apart(self) -> NDArray[np.uint64]:
        """Codes of the pairs that must not match, rising."""
        return _NONE if self.bonds is None else self._named(self.bonds.apart)

    @property
    def grouped(self) -> NDArray[np.int64]:
        """Numbers of the texts that belong together with others."""
        if self.bonds is None:
            return self.numbers
        return self.numbers[np.bincount(self.bonds.groups, minlength=len(self.numbers))[self.bonds.groups] > 1]

    def within(self, numbers: NDArray[np.int64]) -> cluster.Bonds | None:
        """Return what was said of the texts with these numbers (rising), by place in them.

        All texts that belong together must be among them, or none.
        """
        if self.bonds is None or not len(numbers):
            return None
        places = np.minimum(np.searchsorted(numbers, self.numbers), len(numbers) - 1)
        here = numbers[places] == self.numbers
        groups, heads = np.arange(len(numbers)), np.arange(len(numbers))
        groups[places[here]] = places[self.bonds.groups[here]]
        heads[places[here]] = places[self.bonds.heads[here]]
        codes = []
        for pairs in (self.bonds.together, self.bonds.apart):
            a, b = cluster.pairs_of(pairs)
            both = here[a] & here[b]
            codes.append(cluster.pair_codes(places[a[both]], places[b[both]]))
        return cluster.Bonds(groups, heads, *codes)

    def _named(self, codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return cluster.pair_codes(*(self.numbers[side] for side in cluster.pairs_of(codes)))


NOTHING_SAID = Bound(np.empty(0, np.int64), None)


def bound(said: Said, members: DataFrame, sketches: DataFrame, work: Work, *, dated: bool) -> Bound:
    """Find the texts that links name.

    Raises:
        ArgumentError: A named article has no text, or two belong together and apart.
    """
    if not said.names:
        return NOTHING_SAID
    named = members.join(F.broadcast(names_of(said, work)), "id").select("id", "number", "length")
    if dated:
        named = named.join(sketches.select("id", "lo"), "id")
    table = named.toArrow()
    place = dict(zip(table.column("id").to_pylist(), range(table.num_rows), strict=True))
    rows = np.array([place.get(name, -1) for name in said.names], np.int64)
    said.must_be_known(rows >= 0)
    numbers, firsts, texts = np.unique(numbers_of(table, "number")[rows], return_index=True, return_inverse=True)
    undated = (numbers_of(table, "lo") == -lsh.ALWAYS)[rows][firsts] if dated else None
    return Bound(numbers, said.bonds(texts, numbers_of(table, "length")[rows][firsts], undated))


def names_of(said: Said, work: Work) -> DataFrame:
    """Return the ids that are named as a data frame."""
    return work.spark.createDataFrame(pa.table({"id": pa.array(said.names, TEXT)}))


def asked_too(blocks: DataFrame, told: Bound, size: int, work: Work) -> DataFrame:
    """Return blocks of candidates with those of the pairs that are linked."""
    if not len(told.together):
        return blocks
    asked = blocks.select(F.explode("codes").alias("code"))
    pairs = work.spark.createDataFrame(pa.table({"code": told.together.view(np.int64)}))
    further = blocks_of(pairs.join(asked, "code", "left_anti"), size)
    return blocks.unionByName(further.withColumn("block", F.bitwise_not("block")))  # names that no candidates have
