"""Functions of any bytes. Each may raise `DedupError`, which says what is wrong; whatever else it raises is a fault."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import pyarrow as pa
from rich.console import Console

import dedup
from dedup import cli, formats
from dedup.articles import times
from dedup.articles.columns import SCHEMA
from dedup.articles.credits import find_credits, find_pointers
from dedup.cli import speaking
from dedup.errors import DedupError
from dedup.formats import jsonl
from dedup.formats.sniffing import sniff
from dedup.stages import furniture, shingles
from dedup.stages._kernels import tokens as kernels

if TYPE_CHECKING:
    from collections.abc import Callable

NEWSROOM = Path(__file__).parent.parent / "examples" / "newsroom.jsonl"
QUICK = dedup.Settings(num_perm=16, threshold=0.6, recall=0.8)
TARGETS: dict[str, Callable[[bytes], None]] = {}


def target(function: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Make a function a target, under its name."""
    TARGETS[function.__name__] = function
    return function


def halves(data: bytes) -> tuple[str, str]:
    """Return two texts; a zero byte is between them."""
    one, _, other = data.partition(b"\0")
    return one.decode(errors="replace"), other.decode(errors="replace")


def _reader(ending: str) -> None:
    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a" + ending)
            path.write_bytes(data)
            with contextlib.suppress(DedupError):
                found = formats.read(path)
                found.table.validate(full=True)
                assert found.table.schema == SCHEMA

    read.__name__ = "read_" + ending.strip(".").replace(".", "_")
    target(read)


for _ending in (".jsonl", ".json", ".csv", ".tsv", ".parquet", ".arrow", ".jsonl.gz", ".csv.zst"):
    _reader(_ending)


@target
def fast_jsonl(data: bytes) -> None:
    """What the kernel reads of lines, Python's json reads, too."""
    plan = sniff(data)
    fast = jsonl._read_fast(data, plan) if data else None  # noqa: SLF001 - the one path beside the other
    if fast is not None:
        fast.validate(full=True)
        slow = jsonl._read_slowly(data, plan)  # noqa: SLF001
        assert slow.faults == []
        assert fast == slow.table


@target
def tokens(data: bytes) -> None:
    """The token kernel, on text and on bytes that are none; its spans lie in the text, in order."""
    text = pa.array([data.decode(errors="replace")], pa.large_string())
    found = shingles.tokenize(shingles.nfc(text))
    size = len(shingles.nfc(text)[0].as_py().encode())
    assert (found.starts < found.stops).all()
    assert (found.starts[1:] >= found.stops[:-1]).all()
    assert not len(found.stops) or found.stops[-1] <= size
    room = (len(data) + 1) // 2
    outs = np.empty(room, np.uint32), np.empty(room, np.int32), np.empty(room, np.int32)
    with np.errstate(over="ignore"):
        count = kernels.tokenize(np.frombuffer(data, np.uint8), 0, len(data), shingles.token_table(), *outs)
    assert 0 <= count <= room


@target
def published(data: bytes) -> None:
    """Times; what is read lies in order."""
    written, fetched = halves(data)
    found = times.parse(written, fetched or None)
    assert found is None or found.lo <= found.hi
    found = times.parse(written, "2025-03-04T12:00:00Z", "Asia/Kolkata")
    assert found is None or found.lo <= found.hi


@target
def credited(data: bytes) -> None:
    """Credits in texts and fields, and origins."""
    text, field = halves(data)
    assert isinstance(find_credits(text, title=field, author=field, credit=text), tuple)
    assert isinstance(find_pointers(text), tuple)
    room = [{"id": name, "source": name, "text": f"{text} {'The ferry will run on Monday. ' * 3}"} for name in "ab"]
    for cluster in dedup.find_duplicates(room, QUICK).clusters:
        assert cluster.reasons.origin


@target
def compared(data: bytes) -> None:
    """Two texts; the comparison mirrors itself."""
    one, other = halves(data)
    forth = dedup.compare({"id": "a", "text": one}, {"id": "b", "text": other}, QUICK)
    back = dedup.compare({"id": "b", "text": other}, {"id": "a", "text": one}, QUICK)
    assert (forth.relation, forth.strength) == (back.relation, back.strength)
    assert str(forth)


