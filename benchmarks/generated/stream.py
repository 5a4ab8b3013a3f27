"""Articles in the order of their publication, made as they are asked for."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from generated.copies import Desk
from generated.lexicon import WORDS, Lexicon
from generated.prose import bodies
from generated.sites import sites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generated.prose import Body
    from generated.sites import Site

    Article = dict[str, str]

MEAN_VERSIONS, MOST_VERSIONS = 8, 200
"""Articles of a story that has copies: on average, at most."""
_UNITS_A_BATCH = 300_000  # made at once: memory stays flat whatever is asked for
_DELAY = 5_000  # articles between a story and a copy of it, on average
_SECONDS = 10  # between two articles
_START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_STORY_SHARE = 0.89
"""Of an article's words; the rest is what outlets put around it."""
_REMEMBERED = 200  # headlines


class Newsroom:
    """Makes stories and sends them out through the outlets.

    Attributes:
        desk: What edits and sets the articles.
        sites: The outlets; the first publish more than the last.
    """

    def __init__(self, words: float, seed: int, seconds: float = _SECONDS) -> None:
        self.lexicon = Lexicon.made(seed)
        self.rng = random.Random(f"newsroom {seed}")
        self.sites = sites(self.lexicon, seed)
        self.desk = Desk(self.rng)
        self.desk.headlines = self._headlines = deque(["News in brief"], _REMEMBERED)
        self._words = words * _STORY_SHARE
        self._seconds, self._made = seconds, 0
        self._numbers = np.random.default_rng(seed)
        self._shares = (1 / np.arange(3, len(self.sites) + 3)).cumsum().tolist()

    def stories(self) -> Iterator[Body]:
        """Yield stories without end."""
        count = int(np.clip(_UNITS_A_BATCH // self._words, 1, 1000))
        while True:
            drawn = self.lexicon.drawn
            some = drawn[self._numbers.integers(0, len(drawn), 4000)]
            self.desk.words = [word.strip() for word in self.lexicon.text(some[some < WORDS])]
            spare = bodies(self.lexicon, self._numbers, 120, max(1, count // 4))
            self.desk.local = [paragraph for body in spare for paragraph in body.paragraphs[:1]]
            yield from bodies(self.lexicon, self._numbers, self._words, count)

    def site(self) -> Site:
        """Return an outlet, a large one more often."""
        return self.rng.choices(self.sites, cum_weights=self._shares)[0]

    def article(self, name: str, body: Body, *, copy: bool = False) -> Article:
        """Return a story, or a copy of it, as the next article."""
        site = self.site()
        title, paragraphs = self.desk.edited(body) if copy else (body.title, body.paragraphs)
        title, text = self.desk.published(site, title, paragraphs, body.cast)
        if not copy:
            self._headlines.append(title)
        return self.dated(name, site, title, text)

    def dated(self, name: str, site: Site, title: str, text: str) -> Article:
        """Return all fields of an article that comes next."""
        time = _START + dt.timedelta(seconds=self._seconds * self._made)
        self._made += 1
        return {
            "id": name,
            "url": f"https://{site.host}/{time:%Y/%m/%d}/{name}",
            "title": title,
            "text": text,
            "source": site.name,
            "published": f"{time:%Y-%m-%dT%H:%M:%SZ}",
        }


def news(articles: int, words: float, seed: int, copies: float) -> Iterator[Article]:
    """Yield articles of which the share `copies` belongs to a story that has several.

    Ids are `STORY-VERSION`. Copies follow their story by some thousand articles, unrelated ones between them.
    """
    room = Newsroom(words, seed)
    stories = enumerate(room.stories())
    copied = copies / (MEAN_VERSIONS - (MEAN_VERSIONS - 1) * copies)  # share of stories
    sizes, shares = _versions()
    delay = min(_DELAY, articles / 20)
    waiting: list[tuple[float, str, Body]] = []
    for made in range(articles):
        left = articles - made
        if waiting and (waiting[0][0] <= made or len(waiting) >= left):
            _, name, body = heapq.heappop(waiting)
            yield room.article(name, body, copy=True)
            continue
        number, body = next(stories)
        yield room.article(f"{number}-0", body)
        if room.rng.random() < copied:
            for version in range(1, min(room.rng.choices(sizes, shares)[0], left - len(waiting))):
                heapq.heappush(waiting, (made + room.rng.expovariate(1 / delay), f"{number}-{version}", body))


def _versions() -> tuple[range, list[float]]:
    """Return numbers of versions and their shares: Zipf's, with the mean that is wanted."""
    sizes = np.arange(2, MOST_VERSIONS + 1)
    low, high = 0.0, 4.0
    for _ in range(50):
        power = (low + high) / 2
        shares = sizes**-power
        if (sizes * shares).sum() / shares.sum() > MEAN_VERSIONS:
            low = power
        else:
            high = power
    return range(2, MOST_VERSIONS + 1), shares.tolist()
