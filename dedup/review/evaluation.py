"""Clusters against labels: how many of the pairs, articles and stories are right, and the worst mistakes first."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeVar

from dedup.errors import ArgumentError
from dedup.formats.labels import Labels, read_clusters
from dedup.results import Cluster, Result
from dedup.review.intervals import Share
from dedup.review.showing import evaluation_html, evaluation_view

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from rich.console import RenderableType

    Ids = tuple[str, ...]
    Given = Labels | str | os.PathLike[str] | Mapping[str, str] | Iterable[Sequence[object] | Mapping[str, object]]
    Clusters = Result | str | os.PathLike[str] | Iterable[Cluster | Iterable[str]]

_Group = TypeVar("_Group", bound="Hashable")
_SIZES = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 50), (51, None))


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision and recall of one kind.

    Attributes:
        precision: Share of what was put together that belongs together; 1 where nothing was put together.
        recall: Share of what belongs together that was put together; 1 where nothing belongs together.
    """

    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision.value + self.recall.value
        return 2 * self.precision.value * self.recall.value / both if both else 0.0

    def __str__(self) -> str:
        return f"precision {self.precision.value:.3f}, recall {self.recall.value:.3f}, F1 {self.f1:.3f}"


@dataclass(frozen=True, slots=True)
class SizeRow:
    """What became of the clusters, or of the stories, of some sizes.

    Attributes:
        sizes: Which, as in "3 to 5": labelled articles each.
        groups: How many there are.
        articles: Labelled articles in them.
        right: How many clusters hold one story only, or how many stories stand in one cluster.
    """

    sizes: str
    groups: int
    articles: int
    right: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cluster that holds several stories, or a story that is spread over several clusters.

    Attributes:
        kind: "merged" (one cluster, several stories) or "split" (one story, several clusters).
        pairs: Pairs of articles that are wrong because of it.
        groups: The articles by story, or by cluster; the largest first.
    """

    kind: Literal["merged", "split"]
    pairs: int
    groups: tuple[Ids, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good clusters are, judged by labels; prints as tables.

    Attributes:
        pairwise: Scores over pairs of labelled articles. Their intervals take pairs as independent of each other,
            as pairs drawn at random are; those of one story are not.
        b_cubed: Scores averaged over labelled articles (Bagga and Baldwin 1998); None if the labels are pairs.
        adjusted_rand: Agreement above chance (Hubert and Arabie 1985), 1 at best; None if the labels are pairs.
        clusters: The clusters by size; articles without a label do not count.
        stories: The stories by size; empty if the labels are pairs.
        mistakes: What is wrong, the worst first.
        unknown: Labelled articles that the run did not see, where that can be told; they count as alone.
    """

    pairwise: Scores
    b_cubed: Scores | None
    adjusted_rand: float | None
    clusters: tuple[SizeRow, ...]
    stories: tuple[SizeRow, ...]
    mistakes: tuple[Mistake, ...] = field(repr=False)
    unknown: int = 0

    def __rich__(self) -> RenderableType:
        return evaluation_view(self)

    def _repr_html_(self) -> str:
        return evaluation_html(self)

    def __str__(self) -> str:
        lines = [f"pairwise: {self.pairwise}"]
        if self.b_cubed is not None:
            lines += [f"B-cubed: {self.b_cubed}", f"adjusted Rand: {self.adjusted_rand:.3f}"]
        return "\n".join([*lines, f"mistakes: {len(self.mistakes)}"])


def evaluate(
    clusters: Clusters,
    labels: Given,
) -> Evaluation:
    """Score clusters against labels.

    Only labelled articles count. One that is in no cluster is alone, which is right where its story has one article.

    Args:
        clusters: A result; clusters, or the ids of each; or the path of a file that `Result.write` wrote.
        labels: The story of each article: a mapping, or (id, story) pairs. Or verdicts on pairs: (a, b, same). Or a
            file of either: see `dedup.Labels.read`.

    Raises:
        ArgumentError: The arguments are none of these, an article is in two clusters, or there are no labels.
        InputError: A file cannot be used.

    >>> print(evaluate([["a", "b", "c"]], {"a": "ferry", "b": "ferry", "c": "dam"}))
    pairwise: precision 0.333, recall 1.000, F1 0.500
    B-cubed: precision 0.556, recall 1.000, F1 0.714
    adjusted Rand: 0.000
    mistakes: 1
    """
    told = Labels.of(labels)
    if not len(told):
        raise ArgumentError("labels must hold at least one label, got none")
    number_of = cluster_numbers(clusters)
    named = set(told.stories) | {one for pair in told.pairs for one in pair}
    seen = set(clusters.batch.table["id"].to_pylist()) if isinstance(clusters, Result) else named
    found: dict[str, Hashable] = {one: number_of.get(one, ("alone", one)) for one in sorted(named)}
    scores = pairwise_scores(found, told)
    judged = _by_story(found, told.stories, scores) if told.stories else _by_pairs(found, told.pairs)
    return Evaluation(scores, *judged, unknown=len(named - seen))


