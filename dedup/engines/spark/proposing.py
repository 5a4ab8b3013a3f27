"""Candidate pairs: band keys to buckets, pairs to the larger of their texts, and what the caps leave."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 - as everyone calls it

from dedup.engines.confirming import NEAREST
from dedup.engines.reading import microseconds
from dedup.engines.spark.arrays import fitted, listed, numbers_of, values_of
from dedup.engines.spark.packing import SCHEMA, pack, packed, part_of, parts_for, records, together
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
_ASKED, _WAITING = 1, 1 << 40  # kinds of candidates: to these the text is added by which they are sorted
_POSTINGS = 128  # band keys and passages of an article, about
_LARGER = 1 << 12  # pairs of a block that meet the bands and passages of their texts
BLOCK = 1 << 10
"""Pairs of a block that meet their texts: enough to share texts, few enough to keep all cores busy."""
BLOCKS = "block long, codes array<long>, numbers array<long>, capped array<long>, waiting array<long>"
_PASSAGES = np.uint64(1 << 63)  # keys from here on are passages
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def candidates(sketched: DataFrame, members: DataFrame, size: int, settings: Settings, work: Work) -> DataFrame:
    """Return blocks of candidate pairs of about `size` articles: rows of `BLOCKS`.

    A code holds the numbers of two texts, `numbers` are those of all texts in a block. Pairs that are `waiting` are
    asked only where two clusters remain. `capped` are the numbers of texts of which a cap left out a pair, some of
    them in several blocks.
    """
    leading = members.where("leads and not wall").select("id", "number")
    texts = sketched.select("id", "bands", "passages", "lo", "hi").join(leading, "id").drop("id")
    parts = parts_for(size * _POSTINGS)
    dtype = _POSTING if settings.window is None else _DATED

    def pairs() -> DataFrame:
        postings = texts.mapInArrow(_posting(parts, dtype), SCHEMA)
        proposed = together(postings, dtype, _proposing(parts, settings), SCHEMA)
        return together(proposed, _PAIR, _folding, f"{BLOCKS}, kinds array<long>")

    blocks = work.stage("pairs", pairs)
    choose = _choosing(parts_for(size), dated=settings.window is not None)
    chosen = meet(blocks, texts.select("number", "bands", "passages"), choose, SCHEMA)
    return together(chosen, _PAIR, _blocks, BLOCKS)


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
            yield from packed([_by_least(codes, np.full(len(codes), _ASKED, np.uint64), parts_for(size))])

    return together(pairs.mapInArrow(send, SCHEMA), _PAIR, _blocks, BLOCKS)


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
        lots = []
        by_passage = postings["key"] >= _PASSAGES
        for some, kind in ((postings[by_passage], _BY_PASSAGE), (postings[~by_passage], _BY_BAND)):
            columns = [np.ascontiguousarray(some[name]) for name in _POSTING.names or ()]
            window = None if widest is None else lsh.Window(some["lo"], some["hi"], widest)
            codes, lost = lsh.bucket_pairs(columns[0], columns[1], columns[2], columns[3], window)
            lots += [
                (records(_PAIR, codes, np.full(len(codes), kind)), part_of(codes >> _HALF, parts)),
                _lost(lost, parts),
            ]
        yield pack(lots)

    return propose


def _lost(numbers: NDArray[np.integer], parts: int) -> Lot:
    own = numbers.astype(np.uint64)
    return records(_PAIR, (own << _HALF) | own, np.full(len(own), _LOST)), part_of(own, parts)


def _folding(part: int, pairs: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
    """Make pairs distinct, and cut blocks that have all pairs of a larger text."""
    order = np.lexsort((pairs["kind"], pairs["code"]))
    codes, kinds = pairs["code"][order], pairs["kind"][order]
    last = np.ones(len(codes), np.bool_)  # of the proposals of a pair, those by bands count
    last[:-1] = codes[1:] != codes[:-1]
    codes, kinds = codes[last], kinds[last].astype(np.int64)
    capped = (codes[kinds == _LOST] & _LOW).astype(np.int64)
    codes, kinds = codes[kinds != _LOST], kinds[kinds != _LOST]
    begins = np.flatnonzero(np.diff(codes >> _HALF, prepend=~codes[:1])) if len(codes) else np.zeros(1, np.int64)
    wanted = begins[np.searchsorted(begins, np.arange(0, begins[-1] + 1, _LARGER))]
    for index, (start, stop) in enumerate(pairwise([*np.unique(wanted).tolist(), len(codes)])):
        lost = capped if index == 0 else capped[:0]
        yield _block((part << 32) | index, codes[start:stop], lost, codes[:0], kinds=kinds[start:stop])


def _block(
    name: int,
    codes: NDArray[np.uint64],
    capped: NDArray[np.int64],
    waiting: NDArray[np.uint64],
    **more: NDArray[np.int64],
) -> pa.RecordBatch:
    numbers = np.unique(np.concatenate(cluster.pairs_of(np.concatenate([codes, waiting]))))
    columns = {
        "codes": codes.view(np.int64),
        "numbers": numbers,
        "capped": capped,
        "waiting": waiting.view(np.int64),
        **more,
    }
    lists = {key: _one_list(value) for key, value in columns.items()}
    return pa.record_batch({"block": pa.array([name], pa.int64()), **lists})


def _one_list(values: NDArray[np.int64]) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), pa.array(values, pa.int64()))


def _choosing(parts: int, *, dated: bool) -> Callable[[pa.Table, pa.Table], pa.Table]:
    def choose(block: pa.Table, delivered: pa.Table) -> pa.Table:
        codes, kinds = listed(block, "codes").view(np.uint64), listed(block, "kinds")
        delivered = delivered.sort_by("number")
        numbers = numbers_of(delivered, "number")
        passages, lengths = values_of(delivered, "passages", np.uint32)
        ends = np.cumsum(lengths)
        spans = np.stack([ends - lengths, ends], axis=1)
        bands = values_of(delivered, "bands", np.uint32)[0].reshape(len(numbers), -1 if len(numbers) else 0)
        pairs = cluster.pair_codes(*(np.searchsorted(numbers, side) for side in cluster.pairs_of(codes)))
        counts = lsh.weights(pairs, bands, np.arange(len(numbers)), passages, spans)
        if not dated:  # what passages propose is left to the bands if it shares any
            counts[(kinds == _BY_PASSAGE) & (counts > 0)] = -1
        good = counts >= 0
        found = lsh.choose(pairs[good], counts[good], np.zeros(len(numbers), np.bool_))
        kept = cluster.pair_codes(numbers[found.a], numbers[found.b])
        kinds = np.where(found.rank < NEAREST, _ASKED, _WAITING).astype(np.uint64)
        lost = np.concatenate([numbers[found.capped], listed(block, "capped")])
        return fitted(pa.Table.from_batches([pack([_by_least(kept, kinds, parts), _lost(lost, parts)])]), delivered)

    return choose


def _by_least(codes: NDArray[np.uint64], kinds: NDArray[np.uint64], parts: int) -> Lot:
    """Send pairs, sorted by larger text, where the least text goes that the larger one is paired with.

    So a cluster's texts mostly meet in one place.
    """
    larger = codes >> _HALF
    begins = np.flatnonzero(np.diff(larger, prepend=~larger[:1])) if len(codes) else np.empty(0, np.int64)
    least = np.repeat(codes[begins] & _LOW, np.diff(np.append(begins, len(codes))))
    return records(_PAIR, codes, least + kinds), part_of(least, parts)


def _blocks(part: int, pairs: NDArray[np.void]) -> Iterator[pa.RecordBatch]:
    kinds = pairs["kind"]
    capped = np.unique(pairs["code"][kinds == _LOST] & _LOW).astype(np.int64)
    waiting = pairs["code"][kinds >= _WAITING].copy()
    asked = pairs[(kinds >= _ASKED) & (kinds < _WAITING)]
    codes = asked["code"][np.lexsort((asked["code"], asked["kind"]))].copy()
    for index, start in enumerate(range(0, max(len(codes), 1), BLOCK)):
        first = index == 0
        lost, later = (capped, waiting) if first else (capped[:0], waiting[:0])
        yield _block((part << 32) | index, codes[start : start + BLOCK], lost, later)
