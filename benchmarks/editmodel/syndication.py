"""Stories with a known origin: who wrote each, who carries it, how copies say so, and when they are stamped.

The time model is fitted to Cagé, Hervé and Viaud 2020 (a quarter of stories copied in under four minutes); the shares
of credits and pointers are judgement, for no published collection has the truth.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from editmodel import layout, passages, wording
from editmodel.catalogue import hash_of
from editmodel.layout import DATELINE, SIGN_OFF, Desk
from editmodel.outlets import CITIES, OUTLETS, PEOPLE
from editmodel.stamps import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import Literal

    from editmodel.outlets import Outlet
    from editmodel.story import Article, Story
    from editmodel.writing import Pool

    Told = Literal["", "beside", "alone"]

ABSENT = 0.30
"""Share of stories whose origin is not among the articles."""
MOST_COPIES = 200
_EXPONENT = 1.6  # copies a story, Zipf: 8.5 on average
_KINDS = (("agency", 0.60), ("unlisted agency", 0.10), ("newspaper", 0.30))
_FRONT, _BACK = 0.6, 0.3  # share of credits above the text, below it; the rest stand in a field
_SILENT = {"agency": 0.35, "unlisted agency": 0.35, "newspaper": 0.6}
_CUT, _PORTAL, _SECOND_HAND, _REPEATED, _FOLDED = 0.25, 0.05, 0.10, 0.04, 0.02


@dataclass(frozen=True, slots=True)
class Source:
    """Who may write a story.

    Attributes:
        kind: One of `_KINDS`.
        name: What its own articles give as their outlet.
        host: Its host.
        mark: What stands for it in datelines.
        answer: What the library calls it where it is no member.
    """

    kind: str
    name: str
    host: str
    mark: str
    answer: str


AGENCIES = (
    Source("agency", "Reuters", "www.reuters.com", "Reuters", "Reuters"),
    Source("agency", "AP News", "apnews.com", "AP", "The Associated Press"),
    Source("agency", "AFP", "www.afp.com", "AFP", "Agence France-Presse"),
    Source("agency", "dpa international", "www.dpa-international.com", "dpa", "dpa"),
    Source("agency", "Press Trust of India", "www.ptinews.com", "PTI", "Press Trust of India"),
    Source("agency", "ANSA", "www.ansa.it", "ANSA", "ANSA"),
)
UNLISTED = (
    Source("unlisted agency", "Northern Wire", "northernwire.example", "NW", "Northern Wire"),
    Source("unlisted agency", "Halden Press Service", "halden.example", "HPS", "Halden Press Service"),
)
PORTALS = (("MSN", "www.msn.com"), ("Yahoo News", "news.yahoo.com"))
_TITLES = ("Post", "Courier", "Gazette", "Times", "Observer")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one story.

    Attributes:
        source: Who wrote it.
        present: Whether the source's own article is there.
    """

    source: Source
    present: bool


@dataclass(slots=True)
class World:
    """Articles with the truth about them.

    Attributes:
        articles: As they would be collected.
        stories: The truth by story.
        story_of: The story of each article.
        moments: When each article was really published.
        telling: Articles that name the source in a shape that can be read alone, or are the agency's own.
        telling_beside: Those that name it in a shape that can be read beside its own article.
    """

    articles: list[Article] = field(default_factory=list)
    stories: dict[str, Truth] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    telling: set[str] = field(default_factory=set)
    telling_beside: set[str] = field(default_factory=set)

    def tells(self, ids: Iterable[str]) -> bool:
        """Whether any of these articles tells the source."""
        found = set(ids)
        here = any(name.endswith("~ origin") for name in found)
        return not self.telling.isdisjoint(found) or (here and not self.telling_beside.isdisjoint(found))


def papers() -> list[Outlet]:
    """Return the newspapers: the outlets of the edit model, and five a city in their manner."""
    return [
        replace(style, name=f"{city} {title}", host=f"{city.replace(' ', '').lower()}{title.lower()}.example")
        for number, city in enumerate(CITIES)
        for place, title in enumerate(_TITLES)
        for style in [OUTLETS[(number + place) % len(OUTLETS)]]
    ]


def world(bases: Sequence[Story], pool: Pool, seed: int) -> World:
    """Let each base be written by somebody and copied by others."""
    made, outlets = World(), papers()
    for base in bases:
        rng = random.Random(f"{seed} {base.id}")
        _Newsdesk(made, base, pool, outlets, rng).publish()
    return made


