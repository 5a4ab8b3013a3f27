"""Frozen answers: clusters, and the result that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from dedup import formats
from dedup.errors import ArgumentError
from dedup.results import notebooks, tables
from dedup.results.matches import Joined, Match, matches_of
from dedup.stages import canonical
from dedup.stages.confirm import RELATIONS, REVISION

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from datetime import timedelta

    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

    from dedup.articles.article import Article, Batch
    from dedup.articles.times import Interval
    from dedup.errors import Problem
    from dedup.formats.signatures import Signatures
    from dedup.results.links import Links
    from dedup.settings import Settings
    from dedup.stages.canonical import Origin, Reasons
    from dedup.stages.confirm import Verdicts
    from dedup.stages.furniture import Furniture

LARGE = 200
"""Articles above which a cluster is suspicious: the most copies a wire story is expected to have."""
WEAK = 0.5
"""Strength to the centre below which a cluster is suspicious."""
FEW = 3
"""Articles above which a cluster of one outlet is suspicious: versions come in twos and threes."""
What = Literal["clusters", "articles", "unique", "joined"]


_LOT = 1024  # articles whose clusters are made together


@dataclass(frozen=True, slots=True)
class Cluster:
    """Two or more articles that are one story's text.

    Attributes:
        members: The articles, sorted by id.
        matches: Matches between members; each member has one with the centre, its own or that of its exact copy.
        centre: The member the cluster is built around.
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
    """

    members: tuple[Article, ...]
    matches: tuple[Match, ...]
    centre: Article
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

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the members, sorted."""
        return tuple(member.id for member in self.members)

    @property
    def weakest(self) -> float:
        """The least strength between a member and the centre."""
        return min(match.strength for match in self.matches if self.centre.id in {match.a, match.b})

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


