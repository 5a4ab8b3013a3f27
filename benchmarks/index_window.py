#!/usr/bin/env python3
"""Let an index live through days of news under a window, and watch its memory and disk.

    python benchmarks/index_window.py CORPUS.jsonl [--days 30] [--a-day 20000] [--window 7] [--dir DIR] [--json FILE]

The articles of the corpus, whole, are dealt out to days in their order; furniture is learned from the first 10,000.
Each day's come in lots of a thousand; then what is older than the window expires. After the window has filled, memory
and disk should stay where they are.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import itertools
import json
import pathlib
import random
import tempfile
import time
from typing import Any

from index import lots, resident

import dedup

LEARNED = 10_000
BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def lived(corpus: pathlib.Path, days: int, a_day: int, window: int, folder: pathlib.Path) -> list[dict[str, Any]]:
    """Return what was measured at the end of each day."""
    rng = random.Random(1)
    path = folder / "window.db"
    found = []
    furniture = dedup.learn_furniture([article for lot in lots(corpus, LEARNED, LEARNED) for article in lot])
    settings = dedup.Settings(window=f"{window}d")
    with corpus.open(encoding="utf-8") as lines, dedup.Index(path, settings, furniture=furniture) as index:
        for day in range(days):
            today = [json.loads(line) for line in itertools.islice(lines, a_day)]
            for article in today:
                moment = BEGIN + dt.timedelta(days=day, seconds=rng.randrange(86_400))
                article["published"] = moment.isoformat()
                article.pop("fetched", None)
            start = time.perf_counter()
            for first in range(0, len(today), 1000):
                index.add(today[first : first + 1000])
            added = time.perf_counter()
            gone = index.expire(BEGIN + dt.timedelta(days=day + 1 - window))
            expired = time.perf_counter()
            del today
            gc.collect()
            stats = index.stats()
            found.append(
                {
                    "day": day + 1,
                    "articles": stats["articles"],
                    "expired": gone,
                    "adds a second": round(a_day / (added - start)),
                    "seconds of expiry": round(expired - added, 2),
                    "memory MB": round(resident() / 1e6, 1),
                    "derived MB": round(stats["bytes in memory"] / 1e6, 1),
                    "disk MB": round(sum(each.stat().st_size for each in folder.iterdir()) / 1e6, 1),
                }
            )
            print(json.dumps(found[-1]), flush=True)
    return found


def main() -> None:
    """Read the arguments and let the days go by."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--a-day", type=int, default=20_000)
    parser.add_argument("--window", type=int, default=7)
    parser.add_argument("--dir", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.dir) as folder:
        found = lived(given.corpus, given.days, given.a_day, given.window, pathlib.Path(folder))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
