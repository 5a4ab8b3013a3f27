"""Every stage in order, on a cluster: read this beside `dedup.engines.batch`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import metadata
from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.linking import Said
from dedup.engines.spark import answering, clustering, confirming, learning, linking, proposing, reading, signing
from dedup.engines.spark.work import Work
from dedup.settings import Settings
from dedup.stages import canonical as canonical_stage
from dedup.stages import confirm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

    from dedup.articles.zones import Zones
    from dedup.engines.linking import Given
    from dedup.stages.canonical import Rule
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

    @cached_property
    def _read(self) -> tuple[DataFrame, int]:
        told = [
            metadata.version("newsdedup"),
            {name: str(value) for name, value in asdict(self.settings).items()},
            None if self.given is None else self.given.keys.tobytes().hex(),
            sorted((self.fields or {}).items()),
            self.zones if self.zones is None or isinstance(self.zones, str) else sorted(self.zones.items()),
            [self.said.names, self.said.pairs.tolist(), self.said.same.tolist()],
        ]
        self.work.claim(json.dumps(told), "settings, furniture, fields, zones and links", "settings")
        return reading.read(self.df, self.fields, self.zones, self.work)

    @property
    def articles(self) -> DataFrame:
        """The articles, ids filled and unique."""
        return self._read[0]

    @property
    def size(self) -> int:
        """How many articles there are."""
        return self._read[1]

    @cached_property
    def furniture(self) -> Furniture:
        """What is left out of the comparison."""
        return self.given if self.given is not None else learning.learn(self.articles, self.size, self.work)

    @cached_property
    def sketches(self) -> DataFrame:
        """What is kept of each article to find its like."""
        return self.work.stage("sketches", lambda: signing.sketches(self.articles, self.furniture, self.settings))

    @cached_property
    def members(self) -> DataFrame:
        """The text of each article."""
        return self.work.stage("members", lambda: signing.members(self.sketches, self.said, self.work))

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
            centres = clustering.ask(joining, clustering.centres(self.settings.window, self.told, "strongest"))
            return answering.clustered(self.members, clustering.as_dataframe(centres, self.work))

        return self.work.stage("clustered", make)

    def named(self, pairs: DataFrame) -> DataFrame:
        """Return pairs of texts with ids in place of their numbers `a` and `b`."""
        ids = self.members.where("leads").select("number", "id")
        for side in ("a", "b"):
            names = ids.select(F.col("number").alias(side), F.col("id").alias(f"id_{side}"))
            pairs = pairs.join(names, side).drop(side).withColumnRenamed(f"id_{side}", side)
        return pairs


def find_duplicates(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    canonical: Rule = canonical_stage.by_origin,
    furniture: Furniture | None = None,
    links: Given = (),
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Find the copies of each story and cluster them, as `dedup.find_duplicates` does.

    Args:
        df: Articles, one a row; columns are understood as in files.
        settings: How near is near enough; the defaults suit news.
        canonical: Rule that picks the canonical member of a cluster.
        furniture: What belongs to the sites and is left out of the comparison; learned from `df` by default.
        links: What is known about pairs of ids, as for `dedup.find_duplicates`; the driver must have room for it.
        fields: Where to take fields from, ours -> yours; the others are found by themselves.
        zones: In which zone the clocks of outlets are that write times without one.
        work_dir: Folder on storage that every executor reaches (also a URL that Spark can write to), where each
            stage is kept: a second run with the same arguments goes on from there. Needed unless all executors are
            on this machine.

    Returns:
        A row an article: `id`; `cluster`, the least id of its cluster, null where it is in none; `canonical`, false
        for the copies to leave out; `roles`, which of canonical, earliest, representative and centre it is;
        `relation`, `strength`, `resemblance`, `containment` (of this article in the centre), `containment_centre`
        and `score` of its match with the centre of the cluster, and the `reasons` of that, all null for the centre;
        `capped`, whether a cap left out candidate pairs of it.

    Raises:
        ArgumentError: No column can be read as a field of an article, `fields` or `links` name what is not there,
            `links` contradict each other, `work_dir` is missing where it is needed or holds a run with other
            arguments.
    """
    run = _run(df, settings, furniture, links, fields, zones, work_dir)
    told = answering.answers(run, answering.rows_by(run.settings, canonical), answering.ROW)
    capped = run.members.join(run.candidates.select(F.explode("capped").alias("number")).distinct(), "number")
    everyone = run.articles.select("id").join(told, "id", "left")
    everyone = everyone.join(capped.select("id", F.lit(True).alias("capped")), "id", "left")
    return everyone.fillna({"canonical": True, "capped": False})


