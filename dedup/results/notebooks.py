"""Results and clusters as notebooks show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.drawing import pages

if TYPE_CHECKING:
    from dedup.results.clusters import Cluster
    from dedup.results.result import Result

SHOWN = 20
"""Clusters, and members of one, that are shown."""


def result(found: Result) -> str:
    """Return the numbers of a run and its largest clusters as HTML."""
    numbers = pages.table(((name, f"{number:,}") for name, number in found.counts.items()), caption="Run")
    largest = found.clusters[:SHOWN]
    more = len(found.clusters) - len(largest)
    rows = [
        (len(one), one.canonical.title, one.canonical.source, one.canonical.id, f"{one.weakest:.2f}", *one.warnings[:1])
        for one in largest
    ]
    head = ("articles", "headline", "outlet", "kept", "weakest", "warning")
    listed = pages.table(rows, head, f"Clusters{f', the largest of {len(found.clusters):,}' if more else ''}")
    return numbers + listed


def cluster(found: Cluster) -> str:
    """Return the members of a cluster, what each is to the centre, and what is odd about it, as HTML."""
    rows = []
    for member in found.members[:SHOWN]:
        match = found.to_centre.get(member.id)
        relation = ("centre", None) if match is None else (match.relation, f"{match.strength:.2f}")
        kept = "kept" if member.id == found.canonical.id else None
        rows.append((member.id, kept, *relation, member.source, member.published, member.title))
    more = len(found) - len(rows)
    head = ("id", "", "to the centre", "strength", "outlet", "published", "headline")
    shown = pages.table(rows, head, f"{len(found)} articles: {found.canonical.title or '(no headline)'}")
    shown += pages.listed(found.warnings) if found.warnings else ""
    return shown + (pages.paragraph(f"and {more:,} more") if more else "")
