"""A Spark session for tests, and what a run there must say: the same as a run here."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import dedup
from dedup.articles.article import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FLAGS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m"


def require() -> None:
    """Skip where Spark cannot run, unless the run is there to test it."""
    reason = None
    try:
        import pyspark  # noqa: F401, PLC0415
    except ImportError:
        reason = "pyspark is not installed: pip install -e '.[spark]'"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        reason = reason or "there is no Java on this machine"
    if reason is None:
        return
    if os.environ.get("SPARK_TESTS") == "required":
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


# Of a plan that runs once over a handful of rows most of the time goes into compiling and improving it.
PLAIN = {"spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.codegen.wholeStage": "false"}
SMALL = {**PLAIN, "spark.sql.adaptive.enabled": "false"}


@contextlib.contextmanager
def session(master: str, more: Mapping[str, str] | None = None) -> Iterator[object]:
    """A session of its own, with `more` settings."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": FLAGS,
        "spark.executor.extraJavaOptions": FLAGS,
        "spark.executor.memory": "512m",
        "spark.executorEnv.PYTHONPATH": str(Path(__file__).parent),
        "spark.python.daemon.module": "dedup.engines.forking",
        "spark.sql.parquet.compression.codec": "uncompressed",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **(more or {}),
    }
    builder = SparkSession.builder.master(master).appName("dedup tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    yield spark
    spark.stop()


def table_of(room: list[dict[str, object]]) -> pa.Table:
    """Return articles as a table with all fields."""
    return pa.table({name: pa.array([one.get(name) for one in room], pa.string()) for name in FIELDS})


def expected(result: dedup.Result) -> dict[str, dict[str, object]]:
    """Return the rows that Spark must give for a result, reasons aside."""
    rows = {name: dict.fromkeys(SCORES) for name in result.batch.table["id"].to_pylist()}
    for row in rows.values():
        row.update(cluster=None, canonical=True, roles=None, joined=False, capped=False)
    for one in result.joined:
        row = {"cluster": one.cluster, "canonical": False, "roles": [], "joined": True}
        rows[one.id].update(row, **scores_of(one.match, one.id))
    for cluster in result.clusters:
        centre = cluster.centre.id
        for member in cluster.members:
            roles = [role for role in ROLES if getattr(cluster, role).id == member.id]
            rows[member.id].update(cluster=cluster.ids[0], canonical="canonical" in roles, roles=roles)
        for match in cluster.matches:
            if centre in {match.a, match.b}:
                name = match.a if match.b == centre else match.b
                rows[name].update(scores_of(match, name))
    return rows


def scores_of(match: dedup.Match, name: str) -> dict[str, object]:
    """Return what a row says of the match of an article."""
    shares = (match.containment_a, match.containment_b)
    mine, centres = shares if match.a == name else shares[::-1]
    return {
        "relation": match.relation,
        "strength": match.strength,
        "resemblance": match.resemblance,
        "containment": mine,
        "containment_centre": centres,
        "score": match.score,
    }


SAID = {
    "linked": "links say that the two belong together",
    "identical": "both have the same tokens in the same order",  # `compare` may see furniture in them
}
ROLES = ("canonical", "earliest", "representative", "centre")
SCORES = ("relation", "strength", "resemblance", "containment", "containment_centre", "score")


def check(found: object, result: dedup.Result, earlier: dedup.Result | None = None) -> None:
    """Check that the data frame `found` says of every article what the result says, matched with an earlier one."""
    assert differences(found, result, earlier) == []


def differences(found: object, result: dedup.Result, earlier: dedup.Result | None = None) -> list[str]:
    """Return where the data frame `found` says another thing of an article than the result."""
    rows = [row.asDict() for row in found.collect()]
    capped = sum(row["capped"] for row in rows)
    told = {row.pop("id"): {**row, "capped": False} for row in rows}
    said = {name: row.pop("reasons") for name, row in told.items()}
    wanted = expected(result)
    wrong = [f"{len(rows)} rows for {len(result.batch)} articles"] if len(rows) != len(result.batch) else []
    wrong += [f"{capped} articles capped, not {result.capped}"] if capped != result.capped else []
    for name in sorted(wanted.keys() | told.keys()):
        ours, theirs = wanted.get(name), told.get(name)
        if ours != theirs:
            wrong.append(f"{name}: {theirs}, not {ours}")
    articles = {member.id: member for cluster in result.clusters for member in cluster.members}
    centres = {member.id: cluster.centre for cluster in result.clusters for member in cluster.members}
    if earlier is not None:
        before, after = (
            {article.id: article for article in one.batch.articles(range(len(one.batch)))} for one in (earlier, result)
        )
        articles |= after
        for one in result.joined:
            centres[one.id] = before[one.match.b if one.match.a == one.id else one.match.a]
    for name, why in said.items():
        centre, reasons = centres.get(name), None
        if centre is not None and centre.id != name:
            if told[name]["relation"] in SAID:
                reasons = (SAID[told[name]["relation"]],)
            else:
                seen = dedup.compare(articles[name], centre, result.settings, furniture=result.furniture)
                reasons = seen.reasons
        if reasons != (None if why is None else tuple(why)):
            wrong.append(f"{name}: {why}, not {reasons}")
    return wrong