@target
def furniture_file(data: bytes) -> None:
    """A file of furniture."""
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(DedupError):
        path = Path(folder, "a.npz")
        path.write_bytes(data)
        assert len(furniture.Furniture.load(path)) >= 0


@target
def labels(data: bytes) -> None:
    """A file of labels, and links."""
    with tempfile.TemporaryDirectory() as folder:
        for ending in (".jsonl", ".csv"):
            path = Path(folder, "a" + ending)
            path.write_bytes(data)
            with contextlib.suppress(DedupError):
                dedup.evaluate([], path)
            with contextlib.suppress(DedupError):
                dedup.find_duplicates([{"id": "a", "text": "x"}, {"id": "b", "text": "y"}], QUICK, links=path)


_INDEX: list[bytes] = []


@target
def index_file(data: bytes) -> None:
    """An index whose file is changed: of each four bytes two say where, the next what to, the last how much."""
    if not _INDEX:
        with tempfile.TemporaryDirectory() as folder:
            with dedup.Index(Path(folder, "a.db"), QUICK) as index:
                index.add([json.loads(line) for line in NEWSROOM.read_text(encoding="utf-8").splitlines()[:30]])
            _INDEX.append(Path(folder, "a.db").read_bytes())
    broken = bytearray(_INDEX[0])
    for place in range(0, len(data) - 3, 4):
        where = int.from_bytes(data[place : place + 2], "big") * 7 % len(broken)
        broken[where : where + 1 + data[place + 3] % 64] = bytes([data[place + 2]]) * (1 + data[place + 3] % 64)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.db")
        path.write_bytes(broken)
        with contextlib.suppress(DedupError), dedup.Index(path) as index:
            index.check()
            index.query({"id": "x", "text": "The ferry to Port Alden will run again on Monday."})
            index.add({"id": "y", "text": "The ferry to Port Alden will run again on Monday."})
            list(index.stories(least=1))
            list(index.changes())


@target
def index_rows(data: bytes) -> None:
    """An index one stored value of which is replaced by any bytes."""
    if len(data) < 2:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.db")
        with dedup.Index(path, QUICK) as index:
            index.add([{"id": name, "text": f"The ferry will run again on Monday. {name * 9}"} for name in "abc"])
        from dedup.stores import TABLES  # noqa: PLC0415

        places = [(table, column) for table, columns in TABLES.items() for column in columns]
        table, column = places[data[0] % len(places)]
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            value = data[2:] if data[1] % 2 else data[2:].decode(errors="replace")
            db.execute(f"UPDATE {table} SET {column} = ? WHERE number = ?", (value, 1 + data[1] % 3))  # noqa: S608
        with contextlib.suppress(DedupError), dedup.Index(path) as index:
            index.check()
            index.add({"id": "d", "text": "The ferry will run again on Monday. ddddddddd"})
            list(index.stories(least=1))


@target
def arguments(data: bytes) -> None:
    """The arguments of the command, a line each, without slashes. It ends with 0, or with 2 and says why."""
    given = data.decode(errors="replace").replace("\0", "").replace("/", "").replace("postgres", "").splitlines()[:8]
    before, said = Path.cwd(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.chdir(folder)
        stack.callback(os.chdir, before)
        Path("a.jsonl").write_text('{"id": "a", "text": "x"}\n', encoding="utf-8")
        stdin = io.TextIOWrapper(io.BytesIO(b'{"id": "a", "text": "x"}\n'))
        stack.enter_context(mock.patch.object(sys, "stdin", stdin))
        stack.enter_context(mock.patch.object(speaking, "err", Console(file=said)))
        stack.enter_context(mock.patch.object(speaking, "out", Console(file=io.StringIO())))
        stack.enter_context(contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        try:
            cli.main([one for one in given if one != "spark"])
        except SystemExit as end:
            code = end.code
    assert code in {0, 2, None}
    assert code != 2 or "error: " in said.getvalue()
