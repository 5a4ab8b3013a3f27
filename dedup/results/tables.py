"""Results as Arrow tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import MissingDependencyError
from dedup.formats import json_line
from dedup.results.processes import in_processes
from dedup.stages.confirm import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl
    from numpy.typing import NDArray

    from dedup.results.clusters import Cluster
    from dedup.results.result import Result

_T = TypeVar("_T")

_MEMBER = pa.struct(
    {
        "id": pa.large_string(),
        "source": pa.large_string(),
        "title": pa.large_string(),
        "url": pa.large_string(),
        "published": pa.large_string(),
        "relation": pa.string(),
        "strength": pa.float64(),
    }
)
_INTERVAL = pa.struct({"from": pa.string(), "to": pa.string(), "precision": pa.string(), "zone_known": pa.bool_()})
_REASONS = pa.struct(
    {"canonical": pa.large_string(), "earliest": pa.large_string(), "representative": pa.large_string()}
)
_CLUSTER = pa.schema(
    {
        "cluster": pa.large_string(),
        "size": pa.int64(),
        "canonical": pa.large_string(),
        "earliest": pa.large_string(),
        "order_certain": pa.bool_(),
        "representative": pa.large_string(),
        "origin": pa.large_string(),
        "origin_id": pa.large_string(),
        "origin_confidence": pa.float64(),
        "origin_reason": pa.large_string(),
        "origins": pa.list_(pa.large_string()),
        "outlets": pa.list_(pa.large_string()),
        "first_published": _INTERVAL,
        "lag_minutes": pa.float64(),
        "tied": pa.list_(pa.large_string()),
        "reasons": _REASONS,
        "centre": pa.large_string(),
        "weakest": pa.float64(),
        "warnings": pa.list_(pa.string()),
        "ids": pa.list_(pa.large_string()),
        "members": pa.list_(_MEMBER),
    }
)


_JOINED = pa.schema(
    [(name, pa.large_string()) for name in ("id", "cluster", "centre", "canonical", "matches")]
    + [("relation", pa.string()), ("strength", pa.float64())]
)


def clusters(result: Result, processes: int = 1, progress: Callable[[str, int, int], None] | None = None) -> pa.Table:
    """Return one row a cluster, in the order of `Result.clusters`, made by so many processes."""

    def batch(rows: Iterator[dict[str, Any]]) -> pa.RecordBatch:  # as dicts they take ten times the memory
        return pa.RecordBatch.from_pylist(list(rows), _CLUSTER)

    table = pa.Table.from_batches(_by_lot(result, batch, processes, progress), _CLUSTER)
    return table.take(pc.sort_indices(table, [("size", "descending"), ("canonical", "ascending")]))


def cluster_lines(
    result: Result, processes: int = 1, progress: Callable[[str, int, int], None] | None = None
) -> list[bytes]:
    """Return the rows of `clusters` as lines of JSON: the processes that make them also write them out."""

    def lines(rows: Iterator[dict[str, Any]]) -> list[tuple[int, str, bytes]]:
        return [(-row["size"], row["canonical"], json_line(row)) for row in rows]

    found = [each for lot in _by_lot(result, lines, processes, progress) for each in lot]
    return [line for *_, line in sorted(found)]


def _by_lot(
    result: Result,
    make: Callable[[Iterator[dict[str, Any]]], _T],
    processes: int,
    progress: Callable[[str, int, int], None] | None,
) -> list[_T]:
    """Return what is made of the rows of each lot of clusters."""
    lots, parts = result.lots, list[_T]()
    for part in in_processes(lambda lot: make(map(_cluster_row, lots[lot])), len(lots), processes):
        parts.append(part)
        if progress is not None:
            progress("answering", len(parts), len(lots))
    return parts


def _cluster_row(cluster: Cluster) -> dict[str, Any]:
    members = [
        {
            "id": member.id,
            "source": member.source,
            "title": member.title,
            "url": member.url,
            "published": member.published,
            "relation": match and match.relation,
            "strength": match and match.strength,
        }
        for member, match in ((member, cluster.to_centre.get(member.id)) for member in cluster.members)
    ]
    origin, time = cluster.origin, cluster.first_published
    return {
        "cluster": cluster.ids[0],
        "size": len(cluster),
        "canonical": cluster.canonical.id,
        "earliest": cluster.earliest.id,
        "order_certain": cluster.order_certain,
        "representative": cluster.representative.id,
        "origin": origin and origin.name,
        "origin_id": origin and origin.article and origin.article.id,
        "origin_confidence": origin and origin.confidence,
        "origin_reason": cluster.reasons.origin,
        "origins": list(cluster.origins),
        "outlets": list(cluster.outlets),
        "first_published": time
        and {
            "from": time.lo.isoformat(),
            "to": time.hi.isoformat(),
            "precision": time.precision,
            "zone_known": time.zone_known,
        },
        "lag_minutes": None if cluster.lag is None else round(cluster.lag.total_seconds() / 60, 2),
        "tied": [member.id for member in cluster.tied],
        "reasons": {
            "canonical": cluster.reasons.canonical,
            "earliest": cluster.reasons.earliest,
            "representative": cluster.reasons.representative,
        },
        "centre": cluster.centre.id,
        "weakest": cluster.weakest,
        "warnings": list(cluster.warnings),
        "ids": list(cluster.ids),
        "members": members,
    }


def articles(result: Result) -> pa.Table:
    """Return the input in its order with the columns `cluster`, `canonical`, `origin`, `relation` and `strength`."""
    size = len(result.batch)
    ids = result.batch.table["id"]
    least = np.full(size, -1, np.int64)
    to_centre = np.full(size, -1, np.int64)
    centre_of = np.full(size, -1, np.int64)
    for rows, centre in result.links.clusters:
        least[rows] = rows[np.argmin(np.array(ids.take(rows).to_pylist(), dtype=object))]
        centre_of[rows] = centre
    one, two, verdicts = result.links.in_clusters
    for mine, other in ((one, two), (two, one)):
        edges = np.flatnonzero(centre_of[mine] == other)
        to_centre[mine[edges]] = edges
    alone, unlinked = least < 0, to_centre < 0
    kept = np.zeros(size, np.bool_)
    kept[unique_rows(result)] = True
    origins = {cluster.ids[0]: cluster.origin.name for cluster in result.clusters if cluster.origin is not None}
    clusters = ids.take(pa.array(least, mask=alone))
    added = {
        "cluster": clusters,
        "canonical": pa.array(kept),
        "origin": pa.array((origins.get(name) for name in clusters.to_pylist()), pa.large_string()),
        "relation": pa.array(np.array(RELATIONS, object)[verdicts.relation[to_centre]], pa.string(), mask=unlinked)
        if len(one)
        else pa.nulls(size, pa.string()),
        "strength": pa.array(verdicts.strength[to_centre], mask=unlinked) if len(one) else pa.nulls(size, pa.float64()),
    }
    if result.joined:
        added |= _with_joined(result, added)
    table = result.batch.table
    if result.batch.extra is not None:
        for name in result.batch.extra.column_names:
            if name not in added:
                table = table.append_column(name, result.batch.extra[name])
    for name, column in added.items():
        table = table.append_column(name, column)
    return table


def _with_joined(result: Result, added: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the columns that say more of articles which joined an earlier cluster."""
    rows = pc.index_in(pa.array([one.id for one in result.joined], pa.large_string()), result.batch.table["id"])
    where = np.zeros(len(result.batch), np.bool_)
    where[rows.to_numpy()] = True
    order = np.argsort(rows.to_numpy())
    told = {
        "cluster": [result.joined[place].cluster for place in order],
        "relation": [result.joined[place].match.relation for place in order],
        "strength": [result.joined[place].match.strength for place in order],
    }
    return {
        name: pc.replace_with_mask(added[name], pa.array(where), pa.array(values, added[name].type))
        for name, values in told.items()
    }


