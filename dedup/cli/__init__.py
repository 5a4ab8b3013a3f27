"""The `dedup` command: reads the arguments, calls the library, shows what comes back."""

from __future__ import annotations

import io
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dedup.cli import explaining, finding, hiding, indexing, judging, planning, speaking, syndicating
from dedup.errors import DedupError

if TYPE_CHECKING:
    from collections.abc import Sequence

_OF_THE_USER, _INTERRUPTED = 2, 130
_UsageError: Any = typer.BadParameter.__mro__[1]  # of which typer makes no name public

app = typer.Typer(
    name="dedup",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.add_typer(indexing.app, name="index")


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


_COMMANDS = (
    finding.find,
    explaining.explain,
    syndicating.syndication,
    planning.plan,
    judging.evaluate,
    judging.tune,
    judging.report,
)
for command in _COMMANDS:
    app.command()(command)


def _fail(message: str) -> int:
    speaking.say(f"error: {message}", "bold red")
    return _OF_THE_USER


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0 fine, 2 an error of the user's, in one line, 130 interrupted."""
    if arguments is None:  # a process of its own
        hiding.hide()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that the terminal's encoding lacks
    try:
        code = app(arguments, standalone_mode=False)
    except _UsageError as error:
        code = _fail(error.format_message())
    except (DedupError, OSError) as error:
        code = _fail(str(error))
    except MemoryError as error:
        code = _fail(f"not enough memory: {str(error) or 'the system gives no more'}")
    except (typer.Abort, KeyboardInterrupt):
        code = _INTERRUPTED
    sys.exit(code)
