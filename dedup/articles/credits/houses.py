"""Credits to outlets that are in no list: each is named by another article that has the same text.

The closed list knows who sells news everywhere. Whom one paper took a story from is known from the cluster alone:
"(MPA)" in a dateline means the Meridian Press Agency where an article of that outlet has the same text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from dedup.articles.credits.agencies import table
from dedup.articles.credits.looking import Names
from dedup.articles.sites import domain_of, initials, is_address, squash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dedup.articles.credits.looking import Look

_T = TypeVar("_T")

_LINES = 6
_BRACKET = re.compile(r"[(/\[【] ?([^()/\[\]【】\n]{2,60}?) ?[)/\]】](?= {0,3}(?:[-\u2013—_=:.,]|\n|$)| [^\W\d_a-z])")
_PLACE = 90  # characters before a bracket
_BY = re.compile(r"(?:By|BY|From|Von|Par|Por|Di|Da|Door|Av|Af|Fra) (.{2,90})")
_FILED = re.compile(r".{1,24}?\d{1,2}日?[电電讯訊]")
_RIGHTS = re.compile(r"(?:©|\([cC]\)|[Cc]opyright)(?: ?©)? ?(?:\d{4}(?:[-\u2013]\d{2,4})?,? )?(?:by )?([^\n]{2,60})")
_PARTS = re.compile(r" ?[,/|;•·&] ?| (?:and|und|et|y|e|och|og) ")
_WORD = re.compile(r"\w+")
_EDGES = " ()[]/—–-*_.:|"  # noqa: RUF001 - the dash is meant


class House(NamedTuple, Generic[_T]):
    """An outlet that an article names as where its text comes from.

    Attributes:
        key: What the caller calls the outlet.
        where: The offset of the line in the text.
        text: The evidence as it stands.
        in_dateline: Whether it stands in a dateline, where newspapers do not put their own names.
    """

    key: _T
    where: int
    text: str
    in_dateline: bool


class Houses(Generic[_T]):
    """The outlets that may be named, by name and by initials."""

    def __init__(self, outlets: Iterable[tuple[str, _T]]) -> None:
        """Take pairs of a name, host or address, and a key."""
        pairs = list(outlets)
        known = table().by_name
        self._names: dict[str, _T] = {}
        self._marks: dict[str, _T] = {}
        for name, key in pairs:
            short = domain_of(name).partition(".")[0] if is_address(name) else squash(name)
            mark = "" if is_address(name) else initials(name)
            if len(short) > 3 or not short.isascii():
                self._names.setdefault(short, key)
            elif short:
                self._marks.setdefault(short.upper(), key)
            if len(mark) > 1 and mark not in known:  # what is an agency's mark means that agency
                self._marks.setdefault(mark, key)
        # What a text that holds one of them must hold: the cheapest that there is.
        self.names = Names(*([name for name in some if name.isascii()] for some in (self._marks, self._names)))
        self._beyond = [
            next(word for word in _WORD.findall(name) if not word.isascii())
            for name, _ in pairs
            if not squash(name).isascii()
        ]
        self._beyond += [mark for mark in self._marks if not mark.isascii()]

    def credited(self, look: Look) -> list[House[_T]]:
        """Find the outlets that a text, looked at for `names`, credits in whole shapes at its two ends, in order."""
        if not look.named and not any(map(look.ends.__contains__, self._beyond)):
            return []
        head, tail = look.head, look.tail
        found: dict[tuple[_T, int], House[_T]] = {}
        for window, lines, shapes, in_dateline in (
            (head, head.lines[:_LINES], self._dateline, True),
            (head, head.lines[:_LINES], self._byline, False),
            (tail, tail.lines[-_LINES:], self._below, False),
        ):
            for line in lines:
                for key, shown in shapes(window.text[line.start : line.end]):
                    where = window.place(line.start)
                    found.setdefault((key, where), House(key, where, shown, in_dateline))
        return sorted(found.values(), key=lambda one: one.where)

    def _dateline(self, line: str) -> Iterator[tuple[_T, str]]:
        for match in _BRACKET.finditer(line, 0, 200):
            if match.start() <= _PLACE:
                for part in _PARTS.split(match[1]):
                    yield from self._named(part, line[: match.end()])
        if not line[:1].isascii() and (filed := _FILED.match(line)):
            yield from ((key, filed.group()) for name, key in self._names.items() if line.startswith(name))

    def _byline(self, line: str) -> Iterator[tuple[_T, str]]:
        by = _BY.fullmatch(line) if len(line) <= 100 else None
        if by:
            for part in _PARTS.split(by[1]):
                yield from self._begun(part, line)
        elif len(line) <= 60:
            yield from self._named(line, line)

    def _below(self, line: str) -> Iterator[tuple[_T, str]]:
        """Read a line at the end: the name alone, after that of a person, or after the sign of its rights."""
        rights = _RIGHTS.search(line)
        if rights:
            yield from self._begun(rights[1], rights.group())
        elif len(line) <= 80:
            yield from self._named(line, line)
            person, comma, last = line.rpartition(", ")
            if comma and len(person) <= 40 and squash(last) in self._names:
                yield self._names[squash(last)], line

    def _named(self, words: str, shown: str) -> Iterator[tuple[_T, str]]:
        """Take words that must be the name and no more."""
        name = words.strip(_EDGES)
        if name in self._marks:
            yield self._marks[name], shown
        elif squash(name) in self._names:
            yield self._names[squash(name)], shown

    def _begun(self, words: str, shown: str) -> Iterator[tuple[_T, str]]:
        """Take words that begin with the name, "MPA staff in Veldmar"."""
        parts = words.strip(_EDGES).split(" ")[:6]
        for count in range(len(parts), 0, -1):
            name = " ".join(parts[:count]).rstrip(",.")
            if name in self._marks or squash(name) in self._names:
                yield from self._named(name, shown)
                return
