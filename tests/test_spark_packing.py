"""Records that go to parts of a shuffle, packed: every part gets back what was sent to it, whatever the pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pyspark")

from dedup.engines.spark import packing

RECORD = np.dtype([("key", "<u8"), ("number", "<u4"), ("known", "?")])  # 13 bytes: fields are not aligned
lots = st.lists(
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.booleans()), max_size=40),
    min_size=1,
    max_size=4,
)


def told(found):
    return {part: sorted(map(tuple, some.tolist())) for part, some in found.items()}


@given(lots, st.integers(1, 7), st.integers(1, 60))
def test_each_part_gets_what_was_sent_to_it(sent, parts, piece):
    every = [np.array(some, RECORD) for some in sent]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_PIECE", piece)
        batch = packing.pack([(some, packing.part_of(some["key"].copy(), parts)) for some in every])
    found = dict(packing.unpacked([batch], RECORD))
    wanted = {}
    for some in sent:
        for record in some:
            part = int(packing.part_of(np.array([record[0]], np.uint64), parts)[0])
            assert 0 <= part < parts
            wanted.setdefault(part, []).append(record)
    assert told(found) == {part: sorted(records) for part, records in wanted.items()}
    assert batch.schema.names == ["part", "packed"]
    assert all(len(value) <= max(piece, RECORD.itemsize) for value in batch["packed"].to_pylist())


def test_parts_are_of_like_size():
    keys = np.random.default_rng(1).integers(0, 2**63, 70_000).astype(np.uint64)
    sizes = np.bincount(packing.part_of(keys, 7), minlength=7)
    assert sizes.min() > 9_500
    assert sizes.max() < 10_500
