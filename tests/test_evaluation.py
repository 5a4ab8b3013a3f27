"""Clusters against labels, against scikit-learn and against scores computed the slow way."""

from __future__ import annotations

import json
import math
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stories import story

import dedup
from dedup.errors import ArgumentError, InputError
from dedup.review.intervals import Share

Partition = dict[str, int]
NAMES = [f"n{place}" for place in range(12)]
partitions = st.lists(st.integers(0, 5), min_size=1, max_size=12).flatmap(
    lambda one: st.tuples(st.just(one), st.lists(st.integers(0, 5), min_size=len(one), max_size=len(one)))
)


def as_clusters(numbers: list[int]) -> list[list[str]]:
    """The clusters of two and more, as a result has them."""
    groups = [[NAMES[at] for at, number in enumerate(numbers) if number == group] for group in set(numbers)]
    return [group for group in groups if len(group) > 1]


def as_stories(numbers: list[int]) -> dict[str, str]:
    return {NAMES[at]: f"story {number}" for at, number in enumerate(numbers)}


def slow_b_cubed(found: list[int], told: list[int]) -> tuple[float, float]:
    """B-cubed as it is defined: article by article."""
    precision, recall = [], []
    for at in range(len(found)):
        cluster = {other for other in range(len(found)) if found[other] == found[at]}
        same = {other for other in range(len(told)) if told[other] == told[at]}
        precision.append(len(cluster & same) / len(cluster))
        recall.append(len(cluster & same) / len(same))
    return sum(precision) / len(precision), sum(recall) / len(recall)


def slow_pairs(found: list[int], told: list[int]) -> tuple[int, int, int]:
    """(right, put together, belonging together) pair by pair."""
    pairs = list(combinations(range(len(found)), 2))
    together = {(a, b) for a, b in pairs if found[a] == found[b]}
    same = {(a, b) for a, b in pairs if told[a] == told[b]}
    return len(together & same), len(together), len(same)


