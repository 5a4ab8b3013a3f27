"""Candidate pairs to matches with a relation: shingle containment, then one alignment, then a score."""

from dedup.stages.confirm.evidence import Evidence, Overlap, Texts, alignment, examine, overlap, related
from dedup.stages.confirm.reasons import reasons
from dedup.stages.confirm.rules import (
    COPY,
    DISTANT,
    EMBED,
    EXCERPT,
    FURNITURE,
    IDENTICAL,
    JOINING,
    MATCHES,
    RELATIONS,
    REVISION,
    SHORT,
    SUPPORTED,
    TEMPLATE,
    decide,
    disputed,
    suspect,
)
from dedup.stages.confirm.verdicts import Verdicts, joins, judge, scores

__all__ = [
    "COPY",
    "DISTANT",
    "EMBED",
    "EXCERPT",
    "FURNITURE",
    "IDENTICAL",
    "JOINING",
    "MATCHES",
    "RELATIONS",
    "REVISION",
    "SHORT",
    "SUPPORTED",
    "TEMPLATE",
    "Evidence",
    "Overlap",
    "Texts",
    "Verdicts",
    "alignment",
    "decide",
    "disputed",
    "examine",
    "joins",
    "judge",
    "overlap",
    "reasons",
    "related",
    "scores",
    "suspect",
]
