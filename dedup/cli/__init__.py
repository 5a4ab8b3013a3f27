"""The `dedup` command: reads the arguments, calls the library, shows what comes back."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from enum import StrEnum
from importlib import metadata
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow.compute as pc
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

import dedup
from dedup import formats
from dedup.cli import given, showing
from dedup.errors import ArgumentError, DedupError
from dedup.stages._kernels import compiling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.progress import TaskID

    from dedup import Article, Problem, Result
    from dedup.engines.crew import Progress as Told

SHOWN_CLUSTERS = 100
"""Clusters printed on a terminal; into a pipe go all."""
SHOWN_PROBLEMS = 20
_OF_THE_USER, _INTERRUPTED = 2, 130
_UsageError: Any = typer.BadParameter.__mro__[1]  # of which typer makes no name public

app = typer.Typer(
    name="dedup",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
_out, _err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False)


class What(StrEnum):
    """What is written to a file."""

    clusters = "clusters"
    articles = "articles"
    unique = "unique"


class Engine(StrEnum):
    """Who runs the stages."""

    batch = "batch"
    spark = "spark"


class Rule(StrEnum):
    """Rules that the command offers by name."""

    earliest = "earliest"
    longest = "longest"


_defaults = dedup.Settings()
Threshold = Annotated[float, typer.Option(help="Least strength of a match, above 0 and at most 1.")]
Recall = Annotated[float, typer.Option(help="Least chance that a pair at the threshold is compared.")]
ShingleSize = Annotated[int, typer.Option(help="Tokens a shingle.")]
NumPerm = Annotated[int, typer.Option(help="Values in a signature.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first bad line instead of leaving it out.")]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="OURS=THEIRS", help="Take a field from a column, as in text=body. Repeatable."),
]
Window = Annotated[
    str | None,
    typer.Option(metavar="SPAN", help="Compare what was published at most this far apart, as in 72h, 3d or 90m."),
]
Zone = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[OUTLET=]ZONE",
        help="The zone of an outlet's times that say none, as in 'Al Arabiya=Asia/Dubai'. Repeatable.",
    ),
]
ZonesFile = Annotated[str | None, typer.Option(metavar="FILE", help="A JSON object of outlets and their zones.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors and the answer, nothing else.")]


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Find the copies of one news story: same text, not same event."""
    if version:
        _out.print(metadata.version("newsdedup"))
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
    threshold: Threshold = _defaults.threshold,
    recall: Recall = _defaults.recall,
    window: Window = None,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Let later versions with changed facts join their cluster.")
    ] = _defaults.revisions,
    shingle_size: ShingleSize = _defaults.shingle_size,
    num_perm: NumPerm = _defaults.num_perm,
    seed: Annotated[int, typer.Option(help="Seed of the permutations.")] = _defaults.seed,
    canonical: Annotated[Rule, typer.Option(help="Which member of a cluster is kept.")] = Rule.earliest,
    field: Fields = None,
    engine: Annotated[
        Engine, typer.Option(help="Who does the work: this process, or a Spark that is started on this machine.")
    ] = Engine.batch,
    show_fields: Annotated[
        bool,
        typer.Option(
            "--show-fields", help="Print where each field is taken from and why, what the times say, and stop."
        ),
    ] = False,
    zone: Zone = None,
    zones: ZonesFile = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Find copies, and print or write the clusters."""
    if show_fields:
        batch = formats.read(files, strict=strict, fields=given.fields(field)).in_zones(given.zones(zone, zones))
        for mapping in batch.mappings:
            _out.print(showing.mapping_table(mapping))
        for piece in showing.times(batch):
            _out.print(piece)
        return
    settings = dedup.Settings(
        threshold=threshold,
        recall=recall,
        window=window,
        revisions=revisions,
        shingle_size=shingle_size,
        num_perm=num_perm,
        seed=seed,
    )
    rule = getattr(dedup, canonical.value)
    with _patience(quiet=quiet) as tell:
        result = _run_by(engine)(
            files,
            settings,
            canonical=rule,
            strict=strict,
            fields=given.fields(field),
            zones=given.zones(zone, zones),
            progress=tell,
        )
    if not quiet:
        _report(result.problems)
    if output is None:
        for piece in _listing(result):
            _out.print(piece)
    else:
        result.write(output, what.value)
    if not quiet:
        _err.print(showing.summary(result))


def _run_by(engine: Engine) -> Callable[..., Result]:
    if engine is Engine.batch:
        return dedup.find_duplicates
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Hidden)]  # PySpark wants pandas
    run: Callable[..., Result] = dedup.spark.find_here
    return run


@app.command()
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file that holds both articles.")],
    a: Annotated[str, typer.Argument(metavar="ID", help="Id of one article.")],
    b: Annotated[str, typer.Argument(metavar="ID", help="Id of the other.")],
    threshold: Threshold = _defaults.threshold,
    window: Window = None,
    shingle_size: ShingleSize = _defaults.shingle_size,
    field: Fields = None,
    zone: Zone = None,
    zones: ZonesFile = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Say what two articles of a file are to each other, why, and where they differ."""
    settings = dedup.Settings(threshold=threshold, window=window, shingle_size=shingle_size)
    batch = formats.read(file, strict=strict, fields=given.fields(field)).in_zones(given.zones(zone, zones))

    def named(name: str) -> Article:
        row = pc.index(batch.table["id"], name).as_py()
        if row < 0:
            raise ArgumentError(f"ID must be the id of an article in {file}, got {name!r}")
        return batch.article(row)

    one, other = named(a), named(b)
    if not quiet:
        _report(batch.problems)
    with _patience(quiet=quiet) as tell:
        furniture = dedup.learn_furniture(batch.table, progress=tell)
        comparison = dedup.compare(one, other, settings, furniture=furniture)
    _out.print(comparison, soft_wrap=False)


