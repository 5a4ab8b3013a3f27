"""Furniture learned across the cluster: the same counts as in one batch, a part of the units a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines import learning
from dedup.engines.spark.arrays import numbers_of, reading_of
from dedup.engines.spark.packing import pack, part_of, parts_for, records, together
from dedup.stages import furniture
from dedup.stages.furniture import NONE, Furniture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.spark.work import Work

_UNIT = np.dtype([("key", "<u8"), ("group", "<u8"), ("outlet", "<u8")])
_UNITS = 40  # lines and sentences of an article, about
_SURVEYED = "id string, outlet long, group long, digest long, part int, packed binary"


def learn(articles: DataFrame, size: int, work: Work) -> Furniture:
    """Learn the furniture of articles, about `size` of them."""
    parts = parts_for(size * _UNITS)
    surveys = work.stage(
        "surveys", lambda: articles.select("id", "source", "url", "text").mapInArrow(_surveying(parts), _SURVEYED)
    )
    keys = work.stage("furniture", lambda: _keys(articles, surveys, work))
    return Furniture(np.unique(keys.toArrow().column("key").to_numpy().view(np.uint64)))


def _keys(articles: DataFrame, surveys: DataFrame, work: Work) -> DataFrame:
    """Return the keys of what recurs and of bodies that are walls, some perhaps twice."""
    bodies = surveys.where("packed is null")
    units = surveys.where("packed is not null").select("part", "packed")
    recurring = together(units, _UNIT, _recurring, "key long, outlet long, differing long").toArrow()
    sizes = bodies.groupBy("outlet").agg(F.count_distinct("group").alias("size")).toArrow()
    outlets, size = numbers_of(sizes, "outlet"), numbers_of(sizes, "size")
    order = np.argsort(outlets)
    place = order[np.searchsorted(outlets[order], numbers_of(recurring, "outlet"))]
    often = numbers_of(recurring, "differing") >= furniture.least(size[place])
    found = pa.table({"key": numbers_of(recurring, "key")[often]})
    often_seen = bodies.groupBy(*_BY).count().where(F.col("count") >= furniture.REPEATS).select(*_BY).toArrow()
    learned = work.spark.createDataFrame(found)
    if not often_seen.num_rows:
        return learned
    return learned.union(_walls(articles, bodies, work.spark.createDataFrame(often_seen)))


_BY = ("outlet", "digest")


def _walls(articles: DataFrame, bodies: DataFrame, repeated: DataFrame) -> DataFrame:
    """Return the units of those of the repeated bodies that their outlet has published for long."""
    one = list(_BY)
    dates = (
        bodies.join(repeated, one)
        .join(articles.select("id", "published"), "id")
        .groupBy(*one)
        .agg(F.min("id").alias("id"), F.collect_set("published").alias("published"))
    )
    walls = dates.mapInArrow(_for_long, "id string")
    return articles.select("id", "source", "url", "text").join(walls, "id").mapInArrow(_units, "key long")


def _surveying(parts: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Spark's word for the type of a function is long
    def survey(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found, outlets = _survey(batch)
            counts = np.diff(found.ends, prepend=0)
            units = records(_UNIT, found.keys, np.repeat(found.groups, counts), np.repeat(outlets, counts))
            columns = (outlets, found.groups, found.digests)
            bodies = {name: pa.array(value.view(np.int64)) for name, value in zip(_BODY, columns, strict=True)}
            yield _row(batch, id=batch.column("id"), **bodies)
            if len(units):
                packed = pack([(units, part_of(found.keys, parts))])
                yield _row(packed, part=packed.column("part"), packed=packed.column("packed"))

    return survey


_BODY = ("outlet", "group", "digest")
_ROW = {
    "id": pa.large_string(), "outlet": pa.int64(), "group": pa.int64(), "digest": pa.int64(),
    "part": pa.int32(), "packed": pa.large_binary(),
}  # fmt: skip


def _row(like: pa.RecordBatch, **columns: pa.Array) -> pa.RecordBatch:
    """Return rows of `_SURVEYED`, null where nothing is given."""
    return pa.record_batch(
        {
            name: columns[name].cast(kind) if name in columns else pa.nulls(len(like), kind)
            for name, kind in _ROW.items()
        }
    )


def _survey(batch: pa.RecordBatch) -> tuple[furniture.Survey, NDArray[np.uint64]]:
    reading = reading_of(batch, NONE)
    return learning.survey(reading.batch, np.arange(len(batch)), reading.outlets), reading.outlets


def _recurring(_: int, units: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
    found = furniture.recurring(units["key"], units["group"], units["outlet"])
    yield pa.record_batch(
        {
            "key": found.keys.view(np.int64),
            "outlet": found.outlets.astype(np.uint64).view(np.int64),
            "differing": found.differing,
        }
    )


def _for_long(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        days = [learning.days(dates) for dates in batch.column("published").to_pylist()]
        yield batch.select(["id"]).filter(pa.array(np.array(days, float) > furniture.REPEAT_DAYS))


def _units(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.record_batch({"key": _survey(batch)[0].keys.view(np.int64)})
