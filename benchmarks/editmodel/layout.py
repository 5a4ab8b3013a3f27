"""Edits 1 to 8: the headline, the lines around a story, its characters and its line breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from editmodel.outlets import AGENCIES, CITIES, PEOPLE
from editmodel.words import DAYS
from editmodel.writing import content_words

if TYPE_CHECKING:
    import random

    from editmodel.outlets import Outlet
    from editmodel.story import Story
    from editmodel.writing import Pool

DATELINE = re.compile(
    r"^(?P<place>[^\W\d_a-z][\w .'-]{2,40}?)"
    r"(?:,\s[^()\n]{3,30}?)?\s*(?:\((?P<agency>[A-Z][\w ]{1,24})\))\s*(?:[-–—_:]+|\.-)\s*"  # noqa: RUF001
)
_BARE_DATELINE = re.compile(r"^(?P<place>[A-Z][A-Z .'-]{2,30})(?:,\s[^()\n]{3,30}?)?\s*(?:[-–—_:]+)\s+")  # noqa: RUF001
_BYLINE = re.compile(r"^(?:By|BY)\s[\w .,'|-]{3,60}$|^[\w ]{2,30} Staff$|^Agencies$")
SIGN_OFF = re.compile(r"^\(?(?:Reporting|Writing|Additional reporting|Editing) by .*$|^AP-[A-Z]{2}-.*$")
_SMALL = frozenset(
    ["a", "an", "the", "and", "or", "of", "in", "on", "at", "to", "for", "by", "with", "from", "as", "but"]
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who makes an edit: an outlet, with its chance of the day and what else is in the paper."""

    outlet: Outlet
    pool: Pool
    rng: random.Random

    def fill(self, shape: str) -> str:
        """Fill in the fields of an outlet's line, and headlines of other stories where it has a star."""
        line = shape.format(
            agency=self.rng.choice(AGENCIES),
            name=self.rng.choice(PEOPLE),
            city=self.rng.choice(CITIES),
            CITY=self.rng.choice(CITIES).upper(),
            day=f"March {self.rng.randint(1, 28)}",
        )
        return line.replace("*", self.rng.choice(self.pool.titles))


Edit = "Callable[[Story, Desk], Story | None]"


def headline(story: Story, desk: Desk) -> Story:
    """1: 45 % new words (half of the old ones stay, the others come from the lead), 25 % case only, 30 % trimmed."""
    words, rng = story.title.split(), desk.rng
    kind = rng.choices(("new", "case", "trimmed"), (45, 25, 30))[0]
    if kind == "case":
        upper = rng.random() < 0.4
        changed = [
            word.upper() if upper else word if word.lower() in _SMALL and place else word[:1].upper() + word[1:]
            for place, word in enumerate(words)
        ]
        return replace(story, title=" ".join(changed))
    if kind == "trimmed" and len(words) > 5:
        return replace(story, title=" ".join(words[: max(4, round(len(words) * rng.uniform(0.5, 0.8)))]))
    old = content_words(story.title)
    kept = [word for word in old if rng.random() < 0.5] or old[:1]
    lead = [word for word in content_words(" ".join(story.paragraphs[:3])[:600]) if word not in old]
    fresh = rng.sample(lead, min(len(lead), max(2, len(old) - len(kept) + 1)))
    mixed = kept + fresh
    rng.shuffle(mixed)
    return replace(story, title=" ".join(mixed).capitalize())


def title_affix(story: Story, desk: Desk) -> Story:
    """2: the outlet, a section or a label around the headline."""
    shape = desk.rng.choice(
        ("{0} | {1}", "{0} - {1}", "{0} – {1}", "News | {0}", "World: {0}", "Opinion | {0}", "{0} :: {1} :: News")  # noqa: RUF001
    )
    return replace(story, title=shape.format(story.title, desk.outlet.name))


def byline(story: Story, desk: Desk) -> Story:
    """3: added, replaced or dropped."""
    rest = story.paragraphs
    if _BYLINE.match(rest[0]) and len(rest) > 1:
        rest = rest[1:]
        if desk.rng.random() < 0.4:
            return replace(story, paragraphs=rest)
    line = desk.rng.choice((desk.outlet.byline, "By {name}", "By {name}, {agency}", "{agency} Staff", "News Desk"))
    return replace(story, paragraphs=(desk.fill(line), *rest))


