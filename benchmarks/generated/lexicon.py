"""Made-up words, names, numbers and stock phrases, used as unequally as real ones."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORDS, NAMES, NUMBERS, PHRASES = 60_000, 15_000, 20_000, 20_000
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLAIN, FIRST, COMMA, LAST, PARAGRAPH, QUOTE, QUOTED = range(7)
"""What becomes of a unit where it stands: in a sentence, at its start, before a comma, at its end, at the end of a
paragraph, at the start and at the end of a quoted sentence."""
_FORMS = 7
_TABLE = 1 << 20
_PHRASE_SHARE = 0.015
"""Share of units that are stock phrases: 4 of 100 shingles of an article then stand in an unrelated one of a few
thousand, as in real news (median of five collections: 0.04 to 0.13)."""
_NUMBER_SHARE = 0.02
_ONSETS = (*"bcdfghjklmnprstvwbdflmnrst", "br", "cl", "dr", "fl", "gr", "pl", "st", "str", "th", "tr", "sh")
_NUCLEI = (*"aeiouaeiouaeio", "ea", "ou")
_CODAS = ("", "", "", "n", "r", "s", "t", "l", "nd", "st", "m", "ck")
_SAID = ("said", "told reporters", "added", "wrote")


@dataclass(frozen=True)
class Lexicon:
    """Units of text and how often each is used.

    Attributes:
        forms: object[forms * units], strings with what follows them, one form after the other.
        units: How many units there are.
        drawn: int32[2 ** 20], units, each as often as its share says.
        names: int64, the units that are names.
        numbers: int64, the units that are numbers.
    """

    forms: NDArray[np.object_]
    units: int
    drawn: NDArray[np.int32]
    names: NDArray[np.int64]
    numbers: NDArray[np.int64]

    @classmethod
    @cache  # it takes a second
    def made(cls, seed: int) -> Lexicon:
        """Make a lexicon; the same seed makes the same."""
        rng = random.Random(f"lexicon {seed}")
        words = _words(rng)
        shares = _zipf(WORDS, 1.5, 1.08)
        names = [f"{_word(rng, 2).title()} {_word(rng, rng.choice((2, 2, 3))).title()}" for _ in range(NAMES)]
        numbers = [_number(rng) for _ in range(NUMBERS)]
        upto = shares[:5000].cumsum().tolist()
        phrases = [" ".join(rng.choices(words[:5000], cum_weights=upto, k=rng.randint(5, 9))) for _ in range(PHRASES)]
        units = [*words, *names, *numbers, *phrases]
        every = np.concatenate(
            [
                shares * (1 - _PHRASE_SHARE - _NUMBER_SHARE),
                np.zeros(NAMES),  # names come with the cast of a story
                np.full(NUMBERS, _NUMBER_SHARE / NUMBERS),
                _zipf(PHRASES, 20, 0.8) * _PHRASE_SHARE,
            ]
        )
        edges = np.cumsum(every) / every.sum()
        drawn = np.searchsorted(edges, (np.arange(_TABLE) + 0.5) / _TABLE).astype(np.int32)
        names_at = WORDS + np.arange(NAMES)
        return cls(_inflected(units, names, rng), len(units), drawn, names_at, names_at[-1] + 1 + np.arange(NUMBERS))

    def text(self, units: NDArray[np.integer], form: int = PLAIN) -> list[str]:
        """Return units in one form, each with the space that follows it."""
        return list(self.forms[units + form * self.units])

    def line(self, rng: random.Random, words: int) -> str:
        """Return a line of about so many words, without a stop."""
        chosen = self.drawn[[rng.randrange(_TABLE) for _ in range(words)]]
        text = "".join(self.text(chosen)).strip()
        return text[:1].upper() + text[1:]


def _zipf(count: int, shift: float, power: float) -> NDArray[np.float64]:
    shares = (np.arange(1, count + 1) + shift) ** -power
    return shares / shares.sum()


def _word(rng: random.Random, syllables: int) -> str:
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_NUCLEI) + (rng.choice(_CODAS) if last == syllables - 1 else "")
        for last in range(syllables)
    )


def _words(rng: random.Random) -> list[str]:
    """Return distinct words, the most used ones short."""
    words: dict[str, None] = {}
    while len(words) < WORDS:
        syllables = 1 if len(words) < 300 else 2 if len(words) < 4000 else rng.choice((2, 3, 3, 4))
        words[_word(rng, syllables)[: 2 if len(words) < 8 else 3 if len(words) < 150 else None]] = None
    listed = list(words)
    for place, day in enumerate(DAYS):
        listed[60 + 7 * place] = day
    return listed


def _number(rng: random.Random) -> str:
    number = int(10 ** rng.uniform(0, 6))
    kinds = (f"{number:,}", f"{number:,}", f"{rng.uniform(0, 90):.1f} percent", str(rng.randint(1950, 2026)))
    return rng.choice((*kinds, f"${rng.uniform(1, 900):.0f} million"))


def _inflected(units: Sequence[str], names: Sequence[str], rng: random.Random) -> NDArray[np.object_]:
    """Return every unit in every form."""
    upper = [unit[:1].upper() + unit[1:] for unit in units]
    said = [f"{rng.choice(_SAID)} {rng.choice(names).split()[1]}" for _ in units]
    columns = (
        [f"{unit} " for unit in units],
        [f"{unit} " for unit in upper],
        [f"{unit}, " for unit in units],
        [f"{unit}. " for unit in units],
        [f"{unit}.\n" for unit in units],
        [f"“{unit} " for unit in upper],
        [f"{unit},” {who}. " for unit, who in zip(units, said, strict=True)],
    )
    forms = np.empty(_FORMS * len(units), object)
    for place, column in enumerate(columns):
        forms[place * len(units) : (place + 1) * len(units)] = column
    return forms
