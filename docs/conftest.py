"""Pages are read in a folder of their own that holds the examples: what they write goes there."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))
import search_stub  # noqa: E402 - a part of the tests


@pytest.fixture(autouse=True)
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Go to a folder of its own for each page, and serve an index of articles to the one that asks for it."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    if request.node.name != "elasticsearch.md":
        yield
        return
    lines = (ROOT / "examples" / "newsroom.jsonl").read_text(encoding="utf-8").splitlines()
    with search_stub.serving({one.pop("id"): one for one in map(json.loads, lines)}) as address:
        monkeypatch.setenv("ELASTICSEARCH_URL", address)
        yield
