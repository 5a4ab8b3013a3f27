"""Which earlier clusters new texts meet: by a band or a passage, or by being the same text, over data frames."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.articles.ids import id_hashes
from dedup.engines.joining.meeting import met
from dedup.engines.proposing import WALL_HEADLINES
from dedup.engines.reading import microseconds
from dedup.engines.spark.arrays import numbers_of, values_of
from dedup.engines.spark.packing import SCHEMA, packed, part_of, parts_for, records, together
from dedup.stages import cluster, lsh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.spark.joining import Task
    from dedup.engines.spark.packing import Lot

    Rows = Iterator[pa.RecordBatch]

_POSTING = np.dtype([("key", "<u8"), ("of", "<i8"), ("known", "?")])
_POSTINGS = 128  # band keys and passages of an article, about
_PASSAGES = np.uint64(1 << 63)  # keys from here on are passages
LOST = -1
"""Home of what a cap left out."""
_KNOWN = "id string, home long, one long, two long, alone boolean, headline long, lo long, hi long"
_SAME = ["one", "two", "headline", "lo", "hi"]


def known(task: Task) -> DataFrame:
    """Return the earlier articles that have text: what tells them apart, and their `home`, a hash of their centre."""
    unknown = {"published_from": -lsh.ALWAYS, "published_to": lsh.ALWAYS}
    if task.settings.window is None:
        unknown = dict.fromkeys(unknown, 0)
    lo, hi = (F.coalesce(name, F.lit(value)) for name, value in unknown.items())
    rows = task.earlier.df.where("count > 0").select(
        "id", "centre", "digest", "headline", lo.alias("lo"), hi.alias("hi")
    )

    def describe(batches: Rows) -> Rows:
        for batch in batches:
            digests = values_of(batch, "digest", np.int64)[0].reshape(-1, 2)
            headline = batch.column("headline")
            yield pa.record_batch(
                {
                    "id": batch.column("id"),
                    "home": id_hashes(batch.column("centre")),
                    "one": np.ascontiguousarray(digests[:, 0]),
                    "two": np.ascontiguousarray(digests[:, 1]),
                    "alone": headline.is_valid(),
                    "headline": headline.fill_null(0),
                    "lo": batch.column("lo"),
                    "hi": batch.column("hi"),
                }
            )

    return rows.mapInArrow(describe, _KNOWN)


def walls(texts: DataFrame, known: DataFrame) -> DataFrame:
    """Return the digests of bodies that stand under many headlines, new or earlier."""
    alone = [side.where("alone").select("one", "two", "headline") for side in (texts, known)]
    headlines = alone[0].union(alone[1]).groupBy("one", "two").agg(F.count_distinct("headline").alias("headlines"))
    return headlines.where(F.col("headlines") >= WALL_HEADLINES).select("one", "two", F.lit(True).alias("alone"))


def copies(texts: DataFrame, known: DataFrame) -> DataFrame:
    """Return (number, matches): the earlier article, of the least id, that is the same text."""
    there = known.groupBy(*_SAME).agg(F.min("id").alias("matches"))
    return texts.join(there, _SAME).select("number", "matches")


def meetings(task: Task, known: DataFrame, walls: DataFrame, copies: DataFrame) -> DataFrame:
    """Return (number, home) of each new text and each cluster that share a band or a passage; home -1 for a cap."""
    by = ["one", "two", "alone"]
    ours = task.texts.where("not wall").join(copies, "number", "left_anti").join(walls, by, "left_anti")
    signed = task.earlier.df.select("id", "bands", "passages")
    theirs = known.join(walls, by, "left_anti").select("id", "home").join(signed, "id")
    parts = parts_for(task.size * _POSTINGS)
    postings = [
        side.select(F.col(of).alias("of"), "bands", "passages").mapInArrow(_posting(parts, known=known_), SCHEMA)
        for side, of, known_ in ((ours, "number", False), (theirs, "home", True))
    ]
    return together(postings[0].union(postings[1]), _POSTING, _meeting, "number long, home long").distinct()


def _posting(parts: int, *, known: bool) -> Callable[[Rows], Rows]:
    def lots(batches: Rows) -> Iterator[Lot]:
        for batch in batches:
            of = numbers_of(batch, "of")
            bands, widths = values_of(batch, "bands", np.uint32)
            passages, counts = values_of(batch, "passages", np.uint32)
            width = int(widths[0]) if len(widths) else 1
            names = (np.arange(len(bands), dtype=np.uint64) % np.uint64(width) << np.uint64(32)) | bands
            keys = np.concatenate([names, _PASSAGES | passages])
            owners = np.concatenate([np.repeat(of, widths), np.repeat(of, counts)])
            yield records(_POSTING, keys, owners, np.full(len(keys), known)), part_of(keys, parts)

    return lambda batches: packed(lots(batches))


def _meeting(_: int, postings: NDArray[np.void]) -> Rows:
    sides = (np.flatnonzero(postings["known"] == which) for which in (False, True))
    texts, homes, lost = met(*(postings[name][side] for side in sides for name in ("key", "of")))
    pairs = np.column_stack([np.concatenate([texts, lost]), np.concatenate([homes, np.full(len(lost), LOST)])])
    pairs = np.unique(pairs, axis=0)
    yield pa.record_batch({"number": np.ascontiguousarray(pairs[:, 0]), "home": np.ascontiguousarray(pairs[:, 1])})


def near(task: Task, known: DataFrame, meetings: DataFrame) -> DataFrame:
    """Return (number, centre, place): the centres of a text by the bands that they share with it, then by home."""
    signed = ("bands", "passages")
    ours = named(task.texts, "number", *signed, "lo", "hi", suffix="a")
    sketched = known.join(task.earlier.df.where("id = centre").select("id", *signed), "id")
    theirs = named(sketched, "home", "id", *signed, "lo", "hi", suffix="b").withColumnRenamed("id_b", "centre")
    pairs = meetings.join(ours, "number").join(theirs, "home")
    if isinstance(task.settings.window, timedelta):
        apart = F.greatest(F.col("lo_b") - F.col("hi_a"), F.col("lo_a") - F.col("hi_b"))
        pairs = pairs.where(apart <= microseconds(task.settings.window))
    both = [f"{name}_{side}" for side in "ab" for name in signed]
    shared = pairs.select("number", "home", "centre", *both).mapInArrow(
        _weighing, "number long, home long, centre string, shared int"
    )
    order = Window.partitionBy("number").orderBy(F.desc("shared"), "home", "centre")
    place = (F.row_number().over(order) - 1).alias("place")
    return shared.where("shared >= 0").select("number", "centre", place)


def named(df: DataFrame, key: str, *names: str, suffix: str) -> DataFrame:
    """Return `key` and some columns, their names with a suffix: one side of pairs."""
    return df.select(key, *(F.col(name).alias(f"{name}_{suffix}") for name in names))


def _weighing(batches: Rows) -> Rows:
    for batch in batches:
        size = len(batch)
        columns = [values_of(batch, f"bands_{side}", np.uint32)[0].reshape(size, -1) for side in "ba"] if size else []
        if not size:
            continue
        (first, few), (second, more) = (values_of(batch, f"passages_{side}", np.uint32) for side in "ba")
        ends = np.cumsum(np.concatenate([few, more]))
        spans = np.column_stack([ends - np.concatenate([few, more]), ends])
        codes = cluster.pair_codes(np.arange(size), size + np.arange(size))
        passages = np.concatenate([first, second])
        weights = lsh.weights(codes, np.concatenate(columns), np.arange(2 * size), passages, spans)
        kept = {name: batch.column(name) for name in ("number", "home", "centre")}
        yield pa.record_batch({**kept, "shared": weights.astype(np.int32)})
