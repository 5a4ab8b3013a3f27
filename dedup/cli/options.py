"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

import dedup

DEFAULTS = dedup.Settings()
Threshold = Annotated[float, typer.Option(help="Least strength of a match, above 0 and at most 1.")]
Recall = Annotated[float, typer.Option(help="Least chance that a pair at the threshold is compared.")]
Revisions = Annotated[
    bool, typer.Option("--revisions", help="Let later versions with changed facts join their cluster.")
]
ShingleSize = Annotated[int, typer.Option(help="Tokens a shingle.")]
NumPerm = Annotated[int, typer.Option(help="Values in a signature.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first bad line instead of leaving it out.")]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="OURS=THEIRS", help="Take a field from a column, as in text=body. Repeatable."),
]
Links = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Labels a, b, same: what must be together and what must be apart."),
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