class _Newsdesk:
    """Publishes one story and its copies."""

    def __init__(self, made: World, base: Story, pool: Pool, outlets: list[Outlet], rng: random.Random) -> None:
        self.made, self.pool, self.rng, self.clock = made, pool, rng, Clock(rng)
        found = DATELINE.match(base.paragraphs[0])
        lead = base.paragraphs[0][found.end() :] if found else base.paragraphs[0]
        self.city = rng.choice(CITIES)
        rest = [line for line in base.paragraphs[1:] if not SIGN_OFF.match(line)]
        self.base = replace(base, paragraphs=(lead, *rest))
        kind = rng.choices([name for name, _ in _KINDS], [share for _, share in _KINDS])[0]
        self.outlets = rng.sample(outlets, len(outlets))
        self.source = self._writer(kind)
        self.present = rng.random() >= ABSENT

    def _writer(self, kind: str) -> Source:
        if kind != "newspaper":
            return self.rng.choice(AGENCIES if kind == "agency" else UNLISTED)
        paper = self.outlets.pop()
        return Source(kind, paper.name, paper.host, paper.name, paper.name)

    def publish(self) -> None:
        name = self.base.id
        self.made.stories[name] = Truth(self.source, self.present)
        count = self.rng.choices(range(1, MOST_COPIES + 1), [n**-_EXPONENT for n in range(1, MOST_COPIES + 1)])[0]
        if self.present:
            self._original()
        earlier: list[tuple[Outlet, Story, Told]] = []
        for number in range(count + (not self.present)):
            earlier.append(self._copy(number, earlier))

    def _original(self) -> None:
        mark, rng = self.source.mark, self.rng
        story = self.base
        if self.source.kind != "newspaper":
            shape = rng.choice(("{} ({}) - ", "{}, March 4 ({}) - ", "{} ({}) — "))
            story = _above(story, shape.format(self.city.upper(), mark), joined=True)
        else:
            story = _above(story, f"By {rng.choice(PEOPLE)}")
        if mark == "Reuters" and rng.random() < 0.6:
            people = rng.sample(PEOPLE, 2)
            story = _below(story, f"(Reporting by {people[0]}; Editing by {people[1]})")
        article = self._article("origin", story, self.source.name, self.source.host, self.clock.start)
        if self.source.kind != "newspaper":
            self.made.telling.add(str(article["id"]))

    def _copy(self, number: int, earlier: list[tuple[Outlet, Story, Told]]) -> tuple[Outlet, Story, Told]:
        rng = self.rng
        outlet = self.outlets[number % len(self.outlets)]
        if earlier and rng.random() < _REPEATED:  # a version of what is already there
            outlet = earlier[-1][0]
        name, host = (outlet.name, outlet.host) if rng.random() >= _PORTAL else rng.choice(PORTALS)
        moment = self.clock.copied()
        second = bool(earlier) and rng.random() < _SECOND_HAND
        extra: dict[str, str] = {}
        if second:
            taken, story, told = rng.choice(earlier)
            if rng.random() < 0.3:
                story = _below(story, f"The post {story.title} appeared first on {taken.name}.")
                # Whoever was taken from may have dropped the credit: then this leads astray.
        else:
            story, told = self._credited(self._edited(outlet), extra)
        story = self._noise(story)
        article = self._article(f"copy {number}", story, name, host, moment)
        article.update(extra)
        origin_page = f"https://{self.source.host}/news/{abs(hash_of(self.base.id))}"
        if name in {portal for portal, _ in PORTALS} and rng.random() < 0.4:
            article["canonical_url"], told = origin_page, "alone"
        elif rng.random() < _FOLDED:
            article["url"] = origin_page
            told = "alone" if self.source.kind == "agency" else told or "beside"
        if told:
            (self.made.telling if told == "alone" else self.made.telling_beside).add(str(article["id"]))
        return outlet, story, told

    def _edited(self, outlet: Outlet) -> Story:
        """Do what a desk does, but for the credits."""
        rng, desk, story = self.rng, Desk(outlet, self.pool, self.rng), self.base
        for share, edit in (
            (0.25, wording.light_edit),
            (0.20, wording.day_words),
            (_CUT, passages.truncation),
            (0.15, passages.local_paragraphs),
            (0.40, passages.furniture_inside),
            (0.55, passages.furniture_below),
            (0.50, layout.typography),
            (0.40, layout.headline),
        ):
            if rng.random() < share:
                story = edit(story, desk) or story
        return replace(story, glue=outlet.glue)

    def _credited(self, story: Story, extra: dict[str, str]) -> tuple[Story, Told]:
        """Say where the story is from, or not; and whether that can be read."""
        rng, source = self.rng, self.source
        if rng.random() < _SILENT[source.kind]:
            return (_above(story, "Agencies") if rng.random() < 0.2 else story), ""
        if source.kind == "newspaper":
            return self._pointing(story, extra)
        place, person = rng.random(), rng.choice(PEOPLE)
        if place < _FRONT:
            shape = rng.choice(
                (
                    "{CITY} ({mark}) — ", "{CITY}, March 4 ({mark}) - ", "{city}, Mar 4 ({mark}): ", "({mark}) - ",
                    "By {name}", "By {person}, {name}", "By {name}", "{CITY} ({mark}) -- ",
                )
            )  # fmt: skip
            line = shape.format(
                CITY=self.city.upper(), city=self.city, mark=source.mark, name=source.answer, person=person
            )
            story = _above(story, line, joined=not line.startswith("By"))
        elif place < _FRONT + _BACK:
            shape = rng.choice(("({mark})", "Source: {name}", "© 2025 {name}. All rights reserved.", "--{mark}"))
            story = _below(story, shape.format(mark=source.mark, name=source.answer))
        else:
            extra[rng.choice(("author", "credit"))] = source.answer
        return story, "alone" if source.kind == "agency" else "" if extra else "beside"

    def _pointing(self, story: Story, extra: dict[str, str]) -> tuple[Story, Told]:
        rng, source = self.rng, self.source
        page = f"https://{source.host}/news/{abs(hash_of(self.base.id))}"
        kind = rng.randrange(6)
        if kind == 0:
            extra["canonical_url"] = page
        elif kind == 1:
            extra["credit"] = page
        elif kind == 2:
            return _above(story, f"By {rng.choice(PEOPLE)}, {source.name}"), "beside"
        else:
            shape = rng.choice(
                (
                    "This article originally appeared on {name}.", "The post {title} appeared first on {name}.",
                    "Read the full story at {host}", "This story was originally published by {name}.",
                    "Republished with permission from {name}.",
                )
            )  # fmt: skip
            story = _below(story, shape.format(name=source.name, title=story.title, host=source.host))
        return story, "alone"

    def _noise(self, story: Story) -> Story:
        """Name agencies that did not write it."""
        rng = self.rng
        other = rng.choice([agency for agency in AGENCIES if agency is not self.source])
        if rng.random() < 0.10:
            middle = len(story.paragraphs) // 2
            told = f"“We are looking at it,” a spokeswoman told {other.mark}."
            story = replace(story, paragraphs=(*story.paragraphs[:middle], told, *story.paragraphs[middle:]))
        if rng.random() < 0.10:
            story = _above(story, f"({other.mark} Photo/{rng.choice(PEOPLE)})")
        if rng.random() < 0.05:
            story = _below(story, f"With files from {other.answer}")
        if rng.random() < 0.03:
            story = _above(story, f"{self.city.upper()} (KMIZ) - ", joined=True)
        if rng.random() < 0.02:
            story = _below(story, f"({other.mark})")
        return story

    def _article(self, name: str, story: Story, source: str, host: str, moment: datetime) -> Article:
        name = f"{self.base.id} ~ {name}"
        published, fetched = self.clock.stamped(moment)
        article: Article = {
            "id": name,
            "url": f"https://{host}/news/{abs(hash_of(self.base.id if 'origin' in name else name))}",
            "title": story.title,
            "text": story.text,
            "source": source,
            "published": published,
            "fetched": fetched,
        }
        self.made.articles.append(article)
        self.made.story_of[name] = self.base.id
        self.made.moments[name] = moment
        return article


def _above(story: Story, line: str, *, joined: bool = False) -> Story:
    first, *rest = story.paragraphs
    return replace(story, paragraphs=(line + first, *rest) if joined else (line, first, *rest))


def _below(story: Story, line: str) -> Story:
    return replace(story, paragraphs=(*story.paragraphs, line))
