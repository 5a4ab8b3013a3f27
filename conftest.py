"""What holds for doctests: some modules have none, and a page that makes files has a folder of its own.

Modules that need what is not installed are not collected. Beside `tests/conftest.py` no folder below can have a file
of that name.
"""

from __future__ import annotations

from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("pyspark") else ["dedup/engines/spark/*"]


@pytest.fixture(autouse=True)
def folder(request: pytest.FixtureRequest) -> None:
    """Go to a folder of its own for the page on streaming, which makes an index."""
    if request.node.name == "streaming.md":
        request.getfixturevalue("monkeypatch").chdir(request.getfixturevalue("tmp_path"))
