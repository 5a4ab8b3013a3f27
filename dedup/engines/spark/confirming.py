"""Candidate pairs to matches: each block of pairs meets its texts; then whatever pairs clusters still miss."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines import confirming
from dedup.engines.proposing import times
from dedup.engines.spark import clustering
from dedup.engines.spark.arrays import columns_of, fitted, listed, numbers_of, reading_of
from dedup.engines.spark.packing import records
from dedup.engines.spark.proposing import BLOCK, blocks_here, blocks_of, meet
from dedup.engines.spark.pursuing import Here, There
from dedup.engines.spark.work import during
from dedup.formats.packed import pack
from dedup.stages import cluster, confirm
from dedup.stages.confirm import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pyspark.sql import Column

    from dedup.engines.spark.linking import Bound
    from dedup.engines.spark.work import Work
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture

_VERDICT = (
    "relation tinyint, strength double, resemblance double, containment_a double, containment_b double, "
    "score double, item boolean"
)
_EDGE = "a long, b long, length_a long, length_b long, lo_a long, hi_a long, lo_b long, hi_b long"
_SAID = ("item", "relation", "strength")  # what else the graph must know of an edge
MATCH = f"{_EDGE}, {_VERDICT}, evidence binary"
"""A match between two texts, given by number, with the tokens and the time of each and a record of `EVIDENCE`."""
EVIDENCE = np.dtype([(field.name, np.dtype(str(field.type).split(".")[1].rstrip("]"))) for field in fields(Evidence)])
"""What is known of a pair, as one record: the reasons are made from it for those who are shown them."""
FEW = BLOCK
"""Pairs of a round up to which the driver judges them itself: as many as a task has, with their texts."""
_WORDS = ("source", "url", "title", "text", "published", "fetched", "zone")


def words(articles: DataFrame, members: DataFrame, blocks: DataFrame) -> DataFrame:
    """Return what confirmation reads of the texts that are in any block, by number."""
    wanted = blocks.select(F.explode(F.array_union("numbers", "later")).alias("number")).distinct()
    leading = members.where("leads").join(wanted, "number").select("id", "number")
    return articles.select("id", *_WORDS).join(leading, "id").select("number", *_WORDS)


@dataclass(frozen=True, slots=True)
class Task:
    """What confirmation needs to know of a run.

    Attributes:
        size: Articles there are.
        furniture: What is left out.
        settings: How near is near enough.
        told: What was said of texts.
        work: Where stages are kept.
    """

    size: int
    furniture: Furniture
    settings: Settings
    told: Bound
    work: Work

    def judging(
        self, linked: NDArray[np.uint64], strengths: NDArray[np.float64]
    ) -> Callable[[pa.Table, pa.Table], pa.Table]:
        """Return the task that judges blocks of pairs, of which some are linked (codes, rising) so strongly."""
        return _judging(self.furniture, self.settings, self.told.apart, linked, strengths)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Matches between texts.

    Attributes:
        matches: Rows of `MATCH` and `joins`: whether the two are put into one cluster.
        joining: The edges that join, here or in Spark.
        tested: What was looked at.
    """

    matches: DataFrame
    joining: pa.Table | DataFrame
    tested: Here | There


def confirm_until_stable(blocks: DataFrame, read: DataFrame, task: Task) -> Confirmed:
    """Confirm the candidates, then whatever pairs clusters still miss; `read` are the words of all texts in blocks."""
    pairs = blocks.agg(F.sum(F.size("codes") + F.size("waiting"))).first()[0]  # type: ignore[index]
    place = Here if (pairs or 0) <= clustering.ON_DRIVER else There
    tested: Here | There = place(blocks, task.settings, task.told, task.work)
    together = task.told.together
    judge = task.judging(together, np.ones(len(together)))
    rounds: list[DataFrame] = []
    asked: DataFrame | NDArray[np.uint64] = blocks
    for number in range(cluster.ROUNDS):
        if isinstance(asked, DataFrame):
            given = asked.where(F.size("codes") > 0)
            found = task.work.stage(f"matches-{number}", lambda: meet(given, read, judge, MATCH))  # noqa: B023 - at once
            rounds.append(found)
            tested.found(found.select(*columns_of(_EDGE), *_SAID, _joins(task.settings).alias("joins")))
        else:
            here = _judged_here(asked, read, judge, task.work)
            rounds.append(task.work.spark.createDataFrame(here))
            cast("Here", tested).found(_edges(here, task.settings))
        further = _asked(tested, number, task)
        if further is None:
            break
        asked = further
    return _carried(_unglued(reduce(DataFrame.union, rounds), tested, read, task), read, task)


