"""Commands that judge: clusters against labels, and what a second look finds."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

import dedup
from dedup.cli import showing, speaking
from dedup.cli.options import Quiet  # noqa: TC001 - typer reads it
from dedup.errors import ArgumentError

SHOWN_MISSED = 20


def evaluate(
    clusters: Annotated[str, typer.Argument(metavar="CLUSTERS", help="Clusters, as `find -o` writes them.")],
    labels: Annotated[
        str | None,
        typer.Argument(metavar="LABELS", help="Labels: id and story, or a, b and same; JSONL, CSV or Parquet."),
    ] = None,
    articles: Annotated[
        list[str] | None,
        typer.Option(help="The articles, for an estimate of recall that needs no labels. Repeatable."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Score clusters against labels, the worst mistakes first; estimate recall without any."""
    if labels is None and not articles:
        raise ArgumentError("LABELS or --articles must be given, got neither")
    if labels is not None:
        speaking.out.print(dedup.evaluate(clusters, labels), soft_wrap=False)
    if articles:
        with speaking.patience(quiet=quiet) as tell:
            estimate = dedup.estimate_recall(clusters, articles, progress=tell)
        speaking.out.print(str(estimate))
        for a, b in estimate.missed[:SHOWN_MISSED]:
            speaking.out.print(Text(f"  missed: {showing.line(a)} {showing.line(b)}"))
