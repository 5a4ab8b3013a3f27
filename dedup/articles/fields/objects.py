"""Articles as the objects of other programs, and the envelopes they come in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeGuard

from dedup.articles.fields.mapping import parse
from dedup.articles.fields.producers import PRODUCERS

if TYPE_CHECKING:
    from collections.abc import Callable

# Under what an answer of a service, a feed or a file keeps its articles.
_ENVELOPES = ("articles", "entries", "stories", "results", "items")

# Objects of these producers are read by attribute, for their classes say nothing else about themselves.
_ATTRIBUTES = tuple(
    (
        tuple(producer.signatures[which].split()),
        tuple(dict.fromkeys(parse(path).key for paths in producer.fields.values() for path in paths.split())),
    )
    for producer in PRODUCERS
    for which in range(len(producer.signatures))
    if producer.name in {"trafilatura Document", "newspaper4k", "news-please", "fundus"}
)


def as_mapping(record: object) -> dict[Any, Any] | None:
    """Return a record as a dict of its fields; None if it is no record.

    Dicts and other mappings, rows of data frames and databases, dataclasses, attrs classes, pydantic models,
    and the article objects of trafilatura, newspaper4k, news-please and fundus.
    """
    if isinstance(record, Mapping):
        return dict(record)
    if record is None or isinstance(record, type | str | bytes | int | float | list):
        return None
    if hasattr(record, "keys") and hasattr(record, "__getitem__"):
        return {key: record[key] for key in record.keys()}  # noqa: SIM118 - a row of a frame iterates over values
    for signature, names in _ATTRIBUTES:
        if all(hasattr(record, name) for name in signature):
            found = {name: getattr(record, name, None) for name in (*signature, *names)}
            return {name: value for name, value in found.items() if name in signature or value is not None}
    if hasattr(record, "model_dump"):
        return dict(record.model_dump())
    declared = _declared(_type(record))
    return None if declared is None else _got(record, declared)


def _got(record: object, names: tuple[str, ...]) -> dict[Any, Any]:
    return {name: getattr(record, name, None) for name in names}


def _type(value: object) -> Any:  # noqa: ANN401 - types are hashable, which mypy does not believe
    return type(value)


def attributes(value: object) -> Callable[..., Any] | None:
    """Return a function from name and default to a part of a value; None if it has no named parts."""
    if isinstance(value, dict):
        return lambda name, default=None: dict.get(value, name, default)  # a subclass may warn or invent
    if isinstance(value, Mapping):
        return value.get
    if _declared(_type(value)) is not None:
        return lambda name, default=None: getattr(value, name, default)
    return None


@lru_cache(maxsize=256)
def _declared(kind: type) -> tuple[str, ...] | None:
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    if hasattr(kind, "__attrs_attrs__"):
        return tuple(field.name for field in kind.__attrs_attrs__)
    found = getattr(kind, "model_fields", None)
    return tuple(found) if isinstance(found, dict) else None


def unwrap(found: Mapping[Any, Any]) -> list[Any] | None:
    """Return the articles in what wraps them: an answer of a service, a parsed feed, a file by publisher.

    What the envelope says about all of them goes into each: the feed, and the publisher they are listed under.
    """
    for name in _ENVELOPES:
        inside = found.get(name)
        if isinstance(inside, Mapping):  # {"articles": {"results": [...]}}
            inside = inside.get("results")
        if _holds_records(inside):
            feed = found.get("feed")
            if name != "entries" or not isinstance(feed, Mapping):
                return list(inside)
            return [{"feed": dict(feed), **each} for each in map(dict, inside)]
    if found and all(isinstance(name, str) and _holds_records(inside) for name, inside in found.items()):
        return [{"publisher": name, **each} for name, inside in found.items() for each in map(dict, inside)]
    return None


def _holds_records(inside: object) -> TypeGuard[list[Mapping[Any, Any]]]:
    return isinstance(inside, list) and all(isinstance(each, Mapping) for each in inside)
