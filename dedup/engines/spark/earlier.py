"""Signatures on a cluster: those of an earlier result read, those of this one written, as every engine has them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines import signing
from dedup.engines.joining import numbered_apart
from dedup.engines.proposing import band_count
from dedup.engines.spark.arrays import reading_of
from dedup.errors import ArgumentError, InputError
from dedup.formats.signatures import COLUMNS, FORMAT, SPARK, Made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame, SparkSession

    from dedup.engines.spark.work import Work

_PLACES = ("id", "cluster", "centre", "canonical")
_SCHEMA = ", ".join(f"{name} {kind}" for name, kind in SPARK.items() if name not in _PLACES[1:])


@dataclass(frozen=True, slots=True)
class Earlier:
    """The signatures of an earlier result.

    Attributes:
        made: What they were made with.
        df: Rows of `formats.signatures.SCHEMA`.
        size: How many there are.
        identity: Tells them from others.
    """

    made: Made
    df: DataFrame
    size: int
    identity: str

    @classmethod
    def read(cls, spark: SparkSession, path: str) -> Earlier:
        """Read a file or a folder of them.

        Raises:
            InputError: It is missing, damaged, or no such file; or other rules made it.
        """
        try:
            df = spark.read.parquet(path)
        except Exception as error:
            raise InputError(f"{path}: cannot be read as signatures: {str(error).splitlines()[0]}") from error
        names = set(df.columns)
        made = Made.of(path, df.schema["id"].metadata.get("dedup", {}) if "id" in names else {})
        kinds = {field.name: field.dataType.typeName() for field in df.schema}
        if kinds != SPARK:
            raise InputError(f"{path}: must have the columns of {FORMAT!r}: {', '.join(COLUMNS)}")
        sizes = F.struct(F.length("digest"), F.length("bands"))
        hashed = F.xxhash64(*_PLACES, "digest", "count").cast("decimal(38,0)")
        rows, ids, centres, own, least, most, total = df.agg(
            F.count("digest"),
            F.count_distinct("id"),
            F.count_distinct("centre"),
            F.count_if(F.col("id") == F.col("centre")),
            F.min(sizes),
            F.max(sizes),
            F.sum(hashed).cast("string"),
        ).first()  # type: ignore[misc]
        if rows != ids:
            raise InputError(f"{path}: must have each id once")
        if centres != own:
            raise InputError(f"{path}: must have a row for each centre")
        sized = (16, 4 * band_count(made.settings))
        if rows and (tuple(least), tuple(most)) != (sized, sized):
            raise InputError(f"{path}: digest and bands must have {sized[0]} and {sized[1]} bytes in each row")
        return cls(made, df.select(*COLUMNS), rows, json.dumps([made.words, rows, total]))

    def named_apart(self, articles: DataFrame, work: Work) -> DataFrame:
        """Return articles of which none has an id of before: what had gets a number after it."""
        base = F.substring_index("id", "#", 1).alias("base")
        ours = articles.select(base, "id", F.lit(1).alias("here"))
        named = ours.union(self.df.select(base, "id", F.lit(2)))
        again = named.groupBy("base", "id").agg(F.sum("here").alias("here")).where("here = 3").select("base").distinct()
        renamed = work.stage(
            "renamed",
            lambda: named.join(again, "base").groupBy("base").applyInArrow(_renamed, "id string, fresh string"),
        )
        if renamed.isEmpty():
            return articles
        kept = [name for name in articles.columns if name != "id"]
        fresh = F.coalesce("fresh", "id").alias("id")
        return work.stage("apart", lambda: articles.join(renamed, "id", "left").select(fresh, *kept))


def _renamed(rows: pa.Table) -> pa.Table:
    ids, here = rows.column("id").to_pylist(), rows.column("here").to_pylist()
    ours, theirs = ({name for name, side in zip(ids, here, strict=True) if side == which} for which in (1, 2))
    again = sorted(ours & theirs)
    kind = rows.schema.field("id").type
    fresh = [numbered_apart(name, ours | theirs) for name in again]
    return pa.table({"id": pa.array(again, kind), "fresh": pa.array(fresh, kind)})


def write(articles: DataFrame, placed: DataFrame, before: Earlier | None, made: Made, path: str) -> None:
    """Write the signatures of articles, and those of a result before, to a folder of Parquet files.

    Args:
        articles: The articles.
        placed: `id`, `cluster`, `centre` and `canonical` of those that are in a cluster.
        before: The result they were matched with.
        made: What they are made with.
        path: The folder.

    Raises:
        ArgumentError: There is something already.
    """
    settings, furniture = made.settings, made.furniture

    def sign(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = np.arange(len(batch))
            yield from signing.signed(reading_of(batch, furniture), rows, settings).to_batches()

    rows = articles.mapInArrow(sign, _SCHEMA).join(placed, "id", "left")
    rows = rows.select(*(F.coalesce(name, "id").alias(name) if name in _PLACES else name for name in COLUMNS))
    rows = rows if before is None else before.df.unionByName(rows)
    told = [F.col(name).alias(name, metadata={"dedup": made.words} if name == "id" else {}) for name in COLUMNS]
    try:
        # Hashes do not repeat: looking for a dictionary of them takes long and finds none.
        rows.select(told).write.option("parquet.enable.dictionary", "false").option("compression", "zstd").parquet(path)
    except AnalysisException as error:
        raise ArgumentError(f"path must be a folder that is not there yet, got {path!r}") from error
