#!/usr/bin/env python3
"""Measure what edits do to the finding of copies, and what only looks like a copy.

    python benchmarks/edits.py [BASE.jsonl] [--limit N] [--seed 1] [--quick] [--language LANG | --languages]
                               [--floors benchmarks/floors.json | --write-floors FILE] [--misses 3]

Every article of BASE (default `examples/newsroom.jsonl`; made distinct, at least 60 tokens) gets one copy from
another outlet for each edit; bases and copies of an edit go through one run. A copy is found if it is in one
cluster with its base; a later version if the two are related as `revision`. Hard negatives are made from the
same bases: an article is a false merge if it is in one cluster with another story. `--languages` measures the
texts of `examples/scripts.jsonl`, `--language` one of its languages. Exit status 1 if a floor is not held.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys

from editmodel import bases, report
from editmodel.profile import Profile, measure, measure_languages

HERE = pathlib.Path(__file__).parent
EXAMPLES = HERE.parent / "examples"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("base", type=pathlib.Path, nargs="?", default=EXAMPLES / "newsroom.jsonl")
    ask.add_argument("--limit", type=int, help="articles drawn from the base")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--quick", action="store_true", help="the profile of the tests: fewer negatives")
    ask.add_argument("--language", help="measure one language of scripts.jsonl instead")
    ask.add_argument("--languages", action="store_true", help="measure all of them")
    ask.add_argument("--floors", type=pathlib.Path, help="exit with 1 below these values")
    ask.add_argument("--write-floors", type=pathlib.Path, help="write what was measured, a little lower")
    ask.add_argument("--misses", type=int, default=0, help="show the reasons of this many failures of a kind")
    return ask.parse_args()


def main() -> None:
    """Measure, print, and compare with the floors."""
    args = arguments()
    profile = Profile(seed=args.seed, negatives=60 if args.quick else 240)
    found = {}
    scripts = bases.read(EXAMPLES / "scripts.jsonl")
    if args.language or args.languages:
        names = (
            [args.language, "en"] if args.language not in {None, "en"} else [args.language] if args.language else None
        )
        found.update(measure_languages(scripts, profile, names))
    else:
        articles = bases.choose(bases.english(bases.read(args.base)), args.limit, args.seed)
        print(f"{len(articles)} base articles of {args.base.name}\n")
        found.update(measure(articles, profile))
        if args.quick:
            found.update(measure_languages(scripts, profile))
    report.show(found, args.misses)
    if args.write_floors:
        report.write_floors(report.values(found), args.write_floors)
    below = report.below(found, json.loads(args.floors.read_text(encoding="utf-8"))) if args.floors else []
    for line in below:
        print(f"BELOW THE FLOOR: {line}")
    sys.exit(bool(below))


if __name__ == "__main__":
    main()
