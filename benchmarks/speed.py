#!/usr/bin/env python3
"""Measure us, the peers and `wc -w` side by side on one corpus.

    python benchmarks/speed.py CORPUS.jsonl [--repeats 3] [--peers datasketch,rensa,gaoya,text-dedup,datatrove]
                               [--threshold 0.5] [--patience 600] [--limit 3600] [--json FILE] [--out FILE.md]

Everything runs in a process of its own, all contestants once a round, so that a slow moment of the machine hits all
alike; medians of the rounds are shown. `dedup find` is the whole command with kernels cached, less the same command
on an empty file. The others are timed inside their process, from articles in memory to what they answer
(`contest/contestants.py` says how each is used); text-dedup and datatrove read and write files themselves.

Absolute times drift with the machine; the ratios are the result. The peers get the resemblance for which we plan
our bands; what we do besides (furniture, confirmation, clusters, origins) is in our time. `copies` are the articles
beyond one a story. Memory is that of the contestant's own process: the corpus as Python strings is in it
where one is called from Python, the workers of text-dedup and datatrove are not.

`pip install -e '.[bench]'` installs the peers but text-dedup, which wants older packages than we do: `pip install
text-dedup` after that puts these in place, in an environment made for it. A peer that is missing, fails or takes
longer than `--limit` seconds is reported as such. A contestant that takes longer than `--patience` seconds runs only
once. `--json benchmarks/results/speed-CORPUS.json` keeps the results where benchmarks/pictures.py draws from.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import tempfile
from importlib import metadata
from typing import TYPE_CHECKING

from contest import tables
from contest.measuring import run

if TYPE_CHECKING:
    from contest.measuring import Run

HERE = pathlib.Path(__file__).parent
PEERS = ("datasketch", "rensa", "gaoya", "text-dedup", "datatrove")
FLOOR, COMMAND, EMPTY, LIBRARY = "wc -w", "dedup find", "dedup find, empty file", "find_duplicates"
_WARM_UP = 500  # articles that make the kernels be compiled and the caches be written before the first round


class Contest:
    """Runs contestants by name and remembers what they did.

    Attributes:
        runs: Of each contestant, what a run cost and what it found.
    """

    def __init__(self, corpus: pathlib.Path, folder: pathlib.Path, threshold: float, limit: float) -> None:
        self.runs: dict[str, list[tuple[Run, dict]]] = {}
        self._corpus, self._folder = corpus, folder
        self._threshold, self._limit = threshold, limit
        self._empty = folder / "empty.jsonl"
        self._empty.touch()

    def once(self, name: str, corpus: pathlib.Path | None = None) -> bool:
        """Run a contestant; return whether it worked. Stop everything if we fail."""
        corpus = self._empty if name == EMPTY else corpus or self._corpus
        answer = self._folder / "answer.jsonl"
        if name == FLOOR:
            done = run(["wc", "-w", str(corpus)])
        elif name in {COMMAND, EMPTY}:
            done = run([sys.executable, "-m", "dedup", "find", str(corpus), "-q", "-o", str(answer)])
        else:
            asked = "library" if name == LIBRARY else name
            command = [sys.executable, "-m", "contest.contestants", asked, str(corpus), str(self._threshold)]
            done = run(command, cwd=HERE, limit=self._limit)
        if done.code:
            print(f"{name} failed:\n{done.err[-3000:]}", file=sys.stderr)
            return False if name in PEERS else sys.exit(1)
        if name in {COMMAND, EMPTY}:
            found = {"seconds": done.seconds, **_answered(answer)}
        else:
            found = {"seconds": done.seconds} if name == FLOOR else json.loads(done.out.splitlines()[-1])
        self.runs.setdefault(name, []).append((done, found))
        print(f"{name}: {found['seconds']:.2f} s", file=sys.stderr)
        return True

    def slow(self, name: str, patience: float) -> bool:
        """Return whether a contestant took too long to be run again."""
        return any(done.seconds > patience for done, _ in self.runs.get(name, ()))

    def row(self, name: str) -> dict:
        """Return the medians of a contestant."""
        runs = self.runs[name]
        seconds = [found["seconds"] for _, found in runs]
        middle = statistics.median(seconds)
        if name == COMMAND:
            middle -= statistics.median([found["seconds"] for _, found in self.runs[EMPTY]])
        memory = {kind: max(getattr(done, kind) for done, _ in runs) for kind in ("peak", "anonymous", "mapped")}
        answer = {kind: runs[-1][1].get(kind) for kind in ("pairs", "copies")}
        return {"name": name, "seconds": middle, "rounds": seconds, **memory, **answer}


def _answered(path: pathlib.Path) -> dict[str, int]:
    """Return how many pairs and copies are in written clusters."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as lines:
        sizes = [len(json.loads(line)["ids"]) for line in lines]
    return {"pairs": sum(size * (size - 1) // 2 for size in sizes), "copies": sum(size - 1 for size in sizes)}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _head(corpus: pathlib.Path, folder: pathlib.Path) -> tuple[pathlib.Path, int]:
    """Write the first articles to a file; return it and how many articles the corpus has. Fills the page cache."""
    head = folder / "head.jsonl"
    count = 0
    with corpus.open("rb") as lines, head.open("wb") as some:
        for count, line in enumerate(lines, 1):
            if count <= _WARM_UP:
                some.write(line)
    return head, count


def arguments() -> argparse.Namespace:
    """Read the command line."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("corpus", type=pathlib.Path)
    ask.add_argument("--repeats", type=int, default=3)
    ask.add_argument("--peers", default=",".join(PEERS), help="comma-separated; empty for none")
    ask.add_argument("--threshold", type=float, default=0.5, help="what the peers are asked for")
    ask.add_argument("--patience", type=float, default=600, help="seconds from which a contestant runs only once")
    ask.add_argument("--limit", type=float, default=3600, help="seconds after which a contestant is stopped")
    ask.add_argument("--json", type=pathlib.Path, help="where results go")
    ask.add_argument("--out", type=pathlib.Path, help="write the table here, too")
    return ask.parse_args()


def main() -> None:
    """Run all rounds, print the table, keep the results where asked."""
    args = arguments()
    corpus = args.corpus.resolve()
    asked = [name for name in args.peers.split(",") if name]
    if unknown := set(asked) - set(PEERS):
        sys.exit(f"--peers must be among {', '.join(PEERS)}, got {', '.join(unknown)}")
    versions = {name: _version(name) for name in ("newsdedup", *asked)}
    peers = [name for name in asked if versions[name]]
    with tempfile.TemporaryDirectory() as folder:
        contest = Contest(corpus, pathlib.Path(folder), args.threshold, args.limit)
        head, articles = _head(corpus, pathlib.Path(folder))
        contest.once(COMMAND, head)
        contest.runs.clear()
        failed = set()
        for _ in range(args.repeats):
            for name in (FLOOR, EMPTY, COMMAND, LIBRARY, *peers):
                if name not in failed and not contest.slow(name, args.patience) and not contest.once(name):
                    failed.add(name)
        found = {
            "corpus": corpus.stem,
            "articles": articles,
            "bytes": corpus.stat().st_size,
            "threshold": args.threshold,
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "locale": os.environ.get("LC_ALL") or os.environ.get("LANG") or "C",  # wc counts by it
            "versions": versions,
            "rows": [contest.row(name) for name in contest.runs],
            "missing": [name for name in asked if not versions[name]],
            "failed": sorted(failed),
        }
    table = tables.speed(found)
    print(table)
    if args.json:
        args.json.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")
    if args.out:
        args.out.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
