#!/usr/bin/env python3
"""Kill writers of an index at random moments, and look what is left.

    python tools/kill_index.py [--kills 50] [--seed 1] [--fsync]

A writer adds, replaces, removes, expires and compacts; it says what it is about to do and, once that has returned,
that it is done. It is killed (SIGKILL) after a random time. The index must then hold what was done, with what was
being done either whole or not at all; `check` must find nothing wrong; and its clusters must be those of a batch run
over what it holds. The next writer goes on with the same file.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import dedup

WORDS = [
    f"{a}{b}{c}" for a in ("ba", "ke", "li", "mo", "nu") for b in ("ra", "se", "ti", "vo") for c in ("zu", "har", "fen")
]
QUICK = dedup.Settings(num_perm=32)


def article(number: int, version: int = 0) -> dict[str, str]:
    """Return one of two copies of a story: numbers 2k and 2k + 1 tell story k."""
    rng = random.Random(number // 2)
    words = [rng.choice(WORDS) for _ in range(60)]
    if number % 2:
        words[30:30] = ["said", "today"]
    day = 1 + number // 2 % 28
    return {
        "id": f"{number}",
        "text": " ".join(words) + " more" * version,
        "published": f"2025-03-{day:02}T0{number % 2}:00:00Z",
    }


def write(path: str, seed: int, start: int, *, fsync: bool) -> None:
    """Change an index until killed, telling what and when it is done."""
    rng = random.Random(seed)
    with dedup.Index(None, QUICK) as first:  # kernels are loaded by it
        first.add([article(number) for number in range(40)])
        first.remove("0")
    with dedup.Index(path, QUICK, durability="fsync" if fsync else "process") as index:
        there = [one.id for story in index.stories(least=1) for one in story.members]
        say({"ready": True})
        while True:
            step = rng.random()
            if step < 0.6 or len(there) < 20:
                numbers = rng.sample(range(start, start + 60), rng.randint(1, 30))
                start += 20
                articles = [article(number, rng.randint(0, 1)) for number in numbers]
                say({"add": articles})
                index.add(articles)
                there = sorted({*there, *(one["id"] for one in articles)})
            elif step < 0.8:
                ids = rng.sample(there, rng.randint(1, 8))
                say({"remove": ids})
                index.remove(ids)
                there = sorted(set(there) - set(ids))
            elif step < 0.9:
                before = f"2025-03-{rng.randint(1, 6):02}T12:00:00Z"
                say({"expire": before})
                index.expire(before)
                there = [one.id for story in index.stories(least=1) for one in story.members]
            else:
                say({"compact": True})
                index.compact()
            say({"done": True})


def expect(good: bool, what: str) -> None:
    """Stop with a message unless all is well."""
    if not good:
        raise AssertionError(what)


def say(what: dict[str, Any]) -> None:
    """Print a line that the parent sees whatever happens next."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def apply(there: dict[str, dict[str, str]], step: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return what is there after a step."""
    after = dict(there)
    for one in step.get("add", ()):
        after[one["id"]] = one
    for name in step.get("remove", ()):
        after.pop(name, None)
    if limit := dedup.Article(published=step.get("expire")).time:
        after = {name: one for name, one in after.items() if dedup.Article(**one).time.hi >= limit.lo}  # type: ignore[union-attr]
    return after


def look(path: Path, possible: list[dict[str, dict[str, str]]]) -> dict[str, dict[str, str]]:
    """Return which of the possible states an index is in, having looked at all of it."""
    with dedup.Index(path, QUICK) as index:
        expect(index.check() == [], "check finds something wrong")
        result = index.result()
        found = {one.id for one in result.batch.articles(range(len(result.batch)))}
        ids = [cluster.ids for cluster in result.clusters]
        choices = [state for state in possible if set(state) == found]
        expect(bool(choices), f"lost or torn: {sorted(found ^ set(possible[0]))}")
        batches = [
            dedup.find_duplicates(list(one.values()), QUICK, furniture=index.furniture).clusters for one in choices
        ]
        matching = [one for one, clusters in zip(choices, batches, strict=True) if [c.ids for c in clusters] == ids]
        expect(bool(matching), "a twin was not found")
        return matching[-1]


def rounds(folder: Path, kills: int, seed: int, *, fsync: bool = False) -> dict[str, int]:
    """Kill writers one after the other; return what was counted."""
    rng = random.Random(seed)
    path = folder / "killed.db"
    there: dict[str, dict[str, str]] = {}
    counted = {"kills": 0, "steps": 0, "broken off": 0, "kept": 0}
    for kill in range(kills):
        command = [sys.executable, __file__, "--write", str(path), "--seed", str(seed * 1000 + kill)]
        command += ["--start", str(20 * counted["steps"]), *(["--fsync"] if fsync else [])]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603 - this file
        expect(writer.stdout is not None and writer.stdout.readline() != "", "the writer did not begin")
        time.sleep(rng.uniform(0.02, 0.6))
        writer.kill()
        begun: dict[str, Any] | None = None
        said, _ = writer.communicate()
        for line in said.splitlines(keepends=True):
            if not line.endswith("\n"):
                break
            step = json.loads(line)
            if "done" in step and begun is not None:
                there, begun = apply(there, begun), None
                counted["steps"] += 1
            else:
                begun = step
        possible = [there] if begun is None else [there, apply(there, begun)]
        counted["kills"] += 1
        counted["broken off"] += begun is not None
        after = look(path, possible)
        counted["kept"] += begun is not None and after == possible[-1] != there
        there = after
    return counted


def main() -> None:
    """Read the arguments and kill."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fsync", action="store_true")
    parser.add_argument("--write", help=argparse.SUPPRESS)
    parser.add_argument("--start", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write(given.write, given.seed, given.start, fsync=given.fsync)
    with tempfile.TemporaryDirectory() as folder:
        print(rounds(Path(folder), given.kills, given.seed, fsync=given.fsync))


if __name__ == "__main__":
    main()
