"""The command that says what two articles are to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import pyarrow.compute as pc
import typer

import dedup
from dedup import formats
from dedup.cli import given, speaking
from dedup.cli.options import DEFAULTS, Fields, Links, Quiet, ShingleSize, Strict, Threshold, Window, Zone, ZonesFile
from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from dedup import Article


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file that holds both articles.")],
    a: Annotated[str, typer.Argument(metavar="ID", help="Id of one article.")],
    b: Annotated[str, typer.Argument(metavar="ID", help="Id of the other.")],
    threshold: Threshold = DEFAULTS.threshold,
    window: Window = None,
    shingle_size: ShingleSize = DEFAULTS.shingle_size,
    links: Links = None,
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
        speaking.report(batch.problems)
    with speaking.patience(quiet=quiet) as tell:
        furniture = dedup.learn_furniture(batch.table, progress=tell)
        comparison = dedup.compare(one, other, settings, furniture=furniture, links=links or ())
    speaking.out.print(comparison, soft_wrap=False)
