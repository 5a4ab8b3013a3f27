"""Memory that is free goes back to the system."""

from __future__ import annotations

import ctypes
import sys

from dedup.engines.crew import give_back

_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # of glibc only


def trim() -> None:
    """Give back what is free, else an index holds as much as ever it took to derive it; takes some milliseconds."""
    give_back()
    if _trim is not None:
        _trim(0)
