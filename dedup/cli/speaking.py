"""What the command says while it works: progress, problems, messages."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from dedup import formats
from dedup.cli import showing
from dedup.stages._kernels import compiling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.progress import TaskID

    from dedup import Problem
    from dedup.engines.crew import Progress as Told

SHOWN_PROBLEMS = 20
out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False)


@contextmanager
def patience(*, quiet: bool) -> Iterator[Told]:
    """Show on standard error what takes long: bars on a terminal, and that kernels are compiled anywhere."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = quiet or not err.is_terminal
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=True, disable=hidden) as bars:

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)

        def compiles() -> None:
            if not quiet:
                err.print("compiling kernels, once for this installation: about half a minute", style="dim")

        with compiling.announced(compiles):
            yield tell


def report(problems: Sequence[Problem]) -> None:
    """Print the first problems, and how many more there are."""
    for problem in problems[:SHOWN_PROBLEMS]:
        say(str(problem), "yellow")
    if len(problems) > SHOWN_PROBLEMS:
        say(f"... and {len(problems) - SHOWN_PROBLEMS:,} more problems", "yellow")


def say(message: str, style: str) -> None:
    """Print one line on standard error."""
    err.print(Text(showing.line(message), style=style), soft_wrap=True)


def titled(files: Sequence[str]) -> str:
    """Return what a report on some files is called."""
    names = [Path(name).name if name != "-" else "standard input" for name in files]
    return f"Copies in {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"


def drawing_path(path: str | None) -> None:
    """Refuse a place where no picture can be drawn, before the work is done; ArgumentError says why."""
    if path is not None:
        formats.place_of(path, ".svg", said="--output")
