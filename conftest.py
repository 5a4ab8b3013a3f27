"""Doctests of modules and pages: what they need, and where they run.

Modules that need what is not installed are not collected. Beside `tests/conftest.py` no folder below can have a file
of that name.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent

PAGES_OF_MORE = {"elasticsearch.md", "frames-and-duckdb.md"}
collect_ignore_glob = ["tests/typed/*"] + ([] if find_spec("pyspark") else ["dedup/engines/spark/*"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the pages that show packages of the extra `dev` to the full tier."""
    for item in items:
        if item.path.name in PAGES_OF_MORE:
            item.add_marker(pytest.mark.full)


@pytest.fixture(autouse=True)
def _folder_of_a_page(request: pytest.FixtureRequest) -> Iterator[None]:
    """Read each page in a folder of its own that holds the examples, and serve articles to the one that asks for it."""
    if not isinstance(request.node, pytest.DoctestItem) or ROOT / "docs" not in request.node.path.parents:
        yield
        return
    tmp_path, monkeypatch = request.getfixturevalue("tmp_path"), request.getfixturevalue("monkeypatch")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    if request.node.name != "elasticsearch.md":
        yield
        return
    monkeypatch.syspath_prepend(ROOT / "tests")
    import search_stub  # noqa: PLC0415 - a part of the tests

    lines = (ROOT / "examples" / "newsroom.jsonl").read_text(encoding="utf-8").splitlines()
    with search_stub.serving({one.pop("id"): one for one in map(json.loads, lines)}) as address:
        monkeypatch.setenv("ELASTICSEARCH_URL", address)
        yield
