"""Text that belongs to the site, not to the article: learned as a value, then left out of the comparison.

What recurs in articles of one outlet that otherwise differ is furniture: menus, cookie notices, author boxes,
gallery captions. No word lists: only counts. What people see is never cut.
"""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from dedup.errors import ArgumentError, InputError
from dedup.stages._kernels import counting, units
from dedup.stages._kernels import survey as survey_kernels

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

SHRINKS = 8
"""How many times its size a file of furniture may become: hashes hardly shrink."""
ALLOWED = 1 << 20
"""Bytes that any such file may become, however small it is."""
LEAST = 4
"""Articles of an outlet, near-identical ones counted once, in which a unit must stand to be furniture. Three
is what a story and two follow-ups share."""
SHARE = 0.005
"""Share of the outlet's articles in which it must stand, where that is more: a large outlet repeats phrases."""
DIFFERING = 0.5
"""Share of the articles with a unit that must differ otherwise. Of forty versions of one story, each with another
sentence changed, a few look different; of articles with one menu most are."""
REPEATS = 4
"""Times an outlet must have published one body, over `REPEAT_DAYS`, for it to be no article but a wall."""
REPEAT_DAYS = 30
"""Days between the first and the last of them. Copies follow within days: the longest tail of a story measured
is 72 hours for 99 of 100; walls stay for months."""
_TOGETHER = 1 << 17  # units looked at together, about: few enough to stay in the cache, and that all cores have some
_FORMAT = "dedup furniture 1"
# One array and no archive of arrays is a TypeError.
_DAMAGED = (OSError, KeyError, TypeError, ValueError, EOFError, RuntimeError, MemoryError, BadZipFile, zlib.error)


