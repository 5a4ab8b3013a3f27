"""The command that shows who carries whom."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

import dedup
from dedup import formats
from dedup.cli import given, showing, speaking
from dedup.cli.options import DEFAULTS, Fields, Quiet, Strict, Threshold, Window, Zone, ZonesFile
from dedup.review.syndication import CONFIDENCE

SHOWN_OUTLETS = 25
"""Outlets that a terminal gets; into a pipe go all."""


class Flow(StrEnum):
    """Tables of `syndication`."""

    outlets = "outlets"
    carriages = "carriages"


def syndication(
    files: Annotated[
        list[str], typer.Argument(metavar="FILES...", help="Articles with outlets and times, in any form of find.")
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="Write to this file instead of printing: .jsonl, .csv, .parquet or .svg; - is JSONL on standard "
            "output. Lags are in minutes.",
        ),
    ] = None,
    what: Annotated[
        Flow, typer.Option(help="What is written: outlets, a row an outlet; carriages, a row an outlet and origin.")
    ] = Flow.outlets,
    confidence: Annotated[
        float, typer.Option(help="Least confidence of an origin that is believed, from 0 to 1.")
    ] = CONFIDENCE,
    threshold: Threshold = DEFAULTS.threshold,
    window: Window = None,
    field: Fields = None,
    zone: Zone = None,
    zones: ZonesFile = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Show who publishes first, who carries whom, how long after, and each outlet's share of wire copy."""
    settings = dedup.Settings(threshold=threshold, window=window)
    if output is not None:
        formats.check_path(output, ".svg")
    with speaking.patience(quiet=quiet) as tell:
        result = dedup.find_duplicates(
            files,
            settings,
            strict=strict,
            fields=given.fields(field),
            zones=given.zones(zone, zones),
            progress=tell,
        )
    found = dedup.syndication(result, confidence)
    if not quiet:
        speaking.report(result.problems)
    if output is not None:
        found.write(output, what.value)
    else:
        shown = SHOWN_OUTLETS if speaking.out.is_terminal else None
        for table in showing.syndication_tables(found, shown):
            speaking.out.print(table)
    if not quiet:
        speaking.err.print(f"{found.stories:,} stories of several outlets, {found.known:,} with a known origin")