def _asked(tested: Here | There, number: int, task: Task) -> DataFrame | NDArray[np.uint64] | None:
    """Return the pairs of the next round in blocks, or their codes where these are at most `FEW`; None for none."""
    if isinstance(tested, There):
        blocks = task.work.stage(f"missing-{number}", lambda: blocks_of(tested.missing(number), task.size))
        return blocks if tested.asked(blocks) else None
    codes = tested.missing()
    if len(codes) <= FEW:
        return codes if len(codes) else None
    return task.work.spark.createDataFrame(blocks_here(codes))


def _judged_here(
    codes: NDArray[np.uint64], read: DataFrame, judge: Callable[[pa.Table, pa.Table], pa.Table], work: Work
) -> pa.Table:
    """Return the matches among a few pairs: a round of Spark's would take longer to plan than they take to judge."""
    block = blocks_here(codes)
    wanted = work.spark.createDataFrame(pa.table({"number": listed(block, "numbers")}))
    with during(work.spark):
        texts = read.join(F.broadcast(wanted), "number").toArrow()
    return judge(block, texts).select(columns_of(MATCH))


def _joining(settings: Settings) -> list[int]:
    return list(confirm.MATCHES if settings.revisions else confirm.JOINING)


def _joins(settings: Settings) -> Column:
    return F.col("relation").isin(_joining(settings))


def _edges(matches: pa.Table, settings: Settings) -> pa.Table:
    """Return what the graph must know of matches."""
    joins = pc.is_in(matches["relation"], pa.array(_joining(settings), pa.int8()))
    return matches.select([*columns_of(_EDGE), *_SAID]).append_column("joins", joins)


