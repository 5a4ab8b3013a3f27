"""Matches between distinct texts, and what they mean for the articles that share those texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedup.stages import cluster
from dedup.stages.confirm import REVISION, Verdicts

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)  # arrays have no one answer to ==
class Links:
    """Distinct texts, the articles that have them, the matches between them, and the clusters of these.

    Texts are numbered in the order of the least id among their articles.

    Attributes:
        rows: int64[n], rows of all articles that have text, those of a text together, sorted by id.
        starts: int64[texts + 1], where each text's articles begin in `rows`.
        lengths: int64[texts], tokens.
        a: int64[m], one text of each match.
        b: int64[m], the other.
        verdicts: What confirmation said of the m matches.
        joins: bool[m], which matches put two texts into one cluster.
        centres: int64[texts], the centre of each text's cluster; itself where it is alone.
        undated: bool[texts], which texts have no time and so are no centre of those that have; None where times
            do not matter.
        bonds: What the user said must be together and apart; None if nothing.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    verdicts: Verdicts
    joins: NDArray[np.bool_]
    centres: NDArray[np.int64]
    undated: NDArray[np.bool_] | None = None
    bonds: cluster.Bonds | None = None

    def at(self, threshold: float) -> Links:
        """Return the links of at least this strength; clusters split, they never grow or exchange members.

        Revisions are told by their facts, not by their strength: they stay, as in confirmation.
        """
        strong = (self.verdicts.strength >= threshold) | (self.verdicts.relation == REVISION)
        inside = strong & self.joins & (self.centres[self.a] == self.centres[self.b])
        centres = cluster.around_centres(
            len(self.lengths), self.a[inside], self.b[inside], self.lengths, self.undated, self.bonds
        )
        return replace(
            self,
            a=self.a[strong],
            b=self.b[strong],
            verdicts=self.verdicts.take(strong),
            joins=self.joins[strong],
            centres=centres,
        )

    @cached_property
    def firsts(self) -> NDArray[np.int64]:
        """int64[texts], the row of the article with the least id of each text."""
        return self.rows[self.starts[:-1]]

    @cached_property
    def clusters(self) -> list[tuple[NDArray[np.int64], int]]:
        """Rows of the articles of each cluster of two or more, with the row of its centre."""
        text_of = np.repeat(np.arange(len(self.lengths)), np.diff(self.starts))
        centre_of = self.centres[text_of]
        order = np.argsort(centre_of, kind="stable")
        bounds = np.flatnonzero(np.diff(centre_of[order], prepend=-1, append=-1))
        return [
            (self.rows[order[start:stop]], int(self.firsts[centre_of[order[start]]]))
            for start, stop in pairwise(bounds)
            if stop - start > 1
        ]

    @cached_property
    def by_article(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Verdicts]:
        """Matches between articles as (rows, rows, verdicts).

        Of each text the first article stands for the others: it has the text's matches and an identical one
        with each of the others.
        """
        others, texts = self._further
        return (
            np.concatenate([self.firsts[self.a], others]),
            np.concatenate([self.firsts[self.b], self.firsts[texts]]),
            Verdicts.concat([self.verdicts, Verdicts.of_identical(len(others))]),
        )

    @cached_property
    def in_clusters(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Verdicts]:
        """The matches of `by_article` and those that let every member of a cluster match its centre directly.

        The match of a member's text with the centre's holds for each further article of that text. Which these
        are hangs on the clusters: a stricter threshold may have others.
        """
        others, texts = self._further
        edge_to_centre = np.full(len(self.lengths), -1, np.int64)
        for member, centre in ((self.a, self.b), (self.b, self.a)):
            edges = np.flatnonzero(self.centres[member] == centre)
            edge_to_centre[member[edges]] = edges
        joined = edge_to_centre[texts] >= 0
        edges = edge_to_centre[texts[joined]]
        carried = self.verdicts.take(edges).mirrored(self.b[edges] == texts[joined])
        one, two, verdicts = self.by_article
        return (
            np.concatenate([one, others[joined]]),
            np.concatenate([two, self.firsts[self.centres[texts[joined]]]]),
            Verdicts.concat([verdicts, carried]),
        )

    @cached_property
    def _further(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Articles that are not the first of their text: (rows, their texts)."""
        text_of = np.repeat(np.arange(len(self.lengths)), np.diff(self.starts))
        further = np.ones(len(self.rows), np.bool_)
        further[self.starts[:-1]] = False
        return self.rows[further], text_of[further]
