"""Clusters, and how they are made of links."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedup.results import notebooks
from dedup.results.matches import Between
from dedup.stages import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from numpy.typing import NDArray

    from dedup.articles.article import Article, Batch
    from dedup.articles.times import Interval
    from dedup.results.links import Links
    from dedup.results.matches import Match
    from dedup.stages.canonical import Origin, Reasons, Rule

LARGE = 200
"""Articles above which a cluster is suspicious: the most copies a wire story is expected to have."""
WEAK = 0.5
"""Strength to the centre below which a cluster is suspicious."""
FEW = 3
"""Articles above which a cluster of one outlet is suspicious: versions come in twos and threes."""
_LOT = 512  # articles whose clusters are made together
_ANSWERS = tuple(each.name for each in fields(canonical.Answers))


@dataclass(frozen=True)
class Cluster:
    """Two or more articles that are one story's text.

    Attributes:
        members: The articles, sorted by id.
        centre: The member the cluster is built around.
        to_centre: The match of every other member with the centre, its own or that of its exact copy, by its id.
        canonical: The member picked by the rule of the run.
        earliest: The member published first, as far as dates tell.
        representative: The member with the best text to keep: the longest without what belongs to the site, or
            one nearly as long that is not cut off.
        origin: Who wrote it; None where nothing tells.
        order_certain: True when the earliest was certainly published before all others; false if that is more
            than a month before them, where a wrong date is likelier.
        tied: The dated members that may have been first, by id: the earliest alone if the dates tell it from the
            other dated ones; empty without dates.
        outlets: Names of the outlets, by the time of their first versions.
        origins: Everybody who is named as the origin by a member, the origin first.
        first_published: When the earliest was published, as an interval; None if it has no date.
        lag: From the first outlet to the second, by the middles of their times; None without two that are dated.
        reasons: Why the canonical, earliest and representative members and the origin were chosen.
        between: The matches between members as numbers, of which `matches` are made.
    """

    members: tuple[Article, ...]
    centre: Article
    to_centre: dict[str, Match] = field(hash=False)
    canonical: Article
    earliest: Article
    representative: Article
    origin: Origin | None
    order_certain: bool
    tied: tuple[Article, ...]
    outlets: tuple[str, ...]
    origins: tuple[str, ...]
    first_published: Interval | None
    lag: timedelta | None
    reasons: Reasons
    between: Between = field(repr=False, compare=False)

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """Matches between members, sorted by ids."""
        return tuple(sorted(self.between.named()))

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the members, sorted."""
        return tuple(member.id for member in self.members)

    @property
    def weakest(self) -> float:
        """The least strength between a member and the centre."""
        return min(match.strength for match in self.to_centre.values())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why someone should look at this cluster; empty for most."""
        found = []
        if len(self) > LARGE:
            found.append(f"very large: {len(self)} articles")
        if self.weakest < WEAK:
            found.append(f"weak: an article has strength {self.weakest:.2f} to the centre")
        sources = {member.source for member in self.members}
        if len(self) > FEW and len(sources) == 1 and None not in sources:
            found.append(f"one outlet: all {len(self)} articles are from {sources.pop()}")
        return tuple(found)

    def __len__(self) -> int:
        return len(self.members)

    def _repr_html_(self) -> str:
        return notebooks.cluster(self)


class Lots:
    """The clusters that the links between the texts of a batch make, made some at a time, in any order."""

    def __init__(self, batch: Batch, links: Links, rule: Rule) -> None:
        self._batch, self._groups, self._rule = batch, links.clusters, rule
        groups = self._groups
        self._rows = np.concatenate([rows for rows, _ in groups] or [links.rows[:0]])
        self._ends = np.cumsum([len(rows) for rows, _ in groups], dtype=np.int64)
        self._starts = np.concatenate([[0], self._ends])[: len(groups)]
        number, self._centre, self._tokens = np.full((3, len(batch)), -1)
        number[self._rows] = np.repeat(np.arange(len(groups)), self._ends - self._starts)
        self._centre[self._rows] = np.repeat([row for _, row in groups], self._ends - self._starts)
        self._tokens[links.rows] = np.repeat(links.lengths, np.diff(links.starts))
        one, two, self._verdicts = links.in_clusters
        inside = np.flatnonzero((number[one] == number[two]) & (number[one] >= 0))
        self._inside = inside[np.argsort(number[one[inside]], kind="stable")]
        self._one, self._two = one, two
        self._bounds = np.searchsorted(number[one[self._inside]], np.arange(len(groups) + 1))
        cuts = np.flatnonzero(np.diff(self._ends // _LOT, prepend=0)) + 1  # after each with which a lot is full
        self._cuts = np.unique([0, *cuts, len(groups)])

    def __len__(self) -> int:
        return len(self._cuts) - 1

    def __getitem__(self, lot: int) -> Iterator[Cluster]:
        first, last = self._cuts[lot : lot + 2].tolist()
        begin, stop = self._starts[first], self._ends[last - 1]
        rows = self._rows[begin:stop]
        articles = self._batch.articles(rows)
        names = dict(zip(rows.tolist(), (article.id for article in articles), strict=True))
        within = self._inside[self._bounds[first] : self._bounds[last]]
        edges = Between(self._one[within], self._two[within], self._verdicts.take(within), names)
        direct = _to_centres(edges, self._centre)
        found = list(zip(articles, rows.tolist(), self._tokens[rows].tolist(), strict=True))
        spans = zip(*((each[first:last] - begin).tolist() for each in (self._starts, self._ends)), strict=True)
        clusters = [sorted(found[start:end], key=_by_id) for start, end in spans]
        members = [tuple(article for article, _, _ in cluster) for cluster in clusters]
        sizes = [[tokens for *_, tokens in cluster] for cluster in clusters]
        answers = canonical.answer_all(members, self._rule, sizes)
        bounds = (self._bounds[first : last + 1] - self._bounds[first]).tolist()
        for place, answered in enumerate(answers):
            centre = self._groups[first + place][1]
            yield Cluster(
                members=members[place],
                centre=next(article for article, row, _ in clusters[place] if row == centre),
                to_centre={article.id: direct[row] for article, row, _ in clusters[place] if row != centre},
                between=edges.part(slice(*bounds[place : place + 2])),
                **{name: getattr(answered, name) for name in _ANSWERS},
            )


def _by_id(found: tuple[Article, int, int]) -> str:
    return found[0].id


def _to_centres(edges: Between, centre: NDArray[np.int64]) -> dict[int, Match]:
    """Return the match of each row with the centre of its cluster; `centre` is the row of that."""
    from_centre = centre[edges.one] == edges.one
    direct = np.flatnonzero(from_centre | (centre[edges.one] == edges.two))
    others = np.where(from_centre, edges.two, edges.one)[direct]
    return dict(zip(others.tolist(), edges.part(direct).named(), strict=True))
