#!/usr/bin/env python3
"""Measure how time and memory grow with the number of articles, on generated corpora.

    python benchmarks/scale.py [--sizes 10k,30k,100k,300k,1m] [--kind news] [--dir DIR] [--json FILE] [--out FILE.md]

Corpora are those of `corpus.py` with its defaults, in a temporary folder or kept in DIR, where they are found again
(1m takes 2.8 GB and some minutes to write; 10m can be asked for). Each size is one run from file to clusters, in a
process of its own, kernels loaded before the clock starts. `bytes beyond the text` is the peak memory less that of a
run over 500 articles and less the texts themselves; anonymous and mapped are given apart because the system drops
mapped file pages when it needs the memory. `--json benchmarks/results/scale-KIND.json` keeps the results where
benchmarks/pictures.py draws from.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import sys
import tempfile
from importlib import metadata
from typing import TYPE_CHECKING, Any

from contest import tables
from contest.measuring import run

if TYPE_CHECKING:
    from contest.measuring import Run

HERE = pathlib.Path(__file__).parent
KINDS = ("news", "identical", "paragraph", "template")
_UNITS = {"k": 1_000, "m": 1_000_000}
_WARM_UP = 500


def size(written: str) -> int:
    """Return the number that `30k` stands for."""
    return int(float(written[:-1]) * _UNITS[written[-1]]) if written[-1:] in _UNITS else int(written)


def made(folder: pathlib.Path, kind: str, articles: int) -> pathlib.Path:
    """Return a corpus, written if it is not there.

    By a process of its own: what this one has used counts as used by those that it starts.
    """
    path = folder / f"{kind}-{articles}.jsonl"
    if not path.exists():
        print(f"writing {path.name}", file=sys.stderr)
        _done([str(HERE / "corpus.py"), str(path), "--articles", str(articles), "--kind", kind])
    return path


def measured(corpus: pathlib.Path, warm_up: pathlib.Path) -> dict[str, Any]:
    """Return what a run over a corpus took."""
    done = _done(["-m", "contest.ourselves", str(corpus), str(warm_up)])
    found = json.loads(done.out.splitlines()[-1])
    memory = {"peak": done.peak, "anonymous": done.anonymous, "mapped": done.mapped}
    return {**found, **memory, "bytes": corpus.stat().st_size}


def _done(command: list[str]) -> Run:
    done = run([sys.executable, *command], cwd=HERE)
    if done.code:
        sys.exit(f"{' '.join(command)} failed:\n{done.err[-3000:]}")
    return done


def arguments() -> argparse.Namespace:
    """Read the command line."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--sizes", default="10k,30k,100k,300k,1m", help="comma-separated, rising")
    ask.add_argument("--kind", choices=KINDS, default="news")
    ask.add_argument("--dir", type=pathlib.Path, help="where corpora are kept")
    ask.add_argument("--json", type=pathlib.Path, help="where results go")
    ask.add_argument("--out", type=pathlib.Path, help="write the tables here, too")
    return ask.parse_args()


def main() -> None:
    """Run all sizes, print the tables, keep the results after each where asked."""
    args = arguments()
    found: dict[str, Any] = {
        "kind": args.kind,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "version": metadata.version("newsdedup"),
        "rows": [],
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.dir or pathlib.Path(temporary)).resolve()
        warm_up = made(folder, "news", _WARM_UP)
        measured(warm_up, warm_up)  # kernels are compiled, caches written
        base = measured(warm_up, warm_up)["peak"]
        for articles in map(size, args.sizes.split(",")):
            row = measured(made(folder, args.kind, articles), warm_up)
            row["beyond"] = (row["peak"] - base - row["text"]) / row["articles"]
            found["rows"].append(row)
            print(f"{articles:,} articles: {row['seconds']:.2f} s", file=sys.stderr)
            if args.json:
                args.json.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")
    table = tables.scale(found)
    print(table)
    if args.out:
        args.out.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
