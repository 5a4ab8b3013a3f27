"""Law 5 on a cluster of two executors, while workers and executors are killed; and a driver that is."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import spark_kit
from killing import kill_executor, kill_worker, once

import dedup

spark_kit.require()

from dedup.engines.spark import proposing, signing  # noqa: E402

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark():
    with spark_kit.session("local-cluster[2,1,1024]") as session:
        yield session


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_whoever_is_killed_the_answer_is_the_same(spark, newsroom, tmp_path, monkeypatch):
    worker, executor = tmp_path / "worker", tmp_path / "executor"
    sketching, posting = signing._sketching, proposing._posting
    monkeypatch.setattr(signing, "_sketching", lambda *given: once(sketching(*given), worker, kill_worker))
    monkeypatch.setattr(proposing, "_posting", lambda *given: once(posting(*given), executor, kill_executor))
    df = spark.createDataFrame(newsroom.batch.table).repartition(4)
    spark_kit.check(dedup.spark.find_duplicates(df, work_dir=str(tmp_path / "run")), newsroom, reasons=False)
    assert worker.exists()
    assert executor.exists()


DIES = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import spark_kit
from dedup.engines.spark.work import Work
import dedup
finish = Work.finish
def dying(self, name, note):
    finish(self, name, note)
    if name == "candidates":
        os.kill(os.getpid(), signal.SIGKILL)
Work.finish = dying
with spark_kit.session("local[2]") as spark:
    dedup.spark.find_duplicates(spark.read.parquet(sys.argv[2]), work_dir=sys.argv[3]).collect()
"""


def test_a_driver_that_is_killed(spark, newsroom, tmp_path):
    given, work_dir = str(tmp_path / "articles.parquet"), str(tmp_path / "run")
    dedup.spark.articles(spark.createDataFrame(newsroom.batch.table)).write.parquet(given)
    here = str(Path(__file__).parent)
    died = subprocess.run(
        [sys.executable, "-c", DIES, here, given, work_dir], check=False, capture_output=True, encoding="utf-8"
    )
    assert died.returncode == -signal.SIGKILL, died.stderr[-2000:]
    before = {path.name: path.stat().st_mtime_ns for path in Path(work_dir).iterdir()}
    assert "candidates.done" in before
    spark_kit.check(dedup.spark.find_duplicates(spark.read.parquet(given), work_dir=work_dir), newsroom, reasons=False)
    after = {path.name: path.stat().st_mtime_ns for path in Path(work_dir).iterdir()}
    assert {name: after[name] for name in before} == before  # nothing was made again
    assert set(after) > set(before)
