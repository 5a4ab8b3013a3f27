"""Law 5 on a cluster of two executors, while a driver, a worker and an executor are killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import spark_kit
from killing import kill_executor, kill_worker, once

import dedup

spark_kit.require()

from dedup.engines.spark import confirming, proposing, signing  # noqa: E402

pytestmark = pytest.mark.spark


DIES = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import spark_kit
from dedup.engines.spark.work import Work
import dedup
finish = Work.finish
def dying(self, name, note):
    finish(self, name, note)
    if name == "furniture":
        os.kill(os.getpid(), signal.SIGKILL)
Work.finish = dying
with spark_kit.session("local[2]", spark_kit.SMALL) as spark:
    dedup.spark.find_duplicates(spark.read.parquet(sys.argv[2]), work_dir=sys.argv[3]).collect()
"""


def times_of(folder):
    return {path.name: path.stat().st_mtime_ns for path in Path(folder).iterdir()}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_whoever_is_killed_the_answer_is_the_same(newsroom, tmp_path, monkeypatch):
    given, work_dir = str(tmp_path / "articles.parquet"), str(tmp_path / "run")
    pq.write_table(newsroom.batch.table, given, row_group_size=24)
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(Path(__file__).parent), given, work_dir],
        check=False, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL, died.stderr[-2000:]
    before = times_of(work_dir)
    assert "furniture.done" in before
    worker, executor = tmp_path / "worker", tmp_path / "executor"
    sketching, posting = signing._sketching, proposing._posting
    monkeypatch.setattr(signing, "_sketching", lambda *given: once(sketching(*given), worker, kill_worker))
    monkeypatch.setattr(proposing, "_posting", lambda *given: once(posting(*given), executor, kill_executor))
    monkeypatch.setattr(confirming, "FEW", 0)  # the driver judges nothing
    with spark_kit.session("local-cluster[2,1,1024]", spark_kit.PLAIN) as spark:
        spark_kit.check(dedup.spark.find_duplicates(spark.read.parquet(given), work_dir=work_dir), newsroom)
    assert worker.exists()
    assert executor.exists()
    after = times_of(work_dir)
    assert {name: after[name] for name in before} == before  # nothing was made again
    assert set(after) > set(before)
