"""Memory: what is free goes back to the system, and what is not is left alone while an index works."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dedup.engines.crew import give_back

if TYPE_CHECKING:
    from collections.abc import Iterator

_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # of glibc only


def trim() -> None:
    """Give back what is free, else an index holds as much as ever it took to derive it; takes some milliseconds."""
    give_back()
    if _trim is not None:
        _trim(0)


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python not look for cycles meanwhile, if it does so at all.

    Rows come by the thousand, and as many more make it look through all that the program holds; none is in a cycle.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
