"""Which numbers stand under a key: sorted runs in memory, merged as they grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from dedup.engines.stream.records import DATED
from dedup.stages import lsh
from dedup.stages._kernels import postings as kernels
from dedup.stages._kernels.compiling import wrapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

    from numpy.typing import NDArray

    from dedup.engines.stream.records import Sketches

    _Dealt: TypeAlias = tuple[NDArray[np.uint64], NDArray[np.int64]]  # see `kernels.deal`

_GROWTH = 4  # a run is merged into an older one that is less than this many times as large
_PER_ENTRY = 8  # codes an entry of a run's directory leads to, on average, or half as many
_HELD = 1 << 22  # codes that wait together
_MANY = 1 << 20  # codes that are dealt out before they are sorted
_YOUNG = 1 << 14  # codes that come a few at a time and wait to be sorted


@dataclass(slots=True)
class _Run:
    """See the kernels."""

    bits: int
    starts: NDArray[np.uint32]
    rests: NDArray[np.unsignedinteger]
    values: NDArray[np.uint32]

    @classmethod
    def room(cls, size: int) -> _Run:
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

    def grown(self, size: int) -> _Run:
        """Return a run to be filled from the back with what is here and more, in the same place where that goes."""
        bits = _bits(size)
        if _rest(bits) != self.rests.dtype:
            return _Run.room(size)
        # Of the largest run there is never a second copy.
        self.rests.resize(size, refcheck=False)
        self.values.resize(size, refcheck=False)
        return _Run(bits, np.empty((1 << bits) + 1, np.uint32), self.rests, self.values)


def _bits(size: int) -> int:
    """Return how many bits of a key the directory of a run of some size answers for."""
    return min(31, max(1, (size // _PER_ENTRY).bit_length()))


def _rest(bits: int) -> type[np.unsignedinteger]:
    """Return what holds the other bits."""
    return np.uint8 if bits >= 24 else np.uint16 if bits >= 16 else np.uint32


class _Young:
    """The last codes that came, see the kernels."""

    def __init__(self) -> None:
        self.used = 0
        self._slots = np.zeros(kernels.SLOTS, np.uint32)
        self._codes, self._nexts = np.empty(_YOUNG, np.uint64), np.empty(_YOUNG, np.uint32)

    def put(self, codes: NDArray[np.uint64]) -> None:
        """Take codes; there must be room."""
        kernels.hang(np.sort(codes), self.used, self._slots, self._codes, self._nexts)
        self.used += len(codes)

    def empty(self) -> NDArray[np.uint64]:
        """Give all codes away, until the next come."""
        codes, self.used = self._codes[: self.used], 0
        self._slots[:] = 0
        return codes

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self._slots.nbytes + self._codes.nbytes + self._nexts.nbytes

    @property
    def arrays(self) -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.uint32]]:
        """What a kernel wants."""
        return self._slots, self._codes, self._nexts


class _Waiting:
    """Codes of which many are to come: a pool of threads deals them out as they do, and makes one run of all."""

    def __init__(self, crew: ThreadPoolExecutor) -> None:
        self._crew = crew
        self._room, self._used = np.empty(0, np.uint64), 0
        self._lots: list[Future[_Dealt]] = []
        self._run: Callable[[], _Run] | None = None

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

    def sorted(self) -> _Run:
        """Return the run of all codes."""
        if self._run is None:
            self.sort()
        return cast("Callable[[], _Run]", self._run)()


def _begun(dealt: Sequence[_Dealt], each: Callable[..., Iterable[object]]) -> Callable[[], _Run]:
    """Begin to make a run of codes that were dealt out: a part at a time, so that what is written is near in memory.

    `each` is `map`, or that of a pool of threads. What is returned waits for the end.
    """
    run = _Run.room(sum(len(codes) for codes, _ in dealt))
    entries = (1 << run.bits) // kernels.TOPS
    befores = sum((begins for _, begins in dealt), np.zeros(kernels.TOPS + 1, np.int64))

    def part(top: int) -> None:
        some = np.concatenate([codes[begins[top] : begins[top + 1]] for codes, begins in dealt])
        kernels.build(some, run.bits, top * entries, entries, befores[top], *run.arrays[1:])

    if not entries:
        run = _run_of(np.concatenate([codes for codes, _ in dealt]))
    parts = each(part, range(kernels.TOPS if entries else 0))

    def done() -> _Run:
        for _ in parts:
            pass
        run.starts[-1] = len(run.values)
        return run

    return done


def _run_of(codes: NDArray[np.uint64]) -> _Run:
    """Make a run of codes."""
    run = _Run.room(len(codes))
    kernels.build(codes, run.bits, 0, 1 << run.bits, 0, *run.arrays[1:])
    run.starts[-1] = len(codes)
    return run


class Postings:
    """Numbers below 2**32 under keys of several kinds, given as codes `(key << 32) | number`.

    Attributes:
        runs: What holds them, the oldest and largest first, but for the youngest.
    """

    def __init__(self) -> None:
        self.runs: list[_Run] = []
        self._young = _Young()
        self._waiting: _Waiting | None = None

    def __len__(self) -> int:
        return sum(len(run.values) for run in self.runs) + self._young.used

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(run.nbytes for run in self.runs) + self._young.nbytes

    def hold(self, size: int, crew: ThreadPoolExecutor) -> NDArray[np.uint64]:
        """Return room for codes that are found only after `release`; it must be filled before more is done."""
        if self._waiting is None:
            self._waiting = _Waiting(crew)
        return self._waiting.room(size)

    def sort(self) -> None:
        """Begin to sort all that is held; what comes until `release` must come by `add`."""
        if self._waiting is not None:
            self._waiting.sort()

    def release(self) -> None:
        """Let all be found that was held."""
        if self._waiting is not None:
            self.runs = sorted([self._waiting.sorted(), *self.runs], key=lambda run: -len(run.values))
            self._waiting = None

    def add(self, codes: NDArray[np.uint64], gone: NDArray[np.bool_], base: int) -> None:
        """Add codes (see `codes_of`); those of numbers that are `gone` may be dropped.

        Args:
            codes: uint64.
            gone: bool, by number less `base`; what lies below is gone.
            base: The number `gone` begins with.
        """
        if self._young.used + len(codes) > _YOUNG:
            self._sort_in(self._young.empty(), gone, base)
        if len(codes) > _YOUNG:
            self._sort_in(codes, gone, base)
        elif len(codes):
            self._young.put(codes)

    def _sort_in(self, codes: NDArray[np.uint64], gone: NDArray[np.bool_], base: int) -> None:
        """Make a run of codes, which may lose their order, and merge it with those that are not much larger."""
        if not len(codes):
            return
        run = _begun([(codes, kernels.deal(codes))], map)() if len(codes) > _MANY else _run_of(codes)
        while self.runs and len(self.runs[-1].values) < _GROWTH * len(run.values):
            older = self.runs.pop()
            size = kernels.kept(older.starts, older.rests, older.values, gone, base)
            into = older.grown(size + len(run.values))
            kernels.merge(size, *older.arrays, *run.arrays, *into.arrays)
            run = into
        self.runs.append(run)

    def find(
        self, wanted: NDArray[np.uint64], gone: NDArray[np.bool_], base: int, most: int = 1 << 31
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return what stands under m keys, as (indices into `wanted`, numbers), and for which keys there is more.

        Args:
            wanted: uint64[m], codes of the keys with the number 0.
            gone: See `add`; these are not found.
            base: See `add`.
            most: Numbers a key, the highest first.
        """
        if not len(wanted):
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_)
        # In the order of the keys, so that those that stand together are looked up together.
        order = np.sort(wanted | np.arange(len(wanted), dtype=np.uint64)) if len(wanted) > 1 else wanted
        seen = np.zeros(len(wanted), np.uint32)
        places, values = np.empty(2 * len(wanted) + 16, np.int64), np.empty(2 * len(wanted) + 16, np.int64)
        filled = 0
        lots: list[tuple[Any, tuple[Any, ...]]] = (
            [(kernels.lookup_hung, self._young.arrays)] if self._young.used else []
        )
        lots += [(kernels.lookup, run.arrays) for run in reversed(self.runs)]
        for lookup, arrays in lots:
            first = 0
            while first < len(wanted):
                first, filled = lookup(
                    *arrays, order, first, len(wanted), most, gone, base, seen, places, values, filled
                )  # fmt: skip
                if first < len(wanted):
                    room = 2 * len(places)
                    places.resize(room, refcheck=False)
                    values.resize(room, refcheck=False)
        return places[:filled], values[:filled], seen > most


