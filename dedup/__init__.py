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
from dedup.errors import DedupError, Problem
from dedup.results import Cluster, Match, Origin, Result
from dedup.review.comparison import Comparison, Difference, compare
from dedup.settings import Settings
from dedup.stages.canonical import earliest, longest
from dedup.stages.furniture import Furniture
from dedup.stages.lsh import Plan, plan

if TYPE_CHECKING:
    from types import ModuleType

__all__ = [
    "Article",
    "Cluster",
    "Comparison",
    "DedupError",
    "Difference",
    "Furniture",
    "Match",
    "Origin",
    "Plan",
    "Problem",
    "Result",
    "Settings",
    "compare",
    "earliest",
    "find_duplicates",
    "learn_furniture",
    "longest",
    "plan",
]


def __getattr__(name: str) -> ModuleType:
    """Look `dedup.spark` up when it is asked for: not everyone has Spark."""
    if name == "spark":
        from dedup.engines import spark  # noqa: PLC0415

        return spark
    raise AttributeError(f"module 'dedup' has no attribute {name!r}")