@app.command()
def plan(
    threshold: Annotated[float, typer.Option(help="Resemblance to plan for, above 0 and at most 1.")] = 0.7,
    recall: Recall = _defaults.recall,
    num_perm: NumPerm = _defaults.num_perm,
) -> None:
    """Show the bands and rows for a threshold and a recall, and what they promise."""
    chosen = dedup.plan(threshold, recall, num_perm=num_perm)
    _out.print(f"{chosen.bands} bands of {chosen.rows} rows", style="bold")
    table = Table("resemblance", "chance to be compared")
    for tenth in range(1, 11):
        table.add_row(f"{tenth / 10:.1f}", f"{chosen.chance(tenth / 10):.4f}")
    _out.print(table)


@contextmanager
def _patience(*, quiet: bool) -> Iterator[Told]:
    """Show on standard error what takes long: bars on a terminal, and that kernels are compiled anywhere."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = quiet or not _err.is_terminal
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, TimeElapsedColumn(), console=_err, transient=True, disable=hidden) as bars:

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)

        def compiles() -> None:
            if not quiet:
                _err.print("compiling kernels, once for this installation: about half a minute", style="dim")

        with compiling.announced(compiles):
            yield tell


def _listing(result: Result) -> Iterator[Text]:
    """Yield one text a cluster, the largest first."""
    shown = SHOWN_CLUSTERS if _out.is_terminal else len(result.clusters)
    for cluster in result.clusters[:shown]:
        yield showing.cluster_text(cluster)
    if len(result.clusters) > shown:
        yield Text(f"... and {len(result.clusters) - shown:,} more: write them all with --output FILE")
    if not result.clusters:
        yield Text("no copies found")


def _report(problems: Sequence[Problem]) -> None:
    for problem in problems[:SHOWN_PROBLEMS]:
        _say(str(problem), "yellow")
    if len(problems) > SHOWN_PROBLEMS:
        _say(f"... and {len(problems) - SHOWN_PROBLEMS:,} more problems", "yellow")


def _say(message: str, style: str) -> None:
    _err.print(Text(showing.line(message), style=style), soft_wrap=True)


class _Hidden:
    """Hides what pyarrow and numba import wherever it is installed: half of the start-up, and never used."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name in {"pandas", "scipy.linalg"}:
            raise ModuleNotFoundError(name)


def _fail(message: str) -> int:
    _say(f"error: {message}", "bold red")
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
