"""Invented outlets: what each puts around every story is constant, as it is on a real site."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generated.lexicon import Lexicon

OUTLETS = 300
AGENCIES = ("NWA", "MPA", "HPS", "Northern Wire", "Meridian Press")
_DATELINES = ("{CITY} ({agency}) — ", "{CITY} - ", "{city}, {day} ({agency}): ", "{city}: ", "", "")
_BYLINES = ("By {agency}", "{agency} Staff", "{name}, {agency}", "By {name}", "", "")
_CREDITS = ("Source: {agency}", "({agency})", "Agencies", "With inputs from {agency}", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Site:
    """One outlet.

    Attributes:
        name: Its name.
        host: Its host.
        dateline: How it writes where a story is from; fields `city`, `CITY`, `agency`, `day`.
        byline: The line above its stories; fields `agency`, `name`.
        credit: The line below; field `agency`.
        head: Lines above each story.
        inside: Lines set into some stories.
        tail: Lines below each story; "*" stands for a headline of another story.
        rights: The copyright line.
        straight: Whether it writes straight quotes and plain dashes.
        glue: What stands between its paragraphs once somebody has extracted them.
    """

    name: str
    host: str
    dateline: str
    byline: str
    credit: str
    head: tuple[str, ...]
    inside: tuple[str, ...]
    tail: tuple[str, ...]
    rights: str
    straight: bool
    glue: str


def sites(lexicon: Lexicon, seed: int) -> list[Site]:
    """Make all outlets: some add a lot to every story, some nothing."""
    rng = random.Random(f"sites {seed}")
    made = []
    for number in range(OUTLETS):
        first = lexicon.text(lexicon.names[[rng.randrange(len(lexicon.names))]])[0].split()[0]
        name = f"{first} {rng.choice(('Post', 'Times', 'News'))}"

        def lines(chance: float, most: int, words: int, rng: random.Random = rng) -> tuple[str, ...]:
            if rng.random() >= chance:
                return ()
            return tuple(lexicon.line(rng, rng.randint(2, words)) for _ in range(rng.randint(1, most)))

        tail = lines(0.55, 6, 40)
        made.append(
            Site(
                name=name,
                host=f"{name.lower().replace(' ', '')}{number}.example",
                dateline=rng.choice(_DATELINES),
                byline=rng.choice(_BYLINES),
                credit=rng.choice(_CREDITS),
                head=lines(0.2, 3, 12),
                inside=lines(0.4, 3, 10),
                tail=(*tail, "*", "*", "*") if tail and rng.random() < 0.5 else tail,
                rights=f"© {name}. All rights reserved." if rng.random() < 0.3 else "",
                straight=rng.random() < 0.6,
                glue=rng.choice(("\n\n", "\n\n", "\n", " ")),
            )
        )
    return made
