"""What looks like a copy and is none, made from the same bases; every article knows which story it tells."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from editmodel.catalogue import TODAY, article_of, round_ups
from editmodel.forms import FORMS, Drawn, next_issue
from editmodel.layout import Desk, headline
from editmodel.outlets import OUTLETS, PEOPLE
from editmodel.passages import front_page
from editmodel.story import Story, token_counts
from editmodel.writing import content_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from editmodel.story import Article
    from editmodel.writing import Pool


@dataclass(frozen=True, slots=True)
class Room:
    """A collection in which no two stories may be in one cluster.

    Attributes:
        articles: All of them.
        stories: What each article tells, by its id; None for what may be with anything (a page of many items).
        asked: Ids of the articles that count, each once.
    """

    articles: list[Article]
    stories: dict[str, str | None]
    asked: list[str]


@dataclass(frozen=True, slots=True)
class Source:
    """What negatives are made from."""

    bases: Sequence[Story]
    pool: Pool
    seed: int
    count: int

    def turns(self, kind: str) -> Iterator[tuple[int, Story, random.Random]]:
        """Yield (number, base, chance) `count` times, over and over the bases."""
        for number in range(self.count):
            yield number, self.bases[number % len(self.bases)], random.Random(f"{self.seed} {kind} {number}")


def _originals(bases: Sequence[Story]) -> tuple[list[Article], dict[str, str | None]]:
    wire = replace(OUTLETS[0], name="The Wire", host="wire.example")
    return [article_of(base, base.id, wire) for base in bases], {base.id: base.id for base in bases}


def form(name: str) -> Callable[[Source], Room]:
    """Return the room of one kind of form, by one outlet."""

    def room(source: Source) -> Room:
        articles: list[Article] = []
        for number in range(source.count):
            rng = random.Random(f"{source.seed} {name} {number}")
            title, text = FORMS[name](rng, number)
            story = Story("", title, tuple(text.split("\n\n")), "2025-03-04")
            articles.append(article_of(story, f"{name} {number}", OUTLETS[number // 40 % len(OUTLETS)]))
        ids = [str(article["id"]) for article in articles]
        return Room(articles, dict(zip(ids, ids, strict=True)), ids)

    return room


def next_issues(source: Source) -> Room:
    """Fill in each form twice, the second time for the next day or firm with one to four other facts."""
    articles: list[Article] = []
    names = list(FORMS)
    for number in range(source.count // 2):
        make = FORMS[names[number % len(names)]]
        seed, changes = f"{source.seed} next issue {number}", number // len(names) % 4 + 1
        issues = (make(Drawn(seed), number), next_issue(make, seed, number, changes))
        for issue, (title, text) in enumerate(issues):
            story = Story("", title, tuple(text.split("\n\n")), f"2025-03-0{4 + issue}")
            articles.append(article_of(story, f"issue {number} {issue}", OUTLETS[number // 40 % len(OUTLETS)]))
    ids = [str(article["id"]) for article in articles]
    return Room(articles, dict(zip(ids, ids, strict=True)), ids)


def with_originals(kind: str, make: Callable[[Story, int, Source, random.Random], Story]) -> Callable[[Source], Room]:
    """Return the room of all bases and of one article after another made from them."""

    def room(source: Source) -> Room:
        articles, stories = _originals(source.bases)
        asked = []
        for number, base, rng in source.turns(kind):
            name = f"{base.id} ~ {kind} {number}"
            articles.append(article_of(make(base, number, source, rng), name, OUTLETS[number % len(OUTLETS)]))
            stories[name] = name
            asked.append(name)
        return Room(articles, stories, asked)

    return room


def _new_headline(base: Story, source: Source, rng: random.Random) -> str:
    """Write a headline on what a base speaks of."""
    old = content_words(base.title) or ["News"]
    own = content_words(source.pool.own_words(base, 12, rng)[0])
    mixed = rng.sample(old, max(1, len(old) // 2)) + own[:3]
    rng.shuffle(mixed)
    return " ".join(mixed).capitalize()


def follow_up(base: Story, _: int, source: Source, rng: random.Random) -> Story:
    """Tell what came the next day, with 30 to 50 % of background out of the base."""
    share = rng.uniform(0.3, 0.5)
    counts = token_counts(list(base.paragraphs))
    picked: list[int] = []
    for place in reversed(range(len(counts))):  # background is what stood low in the first story
        if sum(counts[one] for one in [*picked, place]) <= share * sum(counts):
            picked.append(place)
    background = tuple(base.paragraphs[place] for place in sorted(picked))
    size = max(1, sum(counts[one] for one in picked))
    fresh = source.pool.own_words(base, max(60, round(size * (1 - share) / share)), rng)
    return replace(base, title=_new_headline(base, source, rng), paragraphs=fresh + background)


def other_agency(base: Story, _: int, source: Source, rng: random.Random) -> Story:
    """Report the same event in own words: names and numbers, no sentence."""
    own = source.pool.own_words(base, max(60, len(base.text.split())), rng)
    desk = Desk(OUTLETS[0], source.pool, rng)
    return replace(headline(base, desk), paragraphs=own)


def opinion(base: Story, number: int, source: Source, rng: random.Random) -> Story:
    """Answer the base: a passage of at most half of it stands quoted inside writing of its own."""
    half = len(base.text.split()) // 2
    start = rng.randrange(len(base.paragraphs))
    quoted: list[str] = []
    for paragraph in base.paragraphs[start:]:
        if sum(len(one.split()) for one in [*quoted, paragraph]) > min(half, 150):
            break
        quoted.append(paragraph)
    quoted = quoted or [" ".join(base.paragraphs[start].split()[: min(half, 60)])]
    before, after = (source.pool.own_words(base, rng.randint(80, 160), rng) for _ in range(2))
    title = f"Opinion | {PEOPLE[number % len(PEOPLE)]}: {_new_headline(base, source, rng)}"
    return replace(base, title=title, paragraphs=(*before, f"“{' '.join(quoted)}”", *after))


def live_blogs(source: Source) -> Room:
    """Take snapshots of one page hours apart: newest post first, half of the posts are still there the next time."""
    articles: list[Article] = []
    stories: dict[str, str | None] = {}
    for number in range(source.count // 2):
        base = source.bases[number % len(source.bases)]
        rng = random.Random(f"{source.seed} live {number}")
        posts = []
        for hour in range(12):
            own = " ".join(source.pool.own_words(base, rng.randint(25, 60), rng))
            posts.append(f"{8 + hour}:{rng.randint(10, 59)} {own}")
        outlet = OUTLETS[number % len(OUTLETS)]
        for snapshot, start in enumerate((0, 4)):
            name = f"live {number} {snapshot}"
            shown = tuple(reversed(posts[start : start + 8]))
            top = (f"LIVE: {base.title}", "Refresh this page for updates.")
            page = replace(base, title=f"LIVE: {base.title}", paragraphs=top + shown)
            articles.append(article_of(page, name, outlet))
            stories[name] = name
    return Room(articles, stories, list(stories))


def same_furniture(source: Source) -> Room:
    """Short items inside the furniture of one outlet, which is 60 % of each page."""
    articles: list[Article] = []
    stories: dict[str, str | None] = {}
    per_outlet = -(-source.count // len(OUTLETS))
    for number, base, rng in source.turns("same furniture"):
        outlet = OUTLETS[number // per_outlet]
        desk = Desk(outlet, source.pool, rng)
        item = source.pool.own_words(base, rng.randint(30, 60), rng)
        around = [outlet.rights, *(line for line in outlet.tail if line != "*"), "Most read today", *front_page(desk)]
        above = [f"{outlet.name} - Home | News | Sport | Business | Culture | Weather | Jobs | Contact"]
        goal = sum(len(one.split()) for one in item) * 1.5
        menu = [f"Read our guide to {word}, updated every day by the desk of {outlet.name}." for word in _TOPICS]
        while sum(len(line.split()) for line in around + above) < goal and menu:
            around.append(menu.pop(0))
        page = replace(base, title=_new_headline(replace(base, paragraphs=item), source, rng))
        page = replace(page, paragraphs=(*above, *item, *around))
        name = f"furniture {number}"
        articles.append(article_of(page, name, outlet))
        stories[name] = name
    return Room(articles, stories, list(stories))


_TOPICS = ("money", "travel", "food", "schools", "gardens", "books", "health", "streaming", "cars", "homes")


def press_releases(source: Source) -> Room:
    """Four releases a firm, each with news of its own above one About section of 60 to 110 words."""
    articles: list[Article] = []
    stories: dict[str, str | None] = {}
    outlet = replace(OUTLETS[1], name="Release Wire", host="releasewire.example")
    for number, base, rng in source.turns("press release"):
        firm = number // 4
        chance = random.Random(f"{source.seed} firm {firm}")
        company = f"Firm {chance.choice(PEOPLE).split()[1]} {firm}"
        owner = source.bases[chance.randrange(len(source.bases))]
        about = " ".join(source.pool.own_words(owner, chance.randint(60, 110), chance))
        news = source.pool.own_words(base, rng.randint(90, 180), rng)
        title = f"{company}: {_new_headline(replace(base, paragraphs=news), source, rng)}"
        paragraphs = (*news, f"About {company}", about, "Media contact: press@releasewire.example")
        name = f"release {number}"
        articles.append(article_of(replace(base, title=title, paragraphs=paragraphs), name, outlet))
        stories[name] = name
    return Room(articles, stories, list(stories))


def glued_by_round_ups(source: Source) -> Room:
    """Stand-alone items, and pages that hold four of them whole: no page may join two items."""
    articles, stories = _originals([replace(base, published=TODAY) for base in source.bases])
    for page in {page["id"]: page for page in round_ups(source.bases, 4).values()}.values():
        articles.append(page)
        stories[str(page["id"])] = None
    return Room(articles, stories, [base.id for base in source.bases])


NEGATIVES: dict[str, Callable[[Source], Room]] = {
    **{name: form(name) for name in FORMS},
    "form, few facts": next_issues,
    "next-day follow-up": with_originals("follow-up", follow_up),
    "two agencies": with_originals("other agency", other_agency),
    "live-blog snapshots": live_blogs,
    "same furniture": same_furniture,
    "press releases": press_releases,
    "opinion replies": with_originals("opinion", opinion),
    "round-ups glue": glued_by_round_ups,
}
