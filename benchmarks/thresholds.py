#!/usr/bin/env python3
"""Draw what the threshold means: the S-curve of the plan, precision and recall of clusters on the edit model.

    python benchmarks/thresholds.py [BASE.jsonl] [--out docs/pictures/thresholds.svg]

Copies that should be clustered (every edit but 22 to 24) and the hard negatives of the edit model go through runs at
the least threshold; stricter ones are read off with `Result.at`. Recall is the share of copies in one cluster with
their base; precision the share of clustered pairs, copies and negatives together, that are of one story.
"""

import argparse
import pathlib
from itertools import combinations

from editmodel import bases
from editmodel.catalogue import EDITS, copies
from editmodel.negatives import NEGATIVES, Source
from editmodel.score import cluster_numbers
from editmodel.story import story_of
from editmodel.writing import Pool

import dedup

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
LEAST = 0.3
STEPS = [LEAST + step * 0.05 for step in range(15)]
LEFT_OUT = {"report", "revision"}
WIDTH, HEIGHT, MARGIN = 640, 360, 48
LINES = {"S-curve of the plan": "#888888", "recall": "#1b6ca8", "precision": "#c0392b"}


def measure(base: pathlib.Path) -> dict[str, list[float]]:
    """Return recall and precision at each of `STEPS`."""
    articles = bases.choose(bases.english(bases.read(base)), None, 1)
    stories = [story_of(one) for one in articles]
    pool = Pool.of(stories)
    settings = dedup.Settings(threshold=LEAST)
    hits, right, wrong = ([0] * len(STEPS) for _ in range(3))
    asked = 0
    for edit in EDITS:
        if edit.expected in LEFT_OUT:
            continue
        made = copies(edit, stories, pool, 1, 4)
        story_of_id = {str(one["id"]): str(one["id"]) for one in articles}
        story_of_id |= {str(copy["id"]): name for name, copy in made.items()}
        result = dedup.find_duplicates([*articles, *made.values()], settings)
        asked += len(made)
        for step, threshold in enumerate(STEPS):
            strict = result.at(threshold)
            number_of = cluster_numbers(strict)
            for name, copy in made.items():
                hits[step] += name in number_of and number_of[name] == number_of.get(str(copy["id"]))
            count(strict, story_of_id, step, right, wrong)
    source = Source(stories, pool, 1, 120)
    for make in NEGATIVES.values():
        room = make(source)
        result = dedup.find_duplicates(room.articles, settings)
        for step, threshold in enumerate(STEPS):
            count(result.at(threshold), room.stories, step, right, wrong)
    return {
        "recall": [hit / asked for hit in hits],
        "precision": [good / max(1, good + bad) for good, bad in zip(right, wrong, strict=True)],
    }


def count(
    result: dedup.Result, story_of_id: dict[str, str | None], step: int, right: list[int], wrong: list[int]
) -> None:
    """Add the pairs of one story, and of two, that share a cluster."""
    for cluster in result.clusters:
        told = [story for story in map(story_of_id.get, cluster.ids) if story is not None]
        for one, two in combinations(told, 2):
            if one == two:
                right[step] += 1
            else:
                wrong[step] += 1


def draw(curves: dict[str, list[tuple[float, float]]]) -> str:
    """Return the curves as SVG."""

    def place(x: float, y: float) -> str:
        return f"{MARGIN + x * (WIDTH - 2 * MARGIN):.1f},{HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        "<style>text { font: 12px sans-serif }</style>",
        "<title>Chance, recall and precision against the threshold</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for tenth in range(0, 11, 2):
        x, y = (place(tenth / 10, 0).split(","), place(0, tenth / 10).split(","))
        left, right = place(0, tenth / 10).split(",")[0], place(1, tenth / 10).split(",")[0]
        parts.append(f'<line x1="{left}" y1="{y[1]}" x2="{right}" y2="{y[1]}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x[0]}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{tenth / 10:.1f}</text>')
        parts.append(f'<text x="{MARGIN - 8}" y="{y[1]}" text-anchor="end" dy="4">{tenth / 10:.1f}</text>')
    for row, (name, points) in enumerate(curves.items()):
        colour = LINES[name]
        path = " ".join(place(x, y) for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{MARGIN + 8}" y="{MARGIN + 120 + 18 * row}" fill="{colour}">{name}</text>')
    axis = "resemblance (S-curve), threshold (others)"
    parts += [f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{axis}</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Measure, print the table, draw the picture."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("base", type=pathlib.Path, nargs="?", default=EXAMPLES / "newsroom.jsonl")
    ask.add_argument("--out", type=pathlib.Path, default=EXAMPLES.parent / "docs" / "pictures" / "thresholds.svg")
    args = ask.parse_args()
    measured = measure(args.base)
    plan = dedup.plan(dedup.Settings().threshold)
    print("| threshold | recall | precision |\n|---|---|---|")
    for step, threshold in enumerate(STEPS):
        print(f"| {threshold:.2f} | {measured['recall'][step]:.3f} | {measured['precision'][step]:.3f} |")
    curves = {"S-curve of the plan": [(x / 50, plan.chance(x / 50)) for x in range(51)]}
    curves |= {name: list(zip(STEPS, values, strict=True)) for name, values in measured.items()}
    args.out.write_text(draw(curves), encoding="utf-8")


if __name__ == "__main__":
    main()
