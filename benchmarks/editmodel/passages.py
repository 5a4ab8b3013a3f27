"""Edits 9 to 18: passages cut, moved and added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from editmodel.outlets import PLACES
from editmodel.story import sentences

if TYPE_CHECKING:
    from editmodel.layout import Desk
    from editmodel.story import Story

_TAIL_HEADLINES = (3, 5)
_LOCAL_LEAST = 15  # words of local reporting


def truncation(story: Story, desk: Desk) -> Story | None:
    """9: the tail cut off; Beta(4, 2) of the paragraphs stay, but no less than one and never all."""
    total = len(story.paragraphs)
    if total < 2:
        return None
    kept = min(total - 1, max(1, round(desk.rng.betavariate(4, 2) * total)))
    return replace(story, paragraphs=story.paragraphs[:kept])


def teaser(story: Story, desk: Desk) -> Story | None:
    """10: the first one or two paragraphs, or 200 to 800 characters, with an ellipsis in mid sentence."""
    paragraphs, rng = story.paragraphs, desk.rng
    if len(story.text) < 300:
        return None
    if rng.random() < 0.4 and len(paragraphs) > 2:
        return replace(story, paragraphs=paragraphs[: rng.choice((1, 2))])
    whole = " ".join(paragraphs)
    size = min(rng.randint(200, 800), len(whole) * 2 // 3)
    cut = whole[:size].rsplit(" ", 1)[0] if rng.random() < 0.7 else whole[:size]
    return replace(story, paragraphs=(cut + rng.choice(("...", "…", " [...]", "... Read more")),))


def middle_dropped(story: Story, desk: Desk) -> Story | None:
    """11: one to three paragraphs in the middle are gone, at most a third of them all."""
    total = len(story.paragraphs)
    if total < 4:
        return None
    gone = set(desk.rng.sample(range(1, total - 1), min(desk.rng.randint(1, 3), max(1, total // 3))))
    return replace(story, paragraphs=tuple(one for place, one in enumerate(story.paragraphs) if place not in gone))


def reordered(story: Story, desk: Desk) -> Story:
    """12: neighbouring sentences exchanged (one in ten), merged or split (one in ten)."""
    rng, changed = desk.rng, []
    for paragraph in story.paragraphs:
        parts = sentences(paragraph)
        place = 0
        while place + 1 < len(parts):
            if rng.random() < 0.2:
                second = parts[place + 1]
                if rng.random() < 0.5:
                    parts[place] = f"{parts[place].rstrip('.')}, and {second[:1].lower()}{second[1:]}"
                    del parts[place + 1]
                else:
                    parts[place], parts[place + 1] = second, parts[place]
                    place += 1
            elif ", and " in parts[place] and rng.random() < 0.3:
                first, second = parts[place].split(", and ", 1)
                parts[place : place + 1] = [f"{first}.", second[:1].upper() + second[1:]]
                place += 1
            place += 1
        changed.append(" ".join(parts))
    return replace(story, paragraphs=tuple(changed))


def local_paragraphs(story: Story, desk: Desk) -> Story:
    """13: one to three paragraphs of local reporting, at the start or the end, up to a third of the story."""
    rng = desk.rng
    most = max(_LOCAL_LEAST, min(len(story.text.split()) // 3, rng.choice((25, 45, 75))))
    written = [one for part in desk.pool.own_words(story, most, rng) for one in sentences(part)]
    own: tuple[str, ...] = ()
    for one in written:
        if not own or sum(len(part.split()) for part in own) + len(one.split()) <= most:
            own += (one,)
    own = (f"In {rng.choice(PLACES)}, {own[0][:1].lower()}{own[0][1:]}", *own[1:])
    return replace(story, paragraphs=own + story.paragraphs if rng.random() < 0.5 else story.paragraphs + own)


def standfirst(story: Story, desk: Desk) -> Story:
    """14: a standfirst, bullets, the headline or the lead a second time above the story."""
    rng = desk.rng
    first = sentences(story.paragraphs[0])[0]
    kind = rng.choice(("standfirst", "bullets", "lead", "headline"))
    if kind == "lead":
        above: tuple[str, ...] = (first,)
    elif kind == "headline":
        above = (story.title,)
    else:
        inner = [one for paragraph in story.paragraphs[1:6] for one in sentences(paragraph)[:1]] or [first]
        picked = rng.sample(inner, min(len(inner), 1 if kind == "standfirst" else 3))
        above = tuple(" ".join(one.split()[: rng.randint(8, 16)]).rstrip(",.") for one in picked)
        above = above if kind == "standfirst" else tuple(f"• {one}" for one in above)
    return replace(story, paragraphs=above + story.paragraphs)


def furniture_inside(story: Story, desk: Desk) -> Story:
    """15: one to four of the lines that this outlet sets into its stories."""
    paragraphs = list(story.paragraphs)
    shapes = desk.rng.choices(desk.outlet.inside, k=desk.rng.randint(1, 4))
    for shape in shapes:
        paragraphs.insert(desk.rng.randint(1, len(paragraphs)), desk.fill(shape))
    return replace(story, paragraphs=tuple(paragraphs))


def furniture_below(story: Story, desk: Desk) -> Story:
    """16: the outlet's lines below the story, and the headlines that it shows to everybody that day."""
    lines: list[str] = []
    for shape in desk.outlet.tail:
        lines += front_page(desk) if shape == "*" else [shape]
    return replace(story, paragraphs=(*story.paragraphs, *lines))


def front_page(desk: Desk) -> list[str]:
    """Return headlines out of the dozen that an outlet shows below all its stories on one day."""
    titles = desk.pool.titles
    start = sum(map(ord, desk.outlet.host)) * 12
    dozen = [titles[(start + step) % len(titles)] for step in range(12)]
    return desk.rng.sample(dozen, desk.rng.randint(*_TAIL_HEADLINES))


def rights(story: Story, desk: Desk) -> Story:
    """17: the copyright line or disclaimer of the outlet."""
    return replace(story, paragraphs=(*story.paragraphs, desk.outlet.rights))


def caption(story: Story, desk: Desk) -> Story:
    """18: a caption of 8 to 20 words with its photo credit, at the start or in the middle."""
    rng = desk.rng
    inner = sentences(rng.choice(story.paragraphs))
    words = rng.choice(inner).split()[: rng.randint(6, 14)]
    line = f"{' '.join(words).rstrip(',.;:')} in {rng.choice(PLACES)}. {desk.fill(desk.outlet.photo)}"
    place = 0 if rng.random() < 0.5 else rng.randint(0, len(story.paragraphs) // 2)
    return replace(story, paragraphs=(*story.paragraphs[:place], line, *story.paragraphs[place:]))
