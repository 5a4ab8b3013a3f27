"""Which pairs were looked at, and which clusters still miss: in memory for up to `ON_DRIVER`, else in Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.spark import clustering
from dedup.engines.spark.arrays import listed
from dedup.stages import cluster

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.spark.linking import Bound
    from dedup.engines.spark.work import Work
    from dedup.settings import Settings


class Here:
    """Pairs and edges in memory."""

    def __init__(self, blocks: DataFrame, settings: Settings, told: Bound, _: Work) -> None:
        table = blocks.select("codes", "waiting").toArrow()
        codes, waiting = (listed(table, name).view(np.uint64) for name in ("codes", "waiting"))
        self._everyone = np.unique(np.concatenate(cluster.pairs_of(np.concatenate([codes, waiting]))))
        # Pairs are kept by the places of their texts among everyone's.
        self._tested = self._last = np.sort(clustering.placed(codes, self._everyone))
        self._waiting = np.sort(clustering.placed(waiting, self._everyone))
        self._settings, self._told = settings, told
        self._edges: list[pa.Table] = []

    @property
    def edges(self) -> pa.Table:
        """What matched so far."""
        return pa.concat_tables(self._edges)

    @property
    def compared(self) -> int:
        """Pairs that were looked at."""
        return len(self._tested)

    def found(self, edges: pa.Table | DataFrame) -> None:
        """Add what matched in a round."""
        table = edges if isinstance(edges, pa.Table) else edges.toArrow()
        self._edges.append(table.cast(self._edges[0].schema) if self._edges else table)

    def missing(self) -> NDArray[np.uint64]:
        """Return the codes of the pairs that could change a cluster and that nobody has looked at, and note them."""
        joining = self.edges.filter(pc.field("joins"))
        graph = clustering.Graph.of(joining, self._settings.window, everyone=self._everyone)
        bonds = self._told.within(graph.numbers)
        given = (self._tested, self._waiting, self._last)
        codes = np.sort(graph.named(cluster.missing_pairs(*graph.arguments, *given, graph.late, bonds)))
        self._last = clustering.placed(codes, self._everyone)
        self._tested = cluster.all_codes(self._tested, self._last)
        return codes


class There:
    """The same in Spark, for any number."""

    def __init__(self, blocks: DataFrame, settings: Settings, told: Bound, work: Work) -> None:
        self._tested = blocks.select(F.explode("codes").alias("code"))
        self._waiting = blocks.select(F.explode("waiting").alias("code"))
        self._settings, self._told, self._work = settings, told, work
        self._edges: DataFrame | None = None

    @property
    def edges(self) -> DataFrame:
        """What matched so far."""
        return cast("DataFrame", self._edges)

    @property
    def compared(self) -> int:
        """Pairs that were looked at."""
        return self._tested.count()

    def found(self, edges: DataFrame) -> None:
        """Add what matched in a round."""
        self._edges = edges if self._edges is None else self._edges.union(edges)

    def missing(self, number: int) -> DataFrame:
        """Return the pairs that could change a cluster and that nobody has looked at, rows of `code`."""
        window = self._settings.window
        joining = self.edges.where("joins")
        roots = clustering.components(joining, self._work, f"joined-{number}")
        wanted = clustering.ask(clustering.in_bins(joining, roots), clustering.wanted(window, self._told))
        low, high = F.col("code").bitwiseAND(F.lit(2**32 - 1)), F.shiftrightunsigned("code", 32)
        waiting = self._waiting.withColumn("a", low).withColumn("b", high)
        for side in ("a", "b"):
            named = roots.select(F.col("number").alias(side), F.col("root").alias(f"root_{side}"))
            waiting = waiting.join(named, side, "left")
        ours = [F.coalesce(f"root_{side}", side) for side in ("a", "b")]
        wanted = wanted.union(waiting.where(ours[0] != ours[1]).select("code")).distinct()
        return wanted.join(self._tested, "code", "left_anti")

    def asked(self, blocks: DataFrame) -> bool:
        """Take note of the pairs of the next round; return whether there are any."""
        fresh = blocks.select(F.explode("codes").alias("code"))
        self._tested = self._tested.union(fresh)
        return not fresh.isEmpty()
