"""Lines of a stream: read as they come, many at a time when they come fast, until a signal says stop."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dedup.articles.article import coerce
from dedup.errors import ArgumentError, InputError, Problem
from dedup.formats.jsonl import parse_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    Record = dict[object, object]
    _Lines = queue.Queue[tuple[int, bytes] | Exception]

MOST = 1000  # articles that wait for each other when they come fast
_WAITING = 4 * MOST  # lines read ahead
_BLOCK = 1 << 16  # bytes read at a time, if there are so many
_SHAPES = 10_000  # kinds of objects that are remembered


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


def records(stopped: Callable[[], int], tell: Callable[[Problem], None], *, strict: bool) -> Iterator[list[Record]]:
    """Yield the objects of standard input as lots: what has come, at least one, at most `MOST`.

    Raises:
        InputError: A line is no object, and `strict`; or standard input cannot be read any further.
    """
    lines: _Lines = queue.Queue(_WAITING)
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    end: Exception | None = None
    while end is None and not stopped():
        lot, end = _lot(lines, stopped, tell, strict=strict)
        if lot:
            yield lot
    if isinstance(end, InputError):
        raise end


def _read(lines: _Lines) -> None:
    """Put the lines of standard input, with their numbers, and then why there are no more."""
    end: Exception = EOFError()
    try:
        for number, line in enumerate(_lines(), 1):
            lines.put((number, line))
    except (OSError, AttributeError) as error:  # the second where standard input is closed
        end = InputError(f"standard input: cannot be read: {error}")
    lines.put(end)


def _lot(
    lines: _Lines, stopped: Callable[[], int], tell: Callable[[Problem], None], *, strict: bool
) -> tuple[list[Record], Exception | None]:
    """Return the objects of the lines that have come, and why there will be no more, if that is known."""
    lot: list[Record] = []
    while len(lot) < MOST:
        try:
            came = lines.get(timeout=0.1) if not lot else lines.get_nowait()
        except queue.Empty:
            if lot or stopped():
                break
            continue
        if isinstance(came, Exception):
            return lot, came
        try:
            record = _record(*came, tell, strict=strict)
        except InputError as error:
            return lot, error
        if record is not None:
            lot.append(record)
    return lot, None


class Readable:
    """Tells which objects can be read as articles, each by itself: whatever came with it, the answer is the same."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields
        self._wrong: dict[tuple[object, ...], str] = {}  # by the names that objects have

    def of(self, lot: list[Record], *, strict: bool) -> tuple[list[Record], list[str]]:
        """Return those of a lot that can be read, and what is wrong with the others; if `strict` up to the first."""
        kept: list[Record] = []
        wrong: list[str] = []
        for one in lot:
            what = self._why(one)
            if not what:
                kept.append(one)
                continue
            wrong.append(what)
            if strict:
                break
        return kept, wrong

    def _why(self, article: Record) -> str:
        names = tuple(article)
        if names not in self._wrong:
            if len(self._wrong) == _SHAPES:
                self._wrong.clear()
            try:
                coerce([article], self._fields, one_by_one=True)
                self._wrong[names] = ""
            except ArgumentError as error:
                self._wrong[names] = str(error)
        return self._wrong[names]


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


def _record(number: int, line: bytes, tell: Callable[[Problem], None], *, strict: bool) -> Record | None:
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