def joined(result: Result) -> pa.Table:
    """Return one row an article that joined a cluster of an earlier result, in the order of `Result.joined`."""
    rows = [
        {
            "id": one.id,
            "cluster": one.cluster,
            "centre": one.centre,
            "canonical": one.canonical,
            "matches": one.match.b if one.match.a == one.id else one.match.a,
            "relation": one.match.relation,
            "strength": one.match.strength,
        }
        for one in result.joined
    ]
    return pa.Table.from_pylist(rows, schema=_JOINED)


def unique(result: Result) -> pa.Table:
    """Return the rows of `articles` that are the canonical member of their cluster, or in none."""
    return articles(result).take(unique_rows(result))


def unique_rows(result: Result) -> NDArray[np.int64]:
    """Return the rows of the articles that `Result.unique` keeps, int64, rising."""
    dropped = {member.id for cluster in result.clusters for member in cluster.members}
    dropped -= {cluster.canonical.id for cluster in result.clusters}
    dropped |= {one.id for one in result.joined}
    if not dropped:
        return np.arange(len(result.batch))
    names = result.batch.table["id"]
    return np.flatnonzero(pc.invert(pc.is_in(names, value_set=pa.array(sorted(dropped), names.type))))


def polars_frame(table: pa.Table) -> pl.DataFrame:
    """Return an Arrow table as a polars data frame."""
    try:
        import polars as pl  # noqa: PLC0415 - optional
    except ImportError as error:
        raise MissingDependencyError("to_polars needs polars: pip install polars") from error
    return pl.DataFrame(table)


TABLES: dict[str, Callable[[Result], pa.Table]] = {
    "clusters": clusters,
    "articles": articles,
    "unique": unique,
    "joined": joined,
}
"""What can be written, by name."""
