"""What outlets do to a story: cut, add, reword, set in their own type, and wrap in their furniture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generated.lexicon import DAYS
from generated.sites import AGENCIES

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from generated.prose import Body
    from generated.sites import Site

VERBATIM = 0.2
"""Share of copies whose story nobody touched; what the outlet sets around it differs all the same."""
_CITIES = ("Port Alden", "Norvick", "Veldmar", "Tarrow", "Ostrell", "Brightwater", "Altport", "Granholt")
_STRAIGHT = (("“", '"'), ("”", '"'), ("—", "-"))
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_FURNITURE_EVERY = 0.9  # of an outlet's articles: extraction takes some of it away


class Desk:
    """Edits stories with what else is at hand.

    Attributes:
        words: Single words to put in place of others.
        local: Paragraphs that belong to no story yet.
        headlines: Headlines of other stories.
    """

    def __init__(self, rng: random.Random) -> None:
        self.words: Sequence[str] = ()
        self.local: list[str] = []
        self.headlines: Sequence[str] = ()
        self._rng = rng

    def edited(self, body: Body) -> tuple[str, list[str]]:
        """Return headline and paragraphs of a copy; each edit has its own chance."""
        title, paragraphs = self.headline(body), list(body.paragraphs)
        if self._rng.random() < VERBATIM:
            return title, paragraphs
        if self._rng.random() < 0.10:
            title = f"UPDATE: {title}"
            paragraphs = self.later(paragraphs)
        for share, edit in _EDITS:
            if self._rng.random() < share:
                paragraphs = edit(self, paragraphs)
        if self._rng.random() < 0.30:
            paragraphs.insert(self._rng.randint(0, len(paragraphs)), f"Photo: {self._rng.choice(body.cast)}")
        return title, paragraphs

    def published(self, site: Site, title: str, paragraphs: Sequence[str], cast: Sequence[str]) -> tuple[str, str]:
        """Return headline and text as a site has them."""
        rng = self._rng
        city, agency = rng.choice(_CITIES), rng.choice(AGENCIES)
        facts = {"city": city, "CITY": city.upper(), "agency": agency, "day": rng.choice(DAYS), "name": cast[0]}
        lines = [f"{site.dateline.format(**facts)}{paragraphs[0]}", *paragraphs[1:]]
        if rng.random() < 0.55:
            lines = [site.byline.format(**facts), *lines, site.credit.format(**facts)]
        if rng.random() < _FURNITURE_EVERY:
            if site.inside and len(lines) > 2:
                lines.insert(rng.randrange(1, len(lines)), rng.choice(site.inside))
            tail = (rng.choice(self.headlines) if line == "*" else line for line in site.tail)
            lines = [*site.head, *lines, *tail, site.rights]
        text = site.glue.join(filter(None, lines))
        if rng.random() < 0.35:
            title = f"{title} | {site.name}"
        for curled, straight in _STRAIGHT if site.straight else ():
            text = text.replace(curled, straight)
        return title, text

    def headline(self, body: Body) -> str:
        """Leave a headline in two cases of five, else change its case, trim it or rewrite half of it."""
        kind = self._rng.random()
        words = body.title.split()
        if kind < 0.40:
            return body.title
        if kind < 0.55:
            return body.title.title()
        if kind < 0.73:
            return " ".join(words[: max(3, len(words) - 2)])
        return " ".join(self._rng.choice(self.words) if self._rng.random() < 0.45 else word for word in words)

    def reworded(self, paragraphs: list[str]) -> list[str]:
        """Put other words in place of up to 6 of 100."""
        words = " \n ".join(paragraphs).split(" ")
        for _ in range(max(1, int(self._rng.uniform(0.01, 0.06) * len(words)))):
            at = self._rng.randrange(len(words))
            if words[at] != "\n":
                words[at] = self._rng.choice(self.words)
        return [paragraph.strip() for paragraph in " ".join(words).split("\n")]

    def later(self, paragraphs: list[str]) -> list[str]:
        """Change the figures of a story and add to it."""
        changed = [_NUMBER.sub(lambda found: f"{int(found[0][:1]) + 1}{found[0][1:]}", one) for one in paragraphs]
        return [*changed, *([self.local.pop()] if self.local else [])]

    def dated(self, paragraphs: list[str]) -> list[str]:
        """Write today for a day of the week."""
        day = self._rng.choice(DAYS)
        return [paragraph.replace(day, "today") for paragraph in paragraphs]

    def teaser(self, paragraphs: list[str]) -> list[str]:
        """Cut after some hundred characters."""
        return [f"{' '.join(paragraphs)[: self._rng.randint(200, 800)]}..."]

    def swapped(self, paragraphs: list[str]) -> list[str]:
        """Swap two paragraphs."""
        at = self._rng.randrange(len(paragraphs))
        return [*paragraphs[:at], *paragraphs[at : at + 2][::-1], *paragraphs[at + 2 :]]

    def holed(self, paragraphs: list[str]) -> list[str]:
        """Drop up to three paragraphs from the middle of a long story."""
        at = self._rng.randrange(1, max(2, len(paragraphs) - 1))
        return [*paragraphs[:at], *paragraphs[at + self._rng.randint(1, 3) :]] if len(paragraphs) > 4 else paragraphs

    def truncated(self, paragraphs: list[str]) -> list[str]:
        """Cut from the end."""
        return paragraphs[: max(1, round(len(paragraphs) * self._rng.betavariate(4, 2)))]

    def localised(self, paragraphs: list[str]) -> list[str]:
        """Add a paragraph of the outlet's own, below or above."""
        own = [self.local.pop()] if self.local else []
        return [*paragraphs, *own] if self._rng.random() < 0.5 else [*own, *paragraphs]

    def announced(self, paragraphs: list[str]) -> list[str]:
        """Say the first sentence twice."""
        first, *_ = paragraphs[0].split(". ")
        return [first, *paragraphs]


_EDITS: tuple[tuple[float, Callable[[Desk, list[str]], list[str]]], ...] = (
    (0.40, Desk.reworded),
    (0.20, Desk.dated),
    (0.10, Desk.swapped),
    (0.15, Desk.holed),
    (0.35, Desk.truncated),
    (0.07, Desk.teaser),
    (0.15, Desk.localised),
    (0.20, Desk.announced),
)
"""Edits of the text and the share of copies that have each."""
