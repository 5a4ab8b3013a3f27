"""Which numbers stand under a key: sorted runs in memory, merged as they grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.engines.stream.records import DATED
from dedup.engines.stream.runs import Run, Waiting, run_of
from dedup.stages import lsh
from dedup.stages._kernels import postings as kernels
from dedup.stages._kernels.compiling import wrapping

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from numpy.typing import NDArray

    from dedup.engines.stream.records import Sketches

_GROWTH = 4  # a run is merged into an older one that is less than this many times as large
_YOUNG = 1 << 14  # codes that come a few at a time and wait to be sorted


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


class Postings:
    """Numbers below 2**32 under keys of several kinds, given as codes `(key << 32) | number`.

    Attributes:
        runs: What holds them, the oldest and largest first, but for the youngest.
    """

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._young = _Young()
        self._waiting: Waiting | None = None

    def __len__(self) -> int:
        return sum(len(run.values) for run in self.runs) + self._young.used

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(run.nbytes for run in self.runs) + self._young.nbytes

    def hold(self, size: int, crew: ThreadPoolExecutor) -> NDArray[np.uint64]:
        """Return room for codes that are found only after `release`; it must be filled before more is done."""
        if self._waiting is None:
            self._waiting = Waiting(crew)
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
        run = run_of(codes)
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
