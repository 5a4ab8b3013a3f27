"""Clusters to rows: what each member is, and one row a cluster; the same answers as in one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.articles.article import FIELDS, Batch
from dedup.engines.spark.arrays import fitted, numbers_of, table_of, values_of
from dedup.engines.spark.confirming import EVIDENCE
from dedup.results import Links, Result
from dedup.stages import confirm
from dedup.stages.furniture import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame

    from dedup.engines.spark.running import Run
    from dedup.results import Cluster, Match
    from dedup.settings import Settings
    from dedup.stages.canonical import Rule

ROW = (
    "id string, cluster string, canonical boolean, roles array<string>, relation string, strength double, "
    "resemblance double, containment double, containment_centre double, score double, reasons array<string>"
)
"""An article and what it is in its cluster; what is said of the match is null for the centre."""
CLUSTER = (
    "cluster string, size long, canonical string, earliest string, order_certain boolean, representative string, "
    "centre string, weakest double, ids array<string>"
)
_BIN = 1 << 12  # articles of the clusters that one task gets at a time, about
_SAME = confirm.IDENTICAL


def clustered(members: DataFrame, centres: DataFrame) -> DataFrame:
    """Return (id, number, length, centre) of every article that is in a cluster of two or more."""
    placed = members.join(centres, "number", "left").withColumn("centre", F.coalesce("centre", "number"))
    several = placed.groupBy("centre").count().where("count > 1").select("centre")
    return placed.join(several, "centre").select("id", "number", "length", "centre")


def answers(run: Run, task: Callable[[pa.Table, pa.Table], pa.Table], schema: str) -> DataFrame:
    """Call `task` with the articles of some clusters and their matches with the centres, and return all it says."""
    placed, matches = run.placed, run.confirmed.matches
    bin_of = F.pmod(F.xxhash64("centre"), F.lit(1 + run.size // _BIN)).alias("bin")
    people = run.articles.join(placed, "id").select(bin_of, "centre", "number", "length", *FIELDS)
    ours = placed.where("number <> centre").select("number", "centre").distinct()
    ends = [end("number", "centre").alias(side) for side, end in (("a", F.least), ("b", F.greatest))]
    direct = matches.join(ours.select("centre", *ends), ["a", "b"]).select(bin_of, *matches.columns)
    return people.groupBy("bin").cogroup(direct.groupBy("bin")).applyInArrow(task, schema)


def relation() -> Column:
    """Return the name of the relation in the column `relation`."""
    return F.element_at(F.array(*map(F.lit, confirm.RELATIONS)), F.col("relation") + 1).alias("relation")


def joined(rows: DataFrame) -> DataFrame:
    """Return articles that joined an earlier cluster as rows of `ROW`."""
    return rows.select(
        "id",
        "cluster",
        F.lit(False).alias("canonical"),
        F.array().cast("array<string>").alias("roles"),
        relation(),
        "strength",
        "resemblance",
        F.col("containment_a").alias("containment"),
        F.col("containment_b").alias("containment_centre"),
        "score",
        "reasons",
    )


def links_of(people: pa.Table, matches: pa.Table) -> Links:
    """Return texts, matches and clusters as one batch keeps them; row k is the k-th of `people`."""
    numbers, text_of = np.unique(numbers_of(people, "number"), return_inverse=True)
    ids = np.empty(len(text_of), np.int64)
    ids[np.array(people.column("id").to_pylist(), dtype=object).argsort(kind="stable")] = np.arange(len(text_of))
    rows = np.lexsort((ids, text_of))
    starts = np.searchsorted(text_of[rows], np.arange(len(numbers) + 1))
    a, b = (np.searchsorted(numbers, numbers_of(matches, side)) for side in ("a", "b"))
    return Links(
        rows=rows,
        starts=starts,
        lengths=numbers_of(people, "length")[rows[starts[:-1]]],
        a=a,
        b=b,
        verdicts=confirm.Verdicts(*(numbers_of(matches, name) for name in confirm.Verdicts.__slots__)),
        joins=numbers_of(matches, "joins"),
        centres=np.searchsorted(numbers, numbers_of(people, "centre")[rows[starts[:-1]]]),
    )


def _result(people: pa.Table, matches: pa.Table, settings: Settings, rule: Rule) -> Result:
    """Return some clusters as the result of a run that found nothing else."""
    return Result(
        batch=Batch(table_of(people)),
        settings=settings,
        furniture=NONE,
        links=links_of(people, matches),
        rule=rule,
        candidates=0,
        capped=0,
        seconds={},
    )


def rows_by(settings: Settings, rule: Rule) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """Return the task that makes a row of each article: `ROW`."""

    def task(people: pa.Table, matches: pa.Table) -> pa.Table:
        result = _result(people, matches, settings, rule)
        reasons = _reasons(matches, settings.threshold)
        text_of = dict(zip(people.column("id").to_pylist(), people.column("number").to_pylist(), strict=True))
        rows = [
            {**row, "reasons": reasons(text_of[row["id"]], text_of[cluster.centre.id]) if row["relation"] else None}
            for cluster in result.clusters
            for row in _rows(cluster)
        ]
        return fitted(pa.Table.from_pylist(rows, _ROW), people)

    return task


def _reasons(matches: pa.Table, threshold: float) -> Callable[[int, int], list[str]]:
    """Return what says why a text matches another."""
    records, _ = values_of(matches, "evidence", EVIDENCE)
    evidence = confirm.Evidence(**{name: records[name] for name in EVIDENCE.names or ()})
    a, b, relations, strengths = (matches.column(name).to_pylist() for name in ("a", "b", "relation", "strength"))
    told = confirm.reasons_of_each(evidence, relations, strengths, threshold)
    known = dict(zip(zip(a, b, strict=True), told, strict=True))

    def why(one: int, other: int) -> list[str]:
        return [confirm.SAME_TOKENS] if one == other else list(known[min(one, other), max(one, other)])

    return why


def _rows(cluster: Cluster) -> list[dict[str, object]]:
    told = {
        "canonical": cluster.canonical.id,
        "earliest": cluster.earliest.id,
        "representative": cluster.representative.id,
        "centre": cluster.centre.id,
    }
    return [
        {
            "id": member.id,
            "cluster": cluster.ids[0],
            "canonical": member.id == told["canonical"],
            "roles": [role for role, name in told.items() if name == member.id],
            **_scores(member.id, cluster.to_centre.get(member.id)),
        }
        for member in cluster.members
    ]


def _scores(name: str, match: Match | None) -> dict[str, object]:
    if match is None:
        return dict.fromkeys(("relation", "strength", "resemblance", "containment", "containment_centre", "score"))
    shares = (match.containment_a, match.containment_b)
    mine, centres = shares if match.a == name else shares[::-1]
    return {
        "relation": match.relation,
        "strength": match.strength,
        "resemblance": match.resemblance,
        "containment": mine,
        "containment_centre": centres,
        "score": match.score,
    }


def clusters_by(settings: Settings, rule: Rule) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """Return the task that makes a row of each cluster: `CLUSTER`."""

    def task(people: pa.Table, matches: pa.Table) -> pa.Table:
        result = _result(people, matches, settings, rule)
        rows = [
            {
                "cluster": cluster.ids[0],
                "size": len(cluster),
                "canonical": cluster.canonical.id,
                "earliest": cluster.earliest.id,
                "order_certain": cluster.order_certain,
                "representative": cluster.representative.id,
                "centre": cluster.centre.id,
                "weakest": cluster.weakest,
                "ids": list(cluster.ids),
            }
            for cluster in result.clusters
        ]
        return fitted(pa.Table.from_pylist(rows, _CLUSTER), people)

    return task


_ROW = pa.schema({
    "id": pa.large_string(), "cluster": pa.large_string(), "canonical": pa.bool_(),
    "roles": pa.list_(pa.large_string()), "relation": pa.large_string(), "strength": pa.float64(),
    "resemblance": pa.float64(), "containment": pa.float64(),
    "containment_centre": pa.float64(), "score": pa.float64(), "reasons": pa.list_(pa.large_string()),
})  # fmt: skip
_CLUSTER = pa.schema({
    "cluster": pa.large_string(), "size": pa.int64(), "canonical": pa.large_string(), "earliest": pa.large_string(),
    "order_certain": pa.bool_(), "representative": pa.large_string(), "centre": pa.large_string(),
    "weakest": pa.float64(), "ids": pa.list_(pa.large_string()),
})  # fmt: skip
