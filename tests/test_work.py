"""How much work a run does, counted: what grows here makes every run slower, and no clock is asked."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

import pytest

import dedup
from dedup.articles.article import Batch
from dedup.engines import proposing
from dedup.stages import confirm
from dedup.stages.confirm import verdicts

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from corpus import corpus

ARTICLES, WORDS = 2000, 200


@pytest.fixture(scope="module")
def articles():
    return list(corpus(ARTICLES, words=WORDS))


def counted(monkeypatch, module, name, size):
    """Collect what `size` says of the arguments of each call of a function."""
    found, real = [], getattr(module, name)

    def call(*args, **kwargs):
        found.append(size(*args))
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, call)
    return found


def test_texts_are_read_for_furniture_for_signatures_and_for_candidates(articles, monkeypatch):
    read = counted(monkeypatch, Batch, "values", lambda _, name, rows: len(rows) * (name == "text"))
    result = dedup.find_duplicates(articles)
    again = sum(read) - 2 * len(articles)
    assert 0 < again < 0.5 * result.candidates  # pairs of one story come together


def test_pairs_are_compared_once_aligned_where_near_and_scored_where_they_match(articles, monkeypatch):
    compared = counted(monkeypatch, confirm, "overlap", lambda _tokens, _offsets, a, *_: len(a))
    aligned = counted(monkeypatch, confirm, "examine", lambda _texts, a, *_: len(a))
    scored = counted(monkeypatch, verdicts, "scores", lambda _texts, a, *_: len(a))
    result = dedup.find_duplicates(articles)
    assert sum(compared) == result.candidates < 4 * len(articles)
    assert result.counts["confirmed"] == sum(scored) < sum(aligned) < 0.9 * result.candidates


def test_little_memory_is_needed_beside_the_texts(articles, monkeypatch):
    kept, real = [], proposing._sketch
    monkeypatch.setattr(proposing, "_sketch", lambda *args: kept.append(real(*args)) or kept[-1])
    dedup.find_duplicates(articles)  # whatever is loaded once
    tracemalloc.start()
    dedup.find_duplicates(articles)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(getattr(kept[-1], name).nbytes for name in kept[-1].__slots__) < 450 * len(articles)
    assert peak < 8000 * len(articles)  # blocks at work, which do not grow with the articles, among them
