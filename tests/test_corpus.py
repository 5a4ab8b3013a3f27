"""The generated corpus: the same every time, as asked, made as it is read."""

from __future__ import annotations

import json
import sys
import tracemalloc
from collections import Counter
from itertools import combinations, islice, pairwise
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from dedup.articles.times import parse
from dedup.review import drawing

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from corpus import KINDS, corpus, write
from generated.lexicon import Lexicon

ARTICLES = 1000
FIELDS = {"id", "url", "title", "text", "source", "published"}


@pytest.fixture(scope="module")
def articles():
    return list(corpus(ARTICLES))


def stories(articles) -> Counter[str]:
    return Counter(one["id"].split("-")[0] for one in articles)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return set(zip(*(words[at:] for at in range(5)), strict=False))


@pytest.mark.full
def test_the_same_seed_makes_the_same_corpus_another_seed_another():
    first = list(corpus(40, words=60))
    Lexicon.made.cache_clear()
    again, other = list(corpus(40, words=60)), list(corpus(40, words=60, seed=2))
    assert first == again
    assert not {one["text"] for one in first} & {one["text"] for one in other}


@pytest.mark.full
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_as_many_valid_articles_as_asked(kind):
    made = list(corpus(30, words=300, kind=kind))
    assert len(made) == 30
    assert len({one["id"] for one in made}) == len({one["url"] for one in made}) == 30
    for one in made:
        assert set(one) == FIELDS
        assert all(isinstance(value, str) and value for value in one.values())
        assert urlsplit(one["url"]).hostname.endswith(".example")
        assert parse(one["published"]) is not None


def test_articles_come_in_the_order_of_their_publication_and_a_story_before_its_copies(articles):
    assert all(one["published"] < other["published"] for one, other in pairwise(articles))
    seen: Counter[str] = Counter()
    for one in articles:
        story, version = one["id"].split("-")
        assert (seen[story] == 0) == (version == "0")
        seen[story] += 1


def test_lengths_and_the_share_of_copies_are_about_as_asked(articles):
    words = [len(one["text"].split()) for one in articles]
    assert 380 < sum(words) / len(words) < 560
    assert max(words) > 3 * min(words)
    for asked in (0.0, 0.4):
        made = corpus(3000, words=40, copies=asked)
        shared = sum(count for count in stories(made).values() if count > 1) / 3000
        assert shared == pytest.approx(asked, abs=0.12)


def test_copies_share_their_text_and_unrelated_stories_next_to_nothing(articles):
    sets = {one["id"]: shingles(one["text"]) for one in articles}
    counts = stories(articles)
    copied = {one: shared for one, shared in sets.items() if counts[one.split("-")[0]] > 1}
    near = [
        len(sets[f"{one.split('-')[0]}-0"] & shared) / max(1, min(len(shared), len(sets[f"{one.split('-')[0]}-0"])))
        for one, shared in copied.items()
        if not one.endswith("-0")
    ]
    assert sorted(near)[len(near) // 10] > 0.4
    alone = [one for name, one in sets.items() if name.endswith("-0")][:150]
    far = [len(one & other) / len(one) for one, other in combinations(alone, 2)]
    assert sum(far) / len(far) < 0.005


def test_a_corpus_is_made_as_it_is_read():
    made = corpus(10**9, words=60)
    tracemalloc.start()
    try:
        for _ in islice(made, 600):
            pass
        before = tracemalloc.get_traced_memory()[0]
        for _ in islice(made, 600):
            pass
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 3_000_000


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "made.jsonl"
    write(path, corpus(20, words=60))
    assert len([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]) == 20

    def broken():
        yield from corpus(3, words=60)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(tmp_path / "half.jsonl", broken())
    assert not (tmp_path / "half.jsonl").exists()


@pytest.mark.parametrize(
    "picture",
    [
        drawing.bars("a < b", [("one & two", 3.0, True), ("three", 0.0, False)]),
        drawing.stacks("stages", [("10", {"read": 1.0, "sign": 2.0}), ("100", {"read": 3.0})]),
        drawing.curve("growth", [(10_000, 0.4), (100_000, 4.1)]),
        drawing.curve("one point", [(10_000, 0.4)]),
    ],
)
def test_pictures_are_well_formed(picture):
    assert ET.fromstring(picture).tag.endswith("svg")  # noqa: S314 (our own text)
