"""Lines of a stream: read as they come, many at a time when they come fast, until a signal says stop."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dedup.errors import InputError, Problem
from dedup.formats.jsonl import parse_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

MOST = 1000  # articles that wait for each other when they come fast
_WAITING = 4 * MOST  # lines read ahead
_BLOCK = 1 << 16  # bytes read at a time, if there are so many
_END = None


@contextmanager
def stoppable() -> Iterator[Callable[[], int]]:
    """Let SIGINT and SIGTERM end the stream between two lots; gives who knows which came, or 0."""
    came = 0

    def note(number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came = came or number

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def records(stopped: Callable[[], int], tell: Callable[[Problem], None], *, strict: bool) -> Iterator[list[object]]:
    """Yield the objects of standard input as lots: what has come, at least one, at most `MOST`.

    Raises:
        InputError: A line is no object, and `strict`.
    """
    lines: queue.Queue[tuple[int, bytes] | None] = queue.Queue(_WAITING)

    def read() -> None:
        for number, line in enumerate(_lines(), 1):
            lines.put((number, line))
        lines.put(_END)

    threading.Thread(target=read, daemon=True).start()
    ended = False
    while not ended and not stopped():
        lot: list[object] = []
        while len(lot) < MOST:
            try:
                came = lines.get(timeout=0.1) if not lot else lines.get_nowait()
            except queue.Empty:
                if lot or stopped():
                    break
                continue
            if came is _END:
                ended = True
                break
            if record := _record(*came, tell, strict=strict):
                lot.append(record)
        if lot:
            yield lot


def _lines() -> Iterator[bytes]:
    """Yield the lines of standard input."""
    # Not through its buffer, the lock of which a waiting thread would hold when the process ends.
    stream = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    pieces: list[bytes] = []  # of a line: one that is long is put together once
    while data := stream.read(_BLOCK):
        *whole, last = data.split(b"\n")
        if whole:
            yield b"".join((*pieces, whole[0]))
            yield from whole[1:]
            pieces = []
        pieces.append(last)
    if rest := b"".join(pieces):
        yield rest


def _record(number: int, line: bytes, tell: Callable[[Problem], None], *, strict: bool) -> object:
    if not line.strip():
        return None
    try:
        return parse_line(line)
    except (ValueError, RecursionError) as error:
        what = "not readable (nested too deep); left out" if isinstance(error, RecursionError) else str(error)
        problem = Problem(f"standard input:{number}", what, skipped=True)
        if strict:
            raise InputError(str(problem)) from error
        tell(problem)
        return None
