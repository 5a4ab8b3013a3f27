"""Runs: many codes, sorted, in little room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from dedup.stages._kernels import postings as kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

    from numpy.typing import NDArray

    _Dealt: TypeAlias = tuple[NDArray[np.uint64], NDArray[np.int64]]  # see `kernels.deal`

_PER_ENTRY = 8  # codes an entry of a run's directory leads to, on average, or half as many
_HELD = 1 << 22  # codes that wait together
_MANY = 1 << 20  # codes that are dealt out before they are sorted


@dataclass(slots=True)
class Run:
    """See the kernels."""

    bits: int
    starts: NDArray[np.uint32]
    rests: NDArray[np.unsignedinteger]
    values: NDArray[np.uint32]

    @classmethod
    def room(cls, size: int) -> Run:
        """Return a run to be filled."""
        bits = _bits(size)
        return cls(bits, np.empty((1 << bits) + 1, np.uint32), np.empty(size, _rest(bits)), np.empty(size, np.uint32))

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.starts.nbytes + self.rests.nbytes + self.values.nbytes

    @property
    def arrays(self) -> tuple[int, NDArray[np.uint32], NDArray[np.unsignedinteger], NDArray[np.uint32]]:
        """What a kernel wants."""
        return self.bits, self.starts, self.rests, self.values

    def grown(self, size: int) -> Run:
        """Return a run to be filled from the back with what is here and more, in the same place where that goes."""
        bits = _bits(size)
        if _rest(bits) != self.rests.dtype:
            return Run.room(size)
        # Of the largest run there is never a second copy.
        self.rests.resize(size, refcheck=False)
        self.values.resize(size, refcheck=False)
        return Run(bits, np.empty((1 << bits) + 1, np.uint32), self.rests, self.values)


def _bits(size: int) -> int:
    """Return how many bits of a key the directory of a run of some size answers for."""
    return min(31, max(1, (size // _PER_ENTRY).bit_length()))


def _rest(bits: int) -> type[np.unsignedinteger]:
    """Return what holds the other bits."""
    return np.uint8 if bits >= 24 else np.uint16 if bits >= 16 else np.uint32


class Waiting:
    """Codes of which many are to come: a pool of threads deals them out as they do, and makes one run of all."""

    def __init__(self, crew: ThreadPoolExecutor) -> None:
        self._crew = crew
        self._room, self._used = np.empty(0, np.uint64), 0
        self._lots: list[Future[_Dealt]] = []
        self._run: Callable[[], Run] | None = None

    def room(self, size: int) -> NDArray[np.uint64]:
        """Return room for codes, which must be filled before more is done."""
        if self._used + size > len(self._room):
            self._deal()
            # One large array: many small ones would leave memory in pieces.
            self._room = np.empty(max(_HELD, size), np.uint64)
        self._used += size
        return self._room[self._used - size : self._used]

    def _deal(self) -> None:
        codes = self._room[: self._used]
        self._lots.append(self._crew.submit(lambda: (codes, kernels.deal(codes))))
        self._room, self._used = np.empty(0, np.uint64), 0

    def sort(self) -> None:
        """Begin to make the run: no more will come."""
        self._deal()
        self._run = _begun([lot.result() for lot in self._lots], self._crew.map)

    def sorted(self) -> Run:
        """Return the run of all codes."""
        if self._run is None:
            self.sort()
        return cast("Callable[[], Run]", self._run)()


def run_of(codes: NDArray[np.uint64]) -> Run:
    """Make a run of codes, which may lose their order."""
    return _begun([(codes, kernels.deal(codes))], map)() if len(codes) > _MANY else _whole(codes)


def _begun(dealt: Sequence[_Dealt], each: Callable[..., Iterable[object]]) -> Callable[[], Run]:
    """Begin to make a run of codes that were dealt out: a part at a time, so that what is written is near in memory.

    `each` is `map`, or that of a pool of threads. What is returned waits for the end.
    """
    size = sum(len(codes) for codes, _ in dealt)
    entries = (1 << _bits(size)) // kernels.TOPS
    if not entries:
        return lambda: _whole(np.concatenate([codes for codes, _ in dealt]))
    run = Run.room(size)
    befores = sum((begins for _, begins in dealt), np.zeros(kernels.TOPS + 1, np.int64))

    def part(top: int) -> None:
        some = np.concatenate([codes[begins[top] : begins[top + 1]] for codes, begins in dealt])
        kernels.build(some, run.bits, top * entries, entries, befores[top], *run.arrays[1:])

    parts = each(part, range(kernels.TOPS))

    def done() -> Run:
        for _ in parts:
            pass
        run.starts[-1] = size
        return run

    return done


def _whole(codes: NDArray[np.uint64]) -> Run:
    """Make a run of codes at once."""
    run = Run.room(len(codes))
    kernels.build(codes, run.bits, 0, 1 << run.bits, 0, *run.arrays[1:])
    run.starts[-1] = len(codes)
    return run