def _pairs(block: pa.Table, read: pa.Table) -> tuple[pa.Table, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the texts of a block sorted by number, these numbers, and the pairs as places in them."""
    read = read.sort_by("number")
    numbers = numbers_of(read, "number")
    codes = listed(block, "codes").view(np.uint64)
    a, b = (np.searchsorted(numbers, side) for side in cluster.pairs_of(codes))
    return read, numbers, a, b


def _judging(
    furniture: Furniture,
    settings: Settings,
    apart: NDArray[np.uint64],
    linked: NDArray[np.uint64],
    strengths: NDArray[np.float64],
) -> Callable[[pa.Table, pa.Table], pa.Table]:
    def judge(block: pa.Table, read: pa.Table) -> pa.Table:
        read, numbers, a, b = _pairs(block, read)
        codes = listed(block, "codes").view(np.uint64)
        told = np.isin(codes, linked)
        reading, rows = reading_of(read, furniture), np.arange(len(numbers))
        near, evidence, verdicts = confirming.examined(reading, rows, a, b, told, settings)
        if len(linked):
            said = strengths[np.minimum(np.searchsorted(linked, codes[near]), len(linked) - 1)]
            verdicts = verdicts.linked(told[near], said)
        good = np.flatnonzero(np.isin(verdicts.relation, confirm.MATCHES) & ~np.isin(codes[near], apart))
        a, b = a[near][good], b[near][good]
        lo, hi, _ = times(reading, rows, settings)
        known = records(EVIDENCE, *(getattr(evidence, field.name)[good] for field in fields(evidence)))
        kept = verdicts.take(good)
        found = {
            "a": numbers[a],
            "b": numbers[b],
            "length_a": evidence.tokens_a[good],
            "length_b": evidence.tokens_b[good],
            "lo_a": lo[a],
            "hi_a": hi[a],
            "lo_b": lo[b],
            "hi_b": hi[b],
            **{name: getattr(kept, name) for name in kept.__slots__},
            "evidence": pack(known, np.ones(len(good), np.int64)),
        }
        return fitted(pa.table(found), read)

    return judge


def _unglued(found: DataFrame, tested: Here | There, read: DataFrame, task: Task) -> Confirmed:
    """Take from the edges that join the excerpts of a round-up that are on another thing than the longest of them."""
    marked, edges = found.withColumn("joins", _joins(task.settings)), tested.edges
    rivals = clustering.ask(clustering.gathered(edges, "rivals", task.work), clustering.RIVALS)
    if isinstance(rivals, pa.Table) and not rivals.num_rows:
        return Confirmed(marked, edges.filter(pc.field("joins")), tested)

    def make() -> DataFrame:
        rows = clustering.as_dataframe(rivals, task.work)
        if isinstance(rivals, pa.Table):
            blocks = task.work.spark.createDataFrame(blocks_here(np.unique(numbers_of(rivals, "code")).view(np.uint64)))
        else:
            blocks = blocks_of(rows.select("code").distinct(), task.size).where(F.size("codes") > 0)
        apart = meet(blocks, read, _parting(task.furniture, task.settings.shingle_size), "code long")
        return rows.join(apart, "code").select("a", "b")

    parted = task.work.stage("parted", make)
    gone = parted.withColumn("parted", F.lit(True))
    joins = F.col("joins") & F.col("parted").isNull()
    matches = marked.join(gone, ["a", "b"], "left").select(*found.columns, joins.alias("joins"))
    if isinstance(edges, pa.Table):
        left = edges.filter(pc.field("joins")).join(parted.toArrow(), ["a", "b"], join_type="left anti")
        return Confirmed(matches, left, tested)
    return Confirmed(matches, edges.where("joins").join(parted, ["a", "b"], "left_anti"), tested)


def _carried(found: Confirmed, read: DataFrame, task: Task) -> Confirmed:
    """Add the matches by which what belongs together goes with each other, in place of what else these pairs are."""
    if task.told.bonds is None:
        return found
    edges = _touching(found.joining, task.told.grouped, task.work)
    graph = clustering.Graph.of(edges, None, task.told.numbers)
    # Revisions stay whatever their strength.
    strength = np.where(numbers_of(edges, "relation") == confirm.REVISION, 1.0, numbers_of(edges, "strength"))
    bonds = cast("cluster.Bonds", task.told.within(graph.numbers))
    codes, strengths = cluster.to_carry(graph.a, graph.b, strength, bonds)
    if not len(codes):
        return found
    codes = graph.named(codes)
    judge = task.judging(codes, strengths)
    blocks = task.work.spark.createDataFrame(blocks_here(codes))
    carried = task.work.stage("carried", lambda: meet(blocks, read, judge, MATCH)).withColumn("joins", F.lit(True))
    matches = found.matches.join(carried.select("a", "b"), ["a", "b"], "left_anti").select(*found.matches.columns)
    matches = matches.unionByName(carried)
    further = carried.select(*columns_of(_EDGE), *_SAID, "joins")
    if isinstance(found.joining, pa.Table):
        here = further.toArrow().cast(found.joining.schema)
        return replace(found, matches=matches, joining=pa.concat_tables([found.joining, here]))
    return replace(found, matches=matches, joining=found.joining.unionByName(further))


def _touching(edges: pa.Table | DataFrame, texts: NDArray[np.int64], work: Work) -> pa.Table:
    """Return the edges that have one of some texts."""
    if isinstance(edges, pa.Table):
        return edges.filter(pa.array(np.isin(numbers_of(edges, "a"), texts) | np.isin(numbers_of(edges, "b"), texts)))
    named = [work.spark.createDataFrame(pa.table({side: texts})).withColumn(f"in_{side}", F.lit(True)) for side in "ab"]
    marked = edges.join(F.broadcast(named[0]), "a", "left").join(F.broadcast(named[1]), "b", "left")
    return marked.where("in_a or in_b").select(*edges.columns).toArrow()


def _parting(furniture: Furniture, shingle_size: int) -> Callable[[pa.Table, pa.Table], pa.Table]:
    def part(block: pa.Table, read: pa.Table) -> pa.Table:
        read, numbers, a, b = _pairs(block, read)
        reading = reading_of(read, furniture)
        apart = ~confirming.related(reading, np.arange(len(numbers)), a, b, shingle_size)
        return pa.table({"code": listed(block, "codes")[apart]})

    return part
