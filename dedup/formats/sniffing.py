"""What the first lines of JSON say: what the fields are called and how they are written."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from dedup.articles.columns import TEXT
from dedup.articles.fields import FIELDS, Choice, FieldMapping, merge, relevant
from dedup.articles.fields.mapping import EVERYTHING, Path
from dedup.articles.fields.values import NAMED_BY, has

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.articles.fields.choosing import Given
    from dedup.articles.fields.mapping import Step

SNIFFED = 1 << 16  # bytes


class Plan(NamedTuple):
    """How lines are read.

    Attributes:
        told: What the user said about the fields.
        mapping: Where the fields are taken from; None where each line has to say so itself.
        schema: What pyarrow is told to expect.
        names: The keys of the first lines.
        seen: The fields that the user gave a path for, and the path is in the first lines.
    """

    told: Given
    mapping: FieldMapping | None
    schema: pa.Schema
    names: frozenset[str]
    seen: frozenset[str]


def sniff(head: bytes, told: Given = ()) -> Plan:
    """Plan the reading of lines by the first of them.

    pyarrow must be told what to expect; a wrong guess about types costs time, not correctness.
    """
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
        return Plan(told, None, pa.schema([]), names, frozenset())
    mapping = _with_our_names(mapping)
    schema = pa.schema(
        [
            (key, _type_of([record[key] for record in records if record.get(key) is not None], steps))
            for key, steps in _steps_by_key(mapping).items()
        ]
    )
    seen = {
        field
        for field, _ in told
        for key, steps in mapping[field].paths
        if any(key in record and has(record[key], steps) for record in records)
    }
    return Plan(told, mapping, schema, names, frozenset(seen))


def _with_our_names(mapping: FieldMapping) -> FieldMapping:
    # A field that the first lines lack may come later, under our name.
    choices = []
    for field, choice in zip(FIELDS, mapping.choices, strict=True):
        late = not choice.paths and field not in mapping.keys
        choices.append(Choice((Path(field),), "our name, should it come later") if late else choice)
    return dataclasses.replace(mapping, choices=tuple(choices))


def _steps_by_key(mapping: FieldMapping) -> dict[str, list[tuple[Step, ...]]]:
    found: dict[str, list[tuple[Step, ...]]] = {}
    for choice in mapping.choices:
        for key, steps in choice.paths:
            found.setdefault(key, []).append(steps)
    return found


def _type_of(values: list[Any], wanted: Sequence[tuple[Step, ...]]) -> pa.DataType:
    # The type of a key, by some of its values and the steps that lead down from it. Objects have only what is
    # wanted of them. What has other types elsewhere pyarrow refuses to read.
    value = next((value for value in values if value is not None), None)
    if isinstance(value, list):
        return pa.list_(_type_of([each for one in values if isinstance(one, list) for each in one], wanted))
    if isinstance(value, dict) and all(EVERYTHING not in steps for steps in wanted):
        steps = [step for step in wanted if step]
        if len(steps) < len(wanted):
            steps += [(name,) for name in NAMED_BY]
        below: dict[str, list[tuple[Step, ...]]] = {}
        for first, *rest in steps:
            name = first if isinstance(first, str) else first[0]
            below.setdefault(name, []).append(tuple(rest) if isinstance(first, str) else ())
            if not isinstance(first, str) and rest:
                below.setdefault(str(rest[0]), []).append(tuple(rest[1:]))
        objects = [one for one in values if isinstance(one, dict)]
        return pa.struct([(name, _type_of([one.get(name) for one in objects], more)) for name, more in below.items()])
    return pa.int64() if type(value) is int else TEXT
