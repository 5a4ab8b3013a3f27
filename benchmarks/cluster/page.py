"""Print the tables of docs/explanation/scale.md from what `cluster.cost` has measured.

    python -m cluster.page COST.jsonl

from within benchmarks/. What is told for more articles is what one more article costs between the two largest sizes,
times as many: the start of the processes and of each job falls away.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_BEFORE = {
    "read articles": {"articles", "ids"},
    "learn furniture": {"furniture"},
    "sign": {"sketches"},
    "collapse exact copies": {"texts", "members"},
    "propose pairs": {"pairs"},
    "choose candidates": {"candidates"},
    "fetch their texts": {"words"},
}
_CONFIRM = "confirm until stable"  # matches-0, missing-0, ..., parted
_AFTER = {"cluster": {"clustered"}, "answer": {"answers"}}
_STAGES = {stage: name for name, stages in (_BEFORE | _AFTER).items() for stage in stages}
_FURTHER = (100_000_000, 10_000_000_000)
_MILLION = 1_000_000


def by_stage(row: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Return CPU seconds and bytes shuffled of each stage, in the order of the stages."""
    found = dict.fromkeys((*_BEFORE, _CONFIRM, *_AFTER), (0.0, 0.0))
    for stage in row["stages"]:
        name = _STAGES.get(stage["stage"], _CONFIRM)
        found[name] = found[name][0] + stage["cpu"], found[name][1] + stage["shuffled"]
    return found


def measured(rows: list[dict[str, Any]]) -> str:
    """Return the table of what was measured, a million articles."""
    sizes = [f"{row['articles'] // 1000}k" for row in rows]
    lines = [
        "| stage | " + " | ".join(f"CPU s, {size}" for size in sizes) + " | "
        + " | ".join(f"MiB, {size}" for size in sizes) + " |",
        "|---|" + "---:|" * (2 * len(sizes)),
    ]  # fmt: skip
    stages = [by_stage(row) for row in rows]
    sums: defaultdict[int, float] = defaultdict(float)
    for name in stages[0]:
        values = []
        for kind in range(2):
            for place, row in enumerate(rows):
                value = stages[place][name][kind] * _MILLION / row["articles"] / (2**20 if kind else 1)
                sums[kind * len(rows) + place] += value
                values.append(f"{value:,.0f}")
        lines.append(f"| {name} | " + " | ".join(values) + " |")
    lines.append("| all | " + " | ".join(f"{sums[place]:,.0f}" for place in range(2 * len(rows))) + " |")
    return "\n".join(lines)


def further(rows: list[dict[str, Any]]) -> str:
    """Return the table of what more articles would take."""
    low, high = rows[-2:]
    more = high["articles"] - low["articles"]

    def slope(of: Callable[[dict[str, Any]], float]) -> float:
        return (of(high) - of(low)) / more

    cpu, shuffle = slope(lambda row: row["spark"]), slope(lambda row: row["shuffled"])
    kept, read = slope(lambda row: sum(row["kept"].values())), slope(lambda row: row["input"])
    lines = [
        "| articles | input | core hours | hours on 1,000 cores | shuffled | kept in `work_dir` |",
        "|---:" * 6 + "|",
    ]
    for size in _FURTHER:
        hours = cpu * size / 3600
        tera = [f"{value * size / 2**40:,.1f} TiB" for value in (read, shuffle, kept)]
        lines.append(f"| {size:,} | {tera[0]} | {hours:,.0f} | {hours / 1000:,.2f} | {tera[1]} | {tera[2]} |")
    return "\n".join(lines)


def beside(rows: list[dict[str, Any]]) -> str:
    """Return the table of both engines."""
    lines = [
        "| articles | batch, CPU s | Spark, CPU s | more | of which start |",
        "|---:" * 5 + "|",
    ]
    lines += [
        f"| {row['articles']:,} | {row['batch']:.0f} | {row['spark']:.0f} | {row['spark'] - row['batch']:.0f} "
        f"| {row['start']:.0f} |"
        for row in rows
    ]
    low, high = rows[-2:]
    engines = [(high[name] - low[name]) / (high["articles"] - low["articles"]) * 1e6 for name in ("batch", "spark")]
    return "\n".join(lines) + f"\n\nOne more article: batch {engines[0]:.0f} µs, Spark {engines[1]:.0f} µs.\n"


def main() -> None:
    """Print all."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("measured", type=Path)
    rows = [json.loads(line) for line in ask.parse_args().measured.read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: row["articles"])
    for table in (beside(rows), measured(rows), further(rows)):
        print(table, end="\n\n")


if __name__ == "__main__":
    main()
