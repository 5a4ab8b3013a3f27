#!/usr/bin/env python3
"""Measure the credits: what is found in articles, what it costs, and what it costs on hostile texts.

    python benchmarks/credits.py DATA.jsonl [--limit N] [--show 0] [--seed 1] [--bound 5]

Times are of the processor, not of the clock. Prints hits per kind and agency, microseconds an article (all, and
those that name no agency), and for texts of 100 kB made to be slow the milliseconds of `find_credits`,
`version_note`, `find_pointers` and `Houses.credited` together, best of three. `--show N` prints N random hits. Exit status 1 if
a hostile text takes longer than `--bound` milliseconds.
"""

# ruff: noqa: E501, RUF001 - pieces of other scripts, which are wide

from __future__ import annotations

import argparse
import json
import pathlib
import random
import sys
from collections import Counter
from time import perf_counter, process_time

from dedup.articles.credits import Houses, find_credits, find_pointers, version_note
from dedup.articles.credits.agencies import table
from dedup.articles.credits.finding import named_in
from dedup.articles.credits.looking import look_at, looked

SIZE = 100_000
HOUSES = Houses([("The AP Reuters", 1), ("aboriginally.example", 2)])
PIECES = (
    " ", "\n", "\r\n", " \n", "\t", "(", ")", "()", "((", "[", "【", "/", "//", "a/", "-", "- ", "—", "_", ".", ". ",
    "1", "12 ", "12, ", "(AP", "(AP)", "(AP) ", "(AP)\n", " (AP", "AP ", "AP/", "AP-", "AP, ", "(AP, ", "(AP and ",
    "A ", "A B ", "AB ", "Ab ", "Ab, ", "PLACE ", "PLACE, ", "PLACE, March 3 ", "March 3 ", "March 3, 2025 ", "By ",
    "By A\n", "By AP\n", "By AP ", "Reuters", "Reuters ", "Reuters\n", "Reuters/", "REUTERS - ", "/TASS", "/TASS/",
    "TASS/", "/Trend", "Trend - ", "SPA --", ", SPA ", "2025, SPA ", "EFE.", "EFE.-", "新华社", "新华社1", "1日", "新华社a1日",
    "路透a", "【a共同", "【共同】", "(a=연합뉴스", "(a=연합뉴스)", "©", "© ", "© 2025 ", "© 2025 AP", "© The ", "Copyright ",
    "Copyright © ", "(c) ", "(Reporting by ", "(Reporting by A; Editing by B", "Editing by A; ", "; editing by ",
    "Reporting by A, ", "source: ", "source: AP\n", "Source: AP, ", "with ", "with files from ",
    "with files from AP, ", "(with AP ", "(avec AFP ", "contributed to ", "A contributed to AP ", "Contributing: ",
    "AP writer ", "PTI AB ", "PTI AB CD ", "-- IANS\n", "--", ". (AP/", ".(AP", ".) - AP", "UPDATE 1-", "UPDATE ",
    "CORRECTED ", "Adds ", "(Adds ", "Adds a in ", "Updates with a ", "the post ", "the post a appeared first on ",
    "appeared first on ", "originally published ", "originally published by ", "originally published by A\n",
    "article ", "this article ", "this article originally appeared on A. ", "republished from ",
    "republished with permission of ", "read the full ", "read the full story at A ", "read ", "a.", "a.b.", "A.",
    "SOURCE ", "SOURCE A\n", "(MENAFN - ", "(MENAFN", "http://a", "https://", "originally published on http://a", "́",
    "é", "AṔ", "가", "（AP）", "\u3000", "\u200b",
)  # fmt: skip


def hostile(seed: int) -> dict[str, str]:
    """Make texts of one piece, of two, and of many, with an agency at each end so that no pre-test helps."""
    draw = random.Random(seed)
    made = {repr(piece): piece * (SIZE // len(piece)) for piece in PIECES}
    for _ in range(400):
        mixed = "".join(draw.choices(PIECES, k=draw.choice((2, 2, 3, 5))))
        made[f"mixed {mixed!r}"] = mixed * (SIZE // len(mixed))
    for number in range(100):
        made[f"random {number}"] = "".join(draw.choices(PIECES, k=SIZE // 4))[:SIZE]
    framed = {f"framed {name}": f"AP Reuters {text} Reuters AP" for name, text in made.items()}
    return {**made, **framed}


def together(text: str) -> None:
    """Run all that is measured."""
    find_credits(text, title=text[:200])
    version_note(text[:200], text)
    find_pointers(text)
    HOUSES.credited(*look_at([text], [(HOUSES.names, 1)]))


def seconds(text: str, repeats: int) -> float:
    """Return the least time of some runs."""
    best = float("inf")
    for _ in range(repeats):
        start = process_time()
        together(text)
        best = min(best, process_time() - start)
    return best


def measure(path: pathlib.Path, limit: int | None, show: int, seed: int) -> None:
    """Print what is found in the articles of a file, and the time."""
    with path.open(encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines][:limit]
    kinds, agencies, pointers, versions = Counter(), Counter(), Counter(), Counter()
    spent = {"credits": 0.0, "pointers": 0.0, "versions": 0.0, "credits, no agency named": 0.0}
    hits, plain = [], 0
    for article in articles:
        text, title = article.get("text") or "", article.get("title")
        named = named_in(looked(text))
        start = process_time()
        found_credits = find_credits(text, title=title, source=article.get("source"))
        credited = process_time()
        found = find_pointers(text)
        pointed = process_time()
        version = version_note(title, text)
        spent["versions"] += process_time() - pointed
        spent["pointers"] += pointed - credited
        spent["credits"] += credited - start
        if not named:
            plain += 1
            spent["credits, no agency named"] += credited - start
        kinds.update(credit.kind for credit in found_credits)
        agencies.update({credit.agency for credit in found_credits})
        pointers.update(pointer.kind for pointer in found)
        versions[version] += version is not None
        hits += [(article.get("source"), entry) for entry in (*found_credits, *found)]
    print(f"{len(articles)} articles of {path.name}")
    for name, counts in (("credits", kinds), ("articles", agencies), ("pointers", pointers), ("versions", versions)):
        print(f"  {name:9}", ", ".join(f"{key} {count}" for key, count in counts.most_common() if count))
    for name, total in spent.items():
        count = plain if "no agency" in name else len(articles)
        print(f"  {name:26}{total / max(count, 1) * 1e6:8.1f} us an article ({count})")
    for source, entry in random.Random(seed).sample(hits, min(show, len(hits))):
        print("   ", source, entry)


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=pathlib.Path, nargs="*")
    ask.add_argument("--limit", type=int)
    ask.add_argument("--show", type=int, default=0)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--bound", type=float, default=5.0, help="milliseconds a hostile text may take")
    args = ask.parse_args()
    start = perf_counter()
    print(f"{len(table().agencies)} agencies loaded in {(perf_counter() - start) * 1e3:.1f} ms")
    together("AP Reuters")
    for path in args.data:
        measure(path, args.limit, args.show, args.seed)
    texts = hostile(args.seed)
    times = {name: seconds(text, 1) for name, text in texts.items()}
    worst = sorted(times, key=times.__getitem__, reverse=True)[:12]
    again = {name: seconds(texts[name], 3) * 1e3 for name in worst}
    print(f"hostile texts: {len(texts)} of {SIZE // 1000} kB, worst {max(again.values()):.2f} ms")
    for name, took in sorted(again.items(), key=lambda item: -item[1])[:5]:
        print(f"  {took:6.2f} ms  {name[:90]}")
    sys.exit(max(again.values()) > args.bound)


if __name__ == "__main__":
    main()
