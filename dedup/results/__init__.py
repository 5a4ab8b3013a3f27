"""What a run found."""

from dedup.results.links import Links
from dedup.results.result import Cluster, Match, Result
from dedup.stages.canonical import Origin

__all__ = ["Cluster", "Links", "Match", "Origin", "Result"]
