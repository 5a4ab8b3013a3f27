#!/usr/bin/env python3
"""Draw the results of speed.py and scale.py as SVG.

    python benchmarks/pictures.py [RESULTS] [--out docs]

RESULTS is the folder with `speed-*.json` and `scale-*.json`, by default benchmarks/results. Each speed file becomes
bars of time an article; each scale file a curve of time and bars of its stages.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import Any

from dedup.review import drawing

HERE = pathlib.Path(__file__).parent
_OURS = {"find_duplicates", "dedup find"}
_HIDDEN = "dedup find, empty file"


def speed(found: dict[str, Any]) -> str:
    """Draw time an article, one bar a contestant."""
    bars = [
        (row["name"], row["seconds"] / found["articles"] * 1e6, row["name"] in _OURS)
        for row in sorted(found["rows"], key=lambda row: row["seconds"])
        if row["name"] != _HIDDEN
    ]
    title = f"Microseconds an article: {found['corpus']}, {found['articles']:,} articles, {found['cores']} cores"
    return drawing.bars(title, bars)


def growth(found: dict[str, Any]) -> str:
    """Draw wall time over articles, with the line of proportional growth."""
    points = [(row["articles"], row["seconds"]) for row in found["rows"]]
    return drawing.curve(f"Seconds by number of articles: {found['kind']}, {found['cores']} cores", points)


def stages(found: dict[str, Any]) -> str:
    """Draw the stages of each size, stacked."""
    stacks = [
        (f"{row['articles']:,}", {name: took / row["articles"] * 1e6 for name, took in row["stages"].items()})
        for row in found["rows"]
    ]
    return drawing.stacks(f"Microseconds an article by stage: {found['kind']}, {found['cores']} cores", stacks)


def main() -> None:
    """Draw everything there is."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("results", type=pathlib.Path, nargs="?", default=HERE / "results")
    ask.add_argument("--out", type=pathlib.Path, default=HERE.parent / "docs")
    args = ask.parse_args()
    drawings = {"speed": (("", speed),), "scale": (("", growth), ("-stages", stages))}
    for path in sorted(args.results.glob("*.json")):
        for suffix, draw in drawings.get(path.stem.split("-")[0], ()):
            picture = args.out / f"{path.stem}{suffix}.svg"
            picture.write_text(draw(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
            print(picture)


if __name__ == "__main__":
    main()
