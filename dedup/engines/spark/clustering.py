"""Matches as a graph: what each connected set of texts says of itself, on the driver or set by set."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - a named tuple looks at it
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.reading import microseconds
from dedup.engines.spark.arrays import numbers_of
from dedup.errors import DedupError
from dedup.stages import cluster, lsh

if TYPE_CHECKING:
    from datetime import timedelta

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.spark.linking import Bound
    from dedup.engines.spark.work import Work

ON_DRIVER = 10_000_000
"""Pairs looked at up to which the graph is brought to the driver: some 8 bytes each, and 40 each match."""
_BIN = 1 << 16  # matches of the connected sets that one task gets, about
_MOST_ROUNDS = 100  # a path of n texts takes about log2(n)


class Question(NamedTuple):
    """What is asked of every connected set of texts.

    Attributes:
        task: Answers it, given edges as rows of `a`, `b`, `length_a`, `length_b` and perhaps more.
        schema: Of the answers.
    """

    task: Callable[[pa.Table], pa.Table]
    schema: str


def gathered(edges: pa.Table | DataFrame, name: str, work: Work) -> pa.Table | DataFrame:
    """Return edges so that questions can be asked of connected ones.

    Edges that are here (a table) are together. Otherwise the connected sets are found by Spark, in stages of this
    name, and bound into bins.
    """
    return edges if isinstance(edges, pa.Table) else in_bins(edges, components(edges, work, name))


def in_bins(edges: DataFrame, roots: DataFrame) -> DataFrame:
    """Bind edges into bins by the root of their connected set."""
    bins = F.lit(1 + edges.count() // _BIN)
    named = roots.withColumnRenamed("number", "a")
    return edges.join(named, "a").select(F.pmod(F.xxhash64("root"), bins).alias("bin"), *edges.columns)


def ask(edges: pa.Table | DataFrame, question: Question) -> pa.Table | DataFrame:
    """Ask a question of edges that are `gathered`."""
    if isinstance(edges, pa.Table):
        return question.task(edges)
    return edges.groupBy("bin").applyInArrow(question.task, question.schema)


def as_dataframe(rows: pa.Table | DataFrame, work: Work) -> DataFrame:
    """Return rows that may be here as a data frame."""
    return work.spark.createDataFrame(rows) if isinstance(rows, pa.Table) else rows


def components(edges: DataFrame, work: Work, name: str) -> DataFrame:
    """Return (number, root) of every text that has an edge: the root is the least number it is connected to.

    Alternating large-star and small-star after Kiveris, Lattanzi, Mirrokni, Rastogi and Vassilvitskii (2014),
    "Connected components in MapReduce and beyond": never more rows than edges, whatever the graph.
    """
    pairs = edges.select(F.greatest("a", "b").alias("v"), F.least("a", "b").alias("u")).where("u <> v").distinct()
    before = None
    for number in range(_MOST_ROUNDS):
        given = pairs
        pairs = work.stage(f"{name}-components-{number}", lambda: _small_star(_large_star(given)))  # noqa: B023 - at once
        state = pairs.agg(F.count("v"), F.sum(F.xxhash64("v", "u").cast("decimal(38,0)"))).first()
        if state == before:
            return pairs.select(F.col("v").alias("number"), F.col("u").alias("root")).union(
                pairs.select(F.col("u").alias("number"), F.col("u").alias("root")).distinct()
            )
        before = state
    raise DedupError(f"connected sets must be found within {_MOST_ROUNDS} rounds, and were not")


def _large_star(pairs: DataFrame) -> DataFrame:
    """Connect every larger neighbour of a text to the least of its neighbours and itself."""
    both = pairs.union(pairs.selectExpr("u as v", "v as u"))
    least = both.groupBy("v").agg(F.least(F.min("u"), F.col("v")).alias("m"))
    return both.where("u > v").join(least, "v").selectExpr("u as v", "m as u").where("u <> v").distinct()


def _small_star(pairs: DataFrame) -> DataFrame:
    """Connect every smaller neighbour of a text, and the text, to the least of them."""
    least = pairs.groupBy("v").agg(F.min("u").alias("m"))
    moved = pairs.join(least, "v").selectExpr("u as v", "m as u").union(least.selectExpr("v", "m as u"))
    return moved.where("u <> v").selectExpr("greatest(v, u) as v", "least(v, u) as u").distinct()


def placed(codes: NDArray[np.uint64], numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return pair codes by the places of their texts among `numbers`, which rise; the order stays."""
    return cluster.pair_codes(*(np.searchsorted(numbers, side) for side in cluster.pairs_of(codes)))


