"""`dedup index`: an index from the shell."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import dedup
from dedup import formats
from dedup.cli import given, speaking, streaming
from dedup.cli.options import (
    DEFAULTS,
    Fields,
    NumPerm,
    Recall,
    Revisions,
    ShingleSize,
    Strict,
    Threshold,
    Window,
    Zone,
    ZonesFile,
)
from dedup.errors import ArgumentError, InputError
from dedup.settings import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedup.results import Added

_STOPPED = 128  # and the number of the signal: how shells say it

app = typer.Typer(no_args_is_help=True)


class Durability(StrEnum):
    """What is kept."""

    process = "process"
    fsync = "fsync"


class What(StrEnum):
    """What is written to a file."""

    clusters = "clusters"
    articles = "articles"
    unique = "unique"


Path_ = Annotated[
    str, typer.Argument(metavar="INDEX", help="The file of the index, or postgresql://user@host/database.")
]


@app.callback()
def start() -> None:
    """Keep an index of articles as they come: stories with ids that stay."""


@app.command()
def create(
    index: Path_,
    threshold: Threshold = DEFAULTS.threshold,
    recall: Recall = DEFAULTS.recall,
    window: Window = None,
    revisions: Revisions = False,
    shingle_size: ShingleSize = DEFAULTS.shingle_size,
    num_perm: NumPerm = DEFAULTS.num_perm,
    seed: Annotated[int, typer.Option(help="Seed of the permutations.")] = DEFAULTS.seed,
    furniture: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Leave out what belongs to the sites, as learned from these articles."),
    ] = None,
    keep_text: Annotated[bool, typer.Option("--keep-text", help="Keep the texts too.")] = False,
) -> None:
    """Make a new index."""
    if Path(index).exists():  # a database says so itself
        raise ArgumentError(f"INDEX must be a new file, and {index} is there already")
    settings = dedup.Settings(
        threshold=threshold,
        recall=recall,
        window=window,
        revisions=revisions,
        shingle_size=shingle_size,
        num_perm=num_perm,
        seed=seed,
    )
    with speaking.patience(quiet=False) as tell:
        learned = dedup.learn_furniture(furniture, progress=tell) if furniture else None
        dedup.Index(index, settings, furniture=learned, keep_text=keep_text).close()


@app.command()
def add(
    index: Path_,
    field: Fields = None,
    zone: Zone = None,
    zones: ZonesFile = None,
    durability: Annotated[
        Durability, typer.Option(help="Survive the end of the process, or with fsync that of the power.")
    ] = Durability.process,
    strict: Strict = False,
) -> None:
    """Add articles from standard input, JSONL; print a line of JSON for each."""
    fields = given.fields(field)
    with dedup.Index(index, zones=given.zones(zone, zones), durability=durability.value) as opened:
        _answer(opened.add, fields, strict=strict)


@app.command()
def query(
    index: Path_,
    field: Fields = None,
    zone: Zone = None,
    zones: ZonesFile = None,
    strict: Strict = False,
) -> None:
    """Say what `add` would say of the articles from standard input, and add nothing."""
    fields = given.fields(field)
    with dedup.Index(index, zones=given.zones(zone, zones), must_exist=True) as opened:
        _answer(opened.query, fields, strict=strict)


@app.command()
def remove(
    index: Path_, ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of articles to remove.")]
) -> None:
    """Remove articles; print how many there were."""
    with dedup.Index(index, must_exist=True) as opened:
        _line(opened.remove(ids))


@app.command()
def expire(
    index: Path_,
    before: Annotated[
        str, typer.Option(metavar="WHEN", help="A date or time, or an age such as 30d or 72h.", show_default=False)
    ],
    compact: Annotated[bool, typer.Option("--compact", help="Give the space back to the system.")] = False,
) -> None:
    """Remove the articles that were certainly published before a moment; print how many."""
    try:
        limit: str | datetime = datetime.now(UTC) - duration("before", before)
    except (ArgumentError, OverflowError):
        limit = before
    with dedup.Index(index, must_exist=True) as opened:
        _line(opened.expire(limit))
        if compact:
            opened.compact()


@app.command()
def stats(index: Path_) -> None:
    """Print the numbers of an index, a name and a number a line."""
    with dedup.Index(index, must_exist=True) as opened:
        for name, number in opened.stats().items():
            _line(f"{name}: {number}")


@app.command()
def changes(
    index: Path_, since: Annotated[int, typer.Option(metavar="CURSOR", help="Go on after this change.")] = 0
) -> None:
    """Print what happened to stories, a line of JSON a change."""
    with dedup.Index(index, must_exist=True) as opened:
        for change in opened.changes(since):
            _print(asdict(change))


@app.command()
def export(
    index: Path_,
    output: Annotated[str, typer.Option("--output", "-o", help="Where to, .jsonl, .csv or .parquet.")] = "-",
    what: Annotated[
        What, typer.Option(help="What to write: a row a cluster, every article, or one article a story.")
    ] = What.clusters,
) -> None:
    """Write clusters or articles as `dedup find` does."""
    formats.check_path(output)
    with dedup.Index(index, must_exist=True) as opened:
        opened.result().write(output, what.value)


@app.command()
def check(index: Path_) -> None:
    """Look whether all is well with an index; say what is not."""
    with dedup.Index(index, must_exist=True) as opened:
        wrong = opened.check()
    for what in wrong:
        _line(what)
    if wrong:
        raise InputError(f"{index}: {len(wrong)} things are wrong with it")
    _line("all is well")


def _answer(ask: Callable[..., Sequence[Added] | Added], fields: dict[str, str], *, strict: bool) -> None:
    """Ask about the articles of standard input, lot by lot, and print what is said."""
    with streaming.stoppable() as stopped, speaking.patience(quiet=False):
        readable = streaming.Readable(fields)
        for lot in streaming.records(stopped, lambda problem: speaking.say(str(problem), "yellow"), strict=strict):
            kept, wrong = readable.of(lot, strict=strict)
            for answer in _asked(ask, kept, fields, strict=strict):
                _print(
                    {
                        "id": answer.id,
                        "story": answer.story,
                        "status": answer.status,
                        "matches": [
                            {
                                "id": match.b if match.a == answer.id else match.a,
                                "relation": match.relation,
                                "strength": round(match.strength, 4),
                            }
                            for match in answer.matches
                        ],
                    }
                )
            sys.stdout.flush()
            for what in wrong:
                if strict:
                    raise ArgumentError(what)
                speaking.say(f"an article was left out: {what}", "yellow")
    if stopped():
        raise typer.Exit(_STOPPED + stopped())


def _asked(
    ask: Callable[..., Sequence[Added] | Added], lot: list[streaming.Record], fields: dict[str, str], *, strict: bool
) -> Sequence[Added]:
    """Ask about a lot; where it cannot be read as articles, about each, and leave out which cannot."""
    if not lot:
        return []
    try:
        return ask(lot, fields=fields)  # type: ignore[return-value] # a list of them for a list
    except ArgumentError as error:
        if strict:
            raise
        if len(lot) == 1:
            speaking.say(f"an article was left out: {error}", "yellow")
            return []
    return [answer for one in lot for answer in _asked(ask, [one], fields, strict=strict)]


def _print(row: dict[str, object]) -> None:
    _line(json.dumps(row, ensure_ascii=False))


def _line(what: object) -> None:
    sys.stdout.write(f"{what}\n")
