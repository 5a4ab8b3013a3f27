#!/usr/bin/env python3
"""Run the commands that the documents show, and put what they print below them.

    python tools/run_docs.py [--check]

A block marked ``console`` whose lines begin with ``$ dedup`` is run line by line, in a folder that holds the
examples; what comes out on standard output and standard error replaces what stands there. `dedup` is run in this
process, for the sake of its start-up; what stands before and behind a pipe by the shell. Seconds stay as they are: they
differ from run to run. A table of options below a heading ``## dedup COMMAND`` is written anew
from the command's own help, and the pictures that commands draw are drawn anew. With --check nothing is written,
and the exit status is 1 if a document shows something else than what the commands print.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import typer

from dedup import cli

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(?<=```console\n)(?:\$ .*\n)(?:.*\n)*?(?=```)")
SECONDS = re.compile(r"(seconds +│ +)\d+\.\d\d")
SECTION = re.compile(r"(?ms)^#{2,} dedup (?P<command>[a-z]+(?: [a-z]+)*)\b.*?(?=^#{2,} |\Z)")
HEAD = "| option | default | meaning |\n|---|---|---|\n"
PICTURES = {
    "s-curve.svg": "dedup plan --threshold 0.5",
    "syndication.svg": "dedup syndication -q examples/newsroom.jsonl",
    "tuning.svg": "dedup tune -q examples/newsroom.jsonl examples/newsroom.labels.csv --threshold 0.9",
}
CODE = re.compile(r"'[^']+'|(?<![\w'])(?:--[a-z-]+|\.[a-z]+|\w+=[\w.]+|[a-z]+_[a-z]+)\b")
OPTIONS = re.compile(rf"{re.escape(HEAD)}(?:\|.*\n)*")


def documents() -> list[Path]:
    """Return the documents that may show commands."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def refreshed(document: str, folder: Path) -> str:
    """Return a document with the options and the output of its commands as they are now."""
    known = commands()

    def retold(section: re.Match[str]) -> str:
        command = known.get(section["command"])
        return section[0] if command is None else OPTIONS.sub(lambda _: options(command), section[0])

    return BLOCK.sub(lambda block: _rerun(block[0], folder), SECTION.sub(retold, document))


def picture(name: str, folder: Path) -> str:
    """Return one of the pictures as its command draws it now."""
    _shell(f"{PICTURES[name]} -o {name}", folder).check_returncode()
    return (folder / name).read_text(encoding="utf-8")


def commands() -> dict[str, Any]:
    """Return all commands by name, those of a group as `group command`."""
    found: dict[str, Any] = {}

    def collect(group: Any, before: str) -> None:  # noqa: ANN401 - typer makes no type of it public
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                collect(command, f"{before}{name} ")
            else:
                found[before + name] = command

    collect(typer.main.get_command(cli.app), "")
    return found


def options(command: Any) -> str:  # noqa: ANN401
    """Return the options of a command as a table."""
    lines = []
    for one in command.params:
        if not one.opts[0].startswith("-") or "--help" in one.opts or one.hidden:
            continue
        default = getattr(one.default, "value", one.default)
        default = "off" if default is False else "" if default is None else f"`{default}`"
        names = ", ".join(f"`{name}`" for name in sorted(one.opts, key=len, reverse=True))
        value = f" `{one.metavar}`" if one.metavar else ""
        told = CODE.sub(lambda code: f"`{code[0]}`", one.help or "")
        lines.append(f"| {names}{value} | {default} | {told} |\n".replace("|  |", "| |"))
    return HEAD + "".join(lines)


def _rerun(block: str, folder: Path) -> str:
    if "$ dedup " not in block:
        return block
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    shown = ""
    for command in commands:
        ended = _shell(command[2:], folder)
        shown += f"{command}\n{ended.stdout}{ended.stderr}"
    lines = [line.rstrip() for line in shown.splitlines()]
    shown = "\n".join(line for line in lines if not line.startswith("compiling kernels")).rstrip() + "\n"
    old = SECONDS.search(block)
    return SECONDS.sub(old[0], shown) if old else shown


def _shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    said, told, code = b"", b"", 0
    for part in command.split(" | "):
        if part.startswith("dedup "):
            said, told, code = _dedup(shlex.split(part)[1:], folder, said)
        else:
            ended = subprocess.run(part, shell=True, cwd=folder, input=said, capture_output=True, check=False)  # noqa: S602 - of our own documents
            said = ended.stdout
    return subprocess.CompletedProcess(command, code, said.decode(), told.decode())


def _dedup(arguments: list[str], folder: Path, given: bytes) -> tuple[bytes, bytes, int]:
    """Run the command as if for a pipe that is a hundred columns wide; return what it says, and how it ends."""
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (given, b"", b"")]
    surroundings = {name: os.environ[name] for name in os.environ if name not in {"FORCE_COLOR", "TTY_COMPATIBLE"}}
    code: Any = 0
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, {**surroundings, "COLUMNS": "100"}, clear=True),
        mock.patch.multiple(sys, stdin=streams[0], stdout=streams[1], stderr=streams[2]),
    ):
        try:
            cli.main(arguments)
        except SystemExit as end:
            code = end.code or 0
        for stream in streams[1:]:
            stream.flush()
    said, told = (stream.buffer.getvalue() for stream in streams[1:])  # type: ignore[attr-defined]
    return said, told, code


def main() -> int:
    """Refresh or check all documents."""
    stale = 0
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder) / "examples")
        pictures = [ROOT / "docs" / "pictures" / name for name in PICTURES]
        for path in [*documents(), *pictures]:
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            after = picture(path.name, Path(folder)) if path in pictures else refreshed(before, Path(folder))
            if after == before:
                continue
            stale += 1
            if "--check" in sys.argv:
                lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "shown", "printed", lineterm="")
                print(f"{path.name}:", *lines, sep="\n")
            else:
                path.write_text(after, encoding="utf-8")
                print(f"{path.name}: refreshed")
    return int(stale > 0 and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
