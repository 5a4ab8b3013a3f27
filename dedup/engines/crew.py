"""Work in blocks on all cores, with progress told."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")


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
        self._pool = ThreadPoolExecutor(os.cpu_count())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def in_blocks(self, stage: str, task: Callable[[slice], _T], total: int, size: int) -> list[_T]:
        """Call `task` with slices of `size` over `total` things (once if there are none); results in order."""
        blocks = [slice(start, min(start + size, total)) for start in range(0, total, size)] or [slice(0, 0)]
        results = []
        for block, result in zip(blocks, self._pool.map(task, blocks), strict=True):
            results.append(result)
            if self._progress is not None:
                self._progress(stage, block.stop, total)
        return results

    @property
    def map(self) -> Callable[..., Iterator[_T]]:
        """The pool's `map`, for a stage that divides its work itself."""
        return self._pool.map

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to that of the stage."""
        start = time.perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start
