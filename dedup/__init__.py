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

from typing import TYPE_CHECKING

from dedup.articles.article import Article
from dedup.engines.batch import find_duplicates, learn_furniture
from dedup.engines.stream import Index
from dedup.errors import DedupError, Problem
from dedup.formats.labels import Labels
from dedup.results import Added, Change, Cluster, Match, Origin, Result, Story
from dedup.review.carriage import Carriage, OutletFlow, Syndication, syndication
from dedup.review.comparison import Comparison, Difference, compare
from dedup.review.evaluation import Evaluation, evaluate
from dedup.review.recall import RecallEstimate, estimate_recall
from dedup.review.report import write_report
from dedup.review.tuning import Tuning, tune
from dedup.settings import Settings
from dedup.stages.canonical import Member, Reasons, by_origin, earliest, longest, prefer_sources
from dedup.stages.furniture import Furniture
from dedup.stages.lsh import Plan, plan

if TYPE_CHECKING:
    from types import ModuleType

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
]


def __getattr__(name: str) -> ModuleType:
    """Look `dedup.spark` up when it is asked for: not everyone has Spark."""
    if name == "spark":
        from dedup.engines import spark  # noqa: PLC0415

        return spark
    raise AttributeError(f"module 'dedup' has no attribute {name!r}")
