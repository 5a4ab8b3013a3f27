"""What an earlier result asks of a run that is matched with it: its settings, its furniture, other ids."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import ArgumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from dedup.articles.article import Batch
    from dedup.formats.signatures import Made, Signatures
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture


def agreed(
    made: Made, settings: Settings | None, furniture: Furniture | None, links: object
) -> tuple[Settings, Furniture]:
    """Return the settings and the furniture of an earlier result, by which the new articles have to be read too.

    Raises:
        ArgumentError: Others are asked for, or links are given.
    """
    made.agree(settings, furniture)
    if links != ():
        raise ArgumentError("links must not be given together with against: clusters of before are not changed")
    return settings or made.settings, made.furniture


def named_apart(batch: Batch, earlier: Signatures) -> Batch:
    """Return a batch that has no id of the earlier result: what has gets a number after it, and is reported."""
    ids, known = batch.table["id"].combine_chunks(), earlier.table["id"].combine_chunks()
    taken = pc.is_in(ids, value_set=known)
    again = ids.filter(taken).to_pylist()
    if not again:
        return batch
    used = {*known.to_pylist(), *ids.to_pylist()}
    made = pa.array([numbered_apart(name, used) for name in again], ids.type)
    ids = pc.replace_with_mask(ids, taken, made)
    table = batch.table.set_column(batch.table.schema.get_field_index("id"), "id", pa.chunked_array([ids]))
    what = "also in the earlier result; got a number after it"
    return replace(
        batch, table=table, problems=(*batch.problems, *(Problem(f"id {name!r}", what) for name in sorted(again)))
    )


def numbered_apart(name: str, used: Collection[str]) -> str:
    """Return an id with the first number after it that makes it one that is not used."""
    return next(one for number in itertools.count(2) if (one := f"{name}#{number}") not in used)
