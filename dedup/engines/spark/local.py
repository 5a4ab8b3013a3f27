"""Spark on this machine, for those who want to try it: a whole run from files to a result, as `batch` gives it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
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
from dedup.engines.spark.answering import links_of
from dedup.engines.spark.running import Run
from dedup.engines.spark.work import Work
from dedup.errors import ArgumentError, MissingDependencyError
from dedup.results import Result
from dedup.settings import Settings
from dedup.stages import canonical as canonical_stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dedup.articles.article import Batch
    from dedup.articles.zones import Zones
    from dedup.engines.crew import Progress
    from dedup.results import Links

_SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def find_duplicates(
    articles: object,
    settings: Settings | None = None,
    *,
    canonical: canonical_stage.Rule = canonical_stage.by_origin,
    links: object = (),
    strict: bool = False,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    progress: Progress | None = None,
) -> Result:
    """Do what `dedup.find_duplicates` does, on a Spark of this machine.

    Raises:
        MissingDependencyError: There is no Java.
        ArgumentError: As there; or there are links, which Spark does not know.
        InputError: As there.
    """
    if links:
        raise ArgumentError("links must be left out with Spark: only the batch engine honours them")
    settings = settings or Settings()
    batch = as_batch(articles, strict=strict, fields=fields).in_zones(zones)
    start = time.perf_counter()
    with session() as spark, tempfile.TemporaryDirectory() as folder:
        pq.write_table(batch.table, f"{folder}/articles.parquet")  # the JVM need not hold them
        df = spark.read.parquet(f"{folder}/articles.parquet")
        run = Run(df, settings, None, None, None, Work(spark, f"{folder}/work", lasting=False, progress=progress))
        lost = run.candidates.select(F.explode("capped").alias("number")).distinct()
        return Result(
            batch=batch,
            settings=settings,
            furniture=run.furniture,
            links=_links(run, batch),
            rule=canonical,
            candidates=run.confirmed.tested.compared,
            capped=run.members.join(lost, "number").count(),
            seconds={"spark": time.perf_counter() - start},
        )


def _links(run: Run, batch: Batch) -> Links:
    """Return all that was found as one batch keeps it."""
    centres = run.placed.select("id", "centre")
    people = run.members.join(centres, "id", "left").withColumn("centre", F.coalesce("centre", "number")).toArrow()
    matches = run.confirmed.matches.drop("evidence").orderBy("b", "a").toArrow()
    found = links_of(people, matches)
    rows = pc.index_in(people.column("id").cast(batch.table["id"].type), batch.table["id"]).to_numpy()
    return replace(found, rows=rows.astype(np.int64)[found.rows])


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
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()
