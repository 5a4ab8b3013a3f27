"""A story as the edits see it: a headline and paragraphs."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import pyarrow as pa

from dedup.stages import shingles

Article = dict[str, str | None]

_SENTENCE_END = re.compile(r"(?<=[.!?।。！？])[\"'”’»」)]*\s+(?=[\"'“‘«「(]*\w)|(?<=[。！？])(?=\w)")  # noqa: RUF001
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Sgt|Lt|Col|Capt|St|Jr|No|vs|[A-Z])\.[\"'”’»)]*\s*$")  # noqa: RUF001
_LONG_PARAGRAPH = 120  # words of one block above which it was several paragraphs before somebody joined them


@dataclass(frozen=True, slots=True)
class Story:
    """One article in the making."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    published: str | None = None
    glue: str = "\n\n"

    @property
    def text(self) -> str:
        """The body."""
        return self.glue.join(self.paragraphs)


def story_of(article: Article) -> Story:
    """Cut an article into paragraphs: at its lines, and by sentences where it has none."""
    lines = [line.strip() for line in re.split(r"\n+", article["text"] or "") if line.strip()]
    paragraphs: list[str] = []
    for line in lines:
        if len(line.split()) <= _LONG_PARAGRAPH:
            paragraphs.append(line)
            continue
        parts = sentences(line)
        paragraphs += [" ".join(parts[start : start + 3]) for start in range(0, len(parts), 3)]
    title = article.get("title") or " ".join((lines[0] if lines else "").split()[:9])
    return Story(str(article["id"]), title, tuple(paragraphs), article.get("published"))


def sentences(text: str) -> list[str]:
    """Cut text into sentences, roughly; what is joined again with spaces has the same tokens."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[start : end.start()]):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [one for one in found if one]


def token_counts(texts: list[str]) -> list[int]:
    """Count the tokens of each text as the library does: a word each, or a character where there are no spaces."""
    normal = shingles.nfc(pa.array(texts, pa.large_string()))
    offsets = shingles.tokenize(normal).offsets
    return [int(stop - start) for start, stop in itertools.pairwise(offsets)]
