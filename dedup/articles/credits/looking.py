"""The first look at a text: what of it can be a credit or a pointer. Most texts are done with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, reduce
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from dedup.articles.credits import scanning, windows
from dedup.articles.credits.agencies import table
from dedup.articles.credits.told import NEEDED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from dedup.articles.credits.windows import Window

_ASCII_WORDS = bytes(code for code in range(128) if chr(code).isalnum())
_BETWEEN = bytes(code for code in range(256) if code not in _ASCII_WORDS)
_SMALL = bytes(range(256)).lower()


@dataclass(eq=False)
class Look:
    """A text, and what its two ends hold.

    Attributes:
        text: The text.
        ends: Both ends, folded.
        data: The same as UTF-8.
        met: The runs of ASCII letters and digits in them that belong to a name of the list or to a pointer; others
            may be among them by an accident of hashing.
        traits: What else they hold, as `scanning.meet` says it.
    """

    text: str
    ends: str
    data: bytes
    met: frozenset[bytes]
    traits: int

    @property
    def foreign(self) -> bool:
        """Whether other letters occur than those of Western Europe."""
        return bool(self.traits & scanning.FOREIGN)

    @property
    def labelled(self) -> bool:
        """Whether a line begins with few words and a colon."""
        return bool(self.traits & scanning.LABEL)

    @property
    def named(self) -> bool:
        """Whether one of the names may occur that the look was for."""
        return bool(self.traits & scanning.NAMED)

    @cached_property
    def head(self) -> Window:
        """The beginning."""
        return windows.head(self.text)

    @cached_property
    def tail(self) -> Window:
        """The end."""
        return windows.tail(self.text)


def _key_of(word: Iterable[int]) -> int:
    return reduce(scanning.then, word, 0)


@lru_cache(maxsize=1 << 14)
def _key(name: str) -> int:
    return _key_of(name.encode())


def _begun(name: str) -> int:
    return int.from_bytes(name[: scanning.BEGUN].encode(), "big")


class Names:
    """Names of which a text may hold one."""

    def __init__(self, whole: Collection[str] = (), joined: Collection[str] = ()) -> None:
        """Take names in ASCII: single words as they stand; and of four letters and more, small, with words joined."""
        self.whole, self.joined = list(map(_key, whole)), list(map(_key, joined))
        self.begun = list(map(_begun, joined))
        self.longest = max(map(len, joined), default=0)


NOBODY = Names()


def look_at(texts: Sequence[str], names: Sequence[tuple[Names, int]] = ()) -> list[Look]:
    """Look at some texts at once.

    Args:
        texts: The texts.
        names: Names to look for, and in how many of the texts: first in the first, and so on; none by default.
    """
    names = names or [(NOBODY, len(texts))]
    owners = np.repeat(np.arange(len(names)), [count for _, count in names])
    owned = _Owned([one for one, _ in names])
    ends = list(map(windows.ends, texts))
    data = [one.encode("utf-8", "surrogatepass") for one in ends]
    met, traits = _met(data, owners, owned)
    odd = [place for place, trait in enumerate(traits) if trait & scanning.OTHER]
    if odd:
        for place in odd:
            ends[place] = windows.fold(ends[place])
            data[place] = ends[place].encode("utf-8", "surrogatepass")
        for place, words, trait in zip(odd, *_met([data[place] for place in odd], owners[odd], owned), strict=True):
            met[place], traits[place] = words, trait
    return list(map(Look, texts, ends, data, met, traits))


def looked(text: str | Look) -> Look:
    """Look at a text, where that was not done yet."""
    return look_at([text])[0] if isinstance(text, str) else text


def joined(data: bytes) -> bytes:
    """Return all runs of ASCII letters and digits as one, in small letters."""
    return data.translate(_SMALL, _BETWEEN)


class _Owned:
    """The names of several owners as arrays, as the kernel takes them."""

    def __init__(self, names: Sequence[Names]) -> None:
        whole, begun, joined = (
            np.array(list(chain.from_iterable(lists)), np.int64)
            for lists in zip(*((one.whole, one.begun, one.joined) for one in names), strict=True)
        )
        wholes, joineds = (
            np.cumsum([0, *counts])
            for counts in zip(*((len(one.whole), len(one.joined)) for one in names), strict=True)
        )
        self.arrays = whole, wholes, begun, joined, joineds, np.array([one.longest for one in names])


def _met(data: Sequence[bytes], owners: NDArray[np.int64], owned: _Owned) -> tuple[list[frozenset[bytes]], list[int]]:
    """Return the words that occur in each of some texts, and what else does."""
    words, keys, places = _wanted()
    stops = np.cumsum([len(one) for one in data], dtype=np.int64)
    whole = np.frombuffer(b"".join(data), np.uint8)
    found, counts, traits = scanning.meet(whole, stops, keys, places, owners, *owned.arrays)
    numbers = iter(map(words.__getitem__, found.tolist()))
    return [frozenset(islice(numbers, count)) for count in counts.tolist()], traits.tolist()


@cache
def _wanted() -> tuple[list[bytes], NDArray[np.int64], NDArray[np.int16]]:
    """Return the words looked for, their keys, and the table of these."""
    sought = (one for names in table().by_ascii.values() for one in names)
    words = sorted(NEEDED.union(table().runs, *(one.runs for one in sought)))
    keys, places = list(map(_key_of, words)), np.full(1 << (4 * len(words)).bit_length(), -1, np.int16)
    for number, key in enumerate(keys):
        place = scanning.place_of(key, len(places))
        while places[place] >= 0:
            place = (place + 1) & (len(places) - 1)
        places[place] = number
    return words, np.array(keys), places
