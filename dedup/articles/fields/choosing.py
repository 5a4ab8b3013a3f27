"""Which mapping fits: by the producer's signature, else by names, exact before alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from dedup.articles.fields.mapping import FIELDS, Choice, FieldMapping, Path, parse
from dedup.articles.fields.names import BY_HAND
from dedup.articles.fields.producers import PRODUCERS
from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedup.articles.fields.producers import Producer


def _alike(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


_SIGNATURES = [
    (frozenset(map(_alike, signature.split())), producer) for producer in PRODUCERS for signature in producer.signatures
]
_PATHS = {
    id(producer): {field: written.split() for field, written in producer.fields.items()} for producer in PRODUCERS
}
_NAMES = {field: written.split() for field, written in BY_HAND.items()}
_KNOWN = frozenset(
    name
    for lists in (*_PATHS.values(), _NAMES)
    for paths in lists.values()
    for written in paths
    for name in (_alike(written), _alike(parse(written).key))
).union(*(signature for signature, _ in _SIGNATURES))

Given = tuple[tuple[str, str], ...]


def given(fields: Mapping[str, str] | None) -> Given:
    """Check what the user says about the fields: ours -> theirs.

    Raises:
        ArgumentError: It is no mapping of texts, or names a field that articles do not have.
    """
    if fields is None:
        return ()
    if not isinstance(fields, Mapping):
        raise ArgumentError(f"fields must map our names to yours, as in {{'text': 'body'}}, got {fields!r}")
    for ours, theirs in fields.items():
        if ours not in FIELDS:
            raise ArgumentError(f"fields must name some of {', '.join(FIELDS)}, got {ours!r}")
        if not isinstance(theirs, str) or not theirs:
            raise ArgumentError(f"fields must give the name of a column for {ours!r}, got {theirs!r}")
    return tuple(sorted(fields.items()))


def relevant(names: Iterable[object], told: Given = ()) -> frozenset[str]:
    """Return those of the names on which the choice can depend, for articles may have any number of others."""
    wanted = {name for _, theirs in told for name in (theirs, parse(theirs).key)}
    return frozenset(name for name in names if isinstance(name, str) and (_is_known(name) or name in wanted))


@lru_cache(maxsize=1 << 12)
def _is_known(name: str) -> bool:
    return _alike(name) in _KNOWN


@lru_cache(maxsize=1 << 10)
def choose(names: frozenset[str], told: Given = ()) -> FieldMapping:
    """Choose where the fields of an article are taken from.

    Args:
        names: The `relevant` keys of the record or columns of the table.
        told: What the user says, from `given`.
    """
    # The least of several names that are alike, so that their order never matters.
    alike = {_alike(name): name for name in sorted(names, reverse=True)}
    choices = {ours: Choice((_resolve(theirs, names, {}) or parse(theirs),), "given") for ours, theirs in told}
    producer, signature = (None, frozenset[str]()) if names.issuperset(FIELDS) else _recognise(alike)
    if producer:
        _by_producer(producer, signature, names, alike, choices)
    _by_name(names, alike, choices, ours_only=producer is not None)
    ordered = tuple(choices.get(field, Choice((), _not_found(field, producer))) for field in FIELDS)
    if producer is None:
        return FieldMapping(None, ordered)
    return FieldMapping(producer.name, ordered, producer.missing, producer.cut)


def merge(signatures: Iterable[frozenset[str]], told: Given = ()) -> FieldMapping | None:
    """Return the one mapping that does for records with these keys what each one's own would do; None if none."""
    apart = {signature: choose(signature, told) for signature in signatures}
    together = choose(frozenset().union(*apart), told)
    for names, alone in apart.items():
        if alone.keys and alone.producer != together.producer:
            return None
        for one, all_ in zip(alone.choices, together.choices, strict=True):
            # Paths to keys that a record lacks do no harm; all others must be its own, in its order.
            if one.paths != tuple(path for path in all_.paths if path.key in names or path in one.paths):
                return None
    return together


def _recognise(alike: Mapping[str, str]) -> tuple[Producer | None, frozenset[str]]:
    for signature, producer in _SIGNATURES:
        wanted = signature - {"."}
        if wanted <= alike.keys() and ("." not in signature or wanted == alike.keys()):
            return producer, wanted
    return None, frozenset()


def _by_producer(
    producer: Producer,
    signature: frozenset[str],
    names: frozenset[str],
    alike: Mapping[str, str],
    choices: dict[str, Choice],
) -> None:
    taken = {path.key for choice in choices.values() for path in choice.paths}
    reason = f"{producer.name}, told by {' and '.join(sorted(alike[name] for name in signature))}"
    for field, written in _PATHS[id(producer)].items():
        found = [path for each in written if (path := _resolve(each, names, alike)) and path.key not in taken]
        if found and field not in choices:
            choices[field] = Choice(tuple(dict.fromkeys(found)), reason)


def _by_name(names: frozenset[str], alike: Mapping[str, str], choices: dict[str, Choice], *, ours_only: bool) -> None:
    def free(name: str | None) -> bool:
        return name in names and all(path.key != name for choice in choices.values() for path in choice.paths)

    for field in FIELDS:
        if field not in choices and free(field):
            choices[field] = Choice((Path(field),), "our name")
    for lookup, how in (({name: name for name in names}, ""), (alike, "like ")):
        for field, listed in _NAMES.items() if not ours_only else ():
            if field in choices:
                continue
            for place, name in enumerate(listed, 1):
                theirs = lookup.get(_alike(name) if how else name)
                if theirs is not None and free(theirs):
                    reason = f"{how}{name!r}, name {place} of {len(listed)} for it"
                    choices[field] = Choice((Path(theirs),), reason)
                    break


def _not_found(field: str, producer: Producer | None) -> str:
    if producer:
        return f"{producer.name} has none"
    return f"none of {', '.join(_NAMES[field])}"


def _resolve(written: str, names: frozenset[str], alike: Mapping[str, str]) -> Path | None:
    """Find a path in the names there are: a flat name with dots in it first, exact before alike."""
    path = parse(written)
    if written in names:
        return Path(written)
    if path.key in names:
        return path
    if _alike(written) in alike:
        return Path(alike[_alike(written)])
    if _alike(path.key) in alike:
        return path._replace(key=alike[_alike(path.key)])
    return None
