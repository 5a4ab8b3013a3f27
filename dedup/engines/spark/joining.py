"""New texts to clusters of an earlier result, as `dedup.engines.joining` says, over data frames.

The earlier articles are only read, and shuffled once by their band keys and passages; texts of them are fetched for
the centres that are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines import signing
from dedup.engines.joining.judging import judged, related
from dedup.engines.spark import meeting
from dedup.engines.spark.arrays import TEXT, reading_of
from dedup.engines.spark.meeting import named
from dedup.formats.signatures import BODY, SPARK, Bodies
from dedup.stages import confirm, lsh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import Column, DataFrame

    from dedup.engines.spark.earlier import Earlier
    from dedup.engines.spark.work import Work
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture

    Rows = Iterator[pa.RecordBatch]

_BODY = ", ".join(f"{name} {SPARK[name]}" for name in BODY)
_MATCH = (
    "relation tinyint, strength double, resemblance double, containment_a double, containment_b double, score double, "
    "reasons array<string>"
)
_EDGE = f"number long, name string, centre string, length long, other long, item boolean, {_MATCH}"
JOINED = f"number long, matches string, cluster string, centre string, canonical string, {_MATCH}"
"""A new text, the earlier article that it matches, and the cluster of that; the new text is `a`."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Which new texts join an earlier cluster.

    Attributes:
        joined: Rows of `JOINED`.
        asked: Rows of (number, centre): which were compared.
        capped: Numbers of the texts of which a cap left out a centre.
    """

    joined: DataFrame
    asked: DataFrame
    capped: DataFrame


@dataclass(frozen=True)
class Task:
    """What is known of both sides.

    Attributes:
        earlier: The earlier result.
        articles: The new articles.
        texts: The texts of the new articles: rows of the stages `members` and `sketches`, one a text.
        size: New and earlier articles, about.
        furniture: What is left out.
        settings: How near is near enough.
        work: Where stages are kept.
    """

    earlier: Earlier
    articles: DataFrame
    texts: DataFrame
    size: int
    furniture: Furniture
    settings: Settings
    work: Work


def join(task: Task) -> Joining:
    """Find the earlier cluster of each new text that has one."""
    work = task.work
    known = work.stage("known", lambda: meeting.known(task))
    walls = work.stage("walls", lambda: meeting.walls(task.texts, known))
    copies = work.stage("copies", lambda: meeting.copies(task.texts, known))
    meetings = work.stage("meetings", lambda: meeting.meetings(task, known, walls, copies))
    near = work.stage("centres", lambda: meeting.near(task, known, meetings))
    asked = near.where(F.col("place") < lsh.MOST_CANDIDATES).select("number", "centre")
    edges = work.stage("matching", lambda: _edges(task, asked))
    strays = _strays(task, edges)
    joined = work.stage("joined", lambda: _strongest(task, copies, edges, strays))
    lost = meetings.where(F.col("home") == meeting.LOST).select("number")
    far = near.where(F.col("place") >= lsh.MOST_CANDIDATES).select("number")
    return Joining(joined, asked, lost.union(far).distinct())


def _edges(task: Task, asked: DataFrame) -> DataFrame:
    """Return the matches by which new texts may join: rows of `_EDGE`."""
    ours = named(_bodies(task, asked.select("number").distinct()), "number", "name", *BODY, suffix="a")
    theirs = named(task.earlier.df, "id", *BODY, suffix="b").withColumnRenamed("id", "centre")
    return asked.join(ours, "number").join(theirs, "centre").mapInArrow(_judging(task.settings), _EDGE)


def _bodies(task: Task, numbers: DataFrame) -> DataFrame:
    """Return `name` and what confirmation needs of some new texts."""
    furniture = task.furniture
    names = task.texts.join(numbers, "number").select("number", "id")

    def read(batches: Rows) -> Rows:
        for batch in batches:
            bodies = signing.bodies(reading_of(batch, furniture), np.arange(len(batch)))
            bodies = bodies.add_column(0, "name", batch.column("id")).add_column(0, "number", batch.column("number"))
            yield from bodies.to_batches()

    return task.articles.join(names, "id").mapInArrow(read, f"number long, name string, {_BODY}")


def _beside(batch: pa.RecordBatch) -> Bodies:
    """Return both sides of pairs, those of `a` first."""
    return Bodies(
        pa.concat_tables(
            pa.table({name: batch.column(f"{name}_{side}") for name in BODY}) for side in "ab"
        ).combine_chunks()
    )


def _judging(settings: Settings) -> Callable[[Rows], Rows]:
    def judge(batches: Rows) -> Rows:
        for batch in batches:
            if not len(batch):
                continue
            bodies, a = _beside(batch), np.arange(len(batch))
            evidence, verdicts = judged(bodies, a, len(batch) + a, settings)
            good = np.flatnonzero(confirm.joins(verdicts.relation, revisions=settings.revisions))
            kept = verdicts.take(good)
            seen = confirm.Evidence(*(getattr(evidence, one.name)[good] for one in fields(evidence)))
            judged_so = kept.relation.tolist(), kept.strength.tolist()
            told = [*map(list, confirm.reasons_of_each(seen, *judged_so, settings.threshold))]
            columns = {
                "number": batch.column("number").take(pa.array(good)),
                "name": batch.column("name_a").take(pa.array(good)),
                "centre": batch.column("centre").take(pa.array(good)),
                "length": evidence.tokens_a[good].astype(np.int64),
                "other": evidence.tokens_b[good].astype(np.int64),
                **{name: getattr(kept, name) for name in kept.__slots__},
                "reasons": pa.array(told, pa.list_(TEXT)),
            }
            yield pa.record_batch({name: columns[name] for name in _names(_EDGE)})

    return judge


def _strays(task: Task, edges: DataFrame) -> DataFrame | None:
    """Return (number, centre) of the excerpts of a round-up that are on another thing than its longest."""
    mine, theirs = F.col("length"), F.col("other")
    of_new = mine > theirs
    items = edges.where("item").select(
        "number",
        "centre",
        F.when(of_new, F.concat(F.lit("new "), "name")).otherwise(F.concat(F.lit("old "), "centre")).alias("whole"),
        _part(-F.least(mine, theirs), F.when(of_new, F.col("centre")).otherwise(F.col("name"))),
    )

    def rivals() -> DataFrame:
        size = task.earlier.df.select(F.col("id").alias("centre"), F.col("count").alias("most"))
        wholes = edges.where(F.col("item") & ~of_new).select("centre").distinct().join(size, "centre")
        shorter = (
            task.earlier.df.select("id", "centre", "count").join(wholes, "centre").where("0 < count and count < most")
        )
        there = shorter.select(F.concat(F.lit("old "), "centre").alias("whole"), _part(-F.col("count"), F.col("id")))
        best = items.select("whole", "part").union(there).groupBy("whole").agg(F.min("part").alias("best"))
        pairs = items.join(best, "whole").where("part <> best")
        return pairs.select("number", "centre", F.col("part.id").alias("part"), F.col("best.id").alias("best"))

    pairs = task.work.stage("rivals", rivals)
    if pairs.isEmpty():
        return None

    def parted() -> DataFrame:
        wanted = pairs.select(F.col("part").alias("id")).union(pairs.select("best")).distinct()
        numbers = task.texts.join(wanted, "id").select("number")
        ours = _bodies(task, numbers).select(F.col("name").alias("id"), *BODY)
        bodies = ours.union(task.earlier.df.join(wanted, "id", "left_semi").select("id", *BODY))
        sides = [named(bodies, "id", *BODY, suffix=side) for side in "ab"]
        met = pairs.join(sides[0].withColumnRenamed("id", "part"), "part")
        met = met.join(sides[1].withColumnRenamed("id", "best"), "best")
        return met.mapInArrow(_parting(task.settings.shingle_size), "number long, centre string")

    return task.work.stage("strays", parted)


def _part(fewest: Column, name: Column) -> Column:
    """Return an excerpt in such a way that the longest, then the least, is the least."""
    return F.struct(fewest.alias("fewest"), name.alias("id")).alias("part")


def _parting(shingle_size: int) -> Callable[[Rows], Rows]:
    def part(batches: Rows) -> Rows:
        for batch in batches:
            a = np.arange(len(batch))
            if len(batch):
                apart = ~related(_beside(batch), a, len(batch) + a, shingle_size)
                yield batch.select(["number", "centre"]).filter(pa.array(apart))

    return part


def _strongest(task: Task, copies: DataFrame, edges: DataFrame, strays: DataFrame | None) -> DataFrame:
    """Return rows of `JOINED`, one a text: a copy, or the match of the greatest strength."""
    left = edges if strays is None else edges.join(strays, ["number", "centre"], "left_anti")
    order = Window.partitionBy("number").orderBy(F.desc("strength"), "centre")
    first = left.withColumn("place", F.row_number().over(order)).where("place = 1")
    matched = first.select("number", F.col("centre").alias("matches"), *_names(_MATCH))
    same: list[Column] = [F.lit(confirm.IDENTICAL).cast("tinyint"), *[F.lit(1.0)] * 5]
    copied = copies.select("number", "matches", *same, F.array(F.lit(confirm.SAME_TOKENS)))
    places = task.earlier.df.select(F.col("id").alias("matches"), "cluster", "centre", "canonical")
    return matched.union(copied).join(places, "matches").select(*_names(JOINED))


def _names(schema: str) -> list[str]:
    return [field.split()[0] for field in schema.split(", ")]
