"""Cluster to answers: which copy to keep, who published first, who wrote it; each with its reason.

Nothing here changes who is in a cluster.
"""

from dedup.stages.canonical.answers import Answers, Reasons, answer, answer_all
from dedup.stages.canonical.order import joined, order_of
from dedup.stages.canonical.origin import Origin, origin_of
from dedup.stages.canonical.outlets import Outlets
from dedup.stages.canonical.rules import Member, Rule, by_origin, earliest, longest, prefer_sources

__all__ = [
    "Answers",
    "Member",
    "Origin",
    "Outlets",
    "Reasons",
    "Rule",
    "answer",
    "answer_all",
    "by_origin",
    "earliest",
    "joined",
    "longest",
    "order_of",
    "origin_of",
    "prefer_sources",
]
