"""The page on streaming makes files: it runs in a folder of its own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def folder(request: pytest.FixtureRequest, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder of its own for the page on streaming."""
    if request.node.name == "streaming.md":
        monkeypatch.chdir(tmp_path)
