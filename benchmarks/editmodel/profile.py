"""All measurements of a profile, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from editmodel import scripts
from editmodel.catalogue import APART, EDITS, ROUND_UP, TODAY, Edit, copies, round_ups
from editmodel.negatives import NEGATIVES, Source
from editmodel.outlets import OUTLETS
from editmodel.score import BUCKETS, Rate, Recall, merges, recall
from editmodel.story import story_of
from editmodel.writing import Pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from editmodel.score import Merges
    from editmodel.story import Article

_PER_OUTLET = 12
"""Copies an outlet has in a run, at least, where there are so many: an outlet of two articles shows no furniture."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How much to measure."""

    seed: int = 1
    negatives: int = 240


@dataclass(slots=True)
class Found:
    """Measurements of one collection.

    Attributes:
        edits: By edit.
        expected: What is expected of each edit.
        negatives: By kind of negative.
        articles: All articles that were in some run, by id.
    """

    edits: dict[str, Recall] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)
    negatives: dict[str, Merges] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)

    def buckets(self) -> dict[str, Rate]:
        """Pool the edits that should bring copies into one cluster, by length."""
        pooled = {name: Rate() for name in BUCKETS}
        for edit, found in self.edits.items():
            if self.expected[edit] in {"report", "revision"}:
                continue
            for name, rate in found.buckets.items():
                pooled[name].hits += rate.hits
                pooled[name].total += rate.total
        return pooled

    def keep(self, articles: Iterable[Article]) -> None:
        """Remember articles, for reasons."""
        self.articles.update((str(one["id"]), one) for one in articles)


def measure(articles: Sequence[Article], profile: Profile) -> dict[str, Found]:
    """Measure all edits and negatives on one collection of English articles."""
    found = Found()
    stories = [story_of(one) for one in articles]
    pool = Pool.of(stories)
    outlets = max(2, min(len(OUTLETS), len(stories) // _PER_OUTLET))
    found.keep(articles)
    for edit in (*EDITS, *APART):
        made = copies(edit, stories, pool, profile.seed, outlets)
        _score(found, edit, articles, made)
    today = [{**one, "published": TODAY} for one in articles]
    _score(found, Edit(ROUND_UP, 0.0, lambda *_: None, "match"), today, round_ups(stories, outlets))
    source = Source(stories, pool, profile.seed, profile.negatives)
    for kind, make in NEGATIVES.items():
        room = make(source)
        found.keep(room.articles)
        found.negatives[kind] = merges(room)
    return {"en, newsroom": found}


def _score(found: Found, edit: Edit, articles: Sequence[Article], made: dict[str, Article]) -> None:
    found.keep(made.values())
    found.edits[edit.name] = recall(articles, list(made.items()), edit.expected)
    found.expected[edit.name] = edit.expected


def measure_languages(
    articles: Sequence[Article], profile: Profile, names: Sequence[str] | None = None
) -> dict[str, Found]:
    """Measure the edits that need no grammar on each language."""
    languages = Counter(str(one["language"]) for one in articles)
    return {name: _measure_language(articles, name, profile) for name in names or languages}


def _measure_language(articles: Sequence[Article], language: str, profile: Profile) -> Found:
    found = Found()
    mine = [one for one in articles if one["language"] == language]
    stories = [story_of(one) for one in mine]
    found.keep(mine)
    for edit in scripts.EDITS:
        _score_all(found, edit, mine, scripts.copies(edit, language, stories, profile.seed))
    if language.startswith("ar"):
        other = "ar" if language == "ar-vocalised" else "ar-vocalised"
        named = {str(one["id"]): story_of(one) for one in articles if one["language"] == other}
        twins = {story.id: named[story.id.replace(language, other)] for story in stories}
        _score_all(found, scripts.VOCALISED, mine, scripts.vocalised(stories, twins))
    for kind, make in scripts.NEGATIVES.items():
        room = make(language, stories, profile.seed)
        found.keep(room.articles)
        found.negatives[kind] = merges(room)
    return found


def _score_all(found: Found, edit: str, articles: Sequence[Article], made: dict[str, list[Article]]) -> None:
    found.keep(one for some in made.values() for one in some)
    found.edits[edit] = recall(articles, [(base, one) for base, some in made.items() for one in some], "cluster")
    found.expected[edit] = "cluster"
