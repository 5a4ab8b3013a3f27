"""Articles that do not fit into memory: kept in files, with the same result."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from dedup import formats
from dedup.errors import ArgumentError
from dedup.formats import shelf

NEWSROOM = Path(__file__).parent.parent / "examples" / "newsroom.jsonl"


def clusters(result: dedup.Result) -> list[tuple[object, ...]]:
    return [(cluster.ids, cluster.canonical.id, cluster.matches) for cluster in result.clusters]


@pytest.fixture(params=["jsonl", "parquet"])
def stories(request, tmp_path):
    path = tmp_path / f"stories.{request.param}"
    if request.param == "jsonl":
        path.write_bytes(NEWSROOM.read_bytes())
    else:
        records = [json.loads(line) for line in NEWSROOM.read_text(encoding="utf-8").splitlines()]
        pq.write_table(pa.Table.from_pylist(records), path)
    return path


def test_the_result_is_the_same_outside_of_memory(stories, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spill"))
    (tmp_path / "spill").mkdir()
    inside = dedup.find_duplicates(stories)
    mapped = pa.total_allocated_bytes()
    outside = dedup.find_duplicates(stories, dedup.Settings(memory="10KB"))
    assert clusters(outside) == clusters(inside)
    assert outside.batch.table.equals(inside.batch.table)
    assert outside.batch.problems == inside.batch.problems
    assert pa.total_allocated_bytes() - mapped < inside.batch.table.nbytes / 2
    assert list((tmp_path / "spill").iterdir()) == []


def test_rows_of_a_parquet_file_keep_their_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr("dedup.formats.tables._ROWS", 2)
    path = tmp_path / "stories.parquet"
    pq.write_table(pa.table({"id": list("abcde"), "text": ["x"] * 5, "tags": [{"a": 1}] * 5}), path)
    few = formats.read(path, memory=1)
    assert few.table["id"].to_pylist() == list("abcde")
    assert few.extra.equals(formats.read(path).extra)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of memory are not kept elsewhere")
def test_a_limit_of_the_process_is_seen():
    code = (
        "import resource; from dedup.formats import shelf;"
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30)); print(shelf.available())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= 1 << 30
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY or shelf.available() > 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of memory are not kept elsewhere")
def test_the_command_claims_no_memory_that_it_does_not_need(newsroom_path):
    code = (
        "import atexit, pathlib, sys; from dedup.__main__ import main;"
        "atexit.register(lambda: print(pathlib.Path('/proc/self/status').read_text()));"
        "sys.argv[1:] = ['find', sys.argv[1], '-q', '--memory', '1KB']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, newsroom_path], capture_output=True, text=True, check=True)
    claimed = next(line for line in done.stdout.splitlines() if line.startswith("VmData"))
    assert int(claimed.split()[1]) < 400_000  # kB, as a limit of the system counts them: a fifth is touched


@pytest.mark.parametrize("memory", ["many", "-1GB", 0, True, "4 parsecs", 1.5])
def test_memory_must_be_an_amount(memory):
    with pytest.raises(ArgumentError, match=r"memory must be a number of bytes or such as '4GB'"):
        dedup.Settings(memory=memory)


@pytest.mark.parametrize(("memory", "number"), [("4GB", 4 << 30), ("512 mb", 512 << 20), ("1.5GiB", 3 << 29), (7, 7)])
def test_amounts(memory, number):
    assert dedup.Settings(memory=memory).memory == number
