"""Work in blocks on all cores, with progress told."""

from __future__ import annotations

import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

_S = TypeVar("_S")
_T = TypeVar("_T")


_LOTS = 16  # tasks after which memory is given back, where that is asked for


def give_back() -> None:
    """Give memory that was freed, but is kept for later, back to the system."""
    pa.default_memory_pool().release_unused()


class Progress(Protocol):
    """Is told how far a run is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take the name of a stage and how many of its articles or pairs are done."""


class Crew:
    """A pool of threads, which the kernels use in full: they release the interpreter's lock.

    Attributes:
        seconds: Wall time by stage, of what ran under `timed`.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._cores = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._cores)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def in_blocks(self, stage: str, task: Callable[[slice], _T], total: int, size: int) -> list[_T]:
        """Call `task` with slices of `size` over `total` things (once if there are none); results in order."""
        return [result for _, result in self.one_by_one(stage, task, total, size)]

    def one_by_one(self, stage: str, task: Callable[[slice], _T], total: int, size: int) -> Iterator[tuple[slice, _T]]:
        """Yield what `in_blocks` returns, each slice with its result, so that results need not be held."""
        blocks = [slice(start, min(start + size, total)) for start in range(0, total, size)] or [slice(0, 0)]
        for block, result in zip(blocks, self.map(task, blocks), strict=True):
            yield block, result
            if self._progress is not None:
                self._progress(stage, block.stop, total)

    def map(self, task: Callable[[_S], _T], items: Iterable[_S], *, sparing: bool = False) -> Iterator[_T]:
        """Yield `task` of each item, in order; no more are begun than keep every core busy, so few results wait.

        Where that is `sparing`, memory is given back now and then, which costs the time to get it again.
        """
        waiting: deque[Future[_T]] = deque()
        for number, item in enumerate(items, 1):
            waiting.append(self._pool.submit(task, item))
            if len(waiting) > 2 * self._cores:
                yield waiting.popleft().result()
            if sparing and not number % _LOTS:
                give_back()
        while waiting:
            yield waiting.popleft().result()
        give_back()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to that of the stage; what is free afterwards goes back to the system."""
        start = time.perf_counter()
        yield
        give_back()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start
