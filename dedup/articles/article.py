"""An article, and the columnar batch of articles that every engine works on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.articles import columns, html, ids, times
from dedup.articles.columns import FIELDS
from dedup.errors import ArgumentError

if TYPE_CHECKING:
    import pyarrow as pa

    from dedup.articles.times import Interval
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
    """

    id: str = ""
    text: str | None = None
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published: str | None = None
    fetched: str | None = None

    @property
    def time(self) -> Interval | None:
        """When it was published, as an interval; None if unknown or not understood."""
        return times.parse(self.published, fetched=self.fetched)


@dataclass(frozen=True)
class Batch:
    """Articles as columns, one row each, in input order.

    Attributes:
        table: Exactly the columns ``FIELDS``, all ``large_string``, perhaps in several chunks. Ids are
            filled and unique, texts carry no markup, everything is valid UTF-8.
        extra: The other columns of an Arrow table, data frame, Parquet or CSV file, row by row beside
            ``table``; None where there are none.
        problems: What was worked around.
    """

    table: pa.Table
    extra: pa.Table | None = None
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def article(self, row: int) -> Article:
        """Return the article of one row; IndexError outside of the batch."""
        return Article(**{field: self.table.column(field)[row].as_py() for field in FIELDS})

    def articles(self, rows: Iterable[int]) -> list[Article]:
        """Return the articles of some rows, in the order of the rows."""
        return [self.article(int(row)) for row in rows]


def coerce(records: object) -> Batch:
    """Turn whatever holds articles into one batch; texts lose their markup, missing ids are made.

    Args:
        records: An iterable of mappings and ``Article`` objects; an Arrow table, record batch or
            reader; a pandas or polars data frame (or anything with ``__arrow_c_stream__``).

    Raises:
        ArgumentError: It is none of these, or no record has any of the fields an article has.
    """
    if not isinstance(records, Mapping | str | bytes):  # iterable, but not of articles
        part = columns.from_table(records)
        if part is None and isinstance(records, Iterable):
            part = columns.from_records(_mappings(records))
        if part is not None:
            return assemble(part)
    raise ArgumentError(
        "articles must be an iterable of mappings or Article objects, an Arrow table or a data frame, "
        f"got {type(records).__name__}"
    )


def assemble(part: columns.Part) -> Batch:
    """Finish a batch: reduce markup to text, then fill the ids and make them unique."""
    text, problems = html.reduce(part.table.column("text"))
    table = part.table.set_column(FIELDS.index("text"), "text", text)
    filled, repeated = ids.fill(table)
    table = table.set_column(FIELDS.index("id"), "id", filled)
    return Batch(table, part.extra, (*part.problems, *problems, *repeated))


def _mappings(records: Iterable[object]) -> Iterable[Mapping[object, object]]:
    for row, record in enumerate(records):
        if isinstance(record, Mapping):
            yield record
        elif isinstance(record, Article):
            yield {field: getattr(record, field) for field in FIELDS}
        else:
            raise ArgumentError(
                f"articles must hold mappings or Article objects, got {type(record).__name__} at row {row}"
            )
