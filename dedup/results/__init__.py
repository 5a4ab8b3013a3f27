"""What a run found."""

from dedup.results.links import Links
from dedup.results.result import Cluster, Match, Origin, Result

__all__ = ["Cluster", "Links", "Match", "Origin", "Result"]
