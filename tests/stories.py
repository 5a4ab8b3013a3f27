"""Prose for tests: common words in random order, the same for the same seed."""

from __future__ import annotations

import random

_WORDS = """
about above across after again air along also among answer around because before began below between both
bridge bring build call carry change children city close cold come could country day door down draw early
earth eat every example eye face family far farm feet field find fire first fish follow food form found four
garden gave glass gold good grass great green ground group grow half hand hard harbour head hear heard help
high hill hold home horse hot hour house hundred inch island keep kind king knew know land large last late
leave left letter life light line list little long look made market measure men might mile milk moon morning
mountain mouth move music name near never new next night north notice number often oil old once open order
other paper part pass pattern people piece plain plan plant play point port power press quick rain read
ready river road rock room round rule run sail salt school sea second seem set several ship short show side
simple sing sky sleep slow small snow soil song soon south space stand star start stay step stone stood stop
story street sun sure surface table take talk teach tell ten thing think three through time together told
took toward town travel tree true turn under until valley voice wait walk wall warm watch water week well
west wheel where while white whole wind winter wish without wonder wood work world write year yellow young
""".split()


def sentences(seed: int, count: int = 20) -> list[str]:
    """Return `count` sentences of twelve words."""
    chance = random.Random(seed)
    return [f"{' '.join(chance.choices(_WORDS, k=12)).capitalize()}." for _ in range(count)]


def story(seed: int, count: int = 20) -> str:
    """Return a text of `count` sentences in paragraphs of four."""
    prose = sentences(seed, count)
    return "\n\n".join(" ".join(prose[start : start + 4]) for start in range(0, count, 4))
