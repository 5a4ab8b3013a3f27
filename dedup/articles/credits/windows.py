"""The two ends of a text, where credits stand, in one spelling and with the way back to the offsets as given."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import combining, is_normalized, normalize

HEAD, TAIL, LINES = 600, 800, 8
_REST = 100  # a shape that begins within the window may end after it
REACH = TAIL + _REST
"""Characters of `ends`, from the first or from the last, in which all of a window stands."""

# One character for one, so that offsets stay: full-width forms, the kinds of space and of line end, one apostrophe.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys([9, 0xA0, *range(0x2000, 0x200C), 0x200E, 0x200F, 0x202F, 0x3000, 0xFEFF], 32)
_FOLD |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 32)
_FOLD |= dict.fromkeys([11, 12, 13, 0x85, 0x2028, 0x2029], 10)
_FOLD[0x2019] = ord("'")
_FOLDED = re.compile("[" + "".join(re.escape(chr(code)) for code in _FOLD) + "]")
_AS = {chr(code): chr(other) for code, other in _FOLD.items()}
_ASCII_FOLDED = [char for char in _AS if char.isascii()]
_STRETCH = re.compile(r"[\x00-\x7f]+(?![^\x00-\x7f])|[\x00-\x7f]?[^\x00-\x7f]+")


class Line(NamedTuple):
    """A line that is not blank, without the space around it; `begins` where the text before it is known."""

    start: int
    end: int
    begins: bool


class Window(NamedTuple):
    """A piece of a text.

    Attributes:
        text: The piece, folded.
        lines: Its lines, in order.
        offset: Where the piece begins in the whole text.
        places: For each character where it comes from in the piece as given; None where nothing moved.
    """

    text: str
    lines: tuple[Line, ...]
    offset: int
    places: tuple[int, ...] | None

    def place(self, position: int) -> int:
        """Return the offset in the whole text of a position in this window."""
        return self.offset + (position if self.places is None else self.places[position])


def head(text: str) -> Window:
    """Cut the beginning."""
    first = len(text) - len(text.lstrip())
    piece, places = _piece(text, first, first + HEAD + _REST)
    lines = [line for line in _lines(piece)[: LINES + 1] if line.start < HEAD]
    return Window(piece, tuple(lines), first, places)


def below_title(window: Window, title: str | None) -> Window:
    """Return a beginning in which after a copy of the title a line begins too."""
    title = fold((title or "").strip()[:HEAD])
    lines = list(window.lines)
    if title and lines and window.text[: len(title)].casefold() == title.casefold():
        after = len(title)
        inside = next((i for i, line in enumerate(lines) if line.start < after < line.end), None)
        if inside is not None:
            after += len(window.text[after:]) - len(window.text[after:].lstrip(" .:|-\u2013—"))
            if after < lines[inside].end:
                lines.insert(inside + 1, Line(after, lines[inside].end, begins=True))
    return window._replace(lines=tuple(lines))


def tail(text: str) -> Window:
    """Cut the end."""
    last = len(text.rstrip())
    first = max(0, last - TAIL)
    piece, places = _piece(text, first, last)
    lines = _lines(piece)[-LINES:]
    if lines and lines[0].start == 0 and first and text[first - 1] not in "\n\r":
        lines[0] = lines[0]._replace(begins=False)
    return Window(piece, tuple(lines), first, places)


def ends(text: str) -> str:
    """Return both ends as one, for a first look: not folded, and if anything longer than the windows."""
    text = text.strip() if text[:1].isspace() or text[-1:].isspace() else text
    return text[: HEAD + _REST] + "\n" + text[-TAIL:] if len(text) > HEAD + TAIL + 2 * _REST else text


def fold(text: str) -> str:
    """Write a text in one way; its length changes only where accents are composed."""
    return normalize("NFC", text if text.isascii() else _refold(text))


def _refold(text: str) -> str:
    if text.isascii():
        for char in _ASCII_FOLDED:
            text = text.replace(char, _AS[char])
        return text
    return _FOLDED.sub(lambda match: _AS[match.group()], text)  # few match, and a table walks through all


def _piece(text: str, start: int, end: int) -> tuple[str, tuple[int, ...] | None]:
    """Return a piece of a text, folded, and for each character where it comes from, if any moved."""
    piece = _refold(text[start:end])
    return (piece, None) if _normal(piece) else _compose(piece)


def _lines(piece: str) -> list[Line]:
    lines, start = [], 0
    for line in piece.split("\n"):
        words = line.strip()
        if words:
            first = start + line.index(words)
            lines.append(Line(first, first + len(words), True))
        start += len(line) + 1
    return lines


def _compose(piece: str) -> tuple[str, tuple[int, ...]]:
    """Compose accents letter by letter, noting where each result comes from."""
    parts: list[str] = []
    places: list[int] = []
    for stretch in _STRETCH.finditer(piece):
        part, start = stretch.group(), stretch.start()
        if is_normalized("NFC", part):
            parts.append(part)
            places += range(start, stretch.end())
            continue
        # A letter begins with what is no accent and no later part of a Korean syllable.
        begins = [i for i, char in enumerate(part) if not (i and (combining(char) or "\u1160" <= char <= "\u11ff"))]
        for begin, end in zip(begins, [*begins[1:], len(part)], strict=True):
            letter = normalize("NFC", part[begin:end])
            parts.append(letter)
            places += [start + min(begin + i, end - 1) for i in range(len(letter))]
    return "".join(parts), (*places, len(piece))


def _normal(piece: str) -> bool:
    return piece.isascii() or is_normalized("NFC", piece)
