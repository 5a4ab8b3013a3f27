"""Thresholds that labels speak for, and the curves that show them."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import dedup
from dedup.drawing import curves
from dedup.errors import ArgumentError

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from editmodel import bases  # noqa: E402
from editmodel.catalogue import EDITS, copies  # noqa: E402
from editmodel.negatives import NEGATIVES, Source  # noqa: E402
from editmodel.story import story_of  # noqa: E402
from editmodel.writing import Pool  # noqa: E402

EDITED = ("9 truncation", "10 teaser", "13 local paragraphs", "21 light edit", "22 heavy rewrite")
Labelled = tuple[list[dict[str, object]], dict[str, str]]


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    """Stories of the newsroom, some of their copies by the edit model, and what only looks like copies."""
    chosen = bases.choose(bases.english(bases.read(HERE.parent / "examples" / "newsroom.jsonl")), None, 1)
    stories = [story_of(one) for one in chosen]
    pool = Pool.of(stories)
    articles, labels = list(chosen), {str(one["id"]): str(one["id"]) for one in chosen}
    for edit in EDITS:
        if edit.name in EDITED:
            for base, copy in copies(edit, stories, pool, 1, 4).items():
                labels[str(copy["id"])] = base
                articles.append(copy)
    for make in list(NEGATIVES.values())[:4]:
        room = make(Source(stories, pool, 1, 15))
        for one in room.articles:
            if str(one["id"]) not in labels and room.stories[str(one["id"])] is not None:
                labels[str(one["id"])] = str(room.stories[str(one["id"])])
                articles.append(one)
    return articles, labels


def best_f1(articles: list[dict[str, object]], labels: dict[str, str]) -> float:
    """The best F1 of runs at many thresholds, each from scratch."""
    runs = (dedup.find_duplicates(articles, dedup.Settings(threshold=at / 20)) for at in range(2, 20))
    return max(dedup.evaluate(run, labels).pairwise.f1 for run in runs)


@pytest.mark.full
def test_the_threshold_is_within_a_point_of_the_best(labelled):
    articles, labels = labelled
    tuning = dedup.tune(articles, labels, dedup.Settings(threshold=0.9))
    assert tuning.gain > 0.05
    run = dedup.find_duplicates(articles, dedup.Settings(threshold=tuning.threshold))
    f1 = dedup.evaluate(run, labels).pairwise.f1
    assert f1 >= best_f1(articles, labels) - 0.01
    assert tuning.scores[tuning.threshold].f1 == pytest.approx(f1, abs=0.01)


@pytest.mark.full
def test_some_labelled_pairs_are_enough(labelled):
    articles, labels = labelled
    chance = random.Random(1)
    names = sorted(labels)
    pairs = [(a, b) for a in names for b in names if a < b and labels[a] == labels[b]]
    wrong = [tuple(sorted(chance.sample(names, 2))) for _ in range(300)]
    told = dict.fromkeys(chance.sample(pairs, 100), True) | {(a, b): False for a, b in wrong if labels[a] != labels[b]}
    tuning = dedup.tune(articles, [(*pair, same) for pair, same in told.items()], dedup.Settings(threshold=0.9))
    run = dedup.find_duplicates(articles, dedup.Settings(threshold=tuning.threshold))
    assert dedup.evaluate(run, labels).pairwise.f1 >= best_f1(articles, labels) - 0.01


def test_what_is_best_already_is_kept(newsroom_path):
    labels = newsroom_path.with_name("newsroom.labels.csv")
    tuning = dedup.tune(newsroom_path, labels)
    assert tuning.threshold == tuning.at == 0.45
    assert tuning.gain == 0.0
    assert dedup.tune(newsroom_path, labels, dedup.Settings(threshold=0.95)).threshold < 0.6
    assert str(tuning) == "threshold 0.45: precision 1.000, recall 1.000, F1 1.000 (now 0.45: F1 1.000)"


def test_a_tuning_draws_itself(newsroom_path):
    tuning = dedup.tune(newsroom_path, newsroom_path.with_name("newsroom.labels.csv"), dedup.Settings(threshold=0.9))
    drawn = etree.fromstring(tuning.svg().encode())
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert [one.tag.split("}")[1] for one in drawn].count("polyline") == 3
    assert [one.tag.split("}")[1] for one in drawn].count("polygon") == 2
    page = tuning._repr_html_()
    assert "suggested" in page
    assert "now" in page


def test_labels_that_say_nothing_are_refused(newsroom_path):
    for labels in ({"nw-cup": "1"}, [("nw-cup", "nw-dam", False)]):
        with pytest.raises(ArgumentError, match="labels must have a pair of articles of one story"):
            dedup.tune(newsroom_path, labels)


points = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=12, unique_by=lambda one: one[0])


@given(points, st.integers(5, 60), st.integers(2, 20), st.none() | st.floats(0, 1))
def test_a_curve_of_any_points_is_drawn(
    drawn: list[tuple[float, float]], width: int, height: int, mark: float | None
) -> None:
    lines = curves.text(sorted(drawn), width, height, mark).split("\n")
    assert len(lines) == height + 2
    for column in range(width):
        assert any(line[5 + column] != chr(0x2800) for line in lines[:height])  # drawn in each column
    curve = curves.Curve("a < b", sorted(drawn), band=[(x, y / 2, y) for x, y in sorted(drawn)])
    assert etree.fromstring(curves.svg("t & t", "x", [curve], [(0.5, "<mark>")]).encode()) is not None


def test_a_rising_curve_rises():
    lines = curves.text([(0, 0), (1, 1)], 20, 5).split("\n")
    tops = [min(row for row in range(5) if lines[row][5 + column] != chr(0x2800)) for column in range(20)]
    assert tops == sorted(tops, reverse=True)
    assert (tops[0], tops[-1]) == (4, 0)


def test_a_plan_draws_itself():
    plan = dedup.plan(0.5, 0.95)
    assert "0.996 at 0.5" in plan.svg()
    assert etree.fromstring(plan.svg().encode()) is not None
    assert "42 bands of 3 rows" in plan._repr_html_()
