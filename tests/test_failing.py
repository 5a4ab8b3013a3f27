"""What goes wrong around a run: no room, no memory, an interruption, damaged files.

One line says so, and nothing is lost.
"""

from __future__ import annotations

import json
import os
import pkgutil
import random
import signal
import sqlite3
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pytest
from formats_kit import _in_an_empty_folder  # noqa: F401 - a fixture
from stories import story

import dedup
from dedup import formats
from dedup.errors import DedupError, StoreError

resource = pytest.importorskip("resource", reason="limits of a process")

NEWSROOM = Path(__file__).parent.parent / "examples" / "newsroom.jsonl"


@contextmanager
def files_of_at_most(size: int):
    """Let no file become larger, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# --- outputs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet", ".jsonl.gz", ".csv.zst", ".html"])
def test_a_full_disk_leaves_what_was_there(run, ending):
    before = Path("out" + ending)
    before.write_text("before")
    command = ["report"] if ending == ".html" else ["find", "--what", "articles", "-q"]
    assert run(*command, NEWSROOM, "-o", f"first{ending}").code == 0  # whatever is compiled is written too
    Path(f"first{ending}").unlink()
    with files_of_at_most(4000):
        ended = run(*command, NEWSROOM, "-o", before)
    assert ended.code == 2
    assert ended.err.startswith("error: [Errno 27]")
    assert ended.err.count("\n") == 1
    assert list(Path().iterdir()) == [before]
    assert before.read_text() == "before"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_standard_output_is_full(run, monkeypatch):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr("sys.stdout", full)
        ended = run("find", "-q", NEWSROOM, "-o", "-")
        assert (ended.code, ended.err) == (2, "error: [Errno 28] No space left on device\n")
        monkeypatch.undo()
        with suppress(OSError):
            full.close()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder in which nobody may make a file")
@pytest.mark.parametrize(
    "command",
    [
        ["find", "-q", NEWSROOM, "-o", "/proc/out.jsonl"], ["find", "-q", NEWSROOM, "--signatures", "/proc/a.parquet"],
        ["report", NEWSROOM, "-o", "/proc/out.html"],
    ],
)  # fmt: skip
def test_a_folder_that_takes_no_files(run, command):
    ended = run(*command)
    assert ended.code == 2
    assert "/proc/" in ended.err
    assert ended.err.count("\n") == 1


def test_a_folder_that_takes_no_index():
    with pytest.raises(DedupError, match=r"missing/news\.db: cannot be opened: "):
        dedup.Index("missing/news.db")


def test_no_room_for_articles_outside_of_memory(run, monkeypatch, tmp_path):
    (tmp_path / "spill").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spill"))
    with files_of_at_most(4000):
        ended = run("find", "-q", "--memory", "1KB", NEWSROOM)
    assert ended.code == 2
    assert ended.err == f"error: {NEWSROOM}: cannot be read: [Errno 27] File too large\n"
    assert list((tmp_path / "spill").iterdir()) == []


@pytest.mark.parametrize(
    "said", [MemoryError(), MemoryError("unable to allocate 9 GiB"), pa.ArrowMemoryError("malloc")]
)
def test_out_of_memory(run, monkeypatch, said):
    def no_more(*_: object, **__: object) -> None:
        raise said

    monkeypatch.setattr("dedup.engines.batch.propose", no_more)
    ended = run("find", "-q", NEWSROOM, "-o", "out.jsonl")
    assert ended.code == 2
    assert ended.err.startswith("error: not enough memory: ")
    assert ended.err.count("\n") == 1
    assert list(Path().iterdir()) == []


# --- interruptions ----------------------------------------------------------------------------------

STAGES = [
    "dedup.formats.jsonl._read_block",  # in a thread
    "dedup.formats.reading.assemble",
    "dedup.engines.learning.learn",
    "dedup.engines.batch.propose",
    "dedup.engines.proposing.sketch",  # in a thread
    "dedup.stages.lsh.candidate_pairs",
    "dedup.engines.batch.confirm_until_stable",
    "dedup.stages.confirm.examine",  # in a thread
    "dedup.stages.cluster.around_centres",
    "dedup.Result.write",
    "dedup.formats.writing._json",
]


@pytest.mark.usefixtures("newsroom")  # what is compiled is told
@pytest.mark.parametrize("stage", STAGES)
def test_an_interruption_in_every_stage(run, monkeypatch, tmp_path, stage):
    (tmp_path / "spill").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spill"))
    came, real = [], pkgutil.resolve_name(stage)

    def interrupted(*args, **kwargs):
        if not came:
            came.append(stage)
            os.kill(os.getpid(), signal.SIGINT)
        return real(*args, **kwargs)

    monkeypatch.setattr(stage, interrupted)
    Path("out.jsonl").write_text("before")
    handled = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what is in its background be deaf
    try:
        ended = run("find", "-q", "--memory", "10KB", NEWSROOM, "-o", "out.jsonl")
    finally:
        signal.signal(signal.SIGINT, handled)
    assert came == [stage]
    assert (ended.code, ended.err) == (130, "")
    assert {path.name for path in Path().iterdir()} == {"out.jsonl", "spill"}
    assert Path("out.jsonl").read_text() == "before"
    assert list((tmp_path / "spill").iterdir()) == []


# --- stores ------------------------------------------------------------------------------------------


def articles(start: int, stop: int) -> list[dict[str, str]]:
    """Return articles, the second of each pair with a sentence more."""
    texts = ((number, story(number // 2, 5) + " It was late." * (number % 2)) for number in range(start, stop))
    return [{"id": f"{number}", "text": text, "source": f"s{number % 2}"} for number, text in texts]


def test_an_index_on_a_full_disk_loses_nothing():
    with dedup.Index("news.db") as index:
        index.add(articles(0, 20))
        index.compact()
        size = sum(path.stat().st_size for path in Path().iterdir())
        with files_of_at_most(size), pytest.raises(StoreError, match=r"^news\.db: "):
            index.add(articles(20, 400))
        assert len(index) == 20
        assert index.check() == []
        index.add(articles(20, 40))
    with dedup.Index("news.db") as index:
        assert [len(one.ids) for one in index.stories()] == [2] * 20
        assert index.check() == []


def test_a_locked_index_is_told(monkeypatch):
    monkeypatch.setattr("dedup.stores.sqlite._WAIT", 0.01)
    with dedup.Index("news.db") as index:
        other = sqlite3.connect("news.db")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"^news\.db: database is locked$"):
            index.add(articles(0, 2))
        other.close()
        assert len(index.add(articles(0, 2))) == 2


def test_postgresql_that_goes_away():
    import postgres_kit  # noqa: PLC0415 - starts a server, or skips

    from dedup.stores import PostgresStore  # noqa: PLC0415

    store = PostgresStore(postgres_kit.url(), schema="test_going_away")
    with dedup.Index(store) as index:
        index.add(articles(0, 2))
        with pytest.raises(StoreError, match=r"^the database failed: "), store.reading():
            store._db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(StoreError, match=r"^the database failed: "):
            index.add(articles(2, 4))


ACTIONS = {
    "check": lambda index: index.check(),
    "add": lambda index: index.add(articles(30, 50)),
    "query": lambda index: index.query(articles(30, 50)),
    "stories": lambda index: list(index.stories(least=1)),
    "result": lambda index: index.result().clusters,
    "changes": lambda index: list(index.changes()),
    "remove": lambda index: index.remove([str(number) for number in range(10, 30)]),
    "compact": lambda index: index.compact(),
    "datasketch": lambda index: index.to_datasketch(),
}


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Cut a file short, write other bytes here and there, or lose a page."""
    kind, broken = rng.choice(["short", "bytes", "page"]), bytearray(data)
    if kind == "short":
        return data[: rng.randrange(len(data))]
    if kind == "bytes":
        for place in rng.sample(range(100, len(data)), rng.choice([1, 10, 100, 1000])):
            broken[place] = rng.randrange(256)
        return bytes(broken)
    page = rng.randrange(len(data) // 4096) * 4096
    broken[page : page + 4096] = bytes(4096)
    return bytes(broken)


@pytest.mark.parametrize("tries", [12, pytest.param(2000, marks=pytest.mark.by_hand)])
def test_a_damaged_index_is_told_and_never_worse(tries):
    with dedup.Index("whole.db") as index:
        index.add(articles(0, 40))
        index.remove(["0", "1", "2"])
    whole = Path("whole.db").read_bytes()
    told = 0
    for number in range(tries):
        broken = damaged(whole, random.Random(number))
        for name in ACTIONS if tries > 100 else list(ACTIONS)[number % 3 :: 3]:
            for path in Path().glob("broken.db*"):
                path.unlink()
            Path("broken.db").write_bytes(broken)
            try:
                with dedup.Index("broken.db") as index:
                    ACTIONS[name](index)
            except DedupError as error:
                told += 1
                assert str(error)  # noqa: PT017
    assert told > tries / 4


def test_a_row_that_was_changed_is_told():
    with dedup.Index("news.db") as index:
        index.add(articles(0, 6))
    for change, said in (
        ("UPDATE sketches SET body = 900 WHERE number = 3", "article 3 has the text 900"),
        ("UPDATE sketches SET body = NULL WHERE number = 3", r"int\(\) argument must be"),
        ("UPDATE sketches SET sketch = x'00000000' WHERE number = 3", "the sketch of an article is too short"),
        ("UPDATE verdicts SET pairs = x'0000000001020304'", "incorrect header check"),
        ("UPDATE verdicts SET pairs = x'FFFFFFFF0102'", "6 bytes are said to hold 4,294,967,295 pairs"),
        ("UPDATE meta SET value = 'x' WHERE name = 'base'", "invalid literal"),
        ("UPDATE meta SET value = '[' WHERE name = 'settings'", "Expecting value"),
        ("DELETE FROM meta WHERE name = 'rule'", "'rule'"),
    ):
        data = Path("news.db").read_bytes()
        with sqlite3.connect("news.db") as db:
            db.execute(change)
        db.close()
        with pytest.raises(StoreError, match=f"^the index is damaged: .*{said}"):
            dedup.Index("news.db")
        Path("news.db").write_bytes(data)
    with sqlite3.connect("news.db") as db:
        db.execute("DELETE FROM articles WHERE number = 3")
        (tokens,) = db.execute("SELECT tokens FROM articles WHERE number = 5").fetchone()
        db.execute("UPDATE articles SET tokens = ? WHERE number = 5", (tokens[:-4] + tokens[:4],))
    db.close()
    with dedup.Index("news.db") as index:
        with pytest.raises(StoreError, match="row 3 of the table 'articles' is missing"):
            index.article("2")
        with pytest.raises(StoreError, match="tokens or marks of an article are not as they were written"):
            index.query({"id": "x", "text": f"{story(2, 5)} Rain is expected."})


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
def test_damaged_labels_are_told(ending):
    formats.write(pa.table({"id": [f"{n}" for n in range(900)], "story": ["s"] * 900}), "whole" + ending)
    whole = Path("whole" + ending).read_bytes()
    for number in range(30):
        Path("a" + ending).write_bytes(damaged(whole, random.Random(number)))
        try:
            dedup.Labels.read("a" + ending)
        except DedupError as error:
            assert f"a{ending}" in str(error)  # noqa: PT017


def test_json_of_zones_that_is_damaged(run):
    Path("zones.json").write_text(json.dumps({"a": "Asia/Dubai"})[:-3])
    ended = run("find", NEWSROOM, "--zones", "zones.json")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert ended.err.startswith("error: zones.json: ")
