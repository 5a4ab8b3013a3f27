#!/usr/bin/env python3
"""Run the command under a real limit of memory, and see that it says the same as without.

    python benchmarks/limited.py FILE.jsonl [--share 3]

The limit is that of the system on what a process may allocate (RLIMIT_DATA), the size of the file over `--share`.
What is allocated, but not touched, counts too: so the allocator is told to keep nothing that was freed
(MALLOC_MMAP_THRESHOLD_, of glibc). Anonymous memory and mapped files, which the system may drop, are given apart. What
is kept of an article counts, too: with the defaults about a kilobyte, so the articles should have ten times that.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pathlib
import sys
import tempfile

from contest.measuring import run

_MAIN = "import dedup.__main__; dedup.__main__.main()"
_LIMITED = f"import resource, sys; resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv.pop(1)),) * 2); {_MAIN}"


def found(corpus: pathlib.Path, limit: int | None) -> tuple[str, str]:
    """Return the hash of the clusters that the command writes, and what it took."""
    start = [sys.executable, "-c", _MAIN] if limit is None else [sys.executable, "-c", _LIMITED, str(limit)]
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "clusters.jsonl")
        done = run([*start, "find", "-q", str(corpus), "-o", str(out)])
        if done.code:
            sys.exit(f"failed under {limit} bytes:\n{done.err[-3000:]}")
        answer = hashlib.sha256(out.read_bytes()).hexdigest()[:16]
    return (
        answer,
        f"{done.seconds:.1f} s, {done.anonymous >> 20} MiB anonymous, {done.mapped >> 20} MiB of mapped files",
    )


def main() -> None:
    """Run both, print, and compare."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("corpus", type=pathlib.Path)
    ask.add_argument("--share", type=float, default=3.0)
    args = ask.parse_args()
    limit = int(args.corpus.stat().st_size / args.share)
    os.environ["MALLOC_MMAP_THRESHOLD_"] = "1000000"
    answers = []
    for name, most in ((f"limit of {limit >> 20} MiB", limit), ("no limit", None)):
        answer, took = found(args.corpus, most)
        answers.append(answer)
        print(f"{name}: {took}; clusters {answer}")
    sys.exit(answers[0] != answers[1] and "the clusters differ")


if __name__ == "__main__":
    main()