def dateline(story: Story, desk: Desk) -> Story:
    """4: dropped, or in the style of the house."""
    lead = story.paragraphs[0]
    found = DATELINE.match(lead) or _BARE_DATELINE.match(lead)
    rest = lead[found.end() :] if found else lead
    if found and desk.rng.random() < 0.2:
        return replace(story, paragraphs=(rest, *story.paragraphs[1:]))
    shape = desk.rng.choice(
        (
            desk.outlet.dateline,
            "{CITY} (" + desk.rng.choice(AGENCIES) + ") - ",
            "{city}, {day} ({agency}): ",
            "{agency}: ",
            "{CITY}, {day} --",
            "({agency}) - {CITY}: ",
            "/{agency}/ {CITY}. ",
        )
    )
    start = desk.fill(shape)
    if found:
        start = start.replace(start_city(start), found["place"].title() if not start.isupper() else found["place"])
    return replace(story, paragraphs=(start + rest, *story.paragraphs[1:]))


def start_city(line: str) -> str:
    """Return the city that stands in a dateline; a new dateline names the old place."""
    for city in CITIES:
        for name in (city, city.upper()):
            if name in line:
                return name
    return line


def credit_below(story: Story, desk: Desk) -> Story:
    """5: the credit leaves the dateline for a line below the story."""
    found = DATELINE.match(story.paragraphs[0])
    first = story.paragraphs[0][found.end() :] if found else story.paragraphs[0]
    line = desk.fill(desk.rng.choice((desk.outlet.credit, "Agencies", "({agency})", "Source: {agency}")))
    if desk.rng.random() < 0.3:
        body = (first, *story.paragraphs[1:])
        return replace(story, paragraphs=(*body[:-1], f"{body[-1]} {line}"))
    return replace(story, paragraphs=(first, *story.paragraphs[1:], line))


def sign_off(story: Story, desk: Desk) -> Story:
    """6: the one that is there dropped; where there is none, one added, as the source has it and this copy not."""
    if SIGN_OFF.match(story.paragraphs[-1]) and len(story.paragraphs) > 1:
        return replace(story, paragraphs=story.paragraphs[:-1])
    line = desk.rng.choice(
        (
            "(Reporting by {name}; Editing by {name})",
            "(Reporting by {name} in {city} and {name} in {city}; writing by {name}; editing by {name})",
            "AP-WF-03-04-25 1200GMT",
            "(Additional reporting by {name}; editing by {name})",
        )
    )
    return replace(story, paragraphs=(*story.paragraphs, _people(line, desk)))


def _people(line: str, desk: Desk) -> str:
    """Fill in each name on its own: no desk edits itself."""
    while "{" in line:
        field = line[line.index("{") : line.index("}") + 1]
        line = line.replace(field, desk.fill(field), 1)
    return line


def typography(story: Story, desk: Desk) -> Story:
    """7: quotes, dashes, ellipses, no-break spaces; no word changes."""
    opening, closing, single = desk.rng.choice((("“", "”", "’"), ("«", "»", "’"), ("„", "“", "’"), ("``", "''", "'")))  # noqa: RUF001
    dash = desk.rng.choice((" — ", " – ", " -- ", " _ "))  # noqa: RUF001
    spaces = desk.rng.random() < 0.5

    def restyled(text: str) -> str:
        text = re.sub(r'(^|[\s(\[—–-])["“„«]', rf"\g<1>{opening}", text)  # noqa: RUF001
        text = re.sub(r'["”»]', closing, text)
        text = re.sub(r"(?<=\w)['’](?=\w)", single, text)  # noqa: RUF001
        text = re.sub(r"\s(?:-|–|—|--)\s", dash, text)  # noqa: RUF001
        text = text.replace("...", "…") if "..." in text else text.replace("…", "...")
        return re.sub(r"(?<=\d) (?=\w)", "\xa0", text) if spaces else text

    return replace(story, title=restyled(story.title), paragraphs=tuple(map(restyled, story.paragraphs)))


def reflow(story: Story, desk: Desk) -> Story:
    """8: paragraphs merged, one line, or line breaks of another kind."""
    kind = desk.rng.choice(("merged", "one line", "single", "breaks"))
    if kind == "merged":
        parts = story.paragraphs
        merged = tuple(" ".join(parts[start : start + 2]) for start in range(0, len(parts), 2))
        return replace(story, paragraphs=merged)
    return replace(story, glue={"one line": " ", "single": "\n", "breaks": "<br><br>"}[kind])


def weekday(desk: Desk) -> str:
    """Return some day of the week."""
    return desk.rng.choice(DAYS)