@dataclass(frozen=True, slots=True)
class Keys:
    """By what n texts can be found, all keys of a text together.

    Attributes:
        texts: int64[n], their numbers; 0 for those that are not there.
        places: int64[m], which of the texts each key is of.
        codes: uint64[m], the codes of the keys with the number 0.
        passage: bool[m], which keys are passages; the others are bands.
        passages: int64[n], how many passages each text has.
        lo: int64[n], when each was published, as `lsh.Window` has it.
        hi: int64[n], the same.
    """

    texts: NDArray[np.int64]
    places: NDArray[np.int64]
    codes: NDArray[np.uint64]
    passage: NDArray[np.bool_]
    passages: NDArray[np.int64]
    lo: NDArray[np.int64]
    hi: NDArray[np.int64]

    def slice(self, block: slice) -> Keys:
        """Return the keys of some neighbouring texts."""
        first, last = np.searchsorted(self.places, [block.start, block.stop])
        mine = slice(int(first), int(last))
        return Keys(
            self.texts[block],
            self.places[mine] - block.start,
            self.codes[mine],
            self.passage[mine],
            self.passages[block],
            self.lo[block],
            self.hi[block],
        )


def keys_of(texts: NDArray[np.int64], sketches: Sketches) -> Keys:
    """Return the keys of texts: bands are of kind 0 to k - 1, passages of kind k."""
    size = sketches.bands.size + len(sketches.passages)
    places, codes, passage = np.empty(size, np.int64), np.empty(size, np.uint64), np.empty(size, np.bool_)
    bands = np.ascontiguousarray(sketches.bands)
    with wrapping():  # keys are spread modulo 2**32
        kernels.code_all(bands, sketches.passages, sketches.ends, places, passage, codes)
    return Keys(texts, places, codes, passage, sketches.passage_counts, *spans_of(sketches.heads))


def code_into(room: NDArray[np.uint64], texts: NDArray[np.int64], sketches: Sketches) -> None:
    """Write the codes of bands and passages of texts, the numbers of the texts being their values."""
    bands = np.ascontiguousarray(sketches.bands)
    with wrapping():  # keys are spread modulo 2**32
        kernels.code_texts(bands, sketches.passages, sketches.ends, texts, room)


def spans_of(heads: NDArray[np.void]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return when articles were published as `lsh.Window` has it: (lo, hi), from minus to plus always if unknown."""
    dated = heads["flags"] & DATED != 0
    return np.where(dated, heads["lo"], -lsh.ALWAYS), np.where(dated, heads["hi"], lsh.ALWAYS)


def codes_of(kind: int, keys: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return the codes, uint64[m], of keys uint32[m] of one kind with the number 0."""
    out = np.empty(len(keys), np.uint64)
    with wrapping():  # keys are spread modulo 2**32
        kernels.code(kind, keys, out)
    return out
