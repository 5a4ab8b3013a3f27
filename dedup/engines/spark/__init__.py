"""The same stages on Apache Spark: the answer of one machine, on many.

Spark reads, shuffles and keeps; what is decided of articles is decided by `dedup.stages`, over Arrow batches.
"""

from __future__ import annotations

from dedup.errors import MissingDependencyError

try:
    import pyspark  # noqa: F401
except ImportError as error:
    raise MissingDependencyError("dedup.spark needs PySpark 4: pip install 'newsdedup[spark]'") from error

from dedup.engines.spark.calls import (
    articles,
    candidate_pairs,
    clusters,
    find_duplicates,
    joined,
    learn_furniture,
    matches,
    signatures,
    write_signatures,
)
from dedup.engines.spark.local import find_duplicates as find_here

__all__ = [
    "articles",
    "candidate_pairs",
    "clusters",
    "find_duplicates",
    "find_here",
    "joined",
    "learn_furniture",
    "matches",
    "signatures",
    "write_signatures",
]
