"""What is said of who carries whom: as numbers, as tables, as a picture."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup import formats
from dedup.errors import ArgumentError
from dedup.review import drawing

if TYPE_CHECKING:
    import os
    from datetime import timedelta


_DRAWN, _COLOURED = 20, 7  # outlets and origins in the picture
_OWN, _OTHERS = "own or unknown", "other origins"


@dataclass(frozen=True, slots=True)
class OutletFlow:
    """What one outlet did.

    Attributes:
        outlet: Its name.
        articles: All its articles.
        shared: Those that share their text with another outlet.
        carried: Those that somebody else wrote: the origin of their cluster is another, or alone they credit one.
        wire_share: `carried` over `articles`.
        originated: Stories of several outlets whose origin it is.
        first: Stories of several outlets that it certainly published first.
        lag: Median time behind the first outlet, in the stories where both are dated to the hour; None without.
    """

    outlet: str
    articles: int
    shared: int
    carried: int
    wire_share: float
    originated: int
    first: int
    lag: timedelta | None


@dataclass(frozen=True, slots=True)
class Carriage:
    """What one outlet carries of one origin.

    Attributes:
        outlet: Who carries.
        origin: Whom.
        articles: How many articles.
        lag: Median time behind the origin's own article, where both are dated to the hour; None without.
    """

    outlet: str
    origin: str
    articles: int
    lag: timedelta | None


@dataclass(frozen=True, slots=True)
class Syndication:
    """Who publishes first and who carries whom, in one result.

    Attributes:
        outlets: One entry an outlet, those with most articles first.
        carriages: One entry an outlet and origin, those with most articles first.
        stories: Clusters of several outlets.
        known: Those of them whose origin is known.
    """

    outlets: tuple[OutletFlow, ...]
    carriages: tuple[Carriage, ...]
    stories: int
    known: int

    def to_arrow(self, what: str = "outlets") -> pa.Table:
        """Return "outlets" or "carriages" as a table; lags in minutes.

        Raises:
            ArgumentError: It is neither.
        """
        if what == "outlets":
            rows = [
                (one.outlet, one.articles, one.shared, one.carried, one.wire_share, one.originated, one.first, one.lag)
                for one in self.outlets
            ]
            return _table(_OUTLETS, rows)
        if what == "carriages":
            return _table(_CARRIAGES, [(one.outlet, one.origin, one.articles, one.lag) for one in self.carriages])
        raise ArgumentError(f"what must be one of outlets, carriages, got {what!r}")

    def write(self, path: str | os.PathLike[str], what: str = "outlets") -> None:
        """Write to a file; its ending (.jsonl, .csv, .parquet, .svg) says how, "-" is standard output as JSONL.

        Args:
            path: The file; .svg draws what each outlet carries of whom, whatever `what` is.
            what: "outlets" or "carriages".

        Raises:
            ArgumentError: The ending or `what` is not known.
        """
        table = self.to_arrow(what)
        if str(path).lower().endswith(".svg"):
            formats.write_text(self.to_svg(), path)
        else:
            formats.write(table, path)

    def to_svg(self) -> str:
        """Draw a bar for each of the outlets with most shared articles: whose text its articles are."""
        carried: dict[str, Counter[str]] = defaultdict(Counter)
        total: Counter[str] = Counter()
        for one in self.carriages:
            carried[one.outlet][one.origin] += one.articles
            total[one.origin] += one.articles
        shown = {name for name, _ in total.most_common(_COLOURED)}
        names = [name for name in total if name in shown]
        rows = []
        for flow in sorted(self.outlets, key=lambda one: (-one.shared, one.outlet))[:_DRAWN]:
            of = carried[flow.outlet]
            parts = {name: float(of[name]) for name in sorted(names, key=lambda name: (-total[name], name))}
            parts[_OTHERS] = float(sum(count for name, count in of.items() if name not in shown))
            parts[_OWN] = float(flow.articles - flow.carried)
            rows.append((flow.outlet, parts))
        return drawing.stacks("Articles by origin", rows)


_OUTLETS = {
    "outlet": pa.large_string(),
    "articles": pa.int64(),
    "shared": pa.int64(),
    "carried": pa.int64(),
    "wire_share": pa.float64(),
    "originated": pa.int64(),
    "first": pa.int64(),
    "lag_minutes": pa.float64(),
}
_CARRIAGES = {
    "outlet": pa.large_string(),
    "origin": pa.large_string(),
    "articles": pa.int64(),
    "lag_minutes": pa.float64(),
}


def _table(schema: dict[str, pa.DataType], rows: list[tuple[Any, ...]]) -> pa.Table:
    """Return rows as a table; the last column is a lag."""
    values = [(*row, None if lag is None else round(lag.total_seconds() / 60, 2)) for *row, lag in rows]
    columns = [[row[place] for row in values] for place in range(len(schema))]
    return pa.table(
        {name: pa.array(column, kind) for (name, kind), column in zip(schema.items(), columns, strict=True)}
    )
