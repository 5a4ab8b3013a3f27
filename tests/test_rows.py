"""Rows taken out of a column are those that Arrow takes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dedup.articles.rows import Rows

TEXTS = st.lists(st.none() | st.text(max_size=5), max_size=6)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), st.data())
def test_rows_are_those_that_arrow_takes(chunks: list[tuple[list[str | None], list[str | None]]], data) -> None:
    # Each chunk is the rest of a longer array, so that nothing begins where its buffers do.
    parts = [pa.array(head + body, pa.large_string()).slice(len(head)) for head, body in chunks]
    column = pa.chunked_array(parts, pa.large_string())
    some = st.lists(st.integers(0, max(0, len(column) - 1)), max_size=8 if len(column) else 0)
    rows = np.array(data.draw(some | st.just(range(len(column)))), np.int64)
    taken = Rows(column).take(rows)
    assert isinstance(taken, pa.LargeStringArray)
    taken.validate(full=True)
    assert taken.to_pylist() == column.take(pa.array(rows)).to_pylist()
