"""A data frame to articles: fields found, markup reduced, ids filled and made unique as in one batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyspark.sql import Observation
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it
from pyspark.sql.types import AtomicType

from dedup.articles import columns, html, ids, outlets, tables, zones
from dedup.articles.article import FIELDS
from dedup.articles.fields import choose, given, relevant
from dedup.engines.spark import learning
from dedup.engines.spark.arrays import ARTICLE, TEXT, columns_of, fitted, table_of
from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyspark.sql import Column, DataFrame

    from dedup.articles.fields import FieldMapping
    from dedup.articles.fields.choosing import Given
    from dedup.articles.zones import Zones
    from dedup.engines.spark.work import Work


@dataclass(frozen=True, slots=True)
class Articles:
    """What was read.

    Attributes:
        df: The articles, the columns `FIELDS`, ids filled and unique.
        size: How many there are.
        surveys: What furniture is learned from: `learning.SURVEYED` and `published` of each; None if not asked for.
    """

    df: DataFrame
    size: int
    surveys: DataFrame | None


def read(
    df: DataFrame, fields: Mapping[str, str] | None, clocks: Zones | None, work: Work, *, surveyed: bool
) -> Articles:
    """Return the articles of a data frame, `surveyed` or not.

    Raises:
        ArgumentError: No column can be read as a field, or `fields` names one that is not there.
    """
    told = given(fields)
    zones.fill(table_of(pa.table({"id": pa.array([], TEXT)})), clocks)  # an error is told here, not by a worker
    mapping = choose(relevant(df.columns, told), told)
    keys = _keys(df, told, mapping)
    whole = df.select([F.col(f"`{key}`") for key in keys])
    seen = Observation()
    fresh = not work.finished("articles")

    def prepared() -> DataFrame:
        observed = whole.observe(seen, *_identity(whole)) if work.lasting else whole
        schema = f"{ARTICLE}, {learning.SURVEYED}" if surveyed else ARTICLE
        return observed.mapInArrow(lambda batches: _prepare(batches, told, mapping, clocks, surveyed=surveyed), schema)

    kept = work.stage("articles", prepared)
    if work.lasting:
        found = seen.get if fresh else whole.agg(*_identity(whole)).first().asDict()  # type: ignore[union-attr]
        work.claim(f"{keys} {told} {found['rows']} {found['sum']}", "articles", "input")
    surveys = kept.select("published", *columns_of(learning.SURVEYED)) if surveyed else None
    return Articles(*_with_ids(kept.select(*FIELDS), work), surveys)


def _keys(df: DataFrame, told: Given, mapping: FieldMapping) -> list[str]:
    """Return the columns that fields are taken from."""
    names = df.columns
    keys = [name for name in dict.fromkeys(names) if name in mapping.keys]
    for ours, theirs in told:
        if not any(path.key in keys for path in mapping[ours].paths):
            raise ArgumentError(f"fields must name what some article has, got {theirs!r} for {ours!r}")
    if not keys:
        raise ArgumentError(f"articles {columns.no_fields(names)}")
    for key in keys:
        if names.count(key) > 1:
            raise ArgumentError(f"articles must name a column once, got {key!r} {names.count(key)} times")
    return keys


def _identity(df: DataFrame) -> list[Column]:
    """Return what tells one input from another, whatever the order of its rows: their number, and a sum of hashes."""
    columns = [(F.col(f"`{field.name}`"), isinstance(field.dataType, AtomicType)) for field in df.schema]
    hashed = F.xxhash64(*(column if plain else F.to_json(F.struct(column)) for column, plain in columns))
    return [F.count(F.lit(1)).alias("rows"), F.sum(hashed.cast("decimal(38,0)")).cast("string").alias("sum")]


def _prepare(
    batches: Iterator[pa.RecordBatch], told: Given, mapping: FieldMapping, clocks: Zones | None, *, surveyed: bool
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        part = tables.select(pa.Table.from_batches([batch]), told, mapping=mapping)
        table = outlets.name_by_host(part.table)
        text, _ = html.reduce(table.column("text"))
        table = zones.fill(table.set_column(FIELDS.index("text"), "text", text), clocks)
        for name, column in learning.survey(table).items() if surveyed else ():
            table = table.append_column(name, column)
        yield from table.combine_chunks().to_batches()


def _with_ids(articles: DataFrame, work: Work) -> tuple[DataFrame, int]:
    """Return the articles with ids filled and unique, the same data frame where they are already; and their number."""
    told = F.nullif(F.col("id"), F.lit(""))
    rows, filled, distinct = articles.agg(F.count(F.lit(1)), F.count(told), F.count_distinct(told)).first()  # type: ignore[misc]
    if rows == filled == distinct:
        return articles, rows
    return work.stage("ids", lambda: _separated(_filled(articles))), rows


def _filled(articles: DataFrame) -> DataFrame:
    """Make the missing ids; a column `made` says which they are."""
    made = F.coalesce(F.col("id") == "", F.lit(True))
    given_ids = articles.where(~made).select(F.col("id").alias("url"), F.lit(True).alias("taken")).distinct()
    once = (
        articles.groupBy("url").count().where("count = 1 and url is not null").select("url", F.lit(True).alias("once"))
    )
    unique = F.coalesce(F.col("once") & F.col("taken").isNull(), F.lit(False))
    marked = articles.withColumn("made", made).join(once, "url", "left").join(given_ids, "url", "left")
    return marked.select(*FIELDS, "made", unique.alias("unique")).mapInArrow(_make, f"{ARTICLE}, made boolean")


def _make(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        table = table_of(batch)
        filled = ids.make(table, table.column("id").combine_chunks(), batch.column("unique"))
        table = table.set_column(FIELDS.index("id"), "id", filled).append_column("made", batch.column("made"))
        yield from table.combine_chunks().to_batches()


def _separated(articles: DataFrame) -> DataFrame:
    """Give all but one of the articles with the same id another one."""
    based = articles.withColumn("base", F.substring_index("id", "#", 1))
    repeated = based.groupBy("base", "id").count().where("count > 1").select("base").distinct()
    plain = based.join(repeated, "base", "left_anti").select(*FIELDS)
    return plain.union(based.join(repeated, "base", "left_semi").groupBy("base").applyInArrow(_separate, ARTICLE))


def _separate(rows: pa.Table) -> pa.Table:
    table = table_of(rows)
    made = np.asarray(rows.column("made").combine_chunks())
    found, _ = ids.separate(table, table.column("id").combine_chunks(), made)
    return fitted(table.set_column(FIELDS.index("id"), "id", found), rows)
