"""Apart from the edits: noise of encodings, scanning, and excerpts from anywhere."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

from editmodel.story import token_counts

if TYPE_CHECKING:
    import random

    from editmodel.layout import Desk
    from editmodel.story import Story

_SECTION = 40  # tokens of a section that was cut out of the middle, at least
_OCR = {"e": "c", "l": "1", "i": "l", "o": "0", "n": "u", "h": "b", "s": "5", "a": "o", "t": "f", "u": "n"}
_OCR_RATE = 0.01
ZERO_WIDTH, SOFT_HYPHEN = "\u200b", "\u00ad"


def entities(story: Story, _: Desk) -> Story:
    """HTML entities that nobody decoded."""
    named = (('"', "&quot;"), ("'", "&#39;"), ("“", "&ldquo;"), ("”", "&rdquo;"), ("—", "&mdash;"), (" - ", "&nbsp;- "))

    def escaped(text: str) -> str:
        text = html.escape(text, quote=False)
        for plain, entity in named:
            text = text.replace(plain, entity)
        return text

    return replace(story, paragraphs=tuple(map(escaped, story.paragraphs)))


def invisible(story: Story, desk: Desk) -> Story:
    """Soft hyphens inside long words, zero-width spaces after some."""
    rng = desk.rng

    def sprinkled(word: str) -> str:
        if len(word) > 8 and word.isalpha():
            return word[: len(word) // 2] + SOFT_HYPHEN + word[len(word) // 2 :]
        return word + ZERO_WIDTH if rng.random() < 0.05 else word

    return replace(story, paragraphs=tuple(" ".join(map(sprinkled, one.split(" "))) for one in story.paragraphs))


def mojibake(story: Story, _: Desk) -> Story | None:
    """UTF-8 read as Windows-1252: quotes and dashes become three letters."""
    curly = story.text.replace("'", "’").replace(' "', " “").replace('"', "”").replace(" - ", " — ")  # noqa: RUF001
    broken = curly.encode("utf-8").decode("cp1252", errors="replace")
    return replace(story, paragraphs=tuple(broken.split("\n\n"))) if broken != story.text else None


def scanned(story: Story, desk: Desk) -> Story:
    """One character in a hundred misread."""
    return replace(story, paragraphs=tuple(_misread(one, desk.rng) for one in story.paragraphs))


def _misread(text: str, rng: random.Random) -> str:
    return "".join(_OCR.get(letter, letter) if rng.random() < _OCR_RATE * 1.6 else letter for letter in text)


def head_cut(story: Story, desk: Desk) -> Story | None:
    """The first quarter to half is missing, as where an extractor lost it."""
    total = len(story.paragraphs)
    if total < 3:
        return None
    return replace(story, paragraphs=story.paragraphs[max(1, round(total * desk.rng.uniform(0.2, 0.5))) :])


def section(story: Story, desk: Desk) -> Story | None:
    """One section from the middle, of at least 40 tokens."""
    total = len(story.paragraphs)
    if total < 4:
        return None
    counts = token_counts(list(story.paragraphs))
    start = desk.rng.randint(1, total - 2)
    stop = start + 1
    while stop < total and sum(counts[start:stop]) < _SECTION:
        stop += 1
    if sum(counts[start:stop]) < _SECTION:
        return None
    return replace(story, paragraphs=story.paragraphs[start:stop])
