"""Cluster to answers: which copy to keep, who published first, who wrote it; each with its reason.

Nothing here changes who is in a cluster.
"""

from dedup.stages.canonical.answers import Answers, Reasons, answer
from dedup.stages.canonical.origin import Origin
from dedup.stages.canonical.rules import Member, Rule, by_origin, earliest, longest, prefer_sources

__all__ = [
    "Answers",
    "Member",
    "Origin",
    "Reasons",
    "Rule",
    "answer",
    "by_origin",
    "earliest",
    "longest",
    "prefer_sources",
]
