"""Spark on this machine, for those who want to try it: a whole run from files to a result, as `batch` gives it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.batch import as_batch
from dedup.engines.joining import agreed, named_apart
from dedup.engines.linking import Said
from dedup.engines.signing import signatures_of
from dedup.engines.spark.answering import links_of
from dedup.engines.spark.arrays import numbers_of
from dedup.engines.spark.earlier import Earlier
from dedup.engines.spark.running import Run
from dedup.engines.spark.work import Work
from dedup.errors import MissingDependencyError
from dedup.results import Joined, Result, matches_of
from dedup.settings import Settings
from dedup.stages import canonical as canonical_stage
from dedup.stages import confirm, lsh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedup.articles.article import Batch
    from dedup.articles.zones import Zones
    from dedup.engines.crew import Progress
    from dedup.engines.linking import Given
    from dedup.results import Links

SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    # A JVM of some minutes does not gain what its second compiler and its parallel collector cost.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
    "spark.python.daemon.module": "dedup.engines.forking",
    "spark.python.sql.dataFrameDebugging.enabled": "false",  # asks the JVM twice more with each column
    # What is shuffled or kept stays on this machine, is read soon, and is never made by two attempts of a task: it is
    # neither compressed nor summed up.
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.shuffle.checksum.enabled": "false",
    "spark.shuffle.compress": "false",
    "spark.shuffle.file.buffer": "1m",
    "spark.sql.parquet.compression.codec": "uncompressed",
    "spark.sql.shuffle.orderIndependentChecksum.enabled": "false",
    "spark.sql.shuffle.orderIndependentChecksum.enableFullRetryOnMismatch": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def find_duplicates(
    articles: object,
    settings: Settings | None = None,
    *,
    canonical: canonical_stage.Rule = canonical_stage.by_origin,
    links: Given = (),
    against: str | os.PathLike[str] | None = None,
    strict: bool = False,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    progress: Progress | None = None,
) -> Result:
    """Do what `dedup.find_duplicates` does, on a Spark of this machine.

    Raises:
        MissingDependencyError: There is no Java.
        ArgumentError: As there.
        InputError: As there.
    """
    known, furniture = None if against is None else signatures_of(against), None
    if known is not None:
        settings, furniture = agreed(known.made, settings, None, links)
    settings, said = Settings.of(settings), Said.of(links)
    batch = as_batch(articles, strict=strict, fields=fields).in_zones(zones)
    batch = batch if known is None else named_apart(batch, known)
    start = time.perf_counter()
    with session() as spark, tempfile.TemporaryDirectory() as folder:
        pq.write_table(batch.table, f"{folder}/articles.parquet")  # the JVM need not hold them
        df = spark.read.parquet(f"{folder}/articles.parquet")
        work = Work(spark, f"{folder}/work", lasting=False, progress=progress)
        earlier = None if against is None else Earlier.read(spark, os.fspath(against))
        run = Run(df, settings, furniture, None, None, said, work, earlier)
        return Result(
            batch=batch,
            settings=settings,
            furniture=run.furniture,
            links=_links(run, batch),
            rule=canonical,
            candidates=run.confirmed.tested.compared + (run.joining.asked.count() if run.joining else 0),
            capped=run.capped.count(),
            seconds={"spark": time.perf_counter() - start},
            earlier=known,
            joined=_joined(run) if run.joining else (),
        )


def _joined(run: Run) -> tuple[Joined, ...]:
    """Return the articles that joined an earlier cluster, by their ids."""
    rows = run.joined.withColumn("item", F.lit(False)).orderBy("id").toArrow()
    ids, others, *stories = (rows[name].to_pylist() for name in ("id", "matches", "cluster", "centre", "canonical"))
    verdicts = confirm.Verdicts(*(numbers_of(rows, name) for name in confirm.Verdicts.__slots__))
    return tuple(Joined(*one) for one in zip(ids, *stories, matches_of(ids, others, verdicts), strict=True))


def _links(run: Run, batch: Batch) -> Links:
    """Return all that was found as one batch keeps it."""
    centres = run.placed.select("id", "centre")
    members = run.members.join(run.sketches.select("id", "lo"), "id")
    people = members.join(centres, "id", "left").withColumn("centre", F.coalesce("centre", "number")).toArrow()
    order = ["b", "a"] if run.told.bonds is None else [F.desc("strength"), "a", "b"]
    found = links_of(people, run.confirmed.matches.drop("evidence").orderBy(*order).toArrow())
    rows = pc.index_in(people.column("id").cast(batch.table["id"].type), batch.table["id"]).to_numpy()
    undated = None if run.settings.window is None else (numbers_of(people, "lo") == -lsh.ALWAYS)[found.firsts]
    bonds = run.told.within(np.arange(len(found.lengths)))
    return replace(found, rows=rows.astype(np.int64)[found.rows], undated=undated, bonds=bonds)


@contextmanager
def session() -> Iterator[SparkSession]:
    """Start Spark on all cores of this machine, and stop it."""
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java") and not (home and Path(home, "bin", "java").exists()):
        raise MissingDependencyError(
            "Spark needs Java 17 or later, and there is none: install it (on Debian, apt-get install "
            "default-jre-headless) or set JAVA_HOME"
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[*]").appName("dedup")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():  # of pandas, which nothing here uses
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        spark = builder.getOrCreate()
        try:
            yield spark
        finally:
            spark.stop()
