"""What the first lines of JSON say: what the fields are called."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, NamedTuple

from dedup.articles.fields import FIELDS, Choice, FieldMapping, merge, relevant
from dedup.articles.fields.mapping import Path
from dedup.articles.fields.values import has

if TYPE_CHECKING:
    from dedup.articles.fields.choosing import Given

SNIFFED = 1 << 16  # bytes


class Plan(NamedTuple):
    """How lines are read.

    Attributes:
        told: What the user said about the fields.
        mapping: Where the fields are taken from; None where each line has to say so itself.
        names: The keys of the first lines.
        seen: The fields that the user gave a path for, and the path is in the first lines.
    """

    told: Given
    mapping: FieldMapping | None
    names: frozenset[str]
    seen: frozenset[str]


def sniff(head: bytes, told: Given = ()) -> Plan:
    """Plan the reading of lines by the first of them."""
    records = []
    for line in head[: max(SNIFFED, head.find(b"\n"))].split(b"\n"):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            records.append(record)
    names = frozenset[str]().union(*records)
    mapping = merge({relevant(record, told) for record in records} or {frozenset()}, told)
    if mapping is None:
        return Plan(told, None, names, frozenset())
    mapping = _with_our_names(mapping)
    seen = {
        field
        for field, _ in told
        for key, steps in mapping[field].paths
        if any(key in record and has(record[key], steps) for record in records)
    }
    return Plan(told, mapping, names, frozenset(seen))


def _with_our_names(mapping: FieldMapping) -> FieldMapping:
    # A field that the first lines lack may come later, under our name.
    choices = []
    for field, choice in zip(FIELDS, mapping.choices, strict=True):
        late = not choice.paths and field not in mapping.keys
        choices.append(Choice((Path(field),), "our name, should it come later") if late else choice)
    return dataclasses.replace(mapping, choices=tuple(choices))
