#!/usr/bin/env python3
"""Measure an index: adds in batches and one by one, queries, memory, disk, reopening.

    python benchmarks/index.py CORPUS.jsonl [--articles N] [--furniture 10000] [--singles 2000] [--dir DIR] [--json F]

The index is made with the furniture of the first articles, as docs/how-to/streaming.md says (0: with none). Articles
of the corpus go in a thousand at a time; the last ones one by one, by default and with fsync; then articles
are asked for one by one. Memory is what the process holds beyond what it held before the first article, disk is the
size of the file; both a live article. `wc` is `wc -w` over the same articles in the same run, for a rate that can
be compared between machines. Reopening includes all that is derived from the file.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, Any

import dedup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def resident() -> int:
    """Return the bytes of memory that are the process's own."""
    lines = pathlib.Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def lots(path: pathlib.Path, articles: int, size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the articles of a file, so many at a time."""
    with path.open(encoding="utf-8") as lines:
        some = itertools.islice(lines, articles)
        while lot := [json.loads(line) for line in itertools.islice(some, size)]:
            yield lot


def measured(corpus: pathlib.Path, articles: int, learned: int, singles: int, folder: pathlib.Path) -> dict[str, Any]:
    """Return what was measured."""
    furniture = dedup.learn_furniture([one for lot in lots(corpus, learned, 1000) for one in lot]) if learned else None
    with dedup.Index(folder / "warm.db") as warm:
        for lot in lots(corpus, 300, 100):
            warm.add(lot)
            warm.add(lot[0] | {"id": "again"})
            warm.query(lot[1] | {"id": "other"})
    path = folder / "index.db"
    index = dedup.Index(path, furniture=furniture)
    gc.collect()
    before = resident()
    found: dict[str, Any] = {"units of furniture": len(index.furniture)}
    curve, done = [], 0
    rest: list[dict[str, Any]] = []
    spent = cpu = 0.0
    for lot in lots(corpus, articles, 1000):
        if done >= articles - 2 * singles - 1000:
            rest += lot
            continue
        start, used = time.perf_counter(), time.process_time()
        index.add(lot)
        spent += time.perf_counter() - start
        cpu += time.process_time() - used
        done += len(lot)
        if done % 10_000 == 0:
            curve.append((done, round(done / spent)))
    rates = {"per second": done / spent, "CPU seconds per 1,000": cpu / done * 1000}
    found["batches of 1,000"] = {"articles": done, **rates}
    found["curve"] = curve
    one, two, asked = rest[:singles], rest[singles : 2 * singles], rest[2 * singles :]
    found["one by one"] = timed(index.add, one)
    index.close()
    with dedup.Index(path, durability="fsync") as slow:
        found["one by one, fsync"] = timed(slow.add, two)
    del index, slow  # what they held is not of the index that is opened next
    gc.collect()
    start, used = time.perf_counter(), time.process_time()
    index = dedup.Index(path)
    found["reopen"] = {"seconds": time.perf_counter() - start, "CPU seconds": time.process_time() - used}
    found["query"] = timed(index.query, asked)
    gc.collect()
    stats = index.stats()
    found["memory bytes an article"] = (resident() - before) / stats["articles"]
    found["derived bytes an article"] = stats["bytes in memory"] / stats["articles"]
    tokens = index.result().links.lengths.sum() if stats["articles"] < 200_000 else 0
    index.compact()
    found["disk bytes an article"] = index.stats()["bytes on disk"] / stats["articles"]
    found["tokens a distinct text"] = tokens / stats["texts"]
    found["stats"] = stats
    found["capped"] = index.capped
    index.close()
    found["wc seconds for the whole corpus"] = counted(corpus)
    return found


def counted(corpus: pathlib.Path) -> float:
    """Return how long `wc -w` takes."""
    start = time.perf_counter()
    subprocess.run(["wc", "-w", corpus], check=True, capture_output=True)  # noqa: S603, S607
    return time.perf_counter() - start


def timed(call: Callable[[dict[str, Any]], object], articles: list[dict[str, Any]]) -> dict[str, float]:
    """Return how long calls with one article each take."""
    taken = []
    used = time.process_time()
    for article in articles:
        start = time.perf_counter()
        call(article)
        taken.append(time.perf_counter() - start)
    used = time.process_time() - used
    return {
        "per second": len(taken) / sum(taken),
        "median ms": 1000 * statistics.median(taken),
        "worst ms": 1000 * max(taken),
        "CPU ms": 1000 * used / len(taken),
    }


def main() -> None:
    """Read the arguments, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--articles", type=int, default=10**9)
    parser.add_argument("--furniture", type=int, default=10_000)
    parser.add_argument("--singles", type=int, default=2000)
    parser.add_argument("--dir", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    given = parser.parse_args()
    articles = min(given.articles, sum(1 for _ in given.corpus.open("rb")))
    with tempfile.TemporaryDirectory(dir=given.dir) as folder:
        found = measured(given.corpus, articles, given.furniture, given.singles, pathlib.Path(folder))
    text = json.dumps(found, indent=2, default=float)
    print(text)
    if given.json:
        given.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
