"""Furniture learned across the cluster: the same counts as in one batch, a part of the units a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines import learning
from dedup.engines.spark.arrays import numbers_of, reading_of, values_of
from dedup.engines.spark.packing import SCHEMA, packed, part_of, parts_for, records, together
from dedup.formats.packed import pack
from dedup.stages import furniture
from dedup.stages.furniture import NONE, Furniture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.spark.packing import Lot
    from dedup.engines.spark.work import Work

_UNIT = np.dtype([("key", "<u8"), ("group", "<u8"), ("outlet", "<u8")])
_UNITS = 40  # lines and sentences of an article, about
SURVEYED = "outlet long, group long, digest long, keys binary"
"""What is learned from, of each article."""
_BODY = ["outlet", "digest"]


def survey(table: pa.Table) -> dict[str, pa.Array]:
    """Return the columns `SURVEYED` of some articles."""
    reading = reading_of(table, NONE)
    found = learning.survey(reading.batch, np.arange(table.num_rows), reading.outlets)
    return {
        "outlet": pa.array(reading.outlets.view(np.int64)),
        "group": pa.array(found.groups.view(np.int64)),
        "digest": pa.array(found.digests.view(np.int64)),
        "keys": pack(found.keys, np.diff(found.ends, prepend=0)),
    }


def learn(surveys: DataFrame, size: int, work: Work) -> Furniture:
    """Learn furniture of what was surveyed (`SURVEYED` and `published`) of about `size` articles."""
    keys = work.stage("furniture", lambda: _keys(surveys, parts_for(size * _UNITS), work))
    return Furniture(np.unique(keys.toArrow().column("key").to_numpy().view(np.uint64)))


def _keys(surveys: DataFrame, parts: int, work: Work) -> DataFrame:
    """Return the keys of what recurs and of bodies that are walls, some perhaps twice."""
    units = surveys.select("outlet", "group", "keys").mapInArrow(_sending(parts), SCHEMA)
    recurring = together(units, _UNIT, _recurring, "key long, outlet long, differing long").toArrow()
    sizes = surveys.groupBy("outlet").agg(F.count_distinct("group").alias("size")).toArrow()
    outlets, size = numbers_of(sizes, "outlet"), numbers_of(sizes, "size")
    order = np.argsort(outlets)
    place = order[np.searchsorted(outlets[order], numbers_of(recurring, "outlet"))]
    often = numbers_of(recurring, "differing") >= furniture.least(size[place])
    found = work.spark.createDataFrame(pa.table({"key": numbers_of(recurring, "key")[often]}))
    repeated = surveys.groupBy(*_BODY).count().where(F.col("count") >= furniture.REPEATS).select(*_BODY).toArrow()
    if not repeated.num_rows:
        return found
    bodies = surveys.join(work.spark.createDataFrame(repeated), _BODY).groupBy(*_BODY)
    dates = bodies.agg(F.first("keys").alias("keys"), F.collect_set("published").alias("published"))
    return found.union(dates.select("keys", "published").mapInArrow(_walls, "key long"))


def _sending(parts: int) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def lots(batches: Iterator[pa.RecordBatch]) -> Iterator[Lot]:
        for batch in batches:
            keys, counts = values_of(batch, "keys", np.uint64)
            of_text = (numbers_of(batch, name).view(np.uint64) for name in ("group", "outlet"))
            yield records(_UNIT, keys, *(np.repeat(values, counts) for values in of_text)), part_of(keys, parts)

    return lambda batches: packed(lots(batches))


def _recurring(_: int, units: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
    found = furniture.recurring(units["key"], units["group"], units["outlet"])
    yield pa.record_batch(
        {
            "key": found.keys.view(np.int64),
            "outlet": found.outlets.astype(np.uint64).view(np.int64),
            "differing": found.differing,
        }
    )


def _walls(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the units of the bodies that were published for long."""
    for batch in batches:
        days = [learning.days(dates) for dates in batch.column("published").to_pylist()]
        long = batch.filter(pa.array(np.array(days, float) > furniture.REPEAT_DAYS))
        yield pa.record_batch({"key": values_of(long, "keys", np.uint64)[0].view(np.int64)})
