"""What a user calls: the stages of one run, each as a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.spark import answering, earlier, signing
from dedup.engines.spark.running import begin
from dedup.engines.spark.work import during
from dedup.formats.signatures import Made
from dedup.stages import canonical as canonical_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

    from dedup.articles.zones import Zones
    from dedup.engines.linking import Given
    from dedup.settings import Settings
    from dedup.stages.canonical import Rule
    from dedup.stages.furniture import Furniture


def find_duplicates(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    canonical: Rule = canonical_stage.by_origin,
    furniture: Furniture | None = None,
    links: Given = (),
    against: str | None = None,
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
        against: What `write_signatures` here or in `dedup` wrote of an earlier result: its clusters stay, and new
            articles join them or are clustered among themselves, as for `dedup.find_duplicates`.
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
        `joined`, whether the cluster is one of the earlier result; `capped`, whether a cap left out candidate pairs of
        it.

    Raises:
        ArgumentError: No column can be read as a field of an article, `fields` or `links` name what is not there,
            `links` contradict each other, `work_dir` is missing where it is needed or holds a run with other
            arguments, or the earlier result was made with other settings or furniture.
        InputError: `against` is missing, damaged, or by other rules.
    """
    run = begin(df, settings, furniture, links, fields, zones, work_dir, against)
    told = answering.answers(run, answering.rows_by(run.settings, canonical), answering.ROW)
    told = told.withColumn("joined", F.lit(False))
    if run.earlier is not None:
        told = told.unionByName(answering.joined(run.joined).withColumn("joined", F.lit(True)))
    everyone = run.articles.select("id").join(told, "id", "left")
    everyone = everyone.join(run.capped.withColumn("capped", F.lit(True)), "id", "left")
    return everyone.fillna({"canonical": True, "joined": False, "capped": False})


def joined(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    against: str,
    furniture: Furniture | None = None,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return a row an article that joined a cluster of an earlier result; arguments and errors as there.

    Returns:
        `id`; `cluster`, `centre` and `canonical` of the cluster as it was; `matches`, the centre or an article of the
        same tokens; `relation`, `strength`, `resemblance`, `containment_a` (of this article in that one),
        `containment_b` and `score` of that match, and its `reasons`.
    """
    run = begin(df, settings, furniture, (), fields, zones, work_dir, against)
    rows = run.joined.withColumn("relation", answering.relation())
    scores = ("relation", "strength", "resemblance", "containment_a", "containment_b", "score", "reasons")
    return rows.select("id", "cluster", "centre", "canonical", "matches", *scores)


def write_signatures(
    df: DataFrame,
    path: str,
    settings: Settings | None = None,
    *,
    canonical: Rule = canonical_stage.by_origin,
    furniture: Furniture | None = None,
    links: Given = (),
    against: str | None = None,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> None:
    """Write what it takes to match later articles with these, as `dedup.write_signatures` does.

    Args:
        df: Articles, one a row.
        path: A folder that is not there yet: Parquet files, which every engine takes as ``against=``.
        settings: How near is near enough.
        canonical: Rule that picks the canonical member of a cluster.
        furniture: What is left out of the comparison.
        links: What is known about pairs of ids.
        against: An earlier result; what is written has its articles, too.
        fields: Where to take fields from.
        zones: In which zone the clocks of outlets are.
        work_dir: Folder where each stage is kept.

    Raises:
        ArgumentError: There is something at `path`.
    """
    run = begin(df, settings, furniture, links, fields, zones, work_dir, against)
    found = answering.answers(run, answering.clusters_by(run.settings, canonical), answering.CLUSTER)
    placed = found.select(F.explode("ids").alias("id"), "cluster", "centre", "canonical")
    if run.earlier is not None:
        placed = placed.union(run.joined.select("id", "cluster", "centre", "canonical"))
    placed = run.work.stage("placed", lambda: placed)
    with during(df.sparkSession):
        earlier.write(run.articles, placed, run.earlier, Made(path, run.settings, run.furniture), path)


def clusters(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    canonical: Rule = canonical_stage.by_origin,
    furniture: Furniture | None = None,
    links: Given = (),
    against: str | None = None,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return a row a cluster; arguments and errors as for `find_duplicates`.

    Returns:
        `cluster`, the least id of its articles; `size`; the ids of its `canonical`, `earliest`, `representative` and
        `centre`; `order_certain`; `weakest`, the least strength of a match with the centre; `ids`, sorted.
    """
    run = begin(df, settings, furniture, links, fields, zones, work_dir, against)
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
    return begin(df, settings, furniture, links, fields, zones, work_dir).articles


def learn_furniture(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> Furniture:
    """Learn what belongs to the sites, as `dedup.learn_furniture` does; arguments as for `find_duplicates`."""
    return begin(df, settings, None, (), fields, zones, work_dir).furniture


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
    run = begin(df, settings, furniture, links, fields, zones, work_dir)
    return signing.signatures(run.articles, run.furniture, run.settings)


def candidate_pairs(
    df: DataFrame,
    settings: Settings | None = None,
    *,
    furniture: Furniture | None = None,
    links: Given = (),
    against: str | None = None,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    work_dir: str | None = None,
) -> DataFrame:
    """Return the pairs worth comparing, `a` and `b`; arguments and errors as for `find_duplicates`.

    Of articles with the same tokens the one with the least id stands for all.
    """
    run = begin(df, settings, furniture, links, fields, zones, work_dir, against)
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
    against: str | None = None,
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
    run = begin(df, settings, furniture, links, fields, zones, work_dir, against)
    scores = ("strength", "resemblance", "containment_a", "containment_b", "score", "joins")
    return run.named(run.confirmed.matches).select("a", "b", answering.relation(), *scores)
