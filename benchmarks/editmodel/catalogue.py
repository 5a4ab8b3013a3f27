"""All edits by name, with the share of copies that have each, and copies made with them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from editmodel import layout, noise, passages, wording
from editmodel.layout import Desk
from editmodel.outlets import OUTLETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from editmodel.outlets import Outlet
    from editmodel.story import Article, Story
    from editmodel.writing import Pool

    Make = Callable[[Story, Desk], Story | None]


@dataclass(frozen=True, slots=True)
class Edit:
    """One kind of edit.

    Attributes:
        name: What tables and floors call it.
        share: Share of copies in the wild that have it, by judgement; 0 for what is measured apart.
        make: The edit; None where it cannot be made on a story.
        expected: "cluster", "match" (one text may lie inside several), "revision", or "report" (no aim).
    """

    name: str
    share: float
    make: Make
    expected: str = "cluster"


EDITS = (
    Edit("1 headline", 0.60, layout.headline),
    Edit("2 title affix", 0.35, layout.title_affix),
    Edit("3 byline", 0.55, layout.byline),
    Edit("4 dateline", 0.45, layout.dateline),
    Edit("5 credit below", 0.25, layout.credit_below),
    Edit("6 sign-off", 0.50, layout.sign_off),
    Edit("7 typography", 0.60, layout.typography),
    Edit("8 reflow", 0.40, layout.reflow),
    Edit("9 truncation", 0.35, passages.truncation),
    Edit("10 teaser", 0.07, passages.teaser),
    Edit("11 middle dropped", 0.15, passages.middle_dropped),
    Edit("12 reordered", 0.10, passages.reordered),
    Edit("13 local paragraphs", 0.15, passages.local_paragraphs),
    Edit("14 standfirst", 0.20, passages.standfirst),
    Edit("15 furniture inside", 0.40, passages.furniture_inside),
    Edit("16 furniture below", 0.55, passages.furniture_below),
    Edit("17 rights", 0.30, passages.rights),
    Edit("18 caption", 0.30, passages.caption),
    Edit("19 house style", 0.25, wording.house_style),
    Edit("20 day words", 0.20, wording.day_words),
    Edit("21 light edit", 0.25, wording.light_edit),
    Edit("22 heavy rewrite", 0.08, wording.heavy_rewrite, "report"),
    Edit("23 later version", 0.15, wording.later_version, "revision"),
    Edit("24 two wires", 0.04, wording.two_wires, "report"),
)
_ORDER = (21, 19, 20, 10, 12, 11, 9, 13, 14, 18, 15, 4, 5, 6, 3, 17, 16, 7, 1, 2)
"""The order in which a copy is made: words, then cuts and additions, then what the site adds. Line breaks (8) are a
habit of the outlet."""
_TEASER = 10
_NOT_AFTER_TEASER = (5, 6, 9, 11, 12, 13)
"""A teaser has no end, and nobody adds reporting to one."""


def typical(story: Story, desk: Desk) -> Story:
    """Make a copy as they are found: each edit but the last three by its own chance."""
    made: set[int] = set()
    for number in _ORDER:
        edit = EDITS[number - 1]
        if desk.rng.random() >= edit.share or (_TEASER in made and number in _NOT_AFTER_TEASER):
            continue
        copy = edit.make(story, desk)
        if copy is not None:
            story = copy
            made.add(number)
    return replace(story, glue=desk.outlet.glue)


APART = (
    Edit("typical copy", 0.0, typical),
    Edit("entities", 0.0, noise.entities),
    Edit("invisible characters", 0.0, noise.invisible),
    Edit("mojibake", 0.0, noise.mojibake),
    Edit("scanned, 1 %", 0.0, noise.scanned),
    Edit("head cut", 0.0, noise.head_cut),
    Edit("middle section", 0.0, noise.section),
)
ROUND_UP = "item in a round-up"
TODAY = "2025-03-04"
"""The day of a round-up and of its items, which are drawn from anywhere."""


def article_of(story: Story, name: str, outlet: Outlet) -> Article:
    """Return a story as published by an outlet."""
    return {
        "id": name,
        "url": f"https://{outlet.host}/news/{abs(hash_of(name))}",
        "title": story.title,
        "text": story.text,
        "source": outlet.name,
        "published": story.published,
    }


def hash_of(name: str) -> int:
    """Return a number that is the same in every process."""
    return random.Random(name).getrandbits(32)


def copies(edit: Edit, bases: Sequence[Story], pool: Pool, seed: int, outlets: int) -> dict[str, Article]:
    """Make one copy of each base that the edit can be made on, by id of the base."""
    made: dict[str, Article] = {}
    for place, base in enumerate(bases):
        rng = random.Random(f"{seed} {edit.name} {base.id}")
        outlet = OUTLETS[place % outlets]
        copy = edit.make(base, Desk(outlet, pool, rng))
        if copy is not None:
            made[base.id] = article_of(copy, f"{base.id} ~ {edit.name}", outlet)
    return made


def round_ups(bases: Sequence[Story], outlets: int, size: int = 4) -> dict[str, Article]:
    """Put whole stories together, `size` a page; return the page of each by id of the base.

    One page in three names three of its items in its headline.
    """
    made: dict[str, Article] = {}
    for start in range(0, len(bases) - size + 1, size):
        items = bases[start : start + size]
        outlet = OUTLETS[start // size % outlets]
        body = [part for item in items for part in (item.title, *item.paragraphs)]
        named = "; ".join(" ".join(item.title.split()[:4]) for item in items[:3])
        title = ("Five things to know this morning", "News in brief", f"Briefing: {named}")[start // size % 3]
        lines = ("Here is what you need to know.", *body)
        page = replace(items[0], title=title, paragraphs=lines, published=TODAY)
        article = article_of(page, f"round-up {start}", outlet)
        made.update(dict.fromkeys((item.id for item in items), article))
    return made
