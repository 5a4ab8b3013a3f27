"""The cheapest look at a text: what of it can be a credit or a pointer. Most texts are done with it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from dedup.articles.credits import windows
from dedup.articles.credits.agencies import table
from dedup.articles.credits.told import NEEDED

_ASCII_WORDS = bytes(code if code < 128 and chr(code).isalnum() else 32 for code in range(256))
_BETWEEN = bytes(code for code in range(256) if _ASCII_WORDS[code] == 32)
_SMALL = bytes(range(256)).lower()
# First bytes of all letters from U+0100 on begin with one of the others; those of typography with 0xE2.
_WESTERN = bytes([*range(0xC4), 0xE2, *range(0xEE, 0x100)])


class Look(NamedTuple):
    """What the two ends of a text hold.

    Attributes:
        ends: Both ends, folded.
        met: The runs of ASCII letters and digits in them that belong to a name of the list or to a pointer.
        foreign: Whether other letters occur than those of Western Europe.
    """

    ends: str
    met: frozenset[bytes]
    foreign: bool

    @property
    def runs(self) -> list[bytes]:
        """All runs of ASCII letters and digits."""
        return _bytes(self.ends).translate(_ASCII_WORDS).split()

    @property
    def joined(self) -> bytes:
        """The same runs as one, in small letters."""
        return _bytes(self.ends).translate(_SMALL, _BETWEEN)


@lru_cache(maxsize=1)
def first_look(text: str) -> Look:
    """Look at a text; once for all that ask about it in turn."""
    ends = windows.ends(text)
    data = _bytes(ends)
    met = _wanted().intersection(data.translate(_ASCII_WORDS).split())
    return Look(ends, met, bool(data.translate(None, _WESTERN)))


@cache
def _wanted() -> frozenset[bytes]:
    sought = (one for names in table().by_ascii.values() for one in names)
    return NEEDED.union(table().runs, *(one.runs for one in sought))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
