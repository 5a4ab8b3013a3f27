"""What an earlier result asks of a run that is matched with it: its settings, its furniture, other ids."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ArgumentError, Problem

if TYPE_CHECKING:
    from dedup.articles.article import Batch
    from dedup.formats.signatures import Signatures
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture


def agreed(
    earlier: Signatures, settings: Settings | None, furniture: Furniture | None, links: object
) -> tuple[Settings, Furniture]:
    """Return the settings and the furniture of an earlier result, by which the new articles have to be read too.

    Raises:
        ArgumentError: Others are asked for, or links are given.
    """
    if settings is not None:
        earlier.agree(settings)
    if furniture is not None and furniture != earlier.furniture:
        raise ArgumentError(
            f"furniture must be that of the earlier result ({len(earlier.furniture)} units), got another "
            f"({len(furniture)} units)"
        )
    if links != ():
        raise ArgumentError("links must not be given together with against: clusters of before are not changed")
    return settings or earlier.settings, earlier.furniture


def named_apart(batch: Batch, earlier: Signatures) -> Batch:
    """Return a batch that has no id of the earlier result: what has gets a number after it, and is reported."""
    ids, again = _renamed(batch.table["id"].combine_chunks(), earlier.table["id"].combine_chunks())
    if not again:
        return batch
    table = batch.table.set_column(batch.table.schema.get_field_index("id"), "id", pa.chunked_array([ids]))
    what = "also in the earlier result; got a number after it"
    return replace(
        batch, table=table, problems=(*batch.problems, *(Problem(f"id {name!r}", what) for name in sorted(again)))
    )


def _renamed(ids: pa.Array, earlier: pa.Array) -> tuple[pa.Array, list[str]]:
    """Return ids of which none is among the earlier ones, with a number after those that were, and which these are."""
    taken = np.asarray(pc.is_in(ids, value_set=earlier))
    if not taken.any():
        return ids, []
    again = ids.filter(pa.array(taken)).to_pylist()
    used = {*earlier.to_pylist(), *ids.to_pylist()}
    made = [next(one for number in itertools.count(2) if (one := f"{name}#{number}") not in used) for name in again]
    return pc.replace_with_mask(ids, pa.array(taken), pa.array(made, ids.type)), again
