#!/usr/bin/env python3
"""Put the results of speed.py and scale.py into the documents: tables, and pictures as SVG.

    python benchmarks/pictures.py [RESULTS] [--out docs]

RESULTS is the folder with `speed-*.json` and `scale-*.json`, by default benchmarks/results. `measured/speed.md` and
`measured/scale.md` get all tables, which other pages include. Pictures are bars of time an article for the largest
corpus of speed.py (`pictures/speed.svg`, which the README shows), and for each kind of scale.py a curve of time and
bars of its stages.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import Any

from contest import tables

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


def shown(results: pathlib.Path) -> dict[str, str]:
    """Return all that is written into the documents, by its place there."""
    files: dict[str, str] = {}
    contests = sorted(_read(results, "speed"), key=lambda found: -found["articles"])
    if contests:
        files["pictures/speed.svg"] = speed(contests[0])
        picture = "![Time an article of dedup and of others](../pictures/speed.svg)"
        files["measured/speed.md"] = "\n".join([picture, "", *map(tables.speed, contests)])
    parts = []
    for found in _read(results, "scale"):
        kind = found["kind"]
        files[f"pictures/scale-{kind}.svg"] = growth(found)
        files[f"pictures/scale-{kind}-stages.svg"] = stages(found)
        parts += [f"![Time by number of articles, {kind}](../pictures/scale-{kind}.svg)"]
        parts += ["", tables.scale(found), f"![Stages, {kind}](../pictures/scale-{kind}-stages.svg)", ""]
    if parts:
        files["measured/scale.md"] = "\n".join(parts)
    return files


def _read(results: pathlib.Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob(f"{name}-*.json"))]


def main() -> None:
    """Write everything there is."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("results", type=pathlib.Path, nargs="?", default=HERE / "results")
    ask.add_argument("--out", type=pathlib.Path, default=HERE.parent / "docs")
    args = ask.parse_args()
    for name, text in shown(args.results).items():
        path = args.out / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
