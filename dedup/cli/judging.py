"""Commands that judge: clusters against labels, and what a second look finds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

import dedup
from dedup import formats
from dedup.cli import given, showing, speaking
from dedup.cli.options import DEFAULTS, Fields, Links, Quiet, Revisions, Threshold, Window, Zone, ZonesFile
from dedup.errors import ArgumentError
from dedup.review.report.writing import check_report_path

SHOWN_MISSED = 20


def evaluate(
    clusters: Annotated[str, typer.Argument(metavar="CLUSTERS", help="Clusters, as `find -o` writes them.")],
    labels: Annotated[
        str | None,
        typer.Argument(metavar="LABELS", help="Labels: id and story, or a, b and same; JSONL, CSV or Parquet."),
    ] = None,
    articles: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="The articles, for an estimate of recall that needs no labels; the next options say how the run took "
            "them. Repeatable.",
        ),
    ] = None,
    window: Window = None,
    field: Fields = None,
    zone: Zone = None,
    zones: ZonesFile = None,
    quiet: Quiet = False,
) -> None:
    """Score clusters against labels, the worst mistakes first; estimate recall without any."""
    if labels is None and not articles:
        raise ArgumentError("LABELS or --articles must be given, got neither")
    if labels is not None:
        speaking.out.print(dedup.evaluate(clusters, labels), soft_wrap=False)
    if articles:
        settings = dedup.Settings(window=window)
        batch = formats.read(articles, fields=given.fields(field)).in_zones(given.zones(zone, zones))
        if not quiet:
            speaking.report(batch.problems)
        with speaking.patience(quiet=quiet) as tell:
            estimate = dedup.estimate_recall(clusters, batch.table, settings, progress=tell)
        speaking.out.print(str(estimate))
        for a, b in estimate.missed[:SHOWN_MISSED]:
            speaking.out.print(Text(f"  missed: {showing.line(a)} {showing.line(b)}"))


def report(
    files: Annotated[list[str], typer.Argument(metavar="FILES...", help="The articles, as for find.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The file to write, .html.")] = "report.html",
    title: Annotated[str | None, typer.Option(help="What stands above; the names of the files by default.")] = None,
    threshold: Threshold = DEFAULTS.threshold,
    window: Window = None,
    revisions: Revisions = DEFAULTS.revisions,
    links: Links = None,
    field: Fields = None,
    zone: Zone = None,
    zones: ZonesFile = None,
    quiet: Quiet = False,
) -> None:
    """Find copies, and write a report: one HTML file to look at clusters, compare texts and label pairs."""
    check_report_path(output)
    settings = dedup.Settings(threshold=threshold, window=window, revisions=revisions)
    with speaking.patience(quiet=quiet) as tell:
        result = dedup.find_duplicates(
            files,
            settings,
            links=links or (),
            fields=given.fields(field),
            zones=given.zones(zone, zones),
            progress=tell,
        )
        dedup.write_report(result, output, title=title or speaking.titled(files), progress=tell)
    if not quiet:
        speaking.report(result.problems)
        speaking.err.print(showing.summary(result))


def tune(
    articles: Annotated[str, typer.Argument(metavar="ARTICLES", help="The file that holds the labelled articles.")],
    labels: Annotated[
        str, typer.Argument(metavar="LABELS", help="Labels: id and story, or a, b and same; JSONL, CSV or Parquet.")
    ],
    output: Annotated[str | None, typer.Option("--output", "-o", help="Draw the curves into this file, .svg.")] = None,
    threshold: Threshold = DEFAULTS.threshold,
    window: Window = None,
    revisions: Revisions = DEFAULTS.revisions,
    field: Fields = None,
    zone: Zone = None,
    zones: ZonesFile = None,
    quiet: Quiet = False,
) -> None:
    """Suggest a threshold by labels: precision and recall at each, and the one with the best F1."""
    speaking.drawing_path(output)
    settings = dedup.Settings(threshold=threshold, window=window, revisions=revisions)
    batch = formats.read(articles, fields=given.fields(field)).in_zones(given.zones(zone, zones))
    if not quiet:
        speaking.report(batch.problems)
    with speaking.patience(quiet=quiet) as tell:
        tuning = dedup.tune(batch.table, labels, settings, progress=tell)
    speaking.out.print(tuning, soft_wrap=False)
    if output:
        Path(output).write_text(tuning.svg(), encoding="utf-8")
