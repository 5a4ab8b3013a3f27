"""Every stage in order, on a cluster: read this beside `dedup.engines.batch`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from importlib import metadata
from typing import TYPE_CHECKING, cast

from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.joining import agreed
from dedup.engines.linking import Said
from dedup.engines.spark import (
    answering,
    clustering,
    confirming,
    joining,
    learning,
    linking,
    proposing,
    reading,
    signing,
)
from dedup.engines.spark.earlier import Earlier
from dedup.engines.spark.work import Work
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

    from dedup.articles.zones import Zones
    from dedup.engines.linking import Given
    from dedup.stages.furniture import Furniture


@dataclass(frozen=True)
class Run:
    """One input on its way through the stages; each is made when it is asked for, or taken from the folder."""

    df: DataFrame
    settings: Settings
    given: Furniture | None
    fields: Mapping[str, str] | None
    zones: Zones | None
    said: Said
    work: Work
    earlier: Earlier | None = None

    @cached_property
    def _read(self) -> reading.Articles:
        told = [
            metadata.version("newsdedup"),
            {name: str(value) for name, value in asdict(self.settings).items()},
            None if self.given is None else self.given.keys.tobytes().hex(),
            sorted((self.fields or {}).items()),
            self.zones if self.zones is None or isinstance(self.zones, str) else sorted(self.zones.items()),
            [self.said.names, self.said.pairs.tolist(), self.said.same.tolist()],
            self.earlier and self.earlier.identity,
        ]
        self.work.claim(json.dumps(told), "settings, furniture, fields, zones, links and earlier result", "settings")
        found = reading.read(self.df, self.fields, self.zones, self.work, surveyed=self.given is None)
        return found if self.earlier is None else replace(found, df=self.earlier.named_apart(found.df, self.work))

    @property
    def articles(self) -> DataFrame:
        """The articles, ids filled and unique."""
        return self._read.df

    @property
    def size(self) -> int:
        """How many articles there are."""
        return self._read.size

    @cached_property
    def furniture(self) -> Furniture:
        """What is left out of the comparison."""
        if self.given is not None:
            return self.given
        return learning.learn(cast("DataFrame", self._read.surveys), self.size, self.work)

    @cached_property
    def sketches(self) -> DataFrame:
        """What is kept of each article to find its like."""
        return self.work.stage("sketches", lambda: signing.sketches(self.articles, self.furniture, self.settings))

    @cached_property
    def everyone(self) -> DataFrame:
        """The text of each article."""
        return self.work.stage("members", lambda: signing.members(self.sketches, self.said, self.work))

    @cached_property
    def joining(self) -> joining.Joining | None:
        """The texts that join a cluster of the earlier result; None where there is none."""
        if self.earlier is None:
            return None
        texts = self.everyone.where("leads").drop("length", "leads").join(self.sketches, "id")
        size = self.size + self.earlier.size
        task = joining.Task(self.earlier, self.articles, texts, size, self.furniture, self.settings, self.work)
        return joining.join(task)

    @cached_property
    def members(self) -> DataFrame:
        """The text of each article that has joined no earlier cluster."""
        if self.joining is None:
            return self.everyone
        return self.everyone.join(self.joining.joined.select("number"), "number", "left_anti")

    @cached_property
    def joined(self) -> DataFrame:
        """The articles that joined an earlier cluster: `id`, and the columns of `joining.JOINED`."""
        found = cast("joining.Joining", self.joining)
        return found.joined.join(self.everyone.select("id", "number"), "number")

    @cached_property
    def capped(self) -> DataFrame:
        """The ids of the articles of which a cap left out candidate pairs."""
        numbers = self.candidates.select(F.explode("capped").alias("number"))
        if self.joining is not None:
            numbers = numbers.union(self.joining.capped)
        return self.everyone.join(numbers.distinct(), "number").select("id")

    @cached_property
    def candidates(self) -> DataFrame:
        """Blocks of pairs worth comparing."""
        return self.work.stage(
            "candidates", lambda: proposing.candidates(self.sketches, self.members, self.size, self.settings, self.work)
        )

    @cached_property
    def told(self) -> linking.Bound:
        """What was said about texts."""
        dated = self.settings.window is not None
        return linking.bound(self.said, self.members, self.sketches, self.work, dated=dated)

    @cached_property
    def confirmed(self) -> confirming.Confirmed:
        """Matches between texts."""
        blocks = linking.asked_too(self.candidates, self.told, self.size, self.work)
        read = self.work.stage("words", lambda: confirming.words(self.articles, self.members, blocks))
        task = confirming.Task(self.size, self.furniture, self.settings, self.told, self.work)
        return confirming.confirm_until_stable(blocks, read, task)

    @cached_property
    def placed(self) -> DataFrame:
        """The cluster of each article that is in one."""

        def make() -> DataFrame:
            joining = clustering.gathered(self.confirmed.joining, "centres", self.work)
            centres = clustering.ask(joining, clustering.centres(self.settings.window, self.told))
            return answering.clustered(self.members, clustering.as_dataframe(centres, self.work))

        return self.work.stage("clustered", make)

    def named(self, pairs: DataFrame) -> DataFrame:
        """Return pairs of texts with ids in place of their numbers `a` and `b`."""
        ids = self.members.where("leads").select("number", "id")
        for side in ("a", "b"):
            names = ids.select(F.col("number").alias(side), F.col("id").alias(f"id_{side}"))
            pairs = pairs.join(names, side).drop(side).withColumnRenamed(f"id_{side}", side)
        return pairs


def begin(
    df: DataFrame,
    settings: Settings | None,
    furniture: Furniture | None,
    links: Given,
    fields: Mapping[str, str] | None,
    zones: Zones | None,
    work_dir: str | None,
    against: str | None = None,
) -> Run:
    """Return a run that has done nothing yet; arguments and errors as for `find_duplicates`."""
    work = Work.at(df.sparkSession, work_dir)
    known = None if against is None else Earlier.read(df.sparkSession, str(against))
    if known is not None:
        settings, furniture = agreed(known.made, settings, furniture, links)
    return Run(df, Settings.of(settings), furniture, fields, zones, Said.of(links), work, known)
