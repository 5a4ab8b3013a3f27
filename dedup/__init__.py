"""Find the copies of one news story: clusters of the same text, with the evidence.

>>> import dedup
>>> result = dedup.find_duplicates([
...     {"id": "a", "title": "Ferry runs again", "text": "The ferry to Port Alden will run again on Monday, she said."},
...     {"id": "b", "title": "FERRY RUNS AGAIN", "text": "The ferry to Port Alden will run again on Monday, she said."},
... ])
>>> [cluster.ids for cluster in result.clusters]
[('a', 'b')]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup.articles.article import Article
    from dedup.engines import spark as spark
    from dedup.engines.batch import find_duplicates, learn_furniture
    from dedup.engines.signing import write_signatures
    from dedup.engines.stream import Index
    from dedup.errors import DedupError, Problem
    from dedup.formats.labels import Labels
    from dedup.results import Added, Change, Cluster, Joined, Match, Origin, Result, Story
    from dedup.review.carriage import Carriage, OutletFlow, Syndication
    from dedup.review.comparison import Comparison, Difference, compare
    from dedup.review.evaluation import Evaluation, evaluate
    from dedup.review.recall import RecallEstimate, estimate_recall
    from dedup.review.report import write_report
    from dedup.review.syndication import syndication
    from dedup.review.tuning import Tuning, tune
    from dedup.settings import Settings
    from dedup.stages.canonical import Member, Reasons, by_origin, earliest, longest, prefer_sources
    from dedup.stages.furniture import Furniture
    from dedup.stages.planning import Plan, plan

__all__ = [
    "Added",
    "Article",
    "Carriage",
    "Change",
    "Cluster",
    "Comparison",
    "DedupError",
    "Difference",
    "Evaluation",
    "Furniture",
    "Index",
    "Joined",
    "Labels",
    "Match",
    "Member",
    "Origin",
    "OutletFlow",
    "Plan",
    "Problem",
    "Reasons",
    "RecallEstimate",
    "Result",
    "Settings",
    "Story",
    "Syndication",
    "Tuning",
    "by_origin",
    "compare",
    "earliest",
    "estimate_recall",
    "evaluate",
    "find_duplicates",
    "learn_furniture",
    "longest",
    "plan",
    "prefer_sources",
    "syndication",
    "tune",
    "write_report",
    "write_signatures",
]

# Where each public name lives. What is not asked for is not loaded: numba's compiler alone takes a third of a second.
_HOMES = {
    "dedup.articles.article": ("Article",),
    "dedup.engines.batch": ("find_duplicates", "learn_furniture"),
    "dedup.engines.signing": ("write_signatures",),
    "dedup.engines.stream": ("Index",),
    "dedup.errors": ("DedupError", "Problem"),
    "dedup.formats.labels": ("Labels",),
    "dedup.results": ("Added", "Change", "Cluster", "Joined", "Match", "Origin", "Result", "Story"),
    "dedup.review.carriage": ("Carriage", "OutletFlow", "Syndication"),
    "dedup.review.comparison": ("Comparison", "Difference", "compare"),
    "dedup.review.evaluation": ("Evaluation", "evaluate"),
    "dedup.review.recall": ("RecallEstimate", "estimate_recall"),
    "dedup.review.report": ("write_report",),
    "dedup.review.syndication": ("syndication",),
    "dedup.review.tuning": ("Tuning", "tune"),
    "dedup.settings": ("Settings",),
    "dedup.stages.canonical": ("Member", "Reasons", "by_origin", "earliest", "longest", "prefer_sources"),
    "dedup.stages.furniture": ("Furniture",),
    "dedup.stages.planning": ("Plan", "plan"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # which would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Look a public name up when it is asked for; `dedup.spark` is a module, and not everyone has Spark."""
        if name == "spark":
            return import_module("dedup.engines.spark")
        if name in {"errors", "stores"}:
            return import_module(f"dedup.{name}")
        if name not in _HOME:
            raise AttributeError(f"module 'dedup' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOME[name]), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
