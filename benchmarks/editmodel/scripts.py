"""Edits and negatives that need no grammar, for short texts in any script."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from editmodel.languages import LOCALS
from editmodel.negatives import Room
from editmodel.outlets import OUTLETS
from editmodel.story import Story, sentences, token_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from editmodel.languages import Local
    from editmodel.story import Article

COPIES = 4
"""Copies that each edit makes of each base: there are few bases."""
_DIGITS = re.compile(r"\d+")
_LEAST_NUMBERS = 2
_NOTICE = 60  # words of a notice, at most
_CHARACTERS = 2  # tokens of a word, about, where each character is one


@dataclass(frozen=True, slots=True)
class LocalDesk:
    """What an edit has at hand: the language, other stories of it, chance, and which outlet it is."""

    local: Local
    others: Sequence[Story]
    rng: random.Random
    outlet: int


Edit = "Callable[[Story, LocalDesk], Story | None]"


def typography(story: Story, at: LocalDesk) -> Story:
    """Other quotes, dashes and spaces."""
    opening, closing = at.local.quotes
    changed = []
    for text in story.paragraphs:
        new = re.sub(r"[“«„]", opening, re.sub(r"[”»]", closing, text))
        new = re.sub(r'"([^"]*)"', rf"{opening}\1{closing}", new)
        changed.append(new.replace(" — ", " - ").replace(" - ", at.rng.choice((" – ", " -- "))))  # noqa: RUF001
    return replace(story, paragraphs=tuple(changed))


def reflow(story: Story, at: LocalDesk) -> Story:
    """One block of text."""
    return replace(story, glue=at.rng.choice((" ", "\n")))


def truncation(story: Story, at: LocalDesk) -> Story | None:
    """The tail cut off."""
    total = len(story.paragraphs)
    return replace(story, paragraphs=story.paragraphs[: at.rng.randint(1, total - 1)]) if total > 1 else None


def teaser(story: Story, at: LocalDesk) -> Story:
    """Cut in mid sentence at a third to two thirds."""
    whole = " ".join(story.paragraphs)
    cut = whole[: round(len(whole) * at.rng.uniform(0.35, 0.67))]
    return replace(story, paragraphs=((cut.rsplit(" ", 1)[0] if at.local.space else cut) + "...",))


def dropped(story: Story, at: LocalDesk) -> Story | None:
    """One paragraph but the first is gone."""
    if len(story.paragraphs) < 3:
        return None
    place = at.rng.randrange(1, len(story.paragraphs))
    return replace(story, paragraphs=story.paragraphs[:place] + story.paragraphs[place + 1 :])


def inserted(story: Story, at: LocalDesk) -> Story:
    """A paragraph of another story, as short as there is one, at the start or the end."""
    other = min(at.rng.choice(at.others).paragraphs, key=len)
    rest = story.paragraphs
    return replace(story, paragraphs=(other, *rest) if at.rng.random() < 0.5 else (*rest, other))


def dateline(story: Story, at: LocalDesk) -> Story:
    """A dateline before the first word."""
    start = at.rng.choice(at.local.dateline)
    return replace(story, paragraphs=(start + story.paragraphs[0], *story.paragraphs[1:]))


def byline(story: Story, at: LocalDesk) -> Story:
    """A line with a name above the story."""
    return replace(story, paragraphs=(at.rng.choice(at.local.byline), *story.paragraphs))


def furniture(story: Story, at: LocalDesk) -> Story:
    """The lines of the outlet below the story, and three headlines of others."""
    shown = tuple(one.title for one in at.rng.sample(list(at.others), min(3, len(at.others))))
    return replace(story, paragraphs=(*story.paragraphs, *at.local.tail[at.outlet % len(at.local.tail)], *shown))


def light_edit(story: Story, at: LocalDesk) -> Story:
    """Words, or characters where there are no spaces: 2 to 6 % dropped or doubled."""
    rng, local = at.rng, at.local
    share = rng.uniform(0.02, 0.06)
    changed = []
    for text in story.paragraphs:
        parts = text.split(" ") if local.space else list(text)
        kept: list[str] = []
        for part in parts:
            chance = rng.random()
            if chance < share / 2:
                continue
            kept += [part, part] if chance < share else [part]
        changed.append(local.space.join(kept))
    return replace(story, paragraphs=tuple(changed))


EDITS: dict[str, Callable[[Story, LocalDesk], Story | None]] = {
    "typography": typography,
    "reflow": reflow,
    "truncation": truncation,
    "teaser": teaser,
    "paragraph dropped": dropped,
    "paragraph inserted": inserted,
    "dateline": dateline,
    "byline": byline,
    "furniture below": furniture,
    "light edit": light_edit,
}
VOCALISED = "vowel marks"


def copies(edit: str, language: str, bases: Sequence[Story], seed: int) -> dict[str, list[Article]]:
    """Make the copies of each base, by its id."""
    made: dict[str, list[Article]] = {base.id: [] for base in bases}
    for base in bases:
        others = [one for one in bases if one is not base]
        for turn in range(COPIES):
            rng = random.Random(f"{seed} {edit} {base.id} {turn}")
            copy = EDITS[edit](base, LocalDesk(LOCALS[language], others, rng, turn))
            if copy is not None:
                made[base.id].append(_article(copy, f"{base.id} ~ {edit} {turn}", turn))
    return made


def vocalised(bases: Sequence[Story], twins: dict[str, Story]) -> dict[str, list[Article]]:
    """Make of each base the copy that has its vowel marks (or lost them)."""
    return {base.id: [_article(twins[base.id], f"{base.id} ~ {VOCALISED}", 0)] for base in bases}


def _article(story: Story, name: str, outlet: int) -> Article:
    site = OUTLETS[outlet % len(OUTLETS)]
    return {
        "id": name,
        "url": f"https://{site.host}/{name}",
        "title": story.title,
        "text": story.text,
        "source": site.name,
        "published": None,
    }


def other_numbers(language: str, bases: Sequence[Story], seed: int) -> Room:
    """Each base that has numbers, cut to a notice of two numbers, with every one of them changed."""
    articles: list[Article] = []
    stories: dict[str, str | None] = {}
    asked = []
    for base in bases:
        short = _most_numbers(base, LOCALS[language])
        if short is None:
            continue
        articles.append(_article(short, base.id, 0))
        stories[base.id] = base.id
        for turn in range(COPIES):
            rng = random.Random(f"{seed} numbers {language} {base.id} {turn}")
            text = tuple(_DIGITS.sub(lambda found: _another(found[0], rng), one) for one in short.paragraphs)  # noqa: B023
            name = f"{base.id} ~ numbers {turn}"
            articles.append(_article(replace(short, paragraphs=text), name, 0))
            stories[name] = name
            asked.append(name)
    return Room(articles, stories, asked)


def _most_numbers(story: Story, local: Local) -> Story | None:
    """Return the shortest run of sentences with two numbers, as a notice whose point is its figures; None if long."""
    parts = [part for paragraph in story.paragraphs for part in sentences(paragraph)]
    runs = [
        local.space.join(parts[start:stop]) for start in range(len(parts)) for stop in range(start + 1, len(parts) + 1)
    ]
    dense = [run for run in runs if len(_DIGITS.findall(run)) >= _LEAST_NUMBERS]
    if not dense:
        return None
    notice = min(dense, key=len)
    long = token_counts([notice])[0] > (_NOTICE if local.space else _NOTICE * _CHARACTERS)
    return None if long else replace(story, paragraphs=(notice,))


def _another(figure: str, rng: random.Random) -> str:
    return str(int(figure) + rng.randint(1, max(3, int(figure) // 3)))


def other_stories(language: str, bases: Sequence[Story], seed: int) -> Room:
    """Copies of all bases in the furniture of one outlet: no two stories may come together."""
    articles: list[Article] = []
    stories: dict[str, str | None] = {}
    for base in bases:
        for turn in range(COPIES):
            rng = random.Random(f"{seed} others {language} {base.id} {turn}")
            at = LocalDesk(LOCALS[language], [one for one in bases if one is not base], rng, 0)
            page = byline(furniture(dateline(base, at), at), at)
            name = f"{base.id} ~ page {turn}"
            articles.append(_article(page, name, 0))
            stories[name] = base.id
    return Room(articles, stories, list(stories))


NEGATIVES: dict[str, Callable[[str, Sequence[Story], int], Room]] = {
    "other numbers": other_numbers,
    "other stories": other_stories,
}