def cluster_numbers(clusters: Clusters) -> dict[str, int]:
    """Return the number of the cluster of each article that is in one; `clusters` as for `evaluate`."""
    if isinstance(clusters, Result):
        clusters = clusters.clusters
    elif isinstance(clusters, str | os.PathLike):
        clusters = read_clusters(clusters)
    if not isinstance(clusters, Iterable):
        raise ArgumentError(f"clusters must be a result, a path or clusters, got {clusters!r}")
    found: dict[str, int] = {}
    for number, cluster in enumerate(clusters):
        ids = cluster.ids if isinstance(cluster, Cluster) else cluster
        if isinstance(ids, str) or not isinstance(ids, Iterable):
            what = f"the string {ids!r}" if isinstance(ids, str) else repr(ids)
            raise ArgumentError(f"clusters must be clusters, or the ids of each, got {what}")
        for one in map(str, ids):
            if found.setdefault(one, number) != number:
                raise ArgumentError(f"clusters must not share articles, got {one!r} in two")
    return found


_Judged = tuple[Scores | None, float | None, tuple[SizeRow, ...], tuple[SizeRow, ...], tuple[Mistake, ...]]


def pairwise_scores(found: Mapping[str, Hashable], labels: Labels) -> Scores:
    """Score the cluster of each labelled article (its own where it is alone) over pairs."""
    if labels.stories:
        right, made, told = (
            sum(_pairs(count) for count in Counter(groups).values())
            for groups in (
                ((labels.stories[one], found[one]) for one in found),
                found.values(),
                (labels.stories[one] for one in found),
            )
        )
        return Scores(Share(right, made), Share(right, told))
    together = {pair: found[pair[0]] == found[pair[1]] for pair in labels.pairs}
    right = sum(same and together[pair] for pair, same in labels.pairs.items())
    return Scores(Share(right, sum(together.values())), Share(right, sum(labels.pairs.values())))


def _by_story(found: Mapping[str, Hashable], stories: Mapping[str, str], scores: Scores) -> _Judged:
    """Judge by the story of each article, from how many articles each cluster and story have in common."""
    common = Counter((stories[one], cluster) for one, cluster in found.items())
    told, made = Counter(stories[one] for one in found), Counter(found.values())
    size = len(found)
    b_precision = sum(count * count / made[cluster] for (_, cluster), count in common.items())
    b_recall = sum(count * count / told[story] for (story, _), count in common.items())
    mistakes = [*_mixed("merged", found, stories), *_mixed("split", stories, found)]
    impure = {found[one.groups[0][0]] for one in mistakes if one.kind == "merged"}
    broken = {stories[one.groups[0][0]] for one in mistakes if one.kind == "split"}
    return (
        Scores(Share(b_precision, size), Share(b_recall, size)),
        _adjusted_rand(scores, _pairs(size)),
        _sizes(made, impure),
        _sizes(told, broken),
        _worst_first(mistakes),
    )


def _by_pairs(found: Mapping[str, Hashable], pairs: Mapping[tuple[str, str], bool]) -> _Judged:
    """Judge by verdicts on pairs."""
    together = {(a, b): found[a] == found[b] for a, b in pairs}
    wrong = {pair for pair, same in pairs.items() if same != together[pair]}
    mistakes = [Mistake("merged" if together[pair] else "split", 1, ((pair[0],), (pair[1],))) for pair in wrong]
    impure = {found[pair[0]] for pair in wrong if together[pair]}
    return None, None, _sizes(Counter(found.values()), impure), (), _worst_first(mistakes)


def _mixed(
    kind: Literal["merged", "split"], whole: Mapping[str, Hashable], part: Mapping[str, Hashable]
) -> list[Mistake]:
    """Return each group of `whole` of which not all articles are of one group of `part`."""
    groups: dict[Hashable, defaultdict[Hashable, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(whole):
        groups[whole[one]][part[one]].append(one)
    found = []
    for parts in groups.values():
        if len(parts) > 1:
            pairs = sum(len(one) * len(two) for one, two in combinations(parts.values(), 2))
            ordered = sorted(map(tuple, parts.values()), key=lambda ids: (-len(ids), ids))
            found.append(Mistake(kind, pairs, tuple(ordered)))
    return found


def _worst_first(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    return tuple(sorted(mistakes, key=lambda one: (-one.pairs, one.kind, one.groups)))


def _adjusted_rand(scores: Scores, pairs: int) -> float:
    """Return Hubert and Arabie's index from counts of pairs; 1 where the two partitions are the same."""
    right, claimed, true = scores.precision.hits, scores.precision.total, scores.recall.total
    if right == claimed == true:
        return 1.0
    expected = claimed * true / pairs
    return (right - expected) / ((claimed + true) / 2 - expected)


def _sizes(sizes: Mapping[_Group, int], wrong: set[_Group]) -> tuple[SizeRow, ...]:
    rows = []
    for low, high in _SIZES:
        inside = [group for group, size in sizes.items() if size >= low and (high is None or size <= high)]
        if inside:
            name = f"{low}" if low == high else f"{low} and more" if high is None else f"{low} to {high}"
            right = sum(group not in wrong for group in inside)
            rows.append(SizeRow(name, len(inside), sum(sizes[group] for group in inside), right))
    return tuple(rows)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
