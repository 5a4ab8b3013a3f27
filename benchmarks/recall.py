#!/usr/bin/env python3
"""Measure candidate recall against exhaustively found overlaps.

    python benchmarks/recall.py DATA

DATA holds `NAME.jsonl.gz` with articles and `NAME.overlaps.jsonl.gz` with one object a line: `a`, `b` (ids),
`jaccard`, `containment` (of 5-word shingles). Two kinds of pairs are asked for, both with at least 40 tokens
on each side: containment of at least 0.9, and Jaccard of at least 0.5. A pair counts as proposed if its two
texts are the same or were compared. No furniture is left out and headlines are not looked at.
"""

import argparse
import gzip
import json
import pathlib
import sys
from typing import Any

import numpy as np

from dedup.articles.outlets import outlet_hashes
from dedup.engines import batch
from dedup.engines.crew import Crew
from dedup.engines.proposing import propose
from dedup.engines.reading import Reading
from dedup.settings import Settings
from dedup.stages.furniture import NONE

KINDS = {"containment >= 0.9": ("containment", 0.9), "jaccard >= 0.5": ("jaccard", 0.5)}
LEAST_TOKENS = 40


def read(path: pathlib.Path) -> list[dict[str, Any]]:
    """Return the objects of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    """Print recall by set and kind, and pooled."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=pathlib.Path)
    args = ask.parse_args()
    sets = sorted(path.name.split(".")[0] for path in args.data.glob("*.overlaps.jsonl.gz"))
    if not sets:
        sys.exit(f"{args.data}: there is no NAME.overlaps.jsonl.gz")
    pooled = {kind: [0, 0] for kind in KINDS}
    print(f"{'set':14} {'candidates':>11} " + " ".join(f"{kind:>28}" for kind in KINDS))
    for name in sets:
        articles = batch.as_batch([{**row, "title": None} for row in read(args.data / f"{name}.jsonl.gz")])
        with Crew() as crew:
            proposal, found = propose(Reading(articles, outlet_hashes(articles.table), NONE), Settings(), crew)
        ids = articles.table["id"].to_pylist()
        text_numbers = np.repeat(np.arange(len(proposal.lengths)), np.diff(proposal.starts)).tolist()
        text_of = {ids[row]: text for text, row in zip(text_numbers, proposal.rows.tolist(), strict=True)}
        lengths = proposal.lengths
        compared = set(zip(found.a.tolist(), found.b.tolist(), strict=True))
        cells = []
        for kind, (field, floor) in KINDS.items():
            hits = total = 0
            for pair in read(args.data / f"{name}.overlaps.jsonl.gz"):
                a, b = sorted((text_of.get(pair["a"], -1), text_of.get(pair["b"], -1)))
                if pair[field] < floor or a < 0 or min(lengths[a], lengths[b]) < LEAST_TOKENS:
                    continue
                total += 1
                hits += a == b or (a, b) in compared
            pooled[kind][0] += hits
            pooled[kind][1] += total
            cells.append(f"{hits:7} of {total:7} {hits / max(1, total):8.4f}")
        print(f"{name:14} {len(compared):11,} " + " ".join(f"{cell:>28}" for cell in cells))
    cells = [f"{hits:7} of {total:7} {hits / max(1, total):8.4f}" for hits, total in pooled.values()]
    print(f"{'pooled':14} {'':11} " + " ".join(f"{cell:>28}" for cell in cells))


if __name__ == "__main__":
    main()
