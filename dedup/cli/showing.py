"""Results as the terminal shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from dedup import Cluster, Result
    from dedup.articles.fields import FieldMapping


def mapping_table(mapping: FieldMapping) -> Table:
    """Return where each field is taken from, and why."""
    table = Table("field", "taken from", "why")
    for row in mapping.rows():
        table.add_row(*(Text(line(cell)) for cell in row))
    return table


def cluster_text(cluster: Cluster) -> Text:
    """Return title line and a line a member: the canonical one marked, then id, relation, source, time."""
    to_centre = {
        match.b if match.a == cluster.centre.id else match.a: match.relation
        for match in cluster.matches
        if cluster.centre.id in {match.a, match.b}
    }
    text = Text.assemble((f"{len(cluster)} articles", "bold"), f"  {line(cluster.canonical.title) or '(no title)'}\n")
    rows = [
        (member.id, to_centre.get(member.id, "centre"), member.source, member.published) for member in cluster.members
    ]
    cells = [[line(cell) or "-" for cell in row] for row in rows]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(3)]
    for member, row in zip(cluster.members, cells, strict=True):
        name, *about = (f"{cell}{' ' * (width - cell_len(cell))}" for cell, width in zip(row, widths, strict=False))
        chosen = member.id == cluster.canonical.id
        text.append(f"  {'*' if chosen else ' '} {name}", style="bold" if chosen else "")
        text.append(f"  {'  '.join([*about, row[-1]])}\n", style="dim")
    return text


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