@dataclass(frozen=True, slots=True)
class Graph:
    """Edges between texts that are numbered anew, in the same order.

    Attributes:
        numbers: int64[n], the numbers of the texts, rising.
        a: int64[m], one side of each edge.
        b: int64[m], the other side.
        lengths: int64[n], tokens; 0 where a text has no edge.
        window: When each text was published, where that matters; nothing is known of those without an edge.
    """

    numbers: NDArray[np.int64]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    lengths: NDArray[np.int64]
    window: lsh.Window | None

    @classmethod
    def of(
        cls,
        edges: pa.Table,
        window: timedelta | str | None,
        others: NDArray[np.int64] | None = None,
        *,
        everyone: NDArray[np.int64] | None = None,
    ) -> Graph:
        """Make a graph of edges, and of `others` that may have none; or of `everyone`, whose numbers rise."""
        sides = [numbers_of(edges, name) for name in ("a", "b")]
        numbers = everyone
        if numbers is None:
            numbers = np.unique(np.concatenate([*sides, *([] if others is None else [others])]))
        a, b = (np.searchsorted(numbers, side) for side in sides)

        def both(name: str, default: int) -> NDArray[np.int64]:
            values = np.full(len(numbers), default, np.int64)
            values[a], values[b] = numbers_of(edges, f"{name}_a"), numbers_of(edges, f"{name}_b")
            return values

        if window is None:
            return cls(numbers, a, b, both("length", 0), None)
        span = microseconds(cast("timedelta", window))
        dated = lsh.Window(both("lo", -lsh.ALWAYS), both("hi", lsh.ALWAYS), span)
        return cls(numbers, a, b, both("length", 0), dated)

    @property
    def arguments(self) -> tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """What the functions of `stages.cluster` take first."""
        return len(self.numbers), self.a, self.b, self.lengths

    @property
    def late(self) -> NDArray[np.bool_] | None:
        """bool[n], which texts have no time, where that matters."""
        return None if self.window is None else self.window.undated

    def named(self, codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return pair codes in the old numbers, of those pairs that are near in time."""
        a, b = cluster.pairs_of(codes)
        if self.window is not None:
            near = self.window.near(a, b)
            a, b = a[near], b[near]
        return cluster.pair_codes(self.numbers[a], self.numbers[b])


def wanted(window: timedelta | str | None, told: Bound) -> Question:
    """Ask for codes of the pairs that clusters would like confirmed, known ones among them."""

    def task(edges: pa.Table) -> pa.Table:
        graph = Graph.of(edges, window)
        none, every = np.empty(0, np.uint64), cluster.pair_codes(graph.a, graph.b)
        bonds = told.within(graph.numbers)
        codes = cluster.missing_pairs(*graph.arguments, none, none, every, graph.late, bonds)
        return pa.table({"code": graph.named(codes).view(np.int64)})

    return Question(task, "code long")


def centres(window: timedelta | str | None, told: Bound) -> Question:
    """Ask for the centre of the cluster of each text that has an edge.

    Of texts that it matches and that must be apart a centre takes that of the strongest match.
    """
    order = [("strength", "descending"), ("a", "ascending"), ("b", "ascending")]

    def task(edges: pa.Table) -> pa.Table:
        graph = Graph.of(edges if told.bonds is None else edges.sort_by(order), window)
        found = cluster.around_centres(*graph.arguments, graph.late, told.within(graph.numbers))
        return pa.table({"number": graph.numbers, "centre": graph.numbers[found]})

    return Question(task, "number long, centre long")


def _rivals(edges: pa.Table) -> pa.Table:
    graph = Graph.of(edges, None)
    item = np.asarray(edges.column("item")) & np.asarray(edges.column("joins"))
    glue, part, best = cluster.rivals(graph.a, graph.b, item, graph.lengths)
    codes = graph.named(cluster.pair_codes(np.minimum(part, best), np.maximum(part, best)))
    sides = {"a": graph.numbers[graph.a[glue]], "b": graph.numbers[graph.b[glue]]}
    return pa.table({**sides, "code": codes.view(np.int64)})


RIVALS = Question(_rivals, "a long, b long, code long")
"""Asks for the matches by which a round-up may glue its stories, and for the code of the pair that decides."""
