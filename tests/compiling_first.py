"""Compile the kernels into numba's cache by two processes that begin at opposite ends.

Without this each worker of the tests compiles nearly all of them, at the same time as the others.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NEWSROOM = Path(__file__).parent.parent / "examples" / "newsroom.jsonl"
BEGINNINGS = (
    # as a batch: reading, signing, proposing, confirming; a window; another day's articles
    f"""import dedup
earlier = dedup.find_duplicates({str(NEWSROOM)!r}, dedup.Settings(window="3d"))
dedup.find_duplicates({str(NEWSROOM)!r}, against=earlier).clusters""",
    # confirming, then what only an index has
    f"""import dedup, json
one, two, *rest = map(json.loads, open({str(NEWSROOM)!r}, encoding="utf-8"))
dedup.compare(one, two)
with dedup.Index(None) as index:
    for start in range(0, len(rest), 9):
        index.add(rest[start : start + 9])
    index.add(one)
    index.query(two)""",
)


def compile_first() -> None:
    """Compile what is not compiled yet."""
    running = [subprocess.Popen([sys.executable, "-c", code]) for code in BEGINNINGS]
    for one in running:
        one.wait()