def clusters(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    canonical: Rule = canonical_stage.by_origin,
    furniture: Furniture | None = None,
    links: Given = (),
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return a row a cluster; arguments and errors as for `find_duplicates`.

    Returns:
        `cluster`, the least id of its articles; `size`; the ids of its `canonical`, `earliest`, `representative` and
        `centre`; `order_certain`; `weakest`, the least strength of a match with the centre; `ids`, sorted.
    """
    run = _run(df, settings, furniture, links, fields, zones, work_dir)
    return answering.answers(run, answering.clusters_by(run.settings, canonical), answering.CLUSTER)


def articles(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    furniture: Furniture | None = None,
    links: Given = (),
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return the articles as all stages see them: a column a field, markup reduced, ids filled and unique.

    Arguments and errors as for `find_duplicates`.
    """
    return _run(df, settings, furniture, links, fields, zones, work_dir).articles


def learn_furniture(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> Furniture:
    """Learn what belongs to the sites, as `dedup.learn_furniture` does; arguments as for `find_duplicates`."""
    return _run(df, settings, None, (), fields, zones, work_dir).furniture


def signatures(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    furniture: Furniture | None = None,
    links: Given = (),
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return the signature of each article; arguments and errors as for `find_duplicates`.

    Returns:
        `id`; `tokens`, how many; `body`, the signature of the text: `num_perm` little-endian uint32, bit for bit
        those of datasketch; `lead`, that of its first tokens; `digest`, 16 bytes that are the same for the same tokens.
    """
    run = _run(df, settings, furniture, links, fields, zones, work_dir)
    return signing.signatures(run.articles, run.furniture, run.settings)


def candidate_pairs(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    furniture: Furniture | None = None,
    links: Given = (),
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return the pairs worth comparing, `a` and `b`; arguments and errors as for `find_duplicates`.

    Of articles with the same tokens the one with the least id stands for all.
    """
    run = _run(df, settings, furniture, links, fields, zones, work_dir)
    code = F.explode("codes").alias("code")
    pairs = run.candidates.select(code).select(
        F.col("code").bitwiseAND(F.lit(2**32 - 1)).alias("a"), F.shiftrightunsigned("code", 32).alias("b")
    )
    return run.named(pairs)


def matches(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    furniture: Furniture | None = None,
    links: Given = (),
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return the confirmed pairs; arguments and errors as for `find_duplicates`.

    Returns:
        `a` and `b`, ids (of articles with the same tokens the least stands for all); `relation`, `strength`,
        `resemblance`, `containment_a`, `containment_b` and `score` as in `dedup.Match`; `joins`, whether the two are
        put into one cluster.
    """
    run = _run(df, settings, furniture, links, fields, zones, work_dir)
    relation = F.element_at(F.array(*map(F.lit, confirm.RELATIONS)), F.col("relation") + 1).alias("relation")
    scores = ("strength", "resemblance", "containment_a", "containment_b", "score", "joins")
    return run.named(run.confirmed.matches).select("a", "b", relation, *scores)


def _run(
    df: DataFrame,
    settings: Settings | None,
    furniture: Furniture | None,
    links: Given,
    fields: Mapping[str, str] | None,
    zones: Zones | None,
    work_dir: str | None,
) -> Run:
    work = Work.at(df.sparkSession, work_dir)
    return Run(df, settings or Settings(), furniture, fields, zones, Said.of(links), work)
