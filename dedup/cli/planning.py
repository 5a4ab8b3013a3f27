"""The command that shows what a banding promises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import dedup
from dedup.cli import speaking
from dedup.cli.options import DEFAULTS, NumPerm, Recall


def plan(
    threshold: Annotated[float, typer.Option(help="Resemblance to plan for, above 0 and at most 1.")] = 0.7,
    recall: Recall = DEFAULTS.recall,
    num_perm: NumPerm = DEFAULTS.num_perm,
    output: Annotated[str | None, typer.Option("--output", "-o", help="Draw the curve into this file, .svg.")] = None,
) -> None:
    """Show the bands and rows for a threshold and a recall, and what they promise."""
    speaking.drawing_path(output)
    chosen = dedup.plan(threshold, recall, num_perm=num_perm)
    speaking.out.print(chosen, soft_wrap=False)
    if output:
        Path(output).write_text(chosen.svg(), encoding="utf-8")
