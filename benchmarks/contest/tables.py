"""Results as Markdown."""

from __future__ import annotations

from typing import Any

Results = dict[str, Any]
_MB = 1e6


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """Return a table, all but its first column to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def speed(found: Results) -> str:
    """Return one corpus of `speed.py`."""
    by_name = {row["name"]: row for row in found["rows"]}
    floor, us = by_name["wc -w"]["seconds"], by_name["find_duplicates"]["seconds"]
    rows = [
        [
            " ".join(filter(None, (row["name"], found["versions"].get(row["name"])))),
            f"{row['seconds']:.2f}",
            _spread(row["rounds"]),
            f"{row['seconds'] / found['articles'] * 1e6:.1f}",
            f"{row['seconds'] / floor:.1f}",
            f"{row['seconds'] / us:.2f}",
            f"{row['peak'] / _MB:,.0f}",
            f"{row['anonymous'] / _MB:,.0f}",
            f"{row['mapped'] / _MB:,.0f}",
            _count(row["pairs"]),
            _count(row["copies"]),
        ]
        for row in found["rows"]
    ]
    head = ["", "seconds", "rounds", "µs an article", "/ wc -w", "/ find_duplicates"]
    head += ["peak MB", "anonymous", "mapped", "pairs", "copies"]
    about = (
        f"`{found['corpus']}`: {found['articles']:,} articles, {found['bytes'] / _MB:,.0f} MB; {found['cores']} cores, "
        f"Python {found['python']}, newsdedup {found['versions']['newsdedup']}, locale {found['locale']}; peers at "
        f"resemblance {found['threshold']}. `dedup find` is less the same command on an empty file."
    )
    missing = "".join(f"\nNot installed: {name}.\n" for name in found["missing"])
    missing += "".join(f"\nFailed: {name}.\n" for name in found["failed"])
    return f"{about}\n\n{markdown(head, rows)}{missing}"


def scale(found: Results) -> str:
    """Return the curve and the stages of `scale.py`."""
    rows, before = [], None
    for row in found["rows"]:
        rows.append(
            [
                f"{row['articles']:,}",
                f"{row['bytes'] / _MB:,.0f}",
                f"{row['seconds']:.2f}",
                f"{row['cpu']:.2f}",
                f"{row['seconds'] / row['articles'] * 1e6:.1f}",
                "" if before is None else f"{row['articles'] / before['articles']:.1f}",
                "" if before is None else f"{row['seconds'] / before['seconds']:.1f}",
                f"{row['peak'] / _MB:,.0f}",
                f"{row['anonymous'] / _MB:,.0f}",
                f"{row['mapped'] / _MB:,.0f}",
                f"{row['beyond']:,.0f}",
                f"{row['copies']:,}",
            ]
        )
        before = row
    head = ["articles", "MB", "seconds", "CPU s", "µs an article", "articles grew", "seconds grew"]
    head += ["peak MB", "anonymous", "mapped", "bytes beyond the text an article", "copies"]
    stages = list(found["rows"][-1]["stages"]) if found["rows"] else []
    profile = [
        [stage, *(f"{row['stages'].get(stage, 0) / row['articles'] * 1e6:.1f}" for row in found["rows"])]
        for stage in stages
    ]
    sizes = [f"{row['articles']:,}" for row in found["rows"]]
    about = f"{found['kind']}: {found['cores']} cores, Python {found['python']}, newsdedup {found['version']}"
    return f"{about}\n\n{markdown(head, rows)}\nµs an article by stage:\n\n{markdown(['stage', *sizes], profile)}"


def _spread(rounds: list[float]) -> str:
    return f"{min(rounds):.2f} to {max(rounds):.2f}" if len(rounds) > 1 else "1"


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
