"""Base articles: read, made distinct, sampled."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from typing import TYPE_CHECKING

import dedup
from editmodel.story import token_counts

if TYPE_CHECKING:
    import pathlib

    from editmodel.story import Article

LEAST_TOKENS = 60
_SPREAD = 4
"""Articles with a sentence, from which it is the site's."""
_SHARED = 0.3
"""Share of such sentences from which an article is no story."""
_LATIN = re.compile(r"[A-Za-z]")


def read(path: pathlib.Path) -> list[Article]:
    """Return the articles of a JSONL file that have text, with ids."""
    with path.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [{**one, "id": str(one.get("id") or number)} for number, one in enumerate(found) if one.get("text")]


def distinct(articles: list[Article]) -> list[Article]:
    """Keep one of each story that the library itself finds, revisions among them."""
    result = dedup.find_duplicates(articles, dedup.Settings(revisions=True))
    dropped = {match.b for match in result.matches}
    return [one for one in articles if one["id"] not in dropped]


def english(articles: list[Article]) -> list[Article]:
    """Keep what is in Latin letters and without markup."""
    return [
        one
        for one in articles
        if len(_LATIN.findall(str(one["text"]))) > 0.6 * len(str(one["text"])) and "</" not in str(one["text"])
    ]


def without_pages(articles: list[Article]) -> list[Article]:
    """Drop what is mostly sentences that many articles have: walls, menus and notices that were taken for a story."""
    sentences_of = [set(re.split(r"[.!?\n]+\s*", str(one["text"]).lower())) for one in articles]
    spread = Counter(sentence for some in sentences_of for sentence in some)

    def shared(one: set[str]) -> float:
        words = {sentence: len(sentence.split()) for sentence in one}
        common = sum(count for sentence, count in words.items() if spread[sentence] >= _SPREAD and count > 2)
        return common / max(1, sum(words.values()))

    return [one for one, some in zip(articles, sentences_of, strict=True) if shared(some) < _SHARED]


def choose(articles: list[Article], limit: int | None, seed: int) -> list[Article]:
    """Make articles distinct, drop what is too short, and draw `limit` of the rest."""
    kept = distinct(without_pages(articles))
    counts = token_counts([str(one["text"]) for one in kept])
    kept = sorted(
        (one for one, count in zip(kept, counts, strict=True) if count >= LEAST_TOKENS), key=lambda one: str(one["id"])
    )
    if limit is not None and len(kept) > limit:
        kept = random.Random(seed).sample(kept, limit)
    return kept
