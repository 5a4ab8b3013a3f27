"""The `dedup` command: reads the arguments, calls the library, shows what comes back."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

import dedup
from dedup import formats
from dedup.errors import ArgumentError, DedupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from dedup import Cluster, Result

SHOWN_CLUSTERS = 100
SHOWN_PROBLEMS = 20

app = typer.Typer(
    name="dedup",
    help="Find the copies of one news story: same text, not same event.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out, _err = Console(highlight=False), Console(stderr=True, highlight=False)


class What(StrEnum):
    """What is written to a file."""

    clusters = "clusters"
    articles = "articles"
    unique = "unique"


class Rule(StrEnum):
    """Rules that the command offers by name."""

    earliest = "earliest"
    longest = "longest"


_defaults = dedup.Settings()
Files = Annotated[list[str], typer.Argument(help="JSONL, CSV or Parquet files, also .gz and .zst; - is standard input.")]
Threshold = Annotated[float, typer.Option(help="Least strength of a match, above 0 and at most 1.")]
Recall = Annotated[float, typer.Option(help="Least chance that a pair at the threshold is compared.")]
NumPerm = Annotated[int, typer.Option(help="Values in a signature.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first bad line instead of skipping it.")]


@app.command()
def find(
    files: Files,
    output: Annotated[
        Optional[str], typer.Option("--output", "-o", help="Write here (.jsonl, .csv, .parquet; - is standard output).")  # noqa: UP045 - typer
    ] = None,
    what: Annotated[What, typer.Option(help="What to write: one row a cluster, every article, or one a story.")] = What.clusters,
    threshold: Threshold = _defaults.threshold,
    recall: Recall = _defaults.recall,
    shingle_size: Annotated[int, typer.Option(help="Tokens a shingle.")] = _defaults.shingle_size,
    num_perm: NumPerm = _defaults.num_perm,
    seed: Annotated[int, typer.Option(help="Seed of the permutations.")] = _defaults.seed,
    canonical: Annotated[Rule, typer.Option(help="Which member of a cluster is kept.")] = Rule.earliest,
    strict: Strict = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Find copies, and print or write the clusters."""
    settings = dedup.Settings(
        threshold=threshold, recall=recall, shingle_size=shingle_size, num_perm=num_perm, seed=seed
    )
    with _progress(quiet) as progress:
        tasks: dict[str, object] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        rule = getattr(dedup, canonical.value)
        result = dedup.find_duplicates(files, settings, canonical=rule, strict=strict, progress=tell)
        if output is not None:
            result.write(output, what.value)
    if output is None:
        for piece in _listing(result):
            _out.print(piece, soft_wrap=True)
    _report_problems(result)
    if not quiet:
        _err.print(_summary(result))


@app.command()
def explain(
    file: Annotated[str, typer.Argument(help="The file that holds both articles.")],
    a: Annotated[str, typer.Argument(metavar="ID", help="Id of one article.")],
    b: Annotated[str, typer.Argument(metavar="ID", help="Id of the other.")],
    threshold: Threshold = _defaults.threshold,
    strict: Strict = False,
) -> None:
    """Say what two articles are to each other, why, and where they differ."""
    batch = formats.read(file, strict=strict)
    rows = {name: row for row, name in enumerate(batch.table["id"].to_pylist()) if name in {a, b}}
    for name in (a, b):
        if name not in rows:
            raise ArgumentError(f"ID must be the id of an article in {file}, got {name!r}")
    settings = dedup.Settings(threshold=threshold)
    _out.print(dedup.compare(batch.article(rows[a]), batch.article(rows[b]), settings), soft_wrap=True)


@app.command()
def plan(
    threshold: Annotated[float, typer.Option(help="Resemblance to plan for.")] = 0.7,
    recall: Recall = 0.95,
    num_perm: NumPerm = _defaults.num_perm,
) -> None:
    """Show the bands and rows for a threshold and a recall, and what they promise."""
    chosen = dedup.plan(threshold, recall, num_perm=num_perm)
    _out.print(f"{chosen.bands} bands of {chosen.rows} rows", style="bold")
    table = Table("resemblance", "compared")
    for tenth in range(1, 11):
        table.add_row(f"{tenth / 10:.1f}", f"{chosen.chance(tenth / 10):.4f}")
    _out.print(table)


def _progress(quiet: bool) -> AbstractContextManager[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=_err, transient=True, disable=quiet or not _err.is_terminal)


def _listing(result: Result) -> Iterator[Text]:
    """Yield the largest clusters, one text each."""
    for cluster in result.clusters[:SHOWN_CLUSTERS]:
        yield _cluster_text(cluster)
    hidden = len(result.clusters) - SHOWN_CLUSTERS
    if hidden > 0:
        yield Text(f"... and {hidden:,} smaller clusters: write them all with --output FILE")


def _cluster_text(cluster: Cluster) -> Text:
    text = Text.assemble(
        (f"{len(cluster)} articles", "bold"), f"  {cluster.canonical.title or '(no title)'}  ", (f"weakest {cluster.weakest:.2f}", "dim"), "\n"
    )
    relations = {
        match.a if match.b == cluster.centre.id else match.b: match.relation
        for match in cluster.matches
        if cluster.centre.id in {match.a, match.b}
    }
    for member in cluster.members:
        chosen = member.id == cluster.canonical.id
        relation = "centre" if member.id == cluster.centre.id else relations[member.id]
        about = ", ".join(part for part in (member.source, member.published) if part)
        text.append(f"  {'*' if chosen else ' '} {member.id}", style="bold" if chosen else "")
        text.append(f"  {relation}{f'  {about}' if about else ''}\n", style="dim")
    return text


def _report_problems(result: Result) -> None:
    for problem in result.problems[:SHOWN_PROBLEMS]:
        _err.print(Text(str(problem), style="yellow"), soft_wrap=True)
    hidden = len(result.problems) - SHOWN_PROBLEMS
    if hidden > 0:
        _err.print(f"... and {hidden:,} more problems", style="yellow")


def _summary(result: Result) -> Table:
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, number in result.counts.items():
        table.add_row(name, f"{number:,}")
    table.add_row("seconds", f"{sum(result.seconds.values()):.2f}")
    return table


def main() -> None:
    """Run the command; an error of ours is one line, not a traceback."""
    try:
        app()
    except DedupError as error:
        _err.print(Text(f"error: {error}", style="bold red"), soft_wrap=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
