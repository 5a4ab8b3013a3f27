"""Work that keeps the interpreter busy, on all cores: in processes forked from this one."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar

from dedup.errors import DedupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")

WORTH = 4
"""Tasks from which processes are forked."""
_kept: dict[str, Callable[[int], Any]] = {}  # of a forked process: what it was forked for


def in_processes(task: Callable[[int], _T], count: int, processes: int) -> Iterator[_T]:
    """Yield `task(0)`, `task(1)`, ... `task(count - 1)`, worked on by so many processes where that is worth it.

    The processes see what this one has as it is now, whatever its size; only what they return is copied. Nothing is
    forked where that is not safe (outside Linux).

    Raises:
        DedupError: Somebody killed one of the processes.
    """
    if processes == 1 or count < WORTH or sys.platform != "linux":
        yield from map(task, range(count))
        return
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _keep, (task,)) as pool:
        try:
            yield from pool.map(_call, range(count))
        except BrokenProcessPool as error:
            raise DedupError("a process of this run was killed; is memory short?") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _keep(task: Callable[[int], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that forked this one ends it
    gc.freeze()  # to look for garbage in what was there before would touch, and so copy, all of it
    _kept["task"] = task


def _call(number: int) -> Any:  # noqa: ANN401 - whatever the task returns
    return _kept["task"](number)
