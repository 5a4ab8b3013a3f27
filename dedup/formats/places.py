"""Where files are written: all of each, or nothing."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator


def place_of(path: str | os.PathLike[str], *endings: str, said: str = "path") -> Path:
    """Return the file that is to be written: what a link points at, not the link.

    Args:
        path: The file.
        endings: What its name must end in, any of these; anything if there are none.
        said: What an error calls the path.

    Raises:
        ArgumentError: The ending is another, the folder is missing or cannot be written to, or there is something else
            than a file.
    """
    name = os.fspath(path)
    if endings and not name.lower().endswith(endings):
        raise ArgumentError(f"{said} must end in {endings[0]}, got {name!r}")
    target = Path(os.path.realpath(name))
    if not target.parent.is_dir():
        raise ArgumentError(f"{said} must be in a folder that exists, got {name!r}")
    if target.exists() and not target.is_file():
        raise ArgumentError(f"{said} must be a file, got {name!r}")
    if not os.access(target.parent, os.W_OK):
        raise ArgumentError(f"{said} must be in a folder that can be written to, got {name!r}")
    return target


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of a file when all went well."""
    unfinished = target.with_name(f".dedup-{secrets.token_hex(8)}.part")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
