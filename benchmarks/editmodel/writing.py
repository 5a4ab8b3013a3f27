"""Text in own words: the grammar of one sentence with the words of another story, so that no passage is shared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from editmodel.story import sentences

if TYPE_CHECKING:
    import random

    from editmodel.story import Story

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*\d|\d")  # noqa: RUF001
_COMMON = frozenset(
    [
        "about",
        "after",
        "again",
        "against",
        "also",
        "although",
        "among",
        "around",
        "because",
        "before",
        "being",
        "between",
        "both",
        "could",
        "does",
        "doing",
        "done",
        "down",
        "during",
        "each",
        "even",
        "every",
        "from",
        "have",
        "having",
        "here",
        "himself",
        "however",
        "into",
        "itself",
        "just",
        "less",
        "like",
        "made",
        "make",
        "many",
        "might",
        "more",
        "most",
        "much",
        "must",
        "near",
        "never",
        "only",
        "other",
        "over",
        "same",
        "shall",
        "should",
        "since",
        "some",
        "still",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "though",
        "through",
        "under",
        "until",
        "upon",
        "very",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "within",
        "without",
        "would",
        "your",
        "said",
        "says",
    ]
)
_SENTENCE = range(9, 32)  # words of a sentence that serves as a pattern


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text."""
    return _WORD.findall(text)


def content_words(text: str) -> list[str]:
    """Return the words of a text that say what it is about, in order."""
    return [word for word in words_of(text) if len(word) > 3 and word.lower() not in _COMMON]


@dataclass(frozen=True, slots=True)
class Pool:
    """What else is in the paper: headlines, and sentences whose grammar own words are cast in."""

    titles: tuple[str, ...]
    patterns: tuple[str, ...]

    @classmethod
    def of(cls, stories: list[Story]) -> Pool:
        """Collect from stories."""
        patterns = [
            one
            for story in stories
            for paragraph in story.paragraphs
            for one in sentences(paragraph)
            if len(one.split()) in _SENTENCE
        ]
        return cls(tuple(story.title for story in stories), tuple(patterns))

    def own_words(self, about: Story, tokens: int, rng: random.Random) -> tuple[str, ...]:
        """Write paragraphs of at least `tokens` words with the names, numbers and nouns of a story.

        Each sentence has the small words of some sentence of the pool, and all its other words from the story.
        """
        names, plain, numbers = vocabulary(about)
        written: list[str] = []
        count = 0
        while count < tokens:
            paragraph = " ".join(
                cast(rng.choice(self.patterns), names, plain, numbers, rng) for _ in range(rng.choice((1, 2, 2, 3)))
            )
            written.append(paragraph)
            count += len(paragraph.split())
        return tuple(written)


def vocabulary(story: Story) -> tuple[list[str], list[str], list[str]]:
    """Return the names, plain content words and numbers of a story, most frequent ones more often."""
    names, plain, numbers = [], [], []
    for paragraph in story.paragraphs:
        for sentence in sentences(paragraph):
            for place, word in enumerate(words_of(sentence)):
                if word[0].isdigit():
                    numbers.append(word)
                elif word[0].isupper() and place > 0 and len(word) > 3:
                    names.append(word)
                elif len(word) > 3 and word.lower() not in _COMMON:
                    plain.append(word.lower())
    return names or ["Alden"], plain or ["matter", "town", "people"], numbers or ["12"]


def cast(pattern: str, names: list[str], plain: list[str], numbers: list[str], rng: random.Random) -> str:
    """Fill the small words of a sentence with other content."""

    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word[0].isdigit():
            return rng.choice(numbers)
        if word[0].isupper() and match.start() > 2 and len(word) > 3:
            return rng.choice(names)
        if len(word) > 3 and (word.lower() not in _COMMON or rng.random() < 0.3):
            taken = rng.choice(plain)
            return taken.capitalize() if word[0].isupper() else taken
        return word

    return _WORD.sub(other, pattern)