@dataclass(frozen=True)
class Furniture:
    """Lines and sentences that belong to sites, as hashes salted with the outlet.

    Attributes:
        keys: uint64, rising.
    """

    keys: NDArray[np.uint64]

    @staticmethod
    def require(given: object) -> None:
        """Refuse what is neither furniture nor None.

        Raises:
            ArgumentError: It is something else.
        """
        if given is not None and not isinstance(given, Furniture):
            raise ArgumentError(f"furniture must be Furniture, as Furniture.load gives it, got {given!r}")

    def __len__(self) -> int:
        return len(self.keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Furniture) and np.array_equal(self.keys, other.keys)

    def __hash__(self) -> int:
        return hash(self.keys.tobytes())

    @cached_property
    def table(self) -> NDArray[np.uint64]:
        """The keys as an open-addressed table, for the kernels."""
        table = np.zeros(1 + (1 << max(4, (2 * len(self.keys)).bit_length())), np.uint64)
        table[0] = secrets.randbits(64) | 1
        with np.errstate(over="ignore"):  # hashes are taken modulo 2**64
            units.fill(table, self.keys)
        return table

    def with_keys(self, keys: NDArray[np.uint64]) -> Furniture:
        """Return this furniture and more."""
        return Furniture(np.union1d(self.keys, keys))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write to a file that `load` reads; plain arrays, no pickle."""
        with Path(path).open("wb") as file:
            np.savez_compressed(file, format=np.array(_FORMAT), keys=self.keys)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Furniture:
        """Read what `save` wrote.

        Raises:
            InputError: The file is missing, damaged, or was written by another version.
        """
        try:
            with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                packed, size = Path(path).stat().st_size, sum(part.file_size for part in arrays.zip.infolist())
                if size > max(ALLOWED, SHRINKS * packed):
                    raise InputError(f"{path}: its {packed:,} bytes become {size:,}, which no hashes do")
                if str(arrays["format"]) != _FORMAT:
                    raise InputError(f"{path}: must be {_FORMAT!r}, is {str(arrays['format'])!r}")
                keys = np.asarray(arrays["keys"])  # numpy gives the bytes of what is no array
                if keys.dtype != np.uint64 or keys.ndim != 1:
                    raise InputError(f"{path}: keys must be a row of uint64, are {keys.dtype}{list(keys.shape)}")
                return cls(keys)
        except _DAMAGED as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{path}: cannot be read as furniture: {error}") from error


NONE = Furniture(np.empty(0, np.uint64))
"""No furniture: every token counts."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one lot of n texts says about furniture.

    Attributes:
        keys: uint64[u], distinct unit keys of each text, one text after the other.
        ends: int64[n], where each text's keys end.
        groups: uint64[n], equal for most texts that are near-identical.
        digests: uint64[n], equal for texts of the same lines and sentences.
    """

    keys: NDArray[np.uint64]
    ends: NDArray[np.int64]
    groups: NDArray[np.uint64]
    digests: NDArray[np.uint64]


def survey(data: NDArray[np.uint8], offsets: NDArray[np.int64], outlets: NDArray[np.uint64]) -> Survey:
    """Look at n texts.

    Args:
        data: uint8, UTF-8 text, all texts in one buffer.
        offsets: int64[n + 1], where each text begins and the last one ends.
        outlets: uint64[n], a hash of each text's outlet.
    """
    size = len(offsets) - 1
    ends, groups, digests = np.zeros(size, np.int64), np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    with np.errstate(over="ignore"):  # hashes are taken modulo 2**64
        keys = survey_kernels.survey(data, offsets, outlets, ends, groups, digests)
    return Survey(keys, ends, groups, digests)


def furnished(surveys: Sequence[Survey], furniture: Furniture) -> NDArray[np.bool_]:
    """Return which of the texts that were looked at have any of this furniture, bool[n]."""
    with np.errstate(over="ignore"):
        return np.concatenate([units.having(furniture.table, part.keys, part.ends) for part in surveys])


def learn(
    surveys: Sequence[Survey], outlets: NDArray[np.uint64], each: Callable[..., Iterable[Any]] = map
) -> Furniture:
    """Find the units that recur in articles of one outlet which otherwise differ.

    Args:
        surveys: What all texts say, lot by lot, in the order of `outlets`.
        outlets: uint64[n], a hash of each text's outlet.
        each: How the work is done; `map`, or that of a pool of threads.
    """
    if not len(outlets):
        return NONE
    groups = np.concatenate([part.groups for part in surveys])
    names, outlet_of = np.unique(outlets, return_inverse=True)
    order = np.lexsort((groups, outlet_of))
    single = np.diff(groups[order], prepend=~groups[order[0]]) != 0
    single[1:] |= np.diff(outlet_of[order]) != 0
    needed = least(np.bincount(outlet_of[order][single], minlength=len(names)))
    often = counting.often([part.keys for part in surveys], LEAST)
    starts = np.cumsum([0, *(len(part.ends) for part in surveys)])
    bits = int(sum(map(np.count_nonzero, often)) // _TOGETHER).bit_length()

    def units_of(lot: int) -> NDArray[np.uint64]:
        # Units by the leading bits of their keys, so that few are looked at together.
        keys, rows = [], []
        for start, part, some in zip(starts, surveys, often, strict=False):
            places = np.flatnonzero(some & (part.keys >> np.uint64(63 - bits) >> np.uint64(1) == lot))
            keys.append(part.keys[places])
            rows.append(start + np.searchsorted(part.ends, places, side="right"))
        of = np.concatenate(rows)
        found = recurring(np.concatenate(keys), groups[of], outlet_of[of])
        kept: NDArray[np.uint64] = found.keys[found.differing >= needed[found.outlets]]
        return kept

    return Furniture(np.concatenate(list(each(units_of, range(1 << bits)))))


@dataclass(frozen=True, slots=True)
class Recurring:
    """Units that stand in `LEAST` articles or more which differ otherwise; arrays of n.

    Attributes:
        keys: uint64, rising.
        outlets: Whatever the outlets were given as, one of each unit.
        differing: int64, articles with the unit, near-identical ones counted once.
    """

    keys: NDArray[np.uint64]
    outlets: NDArray[np.generic]
    differing: NDArray[np.int64]


def recurring(keys: NDArray[np.uint64], groups: NDArray[np.uint64], outlets: NDArray[np.generic]) -> Recurring:
    """Find the units that could be furniture; all that is said of one unit must come together.

    Args:
        keys: uint64[m], a unit of some text each, distinct within a text.
        groups: uint64[m], the group of that text.
        outlets: [m], its outlet, as a hash or a number.
    """
    order = np.lexsort((groups, keys))
    keys, groups = keys[order], groups[order]
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = (keys[1:] != keys[:-1]) | (groups[1:] != groups[:-1])
    found, first, articles = np.unique(keys, return_index=True, return_counts=True)
    differing = np.add.reduceat(fresh.astype(np.int64), first) if len(first) else articles
    kept = (differing >= LEAST) & (differing >= DIFFERING * articles)
    return Recurring(found[kept], outlets[order[first[kept]]], differing[kept])


def least(sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return in how many articles a unit must stand, by how many its outlet has, near-identical ones counted once."""
    found: NDArray[np.float64] = np.maximum(LEAST, np.floor(SHARE * sizes) + 1)
    return found


def repeated(surveys: Sequence[Survey], outlets: NDArray[np.uint64]) -> list[NDArray[np.int64]]:
    """Return the rows of each body that one outlet published at least `REPEATS` times."""
    if not len(outlets):
        return []
    digests = np.concatenate([part.digests for part in surveys])
    order = np.lexsort((digests, outlets))
    same = np.stack([outlets[order], digests[order]])
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (same[:, 1:] != same[:, :-1]).any(axis=0)
    bounds = np.append(np.flatnonzero(fresh), len(order))
    many = np.flatnonzero(np.diff(bounds) >= REPEATS)
    return [np.sort(order[bounds[group] : bounds[group + 1]]) for group in many]
