"""Candidate pairs: band keys to buckets, pairs to the larger of their texts, and what the caps leave."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.confirming import NEAREST
from dedup.engines.reading import microseconds
from dedup.engines.spark.arrays import numbers_of, values_of
from dedup.engines.spark.packing import PART, SCHEMA, pack, packed, part_of, parts_for, records, together
from dedup.formats.packed import pack as packed_column
from dedup.stages import cluster, lsh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from dedup.engines.spark.packing import Lot
    from dedup.engines.spark.work import Work
    from dedup.settings import Settings

_POSTING = np.dtype([("key", "<u8"), ("number", "<u4"), ("before", "<u4"), ("after", "<u4")])
_DATED = np.dtype([*cast("list[tuple[str, str]]", _POSTING.descr), ("lo", "<i8"), ("hi", "<i8")])
_PAIR = np.dtype([("code", "<u8"), ("kind", "<u8")])
_LOST, _BY_PASSAGE, _BY_BAND = 0, 1, 2  # kinds of proposals; a text of which a pair was lost is paired with itself
_POSTINGS = 128  # band keys and passages of an article, about
_LARGER = 1 << 12  # pairs of a block that meet the bands and passages of their texts
_CROWD = 1 << 14  # pairs that a task sends to one text, from which they are spread
BLOCK = 1 << 10
"""Pairs of a block that meet their texts: enough to share texts, few enough to keep all cores busy."""
BLOCKS = (
    "block long, codes array<long>, numbers array<long>, waiting array<long>, later array<long>, capped array<long>"
)
_PASSAGES = np.uint64(1 << 63)  # keys from here on are passages
_HALF = np.uint64(32)
_KINDS = np.uint64(2)  # bits of a kind
_LOW = np.uint64(0xFFFFFFFF)
_HALF_RANGE = np.uint64(1 << 32)  # beyond all numbers of texts


def candidates(sketched: DataFrame, members: DataFrame, size: int, settings: Settings, work: Work) -> DataFrame:
    """Return blocks of candidate pairs of about `size` articles: rows of `BLOCKS`.

    A code holds the numbers of two texts, `numbers` are those of all texts in a block. Pairs that are `waiting` are
    asked only where two clusters remain, `later` are their texts. `capped` are the numbers of texts of which a cap
    left out a pair, some of them in several blocks.
    """
    leading = members.where("leads and not wall").select("id", "number")
    texts = sketched.select("id", "bands", "passages", "lo", "hi").join(leading, "id").drop("id")
    parts = parts_for(size * _POSTINGS)
    dtype = _POSTING if settings.window is None else _DATED

    def pairs() -> DataFrame:
        postings = texts.mapInArrow(_posting(parts, dtype), SCHEMA)
        proposed = together(postings, dtype, _proposing(parts, settings), SCHEMA)
        distinct = together(proposed, _PAIR, _folding(parts_for(size)), SCHEMA)
        return together(distinct, _PAIR, _cutting, "block long, numbers array<long>, pairs binary")

    blocks = work.stage("pairs", pairs)
    choose = _choosing(dated=settings.window is not None)
    return meet(blocks, texts.select("number", "bands", "passages"), choose, BLOCKS)


def meet(blocks: DataFrame, texts: DataFrame, task: Callable[[pa.Table, pa.Table], pa.Table], schema: str) -> DataFrame:
    """Call `task` with each block and what is known of its texts (rows with a `number`), and return all it says."""
    needs = blocks.select(F.col("block").alias("needing"), F.explode("numbers").alias("number"))
    delivered = needs.join(texts, "number").groupBy("needing")
    return blocks.groupBy("block").cogroup(delivered).applyInArrow(task, schema)


def blocks_of(pairs: DataFrame, size: int) -> DataFrame:
    """Return pairs (rows of `code`) as blocks."""

    def send(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            codes = np.sort(numbers_of(batch, "code").view(np.uint64))
            yield from packed([_by_least(codes, np.full(len(codes), _BY_BAND, np.uint64), parts_for(size))])

    return together(pairs.mapInArrow(send, SCHEMA), _PAIR, _blocks, BLOCKS)


def blocks_here(codes: NDArray[np.uint64]) -> pa.Table:
    """Return pairs as rows of `BLOCKS`, without Spark."""
    codes = np.sort(codes)
    codes = codes[np.lexsort((codes, _least(codes)))]
    return pa.Table.from_batches(list(_rows(0, codes, codes[:0], np.empty(0, np.int64))))


def _posting(parts: int, dtype: np.dtype[np.void]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def lots(batches: Iterator[pa.RecordBatch]) -> Iterator[Lot]:
        for batch in batches:
            numbers = numbers_of(batch, "number")
            if not len(numbers):
                continue
            values, widths = values_of(batch, "bands", np.uint32)
            bands = values.reshape(len(numbers), int(widths[0]))
            width = bands.shape[1]
            names = (np.arange(width, dtype=np.uint64) << _HALF) | bands
            before = np.column_stack([numbers.astype(np.uint32), bands[:, :-1]])  # of the first band there is none
            passages, counts = values_of(batch, "passages", np.uint32)
            own = np.repeat(np.arange(len(numbers)), counts)
            keys = _PASSAGES | passages.astype(np.uint64)
            after = bands[own, (width + 1) % width]
            every = np.repeat(np.arange(len(numbers)), width)
            for owners, *columns in (
                (every, names.ravel(), numbers[every], before.ravel(), np.roll(bands, -1, axis=1).ravel()),
                (own, keys, numbers[own], numbers[own], after),
            ):
                times = (numbers_of(batch, name)[owners] for name in ("lo", "hi") if name in (dtype.names or ()))
                yield records(dtype, *columns, *times), part_of(columns[0], parts)

    return lambda batches: packed(lots(batches))


def _proposing(parts: int, settings: Settings) -> Callable[[int, NDArray[np.void]], Iterator[pa.RecordBatch]]:
    widest = None if settings.window is None else microseconds(cast("timedelta", settings.window))

    def propose(_: int, postings: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
        by_passage = postings["key"] >= _PASSAGES
        for some, kind in ((np.flatnonzero(by_passage), _BY_PASSAGE), (np.flatnonzero(~by_passage), _BY_BAND)):
            columns = [postings[name][some] for name in _POSTING.names or ()]
            window = None if widest is None else lsh.Window(postings["lo"][some], postings["hi"][some], widest)
            codes, lost = lsh.bucket_pairs(columns[0], columns[1], columns[2], columns[3], window)
            yield pack([_lost(lost, parts)])
            for start in range(0, len(codes), PART):  # a large bucket has many: all at once would be held many times
                lot = codes[start : start + PART]
                yield pack([(records(_PAIR, lot, np.full(len(lot), kind)), part_of(lot >> _HALF, parts))])

    return propose


def _lost(numbers: NDArray[np.integer], parts: int) -> Lot:
    own = numbers.astype(np.uint64)
    return records(_PAIR, (own << _HALF) | own, np.full(len(own), _LOST)), part_of(own, parts)


def _folding(parts: int) -> Callable[[int, NDArray[np.void]], Iterator[pa.RecordBatch]]:
    """Make pairs distinct, and send each larger text with all of its pairs."""

    def fold(_: int, pairs: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
        order = np.lexsort((pairs["kind"], pairs["code"]))
        codes, kinds = pairs["code"][order], pairs["kind"][order]
        last = np.ones(len(codes), np.bool_)  # of the proposals of a pair, those by bands count
        last[:-1] = codes[1:] != codes[:-1]
        codes, kinds = codes[last], kinds[last]
        real = kinds != _LOST
        yield pack([_by_least(codes[real], kinds[real], parts), _lost(codes[~real] & _LOW, parts)])

    return fold


def _least(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return for each of the pairs, sorted by larger text, the least text that the larger one is paired with."""
    larger = codes >> _HALF
    begins = np.flatnonzero(np.diff(larger, prepend=~larger[:1])) if len(codes) else np.empty(0, np.int64)
    return np.repeat(codes[begins] & _LOW, np.diff(np.append(begins, len(codes))))


