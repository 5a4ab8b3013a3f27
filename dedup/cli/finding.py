"""`dedup find`: files in, clusters out."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

import dedup
from dedup import formats
from dedup.cli import given, hiding, showing, speaking
from dedup.cli.options import (
    DEFAULTS,
    Fields,
    Links,
    NumPerm,
    Quiet,
    Recall,
    Revisions,
    ShingleSize,
    Strict,
    Threshold,
    Window,
    Zone,
    ZonesFile,
)
from dedup.errors import ArgumentError
from dedup.review.report.writing import check_report_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup import Result
    from dedup.articles.article import Batch

SHOWN_CLUSTERS = 100
"""Clusters printed on a terminal; into a pipe go all."""


class What(StrEnum):
    """What is written to a file."""

    clusters = "clusters"
    articles = "articles"
    unique = "unique"
    joined = "joined"


class Engine(StrEnum):
    """Who runs the stages."""

    batch = "batch"
    spark = "spark"


class Rule(StrEnum):
    """Rules that the command offers by name."""

    by_origin = "by_origin"
    earliest = "earliest"
    longest = "longest"


def find(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES...",
            help="JSONL, JSON, CSV, TSV, Parquet or Arrow files; - is JSONL from standard input.",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="Write to this file instead of printing: .jsonl or .csv (also with .gz or .zst) or .parquet; - is "
            "JSONL on standard output.",
        ),
    ] = None,
    what: Annotated[
        What,
        typer.Option(
            help="What is written: clusters, a row a cluster; articles, the input in its order with the columns "
            "cluster, canonical, origin, relation and strength; unique, the rows of those articles that are to be "
            "kept; joined, the articles that joined a cluster of --against."
        ),
    ] = What.clusters,
    escape_formulas: Annotated[
        bool,
        typer.Option("--escape-formulas", help="Put a ' before what a spreadsheet would take for a formula, in .csv."),
    ] = False,
    threshold: Threshold = DEFAULTS.threshold,
    recall: Recall = DEFAULTS.recall,
    window: Window = None,
    memory: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE",
            help="Memory the run may take, as in 4GB or 512MB; by default what is free. Articles of larger JSONL and "
            "Parquet files are kept in temporary files, in the folder that TMPDIR names; the result is the same.",
        ),
    ] = None,
    revisions: Revisions = DEFAULTS.revisions,
    shingle_size: ShingleSize = DEFAULTS.shingle_size,
    num_perm: NumPerm = DEFAULTS.num_perm,
    seed: Annotated[int, typer.Option(help="Seed of the permutations.")] = DEFAULTS.seed,
    canonical: Annotated[
        Rule,
        typer.Option(
            help="Which member of a cluster is kept: by_origin, the origin if it is a member, else the earliest, else "
            "the best text; the earliest; or the longest."
        ),
    ] = Rule.by_origin,
    prefer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SOURCE",
            help="Keep the article of this outlet if there is one: a name, a host or an agency. Repeatable, the best "
            "first; where none is there, --canonical is by_origin.",
        ),
    ] = None,
    links: Links = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="What --signatures wrote of an earlier run, with the same settings. An article that matches a cluster "
            "of that run joins it; only the others are clustered.",
        ),
    ] = None,
    signatures: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Also write what --against of a later run needs, without texts: .parquet."),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option("--report", help="Write a report to look at, one .html file; clusters are then not printed."),
    ] = None,
    field: Fields = None,
    engine: Annotated[
        Engine,
        typer.Option(help="Who does the work: batch, this process; or spark, a Spark that is started on this machine."),
    ] = Engine.batch,
    show_fields: Annotated[
        bool,
        typer.Option(
            "--show-fields", help="Print where each field is taken from and why, how times are understood, and stop."
        ),
    ] = False,
    zone: Zone = None,
    zones: ZonesFile = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Find copies, and print or write the clusters."""
    if show_fields:
        _show_fields(formats.read(files, strict=strict, fields=given.fields(field)).in_zones(given.zones(zone, zones)))
        return
    settings = dedup.Settings(
        threshold=threshold,
        recall=recall,
        window=window,
        memory=memory,
        revisions=revisions,
        shingle_size=shingle_size,
        num_perm=num_perm,
        seed=seed,
    )
    _check_places({"--output": output, "--report": report, "--signatures": signatures}, [*files, against, links, zones])
    if what is What.joined and against is None:
        raise ArgumentError("--what joined must come with --against, whose clusters articles join")
    rule = dedup.prefer_sources(*prefer) if prefer else getattr(dedup, canonical.value)
    with speaking.patience(quiet=quiet) as tell:
        result = _run_by(engine)(
            files,
            settings,
            canonical=rule,
            against=against,
            links=links or (),
            strict=strict,
            fields=given.fields(field),
            zones=given.zones(zone, zones),
            progress=tell,
        )
        if signatures:
            dedup.write_signatures(result, signatures, progress=tell)
        if report:
            dedup.write_report(result, report, title=speaking.titled(files), progress=tell)
    if not quiet:
        speaking.report(result.problems)
    if output is None and not report:
        for piece in _listing(result):
            speaking.out.print(piece)
    elif output is not None:
        cores = os.cpu_count() or 1
        with speaking.patience(quiet=quiet) as tell:
            result.write(output, what.value, escape_formulas=escape_formulas, processes=cores, progress=tell)
    if not quiet:
        speaking.err.print(showing.summary(result))


def _check_places(written: dict[str, str | None], read: list[str | None]) -> None:
    """Refuse what cannot be written, or would take the place of what is read, before the work is done."""
    if (output := written["--output"]) is not None:
        formats.check_path(output)
    if written["--report"]:
        check_report_path(written["--report"])
    if written["--signatures"]:
        formats.place_of(written["--signatures"], ".parquet", said="--signatures")
    taken = {os.path.realpath(path): path for path in read if path and path != "-"}
    for option, path in written.items():
        if path and path != "-":
            if other := taken.get(os.path.realpath(path)):
                raise ArgumentError(f"{option} must be a file of its own, got {path!r}, which is {other!r} as well")
            taken[os.path.realpath(path)] = option


def _run_by(engine: Engine) -> Callable[..., Result]:
    if engine is Engine.batch:
        return dedup.find_duplicates
    hiding.show()  # PySpark wants pandas
    run: Callable[..., Result] = dedup.spark.find_here
    return run


def _show_fields(batch: Batch) -> None:
    """Print where each field was taken from and why, and how times are understood."""
    for mapping in batch.mappings:
        speaking.out.print(showing.mapping_table(mapping))
    for piece in showing.times(batch):
        speaking.out.print(piece)


def _listing(result: Result) -> Iterator[Text]:
    """Yield one text a cluster, the largest first."""
    shown = SHOWN_CLUSTERS if speaking.out.is_terminal else len(result.clusters)
    for cluster in result.clusters[:shown]:
        yield showing.cluster_text(cluster)
    if len(result.clusters) > shown:
        yield Text(f"... and {len(result.clusters) - shown:,} more: write them all with --output FILE")
    if not result.clusters and not result.joined:
        yield Text("no copies found")
    shown = SHOWN_CLUSTERS if speaking.out.is_terminal else len(result.joined)
    if result.joined:
        yield showing.joined_text(result.joined[:shown])
    if len(result.joined) > shown:
        yield Text(f"... and {len(result.joined) - shown:,} more: write them all with --what joined --output FILE")
