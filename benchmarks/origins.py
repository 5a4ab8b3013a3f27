#!/usr/bin/env python3
"""Measure the answers about origins on stories whose origin is known.

    python benchmarks/origins.py [BASE.jsonl] [--limit N] [--rounds 12] [--seed 1] [--quick] [--misses 0]
                                 [--floors benchmarks/floors.json | --write-floors FILE]
    python benchmarks/origins.py --credited DATA.jsonl [--agency "The Associated Press"]
    python benchmarks/origins.py --cost DATA.jsonl [--runs 7]

Every article of BASE (default `examples/newsroom.jsonl`) is written by an agency, an agency that is in no list, or a
newspaper, and copied by others, who say so in the ways of `editmodel/syndication.py`, or do not. In 30 % of the
stories the origin is not among the articles; 10 % of the carriers publish before it. Prints, with 95 % intervals: how
often the origin is right where any article tells it, how often something else was named with a confidence over 0.8,
how often the earliest is right where the order is said to be certain, and what each confidence was worth.

`--credited` takes real articles instead and lists the clusters of several outlets in which a text credits an agency:
who is named as their origin, and the exceptions. `--cost` runs from the file to the clusters and prints what the
answers about origins add, as the ratio of the run to the same run less the time spent on them.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from editmodel import bases, report
from editmodel.score import Rate
from editmodel.story import story_of
from editmodel.syndication import world
from editmodel.writing import Pool

import dedup
from dedup.articles.credits import find_credits
from dedup.stages.canonical import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from editmodel.story import Article
    from editmodel.syndication import Truth, World

    from dedup import Cluster

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
AIMS = {"origin": 0.95, "earliest": 0.98}
SURE = 0.8
NAME = "origins"
QUICK = 3
"""Rounds of the quick profile."""


@dataclass(slots=True)
class Found:
    """Measurements.

    Attributes:
        rates: By what is asked.
        kinds: Whether the origin is right where there is evidence, by the kind of the source and its presence.
        worth: Whether the origin is right, by confidence.
        misses: Wrong answers, in words.
    """

    rates: dict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))
    kinds: dict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))
    worth: dict[float, Rate] = field(default_factory=lambda: defaultdict(Rate))
    misses: list[str] = field(default_factory=list)


def measure(articles: Sequence[Article], rounds: int, seed: int) -> Found:
    """Make `rounds` worlds of some base articles and compare the answers with the truth."""
    stories = [story_of(one) for one in articles]
    pool = Pool.of(stories)
    found = Found()
    for number in range(rounds):
        made = world(stories, pool, seed * 1000 + number)
        for cluster in dedup.find_duplicates(made.articles).clusters:
            told = {made.story_of[name] for name in cluster.ids}
            if len(told) == 1:  # what is merged by mistake is measured by edits.py
                judge(found, cluster, made, made.stories[told.pop()])
    return found


def judge(found: Found, cluster: Cluster, made: World, truth: Truth) -> None:
    """Compare the answers about one cluster with the truth."""
    right = is_right(cluster, truth)
    origin = cluster.origin
    evidence = made.tells(cluster.ids)
    here = any(name.endswith("~ origin") for name in cluster.ids)
    if evidence:
        found.rates["origin"].add(right)
        found.kinds[f"{truth.source.kind}, {'present' if here else 'absent'}"].add(right)
    if origin is not None:
        found.worth[origin.confidence].add(right)
        sure = origin.confidence > SURE and not right
        found.rates["sure of a carrier"].add(sure and origin.article is not None)
        found.rates["sure and wrong"].add(sure)
    if cluster.order_certain:
        first = min(cluster.ids, key=made.moments.__getitem__)
        found.rates["earliest"].add(cluster.earliest.id == first)
        if cluster.earliest.id != first:
            found.misses.append(f"earliest: {first} really, said {cluster.earliest.id}: {cluster.reasons.earliest}")
    if (evidence or (origin is not None and origin.confidence > SURE)) and not right:
        said = f"{origin.name} {origin.confidence:.2f}" if origin else "nobody"
        found.misses.append(
            f"{truth.source.name} ({'here' if here else 'absent'}), said {said}: {cluster.reasons.origin}"
        )


def is_right(cluster: Cluster, truth: Truth) -> bool:
    """Whether the origin is the true one: as a member if it is one, else by its name."""
    if cluster.origin is None:
        return False
    member = cluster.origin.article
    if any(name.endswith("~ origin") for name in cluster.ids):
        return member is not None and member.source == truth.source.name
    return member is None and cluster.origin.name in {truth.source.answer, truth.source.name, truth.source.host}


def show(found: Found, misses: int) -> None:
    """Print all tables."""
    print("asked, where                        right of all     share   95 % interval")
    lines = {
        "origin": "origin, some article tells it",
        "earliest": "earliest, order said certain",
        "sure of a carrier": f"a carrier, said with over {SURE}",
        "sure and wrong": f"any wrong one, said with over {SURE}",
    }
    for key, name in lines.items():
        mark = " *" if key in AIMS and found.rates[key].value < AIMS[key] else ""
        print(f"{name:32} {found.rates[key]}{mark}")
    print("\norigin, by who wrote the story and whether its article is there")
    for kind, rate in sorted(found.kinds.items()):
        print(f"{kind:32} {rate}")
    print("\nconfidence said, and how often it was right")
    for confidence, rate in sorted(found.worth.items(), reverse=True):
        print(f"{confidence:<32} {rate}")
    for line in found.misses[:misses]:
        print(f"  {line}")


def values(found: Found) -> report.Measured:
    """Return the measurements as the floor file has them."""
    return {
        NAME: {
            "recall": {key: found.rates[key].value for key in AIMS},
            "merged": {key: found.rates[key].value for key in ("sure of a carrier", "sure and wrong")},
        }
    }


def credited(path: pathlib.Path, agency: str) -> None:
    """List the clusters of several outlets in which a text credits an agency."""
    named, exceptions, helped = 0, [], 0
    for cluster in dedup.find_duplicates(path).clusters:
        if len(cluster.outlets) < 2:
            continue
        kinds = {
            credit.kind
            for member in cluster.members
            for credit in find_credits(member.text, title=member.title, source=member.source)
            if credit.agency == agency
        }
        if kinds <= {"contribution"}:
            helped += bool(kinds)
            continue
        origin = cluster.origin
        if origin is not None and (origin.name == agency or agency in origin.reason):
            named += 1
        else:
            exceptions.append((cluster, kinds))
    print(f"{named + len(exceptions)} clusters of several outlets credit {agency}; {named} have it as their origin")
    print(f"{helped} more name it only as a helper (contributed to this report)")
    for cluster, kinds in exceptions:
        said = f"{cluster.origin.name} ({cluster.origin.confidence})" if cluster.origin else "nobody"
        print(
            f"  exception: {', '.join(cluster.ids)}: {', '.join(sorted(kinds))}; said {said}: {cluster.reasons.origin}"
        )


def cost(path: pathlib.Path, runs: int) -> None:
    """Measure what the answers about origins add to a run: reading articles for them, and weighing what was read."""
    spent = 0.0

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def task(*given: object) -> object:
            nonlocal spent
            start = perf_counter()
            found = work(*given)
            spent += perf_counter() - start
            return found

        return task

    answers.hear, answers.Case.decide = timed(answers.hear), timed(answers.Case.decide)
    shares: dict[str, list[float]] = {"processor": [], "clock": []}
    for _ in range(runs + 1):
        spent, start, clock = 0.0, process_time(), perf_counter()
        result = dedup.find_duplicates(path)
        clusters = len(result.clusters)
        for name, took in (("processor", process_time() - start), ("clock", perf_counter() - clock)):
            shares[name].append(took / (took - spent))
    print(f"{len(result.batch)} articles of {path.name}, {clusters} clusters of {result.counts['copies'] + clusters}")
    for name, ratios in shares.items():
        counted = sorted(ratios[1:])  # the first compiles
        middle = statistics.median(counted)
        print(f"with / without, by the {name:9} {middle:.3f} ({counted[0]:.3f} to {counted[-1]:.3f} in {runs} runs)")


def main() -> None:
    """Measure, print, and compare with the floors."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("base", type=pathlib.Path, nargs="?", default=EXAMPLES / "newsroom.jsonl")
    ask.add_argument("--limit", type=int, help="articles drawn from the base")
    ask.add_argument("--rounds", type=int, default=12)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--quick", action="store_true", help="the profile of the tests: fewer rounds")
    ask.add_argument("--misses", type=int, default=0, help="show this many wrong answers")
    ask.add_argument("--floors", type=pathlib.Path, help="exit with 1 below these values")
    ask.add_argument("--write-floors", type=pathlib.Path, help="write what was measured, a little lower")
    ask.add_argument("--credited", type=pathlib.Path, help="list the credits of real articles instead")
    ask.add_argument("--agency", default="The Associated Press")
    ask.add_argument("--cost", type=pathlib.Path, help="measure what the answers cost on real articles instead")
    ask.add_argument("--runs", type=int, default=7)
    args = ask.parse_args()
    if args.credited:
        credited(args.credited, args.agency)
        return
    if args.cost:
        cost(args.cost, args.runs)
        return
    articles = bases.choose(bases.english(bases.read(args.base)), args.limit, args.seed)
    rounds = QUICK if args.quick else args.rounds
    print(f"{len(articles)} stories of {args.base.name}, {rounds} rounds\n")
    found = measure(articles, rounds, args.seed)
    show(found, args.misses)
    if args.write_floors:
        report.write_floors(values(found), args.write_floors)
    floors = json.loads(args.floors.read_text(encoding="utf-8")) if args.floors else {}
    below = report.worse(values(found), floors)
    for line in below:
        print(f"BELOW THE FLOOR: {line}")
    sys.exit(bool(below))


if __name__ == "__main__":
    main()
