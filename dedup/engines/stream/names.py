"""The ids of articles by number, side by side in one buffer: a string each would take three times the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]


class Names:
    """Ids that come with rising numbers, and go from the front."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._data = bytearray()
        self._ends = np.zeros(1, np.uint64)  # by number less base, behind a 0
        self._used = 1

    @property
    def nbytes(self) -> int:
        """Bytes that are held."""
        return self._ends.nbytes + len(self._data)

    @property
    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
        """All ids as UTF-8, and where each ends, by number less base, behind a 0; for now, see `put`."""
        return np.frombuffer(self._data, np.uint8), self._ends

    def put(self, numbers: Numbers, ids: Sequence[str]) -> None:
        """Take the ids of articles whose numbers rise, all above those that were put before.

        What `arrays` gave must be let go of before.
        """
        data = "".join(ids).encode()
        lengths = list(map(len, ids))
        if sum(lengths) < len(data):  # not all are of ASCII
            lengths = [len(name.encode()) for name in ids]
        places = numbers - self._base + 1
        needed = int(places[-1]) + 1
        if needed > len(self._ends):
            self._ends.resize(needed + needed // 4 + 64, refcheck=False)
        sizes = np.zeros(needed - self._used, np.uint64)  # numbers between are those of stories
        sizes[places - self._used] = lengths
        self._ends[self._used : needed] = self._ends[self._used - 1] + np.cumsum(sizes)
        self._used = needed
        self._data += data

    def of(self, numbers: NDArray[np.integer]) -> list[str]:
        """Return the ids of articles."""
        places = numbers.astype(np.int64) - self._base
        data = self._data
        return [
            data[start:end].decode()
            for start, end in zip(self._ends[places].tolist(), self._ends[places + 1].tolist(), strict=True)
        ]

    def trim(self, base: int, gone: NDArray[np.bool_]) -> None:
        """Let go of the ids below a number, and of those of `gone`, bool by number less `base`."""
        first = min(base - self._base, self._used - 1)
        sizes = np.diff(self._ends[first : self._used])
        kept = ~gone[: len(sizes)]
        data = np.frombuffer(self._data, np.uint8)[int(self._ends[first]) : int(self._ends[self._used - 1])]
        self._data = bytearray(data[np.repeat(kept, sizes.astype(np.int64))])
        self._ends = np.concatenate([np.zeros(1, np.uint64), np.cumsum(sizes * kept, dtype=np.uint64)])
        self._used = len(self._ends)
        self._base += first
