"""The result of a run: everything in it, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from dedup import formats
from dedup.errors import ArgumentError
from dedup.results import notebooks, tables
from dedup.results.clusters import Lots
from dedup.results.garbage import uncollected
from dedup.results.matches import Joined, Match, matches_of
from dedup.stages.confirm import RELATIONS, REVISION

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

    from dedup.articles.article import Article, Batch
    from dedup.errors import Problem
    from dedup.formats.signatures import Signatures
    from dedup.results.clusters import Cluster
    from dedup.results.links import Links
    from dedup.settings import Settings
    from dedup.stages import canonical
    from dedup.stages.confirm import Verdicts
    from dedup.stages.furniture import Furniture

What = Literal["clusters", "articles", "unique", "joined"]


_LOT = 1024  # clusters


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
        with uncollected():
            return tuple(sorted(self.each_cluster(), key=lambda one: (-len(one), one.canonical.id)))

    def each_cluster(self) -> Iterator[Cluster]:
        """Return the clusters one by one, in any order: for those who need not hold the texts of all at once."""
        lots = self.lots
        return (cluster for lot in range(len(lots)) for cluster in lots[lot])

    @property
    def lots(self) -> Lots | list[tuple[Cluster, ...]]:
        """The clusters, some at a time, in any order; made when a lot is asked for, if they are not made yet."""
        if "clusters" in self.__dict__:
            return [self.clusters[start : start + _LOT] for start in range(0, len(self.clusters), _LOT)]
        return Lots(self.batch, self.links, self.rule)

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
        that joined a cluster of an earlier result they are those of that cluster and of `Joined.match`. A column of the
        input that has one of these names gives way.
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

    def write(
        self,
        path: str | os.PathLike[str],
        what: What = "clusters",
        *,
        escape_formulas: bool = False,
        processes: int = 1,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        """Write to a file; its ending (.jsonl, .csv, .parquet) says how, "-" is standard output as JSONL.

        Args:
            path: The file.
            what: "clusters" (one row a cluster), "articles" (`to_arrow`), "unique" (the rows of `unique`) or "joined"
                (the articles that joined a cluster of an earlier result).
            escape_formulas: Whether texts of a CSV that a spreadsheet would take for a formula (those that begin with
                =, +, -, @, a tab or a carriage return) get a ' before them.
            processes: Where there are many clusters, how many processes answer for them. They are forked from this
                one (on Linux; elsewhere one does it all), so this is for programs without threads of their own.
            progress: Called with "answering", how many lots of clusters have their answers, and how many there are.

        Raises:
            ArgumentError: The ending or `what` is not known.
        """
        if what not in tables.TABLES:
            raise ArgumentError(f"what must be one of {', '.join(tables.TABLES)}, got {what!r}")
        if what == "clusters" and formats.ending_of(path) == ".jsonl":
            formats.write_lines(tables.cluster_lines(self, processes, progress), path)
            return
        table = tables.clusters(self, processes, progress) if what == "clusters" else tables.TABLES[what](self)
        formats.write(table, path, escape_formulas=escape_formulas)
