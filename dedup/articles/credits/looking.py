"""The cheapest look at a text: what of it can be a credit or a pointer. Most texts are done with it."""

from __future__ import annotations

from functools import cache, lru_cache, reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.articles.credits import scanning, windows
from dedup.articles.credits.agencies import table
from dedup.articles.credits.told import NEEDED

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

_ASCII_WORDS = bytes(code for code in range(128) if chr(code).isalnum())
_BETWEEN = bytes(code for code in range(256) if code not in _ASCII_WORDS)
_SMALL = bytes(range(256)).lower()


class Look(NamedTuple):
    """What the two ends of a text hold.

    Attributes:
        ends: Both ends, folded.
        data: The same as UTF-8.
        met: The runs of ASCII letters and digits in them that belong to a name of the list or to a pointer; others
            may be among them by an accident of hashing.
        foreign: Whether other letters occur than those of Western Europe.
        labelled: Whether a line begins with few words and a colon.
    """

    ends: str
    data: bytes
    met: frozenset[bytes]
    foreign: bool
    labelled: bool


class Names:
    """Names of which a text may hold one."""

    def __init__(self, whole: Collection[str], joined: Collection[str]) -> None:
        """Take names in ASCII: single words as they stand; and of four letters and more, small, with words joined."""
        words, parts = [name.encode() for name in whole], [name.encode() for name in joined]
        self._whole = np.array([_key(word) for word in words], np.int64)
        self._joined = np.array([_key(part) for part in parts], np.int64)
        self._passed = np.zeros(scanning.FILTER, np.bool_)
        for told in (*words, *(part[: scanning.BEGUN] for part in parts)):
            self._passed[_place(told)] = True
        self._longest = max(map(len, joined), default=0)

    def may_be_in(self, look: Look) -> bool:
        """Whether the ends of a text may hold one."""
        return bool(scanning.names(_bytes_of(look.data), self._whole, self._joined, self._passed, self._longest))


@lru_cache(maxsize=1)
def first_look(text: str) -> Look:
    """Look at a text; once for all that ask about it in turn."""
    words, keys, places = _wanted()
    found = np.empty(len(keys), np.int16)
    ends = windows.ends(text)
    data = ends.encode("utf-8", "surrogatepass")
    count, traits = scanning.meet(_bytes_of(data), keys, places, found)
    if traits & scanning.OTHER:
        ends = windows.fold(ends)
        data = ends.encode("utf-8", "surrogatepass")
        count, traits = scanning.meet(_bytes_of(data), keys, places, found)
    met = frozenset(map(words.__getitem__, found[:count].tolist()))
    return Look(ends, data, met, bool(traits & scanning.FOREIGN), bool(traits & scanning.LABEL))


def joined(data: bytes) -> bytes:
    """Return all runs of ASCII letters and digits as one, in small letters."""
    return data.translate(_SMALL, _BETWEEN)


@cache
def _wanted() -> tuple[list[bytes], NDArray[np.int64], NDArray[np.int64]]:
    """Return the words looked for, their keys, and the table of these."""
    sought = (one for names in table().by_ascii.values() for one in names)
    words = sorted(NEEDED.union(table().runs, *(one.runs for one in sought)))
    keys, places = [_key(word) for word in words], np.full(1 << (4 * len(words)).bit_length(), -1)
    for number, key in enumerate(keys):
        place = scanning.place_of(key, len(places))
        while places[place] >= 0:
            place = (place + 1) & (len(places) - 1)
        places[place] = number
    return words, np.array(keys), places


@lru_cache(maxsize=1 << 14)
def _key(word: bytes) -> int:
    return reduce(scanning.then, word, 0)


@lru_cache(maxsize=1 << 14)
def _place(name: bytes) -> int:
    return int(scanning.place_of(_key(name), scanning.FILTER))


def _bytes_of(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)
