"""Results as the terminal shows them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from dedup.articles import dateparsing
from dedup.articles.times import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from dedup import Cluster, Joined, Result, Syndication
    from dedup.articles.article import Batch
    from dedup.articles.fields import FieldMapping

_UNREAD = "not understood"


def mapping_table(mapping: FieldMapping) -> Table:
    """Return where each field is taken from, and why."""
    table = Table("field", "taken from", "why")
    for row in mapping.rows():
        table.add_row(*(Text(line(cell)) for cell in row))
    return table


def times(batch: Batch) -> Iterator[Table | Text]:
    """Yield how the publication times are understood: for each precision the number of articles and an example."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    columns = (batch.table[name].to_pylist() for name in ("published", "fetched", "zone"))
    for published, fetched, zone in zip(*columns, strict=True):
        time = parse(published, fetched, zone)
        if time is not None:
            meaning = time.precision + ("" if time.zone_known else ", zone unknown")
        else:
            meaning = _UNREAD if published else "none"
        counts[meaning] += 1
        examples.setdefault(meaning, published or "")
    table = Table("time published", "articles", "as in")
    for meaning, count in counts.most_common():
        table.add_row(meaning, f"{count:,}", Text(line(examples[meaning])))
    yield table
    if _UNREAD in counts and not dateparsing.installed():
        yield Text("pip install 'newsdedup[dates]' to read dates in the words of more languages", style="dim")


def cluster_text(cluster: Cluster) -> Text:
    """Return title, origin if known, and a line a member: the canonical one marked, then id, relation, source, time."""
    relations = {name: match.relation for name, match in cluster.to_centre.items()}
    text = Text.assemble((f"{len(cluster)} articles", "bold"), f"  {line(cluster.canonical.title) or '(no title)'}\n")
    if cluster.origin is not None:
        text.append(f"  origin: {line(cluster.origin.name)} ({cluster.origin.confidence:.2f})", style="green")
        text.append(f"  {line(cluster.origin.reason)}\n", style="dim")
    rows = [
        (member.id, relations.get(member.id, "centre"), member.source, member.published) for member in cluster.members
    ]
    cells = [[line(cell) or "-" for cell in row] for row in rows]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(3)]
    for member, row in zip(cluster.members, cells, strict=True):
        name, *about = (f"{cell}{' ' * (width - cell_len(cell))}" for cell, width in zip(row, widths, strict=False))
        chosen = member.id == cluster.canonical.id
        text.append(f"  {'*' if chosen else ' '} {name}", style="bold" if chosen else "")
        text.append(f"  {'  '.join([*about, row[-1]])}\n", style="dim")
    return text


def joined_text(joined: Sequence[Joined]) -> Text:
    """Return a line an article that joined a cluster of an earlier result: id, relation, cluster, canonical article."""
    text = Text.assemble(("joined earlier clusters", "bold"), "\n")
    rows = [(one.id, one.match.relation, one.cluster, f"canonical: {one.canonical}") for one in joined]
    cells = [[line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(3)]
    for row in cells:
        name, *about = (f"{cell}{' ' * (width - cell_len(cell))}" for cell, width in zip(row, widths, strict=False))
        text.append(f"    {name}")
        text.append(f"  {'  '.join([*about, row[-1]])}\n", style="dim")
    return text


def syndication_tables(found: Syndication, most: int | None) -> Iterator[Table]:
    """Yield a table of the outlets, then one of who carries whom."""
    table = Table()
    table.add_column("outlet", no_wrap=True)
    _add_numbers(table, "articles", "shared", "carried", "wire", "wrote", "first", "behind")
    for one in found.outlets[:most]:
        counts = (one.articles, one.shared, one.carried, f"{one.wire_share:.0%}", one.originated, one.first)
        table.add_row(Text(line(one.outlet)), *map(str, counts), span(one.lag))
    yield table
    if found.carriages:
        table = Table("outlet", "carries")
        _add_numbers(table, "articles", "behind")
        for each in found.carriages[:most]:
            table.add_row(Text(line(each.outlet)), Text(line(each.origin)), str(each.articles), span(each.lag))
        yield table


def _add_numbers(table: Table, *columns: str) -> None:
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True, min_width=len(column) + 2 * (column == "behind"))


def span(lag: timedelta | None) -> str:
    """Return a time between two publications in its two largest units."""
    if lag is None:
        return "-"
    minutes = round(abs(lag).total_seconds() / 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    shown = (
        f"{minutes} min" if not hours else f"{hours} h {minutes % 60:02}" if not days else f"{days} d {hours % 24} h"
    )
    return f"-{shown}" if lag.total_seconds() < 0 else shown


def line(value: str | None) -> str:
    """Return a value as one line that no terminal takes for a command."""
    return " ".join("".join(char if char.isprintable() else " " for char in value or "").split())


def summary(result: Result) -> Table:
    """Return the numbers of a run."""
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, number in result.counts.items():
        table.add_row(name, f"{number:,}")
    table.add_row("seconds", f"{sum(result.seconds.values()):.2f}")
    return table
