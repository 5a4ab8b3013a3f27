"""What type checkers tell users: right uses pass, wrong ones are told where they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

api = pytest.importorskip("mypy.api", reason="mypy comes with the extra 'dev'")

pytestmark = pytest.mark.full
TYPED = Path(__file__).parent / "typed"


def told(name: str) -> list[int]:
    """Return the lines of a file that mypy finds something wrong with."""
    out, err, _ = api.run(["--no-error-summary", "--hide-error-context", "--strict", str(TYPED / name)])
    assert err == ""
    places = re.findall(r"^(.+?):(\d+): error: ", out, re.MULTILINE)
    assert {Path(path).name for path, _ in places} <= {name}, out
    return sorted({int(line) for _, line in places})


def test_right_uses_pass():
    assert told("right.py") == []


def test_wrong_uses_are_told():
    lines = enumerate((TYPED / "wrong.py").read_text(encoding="utf-8").splitlines(), 1)
    marked = [number for number, line in lines if "  # wrong: " in line]
    assert len(marked) > 10
    assert told("wrong.py") == marked