def _by_least(codes: NDArray[np.uint64], kinds: NDArray[np.uint64], parts: int) -> Lot:
    """Send pairs, sorted by larger text, where the least text goes that the larger one is paired with.

    So a cluster's texts mostly meet in one place. That least text becomes part of the kind. Where very many texts
    have the same they go by their own numbers instead, so that no place gets all of a large bucket.
    """
    least = _least(codes)
    _, place, count = np.unique(least, return_inverse=True, return_counts=True)
    crowded = count[place] > _CROWD
    home = np.where(crowded, _HALF_RANGE | (codes >> _HALF) // np.uint64(_LARGER), least)
    return records(_PAIR, codes, (home << _KINDS) | kinds), part_of(home, parts)


def _together_by_least(pairs: NDArray[np.void]) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int64]]:
    """Return what `_by_least` and `_lost` sent: codes and kinds, sorted by least text, then by code; lost texts."""
    order = np.lexsort((pairs["code"], pairs["kind"] >> _KINDS))
    codes, kinds = pairs["code"][order], pairs["kind"][order] & np.uint64((1 << int(_KINDS)) - 1)
    real = kinds != _LOST
    return codes[real], kinds[real], np.unique(codes[~real] & _LOW).astype(np.int64)


def _cutting(part: int, pairs: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
    """Cut blocks that have all pairs of a larger text; lost texts go on as pairs with themselves."""
    codes, kinds, lost = _together_by_least(pairs)
    own = lost.astype(np.uint64)
    begins = np.flatnonzero(np.diff(codes >> _HALF, prepend=~codes[:1])) if len(codes) else np.zeros(1, np.int64)
    cuts = begins[np.searchsorted(begins, np.arange(0, begins[-1] + 1, _LARGER))]
    for index, (start, stop) in enumerate(pairwise([*np.unique(cuts).tolist(), len(codes)])):
        order = np.argsort(codes[start:stop])
        some, told = codes[start:stop][order], kinds[start:stop][order]
        if index == 0:
            some = np.concatenate([some, (own << _HALF) | own])
            told = np.concatenate([told, np.full(len(own), _LOST, np.uint64)])
        block = _lists((part << 32) | (index << 12), numbers=_texts(some))
        yield pa.record_batch({**block, "pairs": packed_column(records(_PAIR, some, told), np.array([len(some)]))})


def _choosing(*, dated: bool) -> Callable[[pa.Table, pa.Table], pa.Table]:
    def choose(block: pa.Table, delivered: pa.Table) -> pa.Table:
        pairs, _ = values_of(block, "pairs", _PAIR)
        codes, kinds = pairs["code"], pairs["kind"]
        lost = (codes[kinds == _LOST] & _LOW).astype(np.int64)
        codes, kinds = codes[kinds != _LOST], kinds[kinds != _LOST]
        delivered = delivered.sort_by("number")
        numbers = numbers_of(delivered, "number")
        passages, lengths = values_of(delivered, "passages", np.uint32)
        ends = np.cumsum(lengths)
        spans = np.stack([ends - lengths, ends], axis=1)
        bands = values_of(delivered, "bands", np.uint32)[0].reshape(len(numbers), -1 if len(numbers) else 0)
        places = cluster.pair_codes(*(np.searchsorted(numbers, side) for side in cluster.pairs_of(codes)))
        counts = lsh.weights(places, bands, np.arange(len(numbers)), passages, spans)
        if not dated:  # what passages propose is left to the bands if it shares any
            counts[(kinds == _BY_PASSAGE) & (counts > 0)] = -1
        good = counts >= 0
        found = lsh.choose(places[good], counts[good], np.zeros(len(numbers), np.bool_))
        kept = cluster.pair_codes(numbers[found.a], numbers[found.b])
        asked, waiting = kept[found.rank < NEAREST], kept[found.rank >= NEAREST]
        asked = asked[np.lexsort((asked, _least(asked)))]
        lost = np.concatenate([numbers[found.capped], lost])
        rows = list(_rows(numbers_of(block, "block")[0], asked, waiting, lost))
        return pa.Table.from_batches(rows)

    return choose


def _blocks(part: int, pairs: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
    codes, _, _ = _together_by_least(pairs)
    yield from _rows(part << 32, codes, codes[:0], np.empty(0, np.int64))


def _rows(
    name: int, codes: NDArray[np.uint64], waiting: NDArray[np.uint64], capped: NDArray[np.int64]
) -> Iterator[pa.RecordBatch]:
    """Yield rows of `BLOCKS`; what is waiting and what is capped stand in the first."""
    for index, start in enumerate(range(0, max(len(codes), 1), BLOCK)):
        some, later = codes[start : start + BLOCK], waiting[: len(waiting) if start == 0 else 0]
        lost = capped[: len(capped) if start == 0 else 0]
        columns = {"codes": some, "numbers": _texts(some), "waiting": later, "later": _texts(later), "capped": lost}
        yield pa.record_batch(_lists(int(name) + index, **columns))


def _texts(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the distinct texts of pairs."""
    return np.unique(np.concatenate(cluster.pairs_of(codes)))


def _lists(name: int, **columns: NDArray[Any]) -> dict[str, pa.Array]:
    """Return one row: a block by its name, and the columns as lists."""
    lists = {key: _one_list(values.view(np.int64)) for key, values in columns.items()}
    return {"block": pa.array([name], pa.int64()), **lists}


def _one_list(values: NDArray[np.int64]) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), pa.array(values, pa.int64()))
