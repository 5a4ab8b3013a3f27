"""How hard Hypothesis tries: the same examples every time in CI, new ones otherwise. And the newsroom."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from compiling_first import compile_first
from effort import examples
from hypothesis import HealthCheck, settings
from numba import config as compiler

import dedup

if TYPE_CHECKING:
    from collections.abc import Callable

# No deadline, and slow is no fault: a kernel compiles in the first example that calls it, machines pause.
settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=examples(100)
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# Tests say how wide the terminal is: rich would keep what it finds when it is imported.
os.environ.pop("COLUMNS", None)

EXAMPLES = Path(__file__).parent.parent / "examples"


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernels before workers start: one process alone compiles what it needs."""
    starts_workers = config.getoption("numprocesses") and not hasattr(config, "workerinput")
    if starts_workers and not (config.option.collectonly or compiler.DISABLE_JIT):
        compile_first()


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Run the command in this process; `given` is its standard input."""
    from dedup import cli  # noqa: PLC0415 - once COLUMNS is gone

    def call(*arguments: object, given: bytes | None = None) -> Ended:
        if given is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with pytest.raises(SystemExit) as end:
            cli.main([str(each) for each in arguments])
        out, err = (stream.decode() for stream in capsysbinary.readouterr())
        return Ended(end.value.code or 0, out, err)

    return call


@pytest.fixture
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the terminal have a hundred columns."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(scope="session")
def newsroom_path() -> Path:
    """The bundled newsroom, 94 articles of a week."""
    return EXAMPLES / "newsroom.jsonl"


@pytest.fixture(scope="session")
def golden() -> list[tuple[str, ...]]:
    """Its clusters, as a careful reader gives them: largest first, then by ids."""
    clusters = json.loads((EXAMPLES / "newsroom.golden.json").read_text(encoding="utf-8"))["clusters"]
    return sorted((tuple(sorted(ids)) for ids in clusters), key=lambda ids: (-len(ids), ids))


@pytest.fixture(scope="session")
def newsroom(newsroom_path: Path) -> dedup.Result:
    """What one run with the default settings finds in it."""
    return dedup.find_duplicates(newsroom_path)
