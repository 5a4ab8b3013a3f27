"""What a run found."""

from dedup.results.clusters import Cluster
from dedup.results.links import Links
from dedup.results.matches import Joined, Match, matches_of
from dedup.results.result import Result
from dedup.results.stories import Added, Change, Story
from dedup.stages.canonical import Origin

__all__ = ["Added", "Change", "Cluster", "Joined", "Links", "Match", "Origin", "Result", "Story", "matches_of"]
