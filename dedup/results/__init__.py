"""What a run found."""

from dedup.results.links import Links
from dedup.results.result import Cluster, Joined, Match, Result
from dedup.results.stories import Added, Change, Story
from dedup.stages.canonical import Origin

__all__ = ["Added", "Change", "Cluster", "Joined", "Links", "Match", "Origin", "Result", "Story"]
