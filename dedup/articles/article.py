"""An article, and the columnar batch of articles that every engine works on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.articles import columns, html, ids, outlets, tables, times, zones
from dedup.articles.fields import FIELDS, given, unwrap
from dedup.articles.rows import Rows
from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.articles.fields import FieldMapping
    from dedup.articles.times import Interval
    from dedup.articles.zones import Zones
    from dedup.errors import Problem

__all__ = ["FIELDS", "Article", "Batch", "assemble", "coerce"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One story as one outlet published it.

    Attributes:
        id: Names the article; one is made from url and content where it is empty.
        text: The body, without markup.
        title: The headline.
        url: Where it was found.
        source: The outlet that published it.
        published: When it was published, as given; ``time`` is what it means.
        fetched: When it was downloaded, as given.
        canonical_url: The address that the page names as that of the original.
        author: Who wrote it, as given; several are joined by "; ".
        credit: Agencies, providers and owners of rights that come with it, as given, joined by "; ".
        language: In which language it is, as given.
        updated: When it was last changed, as given.
        zone: The zone of the clock of ``published`` where that says none: an IANA name, as "Asia/Dubai".
    """

    id: str = ""
    text: str | None = None
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published: str | None = None
    fetched: str | None = None
    canonical_url: str | None = None
    author: str | None = None
    credit: str | None = None
    language: str | None = None
    updated: str | None = None
    zone: str | None = None

    @property
    def time(self) -> Interval | None:
        """When it was published, as an interval; None if unknown or not understood."""
        return times.parse(self.published, self.fetched, self.zone)


@dataclass(frozen=True)
class Batch:
    """Articles as columns, one row each, in input order.

    Attributes:
        table: Exactly the columns ``FIELDS``, all ``large_string``, perhaps in several chunks. Ids are
            filled and unique, texts carry no markup, everything is valid UTF-8.
        extra: The columns of an Arrow table, data frame, Parquet or CSV file that no field was taken from,
            row by row beside ``table``; None where there are none.
        problems: What was worked around.
        mappings: Where the fields were taken from, and why; several where the articles differ in that.
    """

    table: pa.Table
    extra: pa.Table | None = None
    problems: tuple[Problem, ...] = ()
    mappings: tuple[FieldMapping, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def in_zones(self, given: Zones | None) -> Batch:
        """Return the batch with what the user says of its outlets' clocks, as `zones.fill` takes it."""
        return self if given is None else replace(self, table=zones.fill(self.table, given))

    def values(self, name: str, rows: NDArray[np.int64]) -> pa.LargeStringArray:
        """Return one field of some rows as one array."""
        if name not in self._rows:
            self._rows[name] = Rows(self.table.column(name))
        return self._rows[name].take(rows)

    @cached_property
    def _rows(self) -> dict[str, Rows]:
        return {}

    def article(self, row: int) -> Article:
        """Return the article of one row; IndexError outside of the batch."""
        return Article(**{name: self.table.column(name)[row].as_py() for name in FIELDS})

    def articles(self, rows: Iterable[int]) -> list[Article]:
        """Return the articles of some rows, in the order of the rows."""
        chosen = np.fromiter(rows, np.int64)
        found = [self.values(name, chosen).to_pylist() for name in FIELDS]
        return [Article(**dict(zip(FIELDS, values, strict=True))) for values in zip(*found, strict=True)]


def coerce(records: object, fields: Mapping[str, str] | None = None, *, one_by_one: bool = False) -> Batch:
    """Turn whatever holds articles into one batch; texts lose their markup, missing ids are made.

    Args:
        records: An iterable of mappings, `Article` objects, dataclasses, models or the article objects of
            extractors; an Arrow table, record batch or reader; a pandas or polars data frame (or anything
            with ``__arrow_c_stream__``); an answer or a feed that wraps articles.
        fields: Where to take fields from, ours -> theirs; a dotted path reaches into dicts. All others are
            found by the producer's signature and by their names.
        one_by_one: Whether ids are to depend on nothing but their article, and may be repeated.

    Raises:
        ArgumentError: It is none of these, no record has any of the fields an article has, or none has what
            `fields` says.
    """
    told = given(fields)
    if isinstance(records, Mapping):
        records = unwrap(records) or records
    if not isinstance(records, Mapping | str | bytes):  # iterable, but not of articles
        part = tables.from_table(records, told)
        if part is None and isinstance(records, Iterable):
            part = columns.from_records(records, told)
        if part is not None:
            columns.require([part], told)
            return assemble(part, one_by_one=one_by_one)
    raise ArgumentError(
        "articles must be an iterable of mappings or Article objects, an Arrow table or a data frame, "
        f"got {type(records).__name__}"
    )


def assemble(
    part: columns.Part, keep: Callable[[pa.Array], pa.Array] = lambda chunk: chunk, *, one_by_one: bool = False
) -> Batch:
    """Finish a batch: name outlets by their host, reduce markup to text, fill the ids and make them unique.

    `keep` is given the chunks of text that are made here, and returns them from where they are to be kept. Where
    `one_by_one`, ids depend on nothing but their article, and may be repeated.
    """
    table = outlets.name_by_host(part.table)
    text, problems = html.reduce(table.column("text"), keep)
    table = table.set_column(FIELDS.index("text"), "text", text)
    filled, repeated = (ids.fill_alone(table), []) if one_by_one else ids.fill(table)
    table = table.set_column(FIELDS.index("id"), "id", filled)
    # Rows are looked up in all columns but the text, which is too large to be moved: one chunk each makes that quick.
    nothing = pa.nulls(table.num_rows, columns.TEXT)  # in one place for all columns that have nothing
    for place, name in enumerate(FIELDS):
        if name != "text" and table[name].num_chunks > 1:
            empty = table[name].null_count == table.num_rows
            joined = nothing if empty else table[name].combine_chunks()
            table = table.set_column(place, name, pa.chunked_array([joined]))
    return Batch(
        table, part.extra, (*part.problems, *problems, *repeated, *zones.problems(table.column("zone"))), part.mappings
    )
