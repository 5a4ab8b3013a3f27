"""Signatures of all articles, and the distinct texts among them, numbered by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines import proposing
from dedup.engines.spark.arrays import columns_of, reading_of, require_key
from dedup.engines.spark.linking import names_of
from dedup.errors import ArgumentError
from dedup.formats.packed import pack
from dedup.stages import shingles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.linking import Said
    from dedup.engines.spark.work import Work
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture

_SKETCH = (
    "id string, one long, two long, headline long, alone boolean, length long, lo long, hi long, "
    "then_one long, then_two long, bands binary, passages binary"
)
_TELLING = ("id", "one", "two", "headline", "alone", "length", "then_one", "then_two")
_MOST_TEXTS = 2**32
"""Distinct texts that can be numbered: pairs are kept in 64 bits."""


def signatures(articles: DataFrame, furniture: Furniture, settings: Settings) -> DataFrame:
    """Return the signatures of all articles."""
    key = shingles.fingerprint()

    def sign(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        require_key(key)
        for batch in batches:
            found = proposing.signatures(reading_of(batch, furniture), np.arange(len(batch)), settings)
            columns: list[tuple[str, NDArray[Any]]] = [
                ("body", found.body),
                ("lead", found.lead),
                ("digest", found.digests),
            ]
            packed = {name: pack(rows, np.full(len(batch), rows.shape[1])) for name, rows in columns}
            yield pa.record_batch({"id": batch.column("id"), "tokens": found.counts, **packed})

    seen = articles.select("id", "source", "url", "text")
    return seen.mapInArrow(sign, "id string, tokens long, body binary, lead binary, digest binary")


def sketches(articles: DataFrame, furniture: Furniture, settings: Settings) -> DataFrame:
    """Return what is kept of each article that has text, to find its like."""
    dates = () if settings.window is None else ("published", "fetched", "zone")
    seen = articles.select("id", "source", "url", "title", "text", *dates)
    return seen.mapInArrow(_sketching(furniture, settings), _SKETCH)


def _sketching(
    furniture: Furniture, settings: Settings
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    key = shingles.fingerprint()

    def sketch(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        require_key(key)
        for batch in batches:
            rows = np.arange(len(batch))
            reading = reading_of(batch, furniture)
            tokens, _ = reading.tokens(rows)
            found = proposing.sketch_tokens(tokens.values, tokens.offsets, settings)
            alone, headlines = proposing.headlines_apart(reading.headed(rows, tokens))
            lo, hi, then = proposing.times(reading, rows, settings)
            longs = {
                "one": found.digests[:, 0],
                "two": found.digests[:, 1],
                "headline": headlines,
                "length": found.counts,
                "lo": lo,
                "hi": hi,
                "then_one": then[:, 0],
                "then_two": then[:, 1],
            }
            columns = {
                "id": batch.column("id"),
                "alone": pa.array(alone),
                "bands": pack(found.bands, np.full(len(batch), found.bands.shape[1])),
                "passages": pack(found.passages, found.passage_counts),
                **{name: pa.array(np.ascontiguousarray(values).view(np.int64)) for name, values in longs.items()},
            }
            made = pa.record_batch(columns).select(columns_of(_SKETCH))
            yield made.filter(pa.array(found.counts > 0))

    return sketch


def members(sketched: DataFrame, said: Said, work: Work) -> DataFrame:
    """Return for each article with text the number of its text; texts are numbered by the least id of their articles.

    Exact copies are one text, unless they are no whole articles and their headlines differ, or were published
    apart where that matters, or links name them and some are to be apart; of those that have been seen under many
    headlines `wall` is true.
    """
    told = sketched.select(*_TELLING)
    if not said.same.all():
        named = names_of(said, work).withColumn("named", F.xxhash64("id"))
        told = told.join(F.broadcast(named), "id", "left").withColumn("named", F.coalesce("named", F.lit(0)))
        told = told.withColumn("then_one", F.col("then_one").bitwiseXOR(F.col("named"))).drop("named")
    firsts = work.stage("texts", lambda: _in_order(_firsts(told)))
    counts = {row["lot"]: row["texts"] for row in firsts.groupBy("lot").agg(F.count("id").alias("texts")).collect()}
    if sum(counts.values()) > _MOST_TEXTS:
        raise ArgumentError(f"articles must have at most {_MOST_TEXTS} distinct texts, got {sum(counts.values())}")
    lots = sorted(counts)
    starts = np.cumsum([0, *(counts[lot] for lot in lots)])[:-1]
    table = pa.table({"lot": pa.array(lots, pa.int32()), "start": pa.array(starts, pa.int64())})
    numbered = firsts.join(F.broadcast(work.spark.createDataFrame(table)), "lot").select(
        "one", "two", F.col("id").alias("first"), "wall", (F.col("start") + F.col("place")).alias("number")
    )
    leads = (F.col("id") == F.col("first")).alias("leads")
    return _apart(told).join(numbered, ["one", "two"]).select("id", "number", "length", "wall", leads)


def _apart(told: DataFrame) -> DataFrame:
    """Make the digests of exact copies that are not one text different."""
    one = F.col("one").bitwiseXOR(F.col("headline")).bitwiseXOR(F.col("then_one"))
    return told.withColumn("one", one).withColumn("two", F.col("two").bitwiseXOR(F.col("then_two")))


def _firsts(told: DataFrame) -> DataFrame:
    """Return each text by its digest, with the least id of its articles, and whether it is a wall."""
    by = ["one", "two"]
    headlines = told.where("alone").groupBy(*by).agg(F.count_distinct("headline").alias("headlines"))
    many = headlines.where(F.col("headlines") >= proposing.WALL_HEADLINES).select(*by, F.lit(True).alias("many"))
    wall = F.coalesce(F.col("many") & F.col("alone"), F.lit(False))
    marked = _apart(told.join(many, by, "left").withColumn("wall", wall))
    return marked.groupBy(*by).agg(F.min("id").alias("id"), F.max("wall").alias("wall"))


def _in_order(firsts: DataFrame) -> DataFrame:
    """Sort texts by id over all partitions; `lot` and `place` say where each stands."""
    ordered = firsts.repartitionByRange("id").sortWithinPartitions("id").withColumn("lot", F.spark_partition_id())
    return ordered.mapInArrow(_place, "one long, two long, id string, wall boolean, lot int, place long")


def _place(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in batches:
        yield batch.append_column("place", pa.array(np.arange(start, start + len(batch))))
        start += len(batch)
