"""The `dedup` command: reads the arguments, calls the library, shows what comes back."""

from __future__ import annotations

import io
import sys
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow.compute as pc
import typer
from rich.text import Text

import dedup
from dedup import formats
from dedup.cli import judging, showing, speaking
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
    given_fields,
)
from dedup.errors import ArgumentError, DedupError
from dedup.review.report.writing import check_report_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup import Article, Result

SHOWN_CLUSTERS = 100
"""Clusters printed on a terminal; into a pipe go all."""
_OF_THE_USER, _INTERRUPTED = 2, 130
_UsageError: Any = typer.BadParameter.__mro__[1]  # of which typer makes no name public

app = typer.Typer(
    name="dedup",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


class What(StrEnum):
    """What is written to a file."""

    clusters = "clusters"
    articles = "articles"
    unique = "unique"


class Rule(StrEnum):
    """Rules that the command offers by name."""

    earliest = "earliest"
    longest = "longest"


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Find the copies of one news story: same text, not same event."""
    if version:
        speaking.out.print(metadata.version("newsdedup"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
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
            "--output", "-o", help="Write here (.jsonl, .csv, .parquet; - is standard output), print nothing."
        ),
    ] = None,
    what: Annotated[
        What, typer.Option(help="What to write: a row a cluster, every article, or one article a story.")
    ] = What.clusters,
    threshold: Threshold = DEFAULTS.threshold,
    recall: Recall = DEFAULTS.recall,
    revisions: Revisions = DEFAULTS.revisions,
    shingle_size: ShingleSize = DEFAULTS.shingle_size,
    num_perm: NumPerm = DEFAULTS.num_perm,
    seed: Annotated[int, typer.Option(help="Seed of the permutations.")] = DEFAULTS.seed,
    canonical: Annotated[Rule, typer.Option(help="Which member of a cluster is kept.")] = Rule.earliest,
    links: Links = None,
    report: Annotated[
        str | None, typer.Option("--report", help="Write a report to look at: one .html file, complete in itself.")
    ] = None,
    field: Fields = None,
    show_fields: Annotated[
        bool, typer.Option("--show-fields", help="Print where each field is taken from and why, and stop.")
    ] = False,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Find copies, and print or write the clusters."""
    if show_fields:
        for mapping in formats.read(files, strict=strict, fields=given_fields(field)).mappings:
            speaking.out.print(showing.mapping_table(mapping))
        return
    settings = dedup.Settings(
        threshold=threshold,
        recall=recall,
        revisions=revisions,
        shingle_size=shingle_size,
        num_perm=num_perm,
        seed=seed,
    )
    if report:
        check_report_path(report)
    rule = getattr(dedup, canonical.value)
    with speaking.patience(quiet=quiet) as tell:
        result = dedup.find_duplicates(
            files, settings, canonical=rule, links=links or (), strict=strict, fields=given_fields(field), progress=tell
        )
        if report:
            dedup.write_report(result, report, title=speaking.titled(files), progress=tell)
    if not quiet:
        speaking.report(result.problems)
    if output is None and not report:
        for piece in _listing(result):
            speaking.out.print(piece)
    elif output is not None:
        result.write(output, what.value)
    if not quiet:
        speaking.err.print(showing.summary(result))


@app.command()
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file that holds both articles.")],
    a: Annotated[str, typer.Argument(metavar="ID", help="Id of one article.")],
    b: Annotated[str, typer.Argument(metavar="ID", help="Id of the other.")],
    threshold: Threshold = DEFAULTS.threshold,
    shingle_size: ShingleSize = DEFAULTS.shingle_size,
    links: Links = None,
    field: Fields = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Say what two articles of a file are to each other, why, and where they differ."""
    settings = dedup.Settings(threshold=threshold, shingle_size=shingle_size)
    batch = formats.read(file, strict=strict, fields=given_fields(field))

    def named(name: str) -> Article:
        row = pc.index(batch.table["id"], name).as_py()
        if row < 0:
            raise ArgumentError(f"ID must be the id of an article in {file}, got {name!r}")
        return batch.article(row)

    one, other = named(a), named(b)
    if not quiet:
        speaking.report(batch.problems)
    with speaking.patience(quiet=quiet) as tell:
        furniture = dedup.learn_furniture(batch.table, progress=tell)
        comparison = dedup.compare(one, other, settings, furniture=furniture, links=links or ())
    speaking.out.print(comparison, soft_wrap=False)


@app.command()
def plan(
    threshold: Annotated[float, typer.Option(help="Resemblance to plan for, above 0 and at most 1.")] = 0.7,
    recall: Recall = DEFAULTS.recall,
    num_perm: NumPerm = DEFAULTS.num_perm,
    output: Annotated[str | None, typer.Option("--output", "-o", help="Draw the curve into this .svg file.")] = None,
) -> None:
    """Show the bands and rows for a threshold and a recall, and what they promise."""
    speaking.drawing_path(output)
    chosen = dedup.plan(threshold, recall, num_perm=num_perm)
    speaking.out.print(chosen, soft_wrap=False)
    if output:
        Path(output).write_text(chosen.svg(), encoding="utf-8")


app.command()(judging.evaluate)
app.command()(judging.tune)
app.command()(judging.report)


def _listing(result: Result) -> Iterator[Text]:
    """Yield one text a cluster, the largest first."""
    shown = SHOWN_CLUSTERS if speaking.out.is_terminal else len(result.clusters)
    for cluster in result.clusters[:shown]:
        yield showing.cluster_text(cluster)
    if len(result.clusters) > shown:
        yield Text(f"... and {len(result.clusters) - shown:,} more: write them all with --output FILE")
    if not result.clusters:
        yield Text("no copies found")


class _Hidden:
    """Hides what pyarrow and numba import wherever it is installed: half of the start-up, and never used."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name in {"pandas", "scipy.linalg"}:
            raise ModuleNotFoundError(name)


def _fail(message: str) -> int:
    speaking.say(f"error: {message}", "bold red")
    return _OF_THE_USER


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0 fine, 2 an error of the user's, in one line, 130 interrupted."""
    if arguments is None:  # a process of its own
        sys.meta_path.insert(0, _Hidden())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that the terminal's encoding lacks
    try:
        code = app(arguments, standalone_mode=False)
    except _UsageError as error:
        code = _fail(error.format_message())
    except (DedupError, OSError) as error:
        code = _fail(str(error))
    except (typer.Abort, KeyboardInterrupt):
        code = _INTERRUPTED
    sys.exit(code)