@pytest.mark.full
@given(partitions)
@example(([0], [0]))
@example(([0, 0, 0], [0, 0, 0]))
@example(([0, 1, 2], [0, 1, 2]))
@example(([0, 0, 0], [0, 1, 2]))
def test_scores_agree_with_scikit_learn_and_the_definitions(both: tuple[list[int], list[int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn comes with the extra 'dev'")
    found, told = both
    scored = dedup.evaluate(as_clusters(found), as_stories(told))
    assert scored.adjusted_rand == pytest.approx(metrics.adjusted_rand_score(told, found))
    precision, recall = slow_b_cubed(found, told)
    assert scored.b_cubed is not None
    assert scored.b_cubed.precision.value == pytest.approx(precision)
    assert scored.b_cubed.recall.value == pytest.approx(recall)
    right, together, same = slow_pairs(found, told)
    assert scored.pairwise.precision == Share(right, together)
    assert scored.pairwise.recall == Share(right, same)


@given(partitions)
def test_mistakes_account_for_every_wrong_pair(both: tuple[list[int], list[int]]) -> None:
    found, told = both
    scored = dedup.evaluate(as_clusters(found), as_stories(told))
    right, together, same = slow_pairs(found, told)
    pairs = {kind: sum(one.pairs for one in scored.mistakes if one.kind == kind) for kind in ("merged", "split")}
    assert pairs == {"merged": together - right, "split": same - right}
    assert [one.pairs for one in scored.mistakes] == sorted((one.pairs for one in scored.mistakes), reverse=True)
    for rows, numbers, kind in ((scored.clusters, found, "merged"), (scored.stories, told, "split")):
        assert sum(row.articles for row in rows) == len(found)
        assert sum(row.groups for row in rows) == len(set(numbers))
        assert sum(row.groups - row.right for row in rows) == sum(one.kind == kind for one in scored.mistakes)


@given(partitions, st.data())
def test_pairs_and_stories_agree_where_all_pairs_are_labelled(
    both: tuple[list[int], list[int]], data: st.DataObject
) -> None:
    found, told = both
    pairs = list(combinations(range(len(found)), 2))
    if not pairs:
        return
    labels = [(NAMES[a], NAMES[b], told[a] == told[b]) for a, b in data.draw(st.permutations(pairs))]
    by_pairs = dedup.evaluate(as_clusters(found), labels)
    assert by_pairs.pairwise == dedup.evaluate(as_clusters(found), as_stories(told)).pairwise
    assert by_pairs.b_cubed is by_pairs.adjusted_rand is None
    assert len(by_pairs.mistakes) == sum((told[a] == told[b]) != (found[a] == found[b]) for a, b in pairs)


def test_articles_without_label_do_not_count():
    scored = dedup.evaluate([["a", "b", "x", "y"], ["p", "q"]], {"a": "1", "b": "1"})
    assert (scored.pairwise.f1, scored.adjusted_rand, scored.mistakes) == (1.0, 1.0, ())
    assert [(row.sizes, row.groups) for row in scored.clusters] == [("2", 1)]


def test_a_result_is_evaluated_as_it_is_and_as_it_was_written(tmp_path, newsroom, golden):
    labels = {one: cluster[0] for cluster in golden for one in cluster}
    scored = dedup.evaluate(newsroom, labels)
    assert scored.pairwise.f1 == 1.0
    for name in ("clusters.jsonl", "clusters.csv", "clusters.parquet", "articles.csv"):
        newsroom.write(tmp_path / name, name.partition(".")[0])
        assert dedup.evaluate(tmp_path / name, labels) == scored
    assert dedup.evaluate(newsroom, {**labels, "nobody": "1"}).unknown == 1


LINES = {
    "pairs.jsonl": '{"a": "x", "b": "y", "same": true}\n\n{"a": "z", "b": "x", "same": false}\n',
    "pairs.csv": "a,b,same\nx,y,true\nz,x,no\n",
    "pairs.tsv": "a\tb\tsame\nx\ty\t1\nz\tx\t0\n",
    "stories.jsonl": '{"id": "x", "story": 7}\n{"id": "y", "story": "7"}\n{"id": "z", "story": 8}',
    "stories.csv": "story,id\n7,x\n7,y\n8,z\n",
}


@pytest.mark.parametrize("name", LINES)
def test_labels_are_read_from_files(tmp_path, name):
    path = tmp_path / name
    path.write_text("\ufeff" + LINES[name] if name.endswith("csv") else LINES[name], encoding="utf-8")
    labels = dedup.Labels.read(path)
    if name.startswith("pairs"):
        assert labels == dedup.Labels(pairs={("x", "y"): True, ("x", "z"): False})
    else:
        assert labels == dedup.Labels(stories={"x": "7", "y": "7", "z": "8"})
    assert dedup.evaluate([["x", "y"]], path).pairwise.f1 == 1.0


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("l.jsonl", '{"a": "x", "b": "y"}\nno\n', "l.jsonl:2: must be JSON"),
        ("l.jsonl", "[1]\n", "l.jsonl:1: must be a JSON object"),
        ("l.jsonl", '{"a": "x"}\n', "l.jsonl:1: must have a and b, or id and story, got a"),
        ("l.jsonl", '{"a": "x", "b": "x"}\n', "l.jsonl:1: a and b must be two articles"),
        ("l.jsonl", '{"a": "x", "b": "y", "same": "perhaps"}\n', "same must be true or false, got 'perhaps'"),
        ("l.jsonl", '{"a": "x", "b": "y"}\n{"a": "y", "b": "x", "same": false}\n', "l.jsonl:2: 'x' and 'y' were said"),
        (
            "l.jsonl",
            '{"id": "x", "story": 1}\n{"id": "x", "story": 2}\n',
            "l.jsonl:2: 'x' was said to tell the story '1'",
        ),
        ("l.jsonl", '{"id": "x", "story": 1}\n{"a": "x", "b": "y"}\n', "l.jsonl:2: labels must be all pairs or all"),
        ("l.csv", "a,b,same\nx,y\n", "l.csv:2: must have 3 columns"),
        ("l.csv", "a,b\nx,y,z\n", "l.csv:2: must have 2 columns"),
        ("l.csv", 'a,b\n"x,y\n', "cannot be read"),
        ("l.jsonl", b"\xff\xfe{}", "l.jsonl: cannot be read"),
        ("l.parquet", "no", "l.parquet: cannot be read"),
        ("l.txt", "a b", "l.txt: the ending must be one of .jsonl"),
    ],
)
def test_bad_labels_are_one_clear_error(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as raised:
        dedup.Labels.read(path)
    assert message in str(raised.value)


def test_missing_files_and_wrong_arguments_are_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        dedup.evaluate([["a", "b"]], tmp_path / "none.csv")
    for clusters, labels, message in (
        ([["a", "b"]], [], "labels must hold at least one"),
        ([["a", "b"]], 7, "labels must be a path"),
        ([["a", "b"]], [("a",)], r"labels\[0\]: must be"),
        ([["a", "b"]], ["ab"], r"labels\[0\]: must be"),
        ([["a", "b"], ["b", "c"]], {"a": "1"}, "'b' in two"),
        (["ab"], {"a": "1"}, "the string 'ab'"),
    ):
        with pytest.raises(ArgumentError, match=message):
            dedup.evaluate(clusters, labels)
    path = tmp_path / "clusters.jsonl"
    path.write_text('{"ids": "no list"}\n')
    with pytest.raises(InputError, match=r"clusters.jsonl:1: ids must be a list"):
        dedup.evaluate(path, {"a": "1"})


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_interval_is_wilson_s(hits: int, more: int) -> None:
    share = Share(hits, hits + more)
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1
    if share.total:
        for bound in {low, high} - {0.0, 1.0, share.value}:  # where the score test is on its edge
            z = abs(share.value - bound) / math.sqrt(bound * (1 - bound) / share.total)
            assert z == pytest.approx(1.959964, abs=1e-4)


def copies(seed: int, every: int) -> list[dict[str, str]]:
    """A story and a copy of which every so-manieth word is another."""
    words = story(seed).split(" ")
    changed = [f"{word}x" if place % every == 0 else word for place, word in enumerate(words)]
    return [{"id": f"{seed}a", "text": " ".join(words)}, {"id": f"{seed}b", "text": " ".join(changed)}]


def test_recall_is_estimated_without_labels():
    articles = [one for seed in range(30) for one in copies(seed, 24)]
    result = dedup.find_duplicates(articles)
    whole = dedup.estimate_recall(result)
    assert whole.drawn == whole.found > 20
    assert (whole.recall.value, whole.missed) == (1.0, ())
    some = [cluster.ids for cluster in result.clusters[:10]]
    part = dedup.estimate_recall(some, articles)
    assert (part.drawn, part.found) == (whole.drawn, sum(int(ids[0][:-1]) >= 0 for ids in some))
    assert part.recall.interval[0] < 10 / len(result.clusters) < part.recall.interval[1]
    assert {a[:-1] for a, _ in part.missed} == {c.ids[0][:-1] for c in result.clusters} - {ids[0][:-1] for ids in some}
    assert dedup.estimate_recall(result, seed=9).drawn > 0


def test_rare_draws_weigh_more():
    # Copies that differ more are drawn less often, and stand for more of their kind.
    articles = [one for seed in range(60) for one in copies(seed, 8 if seed < 30 else 40)]
    settings = dedup.Settings(threshold=0.3)
    near = [(f"{seed}a", f"{seed}b") for seed in range(30, 60)]
    estimate = dedup.estimate_recall(near, articles, settings)
    assert estimate.recall.value <= estimate.found / estimate.drawn
    assert estimate.recall.total <= estimate.drawn


def test_wrong_arguments_of_the_estimate_are_named(newsroom):
    with pytest.raises(ArgumentError, match="articles must be given"):
        dedup.estimate_recall([["a", "b"]])
    with pytest.raises(ArgumentError, match="another than that of the run, got 1"):
        dedup.estimate_recall(newsroom, seed=1)
    assert dedup.estimate_recall([], [{"id": "a", "text": "Rain."}]).recall.value == 1.0


def test_an_evaluation_prints_and_escapes():
    scored = dedup.evaluate([["<b>", "\u202eb"]], {"<b>": "1", "\u202eb": "2"})
    page = scored._repr_html_()
    assert "&lt;b&gt;" in page
    assert "\u202e" not in page
    assert "<b>" not in page
    assert "adjusted Rand" in str(scored)
    assert json.dumps(str(dedup.evaluate([["a", "b"]], [("a", "b", True)]))).startswith('"pairwise')


def test_ids_may_be_numbers():
    assert dedup.evaluate([[1, 2]], {1: "x", 2: "x"}).pairwise.recall.value == 1.0


@pytest.mark.parametrize("nothing", [None, float("nan"), ""])
def test_an_article_without_a_story_is_refused(nothing):
    with pytest.raises(ArgumentError, match=r"labels\[1\]: must have a and b, or id and story"):
        dedup.evaluate([["a", "b"]], {"a": "x", "b": nothing})


@pytest.mark.parametrize("clusters", [5, None, [5]])
def test_what_are_no_clusters_is_refused(clusters):
    with pytest.raises(ArgumentError, match="clusters must be"):
        dedup.evaluate(clusters, {"a": "x", "b": "x"})


def test_files_that_do_not_say_what_is_together_are_refused(tmp_path):
    text = "The ferry to Port Alden will run again on Monday, the harbour office said."
    articles = [{"id": one, "text": text + more} for one, more in (("a", ""), ("b", " More."))]
    result = dedup.find_duplicates(articles)
    later = dedup.find_duplicates([{"id": "c", "text": text}], against=result)
    result.write(tmp_path / "articles.jsonl", "articles")
    assert dedup.evaluate(tmp_path / "articles.jsonl", {"a": "x", "b": "x"}).pairwise.recall.value == 1.0
    for said, what in ((result, "unique"), (later, "joined")):
        said.write(tmp_path / f"{what}.jsonl", what)
        with pytest.raises(InputError, match="must have all articles of a cluster, got one of each"):
            dedup.evaluate(tmp_path / f"{what}.jsonl", {"a": "x", "b": "x"})


def test_labels_obey_whichever_side_comes_first():
    assert dedup.Labels(pairs={("b", "a"): False}).pairs == {("a", "b"): False}


def test_recall_of_a_result_is_that_of_its_own_articles():
    with pytest.raises(ArgumentError, match="articles must not be given with a Result"):
        dedup.estimate_recall(dedup.find_duplicates([{"id": "a", "text": "Ferry"}]), [])
