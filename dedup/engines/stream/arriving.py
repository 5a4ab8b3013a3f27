"""From articles to what an index keeps of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dedup.articles.article import FIELDS, Batch
from dedup.articles.columns import TEXT
from dedup.articles.outlets import outlet_hash, outlet_hashes
from dedup.engines.proposing import headlines_apart, signatures, sketch
from dedup.engines.reading import Reading, since_epoch
from dedup.engines.stream.judging import BODY, parse
from dedup.engines.stream.records import ALONE, DATED, HEAD, Sketches, bodies_to_bytes
from dedup.stores import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedup.articles.plain import Values
    from dedup.engines.crew import Crew
    from dedup.engines.stream.records import Body
    from dedup.engines.stream.state import State
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture
    from dedup.stores import Row

_BLOCK = 256  # articles a task
STORED = tuple(name for name in TABLES["articles"] if name in FIELDS)
"""Fields of an article as the table "articles" has them."""
_judged = itemgetter(0, *(1 + list(TABLES["articles"]).index(name) for name in BODY))
_READ = ["text", "title"]  # what sketches and bodies are made of
_HASHED = tuple(name for name in FIELDS if name not in {"id", "fetched"})


@dataclass(frozen=True, slots=True)
class Arrivals:
    """n articles, each as the rows that a store keeps, without their numbers.

    Attributes:
        ids: Their ids.
        contents: A hash of all that is in each but id and time of download, of 63 bits.
        sketches: What it takes to find their like.
        stored: The same as bytes.
        articles: Rows of the table "articles".
    """

    ids: list[str]
    contents: list[int]
    sketches: Sketches
    stored: list[bytes]
    articles: list[Row]

    @property
    def bodies(self) -> list[Row]:
        """What judging takes of the articles, after None for a number."""
        return [body_of((None, *row)) for row in self.articles]


def body_of(row: Row) -> Row:
    """Return what judging takes of a row of the table "articles"."""
    found: Row = _judged(row)
    return found


def arrive(batch: Batch, settings: Settings, furniture: Furniture, crew: Crew, *, keep_text: bool) -> Arrivals:
    """Read, sign and pack articles."""
    outlets = outlet_hashes(batch.table) if len(furniture) else np.zeros(len(batch), np.uint64)
    reading = Reading(batch, outlets, furniture)

    def task(block: slice) -> tuple[Sketches, list[Body]]:
        return _sketches(reading, np.arange(block.start, block.stop), settings)

    size = len(batch)
    parts = [task(slice(0, size))] if size <= _BLOCK else crew.in_blocks("signing", task, size, _BLOCK)
    lasts = np.cumsum([part.ends[-1] if len(part.ends) else 0 for part, _ in parts])
    sketches = Sketches(
        np.concatenate([part.heads for part, _ in parts]),
        np.vstack([part.bands for part, _ in parts]),
        np.concatenate([part.passages for part, _ in parts]),
        np.concatenate([part.ends + last for (part, _), last in zip(parts, [0, *lasts[:-1]], strict=True)]),
    )
    columns = {name: batch.table[name].to_pylist() for name in FIELDS}
    return arrived(columns, sketches, [body for _, part in parts for body in part], keep_text=keep_text)


class _One(Batch):
    """A batch of one article."""

    def values(self, name: str, rows: np.ndarray) -> pa.LargeStringArray:
        """See `Batch`; there is but one row to take."""
        del rows
        return self.table.column(name).chunk(0)


def arrive_plain(values: Values, settings: Settings, furniture: Furniture, *, keep_text: bool) -> Arrivals:
    """Read, sign and pack one article of which nothing but its `FIELDS` is wanted."""
    columns = {name: [value] for name, value in zip(FIELDS, values, strict=True)}
    outlet = outlet_hash(columns["source"][0], columns["url"][0]) if len(furniture) else 0
    table = pa.Table.from_arrays([pa.array(columns[name], TEXT) for name in _READ], names=_READ)
    reading = Reading(_One(table), np.array([outlet], np.uint64), furniture)
    return arrived(columns, *_sketches(reading, np.zeros(1, np.int64), settings), keep_text=keep_text)


def arrived(columns: dict[str, list[Any]], sketches: Sketches, bodies: Sequence[Body], *, keep_text: bool) -> Arrivals:
    """Put articles together, given by column."""
    contents = [_content(values) for values in zip(*(columns[name] for name in _HASHED), strict=True)]
    _date(sketches, zip(columns["published"], columns["fetched"], columns["zone"], strict=True))
    if not keep_text:
        columns["text"] = [None] * len(contents)
    fields = zip(*(columns[name] for name in STORED), strict=True)
    rows: list[Row] = [(*row, *body) for row, body in zip(fields, bodies, strict=True)]
    return Arrivals(columns["id"], contents, sketches, sketches.to_bytes(), rows)


def _sketches(reading: Reading, rows: np.ndarray, settings: Settings) -> tuple[Sketches, list[Body]]:
    """Return sketches without dates, and bodies, of some rows."""
    found = sketch(signatures(reading, rows, settings), settings)
    texts = reading.texts(rows)
    alone, headlines = headlines_apart(texts)
    heads = np.zeros(len(rows), HEAD)
    heads["digest"], heads["headline"] = found.digests, headlines
    heads["tokens"], heads["flags"] = found.counts, np.where(alone, ALONE, 0)
    return Sketches(heads, found.bands, found.passages, np.cumsum(found.passage_counts)), bodies_to_bytes(texts)


def _date(sketches: Sketches, written: Iterable[tuple[str | None, ...]]) -> None:
    """Write when the articles were published; where that is not known, now. `written`: published, fetched, zone."""
    now = time.time_ns() // 1000
    heads = sketches.heads
    heads["lo"] = heads["hi"] = now
    for place, each in enumerate(written):
        moment = parse(*each) if each[0] else None
        if moment is not None:
            heads["lo"][place], heads["hi"][place] = since_epoch(moment.lo), since_epoch(moment.hi)
            heads["flags"][place] |= DATED


def _content(values: Sequence[str | None]) -> int:
    parts = []
    for value in values:
        data = b"" if value is None else value.encode()
        parts += [b"-:" if value is None else b"%d:" % len(data), data]
    return int.from_bytes(blake2b(b"".join(parts), digest_size=8).digest(), "little") >> 1


def rows_of(state: State, arrivals: Arrivals, places: list[int], first: int) -> list[Row]:
    """Return the rows of the table "sketches" for some of the articles, numbered from `first` on.

    An article with the tokens of one that is there shares its text.
    """
    heads = arrivals.sketches.heads[places]
    bodies = state.same_text(heads)
    brought: dict[tuple[int, ...], int] = {}  # texts that came with these articles
    rows = []
    keys = state.identities(heads)
    for number, (place, body, tokens, key) in enumerate(
        zip(places, bodies.tolist(), heads["tokens"].tolist(), keys, strict=True), first
    ):
        text = body or (brought.setdefault(key, number) if tokens else number)
        rows.append((number, arrivals.ids[place], text, arrivals.contents[place], arrivals.stored[place]))
    return rows
