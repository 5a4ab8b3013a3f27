"""One article that is as it should be already, as most are: columns of one row cost more than all that follows."""

from __future__ import annotations

from functools import lru_cache

from dedup.articles import fields
from dedup.articles.article import Article
from dedup.articles.fields import FIELDS

Values = tuple[str | None, ...]


def plain(record: object) -> Values | None:
    """Return the `FIELDS` of an article as `article.coerce` does, where it has nothing to do but to name them.

    None where it has: where a field may be in several places, is no text, may be markup, or where there is no id.
    """
    if type(record) is Article:
        found: Values = tuple(getattr(record, name) for name in FIELDS)
    elif type(record) is dict and (keys := _keys(tuple(record))):
        found = tuple(None if key is None else record[key] for key in keys)
    else:
        return None
    name, _, _, text, source, *_ = found
    if not name or not all(value is None or type(value) is str for value in found):
        return None
    if (text and "<" in text) or (source and source.startswith("http")):
        return None
    try:
        "".join(filter(None, found)).encode()
    except UnicodeEncodeError:  # half a character
        return None
    return found


@lru_cache(maxsize=1 << 10)
def _keys(names: tuple[object, ...]) -> tuple[str | None, ...] | None:
    """Return under which key each field is, or none where it is not that simple."""
    mapping = fields.choose(fields.relevant(names))
    simple = all(len(choice.paths) < 2 and not any(path.steps for path in choice.paths) for choice in mapping.choices)
    if not simple or mapping.missing or mapping.cut or not mapping.keys & set(names):
        return None
    return tuple(choice.paths[0].key if choice.paths else None for choice in mapping.choices)