@dataclass(frozen=True, eq=False)  # arrays have no one answer to ==
class Result:
    """Clusters, matches, and what was counted on the way.

    Attributes:
        batch: The articles as they were read.
        settings: The settings of the run.
        furniture: What was left out of the comparison.
        links: Matches between distinct texts.
        rule: The sort key that picks the canonical member.
        candidates: Pairs of distinct texts that were compared.
        capped: Articles for which a cap left out candidate pairs; 0 means that nothing was left out.
        seconds: Wall time by stage.
        earlier: The signatures that the articles were matched with first; None where they were not.
        joined: The articles that joined a cluster of the earlier result, by their ids; they are in no cluster here.
    """

    batch: Batch = field(repr=False)
    settings: Settings
    furniture: Furniture = field(repr=False)
    links: Links = field(repr=False)
    rule: canonical.Rule = field(repr=False)
    candidates: int
    capped: int
    seconds: dict[str, float] = field(repr=False, compare=False)
    earlier: Signatures | None = field(default=None, repr=False)
    joined: tuple[Joined, ...] = field(default=(), repr=False)

    def _repr_html_(self) -> str:
        return notebooks.result(self)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with the input, and what was done about it."""
        return self.batch.problems

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """Every confirmed pair, sorted by ids.

        Of articles with the same tokens the one with the least id is compared with others for all of them.
        """
        return tuple(sorted(self._named(*self.links.by_article)))

    def _named(self, one: NDArray[np.int64], two: NDArray[np.int64], verdicts: Verdicts) -> list[Match]:
        """Return matches between rows as matches between ids, in the order given."""
        ids = self.batch.table["id"].combine_chunks()
        return matches_of(ids.take(one).to_pylist(), ids.take(two).to_pylist(), verdicts)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """The clusters, largest first, then by the id of the canonical member."""
        return tuple(sorted(self.each_cluster(), key=lambda one: (-len(one), one.canonical.id)))

    def each_cluster(self) -> Iterator[Cluster]:
        """Yield the clusters one by one, in any order: for those who need not hold the texts of all at once."""
        if "clusters" in self.__dict__:
            yield from self.clusters
            return
        groups = self.links.clusters
        sizes = np.array([len(rows) for rows, _ in groups], np.int64)
        number = np.full(len(self.batch), -1)
        number[np.concatenate([rows for rows, _ in groups] or [number[:0]])] = np.repeat(np.arange(len(groups)), sizes)
        one, two, verdicts = self.links.in_clusters
        inside = np.flatnonzero((number[one] == number[two]) & (number[one] >= 0))
        inside = inside[np.argsort(number[one[inside]], kind="stable")]
        bounds = np.searchsorted(number[one[inside]], np.arange(len(groups) + 1))
        lengths = dict(zip(*(each.tolist() for each in self.links.in_any_cluster), strict=True))
        cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // _LOT, prepend=0)) + 1  # after each with which a lot is full
        for start, stop in pairwise([0, *cuts.tolist(), len(groups)]):
            rows = [row for some, _ in groups[start:stop] for row in some.tolist()]
            articles = dict(zip(rows, self.batch.articles(rows), strict=True))
            lot = inside[bounds[start] : bounds[stop]]
            matches = self._named(one[lot], two[lot], verdicts.take(lot))
            ends = bounds[start : stop + 1] - bounds[start]
            for (some, centre), (begin, end) in zip(groups[start:stop], pairwise(ends.tolist()), strict=True):
                members = [(row, articles[row], lengths[row]) for row in some.tolist()]
                yield self._cluster(members, centre, sorted(matches[begin:end]))

    def _cluster(self, found: list[tuple[int, Article, int]], centre: int, matches: list[Match]) -> Cluster:
        """Make a cluster of (row, article, tokens)."""
        found.sort(key=lambda one: one[1].id)
        members = tuple(member for _, member, _ in found)
        answers = canonical.answer(members, self.rule, [tokens for *_, tokens in found])
        return Cluster(
            members=members,
            matches=tuple(matches),
            centre=next(member for row, member, _ in found if row == centre),
            **{each.name: getattr(answers, each.name) for each in fields(answers)},
        )

    @property
    def unique(self) -> list[Article]:
        """One article a story (the canonical one) and every article in no cluster, in input order.

        Those that joined an earlier cluster are copies of what is known already, and left out.
        """
        return self.batch.articles(tables.unique_rows(self))

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of the run by name, in the order in which they arise."""
        clusters = self.links.clusters
        joined = {} if self.earlier is None else {"joined earlier": len(self.joined)}
        return {
            "articles": len(self.batch),
            "bad lines": sum(problem.skipped for problem in self.problems),
            "exact copies": len(self.links.rows) - len(self.links.lengths),
            "candidates": self.candidates,
            "capped": self.capped,
            "confirmed": len(self.links.a),
            "clusters": len(clusters),
            "copies": sum(len(rows) - 1 for rows, _ in clusters),
            **joined,
        }

    def at(self, threshold: float) -> Result:
        """Return the result under a stricter threshold: nothing is scored again, clusters only split.

        Raises:
            ArgumentError: The threshold is below the one of this result, or above 1.
        """
        if not self.settings.threshold <= threshold <= 1.0:
            raise ArgumentError(
                f"threshold must be from {self.settings.threshold:g} (that of this result) to 1, got {threshold!r}"
            )
        joined = tuple(
            one for one in self.joined if one.match.strength >= threshold or one.match.relation == RELATIONS[REVISION]
        )
        settings = replace(self.settings, threshold=threshold)
        return replace(self, settings=settings, links=self.links.at(threshold), joined=joined)

    def to_arrow(self) -> pa.Table:
        """Return the input in its order, with added columns.

        `cluster` is the least id of the article's cluster, null where it is in none; `canonical` is false
        for the copies that `unique` leaves out; `origin` is who wrote the story, as far as found; `relation` and
        `strength` are those of the match with the centre of the cluster, null for the centre itself. For an article
        that joined a cluster of an earlier result they are those of that cluster and of `Joined.match`.
        """
        return tables.articles(self)

    def to_pandas(self) -> pd.DataFrame:
        """Return `to_arrow` as a pandas data frame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Return `to_arrow` as a polars data frame.

        Raises:
            MissingDependencyError: polars is not installed.
        """
        return tables.polars_frame(self.to_arrow())

    def write(self, path: str | os.PathLike[str], what: What = "clusters", *, escape_formulas: bool = False) -> None:
        """Write to a file; its ending (.jsonl, .csv, .parquet) says how, "-" is standard output as JSONL.

        Args:
            path: The file.
            what: "clusters" (one row a cluster), "articles" (`to_arrow`), "unique" (the rows of `unique`) or "joined"
                (the articles that joined a cluster of an earlier result).
            escape_formulas: Whether texts of a CSV that a spreadsheet would take for a formula (those that begin with
                =, +, -, @, a tab or a carriage return) get a ' before them.

        Raises:
            ArgumentError: The ending or `what` is not known.
        """
        if what not in tables.TABLES:
            raise ArgumentError(f"what must be one of {', '.join(tables.TABLES)}, got {what!r}")
        formats.write(tables.TABLES[what](self), path, escape_formulas=escape_formulas)
