"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

import dedup

DEFAULTS = dedup.Settings()
Threshold = Annotated[float, typer.Option(help="Least strength of a match, above 0 and at most 1.")]
Recall = Annotated[float, typer.Option(help="Least chance that a pair at the threshold is compared.")]
Revisions = Annotated[
    bool, typer.Option("--revisions", help="Let later versions with changed facts join the cluster of their story.")
]
ShingleSize = Annotated[int, typer.Option(help="Tokens a shingle.")]
NumPerm = Annotated[
    int, typer.Option(help="Values in a signature: more are slower and keep a promise at a lower threshold.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first line that cannot be used.")]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="OURS=THEIRS",
        help="Take a field from the column that is named, as in text=body; a dotted path reaches into objects, as in "
        "source=outlet.name. Repeatable.",
    ),
]
Links = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", help="Labels a, b, same: what must be in one cluster and what must not, whatever the texts say."
    ),
]
Window = Annotated[
    str | None,
    typer.Option(
        metavar="SPAN",
        help="Compare what was published at most this far apart, as in 72h, 3d or 90m. What has no time is compared "
        "with all.",
    ),
]
Zone = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[OUTLET=]ZONE",
        help="The zone of an outlet's times that say none, as in 'Al Arabiya=Asia/Dubai'; the outlet is named by its "
        "source, its host or a domain the host is in. Asia/Dubai alone is for all others. Repeatable.",
    ),
]
ZonesFile = Annotated[
    str | None, typer.Option(metavar="FILE", help="A file with the same: a JSON object of outlets and zones.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors and the answer, nothing else.")]
