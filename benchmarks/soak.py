#!/usr/bin/env python3
"""Let an index live under mixed traffic, and watch that it keeps neither memory nor files that it does not need.

    python benchmarks/soak.py CORPUS.jsonl [--minutes 60] [--live 20000] [--dir DIR] [--json FILE]

Articles of the corpus come in lots of any size, again and again under new ids; some are asked about, changed, removed
by id, and what is oldest expires, so that about `--live` stay. Stories and changes are read, the index is compacted,
closed and opened again now and then, and bad input is thrown at it. After the first third, memory, open files, threads
and disk must stay where they are: the script ends with 1 if one of them grows by more than a tenth.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import itertools
import json
import pathlib
import random
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any

from index import resident

import dedup

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
WATCHED = ("memory MB", "open files", "threads", "disk MB")
GROWTH = 1.1
ROUNDS = 40  # between two looks
BAD = ([{"id": "x", "text": 3.5}], [{"colour": "red"}], [{"id": "\ud800", "text": "\0" * 1000}], "nowhere.jsonl")


def coming(corpus: pathlib.Path) -> Iterator[dict[str, Any]]:
    """Yield articles without end, each pass over the corpus under other ids, one every ten seconds."""
    for number in itertools.count():
        with corpus.open(encoding="utf-8") as lines:
            for place, line in enumerate(lines):
                article = json.loads(line)
                article["id"] = f"{number}-{place}"
                article["text"] = f"{article.get('text') or ''} Edition {number}."
                yield article


def soaked(corpus: pathlib.Path, minutes: float, live: int, folder: pathlib.Path) -> list[dict[str, Any]]:
    """Return what was seen, look by look."""
    rng, articles, clock = random.Random(1), coming(corpus), BEGIN
    path, found, cursor = folder / "soak.db", list[dict[str, Any]](), 0
    end = time.monotonic() + 60 * minutes
    index, recent, rounds, faults = dedup.Index(path), list[dict[str, Any]](), 0, 0
    while time.monotonic() < end:
        rounds += 1
        lot = list(itertools.islice(articles, rng.choice([1, 10, 100, 1000])))
        for article in lot:
            clock += dt.timedelta(seconds=10)
            article["published"] = clock.isoformat()
        index.add(lot[0] if len(lot) == 1 else lot)
        recent = (recent + lot)[-2000:]
        index.query(rng.sample(recent, min(len(recent), 50)))
        changed = [{**article, "text": f"{article['text']} Corrected."} for article in rng.sample(recent, 1)]
        index.add(changed)
        index.remove([article["id"] for article in rng.sample(recent, min(len(recent), 5))])
        index.expire(clock - dt.timedelta(seconds=10 * live))
        for change in index.changes(max(cursor, index.cursor - 1000)):
            cursor = change.cursor
        sum(len(story.ids) for story in itertools.islice(index.stories(), 200))
        try:
            index.add(rng.choice(BAD))
        except dedup.DedupError:
            faults += 1
        if rounds % 97 == 0:
            index.compact()
        if rounds % 61 == 0:
            index.close()
            index = dedup.Index(path)
        if rounds % ROUNDS == 0:
            gc.collect()
            found.append(
                {
                    "minutes": round(minutes - (end - time.monotonic()) / 60, 1),
                    "rounds": rounds,
                    "articles": len(index),
                    "refused": faults,
                    "memory MB": round(resident() / 1e6, 1),
                    "open files": len(list(pathlib.Path("/proc/self/fd").iterdir())),
                    "threads": threading.active_count(),
                    "disk MB": round(sum(each.stat().st_size for each in folder.iterdir()) / 1e6, 1),
                }
            )
            print("  ".join(f"{name} {value}" for name, value in found[-1].items()), flush=True)
    wrong = index.check()
    index.close()
    if wrong:
        raise SystemExit(f"the index is not well: {wrong[:3]}")
    return found


def grown(found: list[dict[str, Any]]) -> list[str]:
    """Return what did not stay where it was: the most of the last third is beyond the most of the second."""
    third = len(found) // 3
    told = []
    for name in WATCHED:
        before = max(look[name] for look in found[third : 2 * third])
        after = max(look[name] for look in found[2 * third :])
        if after > GROWTH * before:
            told.append(f"{name}: {before} -> {after}")
    return told


def main() -> None:
    """Run it and say whether all stayed flat."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--live", type=int, default=20_000)
    parser.add_argument("--dir", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        found = soaked(asked.corpus, asked.minutes, asked.live, pathlib.Path(folder))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if len(found) < 6:
        sys.exit("too short to say anything")
    if told := grown(found):
        sys.exit(f"grew: {'; '.join(told)}")
    print("flat: " + ", ".join(WATCHED))


if __name__ == "__main__":
    main()
