"""What the tests of files share."""

import contextlib
import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from dedup.formats import jsonl

COMPRESSED = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def put(name: str, data: bytes | str) -> str:
    Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return name


def column(batch, field: str) -> list[str | None]:
    return batch.table.column(field).to_pylist()


def told(batch) -> list[str]:
    return [str(problem) for problem in batch.problems]


@contextlib.contextmanager
def blocks_of(size: int):
    before, jsonl._BLOCK = jsonl._BLOCK, size
    try:
        yield
    finally:
        jsonl._BLOCK = before
