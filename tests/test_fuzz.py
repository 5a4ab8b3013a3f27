"""Every fuzzing target, for a moment: what was found once, and any bytes. `python -m fuzz.run` goes on for longer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from fuzz.targets import TARGETS  # noqa: E402 - no part of the package

SEEDS = sorted(path for path in (ROOT / "fuzz" / "seeds").rglob("*") if path.is_file())
pieces = st.sampled_from(
    [
        b"\0", b"\n", b'{"id": "a", "text": "', b'"}', b"id,text\n", b'"', b"By ", b"(Reuters) - ", b"2025-03-04",
        b"T12:00:00Z", b" ago", b"March 4, ", "\u0301\u0323".encode(), "港".encode(), b"\xff", b"find\n", b"--what\n",
        b"a.jsonl\n", b"index\n", b"--threshold\n", b"PAR1", b"ARROW1", b"\x1f\x8b\x08", b"The ferry will run. ",
    ]
)  # fmt: skip
some_bytes = st.binary(max_size=60) | st.lists(pieces | st.binary(max_size=9), max_size=12).map(b"".join)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some_bytes)
def test_any_bytes(name, data):
    TARGETS[name](data)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_once(path):
    TARGETS[path.parent.name](path.read_bytes())
