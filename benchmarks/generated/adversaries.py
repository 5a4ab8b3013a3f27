"""Corpora that punish whatever is quadratic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generated.stream import Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generated.stream import Article

_SHARED = 60  # words of the one paragraph


def identical(articles: int, words: float, seed: int) -> Iterator[Article]:
    """Yield one text over and over, from all outlets, within days: over months it would be no story but a wall."""
    room = Newsroom(words, seed, seconds=0.1)
    body = next(room.stories())
    text = "\n\n".join(body.paragraphs)
    for number in range(articles):
        yield room.dated(str(number), room.site(), body.title, text)


def paragraph(articles: int, words: float, seed: int) -> Iterator[Article]:
    """Yield stories that have nothing in common but one paragraph."""
    room = Newsroom(words, seed)
    stories = room.stories()
    shared = min(next(stories).paragraphs, key=lambda one: abs(one.count(" ") - _SHARED))
    for number in range(articles):
        body = next(stories)
        body.paragraphs.insert(room.rng.randint(0, len(body.paragraphs)), shared)
        yield room.article(str(number), body)


def template(articles: int, words: float, seed: int) -> Iterator[Article]:
    """Yield one text with other numbers and names each time, all from one outlet."""
    room = Newsroom(words, seed)
    body = next(room.stories())
    pattern = "\n\n".join(body.paragraphs).split(" ")
    blanks = range(5, len(pattern), 12)
    numbers, names = (room.lexicon.text(units) for units in (room.lexicon.numbers, room.lexicon.names))
    for number in range(articles):
        filled = list(pattern)
        for place, blank in enumerate(blanks):
            filled[blank] = room.rng.choice((numbers, names)[place % 3 == 0]).strip()
        title = f"{body.title}: {room.rng.choice(names).strip()}"
        yield room.dated(str(number), room.sites[0], title, " ".join(filled))


def long(articles: int, words: float, seed: int) -> Iterator[Article]:
    """Yield one article of `words` words, its near-copy with every hundredth word changed, then usual news."""
    room = Newsroom(470, seed)
    stories = room.stories()
    made: list[str] = []
    length = 0
    first = next(stories)
    while length < words:
        body = next(stories)
        made.extend(body.paragraphs)
        length += sum(paragraph.count(" ") + 1 for paragraph in body.paragraphs)
    yield room.dated("long-0", room.sites[0], first.title, "\n\n".join(made))
    changed = "\n\n".join(made).split(" ")
    for place in range(50, len(changed), 100):
        changed[place] = room.rng.choice(room.desk.words)
    yield room.dated("long-1", room.sites[1], first.title, " ".join(changed))
    for number in range(articles - 2):
        yield room.article(str(number), next(stories))
