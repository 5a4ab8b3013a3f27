"""Give Spark what it likes least: a bucket of a million rows, a million connected texts, a path of 5,000.

    python -m cluster.skew [--rows 1000000] [--path 5000] [--master 'local[2]']

from within benchmarks/. Each is run beside as many rows without any skew, and the memory of both is printed: flat is
what stays near that of the other.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

import dedup
from cluster.metering import cpu, watched
from cluster.session import MASTERS, USUAL, session
from dedup.engines.spark import clustering, proposing
from dedup.engines.spark.linking import NOTHING_SAID
from dedup.engines.spark.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import DataFrame, SparkSession

_BANDS = 4
_SKETCH = "id string, bands binary, passages binary, lo long, hi long"
_EDGE = "a long, b long, length_a long, length_b long, strength double"


def sketches(spark: SparkSession, rows: int, shared: int) -> DataFrame:
    """Return sketches of texts that have nothing in common but one band, `shared` of them each time."""

    def make(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            numbers = batch.column("id").to_numpy()
            mixed = numbers.astype(np.uint64)[:, None] * np.uint64(0x9E3779B97F4A7C15) + np.arange(
                _BANDS, dtype=np.uint64
            ) * np.uint64(0xC2B2AE3D27D4EB4F)
            bands = (mixed >> np.uint64(29)).astype(np.uint32)
            bands[:, 0] = numbers // shared
            nothing = np.zeros(len(numbers), np.int64)
            yield pa.record_batch(
                {
                    "id": pa.array([f"{number:09d}" for number in numbers.tolist()]),
                    "bands": pa.array([row.tobytes() for row in bands], pa.binary()),
                    "passages": pa.array([b""] * len(numbers), pa.binary()),
                    "lo": nothing,
                    "hi": nothing,
                }
            )

    return spark.range(rows).mapInArrow(make, _SKETCH)


def bucket(spark: SparkSession, rows: int, shared: int) -> str:
    """Propose candidate pairs where `shared` rows share a bucket."""
    sketched = sketches(spark, rows, shared)
    plain = (F.lit(value).alias(name) for name, value in (("wall", False), ("leads", True)))
    members = sketched.select("id", F.col("id").cast("long").alias("number"), *plain)
    work = Work.at(spark, None)
    found = proposing.candidates(sketched, members, rows, dedup.Settings(), work)
    (pairs,) = found.agg(F.sum(F.size("codes") + F.size("waiting"))).first()
    return f"{pairs:,} pairs"


def tree(rows: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return edges between `rows` texts, each with one before it at random, in connected sets of `size`."""
    numbers = np.arange(rows)
    first = numbers // size * size
    before = first + (np.random.default_rng(1).random(rows) * (numbers - first)).astype(np.int64)
    joined = numbers > first
    return before[joined], numbers[joined]


def path(rows: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return edges between `rows` texts, each with the one before it, in connected sets of `size`."""
    numbers = np.arange(rows)
    joined = numbers % size > 0
    return numbers[joined] - 1, numbers[joined]


def graph(spark: SparkSession, edges: tuple[np.ndarray, np.ndarray]) -> str:
    """Cluster texts by edges, nothing of it on the driver."""
    one = np.full(len(edges[0]), 100)
    columns = {"a": edges[0], "b": edges[1], "length_a": one, "length_b": one, "strength": np.ones(len(one))}
    work = Work.at(spark, None)
    spark.createDataFrame(pa.table(columns)).write.parquet(f"{work.folder}/edges")
    df = spark.read.schema(_EDGE).parquet(f"{work.folder}/edges")
    found = clustering.ask(clustering.gathered(df, "test", work), clustering.centres(None, NOTHING_SAID))
    texts, centres = found.agg(F.count("number"), F.count_distinct("centre")).first()
    return f"{texts:,} texts, {centres:,} clusters"


def measure(what: str, run: Callable[[], str]) -> None:
    """Run and print what it takes."""
    used, started = cpu(), time.perf_counter()
    with watched() as peak:
        told = run()
    print(f"{what}: {told}; {cpu() - used:.0f} CPU s, {time.perf_counter() - started:.0f} s; {peak}", flush=True)


def main() -> None:
    """Measure all."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rows", type=int, default=1_000_000)
    ask.add_argument("--path", type=int, default=5_000)
    ask.add_argument("--master", choices=MASTERS, default=MASTERS[0])
    args = ask.parse_args()
    rows, length = args.rows, args.path
    with session(args.master, USUAL | {"spark.sql.shuffle.partitions": "8"}) as spark:
        measure("start", lambda: bucket(spark, 1000, 10))
        measure(f"{rows:,} rows in buckets of 10", lambda: bucket(spark, rows, 10))
        measure(f"a bucket of {rows:,} rows", lambda: bucket(spark, rows, rows))
        measure(f"{rows:,} texts connected by 10", lambda: graph(spark, tree(rows, 10)))
        measure(f"{rows:,} texts, all connected", lambda: graph(spark, tree(rows, rows)))
        measure(f"a path of {length:,}", lambda: graph(spark, path(length, length)))


if __name__ == "__main__":
    sys.exit(main())
