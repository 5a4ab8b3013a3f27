"""Stories, many at once: lengths, sentences, paragraphs, a cast of names and a topic each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generated import lexicon as lex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generated.lexicon import Lexicon

_SPREAD = 0.6  # of the logarithm of lengths
_SENTENCE = 22  # words, on average
_CAST, _TOPIC = 6, 40
_NAME_SHARE, _TOPIC_SHARE, _COMMA_SHARE, _QUOTE_SHARE, _PARAGRAPH_SHARE = 0.03, 0.2, 0.05, 0.12, 0.5
_WORDS_A_UNIT = 1.13
"""A name is two words, a phrase seven."""
_LEAST, _MOST = 30, 12_000


@dataclass(slots=True)
class Body:
    """A story before any outlet has it.

    Attributes:
        title: Its headline.
        paragraphs: Its text.
        cast: Names that it is about.
    """

    title: str
    paragraphs: list[str]
    cast: list[str]


def bodies(lexicon: Lexicon, rng: np.random.Generator, words: float, count: int) -> Iterator[Body]:
    """Yield `count` stories, `words` long on average."""
    mean = np.log(words / _WORDS_A_UNIT) - _SPREAD**2 / 2
    lengths = np.clip(np.exp(rng.normal(mean, _SPREAD, count)), _LEAST, max(_MOST, 3 * words)).astype(np.int64)
    stops = np.cumsum(lengths)
    total = int(stops[-1])
    story = np.repeat(np.arange(count), lengths)
    units = lexicon.drawn[rng.integers(0, len(lexicon.drawn), total)]
    topics = lexicon.drawn[rng.integers(0, len(lexicon.drawn), (count, _TOPIC))]
    casts = rng.choice(lexicon.names, (count, _CAST))
    for share, own in ((_TOPIC_SHARE, topics), (_NAME_SHARE, casts)):
        at = np.flatnonzero(rng.random(total) < share)
        # the first of a story's own are its most used
        units[at] = own[story[at], (rng.random(len(at)) ** 2 * own.shape[1]).astype(np.int64)]
    pieces = lexicon.forms[units + _forms(rng, stops, total) * lexicon.units].tolist()
    heads = lexicon.forms[topics[:, :7]].tolist()
    start = 0
    for stop, head, cast in zip(stops.tolist(), heads, casts, strict=True):
        names = [name.strip() for name in lexicon.text(cast)]
        headline = f"{names[0].split()[1]} {''.join(head).strip()}"
        yield Body(headline, "".join(pieces[start:stop]).rstrip().split("\n"), names)
        start = stop


def _forms(rng: np.random.Generator, stops: np.ndarray, total: int) -> np.ndarray:
    """Return the form of each unit: where sentences, quotes and paragraphs begin and end."""
    gaps = np.maximum(4, np.exp(rng.normal(np.log(_SENTENCE) - 0.08, 0.4, total * 2 // _SENTENCE + 8)))
    ends = np.union1d(np.cumsum(gaps.astype(np.int64)) - 1, stops - 1)
    ends = ends[ends < total]
    ends = ends[np.append(np.diff(ends) > 3, True) | np.isin(ends, stops - 1)]
    starts = np.concatenate([[0], ends[:-1] + 1])
    quoted = rng.random(len(ends)) < _QUOTE_SHARE
    forms = np.where(rng.random(total) < _COMMA_SHARE, lex.COMMA, lex.PLAIN)
    forms[starts] = np.where(quoted, lex.QUOTE, lex.FIRST)
    breaks = rng.random(len(ends)) < _PARAGRAPH_SHARE
    forms[ends] = np.where(quoted, lex.QUOTED, np.where(breaks, lex.PARAGRAPH, lex.LAST))
    return forms
