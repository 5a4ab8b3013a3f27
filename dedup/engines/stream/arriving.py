"""From articles to what an index keeps of them."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dedup.articles.article import FIELDS
from dedup.articles.moments import span
from dedup.articles.outlets import outlet_hash, outlet_hashes
from dedup.engines.proposing import band_count, signing
from dedup.engines.reading import column
from dedup.engines.stream.judging import BODY
from dedup.engines.stream.records import ALONE, DATED, HEAD, Sketches, bodies_of
from dedup.errors import ArgumentError
from dedup.stages import confirm, shingles
from dedup.stages._kernels import reading as kernels
from dedup.stages._kernels.compiling import wrapping
from dedup.stores import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.articles.article import Batch
    from dedup.articles.plain import Values
    from dedup.engines.crew import Crew
    from dedup.engines.stream.records import Body
    from dedup.engines.stream.state import State
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture
    from dedup.stores import Row

Buffers: TypeAlias = "tuple[NDArray[np.uint8], NDArray[np.int64]]"
"""Texts as UTF-8 in one buffer, and where each begins and the last one ends."""
_BLOCK = 256  # articles a task
STORED = tuple(name for name in TABLES["articles"] if name in FIELDS)
"""Fields of an article as the table "articles" has them."""
_judged = itemgetter(0, *(1 + list(TABLES["articles"]).index(name) for name in BODY))
_HASHED = tuple(name for name in FIELDS if name not in {"id", "fetched"})


@dataclass(frozen=True, slots=True)
class Arrivals:
    """n articles, each as the rows that a store keeps, without their numbers.

    Attributes:
        ids: Their ids.
        contents: A hash of all that is in each but id and time of download, of 63 bits.
        sketches: What it takes to find their like.
        articles: Rows of the table "articles".
    """

    ids: list[str]
    contents: list[int]
    sketches: Sketches
    articles: list[Row]

    @property
    def bodies(self) -> list[Row]:
        """What judging takes of the articles, after None for a number."""
        return [body_of((None, *row)) for row in self.articles]

    def take(self, places: NDArray[np.int64]) -> Arrivals:
        """Return some of them."""
        ids, contents, articles = ([one[place] for place in places] for one in (self.ids, self.contents, self.articles))
        return Arrivals(ids, contents, self.sketches.take(places), articles)

    @classmethod
    def concat(cls, parts: Sequence[Arrivals]) -> Arrivals:
        """Return several lots as one."""
        lists = (
            list(itertools.chain.from_iterable(getattr(part, name) for part in parts))
            for name in ("ids", "contents", "articles")
        )
        ids, contents, articles = lists
        return cls(ids, contents, Sketches.concat([part.sketches for part in parts]), articles)


def body_of(row: Row) -> Row:
    """Return what judging takes of a row of the table "articles"."""
    found: Row = _judged(row)
    return found


def arrive(batch: Batch, settings: Settings, furniture: Furniture, crew: Crew, *, keep_text: bool) -> Arrivals:
    """Read, sign and pack articles."""
    outlets = outlet_hashes(batch.table) if len(furniture) else np.zeros(len(batch), np.uint64)

    def task(block: slice) -> Arrivals:
        rows = np.arange(block.start, block.stop)
        texts, headlines = (shingles.text_buffers(column(batch, name, rows))[:2] for name in ("text", "title"))
        columns = {name: batch.values(name, rows).to_pylist() for name in FIELDS}
        return arrived(columns, *_sketches(texts, headlines, outlets[block], furniture, settings), keep_text=keep_text)

    size = len(batch)
    return Arrivals.concat(crew.in_blocks("signing", task, size, _BLOCK)) if size > _BLOCK else task(slice(0, size))


def arrive_plain(values: Values, settings: Settings, furniture: Furniture, *, keep_text: bool) -> Arrivals:
    """Read, sign and pack one article of which nothing but its `FIELDS` is wanted."""
    columns = {name: [value] for name, value in zip(FIELDS, values, strict=True)}
    outlet = outlet_hash(columns["source"][0], columns["url"][0]) if len(furniture) else 0
    text, headline = (shingles.buffers_of(columns[name][0] or "") for name in ("text", "title"))
    found = _sketches(text, headline, np.array([outlet], np.uint64), furniture, settings)
    return arrived(columns, *found, keep_text=keep_text)


def arrived(columns: dict[str, list[Any]], sketches: Sketches, bodies: Sequence[Body], *, keep_text: bool) -> Arrivals:
    """Put articles together, given by column."""
    contents = [_content(values) for values in zip(*(columns[name] for name in _HASHED), strict=True)]
    _date(sketches.heads, columns)
    if not keep_text:
        columns["text"] = [None] * len(contents)
    fields = zip(*(columns[name] for name in STORED), strict=True)
    rows: list[Row] = [(*row, *body) for row, body in zip(fields, bodies, strict=True)]
    return Arrivals(columns["id"], contents, sketches, rows)


def _sketches(
    texts: Buffers, headlines: Buffers, outlets: NDArray[np.uint64], furniture: Furniture, settings: Settings
) -> tuple[Sketches, list[Body]]:
    """Return sketches without dates, and bodies, of texts and their headlines in normal form."""
    for _, offsets in (texts, headlines):
        if offsets[-1] - offsets[0] >= shingles.LONGEST and np.diff(offsets).max() >= shingles.LONGEST:
            raise ArgumentError(f"articles: a text or headline must have less than {shingles.LONGEST} bytes")
    size = len(outlets)
    bands, digests = np.empty((size, band_count(settings)), np.uint32), np.empty((size, 2), np.uint64)
    alone, told = np.empty(size, np.bool_), np.zeros(size, np.uint64)
    with wrapping():  # hashes are taken modulo 2**64
        given = (*texts, outlets, furniture.table, *headlines, shingles.token_table(), *shingles.number_words())
        rules = (*signing(settings), (confirm.SUPPORTED, confirm.SHORT))
        *bodies, passages, ends = kernels.arrive(*given, *rules, bands, digests, alone, told)
    heads, offsets = np.zeros(size, HEAD), bodies[1]
    heads["digest"], heads["headline"] = digests, told
    heads["tokens"], heads["flags"] = offsets[1:] - offsets[:-1], alone * ALONE
    return Sketches(heads, bands, passages, ends), bodies_of(*bodies)


def _date(heads: NDArray[np.void], columns: Mapping[str, Sequence[str | None]]) -> None:
    """Write when the articles were published; where that is not known, now."""
    now = time.time_ns() // 1000
    spans = [span(*each) for each in zip(*(columns[name] for name in ("published", "fetched", "zone")), strict=True)]
    heads["lo"], heads["hi"] = zip(*(known or (now, now) for known in spans), strict=True)
    heads["flags"] |= np.array([DATED if known else 0 for known in spans], np.uint32)


def _content(values: Sequence[str | None]) -> int:
    encoded = [None if value is None else value.encode() for value in values]
    data = b"".join([b"-:" if value is None else b"%d:%b" % (len(value), value) for value in encoded])
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little") >> 1


def rows_of(state: State, arrivals: Arrivals, places: list[int], sketches: Sketches, first: int) -> list[Row]:
    """Return the rows of the table "sketches" for some of the articles, given with their sketches.

    They are numbered from `first` on. An article with the tokens of one that is there shares its text.
    """
    heads = sketches.heads
    bodies = state.same_text(heads)
    brought: dict[tuple[int, ...], int] = {}  # texts that came with these articles
    rows = []
    keys = state.identities(heads) if len(heads) > 1 else [()]  # one alone shares its text with none that came with it
    told = zip(places, bodies.tolist(), heads["tokens"].tolist(), keys, sketches.to_bytes(), strict=True)
    for number, (place, body, tokens, key, stored) in enumerate(told, first):
        text = body or (brought.setdefault(key, number) if tokens else number)
        rows.append((number, arrivals.ids[place], text, arrivals.contents[place], stored))
    return rows
