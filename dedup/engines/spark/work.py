"""Where a run keeps what it has done: a Parquet data set a stage, from which a second run goes on."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.errors import AnalysisException, PySparkException

from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import DataFrame, SparkSession

    from dedup.engines.crew import Progress

_DURING = {
    # Rows here are large, texts or packed records, and a batch of them should not be.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1024",
    "spark.sql.execution.arrow.useLargeVarTypes": "true",
}


@dataclass(frozen=True, slots=True)
class Work:
    """The folder of one run.

    Attributes:
        spark: The session.
        folder: Where stages are kept, on storage that every executor reaches.
        lasting: Whether the folder outlives the run, so that a second one may go on.
        progress: Is told when a stage begins and ends.
        notes: What was said of the stages that are complete, by name.
    """

    spark: SparkSession
    folder: str
    lasting: bool
    progress: Progress | None = None
    notes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, spark: SparkSession, work_dir: str | None) -> Work:
        """Work in a folder; without one in a temporary folder, where all executors are on this machine.

        Raises:
            ArgumentError: There is no folder and there are other machines.
        """
        if work_dir is not None:
            folder = str(work_dir).rstrip("/")
            return cls(spark, folder, lasting=True, notes=_notes(spark, folder))
        master = spark.conf.get("spark.master", "")
        if not (master or "").startswith("local"):
            raise ArgumentError(
                "work_dir must name a folder that every executor reaches (as in 's3://bucket/run-1'), got None"
            )
        folder = tempfile.mkdtemp(prefix="dedup-spark-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return cls(spark, folder, lasting=False)

    def stage(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """Return what a stage has made, from the folder if it was finished there before."""
        path = f"{self.folder}/{name}"
        if self.finished(name):
            return self.spark.read.parquet(path)
        self._tell(name, 0)
        with during(self.spark):
            made = make()
            # Texts and packed records do not repeat: looking for a dictionary of them takes long and finds none.
            made.write.mode("overwrite").option("parquet.enable.dictionary", "false").parquet(path)
        self.finish(name, "")
        self._tell(name, 1)
        return self.spark.read.schema(made.schema).parquet(path)  # reading it would take another job

    def _tell(self, name: str, done: int) -> None:
        if self.progress is not None:
            self.progress(name, done, 1)

    def finished(self, name: str) -> bool:
        """Return whether a stage is complete."""
        return name in self.notes

    def finish(self, name: str, note: str) -> None:
        """Say that a stage is complete. What it wrote may look so earlier."""
        if self.lasting:
            table = pa.table({"name": [name], "note": [note]})
            self.spark.createDataFrame(table).write.mode("overwrite").parquet(f"{self.folder}/{name}.done")
            self.notes[name] = note

    def claim(self, what: str, explanation: str, name: str) -> None:
        """Make sure that the folder holds work of this kind only.

        Raises:
            ArgumentError: It holds work on something else.
        """
        mark = hashlib.sha256(what.encode()).hexdigest()
        found = self.notes.get(name)
        if found is None:
            self.finish(name, mark)
        elif found != mark:
            raise ArgumentError(f"work_dir must be new or of a run with the same {explanation}, got {self.folder!r}")


def _notes(spark: SparkSession, folder: str) -> dict[str, str]:
    """Return what `Work.finish` has said in a folder: of all stages at once, a look at each takes a job."""
    try:
        rows = spark.read.schema("name string, note string").parquet(f"{folder}/*.done").collect()
    except AnalysisException:  # no such path
        return {}
    return {row["name"]: row["note"] for row in rows}


@contextmanager
def during(spark: SparkSession) -> Iterator[None]:
    """Run stages with the batch size they are made for, and leave the session as it was."""
    before = {}
    for name, value in _DURING.items():
        was = spark.conf.get(name, None)
        with suppress(PySparkException):  # some services do not let anyone set them
            spark.conf.set(name, value)
            before[name] = was
    try:
        yield
    finally:
        for name, was in before.items():
            if was is None:
                spark.conf.unset(name)
            else:
                spark.conf.set(name, was)
