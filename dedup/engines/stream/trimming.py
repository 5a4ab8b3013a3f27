"""Freed memory goes back to the system: else an index holds as much as ever it took to derive it."""

from __future__ import annotations

import ctypes
import sys

from dedup.engines.crew import give_back

_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # of glibc only


def trim() -> None:
    """Give back what is free; takes some milliseconds."""
    give_back()
    if _trim is not None:
        _trim(0)
