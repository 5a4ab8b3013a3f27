#!/usr/bin/env python3
"""Write a generated news corpus, article by article.

    python benchmarks/corpus.py OUT.jsonl --articles N [--words 470] [--copies 0.3] [--seed 1] [--kind news]

Made-up words used as unequally as real ones, in sentences and paragraphs with names, numbers, quotes and stock
phrases; lengths are lognormal. The share `--copies` of the articles belongs to a story that several outlets have:
eight on average, few stories many. Copies are cut, reworded, updated and set in the outlet's type; every outlet puts
its own lines around what it publishes. Ids are STORY-VERSION, so the truth is known. Heavy rewriting is not made.

Other kinds punish what is quadratic: `identical` (one text N times), `paragraph` (nothing in common but one
paragraph), `template` (one text, other numbers and names), `long` (one article of `--words`, by default 100 MB of
them, its near-copy, and N - 2 usual ones). The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from typing import TYPE_CHECKING

from generated import adversaries
from generated.stream import news

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generated.stream import Article

KINDS = ("news", "identical", "paragraph", "template", "long")
WORDS = 470
LONG_WORDS = 17_600_000  # 100 MB


def corpus(
    articles: int, *, words: float | None = None, seed: int = 1, copies: float = 0.3, kind: str = "news"
) -> Iterator[Article]:
    """Yield the articles of a corpus."""
    if kind == "news":
        return news(articles, words or WORDS, seed, copies)
    return getattr(adversaries, kind)(articles, words or (LONG_WORDS if kind == "long" else WORDS), seed)


def write(path: pathlib.Path, made: Iterator[Article]) -> None:
    """Write articles to a JSONL file, which gets its name when it is complete."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w", encoding="utf-8", buffering=1 << 20) as file:
        for one in made:
            file.write(f"{json.dumps(one, ensure_ascii=False)}\n")
    partial.replace(path)


def main() -> None:
    """Read the command line and write."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("out", type=pathlib.Path)
    ask.add_argument("--articles", type=int, required=True)
    ask.add_argument("--words", type=float, help="words an article, on average")
    ask.add_argument("--copies", type=float, default=0.3, help="share of the articles whose story has several")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--kind", choices=KINDS, default="news")
    args = ask.parse_args()
    if not 0 <= args.copies < 1:
        sys.exit("--copies must be at least 0 and below 1")
    made = corpus(args.articles, words=args.words, seed=args.seed, copies=args.copies, kind=args.kind)
    write(args.out, made)


if __name__ == "__main__":
    main()
