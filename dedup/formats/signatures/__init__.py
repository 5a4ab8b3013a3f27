"""Signatures as Parquet: what it takes to find the like of articles and to judge them, without their texts.

One schema for whoever signs and whoever compares, in a file or a folder of files. What the numbers depend on stands
in the metadata: the rules of this version, the settings and the furniture.
"""

from dedup.formats.signatures.reading import Bodies, Signatures
from dedup.formats.signatures.schema import (
    BODY,
    COLUMNS,
    FORMAT,
    SCHEMA,
    SPARK,
    Made,
    differing,
    require_rules,
    rules,
)
from dedup.formats.signatures.writing import to_buffer, write

__all__ = [
    "BODY",
    "COLUMNS",
    "FORMAT",
    "SCHEMA",
    "SPARK",
    "Bodies",
    "Made",
    "Signatures",
    "differing",
    "require_rules",
    "rules",
    "to_buffer",
    "write",
]
