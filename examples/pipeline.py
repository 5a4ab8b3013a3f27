#!/usr/bin/env python3
"""A nightly job: find the copies in what a crawler brought, keep one article a story, write down why.

    python examples/pipeline.py FILES... --out FOLDER [--window 72h] [--prefer OUTLET]

FOLDER gets `unique.parquet` (the rows to keep), `clusters.jsonl` (what was found, with its evidence), `report.html`
(to look at) and `look.jsonl` (clusters that a person should look at). The job fails if a cap left out comparisons for
more than one article in a hundred, for then the input is not what it used to be.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import dedup

MOST_CAPPED = 0.01


def run(files: list[str], out: Path, window: str | None, preferred: list[str]) -> dedup.Result:
    """Find, write, and return the result."""
    rule = dedup.prefer_sources(*preferred) if preferred else dedup.by_origin
    result = dedup.find_duplicates(files, dedup.Settings(window=window), canonical=rule)
    out.mkdir(parents=True, exist_ok=True)
    result.write(out / "unique.parquet", what="unique")
    result.write(out / "clusters.jsonl")
    dedup.write_report(result, out / "report.html", title=f"Copies in {len(result.batch):,} articles")
    with (out / "look.jsonl").open("w", encoding="utf-8") as lines:
        for cluster in result.clusters:
            if cluster.warnings:
                lines.write(json.dumps({"ids": cluster.ids, "why": cluster.warnings}, ensure_ascii=False) + "\n")
    return result


def main() -> int:
    """Read the arguments, run, and say what happened."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="+")
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--window")
    ask.add_argument("--prefer", action="append", default=[])
    args = ask.parse_args()
    try:
        result = run(args.files, args.out, args.window, args.prefer)
    except (dedup.DedupError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for problem in result.problems:
        print(problem, file=sys.stderr)
    for name, count in result.counts.items():
        print(f"{name}: {count:,}")
    capped = result.capped / max(1, len(result.batch))
    if capped > MOST_CAPPED:
        print(f"error: comparisons were left out for {capped:.1%} of the articles", file=sys.stderr)
    return int(capped > MOST_CAPPED)


if __name__ == "__main__":
    sys.exit(main())
